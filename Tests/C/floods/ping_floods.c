/* A server that never pauses must not block the host; run by
 * test_ping_floods.py, whose server sends endless pings. */
#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <time.h>

static sparkchat_client *flooded(int first_token_ms, int total_ms) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_first_token_timeout(config, first_token_ms, NULL);
  sparkchat_config_set_total_timeout(config, total_ms, NULL);
  return client_of(config);
}

/* Allows far longer than any call here may take, and far shorter than a
 * hang. */
static void check_quick(time_t start) {
  CHECK(time(NULL) - start < 15);
}

CASE(next_comes_back) {
  sparkchat_client *client = flooded(0, 0);
  sparkchat_stream *stream = asked(client, "Hello");
  const sparkchat_event *event = NULL;
  time_t start = time(NULL);
  until(stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 4; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(stream, i % 2 * 50, &event, NULL));
  }
  check_quick(start);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(group_comes_back) {
  sparkchat_client *client = flooded(0, 0);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join(group, client, "Hello");
  time_t start = time(NULL);
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 4; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_group_next(group, i % 2 * 50, NULL, NULL, NULL));
  }
  check_quick(start);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(group_hears_a_wake_and_a_cancel) {
  sparkchat_client *client = flooded(0, 0);
  sparkchat_group *group = new_group();
  sparkchat_stream *ended = NULL, *stream = join(group, client, "Hello");
  time_t start = time(NULL);
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  sparkchat_group_wake(group);
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED,
               sparkchat_group_next(group, -1, &ended, NULL, NULL));
  CHECK(ended == stream);
  check_quick(start);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void check_deadline(sparkchat_client *client, sparkchat_phase phase) {
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  time_t start = time(NULL);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_INT(phase, sparkchat_error_phase(error));
  check_quick(start);
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(deadlines_hold) {
  check_deadline(flooded(300, 0), SPARKCHAT_PHASE_FIRST_TOKEN);
  check_deadline(flooded(0, 300), SPARKCHAT_PHASE_TOTAL);
}

CASE(others_go_on) {
  sparkchat_client *client = flooded(0, 0), *other = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *ended = NULL, *stream = join(group, client, "Hello");
  sparkchat_status status;
  time_t start = time(NULL);
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 5; i++) {
    join(group, other, "beside a flood");
  }
  for (int i = 0; i < 5; i++) {
    ended = next_end(group, &status);
    CHECK_STATUS(SPARKCHAT_DONE, status);
    CHECK_TEXT("beside a flood", text_of(ended));
    sparkchat_stream_free(ended);
  }
  check_quick(start);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(other);
  sparkchat_client_free(client);
}

/* No request is in progress: the flood is ignored. */
CASE(parked_stream_is_left_alone) {
  sparkchat_client *client = flooded(0, 0);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_connecting(group, client);
  time_t start = time(NULL);
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_DONE,
                 sparkchat_group_next(group, -1, NULL, NULL, NULL));
    sleep_ms(20);
  }
  check_quick(start);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
