/*
 * image.c - two questions about an image.
 *
 *   cc -o image image.c $(pkg-config --cflags --libs sparkchat)
 *   ./image photo.jpg "What is this?" "Where may that be?"
 *
 * The image is a JPEG or PNG file. The service has a separate model for images,
 * over WebSocket; some hosted models accept images over HTTP.
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static int print_text(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    fputs(sparkchat_event_text(event, NULL), stdout);
    fflush(stdout);
  }
  return 0;
}

static sparkchat_status ask_all(sparkchat_conversation *talk, char **questions,
                                sparkchat_error **error) {
  for (; *questions; questions++) {
    sparkchat_status status =
        sparkchat_conversation_ask(talk, *questions, SPARKCHAT_NUL_TERMINATED,
                                   print_text, NULL, NULL, error);
    puts("");
    if (status != SPARKCHAT_OK) {
      return status;
    }
  }
  return SPARKCHAT_OK;
}

int main(int argc, char **argv) {
  static char usual_question[] = "What is in this image?";
  char *usual[] = {usual_question, NULL};
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_conversation *talk = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  if (argc < 2) {
    fputs("usage: image FILE [QUESTION]...\n", stderr);
    return 2;
  }

  /* The default, unless the environment has a URL. */
  if (!getenv("IFLYTEK_SPARK_API_URL")) {
    sparkchat_config_set_model(config, "image", NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  /* The image begins the history, and is sent with every question. If its
   * format is not supported, the next calls report that. */
  sparkchat_request_add_image_file(options, argv[1], NULL);

  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_conversation_new(client, options, &talk, &error);
  }
  if (status == SPARKCHAT_OK) {
    status = ask_all(talk, argc > 2 ? argv + 2 : usual, &error);
  }
  if (status != SPARKCHAT_OK) {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
  sparkchat_request_free(options);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
