/*
 * A thousand concurrent questions on one thread, with progress shown.
 *
 *   thousand [COUNT [AT_ONCE]]
 *
 * AT_ONCE limits how many are in progress; the rest wait in the queue.
 * Credentials come from the environment; see the README. SPARKCHAT_CA_FILE
 * names certificates to trust instead of the system's.
 */
#include <sparkchat.h>

#include <stdio.h>
#include <stdlib.h>

static void die(sparkchat_error *error) {
  fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
          sparkchat_error_hint(error));
  exit(1);
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 1000;
  int at_once = argc > 2 ? atoi(argv[2]) : 0;
  int answered = 0;
  int failed = 0;
  int number;
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_group *group = NULL;
  sparkchat_config *config = sparkchat_config_new();

  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_set_max_concurrency(config, at_once, NULL);
  sparkchat_config_set_queue_timeout(config, 0, NULL);
  if (getenv("SPARKCHAT_CA_FILE")) {
    sparkchat_config_set_ca_file(config, getenv("SPARKCHAT_CA_FILE"), NULL);
  }
  if (sparkchat_client_new(config, &client, &error) ||
      sparkchat_group_new(&group, &error)) {
    die(error);
  }
  for (number = 0; number < count; number++) {
    char question[64];
    sparkchat_stream *stream = NULL;
    sparkchat_request *request = sparkchat_request_new();
    snprintf(question, sizeof question, "What is %d + %d?", number, number);
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, question,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
    if (sparkchat_client_open(client, request, &stream, &error) ||
        sparkchat_group_add(group, stream, &error)) {
      die(error);
    }
    sparkchat_request_free(request);
  }
  while (sparkchat_group_count(group) > 0) {
    sparkchat_stream *stream = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, NULL, &error);
    if (status == SPARKCHAT_OK || status == SPARKCHAT_INTERRUPTED) {
      continue;
    }
    if (stream == NULL) {
      die(error);
    }
    if (status == SPARKCHAT_DONE) {
      answered++;
    } else if (failed++ == 0) {
      fprintf(stderr, "\nthe first failure: %s\n",
              sparkchat_error_message(error));
    }
    sparkchat_error_free(error);
    error = NULL;
    sparkchat_stream_free(stream);
    if ((answered + failed) % 50 == 0 || answered + failed == count) {
      fprintf(stderr, "\r%d of %d answered, %d failed ", answered, count,
              failed);
    }
  }
  fprintf(stderr, "\n");
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return failed ? 1 : 0;
}
