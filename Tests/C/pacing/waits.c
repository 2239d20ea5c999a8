/* A request waits, in the queue or between two attempts, while its connection
 * has incoming data: the host's limits hold, no CPU time is wasted, and the
 * request is sent in its turn; run by test_waits.py, whose server sends data on
 * a connection before the request, and answers each question with itself, but
 * "hold" never. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <string.h>
#include <time.h>

static double seconds_of(clockid_t clock) {
  struct timespec now;
  CHECK(clock_gettime(clock, &now) == 0);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

typedef struct watch {
  double wall, cpu;
} watch;

static watch start_watch(void) {
  watch of = {seconds_of(CLOCK_MONOTONIC),
              seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
  return of;
}

/* Checks that the wait slept, and returned well in time. */
static void check_slept(watch since, double at_least) {
  double wall = seconds_of(CLOCK_MONOTONIC) - since.wall;
  double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - since.cpu;
  CHECK(wall >= at_least);
  CHECK(wall < 10);
  CHECK(cpu < wall / 2);
}

static sparkchat_client *paced(int at_once, double per_second) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_max_concurrency(config, at_once, NULL);
  sparkchat_config_set_max_rate(config, per_second, NULL);
  sparkchat_config_set_queue_timeout(config, 15000, NULL);
  sparkchat_config_set_first_token_timeout(config, 60000, NULL);
  sparkchat_config_set_max_attempts(config, 3, NULL);
  return client_of(config);
}

static sparkchat_stream *holding(const sparkchat_client *client) {
  sparkchat_stream *stream = asked(client, "hold");
  const sparkchat_event *event = NULL;
  /* Over HTTP, no event reports that the request has been sent. */
  until(stream, SPARKCHAT_EVENT_READY);
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(stream, 0, &event, NULL));
  return stream;
}

static sparkchat_stream *connected(const sparkchat_client *client) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  until(stream, SPARKCHAT_EVENT_READY);
  return stream;
}

static void send_text(sparkchat_stream *stream, const char *text) {
  sparkchat_request *request = question(text);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  sparkchat_request_free(request);
}

/* Waits until the server's data has arrived. */
static void let_it_speak(void) {
  sleep_ms(200);
}

static void check_answered(sparkchat_stream *stream, const char *text) {
  sparkchat_error *error = NULL;
  if (finish(stream, &error) != SPARKCHAT_DONE) {
    fail_case(__FILE__, __LINE__, sparkchat_error_message(error));
  }
  CHECK_TEXT(text, text_of(stream));
}

CASE(in_line_behind_another) {
  sparkchat_client *client = paced(1, 0);
  sparkchat_stream *first = holding(client), *warm = connected(client);
  const sparkchat_event *event = NULL;
  watch since;
  let_it_speak();
  send_text(warm, "warm");
  since = start_watch();
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(warm, 500, &event, NULL));
  }
  check_slept(since, 0.9);
  sparkchat_stream_free(first);
  check_answered(warm, "warm");
  sparkchat_stream_free(warm);
  sparkchat_client_free(client);
}

/* No other request has to end: its turn comes with time. */
CASE(in_line_for_the_rate) {
  sparkchat_client *client = paced(0, 0.4);
  sparkchat_stream *first = asked(client, "first"), *warm;
  const sparkchat_event *event = NULL;
  watch since;
  check_answered(first, "first");
  warm = connected(client);
  let_it_speak();
  send_text(warm, "warm");
  since = start_watch();
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(warm, 0, &event, NULL));
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(warm, 500, &event, NULL));
  check_slept(since, 0.4);
  since = start_watch();
  check_answered(warm, "warm");
  check_slept(since, 0.2);
  sparkchat_stream_free(first);
  sparkchat_stream_free(warm);
  sparkchat_client_free(client);
}

/* Another member of the group is answered meanwhile. */
CASE(in_line_in_a_group) {
  sparkchat_client *client = paced(1, 0), *other = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *first = holding(client), *warm = connected(client), *ended;
  sparkchat_status status;
  watch since;
  let_it_speak();
  send_text(warm, "warm");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, warm, NULL));
  since = start_watch();
  for (int i = 0; i < 20; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_group_next(group, i < 18 ? 0 : 500,
                                                       &ended, NULL, NULL));
    CHECK(ended == NULL);
  }
  check_slept(since, 0.9);
  ended = NULL;
  join(group, other, "beside");
  ended = next_end(group, &status);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(ended != warm);
  CHECK_TEXT("beside", text_of(ended));
  sparkchat_stream_free(ended);
  sparkchat_stream_free(first);
  CHECK(next_end(group, &status) == warm);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("warm", text_of(warm));
  sparkchat_stream_free(warm);
  sparkchat_group_free(group);
  sparkchat_client_free(other);
  sparkchat_client_free(client);
}

