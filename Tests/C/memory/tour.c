/* A bit of everything in one process, for Valgrind and the sanitizers; run by
 * test_memory.py. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>

static void chat(const char *url) {
  sparkchat_stream *stream = opened(url);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(sparkchat_response_text(response, NULL) != NULL);
  CHECK(sparkchat_response_reasoning(response, NULL) != NULL);
  for (size_t i = 0; i < 3; i++) {
    (void)sparkchat_response_tool_call_arguments(response, i, NULL);
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

static void ignore_log(sparkchat_log_level level, const char *message,
                       const char *fields, void *user_data) {
  (void)level;
  (void)message;
  (void)fields;
  (void)user_data;
}

static sparkchat_client *busy_client(const char *url) {
  sparkchat_config *config = config_for(url);
  sparkchat_config_set_max_attempts(config, 2, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 5, NULL);
  sparkchat_config_set_max_concurrency(config, 3, NULL);
  sparkchat_config_set_max_rate(config, 500, NULL);
  sparkchat_config_set_idle_timeout(config, 500, NULL);
  sparkchat_config_set_log(config, SPARKCHAT_LOG_DEBUG, ignore_log, NULL, NULL,
                           NULL);
  return client_of(config);
}

static void group_of_everything(const char *url) {
  static const char *const questions[] = {
      "#scenario echo\nhello",         "#scenario error:code=10010\nx",
      "#scenario drop:after=1\nx",     "#scenario stall:at=middle\nx",
      "#scenario error:code=10013\nx", "#scenario coalesce\nx",
      "#scenario citations\nx",        "#scenario late_error\nx"};
  sparkchat_client *client = busy_client(url);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream, *warm = join_connecting(group, client);
  sparkchat_stream *victim = join(group, client, "#scenario stall\nx");
  sparkchat_request *request = question("#scenario echo\nwarm");
  sparkchat_status status;
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, cancel_soon, victim) == 0);
  for (size_t i = 0; i < 2 * sizeof questions / sizeof questions[0]; i++) {
    join(group, client, questions[i / 2]);
  }
  (void)sparkchat_group_fd(group);
  while ((stream = next_end(group, &status)) != NULL) {
    sparkchat_stream_free(stream == victim ? NULL : stream);
  }
  CHECK(pthread_join(thread, NULL) == 0);
  sparkchat_stream_free(victim);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(warm, request, NULL));
  join(group, client, "#scenario count:n=100\nabandoned");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_remove(group, warm, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(warm, NULL));
  CHECK_TEXT("warm", text_of(warm));
  sparkchat_group_wake(group);
  CHECK(sparkchat_group_next(group, 0, NULL, NULL, NULL) >= 0);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_stream_free(warm);
  CHECK_INT(1, drain(group));
  sparkchat_group_free(group);
}

CASE(groups) {
  group_of_everything(ws(NULL));
}

CASE(groups_over_tls) {
  group_of_everything(wss(NULL));
}

CASE(group_abandoned_in_the_middle) {
  sparkchat_client *client = busy_client(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[8];
  for (int i = 0; i < 8; i++) {
    streams[i] = i % 4 ? join(group, client, "#scenario count:n=1000\nx")
                       : join_connecting(group, client);
  }
  for (int i = 0; i < 100; i++) {
    CHECK(sparkchat_group_next(group, -1, NULL, NULL, NULL) >= 0);
  }
  sparkchat_stream_free(streams[1]);
  sparkchat_stream_free(streams[4]);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  for (int i = 0; i < 8; i++) {
    sparkchat_stream_free(i == 1 || i == 4 ? NULL : streams[i]);
  }
}

CASE(connection_that_is_kept) {
  char url[256];
  sparkchat_config *config;
  sparkchat_client *client;
  sparkchat_stream *stream = NULL;
  snprintf(url, sizeof url, "%s/v1.1/chat", required("SPARK_WSS"));
  config = config_for(url);
  sparkchat_config_set_domain(config, "xdeepseekv3", NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  until(stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 4; i++) {
    sparkchat_request *request = question("1+1");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    sparkchat_request_free(request);
  }
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}
