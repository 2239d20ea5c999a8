/* Turns in steps: their order, and the state after an early end. */
#include "case.h"
#include "scene.h"
#include "talk.h"
#include "turns.h"

#include <string.h>

CASE(question_and_answer) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    for (int turn = 0; turn < 2; turn++) {
      sparkchat_stream *stream =
          begin(talk, turn ? "What is my name?" : "My name is Ada.");
      CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
      CHECK_STATUS(SPARKCHAT_DONE, step(talk));
      CHECK_TEXT(text_of(stream), last_of(talk));
      sparkchat_stream_free(stream);
    }
    CHECK_TEXT("UAUA", roles_of(talk));
    CHECK_HAS("Ada", last_of(talk));
    sparkchat_conversation_free(talk);
  }
}

CASE(tools_of_the_host) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_with_tool(tagged(transports[i]("function_call:times=2"), i),
                       SPARKCHAT_TOOL_CHOICE_AUTO);
    begin_to_call(talk);
    CHECK_TEXT("UA", roles_of(talk));
    CHECK_TEXT("get_weather",
               sparkchat_conversation_tool_call_name(talk, 1, 0));
    /* As often as it is called, until the result has been added. */
    CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
    give(talk, 0, "sunny");
    complete(step_on(talk));
    CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
    give(talk, 0, "windy");
    complete(step_on(talk));
    CHECK_STATUS(SPARKCHAT_DONE, step(talk));
    CHECK_TEXT("UAFAFA", roles_of(talk));
    CHECK_HAS("windy", last_of(talk));
    CHECK(sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_TOTAL) > 0);
    sparkchat_conversation_free(talk);
  }
}

static int answer(const char *name, const char *arguments, size_t length,
                  sparkchat_tool_result *result, void *user_data) {
  (void)name;
  (void)arguments;
  (void)length;
  ++*(int *)user_data;
  return sparkchat_tool_result_set(result, "sunny", 5, NULL) != SPARKCHAT_OK ||
         *(int *)user_data > 1;
}

CASE(registered_tools_are_called_by_the_step) {
  sparkchat_conversation *talk =
      talk_at(tagged(http("function_call:times=2"), 0));
  int called = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                 talk, "get_weather", "Weather.", schema,
                                 answer, &called, NULL, NULL));
  complete(begin(talk, "Hello"));
  CHECK_INT(0, called);
  complete(step_on(talk));
  CHECK_INT(1, called);
  CHECK_TEXT("UAF", roles_of(talk));
  /* The handler of the second call stops the turn. */
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK, step(talk));
  CHECK_INT(0, sparkchat_conversation_count(talk));
  /* Its answer was complete, and a result can be added by hand. */
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_keep(talk, NULL));
  CHECK_TEXT("UAFA", roles_of(talk));
  give(talk, 0, "windy");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(talk, NULL, 0, NULL,
                                                        NULL, NULL, NULL));
  CHECK_HAS("windy", last_of(talk));
  sparkchat_conversation_free(talk);
}

CASE(registered_tools_and_the_host_s_in_one_answer) {
  sparkchat_conversation *talk = talk_with_tool(
      tagged(
          http("tools:calls=3,times=1,name=get_weather/get_time/get_weather"),
          0),
      SPARKCHAT_TOOL_CHOICE_AUTO);
  int called = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                 talk, "get_time", "Time.", schema, answer,
                                 &called, NULL, NULL));
  complete(begin(talk, "Hello"));
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
  CHECK_INT(1, called);
  CHECK_TEXT("UAF", roles_of(talk));
  CHECK_INT(3, sparkchat_conversation_tool_call_count(talk, 1));
  give(talk, 2, "third");
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
  give(talk, 0, "first");
  complete(step_on(talk));
  CHECK_STATUS(SPARKCHAT_DONE, step(talk));
  CHECK_TEXT("UAFFFA", roles_of(talk));
  sparkchat_conversation_free(talk);
}

