/* New objects for each call of the program that null_program.py writes. */
#ifndef NULL_OBJECTS_H
#define NULL_OBJECTS_H

#include "scene.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
  sparkchat_config *config;
  sparkchat_client *client;
  sparkchat_request *request;
  sparkchat_stream *stream;
  sparkchat_group *group;
  sparkchat_response *response;
  sparkchat_error *error;
  sparkchat_conversation *conversation;
  char *string;
  const sparkchat_model *model;
  const sparkchat_event *event; /* belongs to `teller` */
} all;

static struct {
  sparkchat_client *client;
  sparkchat_request *request;
  sparkchat_stream *stream;
  sparkchat_group *group;
  sparkchat_response *response;
  sparkchat_error *error;
  sparkchat_conversation *conversation;
  char *string;
  const sparkchat_event *event;
  size_t size;
  int64_t int64;
} out;

static sparkchat_error *const no_error = NULL;
static sparkchat_stream *teller;

static int stop_at_once(const sparkchat_event *event, void *user_data) {
  (void)event;
  (void)user_data;
  return 1;
}

static int ignore_call(const char *name, const char *arguments, size_t length,
                       sparkchat_tool_result *result, void *user_data) {
  (void)name;
  (void)arguments;
  (void)length;
  (void)result;
  (void)user_data;
  return 0;
}

static void ignore_log(sparkchat_log_level level, const char *message,
                       const char *fields, void *user_data) {
  (void)level;
  (void)message;
  (void)fields;
  (void)user_data;
}

static int ignore_acquire(int64_t attempt, void *user_data) {
  (void)attempt;
  (void)user_data;
  return 0;
}

static void ignore_report(int64_t attempt, sparkchat_status status, int code,
                          void *user_data) {
  (void)attempt;
  (void)status;
  (void)code;
  (void)user_data;
}

static void ignore_release(int64_t attempt, void *user_data) {
  (void)attempt;
  (void)user_data;
}

static void ignore_destroy(void *user_data) {
  (void)user_data;
}

static void check(int call, int holds) {
  if (!holds) {
    fprintf(stderr, "call %d returned something\n", call);
    exit(1);
  }
}

/* Checks that there is an error object exactly if the status is an error. */
static void check_status(int call, sparkchat_status status, int lacks_object,
                         const sparkchat_error *error) {
  if (lacks_object && status != SPARKCHAT_ERR_INVALID_ARGUMENT) {
    fprintf(stderr, "call %d: %s without its object\n", call,
            sparkchat_status_name(status));
    exit(1);
  }
  if (error != no_error && sparkchat_error_status(error) != status) {
    fprintf(stderr, "call %d: %s, but the error says %s\n", call,
            sparkchat_status_name(status),
            sparkchat_status_name(sparkchat_error_status(error)));
    exit(1);
  }
  if (status >= 0 && error != NULL) {
    fprintf(stderr, "call %d: an error without a failure\n", call);
    exit(1);
  }
}

/* No one listens at the addresses of these objects, so that nothing ever
 * waits. */
static void prepare(void) {
  all.config = config_for("ws://127.0.0.1:1/v3.5/chat");
  sparkchat_config_set_embedding_url(all.config, "http://127.0.0.1:1/", NULL);
  all.request = question("Hello");
  all.model = sparkchat_model_at(0);
  if (sparkchat_client_new(all.config, &all.client, NULL) != SPARKCHAT_OK ||
      sparkchat_client_open(all.client, all.request, &all.stream, NULL) !=
          SPARKCHAT_OK ||
      sparkchat_group_new(&all.group, NULL) != SPARKCHAT_OK ||
      sparkchat_conversation_new(all.client, all.request, &all.conversation,
                                 NULL) != SPARKCHAT_OK ||
      sparkchat_conversation_save(all.conversation, &all.string, NULL, NULL) !=
          SPARKCHAT_OK ||
      sparkchat_client_invoke(all.client, all.request, &all.response,
                              &all.error) == SPARKCHAT_OK) {
    fprintf(stderr, "the objects could not be made\n");
    exit(1);
  }
}

static void clean_up(void) {
  sparkchat_stream_free(out.stream);
  sparkchat_group_free(out.group);
  sparkchat_client_free(out.client);
  sparkchat_request_free(out.request);
  sparkchat_response_free(out.response);
  sparkchat_error_free(out.error);
  sparkchat_conversation_free(out.conversation);
  sparkchat_string_free(out.string);
  out.stream = NULL;
  out.group = NULL;
  out.client = NULL;
  out.request = NULL;
  out.conversation = NULL;
  out.string = NULL;
  out.response = NULL;
  out.error = NULL;
  sparkchat_group_free(all.group);
  sparkchat_stream_free(all.stream);
  sparkchat_client_free(all.client);
  sparkchat_config_free(all.config);
  sparkchat_request_free(all.request);
  sparkchat_response_free(all.response);
  sparkchat_error_free(all.error);
  sparkchat_conversation_free(all.conversation);
  sparkchat_string_free(all.string);
}

static void begin(void) {
  teller = opened(required("SPARK_NULL_URL"));
  all.event = until(teller, SPARKCHAT_EVENT_TEXT);
}

static void end(void) {
  sparkchat_stream_free(teller);
}

#endif
