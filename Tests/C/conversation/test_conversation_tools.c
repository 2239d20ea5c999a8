/* Tools that a conversation calls for the model, and the host's own. */
#include "case.h"
#include "scene.h"
#include "talk.h"

#include <string.h>

typedef struct tool {
  sparkchat_conversation *talk;
  const char *answer; /* NULL: none is set */
  int called, destroyed, fails;
  char arguments[128];
} tool;

static int call(const char *name, const char *arguments, size_t length,
                sparkchat_tool_result *result, void *user_data) {
  tool *of = (tool *)user_data;
  CHECK_TEXT("get_weather", name);
  CHECK_INT(strlen(arguments), length);
  CHECK(length < sizeof of->arguments);
  memcpy(of->arguments, arguments, length + 1);
  of->called++;
  if (of->answer) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_tool_result_set(result, "replaced", 8, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_tool_result_set(result, of->answer,
                                           SPARKCHAT_NUL_TERMINATED, NULL));
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_tool_result_set(result, "\xff", 1, NULL));
  }
  CHECK_STATUS(SPARKCHAT_ERR_STATE, say(of->talk, "Hello?"));
  return of->fails;
}

static void count_destroyed(void *user_data) {
  ((tool *)user_data)->destroyed++;
}

static const char *const schema =
    "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": "
    "\"string\"}}, \"required\": []}";

static void offer(sparkchat_conversation *talk, tool *of) {
  of->talk = talk;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                 talk, "get_weather", "Tells the weather.",
                                 schema, call, of, count_destroyed, NULL));
}

/* Checks that the tokens of all rounds, including the last, are counted. */
static void check_tokens(const sparkchat_conversation *talk,
                         const sparkchat_response *last) {
  int64_t sums[SPARKCHAT_TOKENS_REASONING + 1];
  for (int which = 0; which <= SPARKCHAT_TOKENS_REASONING; which++) {
    sums[which] = sparkchat_conversation_tokens(talk, (sparkchat_tokens)which);
  }
  CHECK(sums[SPARKCHAT_TOKENS_PROMPT] >
        sparkchat_response_tokens(last, SPARKCHAT_TOKENS_PROMPT));
  CHECK_INT(sums[SPARKCHAT_TOKENS_TOTAL],
            sums[SPARKCHAT_TOKENS_PROMPT] + sums[SPARKCHAT_TOKENS_COMPLETION]);
  CHECK_INT(-1, sums[SPARKCHAT_TOKENS_CACHED]);
  CHECK_INT(-1, sums[0]);
}

CASE(a_question_is_counted_by_itself) {
  sparkchat_conversation *talk = talk_at(http("usage:cached=2,reasoning=1"));
  CHECK_INT(-1, sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_TOTAL));
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_INT(2, sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_CACHED));
    CHECK_INT(1,
              sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_REASONING));
  }
  sparkchat_conversation_free(talk);
}

CASE(two_rounds_and_an_answer) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i]("function_call:times=2"), i));
    tool weather = {NULL, "sunny", 0, 0, 0, ""};
    sparkchat_response *response = NULL;
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_ask(talk, "How is it in Hefei?",
                                            SPARKCHAT_NUL_TERMINATED, NULL,
                                            NULL, &response, NULL));
    CHECK_INT(2, weather.called);
    CHECK_HAS("合肥", weather.arguments);
    CHECK_TEXT("UAFAFA", roles_of(talk));
    CHECK_TEXT("", sparkchat_conversation_content(talk, 1, NULL));
    CHECK_TEXT("sunny", sparkchat_conversation_content(talk, 2, NULL));
    CHECK_HAS("sunny", last_of(talk)); /* the model received the result */
    check_tokens(talk, response);
    CHECK_TEXT(last_of(talk), sparkchat_response_text(response, NULL));
    CHECK_INT(0, sparkchat_response_tool_call_count(response));
    CHECK_INT(0, weather.destroyed);
    sparkchat_response_free(response);
    sparkchat_conversation_free(talk);
    CHECK_INT(1, weather.destroyed);
  }
}

static int count_events(const sparkchat_event *event, void *user_data) {
  ((int *)user_data)[sparkchat_event_kind_of(event)]++;
  return 0;
}

CASE(events_of_all_rounds_are_told) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i]("function_call:times=2"), i));
    tool weather = {NULL, "sunny", 0, 0, 0, ""};
    int kinds[8] = {0};
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_ask(talk, "Hello", 5, count_events,
                                            kinds, NULL, NULL));
    CHECK_INT(3, kinds[SPARKCHAT_EVENT_READY]);
    CHECK_INT(2, kinds[SPARKCHAT_EVENT_TOOL_CALL]);
    CHECK_INT(3, kinds[SPARKCHAT_EVENT_USAGE]);
    CHECK(kinds[SPARKCHAT_EVENT_TEXT] > 0);
    sparkchat_conversation_free(talk);
  }
}

/* Checks that a model's mistake is reported to the model. */
static void check_told(const char *scenario, const char *word, int number) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i](scenario), number * 2 + i));
    tool weather = {NULL, "sunny", 0, 0, 0, ""};
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_INT(0, weather.called);
    CHECK_TEXT("UAFA", roles_of(talk));
    CHECK_HAS(word, sparkchat_conversation_content(talk, 2, NULL));
    sparkchat_conversation_free(talk);
  }
}

CASE(tool_that_does_not_exist) {
  check_told("function_call:name=nonsense,times=1", "no tool", 0);
}

CASE(arguments_that_are_no_object) {
  check_told("function_call:arguments=[1],times=1", "not a JSON object", 1);
  check_told("function_call:arguments={\"a\":,times=1", "not a JSON object", 2);
}

