/* A server that never stops sending data without content; run by test_floods.py
 * and test_tls_floods.py. Whatever keeps a connection readable, calls return,
 * deadlines and cancels work, other streams continue, and memory does not grow.
 * An alarm ends a call that does not return. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Far longer than any case here takes, but shorter than a hang. */
enum { PATIENCE_S = 20, CALL_MS = 250, TOTAL_MS = 700, MOST_KIB = 24 * 1024 };

/* The most bytes of a flood that a call without waiting may read. */
enum { SHARE = 4 * 1024 * 1024, ROOM = 4 * 1024 * 1024 };

static long taken;

static ssize_t counted(long result) {
  taken += result > 0 ? result : 0;
  return result;
}

/* These replace the C library's functions, for the library as well. */
ssize_t recv(int from, void *into, size_t size, int flags) {
  return counted(syscall(SYS_recvfrom, from, into, size, flags, NULL, NULL));
}

ssize_t read(int from, void *into, size_t size) {
  return counted(syscall(SYS_read, from, into, size));
}

/* With a large receive buffer, there is always something to read. */
int socket(int domain, int type, int protocol) {
  int made = (int)syscall(SYS_socket, domain, type, protocol), room = ROOM;
  if (domain == AF_INET || domain == AF_INET6) {
    (void)setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
  return made;
}

ssize_t recvmsg(int from, struct msghdr *message, int flags) {
  return counted(syscall(SYS_recvmsg, from, message, flags));
}

static sparkchat_client *flooded(int total_ms) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_tls_timeout(config, 60000, NULL);
  sparkchat_config_set_upgrade_timeout(config, 60000, NULL);
  sparkchat_config_set_first_token_timeout(config, 60000, NULL);
  sparkchat_config_set_total_timeout(config, total_ms, NULL);
  alarm(PATIENCE_S);
  return client_of(config);
}

/* Some floods violate the protocol or a limit: reporting that is as good as
 * waiting. */
static void check_wanted(sparkchat_status wanted, sparkchat_status status,
                         sparkchat_error *error) {
  int may_refuse = *required("MAY_REFUSE") == '1';
  if (may_refuse && status < 0 && status != SPARKCHAT_ERR_NO_MEMORY &&
      status != SPARKCHAT_ERR_INTERNAL && status != SPARKCHAT_ERR_STATE) {
    CHECK(*sparkchat_error_message(error));
  } else {
    CHECK_STATUS(wanted, status);
  }
  sparkchat_error_free(error);
}

static long peak_kib(void) {
  char line[256];
  long peak = -1;
  FILE *file = fopen("/proc/self/status", "r");
  CHECK(file != NULL);
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "VmHWM:", 6) == 0) {
      peak = strtol(line + 6, NULL, 10);
    }
  }
  fclose(file);
  return peak;
}

/* Calls with a time limit and with none to wait, and the memory after them. */
CASE(calls_come_back) {
  sparkchat_client *client = flooded(0);
  sparkchat_stream *stream = asked(client, "Hello");
  long before = peak_kib();
  for (int i = 0; i < 8; i++) {
    const sparkchat_event *event = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status;
    taken = 0;
    status = sparkchat_stream_next(stream, i % 2 * CALL_MS, &event, &error);
    if (i % 2 == 0 && taken > SHARE) {
      fprintf(stderr, "%ld KiB in one call\n", taken / 1024);
    }
    CHECK(i % 2 || taken <= SHARE);
    if (status == SPARKCHAT_OK) {
      CHECK(event != NULL);
    } else {
      check_wanted(SPARKCHAT_AGAIN, status, error);
    }
  }
  CHECK(peak_kib() - before < MOST_KIB);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(total_deadline_holds) {
  sparkchat_client *client = flooded(TOTAL_MS);
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  sparkchat_status status = finish(stream, &error);
  if (status == SPARKCHAT_ERR_TIMEOUT) {
    CHECK_INT(SPARKCHAT_PHASE_TOTAL, sparkchat_error_phase(error));
    CHECK_INT(SPARKCHAT_OUTCOME_TIMEOUT, outcome_of(stream));
  }
  check_wanted(SPARKCHAT_ERR_TIMEOUT, status, error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

static void *cancel_soon(void *stream) {
  sleep_ms(400);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

CASE(cancel_is_heard) {
  sparkchat_client *client = flooded(0);
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  sparkchat_status status;
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, cancel_soon, stream) == 0);
  status = finish(stream, &error);
  check_wanted(SPARKCHAT_ERR_CANCELLED, status, error);
  CHECK(pthread_join(thread, NULL) == 0);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

typedef struct company {
  sparkchat_group *group;
  sparkchat_stream *flood, *other;
  int flood_ended, other_ended;
} company;

static void step(company *of, int timeout_ms) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status =
      sparkchat_group_next(of->group, timeout_ms, &stream, NULL, &error);
  if (!stream) {
    CHECK_STATUS(of->flood_ended && (of->other_ended || !of->other)
                     ? SPARKCHAT_DONE
                     : SPARKCHAT_AGAIN,
                 status);
  } else if (status == SPARKCHAT_OK) {
    CHECK(!error);
  } else if (stream == of->other) {
    CHECK_STATUS(SPARKCHAT_DONE, status);
    of->other_ended = 1;
  } else {
    /* A stream that does not refuse the flood must not end. */
    of->flood_ended = 1;
    check_wanted(SPARKCHAT_AGAIN, status, error);
    error = NULL;
  }
  sparkchat_error_free(error);
}

CASE(group_goes_on) {
  sparkchat_client *client = flooded(0), *other = client_for(wss("echo"));
  company of = {new_group(), NULL, NULL, 0, 0};
  time_t start = time(NULL);
  of.flood = join(of.group, client, "Hello");
  for (int i = 0; i < 5; i++) {
    step(&of, 100);
  }
  of.other = join(of.group, other, "beside a flood");
  while (!of.other_ended && time(NULL) - start < PATIENCE_S - 5) {
    step(&of, 100);
  }
  CHECK(of.other_ended);
  CHECK_TEXT("beside a flood", text_of(of.other));
  for (int i = 0; i < 6; i++) {
    step(&of, i % 2 * 100);
  }
  CHECK_INT(of.flood_ended ? 0 : 1, sparkchat_group_count(of.group));
  sparkchat_stream_free(of.flood);
  sparkchat_stream_free(of.other);
  sparkchat_group_free(of.group);
  sparkchat_client_free(other);
  sparkchat_client_free(client);
}

/* The answer is complete although its end never arrives. */
CASE(answer_ends) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  alarm(PATIENCE_S);
  sparkchat_config_set_close_timeout(config, 300, NULL);
  client = client_of(config);
  for (int i = 0; i < 2; i++) {
    sparkchat_status status;
    stream = asked(client, "Hello");
    status = finish(stream, &error);
    if (status != SPARKCHAT_DONE) {
      fail_case(__FILE__, __LINE__, sparkchat_error_message(error));
    }
    CHECK_TEXT("whole", text_of(stream));
    sparkchat_stream_free(stream);
    /* Over HTTP, the connection is kept, and flooded. */
    sleep_ms(200);
  }
  sparkchat_client_free(client);
}
