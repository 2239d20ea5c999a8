// Callbacks that throw: C never sees the exception, and the caller does.
#include "place.hpp"

static std::string collected;
static void collect(const sparkchat::event &event) {
  collected += event.text();
}

TEST_CASE("any callable takes events") {
  const auto client = at(four);
  const sparkchat::request request("Hello");
  collected.clear();
  CHECK(client.stream(request, collect).text() == collected);
  const std::function<void(const sparkchat::event &)> function = collect;
  client.stream(request, function);
  client.stream(request, [text = std::string()](auto event) mutable {
    text += event.text();
    collected = text;
  });
  CHECK(collected == "0 1 2 3 ");
}

TEST_CASE("what an event's callback throws stops the answer") {
  const auto client = at(silent); // it would never end
  int calls = 0;
  CHECK_THROWS_WITH_AS(client.stream(sparkchat::request("Hello"),
                                     [&](const sparkchat::event &event) {
                                       if (!event.text().empty()) {
                                         calls++;
                                         throw oops("enough");
                                       }
                                     }),
                       "enough", oops);
  CHECK(calls == 1);
  CHECK_THROWS_AS(client.stream(sparkchat::request("Hello"),
                                [](const sparkchat::event &) { throw 7; }),
                  int);
}

TEST_CASE("a callback that uses the library, and fails there") {
  const auto client = at(four);
  const auto other = at(refused);
  int failed = 0;
  const auto answer =
      client.stream(sparkchat::request("Hello"), [&](const auto &event) {
        if (event.kind() == sparkchat::event_kind::text) {
          failure_of([&] { other.invoke(sparkchat::request("Hello")); });
          failed++;
        }
      });
  CHECK(failed == 4);
  CHECK(answer.outcome() == sparkchat::outcome::complete);
}

TEST_CASE("what leaves a range stops the answer") {
  const auto client = at(silent);
  const auto leave = [&] {
    for (const auto &event : client.stream(sparkchat::request("Hello"))) {
      if (!event.text().empty()) {
        throw oops("enough");
      }
    }
  };
  CHECK_THROWS_AS(leave(), oops);
}

TEST_CASE("a log") {
  auto config = settings(four);
  std::vector<std::string> lines;
  config.set_log(sparkchat::log_level::info,
                 [&](sparkchat::log_level level, std::string_view message,
                     std::string_view fields) {
                   CHECK(level == sparkchat::log_level::info);
                   CHECK(fields.front() == '{');
                   lines.emplace_back(message);
                 });
  sparkchat::client(config).invoke(sparkchat::request("Hello"));
  CHECK(lines.size() >= 2);
  const auto told = lines.size();
  config.set_log(sparkchat::log_level::info, nullptr);
  sparkchat::client(config).invoke(sparkchat::request("Hello"));
  CHECK(lines.size() == told);
}

TEST_CASE("what a log throws comes out of the call") {
  auto config = settings(four);
  config.set_log(sparkchat::log_level::info,
                 [](auto, auto, auto) { throw oops("disk full"); });
  const sparkchat::client client(config);
  CHECK_THROWS_WITH_AS(client.invoke(sparkchat::request("Hello")), "disk full",
                       oops);
}

struct counts {
  int acquired = 0, answered = 0, released = 0;
  sparkchat::limiter limiter(std::chrono::milliseconds first) {
    return {
        [this, first](std::int64_t) { return acquired++ == 0 ? first : 0ms; },
        [this](std::int64_t, sparkchat::status status, int) {
          answered += status == sparkchat::status::ok;
        },
        [this](std::int64_t) { released++; }};
  }
};

TEST_CASE("a limiter") {
  counts counts;
  auto config = settings(four);
  config.set_limiter(counts.limiter(1ms));
  sparkchat::client(config).invoke(sparkchat::request("Hello"));
  CHECK(counts.acquired == 2);
  CHECK(counts.answered == 1);
  CHECK(counts.released == 1);
  auto part = counts.limiter(0ms);
  part.report = nullptr;
  CHECK_THROWS_AS(config.set_limiter(part), sparkchat::error);
  config.set_limiter({});
  sparkchat::client(config).invoke(sparkchat::request("Hello"));
  CHECK(counts.acquired == 2);
}

TEST_CASE("what a limiter throws stops the request") {
  counts counts;
  auto config = settings(four);
  auto limiter = counts.limiter(0ms);
  limiter.acquire = [](std::int64_t) -> std::chrono::milliseconds {
    throw oops("no Redis");
  };
  config.set_limiter(limiter);
  const sparkchat::client client(config);
  CHECK_THROWS_WITH_AS(client.invoke(sparkchat::request("Hello")), "no Redis",
                       oops);
  auto stream = client.stream(sparkchat::request("Hello"));
  CHECK_THROWS_WITH_AS(stream.next(), "no Redis", oops);
  // The stream is over; C determines the reason.
  CHECK(failure_of([&] { stream.next(); }).status() ==
        sparkchat::status::callback);

  sparkchat::group group;
  auto member = client.stream(sparkchat::request("Hello"));
  group.add(member);
  const auto ended = group.next();
  CHECK(ended.status == sparkchat::status::callback);
  CHECK(ended.stream == &member);
  CHECK_THROWS_WITH_AS(ended.check(), "no Redis", oops);
}

TEST_CASE("nothing is thrown where objects are destroyed") {
  counts counts;
  auto config = settings(silent);
  auto limiter = counts.limiter(0ms);
  int released = 0;
  limiter.release = [&](std::int64_t) {
    released++;
    throw oops("no Redis");
  };
  config.set_limiter(limiter);
  {
    const sparkchat::client client(config);
    auto stream = client.stream(sparkchat::request("Hello"));
    while (stream.response().text().empty()) {
      stream.next();
    }
  }
  CHECK(released == 1);
}

TEST_CASE("callables are freed once") {
  const auto token = std::make_shared<int>();
  {
    auto config = settings(four);
    config.set_log(sparkchat::log_level::info, [token](auto, auto, auto) {});
    config.set_limiter({[token](std::int64_t) { return 0ms; },
                        [](std::int64_t, sparkchat::status, int) {},
                        [](std::int64_t) {}});
    sparkchat::conversation talk{sparkchat::client(config)};
    talk.add_tool("one", "One.", no_parameters,
                  [token](std::string_view) { return ""; });
    CHECK_THROWS_AS(talk.add_tool("one", "One.", "no schema",
                                  [token](std::string_view) { return ""; }),
                    sparkchat::error);
    CHECK(token.use_count() > 1);
  }
  CHECK(token.use_count() == 1);
}
