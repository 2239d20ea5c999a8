/* Cancelling: from another thread, a signal handler, and the callback. */
#define _XOPEN_SOURCE 700

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void *cancel_soon(void *stream) {
  sleep_ms(30);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

static void check_cancelled_by_thread(const char *url, const char *text) {
  sparkchat_stream *stream = opened(url);
  sparkchat_error *error = NULL;
  pthread_t thread;
  while (strlen(text_of(stream)) < strlen(text)) {
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_next(stream, -1, NULL, NULL));
  }
  CHECK(pthread_create(&thread, NULL, cancel_soon, stream) == 0);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, &error));
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, sparkchat_error_status(error));
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, outcome_of(stream));
  CHECK_TEXT(text, text_of(stream));
  CHECK(pthread_join(thread, NULL) == 0);
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
}

CASE(from_another_thread_in_the_middle) {
  check_cancelled_by_thread(wss("stall:at=middle,after=3,content=abcdef"),
                            "abcde");
}

CASE(from_another_thread_before_the_first_token) {
  check_cancelled_by_thread(ws("stall:at=request"), "");
}

CASE(from_another_thread_during_tls) {
  check_cancelled_by_thread(faulty("wss", "blackhole"), "");
}

CASE(from_another_thread_during_the_upgrade) {
  check_cancelled_by_thread(ws("upgrade_stall"), "");
}

static sparkchat_stream *volatile running;

static void cancel_running(int number) {
  (void)number;
  sparkchat_stream_cancel(running);
}

static void cancel_on(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = cancel_running;
  CHECK(sigaction(number, &action, NULL) == 0);
}

/* Can be cancelled at any time, except during its calls of the library. */
static void *ask_and_end(void *unused) {
  int before;
  sparkchat_client *client;
  sparkchat_stream *stream;
  (void)unused;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
  client = client_for(wss("slow:delay_ms=1,bytes=40"));
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
  CHECK(pthread_setcancelstate(before, NULL) == 0);
  sleep_ms(60000);
  return NULL;
}

CASE(thread_that_is_cancelled_behind_its_calls) {
  pthread_t thread;
  void *ended = NULL;
  CHECK(pthread_create(&thread, NULL, ask_and_end, NULL) == 0);
  sleep_ms(30);
  CHECK(pthread_cancel(thread) == 0);
  CHECK(pthread_join(thread, &ended) == 0);
  CHECK(ended == PTHREAD_CANCELED);
}

CASE(from_a_signal_handler_while_waiting) {
  sparkchat_stream *stream = opened(wss("stall:at=middle"));
  running = stream;
  cancel_on(SIGALRM);
  alarm(1);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  sparkchat_stream_free(stream);
}

CASE(from_a_signal_handler_while_busy) {
  sparkchat_stream *stream = opened(ws("count:n=100000"));
  running = stream;
  cancel_on(SIGUSR1);
  until(stream, SPARKCHAT_EVENT_TEXT);
  raise(SIGUSR1);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, outcome_of(stream));
  sparkchat_stream_free(stream);
}

CASE(after_cancel_there_are_no_more_events) {
  sparkchat_stream *stream = opened(ws("coalesce"));
  const sparkchat_event *event = NULL;
  until(stream, SPARKCHAT_EVENT_TEXT); /* more have arrived after it */
  sleep_ms(20);
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED,
               sparkchat_stream_next(stream, -1, &event, NULL));
  CHECK(event == NULL);
  sparkchat_stream_free(stream);
}

typedef struct callback_log {
  int calls, texts, stop_at;
  pthread_t thread;
} callback_log;

static int stop_at_text(const sparkchat_event *event, void *user_data) {
  callback_log *log = (callback_log *)user_data;
  log->calls++;
  log->thread = pthread_self();
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    log->texts++;
  }
  return log->texts == log->stop_at ? 7 : 0;
}

CASE(from_the_callback) {
  sparkchat_client *client = client_for(wss("count:n=1000"));
  sparkchat_request *request = question("Hello");
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  callback_log log = {0, 0, 3, pthread_self()};
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK,
               sparkchat_client_stream(client, request, stop_at_text, &log,
                                       &response, &error));
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK, sparkchat_error_status(error));
  CHECK_INT(3, log.texts);
  CHECK_INT(4, log.calls); /* with READY */
  CHECK(pthread_equal(log.thread, pthread_self()));
  CHECK_TEXT("0 1 2 ", sparkchat_response_text(response, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, sparkchat_response_outcome(response));
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

static int stop_at_once(const sparkchat_event *event, void *user_data) {
  (void)event;
  ++*(int *)user_data;
  return -1;
}

CASE(from_the_callback_at_the_first_event) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = question("Hello");
  int calls = 0;
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK,
               sparkchat_client_stream(client, request, stop_at_once, &calls,
                                       NULL, NULL));
  CHECK_INT(1, calls);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

static int ask_again(const sparkchat_event *event, void *user_data) {
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_READY) {
    sparkchat_request *request = question("inner");
    sparkchat_response *response = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_invoke((const sparkchat_client *)user_data,
                                         request, &response, NULL));
    CHECK_TEXT("inner", sparkchat_response_text(response, NULL));
    sparkchat_response_free(response);
    sparkchat_request_free(request);
  }
  return 0;
}

CASE(callback_may_ask_something_else) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = question("outer");
  sparkchat_response *response = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_stream(client, request, ask_again,
                                                     client, &response, NULL));
  CHECK_TEXT("outer", sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

/* The stream is connected without a request, so there is something to stop. */
CASE(cancel_before_the_first_question) {
  sparkchat_client *client = client_for(ws("echo"));
  for (int sends = 0; sends < 2; sends++) {
    sparkchat_stream *stream = NULL;
    sparkchat_request *request = question("Hello");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
    until(stream, SPARKCHAT_EVENT_READY);
    sparkchat_stream_cancel(stream);
    if (sends) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
    }
    for (int i = 0; i < 2; i++) {
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
    }
    CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, outcome_of(stream));
    sparkchat_request_free(request);
    sparkchat_stream_free(stream);
  }
  sparkchat_client_free(client);
}

CASE(cancel_before_the_first_question_in_a_group) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_connecting(group, client), *ended;
  sparkchat_status status;
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  sparkchat_stream_cancel(stream);
  ended = next_end(group, &status);
  CHECK(ended == stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, status);
  CHECK_INT(0, sparkchat_group_count(group));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* It does not apply to the next request. */
CASE(cancel_behind_the_end) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_stream *stream = asked(client, "first");
  sparkchat_request *request = question("second");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("second", text_of(stream));
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}
