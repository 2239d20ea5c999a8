/* How much of a history is sent, and how it is saved. */
#include "case.h"
#include "scene.h"
#include "talk.h"

#include <string.h>

/* Returns the number of the question in the conversation, as the service sees
 * it. */
static int question_number(sparkchat_conversation *talk) {
  const char *said, *number;
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Tell me something about the weather."));
  said = last_of(talk);
  CHECK_HAS("this is question **", said);
  number = strstr(said, "this is question **") + strlen("this is question **");
  return (int)strtol(number, NULL, 10);
}

CASE(all_is_sent_while_it_fits) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    for (int number = 1; number < 6; number++) {
      CHECK_INT(number, question_number(talk));
    }
    sparkchat_conversation_free(talk);
  }
}

CASE(old_turns_are_left_out_and_kept_nevertheless) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    int most = 0;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_context_tokens(talk, 200, NULL));
    for (int asked = 1; asked <= 10; asked++) {
      int number = question_number(talk);
      CHECK(number <= asked);
      most = number > most ? number : most;
    }
    CHECK(most >= 2 && most <= 6);
    CHECK_INT(20, sparkchat_conversation_count(talk));
    /* 0 means no limit: all of it is sent again. */
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_context_tokens(talk, 0, NULL));
    CHECK_INT(11, question_number(talk));
    sparkchat_conversation_free(talk);
  }
}

CASE(question_alone_is_sent_however_small_the_context) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_set_context_tokens(talk, 1, NULL));
  for (int asked = 0; asked < 4; asked++) {
    CHECK_INT(1, question_number(talk));
  }
  sparkchat_conversation_free(talk);
}

CASE(system_message_is_never_left_out) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_SYSTEM,
                                       "You are a pirate.",
                                       SPARKCHAT_NUL_TERMINATED, NULL);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_context_tokens(talk, 1, NULL));
    for (int asked = 0; asked < 4; asked++) {
      CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
      CHECK_HAS("pirate", last_of(talk));
    }
    sparkchat_conversation_free(talk);
  }
}

static int sunny(const char *name, const char *arguments, size_t length,
                 sparkchat_tool_result *result, void *user_data) {
  (void)name;
  (void)arguments;
  (void)length;
  (void)user_data;
  return sparkchat_tool_result_set(result, "sunny", 5, NULL) != SPARKCHAT_OK;
}

CASE(calls_and_their_results_stay_together) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_at(tagged(transports[i]("function_call:times=3"), i));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                   talk, "get_weather", "Weather.", "{}", sunny,
                                   NULL, NULL, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_set_context_tokens(talk, 1, NULL));
    /* The service refuses a result without its call. */
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_TEXT("UAFAFAFA", roles_of(talk));
    CHECK_HAS("sunny", last_of(talk));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    sparkchat_conversation_free(talk);
  }
}

static char *saved(const sparkchat_conversation *talk) {
  char *json = NULL;
  size_t length = 0;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_save(talk, &json, &length, NULL));
  CHECK_INT(strlen(json), length);
  return json;
}

CASE(saved_and_restored) {
  for (int i = 0; i < TRANSPORTS; i++) {
    const char *url = tagged(transports[i]("function_call:times=1"), i);
    sparkchat_conversation *talk = talk_at(url), *copy = talk_at(url);
    char *json, *again;
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                   talk, "get_weather", "Weather.", "{}", sunny,
                                   NULL, NULL, NULL));
    sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_SYSTEM, "Système\n",
                                       SPARKCHAT_NUL_TERMINATED, NULL);
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is \"Ada\" 🤖."));
    json = saved(talk);
    CHECK(!strstr(json, required("IFLYTEK_SPARK_API_SECRET")));
    CHECK(!strstr(json, required("IFLYTEK_SPARK_API_KEY")));
    CHECK(!strstr(json, required("IFLYTEK_SPARK_API_PASSWORD")));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_restore(
                                   copy, json, SPARKCHAT_NUL_TERMINATED, NULL));
    CHECK_TEXT("SUAFA", roles_of(copy));
    for (size_t at = 0; at < 5; at++) {
      CHECK_TEXT(sparkchat_conversation_content(talk, at, NULL),
                 sparkchat_conversation_content(copy, at, NULL));
    }
    again = saved(copy);
    CHECK_TEXT(json, again);
    /* The service accepts them only if the call and its result are whole. */
    CHECK_STATUS(SPARKCHAT_OK, say(copy, "Hello"));
    sparkchat_string_free(json);
    sparkchat_string_free(again);
    sparkchat_conversation_free(talk);
    sparkchat_conversation_free(copy);
  }
}

CASE(what_is_no_history_is_refused_and_changes_nothing) {
  static const char *const texts[] = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      "{\"version\": 2, \"messages\": []}",
      "{\"version\": 1}",
      "{\"version\": 1, \"messages\": {}}",
      "{\"version\": 1, \"messages\": [1]}",
      "{\"version\": 1, \"messages\": [{}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"robot\"}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"user\"}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"user\", \"image\": "
      "\"*\"}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"user\", \"content\": 1}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"assistant\", "
      "\"tool_calls\": [{\"id\": \"a\"}]}]}",
      "{\"version\": 1, \"messages\": [{\"role\": \"user\", "
      "\"content\": \"\xff\"}]}",
  };
  sparkchat_conversation *talk = talk_at(ws(NULL));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is Ada."));
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    sparkchat_error *error = NULL;
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_conversation_restore(
                     talk, texts[i], SPARKCHAT_NUL_TERMINATED, &error));
    CHECK(*sparkchat_error_message(error));
    sparkchat_error_free(error);
  }
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "What is my name?"));
  CHECK_HAS("Ada", last_of(talk));
  sparkchat_conversation_free(talk);
}
