/*
 * sparkchat.c - a Node.js addon in C, by Node-API.
 *
 *   cc -shared -fPIC -o sparkchat.node sparkchat.c -I/usr/include/node \
 *     $(pkg-config --cflags --libs sparkchat)
 *
 * ask(question, callback) calls back with each piece of the answer, and at last
 * with (null, status, message). It returns a function that cancels. A thread
 * for each answer pulls it, and Node's own queue brings the pieces to the main
 * thread, where nothing ever waits. For hundreds at once, one thread with a
 * sparkchat_group would do.
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <pthread.h>
#include <sparkchat.h>
#include <stdlib.h>
#include <string.h>

typedef struct answer {
  sparkchat_stream *stream;
  sparkchat_error *error;
  sparkchat_status status;
  pthread_t thread;
  napi_threadsafe_function queue;
  napi_ref cancel; /* keeps that function, and with it this, until the end */
} answer;

typedef struct piece {
  size_t length;
  char text[1];
} piece;

static void put(answer *self, piece *item) {
  napi_threadsafe_function_call_mode mode = napi_tsfn_nonblocking;
  if (napi_call_threadsafe_function(self->queue, item, mode) != napi_ok) {
    free(item); /* Node is leaving */
  }
}

/* The answer's own thread: no JavaScript here. */
static void *pull(void *data) {
  answer *self = (answer *)data;
  for (;;) {
    const sparkchat_event *event = NULL;
    size_t length = 0;
    self->status =
        sparkchat_stream_next(self->stream, -1, &event, &self->error);
    if (self->status == SPARKCHAT_DONE || self->status < 0) {
      put(self, NULL);
      napi_release_threadsafe_function(self->queue, napi_tsfn_release);
      return NULL;
    }
    if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
      const char *text = sparkchat_event_text(event, &length);
      piece *item = (piece *)malloc(sizeof *item + length);
      if (item) {
        item->length = length;
        memcpy(item->text, text, length);
        put(self, item);
      }
    }
  }
}

/* Node is leaving, and the answer is still on its way. */
static void leave(void *data) {
  answer *self = (answer *)data;
  sparkchat_stream_cancel(self->stream);
  pthread_join(self->thread, NULL);
}

/* Takes an item from the queue, on the main thread; NULL is the end. */
static void deliver(napi_env env, napi_value callback, void *context,
                    void *item) {
  answer *self = (answer *)context;
  piece *got = (piece *)item;
  napi_value arguments[3], undefined;
  size_t count = 1;
  if (!env) { /* Node is leaving: `self` may be gone */
    free(got);
    return;
  }
  napi_get_undefined(env, &undefined);
  if (got) {
    napi_create_string_utf8(env, got->text, got->length, &arguments[0]);
    free(got);
  } else {
    const char *message = sparkchat_error_message(self->error);
    pthread_join(self->thread, NULL);
    napi_remove_env_cleanup_hook(env, leave, self);
    napi_get_null(env, &arguments[0]);
    napi_create_int32(env, self->status, &arguments[1]);
    napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &arguments[2]);
    napi_delete_reference(env, self->cancel); /* `self` lives on until it is
                                                 collected */
    count = 3;
  }
  napi_call_function(env, undefined, callback, count, arguments, NULL);
}

static napi_value cancel(napi_env env, napi_callback_info info) {
  void *self = NULL;
  napi_get_cb_info(env, info, NULL, NULL, NULL, &self);
  sparkchat_stream_cancel(((answer *)self)->stream);
  return NULL;
}

static void free_answer(napi_env env, void *data, void *hint) {
  answer *self = (answer *)data;
  (void)env, (void)hint;
  sparkchat_stream_free(self->stream);
  sparkchat_error_free(self->error);
  free(self);
}

static napi_value ask(napi_env env, napi_callback_info info) {
  napi_value arguments[2], name, result;
  size_t count = 2, length = 0;
  void *client = NULL;
  answer *self = (answer *)calloc(1, sizeof *self);
  sparkchat_request *request = sparkchat_request_new();
  char *question = NULL;

  napi_get_instance_data(env, &client);
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_string_utf8(env, arguments[0], NULL, 0, &length);
  question = (char *)malloc(length + 1);
  if (!self || !question) {
    abort();
  }
  napi_get_value_string_utf8(env, arguments[0], question, length + 1, &length);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, question, length,
                                NULL);
  free(question);
  if (sparkchat_client_open((sparkchat_client *)client, request, &self->stream,
                            &self->error) != SPARKCHAT_OK) {
    napi_throw_error(env, NULL, sparkchat_error_message(self->error));
    free_answer(env, self, NULL);
    sparkchat_request_free(request);
    return NULL;
  }
  sparkchat_request_free(request);
  napi_create_function(env, "cancel", NAPI_AUTO_LENGTH, cancel, self, &result);
  napi_add_finalizer(env, result, self, free_answer, NULL, NULL);
  napi_create_reference(env, result, 1, &self->cancel);
  napi_create_string_utf8(env, "sparkchat", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, arguments[1], NULL, name, 0, 1, NULL,
                                  NULL, self, deliver, &self->queue);
  napi_add_env_cleanup_hook(env, leave, self);
  pthread_create(&self->thread, NULL, pull, self);
  return result;
}

static void free_client(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  sparkchat_client_free((sparkchat_client *)data);
}

NAPI_MODULE_INIT() {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  napi_value function;
  sparkchat_config_load_environment(config, NULL); /* client_new reports */
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    napi_throw_error(env, NULL, sparkchat_error_message(error));
  }
  sparkchat_error_free(error);
  sparkchat_config_free(config);
  napi_set_instance_data(env, client, free_client, NULL);
  napi_create_function(env, "ask", NAPI_AUTO_LENGTH, ask, NULL, &function);
  napi_set_named_property(env, exports, "ask", function);
  return exports;
}
