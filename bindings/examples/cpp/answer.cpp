// answer.cpp - C++20: owners, ranges of events, errors as exceptions.
//
//   c++ -std=c++20 -o answer answer.cpp -lsparkchat
//   ./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread.
#include <sparkchat.hpp>

#include <exception>
#include <iostream>
#include <thread>

void answer(const sparkchat::client &client, const char *question) {
  for (const auto &event : client.stream(sparkchat::request(question))) {
    if (event.kind() == sparkchat::event_kind::text) {
      std::cout << event.text() << std::flush;
    }
  }
  std::cout << '\n';
}

void answer_a_part(const sparkchat::client &client, const char *question) {
  auto stream = client.stream(sparkchat::request(question));
  std::jthread canceller; // joins before the stream is freed
  try {
    for (const auto &event : stream) {
      if (event.kind() == sparkchat::event_kind::text) {
        std::cout << event.text() << std::flush;
        if (!canceller.joinable()) {
          canceller = std::jthread([&stream] { stream.cancel(); });
        }
      }
    }
    std::cout << '\n'; // the answer was already complete
  } catch (const sparkchat::error &error) {
    if (error.status() != sparkchat::status::cancelled) {
      throw;
    }
    std::cout << "\n(cancelled)\n";
  }
}

int main(int argc, char **argv) try {
  sparkchat::config config;
  config.load_environment();
  const sparkchat::client client(config);
  answer(client, argc > 1 ? argv[1] : "Hello");
  answer_a_part(client, argc > 2 ? argv[2] : "Tell me a long story");
} catch (const sparkchat::error &error) {
  std::cerr << "error: " << error.message() << '\n';
  if (!error.hint().empty()) {
    std::cerr << "hint: " << error.hint() << '\n';
  }
  return 1;
} catch (const std::exception &failure) {
  std::cerr << "error: " << failure.what() << '\n';
  return 1;
}
