/* After fork(): the child cannot use the parent's objects, new ones work, and
 * nothing that the child does affects the parent's connections. */
#define _DEFAULT_SOURCE

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `body` in a child, which must end successfully. */
static void in_child(void (*body)(void *), void *argument) {
  int status = -1;
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    body(argument);
    exit(0);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void check_forked(sparkchat_status status, sparkchat_error *error) {
  CHECK_STATUS(SPARKCHAT_ERR_FORKED, status);
  CHECK_STATUS(SPARKCHAT_ERR_FORKED, sparkchat_error_status(error));
  CHECK_HAS("child", sparkchat_error_hint(error));
  sparkchat_error_free(error);
}

static int ignore(const sparkchat_event *event, void *user_data) {
  (void)event;
  (void)user_data;
  return 0;
}

static void use_parents_client(void *parents) {
  sparkchat_client *client = (sparkchat_client *)parents;
  sparkchat_request *request = question("Hello");
  sparkchat_stream *stream = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status =
      sparkchat_client_open(client, request, &stream, &error);
  CHECK(stream == NULL);
  check_forked(status, error);
  status = sparkchat_client_invoke(client, request, &response, &error);
  CHECK(response == NULL);
  check_forked(status, error);
  status = sparkchat_client_stream(client, request, ignore, NULL, NULL, &error);
  check_forked(status, error);
  CHECK(sparkchat_client_url(client) != NULL);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

static void free_parents_client(void *parents) {
  sparkchat_client_free((sparkchat_client *)parents);
}

/* Otherwise TLS would send a close notification on it. */
CASE(child_leaves_the_parents_idle_connection_alone) {
  sparkchat_client *client = client_for(https("echo"));
  for (int i = 0; i < 2; i++) {
    sparkchat_stream *stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    CHECK_INT(i == 0 ? SPARKCHAT_CONNECTION_COLD : SPARKCHAT_CONNECTION_WARM,
              sparkchat_response_connection(sparkchat_stream_response(stream)));
    sparkchat_stream_free(stream);
    in_child(free_parents_client, client);
  }
  sparkchat_client_free(client);
}

CASE(parents_client_is_refused_in_the_child) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_stream *stream;
  in_child(use_parents_client, client);
  stream = asked(client, "still works");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

static void use_parents_stream(void *parents) {
  sparkchat_stream *stream = (sparkchat_stream *)parents;
  const sparkchat_event *event = NULL;
  for (int i = 0; i < 3; i++) {
    sparkchat_error *error = NULL;
    sparkchat_status status = sparkchat_stream_next(stream, -1, &event, &error);
    check_forked(status, error);
    CHECK(event == NULL);
    sparkchat_stream_cancel(stream);
  }
  CHECK(text_of(stream) != NULL); /* the text received before is kept */
  sparkchat_stream_free(stream);
}

static void check_stream_survives(const char *url) {
  sparkchat_stream *stream = opened(url);
  until(stream, SPARKCHAT_EVENT_TEXT);
  for (int i = 0; i < 3; i++) {
    in_child(use_parents_stream, stream);
    until(stream, SPARKCHAT_EVENT_TEXT);
  }
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_HAS(".499 ", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(parents_stream_goes_on_undisturbed) {
  check_stream_survives(ws("count:n=500,size=2000"));
  check_stream_survives(wss("count:n=500,size=2000"));
}

CASE(stream_that_is_still_opening_goes_on_undisturbed) {
  static const char *const scenarios[] = {"echo", "slow_upgrade:delay_ms=0.2"};
  for (int i = 0; i < 2; i++) {
    sparkchat_stream *stream = opened(wss(scenarios[i]));
    const sparkchat_event *event = NULL;
    CHECK(sparkchat_stream_next(stream, 3 * i, &event, NULL) >= 0);
    in_child(use_parents_stream, stream);
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
}

static void make_a_client(void *unused) {
  sparkchat_stream *stream = opened(wss("echo"));
  (void)unused;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("Hello", text_of(stream));
  sparkchat_stream_free(stream);
}

static void fork_once_more(void *unused) {
  make_a_client(unused);
  in_child(make_a_client, unused);
}

CASE(new_client_works_in_the_child_and_its_child) {
  make_a_client(NULL);
  in_child(make_a_client, NULL);
  in_child(fork_once_more, NULL);
}

/* Sends requests again and again over kept connections, which all threads
 * share. */
static void *ask_often(void *shared) {
  sparkchat_client *client = (sparkchat_client *)shared;
  sparkchat_request *request = question("Hello");
  for (int i = 0; i < 60; i++)
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_invoke(client, request, NULL, NULL));
  sparkchat_request_free(request);
  return NULL;
}

/* A lock that stores the thread ID of its owner would abort here. */
static void ask_from_threads(void *unused) {
  enum { THREADS = 4 };
  pthread_t threads[THREADS];
  sparkchat_client *client = client_for(http("echo"));
  (void)unused;
  for (int i = 0; i < THREADS; i++)
    CHECK(pthread_create(&threads[i], NULL, ask_often, client) == 0);
  ask_often(client);
  for (int i = 0; i < THREADS; i++)
    CHECK(pthread_join(threads[i], NULL) == 0);
  sparkchat_client_free(client);
}

CASE(threads_of_the_child_share_its_client) {
  ask_from_threads(NULL);
  for (int i = 0; i < 3; i++)
    in_child(ask_from_threads, NULL);
}

typedef struct family {
  sparkchat_config *config;
  sparkchat_client *client;
  sparkchat_request *request;
  sparkchat_stream *stream;
  sparkchat_response *response;
  sparkchat_error *error;
  sparkchat_group *group;
} family;

static const family no_family;

static void free_all(void *objects) {
  family *all = (family *)objects;
  sparkchat_client_free(all->client);
  sparkchat_stream_free(all->stream);
  sparkchat_config_free(all->config);
  sparkchat_request_free(all->request);
  sparkchat_response_free(all->response);
  sparkchat_error_free(all->error);
}

CASE(all_objects_may_be_freed_in_the_child) {
  family all = no_family;
  all.config = config_for(wss("echo"));
  all.client = client_for(wss("error:code=10012"));
  all.request = question("Hello");
  all.stream = opened(wss("count:n=200"));
  CHECK_STATUS(SPARKCHAT_ERR_SERVICE,
               sparkchat_client_invoke(all.client, all.request, &all.response,
                                       &all.error));
  until(all.stream, SPARKCHAT_EVENT_TEXT);
  in_child(free_all, &all);
  CHECK_STATUS(SPARKCHAT_DONE, finish(all.stream, NULL));
  CHECK_INT(10012, sparkchat_error_service_code(all.error));
  free_all(&all);
}

/* Builders hold no connection; they may be used in the child. */
static void use_parents_builders(void *objects) {
  family *all = (family *)objects;
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(all->config, &client, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, all->request, &response, NULL));
  CHECK_TEXT("built before", sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
  sparkchat_client_free(client);
}

CASE(builders_may_be_used_in_the_child) {
  family all = no_family;
  all.config = config_for(wss("echo"));
  all.request = question("built before");
  in_child(use_parents_builders, &all);
  sparkchat_config_free(all.config);
  sparkchat_request_free(all.request);
}

static void *wait_for_the_end(void *stream) {
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED,
               finish((sparkchat_stream *)stream, NULL));
  return NULL;
}

/* Waiting threads hold no lock of the C library, of OpenSSL, or of the Swift
 * runtime, which would stay locked forever in the child. */
CASE(fork_while_other_threads_wait) {
  sparkchat_stream *streams[3];
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) {
    streams[i] = opened(wss("stall:at=middle"));
    until(streams[i], SPARKCHAT_EVENT_TEXT);
    CHECK(pthread_create(&threads[i], NULL, wait_for_the_end, streams[i]) == 0);
  }
  sleep_ms(300);
  for (int i = 0; i < 5; i++) {
    in_child(make_a_client, NULL);
  }
  for (int i = 0; i < 3; i++) {
    sparkchat_stream_cancel(streams[i]);
    CHECK(pthread_join(threads[i], NULL) == 0);
    sparkchat_stream_free(streams[i]);
  }
}

static void use_parents_group(void *objects) {
  family *all = (family *)objects;
  const sparkchat_event *event = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status =
      sparkchat_group_next(all->group, 100, &stream, &event, &error);
  check_forked(status, error);
  sparkchat_group_wake(all->group);
  sparkchat_stream_cancel(all->stream);
  sparkchat_stream_free(all->stream);
  sparkchat_group_free(all->group);
}

/* The child shares the kernel's list of what a group waits for. */
CASE(parents_group_goes_on_undisturbed) {
  family all = no_family;
  const sparkchat_event *event = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_status status;
  int events = 0;
  all.stream = opened(wss("count:n=300,size=1000"));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&all.group, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(all.group, all.stream, NULL));
  do {
    if (events++ % 100 == 1) {
      in_child(use_parents_group, &all);
    }
    status = sparkchat_group_next(all.group, 20000, &stream, &event, NULL);
    CHECK(status != SPARKCHAT_AGAIN || !stream);
  } while (status == SPARKCHAT_OK ||
           (status == SPARKCHAT_AGAIN && events < 999));
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(stream == all.stream);
  CHECK_HAS(".299 ", text_of(stream));
  sparkchat_group_free(all.group);
  sparkchat_stream_free(all.stream);
}
