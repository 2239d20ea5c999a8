// loop.cpp - a host with its own event loop: poll(2) over the terminal and a
// group. Every line typed is a question; answers arrive while you type more.
//
//   c++ -std=c++17 -o loop loop.cpp $(pkg-config --cflags --libs sparkchat)
//
// Credentials come from the environment; see the README.
#include <sparkchat.hpp>

#include <iostream>
#include <list>
#include <string>

#include <poll.h>
#include <unistd.h>

using namespace std::chrono_literals;

class host {
public:
  host() : client_(settings()) {
  }

  void run() {
    bool typing = true;
    while (typing || group_.size() > 0) {
      pollfd wait[] = {{group_.fd(), POLLIN, 0},
                       {typing ? STDIN_FILENO : -1, POLLIN, 0}};
      if (poll(wait, 2, -1) < 0) {
        continue; // a signal
      }
      if (wait[1].revents) {
        typing = read_terminal();
      }
      dispatch();
    }
  }

private:
  static sparkchat::config settings() {
    sparkchat::config config;
    config.load_environment();
    return config;
  }

  bool read_terminal() {
    char bytes[4096];
    const auto count = read(STDIN_FILENO, bytes, sizeof bytes);
    typed_.append(bytes, count > 0 ? static_cast<std::size_t>(count) : 0);
    for (auto end = typed_.find('\n'); end != typed_.npos;
         end = typed_.find('\n')) {
      ask(std::string_view(typed_).substr(0, end));
      typed_.erase(0, end + 1);
    }
    return count > 0;
  }

  void ask(std::string_view question) try {
    streams_.push_back(client_.stream(sparkchat::request(question)));
    group_.add(streams_.back());
  } catch (const sparkchat::error &error) {
    report(error);
  }

  // Takes events without waiting, and returns to the loop now and then: the
  // descriptor stays readable while events are left.
  void dispatch() {
    for (int turn = 0; turn < 100; turn++) {
      const auto found = group_.next(0ms);
      if (!found.stream) {
        return;
      }
      if (found.status != sparkchat::status::ok) {
        finish(found);
      }
    }
  }

  void finish(const sparkchat::group_result &found) {
    try {
      found.check();
      std::cout << "> " << found.stream->response().text() << std::endl;
    } catch (const sparkchat::error &error) {
      report(error);
    }
    streams_.remove_if(
        [&](const auto &stream) { return &stream == found.stream; });
  }

  static void report(const sparkchat::error &error) {
    std::cerr << "error: " << error.what() << '\n';
  }

  sparkchat::client client_;
  sparkchat::group group_;
  std::list<sparkchat::stream> streams_;
  std::string typed_;
};

int main() try { host().run(); } catch (const sparkchat::error &error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
