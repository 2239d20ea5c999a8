/*
 * sparkchat.c - a Node.js addon in C with Node-API.
 *
 *   cc -shared -fPIC -o sparkchat.node -I/usr/include/node sparkchat.c \
 *     -lsparkchat
 *
 * ask(question, callback) calls back with each piece of the answer, and finally
 * with (null, status, error). It returns a function that cancels. Each answer
 * has a thread that pulls it, and Node's own queue brings the pieces to the main
 * thread, which never waits. For hundreds of answers, use one thread with a
 * sparkchat_group.
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <pthread.h>
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct answer {
  sparkchat_stream *stream;
  sparkchat_error *error;
  sparkchat_status status;
  pthread_t thread;
  napi_threadsafe_function queue;
  napi_ref cancel; /* keeps that function, and this with it, until the end */
} answer;

typedef struct piece {
  size_t length;
  char text[1];
} piece;

/* Throws, unless an exception is pending. */
static napi_value failed(napi_env env) {
  napi_throw_error(env, NULL, "a Node-API call failed");
  return NULL;
}

/* Makes an Error from what went wrong, and what to do about it. */
static napi_status describe(napi_env env, const sparkchat_error *error,
                            napi_value *made) {
  static const char between[] = "\nhint: ";
  const char *message = sparkchat_error_message(error);
  const char *hint = sparkchat_error_hint(error);
  size_t size = strlen(message) + sizeof between + strlen(hint);
  char *text = (char *)malloc(size);
  napi_value string;
  napi_status status = napi_generic_failure;
  if (text) {
    snprintf(text, size, "%s%s%s", message, *hint ? between : "", hint);
    status = napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &string);
    free(text);
  }
  return status == napi_ok ? napi_create_error(env, NULL, string, made)
                           : status;
}

/* Throws an error from the library, and frees it. */
static void throw_error(napi_env env, sparkchat_error *error) {
  napi_value made;
  if (describe(env, error, &made) == napi_ok) {
    napi_throw(env, made);
  } else {
    failed(env);
  }
  sparkchat_error_free(error);
}

static void put(answer *self, piece *item) {
  napi_threadsafe_function_call_mode mode = napi_tsfn_nonblocking;
  if (napi_call_threadsafe_function(self->queue, item, mode) != napi_ok) {
    free(item); /* Node is shutting down */
  }
}

/* The answer's own thread, which must not run JavaScript. */
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
      if (!item) {
        abort(); /* as Node itself does */
      }
      item->length = length;
      memcpy(item->text, text, length);
      put(self, item);
    }
  }
}

/* Node is shutting down, and the answer is still in progress. */
static void leave(void *data) {
  answer *self = (answer *)data;
  sparkchat_stream_cancel(self->stream);
  pthread_join(self->thread, NULL);
}

/* Returns the text of a piece, and frees the piece. */
static napi_status take(napi_env env, piece *got, napi_value *arguments) {
  napi_status status =
      napi_create_string_utf8(env, got->text, got->length, &arguments[0]);
  free(got);
  return status;
}

/* Reports how it ended. `self` lives until `cancel` is collected. */
static napi_status finish(napi_env env, answer *self, napi_value *arguments) {
  napi_status status = napi_get_null(env, &arguments[0]);
  pthread_join(self->thread, NULL);
  napi_remove_env_cleanup_hook(env, leave, self);
  napi_delete_reference(env, self->cancel);
  if (status == napi_ok) {
    status = napi_create_int32(env, self->status, &arguments[1]);
  }
  if (status == napi_ok) {
    status = self->error ? describe(env, self->error, &arguments[2])
                         : napi_get_undefined(env, &arguments[2]);
  }
  return status;
}

/* Takes an item from the queue, on the main thread; NULL is the end. */
static void deliver(napi_env env, napi_value callback, void *context,
                    void *item) {
  answer *self = (answer *)context;
  piece *got = (piece *)item;
  napi_value arguments[3], undefined, thrown;
  napi_status status;
  if (!env) { /* Node is shutting down: `self` may be freed */
    free(got);
    return;
  }
  status = got ? take(env, got, arguments) : finish(env, self, arguments);
  if (status == napi_ok) {
    status = napi_get_undefined(env, &undefined);
  }
  if (status == napi_ok) {
    status = napi_call_function(env, undefined, callback, got ? 1 : 3,
                                arguments, NULL);
  }
  if (status != napi_ok) { /* otherwise Node would only warn */
    failed(env);
    napi_get_and_clear_last_exception(env, &thrown);
    napi_fatal_exception(env, thrown);
  }
}

