// Conversations: history, tools that may throw, turns as ranges and in steps.
#include "place.hpp"

static constexpr auto calls_one = "function_call:name=one,times=1";

static std::string one(std::string_view arguments) {
  CHECK(arguments.front() == '{');
  return "1";
}

TEST_CASE("questions and answers") {
  const auto client = at("echo");
  sparkchat::request options;
  options.add_message(sparkchat::role::system, "Be brief.");
  sparkchat::conversation talk(client, options);
  CHECK(talk.ask("Hello").text() == "Hello");
  std::string text;
  talk.ask("And now?", [&](const auto &event) { text += event.text(); });
  CHECK(text == "And now?");
  REQUIRE(talk.size() == 5);
  CHECK(talk.at(0).role == sparkchat::role::system);
  CHECK(talk.at(4).content == "And now?");
  CHECK(talk.at(4).tool_calls.empty());
  CHECK_FALSE(talk.at(4).image);
  CHECK_THROWS_AS(talk.at(5), std::out_of_range);
  CHECK(talk.tokens(sparkchat::tokens::total) > 0);

  const std::string saved = talk.save();
  talk.truncate(1);
  CHECK(talk.size() == 1);
  talk.restore(saved);
  CHECK(talk.size() == 5);
  CHECK_THROWS_AS(talk.restore("no history"), sparkchat::error);

  talk.add_message(sparkchat::role::user, "Really?");
  const auto answer = client.invoke(talk.next_request());
  talk.add_response(answer);
  talk.add_messages(sparkchat::request("Thanks."));
  CHECK(talk.size() == 8);
}

TEST_CASE("a tool is called") {
  sparkchat::conversation talk(at(calls_one));
  talk.set_max_rounds(2).set_context_tokens(4000);
  talk.add_tool("one", "One.", no_parameters, one);
  CHECK_FALSE(talk.ask("Hello").text().empty());
  REQUIRE(talk.size() == 4);
  REQUIRE(talk.at(1).tool_calls.size() == 1);
  CHECK(talk.at(1).tool_calls[0].name == "one");
  CHECK(talk.at(2).role == sparkchat::role::tool);
  CHECK(talk.at(2).content == "1");
  CHECK(talk.at(2).tool_calls.at(0).id == talk.at(1).tool_calls[0].id);
}

TEST_CASE("what a tool throws ends the turn") {
  sparkchat::conversation talk(at("function_call:name=bad"));
  talk.add_tool("bad", "Fails.", no_parameters,
                [](std::string_view) -> std::string { throw oops("broken"); });
  CHECK_THROWS_WITH_AS(talk.ask("Hello"), "broken", oops);
  CHECK(talk.size() == 0);
  const auto in_range = [&] {
    for (const auto &event : talk.stream("Hello")) {
      static_cast<void>(event);
    }
  };
  CHECK_THROWS_WITH_AS(in_range(), "broken", oops);
  CHECK(talk.size() == 0);
  auto stream = talk.begin("Hello");
  while (stream.next()) {
  }
  CHECK_THROWS_WITH_AS(talk.step(stream), "broken", oops);
  CHECK(talk.size() == 0);
}

TEST_CASE("a tool that returns what is no text") {
  sparkchat::conversation talk(at("function_call:name=bad"));
  talk.add_tool("bad", "Fails.", no_parameters,
                [](std::string_view) { return "\xff"; });
  CHECK(failure_of([&] { talk.ask("Hello"); }).status() ==
        sparkchat::status::invalid_argument);
}

TEST_CASE("an event's callback throws in a conversation") {
  sparkchat::conversation talk(at(silent));
  CHECK_THROWS_AS(talk.ask("Hello", [](const auto &) { throw oops("no"); }),
                  oops);
  CHECK(talk.size() == 0);
}

TEST_CASE("a turn is a range over all its rounds") {
  sparkchat::conversation talk(at(calls_one));
  talk.add_tool("one", "One.", no_parameters, one);
  auto turn = talk.stream("Hello");
  std::string text;
  int calls = 0;
  for (const auto &event : turn) {
    if (const auto call = event.tool_call()) {
      CHECK(event.tool_call_arguments_valid());
      calls += call->name == "one";
    } else {
      text += event.text();
    }
  }
  CHECK(calls == 1);
  CHECK(text == talk.at(3).content);
  CHECK(turn.response().text() == text);
  CHECK(turn.status() == sparkchat::status::done);
  CHECK_FALSE(turn.next());
}

