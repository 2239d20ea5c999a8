/* The system refuses to watch a descriptor of a group (ENOSPC: its limit is
 * reached): no stream, no event and no deadline is lost. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STREAMS = 4, LONGEST = 4096 };

/* Which calls fail: `count` calls from the first one on, counted from 1. */
static struct {
  int first, count, seen;
} failing;

/* Replaces the C library's function, for the library as well. */
int epoll_ctl(int epoll, int operation, int descriptor,
              struct epoll_event *event) {
  int number = ++failing.seen - failing.first;
  if (number >= 0 && number < failing.count) {
    errno = ENOSPC;
    return -1;
  }
  return (int)syscall(SYS_epoll_ctl, epoll, operation, descriptor, event);
}

static void fail_from(int first, int count) {
  failing.first = first;
  failing.count = count;
  failing.seen = 0;
}

typedef struct asking {
  sparkchat_stream *stream;
  char told[LONGEST]; /* the texts of its events */
  int ended;
} asking;

static asking *whose(sparkchat_stream *stream) {
  asking *of = (asking *)sparkchat_stream_user_data(stream);
  CHECK(of->stream == stream);
  CHECK_INT(0, of->ended);
  return of;
}

static void take(sparkchat_stream *stream, const sparkchat_event *event) {
  asking *of = whose(stream);
  const char *text = sparkchat_event_text(event, NULL);
  if (text) {
    CHECK(strlen(of->told) + strlen(text) < sizeof of->told);
    strcat(of->told, text);
  }
}

/* Checks that the answer is complete with all of its text, or failed with a
 * reason. */
static void check_end(asking *of, sparkchat_status status, const char *text) {
  of->ended = 1;
  CHECK_TEXT(of->told, text_of(of->stream));
  if (status == SPARKCHAT_DONE) {
    CHECK(text != NULL);
    CHECK_TEXT(text, of->told);
    CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(of->stream));
  } else {
    CHECK(failing.count > 0 || !text); /* without a reason, none fails */
    CHECK(outcome_of(of->stream) == SPARKCHAT_OUTCOME_FAILED ||
          outcome_of(of->stream) == SPARKCHAT_OUTCOME_TIMEOUT);
  }
}

/* Drives the group until no request is in progress; returns 0 if one still is
 * after a long time. A failed call names no stream; the next one continues. */
static int drive(sparkchat_group *group, const char *text) {
  time_t start = time(NULL);
  while (time(NULL) - start < 15) {
    sparkchat_stream *stream = NULL;
    const sparkchat_event *event = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, 1000, &stream, &event, NULL);
    if (status == SPARKCHAT_OK) {
      take(stream, event);
    } else if (stream) {
      check_end(whose(stream), status, text);
    } else if (status == SPARKCHAT_DONE) {
      return 1;
    }
  }
  return 0;
}

static sparkchat_client *clients[STREAMS];

static void make_clients(const char *scenario, int total_ms) {
  const char *urls[STREAMS] = {ws(scenario), wss(scenario), http(scenario),
                               https(scenario)};
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_config *config = config_for(urls[i]);
    sparkchat_config_set_total_timeout(config, total_ms, NULL);
    clients[i] = client_of(config);
  }
}

static void free_clients(void) {
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_client_free(clients[i]);
  }
}

/* Sends all requests; returns whether a call has failed. `text` is the
 * answer's, or NULL if no answer is complete. */
static int ask_all(const char *text, int first, int count) {
  asking all[STREAMS];
  sparkchat_group *group = NULL;
  int is_over;
  memset(all, 0, sizeof all);
  alarm(40);
  fail_from(first, count);
  if (sparkchat_group_new(&group, NULL) != SPARKCHAT_OK) {
    CHECK(group == NULL);
    return 1;
  }
  for (int i = 0; i < STREAMS; i++) {
    all[i].stream = asked(clients[i], "Hello");
    sparkchat_stream_set_user_data(all[i].stream, &all[i]);
    /* A stream that the group refuses is not lost either. */
    all[i].ended =
        sparkchat_group_add(group, all[i].stream, NULL) != SPARKCHAT_OK;
  }
  is_over = drive(group, text);
  for (int i = 0; i < STREAMS; i++) {
    if (!is_over || !all[i].ended) {
      fprintf(stderr, "call %d fails, %d of them: stream %d %s\n", first, count,
              i, all[i].ended ? "has ended" : "is lost");
    }
  }
  CHECK(is_over);
  for (int i = 0; i < STREAMS; i++) {
    CHECK_INT(1, all[i].ended);
    sparkchat_stream_free(all[i].stream);
  }
  CHECK_INT(0, sparkchat_group_count(group));
  sparkchat_group_free(group);
  alarm(0);
  return failing.seen >= first;
}

/* The first call fails, then the second, and so on, for all calls. */
CASE(one_call_fails) {
  make_clients("echo", 20000);
  ask_all("Hello", 1, 0);
  for (int nth = 1; ask_all("Hello", nth, 1); nth++) {
    CHECK(nth < 500);
  }
  free_clients();
}

CASE(two_calls_in_a_row_fail) {
  make_clients("echo", 20000);
  for (int nth = 1; ask_all("Hello", nth, 2); nth++) {
    CHECK(nth < 500);
  }
  free_clients();
}

/* In the middle of answers that never end. */
CASE(one_call_fails_in_the_middle) {
  make_clients("slow:delay_ms=1,bytes=40,content=abcdefghijklmnopqrstuvwxyz",
               20000);
  ask_all("abcdefghijklmnopqrstuvwxyz", 1, 0);
  for (int nth = 3; ask_all("abcdefghijklmnopqrstuvwxyz", nth, 1); nth++) {
    CHECK(nth < 500);
  }
  free_clients();
}

/* The total deadline applies to every stream, watched or not. */
CASE(deadlines_hold) {
  make_clients("stall:at=request", 300);
  ask_all(NULL, 1, 0);
  for (int nth = 3; nth < 20; nth += 2) {
    ask_all(NULL, nth, 1);
  }
  ask_all(NULL, 3, 1000000);
  free_clients();
}

/* Nothing can be watched for a while, and then it works again. */
CASE(all_calls_fail) {
  make_clients("echo", 20000);
  for (int nth = 3; nth < 12; nth++) {
    ask_all("Hello", nth, 1000000);
  }
  ask_all("Hello", 1, 0);
  free_clients();
}
