/*
 * search.c - an answer from the web, with its sources.
 *
 *   cc -o search search.c $(pkg-config --cflags --libs sparkchat)
 *   ./search "What is new about sodium batteries?"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>

static int on_event(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    fputs(sparkchat_event_text(event, NULL), stdout);
    fflush(stdout);
  }
  return 0;
}

static void print_sources(const sparkchat_response *response) {
  size_t count = sparkchat_response_citation_count(response);
  puts(count > 0 ? "\n\nSources:" : "\n\n(no sources)");
  for (size_t i = 0; i < count; i++) {
    printf("[%d] %s\n    %s\n", sparkchat_response_citation_index(response, i),
           sparkchat_response_citation_title(response, i),
           sparkchat_response_citation_url(response, i));
  }
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;

  sparkchat_config_load_environment(config, NULL);
  sparkchat_request_add_message(
      request, SPARKCHAT_ROLE_USER,
      argc > 1 ? argv[1] : "What is new about sodium batteries?",
      SPARKCHAT_NUL_TERMINATED, NULL);
  /* 1: request the sources, which Max, Ultra and newer models name. */
  sparkchat_request_set_web_search(request, SPARKCHAT_SEARCH_NORMAL, 1, NULL);

  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_stream(client, request, on_event, NULL, &response,
                                     &error);
  }
  if (status == SPARKCHAT_OK) {
    print_sources(response);
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
