// Answers: as a range, by callback, as a whole, and in steps.
#include "place.hpp"

#if defined(__cpp_lib_ranges)
#include <ranges>
static_assert(std::ranges::input_range<sparkchat::stream>);
static_assert(std::ranges::input_range<sparkchat::turn>);
#endif

TEST_CASE("a range of events") {
  const auto client = at(four);
  std::string text;
  int usages = 0;
  for (const auto &event : client.stream(sparkchat::request("Hello"))) {
    if (event.kind() == sparkchat::event_kind::text) {
      text += event.text();
    }
    if (event.kind() == sparkchat::event_kind::usage) {
      usages++;
      CHECK(event.tokens(sparkchat::tokens::total) > 0);
      CHECK_FALSE(event.tokens(sparkchat::tokens::cached));
    }
    CHECK_FALSE(event.tool_call());
    CHECK_FALSE(event.citation());
    CHECK_FALSE(event.warning());
  }
  CHECK(text == "0 1 2 3 ");
  CHECK(usages == 1);
}

TEST_CASE("what a stream has received") {
  const auto client = at(four);
  auto stream = client.stream(sparkchat::request("Hello"));
  CHECK(stream.response().text().empty());
  while (stream.next()) {
  }
  CHECK_FALSE(stream.next());
  const auto answer = stream.response();
  CHECK(answer.outcome() == sparkchat::outcome::complete);
  CHECK(answer.finish_reason() == sparkchat::finish_reason::none);
  CHECK_FALSE(answer.finish_reason_word());
  CHECK_FALSE(answer.stop_sequence());
  CHECK(answer.reasoning().empty());
  CHECK(answer.raw().empty());
  CHECK(answer.sid());
  CHECK(answer.tokens(sparkchat::tokens::total) > 0);
  CHECK_FALSE(answer.warning());
  CHECK(answer.timing(sparkchat::timing::total) > 0us);
  CHECK_FALSE(answer.timing(sparkchat::timing::first_reasoning));
  CHECK(answer.attempts() == 1);
  CHECK(answer.connection() == sparkchat::connection::cold);
  CHECK(answer.bytes_received() > 0);
  CHECK(answer.bytes_sent() > 0);
  CHECK(answer.embedding().empty());
}

TEST_CASE("at once, and the options of a request") {
  sparkchat::request request;
  request.add_message(sparkchat::role::user, "1+1")
      .set_temperature(0.5)
      .set_max_tokens(100)
      .add_stop_sequence("2");
  const auto answer = at("").invoke(request.copy());
  CHECK(answer.text() == "1 + 1 = **");
  CHECK(answer.stop_sequence() == "2");
  CHECK(answer.finish_reason() == sparkchat::finish_reason::stop);
}

TEST_CASE("in steps") {
  const auto client = at(silent);
  auto stream = client.stream(sparkchat::request("Hello"));
  sparkchat::event event;
  CHECK(stream.next_for(-5ms, event) == sparkchat::status::again);
  CHECK(event.kind() == sparkchat::event_kind::none);
  auto came = sparkchat::status::ok;
  while (came != sparkchat::status::again || stream.response().text().empty()) {
    came = stream.next_for(10ms, event);
  }
  stream.cancel();
  const auto error = failure_of([&] { stream.next_for(24h * 365, event); });
  CHECK(error.status() == sparkchat::status::cancelled);
}

TEST_CASE("tool calls and sources") {
  const auto called = at("function_call").invoke(sparkchat::request("Hello"));
  REQUIRE(called.tool_calls().size() == 1);
  CHECK(called.tool_calls()[0].name == "get_weather");
  CHECK(called.tool_call_arguments_valid(0));
  sparkchat::request next("Hello");
  next.add_response(called).add_tool_result(called.tool_calls()[0].id, {});
  sparkchat::request again("Hello");
  again.add_tool_call(called.tool_calls()[0]);

  sparkchat::request search("Bees");
  search.set_web_search(sparkchat::search::normal, true);
  const auto client = at("citations");
  auto stream = client.stream(search);
  std::size_t sources = 0;
  for (const auto &event : stream) {
    if (const auto source = event.citation()) {
      sources++;
      CHECK(source->index);
      CHECK(source->url.find("https://") == 0);
    }
  }
  CHECK(sources > 0);
  CHECK(stream.response().citations().size() == sources);
}

TEST_CASE("a warning") {
  const auto client = at("late_error:delay_ms=1");
  auto stream = client.stream(sparkchat::request("Hello"));
  bool warned = false;
  for (const auto &event : stream) {
    if (const auto warning = event.warning()) {
      warned = warning->code == sparkchat::warning_code::policy;
    }
  }
  CHECK(warned);
  CHECK(stream.response().warning()->code == sparkchat::warning_code::policy);
}

TEST_CASE("connected before it asks") {
  auto stream = at("echo").connect();
  CHECK(stream.next()->kind() == sparkchat::event_kind::ready);
  stream.send(sparkchat::request("Hello"));
  while (stream.next()) {
  }
  CHECK(stream.response().text() == "Hello");
}

TEST_CASE("embeddings") {
  const auto client = at("");
  const auto answer = client.embed("Bees", sparkchat::embedding_domain::query);
  CHECK(answer.embedding().size() == 2560);
  auto stream =
      client.open_embedding("Bees", sparkchat::embedding_domain::query);
  while (stream.next()) {
  }
  CHECK(stream.response().embedding() == answer.embedding());
}
