/*
 * langchain_page.c - the three examples of LangChain's ChatSparkLLM page, in C:
 * a plain call, streaming, and another version of the model by URL and domain.
 *
 *   langchain_page [--ca-file PATH]
 *
 * SPARKCHAT_DEMO_BASE, such as wss://localhost:8443, replaces the service's
 * scheme and host.
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *ca_file;

static void die(const sparkchat_error *error) {
  fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
          sparkchat_error_hint(error));
  exit(EXIT_FAILURE);
}

static sparkchat_client *make_client(const char *path, const char *domain) {
  const char *base = getenv("SPARKCHAT_DEMO_BASE");
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  char url[512];
  snprintf(url, sizeof url, "%s%s",
           base && *base ? base : "wss://spark-api.xf-yun.com", path);
  sparkchat_config_set_url(config, url, NULL);
  sparkchat_config_set_domain(config, domain, NULL);
  if (ca_file) {
    sparkchat_config_set_ca_file(config, ca_file, NULL);
  }
  sparkchat_config_load_environment(config, NULL); /* the credentials */
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    die(error);
  }
  sparkchat_config_free(config);
  return client;
}

static void print_whole_answer(const sparkchat_client *client,
                               const sparkchat_request *request) {
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  if (sparkchat_client_invoke(client, request, &response, &error) !=
      SPARKCHAT_OK) {
    die(error);
  }
  puts(sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
}

static int print_chunk(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    fputs(sparkchat_event_text(event, NULL), stdout);
    fflush(stdout);
  }
  return 0;
}

int main(int argc, char **argv) {
  sparkchat_client *v3_5, *v2;
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_error *error = NULL;
  if (argc == 3 && strcmp(argv[1], "--ca-file") == 0) {
    ca_file = argv[2];
  }
  v3_5 = make_client("/v3.5/chat", "generalv3.5");
  v2 = make_client("/v2.1/chat", "generalv2");
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);

  puts("== a plain call");
  print_whole_answer(v3_5, request);

  puts("== streaming");
  if (sparkchat_client_stream(v3_5, request, print_chunk, NULL, NULL, &error) !=
      SPARKCHAT_OK) {
    die(error);
  }
  puts("");

  puts("== version 2, by URL and domain");
  print_whole_answer(v2, request);

  sparkchat_request_free(request);
  sparkchat_client_free(v3_5);
  sparkchat_client_free(v2);
  return EXIT_SUCCESS;
}
