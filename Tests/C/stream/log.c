/* The lifetime of a log callback, and the threads that call it; run by
 * test_log.py. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>

typedef struct journal {
  pthread_mutex_t lock;
  int entries, failures, destroyed;
  pthread_t callers[64];
  int caller_count;
} journal;

static void note(sparkchat_log_level level, const char *message,
                 const char *fields, void *user_data) {
  journal *to = (journal *)user_data;
  int known = 0;
  CHECK(level >= SPARKCHAT_LOG_ERROR && level <= SPARKCHAT_LOG_DEBUG);
  CHECK(message && message[0] && fields && fields[0] == '{');
  pthread_mutex_lock(&to->lock);
  CHECK_INT(0, to->destroyed);
  to->entries++;
  to->failures += level < SPARKCHAT_LOG_INFO;
  for (int i = 0; i < to->caller_count; i++) {
    known |= pthread_equal(to->callers[i], pthread_self());
  }
  if (!known) {
    to->callers[to->caller_count++] = pthread_self();
  }
  pthread_mutex_unlock(&to->lock);
}

static void destroy(void *user_data) {
  journal *to = (journal *)user_data;
  pthread_mutex_lock(&to->lock);
  to->destroyed++;
  pthread_mutex_unlock(&to->lock);
}

static void log_to(sparkchat_config *config, journal *to) {
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_log(config, SPARKCHAT_LOG_DEBUG, note, to,
                                        destroy, NULL));
}

CASE(destroyed_once_when_all_is_gone) {
  journal to = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_config *config = config_for(ws("echo"));
  sparkchat_client *clients[2] = {NULL, NULL};
  sparkchat_stream *stream;
  log_to(config, &to);
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &clients[i], NULL));
  }
  sparkchat_config_free(config);
  stream = asked(clients[0], "Hello");
  sparkchat_client_free(clients[0]);
  sparkchat_client_free(clients[1]);
  CHECK_INT(0, to.destroyed);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(to.entries > 0);
  CHECK_INT(0, to.destroyed);
  sparkchat_stream_free(stream);
  CHECK_INT(1, to.destroyed);
}

CASE(destroyed_when_replaced) {
  journal first = {.lock = PTHREAD_MUTEX_INITIALIZER},
          second = {.lock = PTHREAD_MUTEX_INITIALIZER},
          refused = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_error *error = NULL;
  sparkchat_client *client;
  sparkchat_config *config = config_for(ws("echo"));
  log_to(config, &first);
  log_to(config, &second);
  CHECK_INT(1, first.destroyed);
  /* A failed setter changes nothing. */
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_log(config, (sparkchat_log_level)9, note,
                                        &refused, destroy, &error));
  CHECK_INT(1, refused.destroyed);
  CHECK_INT(0, second.destroyed);
  sparkchat_error_free(error);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_log(config, SPARKCHAT_LOG_ERROR, NULL, NULL,
                                        NULL, NULL));
  CHECK_INT(1, second.destroyed);
  client = client_of(config);
  sparkchat_client_free(client);
  CHECK_INT(0, first.entries + second.entries);
}

CASE(destroyed_with_the_config) {
  journal to = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  log_to(config, &to);
  CHECK_STATUS(SPARKCHAT_ERR_CONFIG,
               sparkchat_client_new(config, &client, NULL));
  CHECK_INT(0, to.destroyed);
  sparkchat_config_free(config);
  CHECK_INT(1, to.destroyed);
}

/* As with sparkchat_conversation_add_tool(). */
CASE(destroyed_whatever_happens) {
  journal to = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_config *config = config_for(ws("echo"));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_log(config, (sparkchat_log_level)9, note,
                                        &to, destroy, NULL));
  CHECK_INT(1, to.destroyed);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_log(NULL, SPARKCHAT_LOG_ERROR, note, &to,
                                        destroy, NULL));
  CHECK_INT(2, to.destroyed);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_log(config, SPARKCHAT_LOG_ERROR, NULL, &to,
                                        destroy, NULL));
  CHECK_INT(3, to.destroyed);
  sparkchat_config_free(config);
  CHECK_INT(3, to.destroyed);
}

static int stop(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  return sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
}

/* A stream that is freed, cancelled, or stopped by the callback. */
CASE(stopping_is_no_failure) {
  journal to = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_config *config =
      config_for(ws("stall:at=middle,after=3,content=abcdefgh"));
  sparkchat_request *request = question("Hello");
  sparkchat_client *client;
  sparkchat_stream *stream;
  log_to(config, &to);
  client = client_of(config);
  for (int is_cancelled = 0; is_cancelled < 2; is_cancelled++) {
    stream = asked(client, "Hello");
    until(stream, SPARKCHAT_EVENT_TEXT);
    if (is_cancelled) {
      int before = to.entries;
      sparkchat_stream_cancel(stream);
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
      CHECK_INT(before + 1, to.entries);
    }
    sparkchat_stream_free(stream);
  }
  CHECK_STATUS(
      SPARKCHAT_ERR_CALLBACK,
      sparkchat_client_stream(client, request, stop, NULL, NULL, NULL));
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  CHECK_INT(0, to.failures);
}

static void *ask_some(void *client) {
  for (int i = 0; i < 5; i++) {
    sparkchat_stream *stream = asked((sparkchat_client *)client, "Hello");
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
  return NULL;
}

CASE(called_by_all_threads_that_use_the_client) {
  journal to = {.lock = PTHREAD_MUTEX_INITIALIZER};
  sparkchat_config *config = config_for(wss("echo"));
  sparkchat_client *client;
  pthread_t threads[8];
  log_to(config, &to);
  client = client_of(config);
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_create(&threads[i], NULL, ask_some, client) == 0);
  }
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  sparkchat_client_free(client);
  CHECK_INT(1, to.destroyed);
  CHECK_INT(8, to.caller_count); /* and none of the library's threads */
  CHECK(to.entries >= 8 * 5);
}
