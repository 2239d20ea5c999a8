// Many streams on one thread.
#include "place.hpp"

#include <map>
#include <poll.h>

TEST_CASE("a group in the host's loop") {
  const auto client = at("echo");
  sparkchat::group group;
  std::map<const sparkchat::stream *, std::string> texts;
  std::vector<sparkchat::stream> streams;
  streams.reserve(3);
  for (const auto *question : {"one", "two", "three"}) {
    auto &made =
        streams.emplace_back(client.stream(sparkchat::request(question)));
    group.add(made);
  }
  CHECK(group.size() == 3);
  CHECK_THROWS_AS(group.add(streams[0]), sparkchat::error);
  while (group.size() > 0) {
    pollfd wait{group.fd(), POLLIN, 0};
    REQUIRE(poll(&wait, 1, 10000) == 1);
    while (true) {
      const auto found = group.next(0ms);
      if (!found.stream) {
        break;
      }
      found.check();
      texts[found.stream] += found.event.text();
    }
  }
  CHECK(texts[&streams[0]] == "one");
  CHECK(texts[&streams[1]] == "two");
  CHECK(texts[&streams[2]] == "three");
  CHECK(group.next().status == sparkchat::status::done);
}

TEST_CASE("a stream may move while it is in a group") {
  const auto client = at(four);
  sparkchat::group group;
  auto first = std::make_unique<sparkchat::stream>(
      client.stream(sparkchat::request("Hello")));
  group.add(*first);
  CHECK(group.next().stream == first.get());
  sparkchat::stream second(std::move(*first));
  first.reset();
  CHECK(group.next().stream == &second);
  sparkchat::stream third(nullptr);
  third = std::move(second);
  auto found = group.next();
  CHECK(found.stream == &third);
  group.remove(third);
  CHECK(group.size() == 0);
  while (third.next()) {
  }
  CHECK(third.response().text() == "0 1 2 3 ");
}

TEST_CASE("a stream that fails is named") {
  const auto good = at(four), bad = at(refused);
  sparkchat::group group;
  auto well = good.stream(sparkchat::request("Hello"));
  auto ill = bad.stream(sparkchat::request("Hello"));
  group.add(well);
  group.add(ill);
  bool failed = false;
  while (group.size() > 0) {
    const auto found = group.next();
    if (found.failure) {
      CHECK(found.stream == &ill);
      CHECK(found.status == sparkchat::status::permission);
      const auto error = failure_of([&] { found.check(); });
      CHECK(error.status() == found.status);
      CHECK(error.response());
      failed = true;
    }
  }
  CHECK(failed);
  CHECK(well.response().text() == "0 1 2 3 ");
}

TEST_CASE("another thread wakes a group") {
  const auto client = at(silent);
  sparkchat::group group;
  auto stream = client.stream(sparkchat::request("Hello"));
  group.add(stream);
  while (stream.response().text().empty()) {
    group.next();
  }
  std::thread waker([&] { group.wake(); });
  while (group.next().stream) {
  }
  waker.join();
}
