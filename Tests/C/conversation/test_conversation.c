/* Conversations: what is kept, what is sent, and the state after a failure. */
#include "case.h"
#include "scene.h"
#include "talk.h"

#include <string.h>
#include <sys/wait.h>

CASE(remembers_what_was_said) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    sparkchat_response *response = NULL;
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is Ada."));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_ask(talk, "What is my name?",
                                            SPARKCHAT_NUL_TERMINATED, NULL,
                                            NULL, &response, NULL));
    CHECK_HAS("Your name is **Ada**.", sparkchat_response_text(response, NULL));
    CHECK_TEXT("UAUA", roles_of(talk));
    CHECK_TEXT("What is my name?",
               sparkchat_conversation_content(talk, 2, NULL));
    CHECK_TEXT(sparkchat_response_text(response, NULL), last_of(talk));
    CHECK_INT(0, sparkchat_conversation_role(talk, 4));
    CHECK(!sparkchat_conversation_content(talk, 4, NULL));
    sparkchat_response_free(response);
    sparkchat_conversation_free(talk);
  }
}

CASE(options_begin_the_history_and_are_copied) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_conversation *talk = NULL;
  sparkchat_request_add_message(options, SPARKCHAT_ROLE_SYSTEM,
                                "You are a pirate.", SPARKCHAT_NUL_TERMINATED,
                                NULL);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, options, &talk, NULL));
  sparkchat_request_free(options);
  sparkchat_client_free(client);
  CHECK_TEXT("S", roles_of(talk));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  CHECK_HAS("pirate", last_of(talk));
  /* Another system message replaces the first. */
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_add_message(
                   talk, SPARKCHAT_ROLE_SYSTEM, "You are a parrot.",
                   SPARKCHAT_NUL_TERMINATED, NULL));
  CHECK_TEXT("SUA", roles_of(talk));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  CHECK_HAS("parrot", last_of(talk));
  sparkchat_conversation_free(talk);
}

CASE(options_that_were_refused_make_no_conversation) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_conversation *talk = (sparkchat_conversation *)client;
  sparkchat_error *error = NULL;
  sparkchat_request_set_top_k(options, 7, NULL);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_new(client, options, &talk, &error));
  CHECK(!talk);
  CHECK_HAS("top_k", sparkchat_error_message(error));
  sparkchat_error_free(error);
  sparkchat_request_free(options);
  sparkchat_client_free(client);
}

static int stop_at_text(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  return sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
}

CASE(failed_question_is_not_part_of_the_history) {
  static const struct {
    const char *question;
    sparkchat_status status;
  } rows[] = {
      {"#scenario error:code=10013\nx", SPARKCHAT_ERR_CONTENT_FILTERED},
      {"#scenario drop:after=2\nx", SPARKCHAT_ERR_TRUNCATED},
      {"#scenario error:code=10014,after=2\nx", SPARKCHAT_ERR_CONTENT_FILTERED},
      {"#scenario bad_json\nx", SPARKCHAT_ERR_PROTOCOL},
      {"", SPARKCHAT_ERR_INVALID_ARGUMENT},
      {"\xff", SPARKCHAT_ERR_INVALID_ARGUMENT},
      {"#scenario count\nstopped", SPARKCHAT_ERR_CALLBACK},
  };
  for (size_t i = 0; i < TRANSPORTS * sizeof rows / sizeof rows[0]; i++) {
    sparkchat_conversation *talk = talk_at(transports[i % 2](NULL));
    int stops = rows[i / 2].status == SPARKCHAT_ERR_CALLBACK;
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is Ada."));
    CHECK_STATUS(rows[i / 2].status,
                 sparkchat_conversation_ask(
                     talk, rows[i / 2].question, SPARKCHAT_NUL_TERMINATED,
                     stops ? stop_at_text : NULL, NULL, NULL, NULL));
    CHECK_TEXT("UA", roles_of(talk));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "What is my name?"));
    CHECK_HAS("Ada", last_of(talk));
    sparkchat_conversation_free(talk);
  }
}

CASE(failed_question_still_has_a_response) {
  sparkchat_conversation *talk = talk_at(ws("drop:after=2,content=abcdef"));
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED,
               sparkchat_conversation_ask(talk, "Hello", 5, NULL, NULL,
                                          &response, &error));
  CHECK_TEXT("abc", sparkchat_response_text(response, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_TRUNCATED, sparkchat_response_outcome(response));
  /* A history takes only complete answers. */
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_add_response(talk, response, NULL));
  CHECK_INT(0, sparkchat_conversation_count(talk));
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_conversation_free(talk);
}