TEST_CASE("a turn that is left is taken back, or kept") {
  sparkchat::conversation talk(at(silent));
  for (const auto &event : talk.stream("Hello")) {
    if (!event.text().empty()) {
      break;
    }
  }
  CHECK(talk.size() == 0);
  auto turn = talk.stream("Hello");
  for (const auto &event : turn) {
    if (!event.text().empty()) {
      break;
    }
  }
  turn.keep();
  CHECK(talk.size() == 2);
  CHECK(turn.status() == sparkchat::status::done);
}

TEST_CASE("calls that the host answers") {
  sparkchat::request options;
  options.add_tool("one", "One.", no_parameters);
  sparkchat::conversation talk(at(calls_one), options);
  auto turn = talk.stream("Hello");
  while (turn.next()) {
  }
  CHECK(turn.status() == sparkchat::status::tool_calls);
  CHECK_FALSE(turn.next());
  talk.add_tool_result(turn.response().tool_calls().at(0).id, "");
  while (turn.next()) {
  }
  CHECK(turn.status() == sparkchat::status::done);
  CHECK(talk.size() == 4);
}

TEST_CASE("calls that the host answers, when it asks") {
  sparkchat::request options;
  options.add_tool("one", "One.", no_parameters);
  sparkchat::conversation talk(at(calls_one), options);
  const auto answer = talk.ask("Hello");
  talk.add_tool_result(answer.tool_calls().at(0).id, "1");
  CHECK_FALSE(talk.ask(std::nullopt).text().empty());
#if defined(__cpp_lib_jthread)
  sparkchat::conversation other(at(calls_one), options);
  const auto nothing = [](const auto &) {};
  const auto asked = other.ask("Hello", nothing, std::stop_token());
  CHECK(other.size() == 2);
  other.add_tool_result(asked.tool_calls().at(0).id, "1");
  CHECK_FALSE(other.ask(std::nullopt, std::stop_token()).text().empty());
#endif
}

TEST_CASE("a turn in steps") {
  sparkchat::conversation talk(at(calls_one));
  talk.add_tool("one", "One.", no_parameters, one);
  sparkchat::group group;
  auto stream = talk.begin("Hello");
  auto status = sparkchat::status::ok;
  int rounds = 0;
  while (status == sparkchat::status::ok) {
    group.add(stream);
    while (group.size() > 0) {
      group.next().check();
    }
    rounds++;
    status = talk.step(stream);
  }
  CHECK(status == sparkchat::status::done);
  CHECK(rounds == 2);
  CHECK(stream.response().text() == talk.at(3).content);
  stream = talk.begin("And now?");
  talk.rollback();
  CHECK(talk.size() == 4);
}

TEST_CASE("a history that the service finds too long is asked again") {
  sparkchat::conversation talk(at("error:code=10907,times=1"));
  talk.add_message(sparkchat::role::user, std::string(3000, 'x'));
  talk.add_message(sparkchat::role::assistant, std::string(3000, 'y'));
  std::string text;
  for (const auto &event : talk.stream("Hello")) {
    text += event.text();
  }
  CHECK_FALSE(text.empty());
  CHECK(talk.size() == 4);
}

TEST_CASE("a turn that fails") {
  sparkchat::conversation talk(at("error:code=10013,after=2"));
  const auto error = failure_of([&] {
    for (const auto &event : talk.stream("Hello")) {
      static_cast<void>(event);
    }
  });
  CHECK(error.status() == sparkchat::status::content_filtered);
  CHECK_FALSE(error.response()->text().empty());
  CHECK(talk.size() == 0);
  talk.keep();
  CHECK(talk.size() == 2);
}

TEST_CASE("a log that throws between two rounds ends nothing") {
  auto config = settings(calls_one);
  bool thrown = false;
  config.set_log(sparkchat::log_level::debug,
                 [&](auto, std::string_view message, auto) {
                   if (message == "calling a tool" && !thrown) {
                     thrown = true;
                     throw oops("disk full");
                   }
                 });
  sparkchat::conversation talk{sparkchat::client(config)};
  talk.add_tool("one", "One.", no_parameters, one);
  auto turn = talk.stream("Hello");
  const auto drive = [&] {
    while (turn.next()) {
    }
  };
  CHECK_THROWS_WITH_AS(drive(), "disk full", oops);
  drive();
  CHECK(turn.status() == sparkchat::status::done);
  CHECK(talk.size() == 4);
}
