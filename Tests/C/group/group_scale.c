/* Many streams on one thread; run by test_group_scale.py. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "host.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static long resident_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%ld %ld", &pages, &resident) == 2);
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void allow_descriptors(int count) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(limit.rlim_cur > (rlim_t)count + 100);
}

/* One stream floods and ten do not: the ten finish while the flood
 * continues. */
CASE(nobody_starves) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *flood = join(group, client, "#scenario count:n=500000\nx");
  int slow = 10;
  long between = 0;
  until_in_group(group, flood, SPARKCHAT_EVENT_TEXT);
  for (int i = 0; i < slow; i++) {
    join(group, client, "#scenario slow:bytes=50,delay_ms=1\nHello");
  }
  while (slow > 0) {
    sparkchat_stream *stream = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, NULL, NULL);
    if (stream == flood) {
      CHECK_STATUS(SPARKCHAT_OK, status); /* still flooding */
      between++;
    } else if (status == SPARKCHAT_DONE) {
      sparkchat_stream_free(stream);
      slow--;
    }
  }
  CHECK(between > 1000); /* and the flood was not delayed */
  sparkchat_stream_free(flood);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(floods_share) {
  sparkchat_client *client = client_for(ws("count:n=100000"));
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[8];
  long counts[8] = {0}, least = 0, most = 0;
  for (int i = 0; i < 8; i++) {
    streams[i] = join(group, client, "x");
    sparkchat_stream_set_user_data(streams[i], &counts[i]);
  }
  while (most < 20000) {
    sparkchat_stream *stream = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, &stream, NULL, NULL));
    most = ++*(long *)sparkchat_stream_user_data(stream) > most
               ? *(long *)sparkchat_stream_user_data(stream)
               : most;
  }
  least = most;
  for (int i = 0; i < 8; i++) {
    least = counts[i] < least ? counts[i] : least;
    sparkchat_stream_free(streams[i]);
  }
  /* The service may favour one stream for a while. */
  CHECK(least > 500);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* Data that the host does not read stays in the sockets. */
CASE(slow_consumer_makes_the_service_wait) {
  sparkchat_client *client = client_for(wss("count:n=20000,size=4000"));
  sparkchat_group *group = new_group();
  enum { STREAMS = 8 };
  sparkchat_stream *streams[STREAMS];
  long before, after;
  for (int i = 0; i < STREAMS; i++) {
    streams[i] = join(group, client, "x");
    until_in_group(group, streams[i], SPARKCHAT_EVENT_TEXT);
  }
  for (int i = 0; i < 2000; i++) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, NULL, NULL, NULL));
  }
  before = resident_kib();
  for (int i = 0; i < 20; i++) { /* 640 MB are waiting */
    sleep_ms(50);
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, NULL, NULL, NULL));
  }
  after = resident_kib();
  CHECK(after < before + 8192);
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(five_hundred_deadlines) {
  sparkchat_config *config = config_for(wss("stall:at=middle,after=1"));
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  sparkchat_stream *stream;
  sparkchat_status status;
  int count = 0;
  time_t start = time(NULL);
  sparkchat_config_set_idle_timeout(config, 700, NULL);
  sparkchat_config_set_first_token_timeout(config, 60000, NULL);
  client = client_of(config);
  for (int i = 0; i < 500; i++) {
    join(group, client, "x");
  }
  while ((stream = next_end(group, &status)) != NULL) {
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, status);
    CHECK_INT(1, strlen(text_of(stream)) > 0);
    sparkchat_stream_free(stream);
    count++;
  }
  CHECK_INT(500, count);
  CHECK(time(NULL) - start < 60);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void expect(sparkchat_stream *stream, int number) {
  char text[32];
  sparkchat_request *request;
  snprintf(text, sizeof text, "number %d", number);
  request = question(text);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  sparkchat_request_free(request);
  sparkchat_stream_set_user_data(stream, strdup(text));
}