CASE(nothing_to_ask_is_refused) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  sparkchat_error *error = NULL;
  CHECK_STATUS(
      SPARKCHAT_ERR_INVALID_ARGUMENT,
      sparkchat_conversation_ask(talk, NULL, 0, NULL, NULL, NULL, &error));
  CHECK(*sparkchat_error_message(error));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  /* The last message is the assistant's. */
  CHECK_STATUS(
      SPARKCHAT_ERR_INVALID_ARGUMENT,
      sparkchat_conversation_ask(talk, NULL, 0, NULL, NULL, NULL, NULL));
  CHECK_TEXT("UA", roles_of(talk));
  sparkchat_error_free(error);
  sparkchat_conversation_free(talk);
}

CASE(question_can_be_taken_back) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is Ada."));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "My name is Bob."));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_truncate(talk, 4, NULL));
    CHECK_TEXT("UAUA", roles_of(talk));
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_conversation_truncate(talk, 5, NULL));
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_conversation_truncate(talk, (size_t)-1, NULL));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_truncate(talk, 2, NULL));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "What is my name?"));
    CHECK_HAS("Ada", last_of(talk));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_truncate(talk, 0, NULL));
    CHECK_INT(0, sparkchat_conversation_count(talk));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    CHECK_TEXT("UA", roles_of(talk));
    sparkchat_conversation_free(talk);
  }
}

CASE(host_asks_in_its_own_way) {
  sparkchat_client *client = client_for(http(NULL));
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, NULL, &talk, NULL));
  for (int i = 0; i < 2; i++) {
    sparkchat_request *request = NULL;
    sparkchat_stream *stream = NULL;
    const char *text = i ? "What is my name?" : "My name is Ada.";
    sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_USER, text,
                                       SPARKCHAT_NUL_TERMINATED, NULL);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_request(talk, &request, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_open(client, request, &stream, NULL));
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_add_response(
                     talk, sparkchat_stream_response(stream), NULL));
    sparkchat_stream_free(stream);
    sparkchat_request_free(request);
  }
  CHECK_TEXT("UAUA", roles_of(talk));
  CHECK_HAS("Ada", last_of(talk));
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
}

static int use_the_conversation(const sparkchat_event *event, void *user_data) {
  sparkchat_conversation *talk = (sparkchat_conversation *)user_data;
  sparkchat_request *request = NULL;
  char *json = NULL;
  (void)event;
  CHECK_STATUS(SPARKCHAT_ERR_STATE, say(talk, "Hello?"));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_USER,
                                                  "x", 1, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_request(talk, &request, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_save(talk, &json, NULL, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_restore(talk, "{}", 2, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_truncate(talk, 0, NULL));
  CHECK(!request && !json);
  return 0;
}

CASE(callback_may_not_use_the_conversation) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk = talk_at(transports[i](NULL));
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(talk, "Hello", 5,
                                                          use_the_conversation,
                                                          talk, NULL, NULL));
    CHECK_TEXT("UA", roles_of(talk));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
    sparkchat_conversation_free(talk);
  }
}

CASE(content_may_hold_nul_and_has_a_length) {
  sparkchat_conversation *talk = talk_at(ws("echo:chunks=1"));
  size_t length = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(talk, "a\0b", 3, NULL,
                                                        NULL, NULL, NULL));
  for (size_t i = 0; i < 2; i++) {
    const char *text = sparkchat_conversation_content(talk, i, &length);
    CHECK_INT(3, length);
    CHECK(memcmp(text, "a\0b", 4) == 0);
  }
  sparkchat_conversation_free(talk);
}

CASE(child_cannot_go_on_with_it) {
  sparkchat_conversation *talk = talk_at(http(NULL));
  int status = 1;
  pid_t child;
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  child = fork();
  if (child == 0) {
    int is_refused = say(talk, "Hello") == SPARKCHAT_ERR_FORKED;
    sparkchat_conversation_free(talk);
    _exit(!is_refused);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_INT(0, status);
  /* The parent still owns its connection. */
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "Hello"));
  CHECK_TEXT("UAUA", roles_of(talk));
  sparkchat_conversation_free(talk);
}
