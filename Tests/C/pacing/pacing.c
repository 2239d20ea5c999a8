/* Pacing: requests wait in the queue; run by test_pacing.py, whose server
 * answers each question with itself, "hold" never, and "meet" once four of them
 * are in progress. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sparkchat_client *limited(int at_once, double per_second, int queue_ms) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_max_concurrency(config, at_once, NULL);
  sparkchat_config_set_max_rate(config, per_second, NULL);
  sparkchat_config_set_queue_timeout(config, queue_ms, NULL);
  sparkchat_config_set_total_timeout(config, 60000, NULL);
  return client_of(config);
}

static void add(sparkchat_group *group, const sparkchat_client *client,
                const char *text) {
  sparkchat_stream *stream = asked(client, text);
  sparkchat_stream_set_user_data(stream, strdup(text));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
}

static void add_numbered(sparkchat_group *group, const sparkchat_client *client,
                         int count) {
  for (int i = 0; i < count; i++) {
    char text[32];
    snprintf(text, sizeof text, "question %d", i);
    add(group, client, text);
  }
}

/* Drives the group until all streams have their answers with the right text. */
static void drain(sparkchat_group *group) {
  while (sparkchat_group_count(group) > 0) {
    sparkchat_stream *stream = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, NULL, &error);
    if (status < 0) {
      fail_case(__FILE__, __LINE__, sparkchat_error_message(error));
    }
    if (status == SPARKCHAT_DONE) {
      CHECK_TEXT((char *)sparkchat_stream_user_data(stream), text_of(stream));
      free(sparkchat_stream_user_data(stream));
      sparkchat_stream_free(stream);
    }
  }
}

static void ask_in_a_group(int at_once, double per_second, int count) {
  sparkchat_client *client = limited(at_once, per_second, 0);
  sparkchat_group *group = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  add_numbered(group, client, count);
  drain(group);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(four_at_once) {
  ask_in_a_group(4, 0, 40);
}

CASE(one_after_the_other) {
  ask_in_a_group(1, 0, 12);
}

CASE(twenty_a_second) {
  ask_in_a_group(0, 20, 11);
}

CASE(two_at_once_and_twenty_a_second) {
  ask_in_a_group(2, 20, 8);
}

static void *ask_some(void *client) {
  for (int i = 0; i < 4; i++) {
    sparkchat_stream *stream = asked((sparkchat_client *)client, "threaded");
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    CHECK_TEXT("threaded", text_of(stream));
    sparkchat_stream_free(stream);
  }
  return NULL;
}

CASE(threads_and_groups) {
  sparkchat_client *client = limited(4, 0, 0);
  sparkchat_group *groups[2] = {NULL, NULL};
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_create(&threads[i], NULL, ask_some, client) == 0);
  }
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&groups[i], NULL));
    add_numbered(groups[i], client, 10);
  }
  for (int i = 0; i < 2; i++) {
    /* A stream in the other group that has its turn must not be needed. */
    drain(groups[i]);
    sparkchat_group_free(groups[i]);
  }
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  sparkchat_client_free(client);
}

/* Four finish at the same moment: all four places are taken again. */
CASE(all_places_are_taken_again) {
  sparkchat_client *client = limited(4, 0, 0);
  sparkchat_group *group = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  for (int i = 0; i < 12; i++) {
    add(group, client, "meet");
  }
  drain(group);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static sparkchat_stream *holding(const sparkchat_client *client) {
  sparkchat_stream *stream = asked(client, "hold");
  until(stream, SPARKCHAT_EVENT_READY);
  return stream;
}

static void check_waits(sparkchat_stream *stream) {
  const sparkchat_event *event = NULL;
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_stream_next(stream, 50, &event, NULL));
}

CASE(waiting_has_a_deadline) {
  sparkchat_client *client = limited(1, 0, 150);
  sparkchat_stream *first = holding(client), *second = asked(client, "late");
  const sparkchat_response *response = sparkchat_stream_response(second);
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(second, &error));
  CHECK_INT(SPARKCHAT_PHASE_QUEUE, sparkchat_error_phase(error));
  CHECK_TEXT("queue", sparkchat_phase_name(sparkchat_error_phase(error)));
  CHECK_INT(1, sparkchat_error_retryable(error));
  CHECK_INT(SPARKCHAT_OUTCOME_TIMEOUT, outcome_of(second));
  CHECK_INT(0, sparkchat_response_attempts(response));
  CHECK_INT(SPARKCHAT_CONNECTION_NONE, sparkchat_response_connection(response));
  sparkchat_error_free(error);
  sparkchat_stream_free(second);
  sparkchat_stream_free(first);
  CHECK(ask_some(client) == NULL);
  sparkchat_client_free(client);
}

