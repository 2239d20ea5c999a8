/* Groups: what ends a wait, and from which thread. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static sparkchat_stream *join_stalled(sparkchat_group *group,
                                      const sparkchat_client *client) {
  sparkchat_stream *stream = join(
      group, client, "#scenario stall:at=middle,after=1,content=abcdefgh\nx");
  until_in_group(group, stream, SPARKCHAT_EVENT_TEXT);
  return stream;
}

static sparkchat_status wait_once(sparkchat_group *group, int timeout_ms) {
  sparkchat_stream *stream = (sparkchat_stream *)group;
  const sparkchat_event *event = (const sparkchat_event *)group;
  sparkchat_status status =
      sparkchat_group_next(group, timeout_ms, &stream, &event, NULL);
  CHECK(!stream && !event);
  return status;
}

CASE(timeout) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_stalled(group, client);
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, 0));
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, 1));
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, 200));
  CHECK_INT(1, sparkchat_group_count(group));
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(timeout_of_nothing_still_gets_to_the_end) {
  sparkchat_client *client = client_for(wss("count:n=500"));
  sparkchat_group *group = new_group();
  sparkchat_stream *ended = NULL, *stream = join(group, client, "x");
  while (!ended) {
    sparkchat_status status =
        sparkchat_group_next(group, 0, &ended, NULL, NULL);
    if (status == SPARKCHAT_AGAIN) {
      sleep_ms(1);
    } else if (status == SPARKCHAT_OK) {
      ended = NULL;
    } else {
      CHECK_STATUS(SPARKCHAT_DONE, status);
    }
  }
  CHECK(ended == stream);
  CHECK_HAS(" 498 499 ", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void *wake_soon(void *group) {
  sleep_ms(50);
  sparkchat_group_wake((sparkchat_group *)group);
  return NULL;
}

CASE(wake_from_another_thread) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_stalled(group, client);
  for (int i = 0; i < 3; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wake_soon, group) == 0);
    CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, -1));
    CHECK(pthread_join(thread, NULL) == 0);
  }
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(wake_before_the_wait) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_stalled(group, client);
  sparkchat_group_wake(group);
  sparkchat_group_wake(group);
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, -1));
  /* Several wakes count as one. */
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, 100));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(wake_takes_no_event_away) {
  sparkchat_client *client = client_for(ws("count:n=300"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = NULL, *asking = join(group, client, "x");
  sparkchat_status status;
  do {
    sparkchat_group_wake(group);
    status = sparkchat_group_next(group, -1, &stream, NULL, NULL);
  } while (status == SPARKCHAT_OK || status == SPARKCHAT_AGAIN);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(stream == asking);
  CHECK_HAS(" 298 299 ", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static sparkchat_group *volatile signalled_group;
static sparkchat_stream *volatile signalled_stream;

static void on_signal(int number) {
  (void)number;
  if (signalled_group) {
    sparkchat_group_wake(signalled_group);
  }
  if (signalled_stream) {
    sparkchat_stream_cancel(signalled_stream);
  }
}

static void handle(int number, int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = flags;
  CHECK(sigaction(number, &action, NULL) == 0);
}

/* Sends a signal every few ms, until it is called with 0. */
static void alarm_every(int milliseconds) {
  struct itimerval timer;
  memset(&timer, 0, sizeof timer);
  timer.it_value.tv_usec = timer.it_interval.tv_usec = milliseconds * 1000;
  CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

CASE(signal_interrupts_the_wait) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_stalled(group, client);
  static const int flags[] = {0, SA_RESTART};
  for (int i = 0; i < 2; i++) {
    handle(SIGALRM, flags[i]);
    alarm_every(100);
    CHECK_STATUS(SPARKCHAT_INTERRUPTED, wait_once(group, -1));
    alarm_every(0);
  }
  CHECK_STATUS(SPARKCHAT_AGAIN, wait_once(group, 10));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(wake_from_a_signal_handler) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_stalled(group, client);
  sparkchat_status status;
  signalled_group = group;
  handle(SIGALRM, 0);
  alarm_every(100);
  status = wait_once(group, -1);
  alarm_every(0);
  CHECK(status == SPARKCHAT_INTERRUPTED || status == SPARKCHAT_AGAIN);
  signalled_group = NULL;
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(cancel_from_a_signal_handler) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *ended = NULL, *other = join_stalled(group, client),
                   *stream = join_stalled(group, client);
  sparkchat_status status;
  signalled_stream = stream;
  handle(SIGALRM, SA_RESTART);
  alarm_every(100);
  do {
    status = sparkchat_group_next(group, -1, &ended, NULL, NULL);
  } while (status == SPARKCHAT_INTERRUPTED);
  alarm_every(0);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, status);
  CHECK(ended == stream);
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(other));
  CHECK_INT(1, sparkchat_group_count(group));
  sparkchat_stream_free(stream);
  sparkchat_stream_free(other);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(signals_all_the_time_take_nothing_away) {
  sparkchat_client *client = client_for(wss("count:n=3000"));
  sparkchat_group *group = new_group();
  for (int i = 0; i < 5; i++) {
    join(group, client, "x");
  }
  handle(SIGALRM, 0);
  alarm_every(1);
  CHECK_INT(5, drain(group));
  alarm_every(0);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

enum { STREAMS = 120, THREADS = 4 };
static sparkchat_stream *streams[STREAMS];

static void *cancel_some(void *argument) {
  size_t first = (size_t)argument;
  for (size_t i = first; i < STREAMS; i += THREADS) {
    struct timespec pause = {0, (long)(i * 7919 % 500) * 1000};
    nanosleep(&pause, NULL);
    sparkchat_stream_cancel(streams[i]);
  }
  return NULL;
}

/* Cancels some streams before they connect, some in the middle, some too
 * late. */
static void cancel_from_threads(const char *url) {
  sparkchat_client *client = client_for(url);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream;
  sparkchat_status status;
  pthread_t threads[THREADS];
  int ended = 0;
  for (int i = 0; i < STREAMS; i++) {
    streams[i] = join(group, client, "Hello");
  }
  for (size_t i = 0; i < THREADS; i++) {
    CHECK(pthread_create(&threads[i], NULL, cancel_some, (void *)i) == 0);
  }
  while ((stream = next_end(group, &status)) != NULL) {
    CHECK(status == SPARKCHAT_ERR_CANCELLED || status == SPARKCHAT_DONE);
    CHECK_INT(status == SPARKCHAT_DONE ? SPARKCHAT_OUTCOME_COMPLETE
                                       : SPARKCHAT_OUTCOME_CANCELLED,
              outcome_of(stream));
    ended++;
  }
  CHECK_INT(STREAMS, ended);
  for (int i = 0; i < THREADS; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(cancel_from_other_threads) {
  cancel_from_threads(ws("echo"));
  cancel_from_threads(wss("count:n=300"));
  cancel_from_threads(wss("stall:at=middle"));
}

typedef struct race {
  sparkchat_stream *stream;
  volatile int stop;
} race;

static void *cancel_all_the_time(void *argument) {
  race *with = (race *)argument;
  while (!with->stop) {
    sparkchat_stream_cancel(with->stream);
  }
  return NULL;
}

/* The descriptor that a cancel signals belongs to the driver of the stream. A
 * stream whose answer is complete can be cancelled, and moved, again and again:
 * it leaves the group on its own, or with the group. */
CASE(cancel_while_the_stream_moves) {
  sparkchat_client *client = client_for(ws("echo"));
  for (int i = 0; i < 10; i++) {
    race with = {NULL, 0};
    pthread_t thread;
    with.stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_DONE, finish(with.stream, NULL));
    CHECK(pthread_create(&thread, NULL, cancel_all_the_time, &with) == 0);
    for (int move = 0; move < 50; move++) {
      sparkchat_group *group = new_group();
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, with.stream, NULL));
      CHECK(move % 2 == 0 || sparkchat_group_next(group, -1, NULL, NULL,
                                                  NULL) == SPARKCHAT_DONE);
      sparkchat_group_free(group);
    }
    with.stop = 1;
    CHECK(pthread_join(thread, NULL) == 0);
    sparkchat_stream_free(with.stream);
  }
  sparkchat_client_free(client);
}

static void *wait_in(void *group) {
  return (void *)(long)sparkchat_group_next((sparkchat_group *)group, 500, NULL,
                                            NULL, NULL);
}

CASE(two_threads_in_one_group) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *other, *stream = join_stalled(group, client);
  pthread_t thread;
  void *result = NULL;
  CHECK(pthread_create(&thread, NULL, wait_in, group) == 0);
  sleep_ms(100);
  CHECK_STATUS(SPARKCHAT_ERR_STATE, wait_once(group, 0));
  other = asked(client, "x");
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_group_add(group, other, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_group_remove(group, stream, NULL));
  CHECK(pthread_join(thread, &result) == 0);
  CHECK_STATUS(SPARKCHAT_AGAIN, (sparkchat_status)(long)result);
  sparkchat_stream_free(other);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
