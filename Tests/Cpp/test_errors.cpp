// Failures: the details of an error, and the part of the answer received.
#include "place.hpp"

TEST_CASE("an error says all that C says") {
  const auto client = at(refused);
  const auto error =
      failure_of([&] { client.invoke(sparkchat::request("Hello")); });
  CHECK(error.status() == sparkchat::status::permission);
  CHECK(error.message().find("not yours") != std::string::npos);
  CHECK_FALSE(error.hint().empty());
  CHECK(error.what() == std::string(error.message()) + "; " +
                            std::string(error.hint()) + " (sid " +
                            std::string(error.sid().value()) + ")");
  CHECK(error.service_code() == 11200);
  CHECK_FALSE(error.retryable());
  CHECK_FALSE(error.http_status());
  CHECK_FALSE(error.http_body());
  CHECK_FALSE(error.server_date());
  CHECK_FALSE(error.clock_skew());
  CHECK_FALSE(error.retry_after());
  CHECK_FALSE(error.os_errno());
  REQUIRE(error.response());
  CHECK(error.response()->outcome() == sparkchat::outcome::failed);
}

TEST_CASE("a copy of an error outlives the error") {
  std::exception_ptr kept;
  {
    const auto client = at("error:code=10013,after=2,message=no%20more");
    try {
      for (const auto &event : client.stream(sparkchat::request("Hello"))) {
        static_cast<void>(event);
      }
    } catch (const std::runtime_error &) {
      kept = std::current_exception();
    }
  }
  const auto error = failure_of([&] { std::rethrow_exception(kept); });
  kept = nullptr;
  CHECK(error.status() == sparkchat::status::content_filtered);
  REQUIRE(error.response());
  CHECK_FALSE(error.response()->text().empty());
}

TEST_CASE("what is not sent has no answer") {
  const auto client = at(four);
  auto error = failure_of([&] { client.invoke(sparkchat::request()); });
  CHECK(error.status() == sparkchat::status::invalid_argument);
  CHECK_FALSE(error.response());
  error = failure_of([] { sparkchat::client{sparkchat::config()}; });
  CHECK(error.status() == sparkchat::status::config);
}

TEST_CASE("a refused upgrade") {
  auto config = settings(four);
  config.set_api_secret("wrong");
  const auto error = failure_of(
      [&] { sparkchat::client(config).invoke(sparkchat::request("Hello")); });
  CHECK(error.status() == sparkchat::status::auth);
  CHECK(error.http_status() == 401);
  CHECK(error.http_body());
}

TEST_CASE("a deadline") {
  auto config = settings(silent);
  config.set_idle_timeout(50ms).set_total_timeout(24h * 1000);
  const auto error = failure_of(
      [&] { sparkchat::client(config).invoke(sparkchat::request("Hello")); });
  CHECK(error.status() == sparkchat::status::timeout);
  CHECK(error.phase() == sparkchat::phase::idle);
  CHECK(error.retryable());
  CHECK_FALSE(error.response()->text().empty());
}

TEST_CASE("setters fail at once, and can be called again") {
  auto config = settings(four);
  CHECK(failure_of([&] { config.set_connect_timeout(-1ms); }).status() ==
        sparkchat::status::invalid_argument);
  CHECK_THROWS_AS(sparkchat::client{config}, sparkchat::error);
  config.set_connect_timeout(1s);
  CHECK_NOTHROW(sparkchat::client{config});
  CHECK_THROWS_AS(sparkchat::request("").get(), sparkchat::error);
  CHECK_THROWS_AS(sparkchat::request().set_top_k(7), sparkchat::error);
}
