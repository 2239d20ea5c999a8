/*
 * callback.c - one question, answered through a callback.
 *
 *   cc -o callback callback.c $(pkg-config --cflags --libs sparkchat)
 *   ./callback "Hello"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static int on_event(const sparkchat_event *event, void *user_data) {
  size_t *pieces = (size_t *)user_data;
  size_t length = 0;
  const char *text = sparkchat_event_text(event, &length);
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    fwrite(text, 1, length, stdout);
    fflush(stdout);
    ++*pieces;
  }
  return 0; /* anything else stops the answer */
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  size_t pieces = 0;

  /* The next two calls report errors of these. */
  sparkchat_config_load_environment(config, NULL);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER,
                                argc > 1 ? argv[1] : "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);

  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_stream(client, request, on_event, &pieces, NULL,
                                     &error);
  }
  if (status == SPARKCHAT_OK) {
    fprintf(stderr, "\n(in %lu pieces)\n", (unsigned long)pieces);
  } else {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
