/* One client, one request, many threads: no shared state can mix answers. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 64, EXCHANGES = 2000 };

typedef struct worker {
  pthread_t thread;
  const sparkchat_client *client;
  const sparkchat_request *request;
  int number, exchanges;
} worker;

static void run_workers(worker *workers, int count, void *(*body)(void *)) {
  for (int i = 0; i < count; i++) {
    workers[i].number = i;
    CHECK(pthread_create(&workers[i].thread, NULL, body, &workers[i]) == 0);
  }
  for (int i = 0; i < count; i++) {
    CHECK(pthread_join(workers[i].thread, NULL) == 0);
  }
}

static int collect(const sparkchat_event *event, void *user_data) {
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    strcat((char *)user_data, sparkchat_event_text(event, NULL));
  }
  return 0;
}

/* Uses the three ways to send a request in turn, each with its own question. */
static void *ask_and_compare(void *argument) {
  const worker *self = (const worker *)argument;
  for (int i = 0; i < self->exchanges; i++) {
    char text[200], answer[400] = "";
    sparkchat_request *request;
    sparkchat_response *response = NULL;
    snprintf(text, sizeof text, "thread %d, question %d, %0*d", self->number, i,
             1 + (self->number * 7 + i) % 90, i);
    request = question(text);
    if (i % 3 == 0) {
      sparkchat_stream *stream = asked(self->client, text);
      CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
      CHECK_TEXT(text, text_of(stream));
      sparkchat_stream_free(stream);
    } else if (i % 3 == 1) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_invoke(self->client, request,
                                                         &response, NULL));
      CHECK_TEXT(text, sparkchat_response_text(response, NULL));
    } else {
      CHECK_STATUS(SPARKCHAT_OK,
                   sparkchat_client_stream(self->client, request, collect,
                                           answer, NULL, NULL));
      CHECK_TEXT(text, answer);
    }
    sparkchat_response_free(response);
    sparkchat_request_free(request);
  }
  return NULL;
}

CASE(answers_of_many_threads_on_one_client_never_mix) {
  static worker workers[THREADS];
  sparkchat_client *client = client_for(wss("echo:chunks=5"));
  for (int i = 0; i < THREADS; i++) {
    workers[i].client = client;
    workers[i].exchanges =
        EXCHANGES / THREADS + (i < EXCHANGES % THREADS ? 1 : 0);
  }
  run_workers(workers, THREADS, ask_and_compare);
  sparkchat_client_free(client);
}

static void *send_shared_request(void *argument) {
  const worker *self = (const worker *)argument;
  for (int i = 0; i < self->exchanges; i++) {
    sparkchat_response *response = NULL;
    CHECK_STATUS(
        SPARKCHAT_OK,
        sparkchat_client_invoke(self->client, self->request, &response, NULL));
    CHECK_TEXT("shared", sparkchat_response_text(response, NULL));
    sparkchat_response_free(response);
  }
  return NULL;
}

CASE(one_request_is_sent_by_many_threads_at_once) {
  static worker workers[16];
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = question("shared");
  sparkchat_request_set_temperature(request, 0.5, NULL);
  sparkchat_request_set_extra_json(request,
                                   "{\"parameter\": {\"chat\": {\"x\": 1}}}",
                                   SPARKCHAT_NUL_TERMINATED, NULL);
  for (int i = 0; i < 16; i++) {
    workers[i].client = client;
    workers[i].request = request;
    workers[i].exchanges = 20;
  }
  run_workers(workers, 16, send_shared_request);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

/* Successes, service errors, cuts, cancels and abandoned streams, concurrently
 * on clients that all threads use: none disturbs another. */
static const sparkchat_client *mixed[4];

static void *ask_a_mixture(void *argument) {
  const worker *self = (const worker *)argument;
  for (int i = 0; i < self->exchanges; i++) {
    int which = (self->number + i) % 4;
    sparkchat_stream *stream = asked(mixed[which], "mixture");
    sparkchat_status status;
    if (which == 3) {
      until(stream, SPARKCHAT_EVENT_TEXT);
      if (i % 2) {
        sparkchat_stream_cancel(stream);
        CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
      }
    } else {
      status = finish(stream, NULL);
      CHECK_STATUS(which == 0   ? SPARKCHAT_DONE
                   : which == 1 ? SPARKCHAT_ERR_QUOTA
                                : SPARKCHAT_ERR_TRUNCATED,
                   status);
    }
    CHECK(which != 0 || strcmp(text_of(stream), "mixture") == 0);
    sparkchat_stream_free(stream);
  }
  return NULL;
}

CASE(failures_of_some_threads_do_not_disturb_the_others) {
  static worker workers[24];
  sparkchat_client *clients[4];
  clients[0] = client_for(wss("echo"));
  clients[1] = client_for(ws("error:code=11201,after=1"));
  clients[2] = client_for(wss("drop:after=1,how=reset"));
  clients[3] = client_for(ws("count:n=10000"));
  for (int i = 0; i < 4; i++) {
    mixed[i] = clients[i];
  }
  for (int i = 0; i < 24; i++) {
    workers[i].exchanges = 16;
  }
  run_workers(workers, 24, ask_a_mixture);
  for (int i = 0; i < 4; i++) {
    sparkchat_client_free(clients[i]);
  }
}

/* A cancel that races with the end of the exchange is harmless. */
static void *cancel_many_times(void *stream) {
  for (int i = 0; i < 50; i++) {
    sparkchat_stream_cancel((sparkchat_stream *)stream);
    sleep_ms(i % 2);
  }
  return NULL;
}

CASE(cancel_races_with_everything) {
  sparkchat_client *client = client_for(wss("echo"));
  for (int i = 0; i < 40; i++) {
    sparkchat_stream *stream = asked(client, "race");
    pthread_t thread;
    sparkchat_status status;
    for (int events = i % 4; events > 0; events--) {
      const sparkchat_event *event = NULL;
      CHECK_STATUS(SPARKCHAT_OK,
                   sparkchat_stream_next(stream, -1, &event, NULL));
    }
    CHECK(pthread_create(&thread, NULL, cancel_many_times, stream) == 0);
    status = finish(stream, NULL);
    CHECK(status == SPARKCHAT_DONE || status == SPARKCHAT_ERR_CANCELLED);
    CHECK(pthread_join(thread, NULL) == 0);
    sparkchat_stream_free(stream);
  }
  sparkchat_client_free(client);
}
