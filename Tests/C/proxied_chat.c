/* Asks one question, through a proxy perhaps, and prints how it went:
 *
 *   proxied_chat URL [proxy=URL | environment | NAME=MS]...
 *
 * The settings are made in the order given. */
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
  } else {
    fprintf(stderr, "unknown option %s\n", option);
    exit(2);
  }
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
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK ||
      sparkchat_client_invoke(client, request, &response, &error) !=
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