static napi_value cancel(napi_env env, napi_callback_info info) {
  void *self = NULL;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &self) != napi_ok) {
    return failed(env);
  }
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

/* Opens the stream; throws if that fails. */
static sparkchat_status open_stream(napi_env env, napi_value question,
                                    sparkchat_stream **stream) {
  sparkchat_status status = SPARKCHAT_ERR_INVALID_ARGUMENT;
  sparkchat_request *request = NULL;
  sparkchat_error *error = NULL;
  void *client = NULL;
  size_t length = 0;
  char *text = NULL;
  if (napi_get_instance_data(env, &client) != napi_ok ||
      napi_get_value_string_utf8(env, question, NULL, 0, &length) != napi_ok ||
      !(text = (char *)malloc(length + 1)) ||
      napi_get_value_string_utf8(env, question, text, length + 1, &length) !=
          napi_ok) {
    failed(env);
  } else {
    request = sparkchat_request_new();
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text, length,
                                  NULL);
    status = sparkchat_client_open((sparkchat_client *)client, request, stream,
                                   &error);
    if (status < 0) {
      throw_error(env, error);
    }
    sparkchat_request_free(request);
  }
  free(text);
  return status;
}

/* Starts the thread with all that it needs, or starts nothing and returns false. */
static int start(napi_env env, answer *self, napi_value callback,
                 napi_value result) {
  napi_value name;
  if (napi_create_string_utf8(env, "sparkchat", NAPI_AUTO_LENGTH, &name) ==
          napi_ok &&
      napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL,
                                      NULL, self, deliver,
                                      &self->queue) == napi_ok &&
      napi_create_reference(env, result, 1, &self->cancel) == napi_ok &&
      napi_add_env_cleanup_hook(env, leave, self) == napi_ok) {
    if (pthread_create(&self->thread, NULL, pull, self) == 0) {
      return 1;
    }
    napi_remove_env_cleanup_hook(env, leave, self);
  }
  if (self->cancel) {
    napi_delete_reference(env, self->cancel);
  }
  if (self->queue) {
    napi_release_threadsafe_function(self->queue, napi_tsfn_abort);
  }
  return 0;
}

static napi_value ask(napi_env env, napi_callback_info info) {
  napi_value arguments[2], result; /* undefined if one is missing */
  napi_valuetype kinds[2];
  size_t count = 2;
  answer *self = NULL;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_typeof(env, arguments[0], &kinds[0]) != napi_ok ||
      napi_typeof(env, arguments[1], &kinds[1]) != napi_ok) {
    return failed(env);
  }
  if (kinds[0] != napi_string || kinds[1] != napi_function) {
    napi_throw_type_error(env, NULL, "ask() takes a string and a function");
    return NULL;
  }
  self = (answer *)calloc(1, sizeof *self);
  if (!self) {
    return failed(env);
  }
  if (open_stream(env, arguments[0], &self->stream) < 0) {
    free_answer(env, self, NULL);
    return NULL;
  }
  if (napi_create_function(env, "cancel", NAPI_AUTO_LENGTH, cancel, self,
                           &result) != napi_ok ||
      napi_add_finalizer(env, result, self, free_answer, NULL, NULL) !=
          napi_ok) {
    free_answer(env, self, NULL);
    return failed(env);
  }
  /* From here on, it is freed when `result` is collected. */
  return start(env, self, arguments[1], result) ? result : failed(env);
}

static void free_client(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  sparkchat_client_free((sparkchat_client *)data);
}

NAPI_MODULE_INIT() {
  sparkchat_config *config;
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  napi_value function;
  if (sparkchat_abi_version() != SPARKCHAT_ABI_VERSION) {
    napi_throw_error(env, NULL, "libsparkchat has another ABI version");
    return NULL;
  }
  config = sparkchat_config_new();
  sparkchat_config_load_environment(config, NULL); /* client_new reports */
  if (sparkchat_client_new(config, &client, &error) < 0) {
    throw_error(env, error);
  }
  sparkchat_config_free(config);
  if (!client) {
    return NULL;
  }
  if (napi_set_instance_data(env, client, free_client, NULL) != napi_ok) {
    sparkchat_client_free(client);
    return failed(env);
  }
  if (napi_create_function(env, "ask", NAPI_AUTO_LENGTH, ask, NULL,
                           &function) != napi_ok ||
      napi_set_named_property(env, exports, "ask", function) != napi_ok) {
    return failed(env);
  }
  return exports;
}
