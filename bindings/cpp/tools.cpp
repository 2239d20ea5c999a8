// tools.cpp - the model calls the program's functions, and then answers.
//
//   c++ -std=c++17 -o tools tools.cpp $(pkg-config --cflags --libs sparkchat)
//   ./tools "What is the weather in Hefei?"
//
// Credentials come from the environment; see the README.
#include <sparkchat.hpp>

#include <iostream>
#include <string>

static constexpr auto parameters = R"({
  "type": "object",
  "properties": {
    "city": {"type": "string", "description": "Name of the city"}
  },
  "required": ["city"]
})";

// A real tool reads the arguments with a JSON library. It returns errors that the
// model could correct, such as a city that does not exist. If it throws, the turn
// ends, and the loop below throws the exception.
static std::string get_weather(std::string_view arguments) {
  std::cerr << "get_weather(" << arguments << ")\n";
  return R"({"weather": "sunny", "celsius": 21})";
}

int main(int argc, char **argv) try {
  sparkchat::config config;
  config.load_environment();
  sparkchat::conversation talk{sparkchat::client(config)};
  talk.add_tool("get_weather", "Tells the weather of a city.", parameters,
                get_weather);

  const auto *question = argc > 1 ? argv[1] : "What is the weather in Hefei?";
  for (const auto &event : talk.stream(question)) {
    if (event.kind() == sparkchat::event_kind::text) {
      std::cout << event.text() << std::flush;
    }
  }
  std::cout << '\n';
  std::cerr << '(' << talk.size() << " messages)\n";
} catch (const sparkchat::error &error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
