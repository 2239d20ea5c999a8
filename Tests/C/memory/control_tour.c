/* A walk through groups, warm connections, retries, cancelling and waiting in
 * line, for Valgrind and sanitizers; run by test_control_memory.py. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>

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

static void *cancel_soon(void *stream) {
  sleep_ms(20);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

static void tour(const char *url) {
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

CASE(plain) {
  tour(ws(NULL));
}

CASE(over_tls) {
  tour(wss(NULL));
}

/* Everything is given up in the middle of something. */
CASE(abandoned) {
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

CASE(hosted) {
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