CASE(total_deadline_counts_in_line) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *first, *second;
  sparkchat_error *error = NULL;
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  sparkchat_config_set_total_timeout(config, 1500, NULL);
  client = client_of(config);
  first = holding(client);
  second = asked(client, "late");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(second, &error));
  CHECK_INT(SPARKCHAT_PHASE_TOTAL, sparkchat_error_phase(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(second);
  sparkchat_stream_free(first);
  sparkchat_client_free(client);
}

static void *cancel_soon(void *stream) {
  sleep_ms(50);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

CASE(cancel_in_line) {
  sparkchat_client *client = limited(1, 0, 0);
  sparkchat_stream *first = holding(client), *second = asked(client, "second"),
                   *third = asked(client, "third");
  sparkchat_error *error = NULL;
  pthread_t thread;
  check_waits(second);
  check_waits(third);
  CHECK(pthread_create(&thread, NULL, cancel_soon, second) == 0);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(second, &error));
  CHECK_INT(SPARKCHAT_PHASE_QUEUE, sparkchat_error_phase(error));
  CHECK(pthread_join(thread, NULL) == 0);
  check_waits(third);
  sparkchat_stream_cancel(first);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(first, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(third, NULL));
  CHECK_TEXT("third", text_of(third));
  sparkchat_error_free(error);
  sparkchat_stream_free(first);
  sparkchat_stream_free(second);
  sparkchat_stream_free(third);
  sparkchat_client_free(client);
}

CASE(freed_streams_give_their_places) {
  sparkchat_client *client = limited(1, 0, 0);
  sparkchat_stream *first = holding(client), *second = asked(client, "second"),
                   *third = asked(client, "third");
  check_waits(second);
  check_waits(third);
  sparkchat_stream_free(second); /* in the queue */
  check_waits(third);
  sparkchat_stream_free(first); /* in progress */
  CHECK_STATUS(SPARKCHAT_DONE, finish(third, NULL));
  sparkchat_stream_free(third);
  sparkchat_client_free(client);
}

/* A thread may open one stream, and run another first. */
CASE(stream_that_nobody_drives_holds_nobody_up) {
  sparkchat_client *client = limited(1, 20, 0);
  sparkchat_stream *first = asked(client, "first"),
                   *second = asked(client, "second");
  CHECK_STATUS(SPARKCHAT_DONE, finish(second, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(first, NULL));
  CHECK_TEXT("first", text_of(first));
  sparkchat_stream_free(first);
  sparkchat_stream_free(second);
  sparkchat_client_free(client);
}

/* A connection may be open before its request may be sent. */
CASE(warm_stream_waits_in_line) {
  sparkchat_client *client = limited(1, 0, 0);
  sparkchat_stream *first = holding(client), *warm = NULL;
  sparkchat_request *request = question("warm");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &warm, NULL));
  until(warm, SPARKCHAT_EVENT_READY);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(warm, request, NULL));
  check_waits(warm);
  sparkchat_stream_free(first);
  CHECK_STATUS(SPARKCHAT_DONE, finish(warm, NULL));
  CHECK_TEXT("warm", text_of(warm));
  CHECK_INT(SPARKCHAT_CONNECTION_WARM,
            sparkchat_response_connection(sparkchat_stream_response(warm)));
  sparkchat_request_free(request);
  sparkchat_stream_free(warm);
  sparkchat_client_free(client);
}

CASE(failures_give_their_places) {
  sparkchat_client *client = limited(1, 0, 0);
  for (int i = 0; i < 5; i++) {
    sparkchat_stream *stream = asked(client, "fail");
    CHECK_STATUS(SPARKCHAT_ERR_CONTENT_FILTERED, finish(stream, NULL));
    CHECK(ask_some(client) == NULL); /* although the stream still exists */
    sparkchat_stream_free(stream);
  }
  sparkchat_client_free(client);
}

