/*
 * pull.c - one question, its answer pulled piece by piece: the program keeps
 * control, and can do something else while nothing arrives.
 *
 *   cc -o pull pull.c $(pkg-config --cflags --libs sparkchat)
 *   ./pull "Hello"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static sparkchat_status answer(sparkchat_stream *stream,
                               sparkchat_error **error) {
  for (;;) {
    const sparkchat_event *event = NULL;
    sparkchat_status status = sparkchat_stream_next(stream, 200, &event, error);
    if (status == SPARKCHAT_AGAIN) {
      fputs(".", stderr); /* nothing for 200 ms */
    } else if (status == SPARKCHAT_DONE || status < 0) {
      return status;
    } else if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
      fputs(sparkchat_event_text(event, NULL), stdout);
      fflush(stdout);
    }
  }
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;

  sparkchat_config_load_environment(config, NULL);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER,
                                argc > 1 ? argv[1] : "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);
  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_open(client, request, &stream, &error);
  }
  if (status == SPARKCHAT_OK) {
    status = answer(stream, &error);
  }
  puts("");
  if (status != SPARKCHAT_DONE) {
    fprintf(stderr, "error: %s\n", sparkchat_error_message(error));
  }
  sparkchat_error_free(error);
  sparkchat_stream_free(stream); /* in any order */
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  sparkchat_config_free(config);
  return status == SPARKCHAT_DONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