CASE(rounds_have_a_limit_whoever_runs_the_tools) {
  for (int rounds = 0; rounds < 3; rounds++) {
    sparkchat_conversation *talk = talk_with_tool(
        transports[rounds % 2]("function_call"), SPARKCHAT_TOOL_CHOICE_AUTO);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_max_rounds(talk, rounds, NULL));
    complete(begin(talk, "Hello"));
    for (int round = 0; round < rounds; round++) {
      CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
      give(talk, 0, "sunny");
      complete(step_on(talk));
    }
    CHECK_STATUS(SPARKCHAT_ERR_TOOL_LIMIT, step(talk));
    CHECK_INT(0, sparkchat_conversation_count(talk));
    check_step_refused(talk, "begin one first");
    sparkchat_conversation_free(talk);
  }
}

/* A required call is sent until there are results, and not after. */
CASE(choice_is_the_model_s_once_there_are_results) {
  for (int i = 0; i < 2; i++) {
    sparkchat_conversation *talk =
        talk_with_tool(http(NULL), i ? SPARKCHAT_TOOL_CHOICE_NAMED
                                     : SPARKCHAT_TOOL_CHOICE_REQUIRED);
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_INT(1, sparkchat_conversation_tool_call_count(talk, 1));
    give(talk, 0, "windy");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(talk, NULL, 0, NULL,
                                                          NULL, NULL, NULL));
    CHECK_TEXT("UAFA", roles_of(talk));
    CHECK_INT(0, sparkchat_conversation_tool_call_count(talk, 3));
    /* The next question is independent. */
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_INT(1, sparkchat_conversation_tool_call_count(talk, 5));
    sparkchat_conversation_free(talk);
  }
}

CASE(options_of_one_turn) {
  sparkchat_conversation *talk = talk_at(http(NULL));
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_stream *stream = NULL;
  sparkchat_request_add_tool(options, "get_weather", "Tells the weather.",
                             schema, NULL);
  sparkchat_request_set_tool_choice(options, SPARKCHAT_TOOL_CHOICE_REQUIRED,
                                    NULL, NULL);
  sparkchat_request_add_message(options, SPARKCHAT_ROLE_SYSTEM, "Be brief.", 9,
                                NULL);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_begin(
                                 talk, "Hello", 5, options, &stream, NULL));
  CHECK_TEXT("SU", roles_of(talk));
  complete(stream);
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(talk, NULL));
  CHECK_TEXT("", roles_of(talk));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  CHECK_INT(0, sparkchat_conversation_tool_call_count(talk, 1));
  /* A setter's error is reported here. */
  sparkchat_request_set_top_k(options, 7, NULL);
  CHECK_STATUS(
      SPARKCHAT_ERR_INVALID_ARGUMENT,
      sparkchat_conversation_begin(talk, "Hi", 2, options, &stream, NULL));
  CHECK(!stream);
  CHECK_TEXT("UA", roles_of(talk));
  sparkchat_request_free(options);
  sparkchat_conversation_free(talk);
}

CASE(longer_than_the_context_is_asked_again) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i]("error:code=10907,times=2"), i));
    sparkchat_stream *stream;
    sparkchat_error *error = NULL;
    for (int turn = 0; turn < 4; turn++) {
      sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_USER,
                                         "My name is Ada.", 15, NULL);
      sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_ASSISTANT,
                                         "Hello, Ada!", 11, NULL);
    }
    stream = begin(talk, "What is my name?");
    for (int again = 0; again < 2; again++) {
      CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH, finish(stream, NULL));
      sparkchat_stream_free(stream);
      stream = step_on(talk);
    }
    complete(stream);
    CHECK_STATUS(SPARKCHAT_DONE, step(talk));
    CHECK_INT(10, sparkchat_conversation_count(talk));
    /* A single question cannot be shortened. */
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_truncate(talk, 0, NULL));
    stream = begin(talk, "#scenario error:code=10907\nHello");
    CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH, finish(stream, NULL));
    sparkchat_stream_free(stream);
    CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH,
                 sparkchat_conversation_step(talk, &stream, &error));
    CHECK_INT(10907, sparkchat_error_service_code(error));
    CHECK_INT(0, sparkchat_conversation_count(talk));
    sparkchat_error_free(error);
    sparkchat_conversation_free(talk);
  }
}