/* Streams after cancelled ones move up, and are woken. */
CASE(line_moves_up) {
  sparkchat_client *client = limited(0, 2, 0);
  sparkchat_group *group = NULL;
  sparkchat_stream *streams[20], *ended = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  for (int i = 0; i < 20; i++) {
    streams[i] = asked(client, "moves up");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, streams[i], NULL));
  }
  while (ended != streams[0]) { /* by now, the others are in the queue */
    CHECK(sparkchat_group_next(group, -1, &ended, NULL, NULL) >= 0);
  }
  for (int i = 1; i < 18; i++) {
    sparkchat_stream_free(streams[i]);
  }
  for (int left = 2; left > 0;) {
    sparkchat_status status =
        sparkchat_group_next(group, 5000, &ended, NULL, NULL);
    CHECK(status == SPARKCHAT_OK || status == SPARKCHAT_DONE);
    left -= status == SPARKCHAT_DONE;
  }
  sparkchat_stream_free(streams[0]);
  sparkchat_stream_free(streams[18]);
  sparkchat_stream_free(streams[19]);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* Leaves streams at the front of the queue that were driven before, and are not
 * driven again; alone and in a group that no one calls. */
static void leave_some_in_line(sparkchat_stream *left[3],
                               const sparkchat_client *client,
                               sparkchat_group *group) {
  for (int i = 0; i < 3; i++) {
    left[i] = asked(client, "left");
    if (i == 2) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, left[i], NULL));
      CHECK_STATUS(SPARKCHAT_AGAIN,
                   sparkchat_group_next(group, 50, NULL, NULL, NULL));
    } else {
      check_waits(left[i]);
    }
  }
}

static void *answer_the_rest(void *client) {
  return ask_some(client);
}

static void check_left_lets_others_pass(int at_once, double per_second) {
  sparkchat_client *client = limited(at_once, per_second, 0);
  sparkchat_group *idle = NULL;
  sparkchat_stream *left[3], *first = holding(client),
                             *second = at_once > 1 ? holding(client) : NULL;
  pthread_t threads[3];
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&idle, NULL));
  leave_some_in_line(left, client, idle);
  for (int i = 0; i < 3; i++) {
    CHECK(pthread_create(&threads[i], NULL, answer_the_rest, client) == 0);
  }
  sleep_ms(100);
  sparkchat_stream_free(first);
  sparkchat_stream_free(second);
  for (int i = 0; i < 3; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  /* Nothing is lost: they send their requests when they are driven again. */
  CHECK_STATUS(SPARKCHAT_DONE, finish(left[1], NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_remove(idle, left[2], NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(left[2], NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(left[0], NULL));
  for (int i = 0; i < 3; i++) {
    CHECK_TEXT("left", text_of(left[i]));
    sparkchat_stream_free(left[i]);
  }
  sparkchat_group_free(idle);
  sparkchat_client_free(client);
}

CASE(stream_that_is_left_lets_others_pass) {
  check_left_lets_others_pass(1, 0);
}

CASE(stream_that_is_left_lets_others_pass_with_two_at_once) {
  check_left_lets_others_pass(2, 0);
}

CASE(stream_that_is_left_lets_others_pass_with_a_rate) {
  check_left_lets_others_pass(0, 2);
}

/* The retry budget includes the time in the queue, and undriven time. */
static void check_budget(int drives_late) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_budget(config, drives_late ? 700 : 500, NULL);
  sparkchat_config_set_retry_backoff(config, 300, 300, NULL);
  sparkchat_config_set_max_rate(config, drives_late ? 0 : 0.2, NULL);
  client = client_of(config);
  stream = asked(client, "limit");
  if (drives_late) {
    sparkchat_status status = SPARKCHAT_OK;
    while (status == SPARKCHAT_OK) {
      status = sparkchat_stream_next(stream, 200, &event, NULL);
    }
    CHECK_STATUS(SPARKCHAT_AGAIN, status);
    sleep_ms(1000);
  }
  CHECK_STATUS(SPARKCHAT_ERR_RATE_LIMITED, finish(stream, &error));
  CHECK_INT(11202, sparkchat_error_service_code(error));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(budget_counts_in_line) {
  check_budget(0);
}

CASE(budget_counts_where_nobody_drives) {
  check_budget(1);
}