CASE(arguments_may_have_any_shape_of_object) {
  sparkchat_conversation *talk =
      talk_at(tagged(ws("function_call:arguments={\"x\":[1]},times=1"), 0));
  tool weather = {NULL, "sunny", 0, 0, 0, ""};
  offer(talk, &weather);
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  CHECK_TEXT("{\"x\":[1]}", weather.arguments);
  sparkchat_conversation_free(talk);
}

CASE(result_that_is_not_set_is_null_and_an_empty_one_is_empty) {
  static const char *const set[] = {NULL, ""};
  static const char *const told[] = {"null", ""};
  for (int i = 0; i < 2 * TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i / 2]("function_call:times=1"), i));
    tool weather = {NULL, set[i % 2], 0, 0, 0, ""};
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_TEXT(told[i % 2], sparkchat_conversation_content(talk, 2, NULL));
    sparkchat_conversation_free(talk);
  }
}

CASE(rounds_have_a_limit_and_the_history_is_as_before) {
  for (int rounds = 0; rounds < 3; rounds++) {
    sparkchat_conversation *talk =
        talk_at(transports[rounds % 2]("function_call"));
    tool weather = {NULL, "sunny", 0, 0, 0, ""};
    sparkchat_response *response = NULL;
    sparkchat_error *error = NULL;
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_max_rounds(talk, rounds, NULL));
    CHECK_STATUS(SPARKCHAT_ERR_TOOL_LIMIT,
                 sparkchat_conversation_ask(talk, "Hello", 5, NULL, NULL,
                                            &response, &error));
    CHECK_INT(rounds, weather.called);
    CHECK_INT(0, sparkchat_conversation_count(talk));
    CHECK_INT(0, sparkchat_error_retryable(error));
    CHECK(*sparkchat_error_hint(error));
    CHECK_INT(1, sparkchat_response_tool_call_count(response));
    sparkchat_error_free(error);
    sparkchat_response_free(response);
    sparkchat_conversation_free(talk);
  }
}

CASE(limits_of_the_limit) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  CHECK_STATUS(refused, sparkchat_conversation_set_max_rounds(talk, -1, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_set_max_rounds(talk, 101, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_set_max_rounds(talk, 100, NULL));
  CHECK_STATUS(refused,
               sparkchat_conversation_set_context_tokens(talk, -1, NULL));
  sparkchat_conversation_free(talk);
}

CASE(tool_that_stops_ends_the_question) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i]("function_call:times=1"), i));
    tool weather = {NULL, "sunny", 0, 0, 1, ""};
    offer(talk, &weather);
    CHECK_STATUS(SPARKCHAT_ERR_CALLBACK, say(talk, "Hello"));
    CHECK_INT(1, weather.called);
    CHECK_INT(0, sparkchat_conversation_count(talk));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    sparkchat_conversation_free(talk);
  }
}

CASE(tools_of_the_host_are_the_host_s) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_client *client =
        client_for(tagged(transports[i]("function_call:times=1"), i));
    sparkchat_request *options = sparkchat_request_new();
    sparkchat_conversation *talk = NULL;
    sparkchat_response *response = NULL;
    const char *id;
    sparkchat_request_add_tool(options, "get_weather", "Tells the weather.",
                               schema, NULL);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_new(client, options, &talk, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_ask(talk, "Hello", 5, NULL, NULL,
                                            &response, NULL));
    CHECK_TEXT("UA", roles_of(talk));
    CHECK_INT(1, sparkchat_response_tool_call_count(response));
    id = sparkchat_response_tool_call_id(response, 0);
    /* Its result must come first. */
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, say(talk, "Well?"));
    CHECK_STATUS(
        SPARKCHAT_ERR_INVALID_ARGUMENT,
        sparkchat_conversation_add_tool_result(talk, "x", "y", 1, NULL));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool_result(
                                   talk, id, "windy", 5, NULL));
    CHECK_STATUS(
        SPARKCHAT_ERR_INVALID_ARGUMENT,
        sparkchat_conversation_add_tool_result(talk, id, "again", 5, NULL));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(talk, NULL, 0, NULL,
                                                          NULL, NULL, NULL));
    CHECK_TEXT("UAFA", roles_of(talk));
    CHECK_HAS("windy", last_of(talk));
    sparkchat_response_free(response);
    sparkchat_conversation_free(talk);
    sparkchat_request_free(options);
    sparkchat_client_free(client);
  }
}

CASE(destroyed_once_whatever_happens) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  tool of = {NULL, "sunny", 0, 0, 0, ""};
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  offer(talk, &of);
  CHECK_STATUS(refused, sparkchat_conversation_add_tool(
                            talk, "get_weather", "Twice.", schema, call, &of,
                            count_destroyed, NULL));
  CHECK_INT(1, of.destroyed);
  CHECK_STATUS(refused, sparkchat_conversation_add_tool(
                            talk, "other", "No JSON.", "{", call, &of,
                            count_destroyed, NULL));
  CHECK_INT(2, of.destroyed);
  CHECK_STATUS(refused, sparkchat_conversation_add_tool(
                            talk, "other", "No tool.", schema, NULL, &of,
                            count_destroyed, NULL));
  CHECK_INT(3, of.destroyed);
  CHECK_STATUS(refused, sparkchat_conversation_add_tool(
                            NULL, "other", "No talk.", schema, call, &of,
                            count_destroyed, NULL));
  CHECK_INT(4, of.destroyed);
  /* A refused tool does not make the conversation unusable. */
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  sparkchat_conversation_free(talk);
  CHECK_INT(5, of.destroyed);
}
