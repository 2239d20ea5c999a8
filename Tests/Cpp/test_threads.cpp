// Cancelling from other threads, one client for many threads, and stop tokens.
#include "place.hpp"

TEST_CASE("another thread cancels") {
  const auto client = at(silent);
  auto stream = client.stream(sparkchat::request("Hello"));
  std::thread canceller;
  const auto error = failure_of([&] {
    while (const auto event = stream.next()) {
      if (!event->text().empty() && !canceller.joinable()) {
        canceller = std::thread([&] { stream.cancel(); });
      }
    }
  });
  canceller.join();
  CHECK(error.status() == sparkchat::status::cancelled);
  CHECK_FALSE(error.response()->text().empty());
}

TEST_CASE("a client is shared") {
  const auto client = at("echo");
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; number++) {
    threads.emplace_back([&, number] {
      const std::string question = "Question " + std::to_string(number);
      right += client.invoke(sparkchat::request(question)).text() == question;
      try {
        client.stream(sparkchat::request(question),
                      [&](const auto &) { throw oops(question); });
      } catch (const oops &thrown) {
        right += thrown.what() == question;
      }
    });
  }
  for (auto &thread : threads) {
    thread.join();
  }
  CHECK(right == 16);
}

TEST_CASE("another thread cancels a turn") {
  const auto client = at(silent);
  sparkchat::conversation talk(client);
  auto turn = talk.stream("Hello");
  std::thread canceller;
  const auto error = failure_of([&] {
    for (const auto &event : turn) {
      if (!event.text().empty() && !canceller.joinable()) {
        canceller = std::thread([&] { turn.cancel(); });
      }
    }
  });
  canceller.join();
  CHECK(error.status() == sparkchat::status::cancelled);
  CHECK(turn.status() == sparkchat::status::done);
  talk.keep();
  CHECK(talk.size() == 2);
}

#if defined(__cpp_lib_jthread)
TEST_CASE("a stop token") {
  const auto client = at(silent);
  const sparkchat::request request("Hello");
  std::stop_source source;
  std::string text;
  const auto stop = [&](const sparkchat::event &event) {
    text += event.text();
    if (!text.empty()) {
      source.request_stop();
    }
  };
  auto error =
      failure_of([&] { client.stream(request, stop, source.get_token()); });
  CHECK(error.status() == sparkchat::status::cancelled);
  CHECK(error.response()->text() == text);
  // The stop has already been requested.
  error = failure_of([&] { client.invoke(request, source.get_token()); });
  CHECK(error.status() == sparkchat::status::cancelled);
  CHECK(at(four).invoke(request, std::stop_token()).text() == "0 1 2 3 ");
}

TEST_CASE("a stop token for a conversation") {
  const auto client = at(silent);
  sparkchat::conversation talk(client);
  std::jthread asking([&](std::stop_token token) {
    std::stop_source source;
    const std::stop_callback forward(token, [&] { source.request_stop(); });
    const auto error =
        failure_of([&] { talk.ask("Hello", [](const auto &) {}, token); });
    CHECK(error.status() == sparkchat::status::cancelled);
  });
  asking.request_stop();
  asking.join();
  CHECK(talk.size() == 0);
}
#endif
