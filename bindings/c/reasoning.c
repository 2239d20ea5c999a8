/*
 * reasoning.c - a model that thinks before it answers: its thoughts on standard
 * error, its answer on standard output.
 *
 *   cc -o reasoning reasoning.c $(pkg-config --cflags --libs sparkchat)
 *   ./reasoning "How many prime numbers are there below 30?"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static int on_event(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  switch (sparkchat_event_kind_of(event)) {
  case SPARKCHAT_EVENT_REASONING:
    fputs(sparkchat_event_text(event, NULL), stderr);
    break;
  case SPARKCHAT_EVENT_TEXT:
    fputs(sparkchat_event_text(event, NULL), stdout);
    fflush(stdout);
    break;
  default: /* kinds are added over time */
    break;
  }
  return 0;
}

static void print_times(const sparkchat_response *response) {
  int64_t thought =
      sparkchat_response_timing_us(response, SPARKCHAT_TIMING_FIRST_REASONING);
  int64_t text =
      sparkchat_response_timing_us(response, SPARKCHAT_TIMING_FIRST_TEXT);
  fprintf(stderr, "\n(first thought after %.3f s, first word after %.3f s)\n",
          (double)thought / 1e6, (double)text / 1e6);
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;

  /* The default, unless the environment has a URL. */
  if (!getenv("IFLYTEK_SPARK_API_URL")) {
    sparkchat_config_set_model(config, "x1.5", NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  sparkchat_request_add_message(
      request, SPARKCHAT_ROLE_USER,
      argc > 1 ? argv[1] : "How many prime numbers are there below 30?",
      SPARKCHAT_NUL_TERMINATED, NULL);
  sparkchat_request_set_thinking(request, SPARKCHAT_THINKING_ENABLED, NULL);

  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_stream(client, request, on_event, NULL, &response,
                                     &error);
  }
  if (status == SPARKCHAT_OK) {
    puts("");
    print_times(response);
  } else {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