/* Checks every function that would change the history during a turn. */
static void check_busy(sparkchat_conversation *talk) {
  sparkchat_request *request = NULL, *more = question("x");
  sparkchat_stream *stream = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  char *json = NULL;
  size_t count = sparkchat_conversation_count(talk);
  const sparkchat_status busy = SPARKCHAT_ERR_STATE;
  CHECK_STATUS(
      busy, sparkchat_conversation_begin(talk, "x", 1, NULL, &stream, &error));
  CHECK_HAS("roll it back", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  CHECK_STATUS(busy, sparkchat_conversation_ask(talk, "x", 1, NULL, NULL,
                                                &response, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_add_message(
                         talk, SPARKCHAT_ROLE_USER, "x", 1, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_add_messages(talk, more, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_request(talk, &request, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_truncate(talk, 0, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_save(talk, &json, NULL, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_restore(talk, "{}", 2, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_set_max_rounds(talk, 1, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_set_context_tokens(talk, 1, NULL));
  CHECK_STATUS(busy, sparkchat_conversation_add_tool(talk, "x", "", "{}",
                                                     answer, NULL, NULL, NULL));
  CHECK(!stream && !request && !response && !json);
  CHECK_INT(count, sparkchat_conversation_count(talk));
  sparkchat_request_free(more);
}

CASE(every_wrong_order_says_what_to_do) {
  sparkchat_conversation *talk = talk_with_tool(
      tagged(ws("function_call:times=1"), 0), SPARKCHAT_TOOL_CHOICE_AUTO);
  sparkchat_stream *stream;
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  check_step_refused(talk, "begin one first");
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_conversation_keep(talk, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(talk, NULL));

  stream = begin(talk, "Hello");
  check_busy(talk);
  check_step_refused(talk, "drive its stream");
  CHECK_STATUS(refused,
               sparkchat_conversation_add_tool_result(talk, "x", "y", 1, NULL));
  complete(stream);
  check_busy(talk);
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
  check_busy(talk);
  CHECK_STATUS(refused,
               sparkchat_conversation_add_tool_result(talk, "x", "y", 1, NULL));
  give(talk, 0, "sunny");
  check_busy(talk);
  stream = step_on(talk);
  check_busy(talk);
  check_step_refused(talk, "drive its stream");
  complete(stream);
  CHECK_STATUS(SPARKCHAT_DONE, step(talk));
  check_step_refused(talk, "begin one first");
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_conversation_keep(talk, NULL));
  CHECK_TEXT("UAFA", roles_of(talk));
  sparkchat_conversation_free(talk);
}

CASE(refused_question_changes_nothing) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_stream *stream = NULL;
  int64_t tokens;
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  tokens = sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_TOTAL);
  CHECK(tokens > 0);
  /* The model's limit is checked after the question has been added. */
  sparkchat_request_set_temperature(options, 1.9, NULL);
  CHECK_STATUS(
      SPARKCHAT_ERR_INVALID_ARGUMENT,
      sparkchat_conversation_begin(talk, "Hi", 2, options, &stream, NULL));
  CHECK_TEXT("UA", roles_of(talk));
  CHECK_INT(tokens,
            sparkchat_conversation_tokens(talk, SPARKCHAT_TOKENS_TOTAL));
  sparkchat_request_free(options);
  sparkchat_conversation_free(talk);
}

CASE(nothing_to_begin_with) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  sparkchat_stream *stream = NULL;
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  CHECK_STATUS(refused, sparkchat_conversation_begin(talk, NULL, 0, NULL,
                                                     &stream, NULL));
  CHECK_STATUS(refused,
               sparkchat_conversation_begin(talk, "", 0, NULL, &stream, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_begin(talk, "\xff", 1, NULL,
                                                     &stream, NULL));
  CHECK_STATUS(refused,
               sparkchat_conversation_begin(talk, "x", 1, NULL, NULL, NULL));
  CHECK_STATUS(refused,
               sparkchat_conversation_begin(NULL, "x", 1, NULL, &stream, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_step(talk, NULL, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_step(NULL, &stream, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_keep(NULL, NULL));
  CHECK_STATUS(refused, sparkchat_conversation_rollback(NULL, NULL));
  CHECK(!stream);
  CHECK_INT(0, sparkchat_conversation_count(talk));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  sparkchat_conversation_free(talk);
}
