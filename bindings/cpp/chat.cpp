// chat.cpp - a chat in the terminal: answers are printed as they arrive.
//
//   c++ -std=c++17 -o chat chat.cpp $(pkg-config --cflags --libs sparkchat)
//
// Credentials come from the environment; see the README.
#include <sparkchat.hpp>

#include <iostream>
#include <string>

static void print(const sparkchat::event &event) {
  switch (event.kind()) {
  case sparkchat::event_kind::text:
    std::cout << event.text() << std::flush;
    break;
  case sparkchat::event_kind::reasoning:
    std::cerr << event.text();
    break;
  default: // kinds are added over time
    break;
  }
}

static void report(const sparkchat::error &error) {
  std::cerr << "\nerror: " << error.message() << '\n';
  if (!error.hint().empty()) {
    std::cerr << "hint: " << error.hint() << '\n';
  }
}

int main() try {
  sparkchat::config config;
  config.load_environment();
  sparkchat::conversation talk{sparkchat::client(config)};
  std::string line;
  while (std::cerr << "> ", std::getline(std::cin, line)) {
    if (line.empty()) {
      continue;
    }
    try {
      talk.ask(line, print);
      std::cout << '\n';
    } catch (const sparkchat::error &error) {
      report(error); // the history is unchanged
    }
  }
  if (const auto tokens = talk.tokens(sparkchat::tokens::total)) {
    std::cerr << "\n(" << *tokens << " tokens for the last answer)\n";
  }
} catch (const sparkchat::error &error) {
  report(error);
  return 1;
}
