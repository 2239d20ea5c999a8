/* Calls, results and images of a history; copies of requests, and kept
 * responses. */
#include "case.h"
#include "scene.h"
#include "talk.h"

#include <string.h>

/* The smallest image that the service accepts: the head of a PNG file. */
static const unsigned char png[] =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x02\0\0\0";

static const char *const saved =
    "{\"version\":1,\"messages\":["
    "{\"role\":\"user\",\"content\":\"How is it?\"},"
    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
    "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"weather\","
    "\"arguments\":\"{\\\"city\\\":\\\"合肥\\\"}\"}},"
    "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"clock\","
    "\"arguments\":\"{}\"}}]},"
    "{\"role\":\"tool\",\"content\":\"22\",\"tool_call_id\":\"a\","
    "\"name\":\"weather\"},"
    "{\"role\":\"tool\",\"content\":\"noon\",\"tool_call_id\":\"b\","
    "\"name\":\"clock\"},"
    "{\"role\":\"assistant\",\"content\":\"Fine.\"}]}";

CASE(calls_and_results_can_be_read) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  size_t length = 9;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_restore(
                                 talk, saved, SPARKCHAT_NUL_TERMINATED, NULL));
  CHECK_INT(0, sparkchat_conversation_tool_call_count(talk, 0));
  CHECK_INT(2, sparkchat_conversation_tool_call_count(talk, 1));
  CHECK_INT(0, sparkchat_conversation_tool_call_count(talk, 2));
  CHECK_INT(0, sparkchat_conversation_tool_call_count(talk, 99));
  const char *id = sparkchat_conversation_tool_call_id(talk, 1, 0);
  CHECK_TEXT("a", id);
  CHECK_TEXT("weather", sparkchat_conversation_tool_call_name(talk, 1, 0));
  CHECK_TEXT("clock", sparkchat_conversation_tool_call_name(talk, 1, 1));
  CHECK_TEXT("{\"city\":\"合肥\"}",
             sparkchat_conversation_tool_call_arguments(talk, 1, 0, &length));
  CHECK_INT(strlen("{\"city\":\"合肥\"}"), length);
  CHECK_TEXT("b", sparkchat_conversation_tool_call_id(talk, 3, 0));
  CHECK_TEXT("clock", sparkchat_conversation_tool_call_name(talk, 3, 0));
  CHECK_TEXT("noon", sparkchat_conversation_content(talk, 3, NULL));
  /* All are borrowed at the same time. */
  CHECK_TEXT("a", id);
  CHECK(!sparkchat_conversation_tool_call_arguments(talk, 3, 0, &length));
  CHECK_INT(0, length);
  CHECK(!sparkchat_conversation_tool_call_id(talk, 1, 2));
  CHECK(!sparkchat_conversation_tool_call_id(talk, 3, 1));
  CHECK(!sparkchat_conversation_tool_call_id(talk, 0, 0));
  CHECK(!sparkchat_conversation_tool_call_name(talk, SIZE_MAX, SIZE_MAX));
  CHECK(!sparkchat_conversation_image(talk, 0, &length));
  sparkchat_conversation_free(talk);
}

CASE(saving_changes_nothing) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_restore(
                                 talk, saved, SPARKCHAT_NUL_TERMINATED, NULL));
  const char *content = sparkchat_conversation_content(talk, 0, NULL);
  const char *id = sparkchat_conversation_tool_call_id(talk, 1, 0);
  for (int i = 0; i < 3; i++) {
    char *json = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_save(talk, &json, NULL, NULL));
    CHECK_TEXT(saved, json);
    /* New texts would reuse the memory of freed ones. */
    CHECK_TEXT("Fine.", sparkchat_conversation_content(talk, 4, NULL));
    CHECK_TEXT("b", sparkchat_conversation_tool_call_id(talk, 1, 1));
    CHECK_TEXT("How is it?", content);
    CHECK_TEXT("a", id);
    CHECK(content == sparkchat_conversation_content(talk, 0, NULL));
    sparkchat_string_free(json);
  }
  sparkchat_conversation_free(talk);
}

