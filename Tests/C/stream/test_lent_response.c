/* The response of sparkchat_stream_response() is borrowed for the stream's
 * life: a failed sparkchat_stream_send() changes neither it nor its texts. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The parts of a stream's response that a host may hold. */
typedef struct loan {
  const sparkchat_response *response;
  const char *text, *sid;
  char *text_before, *sid_before;
} loan;

static loan borrow(const sparkchat_stream *stream) {
  loan of;
  of.response = sparkchat_stream_response(stream);
  of.text = sparkchat_response_text(of.response, NULL);
  of.sid = sparkchat_response_sid(of.response);
  of.text_before = strdup(of.text);
  of.sid_before = of.sid ? strdup(of.sid) : NULL;
  return of;
}

/* Reads everything: a sanitized host, and Valgrind, detect freed memory. */
static void check_untouched(loan of, const sparkchat_stream *stream) {
  CHECK(sparkchat_stream_response(stream) == of.response);
  CHECK_TEXT(of.text_before, of.text);
  CHECK_TEXT(of.sid_before, of.sid);
  CHECK_TEXT(of.text_before, sparkchat_response_text(of.response, NULL));
  free(of.text_before);
  free(of.sid_before);
}

/* Fails often enough for freed memory to be reused. */
static void check_sends_fail(sparkchat_stream *stream,
                             const sparkchat_request *request,
                             sparkchat_status expected) {
  for (int i = 0; i < 20; i++) {
    CHECK_STATUS(expected, sparkchat_stream_send(stream, request, NULL));
  }
}

static void check_state(sparkchat_stream *stream) {
  sparkchat_request *request = question("again");
  loan of = borrow(stream);
  check_sends_fail(stream, request, SPARKCHAT_ERR_STATE);
  check_untouched(of, stream);
  sparkchat_request_free(request);
}

static void check_invalid(sparkchat_stream *stream) {
  sparkchat_request *empty = sparkchat_request_new(),
                    *spoiled = question("again");
  loan of = borrow(stream);
  CHECK(sparkchat_request_set_temperature(spoiled, 99, NULL) < 0);
  check_sends_fail(stream, empty, SPARKCHAT_ERR_INVALID_ARGUMENT);
  check_sends_fail(stream, spoiled, SPARKCHAT_ERR_INVALID_ARGUMENT);
  check_sends_fail(stream, NULL, SPARKCHAT_ERR_INVALID_ARGUMENT);
  check_untouched(of, stream);
  sparkchat_request_free(empty);
  sparkchat_request_free(spoiled);
}

/* Before the first step, in the middle of an answer, and in a group. */
CASE(question_under_way) {
  static const char *const urls[] = {"stall:at=middle,after=3,content=abcdefgh",
                                     "count:n=50"};
  for (int i = 0; i < 4; i++) {
    const char *scenario = urls[i % 2];
    sparkchat_stream *stream = opened(i < 2 ? ws(scenario) : http(scenario));
    check_state(stream);
    until(stream, SPARKCHAT_EVENT_TEXT);
    CHECK(*text_of(stream));
    check_state(stream);
    until(stream, SPARKCHAT_EVENT_TEXT);
    sparkchat_stream_free(stream);
  }
}

CASE(question_under_way_in_a_group) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join(group, client, "Hello"), *ended;
  sparkchat_status status;
  check_state(stream);
  until_in_group(group, stream, SPARKCHAT_EVENT_TEXT);
  check_state(stream);
  ended = next_end(group, &status);
  CHECK(ended == stream);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("Hello", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(exchange_that_failed) {
  sparkchat_stream *stream = opened(ws("error:code=10013,after=2"));
  CHECK(finish(stream, NULL) < 0);
  CHECK(*text_of(stream));
  check_state(stream);
  CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
  sparkchat_stream_free(stream);
}

CASE(request_that_is_not_one) {
  sparkchat_stream *stream = opened(ws("echo"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("Hello", text_of(stream));
  check_invalid(stream);
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  sparkchat_stream_free(stream);
}

/* The stream can still send a request afterwards. */
CASE(request_that_is_not_one_on_a_warm_connection) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = question("warm");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  check_invalid(stream);
  until(stream, SPARKCHAT_EVENT_READY);
  check_invalid(stream);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("warm", text_of(stream));
  check_invalid(stream);
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

static void *wait_a_while(void *stream) {
  const sparkchat_event *event = NULL;
  CHECK_STATUS(
      SPARKCHAT_AGAIN,
      sparkchat_stream_next((sparkchat_stream *)stream, 500, &event, NULL));
  return NULL;
}

CASE(another_thread_is_inside) {
  sparkchat_stream *stream =
      opened(ws("stall:at=middle,after=1,content=abcdefgh"));
  pthread_t thread;
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK(pthread_create(&thread, NULL, wait_a_while, stream) == 0);
  sleep_ms(100);
  check_state(stream);
  CHECK(pthread_join(thread, NULL) == 0);
  check_state(stream);
  sparkchat_stream_free(stream);
}

static int send_on(const sparkchat_event *event, void *user_data) {
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    check_state((sparkchat_stream *)user_data);
  }
  return 0;
}

/* From inside the callback of another exchange. */
CASE(from_a_callback) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_stream *stream =
      opened(ws("stall:at=middle,after=3,content=abcdefgh"));
  sparkchat_request *request = question("Hello");
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_stream(client, request, send_on,
                                                     stream, NULL, NULL));
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}
