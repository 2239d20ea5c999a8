/* Asks a question, through a proxy perhaps, and prints how it went:
 *
 *   proxied_chat URL [proxy=URL | environment | NAME=NUMBER]...
 *
 * The settings are made in the order given. With together=N it is asked N times
 * at once, in a group, and how often that went well is printed. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_error(const sparkchat_error *error) {
  printf("status %s\n", sparkchat_status_name(sparkchat_error_status(error)));
  printf("message %s\n", sparkchat_error_message(error));
  printf("hint %s\n", sparkchat_error_hint(error));
  printf("phase %s\n", sparkchat_phase_name(sparkchat_error_phase(error)));
  printf("http_status %d\n", sparkchat_error_http_status(error));
  printf("retryable %d\n", sparkchat_error_retryable(error));
}

static int together;

/* A failure is remembered: sparkchat_client_new() reports it. */
static void apply(sparkchat_config *config, const char *option) {
  const char *equals = strchr(option, '=');
  const char *value = equals ? equals + 1 : "";
  int number = (int)strtol(value, NULL, 10);
  if (strncmp(option, "proxy=", 6) == 0) {
    sparkchat_config_set_proxy(config, value, NULL);
  } else if (strcmp(option, "environment") == 0) {
    sparkchat_config_load_proxy_environment(config, NULL);
  } else if (strncmp(option, "connect-timeout=", 16) == 0) {
    sparkchat_config_set_connect_timeout(config, number, NULL);
  } else if (strncmp(option, "total-timeout=", 14) == 0) {
    sparkchat_config_set_total_timeout(config, number, NULL);
  } else if (strncmp(option, "attempts=", 9) == 0) {
    sparkchat_config_set_max_attempts(config, number, NULL);
  } else if (strncmp(option, "together=", 9) == 0) {
    together = number;
  } else {
    fprintf(stderr, "unknown option %s\n", option);
    exit(2);
  }
}

static void ask_together(const sparkchat_client *client) {
  sparkchat_group *group = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_status status = sparkchat_group_new(&group, NULL);
  int answered = 0;
  for (int i = 0; i < together && status == SPARKCHAT_OK; i++) {
    status = sparkchat_group_add(group, asked(client, "Hello"), NULL);
  }
  while (sparkchat_group_count(group) > 0) {
    status = sparkchat_group_next(group, 20000, &stream, NULL, NULL);
    if (status == SPARKCHAT_AGAIN) {
      break; /* It hangs. */
    }
    if (status != SPARKCHAT_OK && stream) {
      answered += status == SPARKCHAT_DONE;
      sparkchat_stream_free(stream);
    }
  }
  printf("status SPARKCHAT_OK\nanswered %d\n", answered);
  sparkchat_group_free(group);
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  sparkchat_request *request = question("Hello");
  sparkchat_config *config = config_for(argc > 1 ? argv[1] : "");
  sparkchat_config_set_max_attempts(config, 1, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  for (int i = 2; i < argc; i++) {
    apply(config, argv[i]);
  }
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    print_error(error);
  } else if (together > 0) {
    ask_together(client);
  } else if (sparkchat_client_invoke(client, request, &response, &error) !=
             SPARKCHAT_OK) {
    print_error(error);
  } else {
    printf("status SPARKCHAT_OK\n");
  }
  if (response) {
    printf("attempts %d\n", sparkchat_response_attempts(response));
    printf("text %s\n", sparkchat_response_text(response, NULL));
  }
  sparkchat_response_free(response);
  sparkchat_error_free(error);
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  sparkchat_config_free(config);
  return 0;
}
