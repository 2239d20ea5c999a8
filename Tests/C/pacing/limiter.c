/* A limiter that the host implements; run by test_limiter.py. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef struct limiter {
  pthread_mutex_t lock;
  int waits;    /* how often to postpone an attempt, */
  int later_ms; /* and for how long */
  int fails;    /* whether to fail instead */
  int asked, acquired, answered, refused, released, destroyed;
  int running, most;
  int64_t attempts[64];
  pthread_t callers[64];
} limiter;

#define LIMITER {.lock = PTHREAD_MUTEX_INITIALIZER, .later_ms = 5}

static int on_acquire(int64_t attempt, void *user_data) {
  limiter *to = (limiter *)user_data;
  int later = 0;
  pthread_mutex_lock(&to->lock);
  to->asked++;
  if (to->fails) {
    later = -1;
  } else if (to->waits > 0) {
    to->waits--;
    later = to->later_ms;
  } else {
    for (int i = 0; i < to->acquired; i++) {
      CHECK(to->attempts[i] != attempt);
    }
    to->callers[to->acquired] = pthread_self();
    to->attempts[to->acquired++] = attempt;
    to->running++;
    to->most = to->running > to->most ? to->running : to->most;
  }
  pthread_mutex_unlock(&to->lock);
  return later;
}

static void on_report(int64_t attempt, sparkchat_status status,
                      int service_code, void *user_data) {
  limiter *to = (limiter *)user_data;
  pthread_mutex_lock(&to->lock);
  CHECK(attempt > 0);
  if (status == SPARKCHAT_OK) {
    CHECK_INT(0, service_code);
    to->answered++;
  } else if (service_code == 11202) {
    CHECK_STATUS(SPARKCHAT_ERR_RATE_LIMITED, status);
    to->refused++;
  }
  pthread_mutex_unlock(&to->lock);
}

static void on_release(int64_t attempt, void *user_data) {
  limiter *to = (limiter *)user_data;
  int is_known = 0;
  pthread_mutex_lock(&to->lock);
  for (int i = 0; i < to->acquired; i++) {
    is_known |= to->attempts[i] == attempt;
  }
  CHECK(is_known);
  to->released++;
  to->running--;
  pthread_mutex_unlock(&to->lock);
}

static void destroy(void *user_data) {
  ((limiter *)user_data)->destroyed++;
}

static sparkchat_client *limited(limiter *by, const char *scenario) {
  sparkchat_config *config = config_for(ws(scenario));
  char embeddings[256];
  snprintf(embeddings, sizeof embeddings, "%s/", required("SPARK_HTTP"));
  sparkchat_config_set_embedding_url(config, embeddings, NULL);
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_limiter(config, on_acquire, on_report,
                                            on_release, by, destroy, NULL));
  return client_of(config);
}

CASE(it_is_asked_until_it_agrees) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, NULL);
  sparkchat_stream *stream = asked(client, "Hello");
  by.waits = 3;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_INT(4, by.asked);
  CHECK_INT(1, by.acquired);
  CHECK_INT(1, by.answered);
  CHECK_INT(1, by.released);
  sparkchat_stream_free(stream);
  CHECK_INT(1, by.released);
  sparkchat_client_free(client);
  CHECK_INT(1, by.destroyed);
}

CASE(an_answer_without_events_is_reported) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, "text:content=");
  sparkchat_stream *stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_INT(1, by.answered);
  sparkchat_stream_free(stream);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_embed(client, "Hello", SPARKCHAT_NUL_TERMINATED,
                                      SPARKCHAT_EMBEDDING_PARA, NULL, NULL));
  CHECK_INT(2, by.answered);
  CHECK_INT(2, by.released);
  sparkchat_client_free(client);
}

CASE(each_attempt_is_one) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, "error:code=11202");
  sparkchat_stream *stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_RATE_LIMITED, finish(stream, NULL));
  CHECK_INT(3, by.acquired);
  CHECK_INT(3, by.refused);
  CHECK_INT(3, by.released);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(its_failure_is_the_streams) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, NULL);
  sparkchat_stream *stream = asked(client, "Hello");
  by.fails = 1;
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK, finish(stream, NULL));
  sparkchat_stream_free(stream);
  CHECK_INT(0, by.released);
  by.fails = 0;
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(a_stream_that_is_freed_gives_back_its_place) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, "stall:at=middle");
  sparkchat_stream *stream = asked(client, "Hello"), *second;
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK_INT(1, by.running);
  /* A stream that was never driven has none. */
  second = asked(client, "Hello");
  sparkchat_stream_free(second);
  CHECK_INT(1, by.acquired);
  sparkchat_stream_free(stream);
  CHECK_INT(0, by.running);
  sparkchat_client_free(client);
}

/* While the limiter postpones one stream, the thread's other streams
 * continue. */
CASE(a_wait_holds_up_nobody_else) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, NULL), *other = client_for(ws(NULL));
  sparkchat_group *group = NULL;
  sparkchat_stream *waiting = asked(client, "Hello"), *ended = NULL;
  sparkchat_stream *quick = asked(other, "Hello");
  sparkchat_status status = SPARKCHAT_OK;
  by.waits = 1;
  by.later_ms = 60000;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, waiting, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, quick, NULL));
  while (status != SPARKCHAT_DONE) {
    status = sparkchat_group_next(group, 20000, &ended, NULL, NULL);
    CHECK(status >= 0 && status != SPARKCHAT_AGAIN);
  }
  CHECK(ended == quick);
  CHECK_INT(0, by.acquired);
  sparkchat_stream_free(waiting);
  sparkchat_stream_free(quick);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  sparkchat_client_free(other);
}

static void *ask_once(void *client) {
  sparkchat_stream *stream = asked((sparkchat_client *)client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  return NULL;
}

CASE(called_by_the_threads_that_ask) {
  limiter by = LIMITER;
  sparkchat_client *client = limited(&by, NULL);
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_create(&threads[i], NULL, ask_once, client) == 0);
  }
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  for (int i = 0; i < by.acquired; i++) {
    CHECK(!pthread_equal(by.callers[i], pthread_self()));
  }
  CHECK_INT(8, by.acquired);
  CHECK_INT(8, by.released);
  sparkchat_client_free(client);
}

CASE(all_three_or_none) {
  sparkchat_config *config = sparkchat_config_new();
  limiter by = LIMITER;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_limiter(config, on_acquire, NULL,
                                            on_release, &by, destroy, &error));
  CHECK_INT(1, by.destroyed);
  sparkchat_error_free(error);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_set_limiter(
                                 config, NULL, NULL, NULL, NULL, NULL, NULL));
  sparkchat_config_free(config);
}
