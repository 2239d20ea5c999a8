/* After fork(): the child may not use the parent's group, and whatever it does
 * with it, the parent's group continues. */
#define _DEFAULT_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS = 5 };

typedef struct family {
  sparkchat_client *client;
  sparkchat_group *group;
  sparkchat_stream *streams[STREAMS];
} family;

/* Runs `body` in a child, which must end successfully. */
static void in_child(void (*body)(family *), family *all) {
  int status = -1;
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    alarm(30);
    body(all);
    _exit(0); /* no leak check of the parent's objects */
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Drives the group until all streams are connected. */
static void until_ready(sparkchat_group *group) {
  for (int ready = 0; ready < STREAMS;) {
    const sparkchat_event *event = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, NULL, &event, NULL));
    ready += sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_READY;
  }
}

static family in_the_middle(const char *url) {
  family all = {client_for(url), new_group(), {NULL}};
  for (int i = 0; i < STREAMS; i++) {
    all.streams[i] = join(all.group, all.client, "x");
  }
  until_ready(all.group);
  return all;
}

static void finish_family(family *all) {
  for (int left = STREAMS; left > 0; left--) {
    sparkchat_status status;
    sparkchat_stream *stream = next_end(all->group, &status);
    CHECK(stream != NULL);
    CHECK_STATUS(SPARKCHAT_DONE, status);
    CHECK_HAS(".1999 ", text_of(stream));
    sparkchat_stream_free(stream);
  }
  sparkchat_group_free(all->group);
  sparkchat_client_free(all->client);
}

static void free_streams(family *all) {
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_stream_free(all->streams[i]);
  }
}

static void use_parents_group(family *all) {
  sparkchat_stream *stream = (sparkchat_stream *)all;
  const sparkchat_event *event = (const sparkchat_event *)all;
  sparkchat_stream *made = NULL;
  sparkchat_error *error = NULL;
  for (int timeout = -1; timeout < 2; timeout++) {
    CHECK_STATUS(
        SPARKCHAT_ERR_FORKED,
        sparkchat_group_next(all->group, timeout, &stream, &event, NULL));
    CHECK(!stream && !event);
  }
  CHECK_STATUS(SPARKCHAT_ERR_FORKED,
               sparkchat_group_add(all->group, all->streams[0], &error));
  CHECK_HAS("child", sparkchat_error_hint(error));
  CHECK_STATUS(SPARKCHAT_ERR_FORKED,
               sparkchat_client_connect(all->client, &made, NULL));
  CHECK(sparkchat_group_fd(all->group) >= 0);
  CHECK_INT(STREAMS, sparkchat_group_count(all->group));
  sparkchat_group_wake(all->group);
  sparkchat_stream_cancel(all->streams[1]);
  (void)sparkchat_group_remove(all->group, all->streams[2], NULL);
  CHECK(text_of(all->streams[0]) != NULL);
  sparkchat_error_free(error);
}

static void free_group_first(family *all) {
  sparkchat_group_free(all->group);
  free_streams(all);
  sparkchat_client_free(all->client);
}

static void free_streams_first(family *all) {
  sparkchat_client_free(all->client);
  free_streams(all);
  sparkchat_group_free(all->group);
}

static void use_and_free(family *all) {
  use_parents_group(all);
  free_group_first(all);
}

static void chat_in_a_new_group(family *unused) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  (void)unused;
  for (int i = 0; i < 5; i++) {
    join(group, client, "in the child");
  }
  CHECK(is_readable(sparkchat_group_fd(group), 5000));
  CHECK_INT(5, drain(group));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void free_and_chat(family *all) {
  free_streams_first(all);
  chat_in_a_new_group(NULL);
}

static void just_leave(family *unused) {
  (void)unused;
}

static void check_all(const char *url) {
  static void (*const bodies[])(family *) = {
      use_parents_group,   free_group_first, free_streams_first, use_and_free,
      chat_in_a_new_group, free_and_chat,    just_leave};
  family all = in_the_middle(url);
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    in_child(bodies[i], &all);
    until_in_group(all.group, all.streams[i % STREAMS], SPARKCHAT_EVENT_TEXT);
  }
  finish_family(&all);
}

CASE(parents_group_goes_on) {
  check_all(ws("count:n=2000,size=2000"));
}

CASE(parents_group_goes_on_over_tls) {
  check_all(wss("count:n=2000,size=2000"));
}

/* The child shares the table of the group's descriptor: entries that the child
 * frees must stay in it. */
