/* A bit of everything in one process: what Valgrind and the sanitizers run. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>

static void chat(const char *url) {
  sparkchat_stream *stream = opened(url);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(sparkchat_response_text(response, NULL) != NULL);
  CHECK(sparkchat_response_reasoning(response, NULL) != NULL);
  for (size_t i = 0; i < 3; i++) {
    (void)sparkchat_response_function_arguments(response, i, NULL);
    (void)sparkchat_response_citation_title(response, i);
  }
  sparkchat_stream_free(stream);
}

static void fail(const char *url, sparkchat_status status) {
  sparkchat_client *client = client_for(url);
  sparkchat_request *request = question("Hello");
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(status,
               sparkchat_client_invoke(client, request, &response, &error));
  CHECK(*sparkchat_error_message(error));
  (void)sparkchat_error_hint(error);
  (void)sparkchat_error_http_body(error);
  (void)sparkchat_error_sid(error);
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

static void *cancel_soon(void *stream) {
  sleep_ms(50);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

static void cancel(const char *url) {
  sparkchat_stream *stream = opened(url);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, cancel_soon, stream) == 0);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK(pthread_join(thread, NULL) == 0);
  sparkchat_stream_free(stream);
}

static void time_out(const char *url) {
  sparkchat_config *config = config_for(url);
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_idle_timeout(config, 50, NULL);
  sparkchat_config_set_total_timeout(config, 2000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(chats) {
  chat(wss("reasoning"));
  chat(ws("citations"));
  chat(wss("function_call"));
  chat(wss("fragments"));
  chat(ws("late_error"));
}

CASE(errors) {
  fail(wss("error:code=10013,after=2"), SPARKCHAT_ERR_CONTENT_FILTERED);
  fail(ws("status:code=503,chunked=1"), SPARKCHAT_ERR_SERVICE);
  fail(wss("skew:always=1"), SPARKCHAT_ERR_AUTH);
  fail(ws("drop:how=reset"), SPARKCHAT_ERR_TRUNCATED);
  fail(ws("bad_utf8"), SPARKCHAT_ERR_PROTOCOL);
  fail(wss("bad_json"), SPARKCHAT_ERR_PROTOCOL);
  fail(faulty("wss", "tls_untrusted"), SPARKCHAT_ERR_CERTIFICATE);
  fail("wss://localhost:1/v3.5/chat", SPARKCHAT_ERR_CONNECT);
}

CASE(cancels_and_timeouts) {
  cancel(wss("stall:at=middle"));
  cancel(faulty("wss", "blackhole"));
  time_out(wss("stall:at=middle"));
  time_out(ws("upgrade_stall"));
}

CASE(abandoned_in_every_state) {
  static const char *const scenarios[] = {"echo", "stall:at=request",
                                          "upgrade_stall", "count:n=1000"};
  for (int i = 0; i < 4; i++) {
    for (int waits = 0; waits < 4; waits++) {
      sparkchat_stream *stream = opened(wss(scenarios[i]));
      const sparkchat_event *event = NULL;
      for (int wait = 0; wait < waits; wait++) {
        CHECK(sparkchat_stream_next(stream, 20, &event, NULL) >= 0);
      }
      sparkchat_stream_free(stream);
    }
  }
}
