// Owners can be moved; moved-from objects throw, and can be destroyed.
#include "place.hpp"

template <typename Owner>
inline constexpr bool only_moves =
    std::is_nothrow_move_constructible_v<Owner> &&
    std::is_nothrow_move_assignable_v<Owner> &&
    std::is_nothrow_destructible_v<Owner> &&
    !std::is_copy_constructible_v<Owner> && !std::is_copy_assignable_v<Owner>;

static_assert(only_moves<sparkchat::config>);
static_assert(only_moves<sparkchat::client>);
static_assert(only_moves<sparkchat::request>);
static_assert(only_moves<sparkchat::stream>);
static_assert(only_moves<sparkchat::response>);
static_assert(only_moves<sparkchat::group>);
static_assert(only_moves<sparkchat::conversation>);
static_assert(!std::is_move_constructible_v<sparkchat::turn>);
static_assert(std::is_nothrow_copy_constructible_v<sparkchat::error>);
static_assert(std::is_base_of_v<std::runtime_error, sparkchat::error>);

TEST_CASE("moved-from objects are refused") {
  auto config = settings(four);
  sparkchat::client client(config);
  sparkchat::request request("Hello");
  auto stream = client.stream(request);
  sparkchat::response answer = client.invoke(request);
  sparkchat::group group;
  sparkchat::conversation talk(client);

  const auto other_config = std::move(config);
  const auto other_client = std::move(client);
  const auto other_request = std::move(request);
  auto other_stream = std::move(stream);
  const auto other_answer = std::move(answer);
  const auto other_group = std::move(group);
  const auto other_talk = std::move(talk);

  CHECK_FALSE(client);
  CHECK(other_client);
  CHECK_THROWS_AS(config.set_model("max"), std::logic_error);
  CHECK_THROWS_AS(config.set_limiter({}), std::logic_error);
  CHECK_THROWS_AS(config.set_log(sparkchat::log_level::info, {}),
                  std::logic_error);
  CHECK_THROWS_AS(sparkchat::client{config}, std::logic_error);
  CHECK_THROWS_AS(client.url(), std::logic_error);
  CHECK_THROWS_AS(client.stream(other_request), std::logic_error);
  CHECK_THROWS_AS(other_client.stream(request), std::logic_error);
  CHECK_THROWS_AS(request.copy(), std::logic_error);
  CHECK_THROWS_AS(request.add_message(sparkchat::role::user, "Hello"),
                  std::logic_error);
  CHECK_THROWS_AS(stream.next(), std::logic_error);
  CHECK_THROWS_AS(stream.begin(), std::logic_error);
  CHECK_THROWS_AS(stream.response(), std::logic_error);
  CHECK_THROWS_AS(answer.text(), std::logic_error);
  CHECK_THROWS_AS(group.add(other_stream), std::logic_error);
  CHECK_THROWS_AS(group.next(), std::logic_error);
  CHECK_THROWS_AS(talk.ask("Hello"), std::logic_error);
  CHECK_THROWS_AS(talk.save(), std::logic_error);
  stream.cancel();
  group.wake();

  stream = std::move(other_stream);
  CHECK(stream.next());
  CHECK(other_answer.text() == "0 1 2 3 ");
}

TEST_CASE("objects go in any order") {
  auto client = std::make_unique<sparkchat::client>(settings(four));
  auto stream = client->stream(sparkchat::request("Hello"));
  client.reset();
  stream.next();
  const auto answer = stream.response();
  while (stream.next()) {
  }
  stream = sparkchat::stream(nullptr);
  CHECK(answer.text() == "0 1 2 3 ");
}

TEST_CASE("a response outlives its stream") {
  const auto client = at("stall:at=middle,after=1,content=abc,chunks=3");
  auto stream = client.stream(sparkchat::request("Hello"));
  while (stream.response().text().empty()) {
    stream.next();
  }
  const auto part = stream.response();
  CHECK(part.outcome() == sparkchat::outcome::pending);
  stream = client.stream(sparkchat::request("Hello"));
  CHECK(part.outcome() == sparkchat::outcome::cancelled);
  CHECK(part.text() == "a");
}

TEST_CASE("texts for C have no NUL bytes, others may") {
  sparkchat::config config;
  CHECK_THROWS_AS(config.set_app_id(std::string_view("a\0b", 3)),
                  std::invalid_argument);
  CHECK_THROWS_AS(sparkchat::conversation(at(four)).add_tool(
                      std::string_view("a\0b", 3), "", no_parameters,
                      [](std::string_view) { return ""; }),
                  std::invalid_argument);
  const std::string_view nul("a\0b", 3);
  const auto client = at("echo");
  CHECK(client.invoke(sparkchat::request(nul)).text() == nul);
  // Parts of a text, not followed by NUL.
  const std::string_view part = std::string_view("Helloxx").substr(0, 5);
  CHECK(client.invoke(sparkchat::request(part)).text() == "Hello");
  config.set_model(std::string_view("max-32kxx").substr(0, 7));
}

TEST_CASE("models") {
  const auto models = sparkchat::model::all();
  REQUIRE(models.size() > 5);
  CHECK(models.front().name() == "max");
  const auto found = sparkchat::model::find(models.back().name());
  REQUIRE(found);
  CHECK(found->get() == models.back().get());
  CHECK_FALSE(sparkchat::model::find("no such model"));
  const auto &most = models.front();
  CHECK(most.url(sparkchat::transport::websocket)->find("wss://") == 0);
  CHECK(most.domain(sparkchat::transport::websocket) == "generalv3.5");
  CHECK(most.context_tokens() > 0);
  CHECK(most.max_tokens() > 0);
  CHECK(most.supports(sparkchat::feature::tools) == sparkchat::support::yes);
  for (const auto alias : most.aliases()) {
    CHECK(sparkchat::model::find(alias)->name() == most.name());
  }
  CHECK(at(four).model()->name() == "max");
}

TEST_CASE("names and versions") {
  CHECK(name(sparkchat::status::timeout) == "SPARKCHAT_ERR_TIMEOUT");
  CHECK(name(sparkchat::role::assistant) == "assistant");
  CHECK(name(sparkchat::phase::first_token) == "first token");
  CHECK(sparkchat::version_number() == SPARKCHAT_VERSION_NUMBER);
  CHECK(sparkchat::version_string() == SPARKCHAT_VERSION_STRING);
  CHECK(sparkchat::version_details().find("sparkchat/") == 0);
  CHECK(sparkchat::abi_version() == SPARKCHAT_ABI_VERSION);
}
