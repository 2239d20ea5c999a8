/*
 * http.c - questions over HTTP: one secret is sufficient, and the connection is
 * kept for the next question.
 *
 *   cc -o http http.c $(pkg-config --cflags --libs sparkchat)
 *   IFLYTEK_SPARK_API_PASSWORD=... ./http "What is 6 times 7?" "And plus 1?"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static const char *kind_of_connection(const sparkchat_response *response) {
  switch (sparkchat_response_connection(response)) {
  case SPARKCHAT_CONNECTION_WARM:
    return "kept";
  case SPARKCHAT_CONNECTION_RESUMED:
    return "new, TLS resumed";
  default:
    return "new";
  }
}

/* Asks for JSON, which a message has to request as well. */
static sparkchat_status ask(const sparkchat_client *client, const char *text,
                            sparkchat_error **error) {
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_response *response = NULL;
  sparkchat_status status;
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_SYSTEM,
                                "Answer with a JSON object.",
                                SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_set_response_format(request, SPARKCHAT_FORMAT_JSON_OBJECT,
                                        NULL);
  status = sparkchat_client_invoke(client, request, &response, error);
  if (status == SPARKCHAT_OK) {
    puts(sparkchat_response_text(response, NULL));
    fprintf(stderr, "(connection: %s)\n", kind_of_connection(response));
  }
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  return status;
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  sparkchat_config_set_transport(config, SPARKCHAT_TRANSPORT_HTTP, NULL);
  sparkchat_config_load_environment(config, NULL);
  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    fprintf(stderr, "(%s, model %s)\n", sparkchat_client_url(client),
            sparkchat_client_domain(client));
  }
  for (int i = 1; i < argc && status == SPARKCHAT_OK; i++) {
    status = ask(client, argv[i], &error);
  }
  if (status != SPARKCHAT_OK) {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