/* The descriptor for the host's own loop is quiet meanwhile. */
CASE(in_line_in_the_hosts_loop) {
  sparkchat_client *client = paced(1, 0);
  sparkchat_group *group = new_group();
  sparkchat_stream *first = holding(client), *warm = connected(client), *ended;
  double until_then = seconds_of(CLOCK_MONOTONIC) + 0.8;
  sparkchat_status status;
  int looks = 0;
  let_it_speak();
  send_text(warm, "warm");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, warm, NULL));
  while (seconds_of(CLOCK_MONOTONIC) < until_then) {
    if (is_readable(sparkchat_group_fd(group), 200)) {
      CHECK_STATUS(SPARKCHAT_AGAIN,
                   sparkchat_group_next(group, 0, &ended, NULL, NULL));
      looks++;
    }
  }
  /* A server that sends data every few milliseconds may cause wakes. */
  CHECK(looks < 1000);
  sparkchat_stream_free(first);
  CHECK(next_end(group, &status) == warm);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("warm", text_of(warm));
  sparkchat_stream_free(warm);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* The total deadline and a cancel end the wait. */
CASE(deadlines_and_cancel_in_line) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *first, *late, *cancelled;
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  sparkchat_config_set_queue_timeout(config, 600, NULL);
  client = client_of(config);
  first = holding(client);
  late = connected(client);
  cancelled = connected(client);
  let_it_speak();
  send_text(late, "late");
  send_text(cancelled, "cancelled");
  sparkchat_stream_cancel(cancelled);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(cancelled, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(late, NULL));
  sparkchat_stream_free(first);
  sparkchat_stream_free(late);
  sparkchat_stream_free(cancelled);
  sparkchat_client_free(client);
}

/* Returns a stream whose busy server has asked for a pause, and keeps
 * sending. */
static sparkchat_stream *refused_once(void) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_max_attempts(config, 2, NULL);
  sparkchat_config_set_retry_backoff(config, 3000, 3000, NULL);
  client = client_of(config);
  stream = asked(client, "busy at first");
  sparkchat_client_free(client);
  return stream;
}

CASE(between_two_attempts) {
  sparkchat_stream *stream = refused_once();
  const sparkchat_event *event = NULL;
  watch since = start_watch();
  until(stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(stream, 500, &event, NULL));
  }
  check_slept(since, 0.9);
  check_answered(stream, "busy at first");
  CHECK_INT(2, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  sparkchat_stream_free(stream);
}

CASE(between_two_attempts_in_a_group) {
  sparkchat_stream *stream = refused_once(), *ended = NULL;
  sparkchat_group *group = new_group();
  sparkchat_status status;
  watch since = start_watch();
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  for (int i = 0; i < 20; i++) {
    status = sparkchat_group_next(group, i < 18 ? 0 : 500, &ended, NULL, NULL);
    CHECK_STATUS(SPARKCHAT_AGAIN, status);
  }
  check_slept(since, 0.9);
  CHECK(next_end(group, &status) == stream);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("busy at first", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
}

/* A stream without a request, whose server sends data, while another waits. */
CASE(parked_beside_one_that_waits) {
  sparkchat_client *client = paced(0, 0);
  sparkchat_client *silent = client_for(ws("stall:at=request"));
  sparkchat_group *group = new_group();
  sparkchat_stream *parked = join_connecting(group, client), *ended = NULL;
  sparkchat_stream *waiting = join(group, silent, "Hello");
  sparkchat_status status;
  watch since;
  until_in_group(group, parked, SPARKCHAT_EVENT_READY);
  while (sparkchat_group_next(group, 300, NULL, NULL, NULL) == SPARKCHAT_OK) {
  }
  since = start_watch();
  for (int i = 0; i < 20; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_group_next(group, i < 18 ? 0 : 500,
                                                       &ended, NULL, NULL));
  }
  check_slept(since, 0.9);
  send_text(parked, "now");
  CHECK(next_end(group, &status) == parked);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("now", text_of(parked));
  sparkchat_stream_free(parked);
  sparkchat_stream_free(waiting);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  sparkchat_client_free(silent);
}
