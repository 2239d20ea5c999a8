/* Warm connections in a group; run by test_group_parked.py against a service
 * that closes connections without a request within a second. */
#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>

enum { WARM = 8, LONG_MS = 20000, PAUSE_MS = 1500 };

static sparkchat_client *client_at(const char *variable, const char *domain) {
  sparkchat_config *config = config_for(required(variable));
  sparkchat_config_set_domain(config, domain, NULL);
  return client_of(config);
}

/* Opens all connections, and parks them. */
static void park(sparkchat_group *group, const sparkchat_client *client,
                 sparkchat_stream *streams[WARM]) {
  int ready = 0;
  for (int i = 0; i < WARM; i++) {
    streams[i] = join_connecting(group, client);
  }
  while (ready < WARM) {
    sparkchat_stream *stream = NULL;
    const sparkchat_event *event = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, &stream, &event, NULL));
    CHECK_INT(SPARKCHAT_EVENT_READY, sparkchat_event_kind_of(event));
    ready++;
  }
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  CHECK_INT(WARM, sparkchat_group_count(group));
}

static void send_text(sparkchat_stream *stream, const char *text) {
  sparkchat_request *request = question(text);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  sparkchat_request_free(request);
}

static void answer_all(sparkchat_group *group, sparkchat_stream *streams[WARM],
                       int is_warm) {
  sparkchat_status status;
  char text[32];
  for (int i = 0; i < WARM; i++) {
    snprintf(text, sizeof text, "number %d", i);
    send_text(streams[i], text);
  }
  for (int i = 0; i < WARM; i++) {
    CHECK(next_end(group, &status) != NULL);
    CHECK_STATUS(SPARKCHAT_DONE, status);
  }
  CHECK_INT(0, sparkchat_group_count(group));
  for (int i = 0; i < WARM; i++) {
    const sparkchat_response *response = sparkchat_stream_response(streams[i]);
    snprintf(text, sizeof text, "number %d", i);
    CHECK_TEXT(text, text_of(streams[i]));
    CHECK_INT(1, sparkchat_response_attempts(response));
    CHECK_INT(is_warm, sparkchat_response_connection(response) ==
                           SPARKCHAT_CONNECTION_WARM);
  }
}

static void finish_case(sparkchat_group *group, sparkchat_stream *streams[WARM],
                        sparkchat_client *client) {
  for (int i = 0; i < WARM; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(warm_in_a_group) {
  sparkchat_client *client = client_at("SPARK_URL", "generalv3.5");
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[WARM];
  park(group, client, streams);
  answer_all(group, streams, 1);
  finish_case(group, streams, client);
}

/* The service closes the connections while no one checks them. */
CASE(dead_in_a_group) {
  sparkchat_client *client = client_at("SPARK_URL", "generalv3.5");
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[WARM];
  park(group, client, streams);
  sleep_ms(PAUSE_MS);
  answer_all(group, streams, 0);
  finish_case(group, streams, client);
}

/* The host's loop checks: a dead connection must not keep it busy. */
CASE(dead_in_the_hosts_loop) {
  sparkchat_client *client = client_at("SPARK_URL", "generalv3.5");
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[WARM];
  int looks = 0;
  park(group, client, streams);
  while (is_readable(sparkchat_group_fd(group), 2000)) {
    /* On a stalling machine, more than one check may be needed. */
    sparkchat_status status = sparkchat_group_next(group, 0, NULL, NULL, NULL);
    CHECK(status == SPARKCHAT_DONE || status == SPARKCHAT_AGAIN);
    CHECK(looks++ < 50);
  }
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, 0, NULL, NULL, NULL));
  CHECK_INT(WARM, sparkchat_group_count(group));
  answer_all(group, streams, 0);
  finish_case(group, streams, client);
}

/* A hosted model's stream leaves the group with its answer, and returns with
 * the next request. */
CASE(hosted_in_a_group) {
  sparkchat_client *client = client_at("SPARK_HOSTED_URL", "xdeepseekv3");
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[WARM];
  park(group, client, streams);
  for (int turn = 0; turn < 3; turn++) {
    answer_all(group, streams, 1);
    for (int i = 0; i < WARM; i++) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, streams[i], NULL));
    }
  }
  CHECK_INT(WARM, sparkchat_group_count(group));
  finish_case(group, streams, client);
}

/* Parked streams do not count as streams in progress. */
CASE(parked_beside_others) {
  sparkchat_client *client = client_at("SPARK_URL", "generalv3.5");
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[WARM];
  park(group, client, streams);
  for (int i = 0; i < 5; i++) {
    join(group, client, "beside");
  }
  CHECK_INT(5, drain(group));
  CHECK_INT(WARM, sparkchat_group_count(group));
  sparkchat_stream_cancel(streams[0]);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  CHECK_INT(WARM - 1, sparkchat_group_count(group));
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_remove(group, streams[1], NULL));
  send_text(streams[1], "alone");
  CHECK_STATUS(SPARKCHAT_DONE, finish(streams[1], NULL));
  finish_case(group, streams, client);
}
