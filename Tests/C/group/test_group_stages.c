/* Streams that are moved, cancelled or freed while they wait for something
 * other than their socket: a lookup, the next attempt, a place in the queue.
 * This program's getaddrinfo() replaces the C library's, and waits if a case
 * needs it. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "host.h"
#include "scene.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *,
                      struct addrinfo **);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_blocked, lookups;

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result) {
  lookup real;
  void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
  memcpy(&real, &symbol, sizeof real);
  if (!hints || !(hints->ai_flags & AI_NUMERICHOST)) {
    pthread_mutex_lock(&lock);
    lookups++;
    while (is_blocked) {
      pthread_mutex_unlock(&lock);
      sleep_ms(5);
      pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
  }
  return real(name, service, hints, result);
}

static void set_blocked(int value) {
  pthread_mutex_lock(&lock);
  is_blocked = value;
  pthread_mutex_unlock(&lock);
}

static void check_waits(sparkchat_group *group) {
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_group_next(group, 30, NULL, NULL, NULL));
}

static void check_waits_alone(sparkchat_stream *stream) {
  const sparkchat_event *event = NULL;
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_stream_next(stream, 30, &event, NULL));
}

/* Drives a stream in a group, alone, and in another group, which it returns. */
static sparkchat_group *move_about(sparkchat_stream *stream) {
  sparkchat_group *group = new_group(), *other = new_group();
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  check_waits(group);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_remove(group, stream, NULL));
  check_waits_alone(stream);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  check_waits(group);
  sparkchat_group_free(group);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(other, stream, NULL));
  check_waits(other);
  return other;
}

CASE(resolving_stream_moves) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group;
  set_blocked(1);
  group = move_about(asked(client, "Hello"));
  set_blocked(0);
  CHECK_INT(1, drain(group));
  CHECK_INT(1, lookups);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(resolving_stream_ends_alone) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_stream *stream = asked(client, "Hello");
  set_blocked(1);
  sparkchat_group_free(move_about(stream));
  set_blocked(0);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(freed_while_resolving) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[20];
  set_blocked(1);
  for (int i = 0; i < 20; i++) {
    streams[i] = join(group, client, "Hello");
  }
  check_waits(group);
  for (int i = 0; i < 10; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  for (int i = 10; i < 20; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_client_free(client);
  set_blocked(0);
  for (int i = 0; i < 1000 && thread_count() > 1; i++) {
    sleep_ms(5); /* the lookup's thread finds no waiting stream */
  }
  CHECK_INT(1, thread_count());
}

CASE(many_share_a_lookup) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  set_blocked(1);
  for (int i = 0; i < 200; i++) {
    join(group, client, "Hello");
  }
  check_waits(group);
  CHECK_INT(2, thread_count());
  set_blocked(0);
  CHECK_INT(200, drain(group));
  CHECK_INT(1, lookups);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(lookup_has_a_deadline_in_a_group) {
  sparkchat_config *config = config_for(wss("echo"));
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  sparkchat_stream *stream;
  sparkchat_status status;
  int count = 0;
  sparkchat_config_set_resolve_timeout(config, 400, NULL);
  client = client_of(config);
  set_blocked(1);
  for (int i = 0; i < 50; i++) {
    join(group, client, "Hello");
  }
  while ((stream = next_end(group, &status)) != NULL) {
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, status);
    sparkchat_stream_free(stream);
    count++;
  }
  CHECK_INT(50, count);
  set_blocked(0);
  join(group, client, "Hello");
  CHECK_INT(1, drain(group));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static sparkchat_client *retrying(int backoff_ms) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_config_set_max_attempts(config, 2, NULL);
  sparkchat_config_set_retry_backoff(config, backoff_ms, backoff_ms, NULL);
  return client_of(config);
}

/* Returns a stream whose first attempt has failed, and whose second begins
 * later. */
static sparkchat_stream *pausing(const sparkchat_client *client) {
  sparkchat_stream *stream = asked(client, "#scenario error:code=11202\nx");
  const sparkchat_event *event = NULL;
  until(stream, SPARKCHAT_EVENT_READY);
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_stream_next(stream, 300, &event, NULL));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  return stream;
}

CASE(pausing_stream_moves) {
  sparkchat_client *client = retrying(2000);
  sparkchat_stream *stream = pausing(client), *ended;
  sparkchat_group *group = move_about(stream);
  sparkchat_status status;
  ended = next_end(group, &status);
  CHECK(ended == stream);
  CHECK_STATUS(SPARKCHAT_ERR_RATE_LIMITED, status);
  CHECK_INT(2, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(pausing_stream_is_cancelled) {
  sparkchat_client *client = retrying(30000);
  sparkchat_stream *alone = pausing(client), *member = pausing(client), *ended;
  sparkchat_group *group = move_about(member);
  sparkchat_status status;
  sparkchat_stream_cancel(alone);
  sparkchat_stream_cancel(member);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(alone, NULL));
  ended = next_end(group, &status);
  CHECK(ended == member);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, status);
  sparkchat_stream_free(alone);
  sparkchat_stream_free(member);
  sparkchat_stream_free(pausing(client));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(queued_stream_moves) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_client *client;
  sparkchat_stream *first, *second, *third;
  sparkchat_group *group;
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  client = client_of(config);
  first = asked(client, "#scenario stall\nx");
  until(first, SPARKCHAT_EVENT_READY);
  second = asked(client, "1+1");
  third = asked(client, "2+2");
  group = move_about(second);
  sparkchat_group_free(move_about(third));
  sparkchat_stream_free(first);
  CHECK_INT(1, drain(group));
  CHECK_STATUS(SPARKCHAT_DONE, finish(third, NULL));
  CHECK_TEXT("2 + 2 = **4**.", text_of(third));
  sparkchat_stream_free(third);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* Some streams get no descriptor and report why; the others continue. */
CASE(too_few_descriptors) {
  sparkchat_client *client = client_for(ws("slow:content=enough"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream;
  struct rlimit limit;
  int answered = 0, refused = 0;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = (rlim_t)descriptor_count() + 11;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  for (int i = 0; i < 40; i++) {
    join(group, client, "x");
  }
  while (sparkchat_group_count(group) > 0) {
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, NULL, &error);
    if (status == SPARKCHAT_DONE) {
      CHECK_TEXT("enough", text_of(stream));
      answered++;
      sparkchat_stream_free(stream);
    } else if (status < 0) {
      CHECK_STATUS(SPARKCHAT_ERR_CONNECT, status);
      CHECK_HAS("open files", sparkchat_error_message(error));
      CHECK_HAS("ulimit -n", sparkchat_error_hint(error));
      refused++;
      sparkchat_stream_free(stream);
    }
    sparkchat_error_free(error);
  }
  CHECK_INT(40, answered + refused);
  CHECK(answered >= 8 && refused > 0);
  join(group, client, "x");
  CHECK_INT(1, drain(group));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