CASE(request_is_copied_with_all_it_has) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = sparkchat_request_new();
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_add_message(
                                 request, SPARKCHAT_ROLE_USER, "first",
                                 SPARKCHAT_NUL_TERMINATED, NULL));
  sparkchat_request *copy = sparkchat_request_copy(request);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_add_message(
                                 request, SPARKCHAT_ROLE_ASSISTANT, "answer",
                                 SPARKCHAT_NUL_TERMINATED, NULL));
  sparkchat_request_free(request);
  sparkchat_response *response = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, copy, &response, NULL));
  CHECK_TEXT("first", sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
  /* A setter's error is in the copy, too. */
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_set_temperature(copy, -1, NULL));
  sparkchat_request *spoiled = sparkchat_request_copy(copy);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_invoke(client, spoiled, NULL, NULL));
  CHECK(!sparkchat_request_copy(NULL));
  sparkchat_request_free(spoiled);
  sparkchat_request_free(copy);
  sparkchat_client_free(client);
}

CASE(response_outlives_its_stream) {
  sparkchat_stream *stream = opened(ws("echo"));
  sparkchat_response *kept =
      sparkchat_response_retain(sparkchat_stream_response(stream));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(kept == sparkchat_stream_response(stream));
  sparkchat_stream_free(stream);
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, sparkchat_response_outcome(kept));
  CHECK(*sparkchat_response_text(kept, NULL));
  sparkchat_response_free(kept);
  CHECK(!sparkchat_response_retain(NULL));
}

CASE(response_of_a_stream_that_is_freed_is_cancelled) {
  sparkchat_stream *stream = opened(ws("stall:at=middle"));
  sparkchat_response *kept =
      sparkchat_response_retain(sparkchat_stream_response(stream));
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, sparkchat_response_outcome(kept));
  sparkchat_stream_free(stream);
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, sparkchat_response_outcome(kept));
  CHECK(*sparkchat_response_text(kept, NULL));
  sparkchat_response_free(kept);
}

CASE(image_is_given_back_as_it_was) {
  size_t length = 0;
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_request_add_image(request, png, sizeof png - 1, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, request, &talk, NULL));
  const void *image = sparkchat_conversation_image(talk, 0, &length);
  CHECK_INT(sizeof png - 1, length);
  CHECK(image && memcmp(png, image, length) == 0);
  CHECK(!sparkchat_conversation_image_url(talk, 0));
  sparkchat_conversation_free(talk);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(messages_of_a_request_are_added_together_or_not_at_all) {
  static const char url[] = "https://pictures.example/cat.png";
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_request *more = sparkchat_request_new();
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, NULL, &talk, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_message(
                                 talk, SPARKCHAT_ROLE_USER, "Hello",
                                 SPARKCHAT_NUL_TERMINATED, NULL));
  sparkchat_request_add_tool_call(more, "1", "look", "{}",
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_add_image_url(more, url, NULL);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_add_messages(talk, more, NULL));
  CHECK_INT(1, sparkchat_conversation_count(talk));
  sparkchat_request_free(more);

  more = sparkchat_request_new();
  sparkchat_request_add_tool_call(more, "1", "look", "{}",
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_add_tool_result(more, "1", "a cat",
                                    SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_add_image_url(more, url, NULL);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_add_messages(talk, more, NULL));
  CHECK_INT(4, sparkchat_conversation_count(talk));
  CHECK_TEXT(url, sparkchat_conversation_image_url(talk, 3));
  CHECK_TEXT("", sparkchat_conversation_content(talk, 3, NULL));
  CHECK(!sparkchat_conversation_image(talk, 3, NULL));
  CHECK(!sparkchat_conversation_image_url(talk, 2));

  /* A setter's error is reported here. */
  sparkchat_request_add_image_url(more, "cat.png", NULL);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_add_messages(talk, more, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_add_messages(talk, NULL, NULL));
  sparkchat_request_free(more);
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
}
