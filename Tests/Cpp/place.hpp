// Shared by most cases: clients of the local service, whose address is in the
// environment.
#ifndef PLACE_HPP
#define PLACE_HPP

#include <sparkchat.hpp>

// Makes the macros expand to code that compiles faster.
#define DOCTEST_CONFIG_SUPER_FAST_ASSERTS
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

// Scenarios of the emulator.
inline constexpr auto four = "count:n=4";         // "0 1 2 3 "
inline constexpr auto silent = "stall:at=middle"; // two pieces, then silence
inline constexpr auto refused = "error:code=11200,message=not%20yours";
inline constexpr auto no_parameters = R"({"type": "object", "properties": {}})";

struct oops : std::runtime_error {
  using runtime_error::runtime_error;
};

inline std::string variable(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : throw std::runtime_error(name);
}

// The tag is new each time, because `times` in a scenario counts per tag.
inline std::string ws(std::string_view scenario) {
  static std::atomic<int> number = 0;
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return variable("SPARK_WS") + "/v3.5/chat?scenario=" + std::string(scenario) +
         "&tag=cpp-" + std::to_string(now) + "-" + std::to_string(++number);
}

// Without retries, so that failures show.
inline sparkchat::config settings(std::string_view scenario) {
  sparkchat::config settings;
  settings.load_environment().set_url(ws(scenario)).set_max_attempts(1);
  return settings;
}

inline sparkchat::client at(std::string_view scenario) {
  return sparkchat::client(settings(scenario));
}

// Returns what `call` throws.
template <typename Call> sparkchat::error failure_of(Call &&call) {
  try {
    call();
  } catch (const sparkchat::error &error) {
    return error;
  }
  throw std::logic_error("it has not failed");
}

#endif
