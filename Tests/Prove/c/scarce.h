/* What the programs about scarce resources share: one whole exchange, with a
 * new client and the credentials of the environment. */
#ifndef SCARCE_H
#define SCARCE_H

#include <sparkchat.h>
#include <stdio.h>
#include <string.h>

#define SCARCE_TEXT "All of it."

typedef struct attempt {
  const char *url, *ca_file, *ca_directory;
  int in_group;
  /* Called for each event, for instance to set the clock. */
  void (*at_event)(int number);
} attempt;

static inline sparkchat_client *scarce_client(const attempt *how,
                                              sparkchat_error **error) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_config_set_url(config, how->url, NULL);
  if (how->ca_file) {
    sparkchat_config_set_ca_file(config, how->ca_file, NULL);
  }
  if (how->ca_directory) {
    sparkchat_config_set_ca_directory(config, how->ca_directory, NULL);
  }
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_max_attempts(config, 1, NULL);
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, error) != SPARKCHAT_OK) {
    client = NULL;
  }
  sparkchat_config_free(config);
  return client;
}

static inline sparkchat_status scarce_drive(const attempt *how,
                                            sparkchat_stream *stream,
                                            sparkchat_error **error) {
  sparkchat_group *group = NULL;
  sparkchat_stream *whose = stream;
  sparkchat_status status = SPARKCHAT_OK;
  int number = 0;
  if (how->in_group) {
    status = sparkchat_group_new(&group, error);
    if (status == SPARKCHAT_OK) {
      status = sparkchat_group_add(group, stream, error);
    }
  }
  while (status == SPARKCHAT_OK) {
    const sparkchat_event *event = NULL;
    status = group ? sparkchat_group_next(group, -1, &whose, &event, error)
                   : sparkchat_stream_next(stream, -1, &event, error);
    if (status == SPARKCHAT_OK && how->at_event) {
      how->at_event(number++);
    }
  }
  sparkchat_group_free(group);
  return status;
}

/* Returns SPARKCHAT_DONE on success, and SPARKCHAT_ERR_INTERNAL if the text is
 * wrong. */
static inline sparkchat_status scarce_ask(const attempt *how,
                                          const sparkchat_client *client,
                                          sparkchat_error **error) {
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_status status;
  (void)sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
                                      SPARKCHAT_NUL_TERMINATED, NULL);
  status = sparkchat_client_open(client, request, &stream, error);
  sparkchat_request_free(request);
  if (status == SPARKCHAT_OK) {
    status = scarce_drive(how, stream, error);
    if (status == SPARKCHAT_DONE &&
        strcmp(sparkchat_response_text(sparkchat_stream_response(stream), NULL),
               SCARCE_TEXT) != 0) {
      fprintf(stderr, "wrong text\n");
      status = SPARKCHAT_ERR_INTERNAL;
    }
  }
  sparkchat_stream_free(stream);
  return status;
}

static inline sparkchat_status scarce_exchange(const attempt *how,
                                               sparkchat_error **error) {
  sparkchat_client *client = scarce_client(how, error);
  sparkchat_status status =
      client ? scarce_ask(how, client, error) : sparkchat_error_status(*error);
  sparkchat_client_free(client);
  return status;
}

static inline void scarce_say(long number, sparkchat_status status,
                              const sparkchat_error *error) {
  printf("%ld\t%s\t%d\t%s\n", number, sparkchat_status_name(status),
         sparkchat_error_os_errno(error), sparkchat_error_message(error));
}

#endif