CASE(parents_descriptor_stays_whole) {
  family all = in_the_middle(wss("count:n=2000,size=2000"));
  int ended = 0;
  (void)sparkchat_group_fd(all.group);
  in_child(use_and_free, &all);
  in_child(free_streams_first, &all);
  while (ended < STREAMS) {
    sparkchat_stream *stream = NULL;
    CHECK(is_readable(sparkchat_group_fd(all.group), 20000));
    if (sparkchat_group_next(all.group, 0, &stream, NULL, NULL) ==
        SPARKCHAT_DONE) {
      CHECK_HAS(".1999 ", text_of(stream));
      sparkchat_stream_free(stream);
      ended++;
    }
  }
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(all.group, 0, NULL, NULL, NULL));
  CHECK(!is_readable(sparkchat_group_fd(all.group), 50));
  sparkchat_group_free(all.group);
  sparkchat_client_free(all.client);
}

CASE(deadlines_of_the_parent_hold) {
  sparkchat_config *config = config_for(ws("stall:at=middle"));
  sparkchat_status status;
  family all = {NULL, new_group(), {NULL}};
  sparkchat_config_set_idle_timeout(config, 500, NULL);
  all.client = client_of(config);
  (void)sparkchat_group_fd(all.group);
  for (int i = 0; i < STREAMS; i++) {
    all.streams[i] = join(all.group, all.client, "x");
  }
  until_ready(all.group);
  in_child(use_and_free, &all);
  for (int i = 0; i < STREAMS; i++) {
    CHECK(next_end(all.group, &status) != NULL);
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, status);
  }
  free_streams_first(&all);
}

static void send_in_the_child(family *all) {
  sparkchat_request *request = question("from the child");
  CHECK_STATUS(SPARKCHAT_ERR_FORKED,
               sparkchat_stream_send(all->streams[0], request, NULL));
  sparkchat_request_free(request);
  free_streams_first(all);
}

CASE(parked_connection_stays_warm) {
  family all = {client_for(wss("echo")), new_group(), {NULL}};
  for (int i = 0; i < STREAMS; i++) {
    all.streams[i] = join_connecting(all.group, all.client);
  }
  until_ready(all.group);
  in_child(send_in_the_child, &all);
  for (int i = 0; i < STREAMS; i++) {
    sparkchat_request *request = question("from the parent");
    sparkchat_status status;
    sparkchat_stream *stream;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_stream_send(all.streams[i], request, NULL));
    sparkchat_request_free(request);
    stream = next_end(all.group, &status);
    CHECK(stream == all.streams[i]);
    CHECK_STATUS(SPARKCHAT_DONE, status);
    CHECK_TEXT("from the parent", text_of(stream));
    CHECK_INT(SPARKCHAT_CONNECTION_WARM,
              sparkchat_response_connection(sparkchat_stream_response(stream)));
  }
  free_streams_first(&all);
}

/* The places in the queue belong to the parent; the child gives none back. */
CASE(line_of_the_parent_goes_on) {
  sparkchat_config *config = config_for(ws("echo"));
  family all = {NULL, new_group(), {NULL}};
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  all.client = client_of(config);
  for (int i = 0; i < STREAMS; i++) {
    all.streams[i] = join(all.group, all.client, "x");
  }
  until_in_group(all.group, all.streams[0], SPARKCHAT_EVENT_READY);
  in_child(free_group_first, &all);
  in_child(free_streams_first, &all);
  CHECK_INT(STREAMS, drain(all.group));
  sparkchat_group_free(all.group);
  sparkchat_client_free(all.client);
}

static void *wait_for_the_wake(void *group) {
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_group_next((sparkchat_group *)group,
                                                     -1, NULL, NULL, NULL));
  return NULL;
}

/* Waiting threads hold no lock of the C library, of OpenSSL, or of the Swift
 * runtime, which would stay locked forever in the child. */
CASE(fork_while_threads_wait_in_groups) {
  sparkchat_client *client = client_for(wss("stall:at=middle,after=1"));
  sparkchat_group *groups[3];
  sparkchat_stream *streams[3];
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) {
    groups[i] = new_group();
    streams[i] = join(groups[i], client, "x");
    until_in_group(groups[i], streams[i], SPARKCHAT_EVENT_TEXT);
    CHECK(pthread_create(&threads[i], NULL, wait_for_the_wake, groups[i]) == 0);
  }
  sleep_ms(200);
  for (int i = 0; i < 8; i++) {
    in_child(chat_in_a_new_group, NULL);
  }
  for (int i = 0; i < 3; i++) {
    sparkchat_group_wake(groups[i]);
    CHECK(pthread_join(threads[i], NULL) == 0);
    sparkchat_stream_free(streams[i]);
    sparkchat_group_free(groups[i]);
  }
  sparkchat_client_free(client);
}
