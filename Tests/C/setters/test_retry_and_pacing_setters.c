/* Settings of retries and pacing: refused values, and working extremes. */
#include "case.h"
#include "scene.h"

#include <limits.h>

static void check_refused(sparkchat_config *config, sparkchat_status status,
                          sparkchat_error *error) {
  sparkchat_client *client = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, status);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, sparkchat_error_status(error));
  CHECK(sparkchat_error_message(error)[0] && sparkchat_error_hint(error)[0]);
  sparkchat_error_free(error);
  /* A caller that ignored the setter's error gets it here. */
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_new(config, &client, NULL));
}

static void check_accepted(sparkchat_config *config, sparkchat_status status) {
  sparkchat_client *client = NULL;
  CHECK_STATUS(SPARKCHAT_OK, status);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  sparkchat_client_free(client);
}

CASE(backoff) {
  static const int bad[][2] = {{-1, 5}, {5, 4}, {0, -1}, {INT_MAX, 0}};
  sparkchat_config *config = config_for(ws("echo"));
  for (int i = 0; i < 4; i++) {
    sparkchat_error *error = NULL;
    sparkchat_status status = sparkchat_config_set_retry_backoff(
        config, bad[i][0], bad[i][1], &error);
    check_refused(config, status, error);
    check_accepted(config,
                   sparkchat_config_set_retry_backoff(config, 0, 0, NULL));
  }
  check_accepted(config, sparkchat_config_set_retry_backoff(config, INT_MAX,
                                                            INT_MAX, NULL));
  sparkchat_config_free(config);
}

/* The widest settings must not overflow anything. */
CASE(extremes_work) {
  sparkchat_config *config =
      config_for(ws("error:code=11202,times=1&tag=wide"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_max_attempts(config, 10, NULL);
  sparkchat_config_set_retry_budget(config, INT_MAX, NULL);
  sparkchat_config_set_retry_backoff(config, 0, INT_MAX, NULL);
  sparkchat_config_set_max_rate(config, 100000, NULL);
  sparkchat_config_set_max_concurrency(config, 1000000, NULL);
  sparkchat_config_set_queue_timeout(config, INT_MAX, NULL);
  sparkchat_config_set_total_timeout(config, INT_MAX, NULL);
  sparkchat_config_set_idle_timeout(config, INT_MAX, NULL);
  sparkchat_config_set_first_token_timeout(config, INT_MAX, NULL);
  client = client_of(config);
  stream = asked(client, "1+1");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("1 + 1 = **2**.", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(slowest_rate_works) {
  sparkchat_config *config = config_for(ws("echo"));
  sparkchat_client *client;
  sparkchat_stream *first, *second;
  const sparkchat_event *event = NULL;
  sparkchat_config_set_max_rate(config, 0.001, NULL);
  client = client_of(config);
  first = asked(client, "at once");
  second = asked(client, "in a quarter of an hour");
  CHECK_STATUS(SPARKCHAT_DONE, finish(first, NULL));
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_stream_next(second, 50, &event, NULL));
  sparkchat_stream_free(first);
  sparkchat_stream_free(second);
  sparkchat_client_free(client);
}
