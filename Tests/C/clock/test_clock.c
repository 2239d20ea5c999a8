/* A wall clock that differs from the machine's. This program's clock_gettime()
 * replaces the C library's for the whole process. */
#define _GNU_SOURCE

#include "case.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long set_clock;

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME && set_clock) {
    time->tv_sec = set_clock;
  }
  return result;
}

static int64_t refusal_skew(const char *url) {
  sparkchat_stream *stream = opened(url);
  sparkchat_error *error = NULL;
  int64_t skew = 0;
  CHECK_STATUS(SPARKCHAT_ERR_AUTH, finish(stream, &error));
  CHECK_INT(1, sparkchat_error_clock_skew(error, &skew));
  CHECK_HAS("clock", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  return skew;
}

CASE(shown) {
  const char *now = getenv("SPARK_NOW");
  const char *url = getenv("SPARK_URL");
  set_clock = now ? atol(now) : 1793514600;
  printf("%lld\n", (long long)refusal_skew(url ? url : ws(NULL)));
}

CASE(ahead_and_behind) {
  long now = (long)time(NULL);
  for (int direction = -1; direction <= 1; direction += 2) {
    int64_t skew;
    set_clock = now + direction * 1000;
    skew = refusal_skew(wss(NULL));
    CHECK(labs((long)skew - direction * 1000) < 60);
  }
}

CASE(little_is_tolerated) {
  sparkchat_stream *stream;
  set_clock = (long)time(NULL) - 200;
  stream = opened(wss("echo"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
}
