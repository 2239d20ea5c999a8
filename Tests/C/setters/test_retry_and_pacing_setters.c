/* Settings of retries, pacing, log and identity: what is refused, and how. */
#include "case.h"
#include "scene.h"

#include <float.h>
#include <limits.h>
#include <math.h>

static void check_refused(sparkchat_config *config, sparkchat_status status,
                          sparkchat_error *error) {
  sparkchat_client *client = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, status);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, sparkchat_error_status(error));
  CHECK(sparkchat_error_message(error)[0] && sparkchat_error_hint(error)[0]);
  sparkchat_error_free(error);
  /* Who did not look learns of it here. */
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_new(config, &client, NULL));
}

static void check_accepted(sparkchat_config *config, sparkchat_status status) {
  sparkchat_client *client = NULL;
  CHECK_STATUS(SPARKCHAT_OK, status);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  sparkchat_client_free(client);
}

typedef sparkchat_status (*setter)(sparkchat_config *, int, sparkchat_error **);

static void check_range(setter set, int least, int most) {
  sparkchat_config *config = config_for(ws("echo"));
  const int bad[] = {least - 1, INT_MIN, most < INT_MAX ? most + 1 : least - 1};
  for (int i = 0; i < 3; i++) {
    sparkchat_error *error = NULL;
    sparkchat_status status = set(config, bad[i], &error);
    check_refused(config, status, error);
    check_accepted(config, set(config, i % 2 ? least : most, NULL));
  }
  sparkchat_config_free(config);
}

CASE(ranges) {
  check_range(sparkchat_config_set_max_attempts, 1, 10);
  check_range(sparkchat_config_set_retry_budget, 0, INT_MAX);
  check_range(sparkchat_config_set_max_concurrency, 0, 1000000);
  check_range(sparkchat_config_set_queue_timeout, 0, INT_MAX);
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

CASE(rate) {
  const double bad[] = {-1, 0.0009, 100001, NAN, INFINITY, -INFINITY, DBL_MAX};
  const double good[] = {0, 0.001, 100000, 0.5};
  sparkchat_config *config = config_for(ws("echo"));
  for (int i = 0; i < 7; i++) {
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_config_set_max_rate(config, bad[i], &error);
    check_refused(config, status, error);
    check_accepted(config,
                   sparkchat_config_set_max_rate(config, good[i % 4], NULL));
  }
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