/* Returns the group's next result; a failure ends the case. */
static sparkchat_status next_of_all(sparkchat_group *group,
                                    sparkchat_stream **stream) {
  sparkchat_error *error = NULL;
  sparkchat_status status =
      sparkchat_group_next(group, 60000, stream, NULL, &error);
  if (status < 0) {
    fail_case(__FILE__, __LINE__, sparkchat_error_message(error));
  }
  CHECK(*stream != NULL);
  return status;
}

/* SPARK_COUNT streams at SPARK_URL: all of them connect, then each sends a
 * request and gets its own answer. */
CASE(all_at_once) {
  int count = atoi(required("SPARK_COUNT")), before, answered = 0;
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream **streams, *stream = NULL;
  sparkchat_group *group;
  streams = (sparkchat_stream **)calloc((size_t)count, sizeof *streams);
  allow_descriptors(count);
  /* The service may take long for so many. */
  sparkchat_config_set_connect_timeout(config, 0, NULL);
  sparkchat_config_set_tls_timeout(config, 0, NULL);
  sparkchat_config_set_upgrade_timeout(config, 0, NULL);
  client = client_of(config);
  before = descriptor_count();
  group = new_group();
  for (int i = 0; i < count; i++) {
    streams[i] = join_connecting(group, client);
  }
  for (int i = 0; i < count; i++) {
    CHECK_STATUS(SPARKCHAT_OK, next_of_all(group, &stream)); /* READY */
  }
  CHECK_INT(before + 3 + count, descriptor_count());
  for (int i = 0; i < count; i++) {
    expect(streams[i], i);
  }
  while (answered < count) {
    if (next_of_all(group, &stream) == SPARKCHAT_DONE) {
      CHECK_TEXT((char *)sparkchat_stream_user_data(stream), text_of(stream));
      free(sparkchat_stream_user_data(stream));
      sparkchat_stream_free(stream);
      answered++;
    }
  }
  CHECK_INT(before + 3, descriptor_count());
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  free(streams);
}

/* Each stream has one descriptor while all streams exist; the group has
 * three. */
CASE(one_descriptor_each) {
  enum { STREAMS = 300 };
  int before = descriptor_count(), ready = 0;
  sparkchat_client *client = client_for(wss("stall:at=request"));
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[STREAMS];
  CHECK_INT(before + 3, descriptor_count());
  for (int i = 0; i < STREAMS; i++) {
    streams[i] = join(group, client, "x");
  }
  CHECK_INT(before + 3, descriptor_count());
  while (ready < STREAMS) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, NULL, NULL, NULL));
    ready++;
  }
  CHECK_INT(before + 3 + STREAMS, descriptor_count());
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_stream_free(streams[i]);
  }
  CHECK_INT(before + 3, descriptor_count());
  sparkchat_group_free(group);
  CHECK_INT(before, descriptor_count());
  sparkchat_client_free(client);
}

/* A stream may be in many groups during its life, and keeps nothing of them. */
CASE(groups_leave_no_descriptor) {
  sparkchat_client *client = client_for(ws("count:n=100000"));
  sparkchat_stream *stream = asked(client, "x");
  int before = -1;
  for (int i = 0; i < 60; i++) {
    sparkchat_group *group = new_group();
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
    until_in_group(group, stream, SPARKCHAT_EVENT_TEXT);
    sparkchat_group_free(group);
    if (i == 9) {
      before = descriptor_count();
    }
  }
  CHECK_INT(before, descriptor_count());
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

/* A long-lived group: the leftovers of its streams do not add up. */
CASE(long_life) {
  enum { ROUNDS = 60, STREAMS = 50 };
  sparkchat_config *config = config_for(ws("single:content=x"));
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  long before = 0;
  int descriptors = 0;
  sparkchat_config_set_total_timeout(config, 3600 * 1000, NULL);
  client = client_of(config);
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < STREAMS; i++) {
      join(group, client, "x");
    }
    CHECK_INT(STREAMS, drain(group));
    if (round == ROUNDS / 3) {
      before = resident_kib();
      descriptors = descriptor_count();
    }
  }
  CHECK(resident_kib() < before + 512);
  CHECK_INT(descriptors, descriptor_count());
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
