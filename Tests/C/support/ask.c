/* Sends a request and prints the result as a line of JSON:
 *   ask URL TEXT [OPTION VALUE]...
 * The tests in Python compare it with what the service received, and with the
 * result over the other transport. The options are in ask_options.c. */
#include "ask_options.h"
#include "ask_print.h"
#include "counts.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct course {
  const asking *how;
  sparkchat_stream *stream; /* NULL if the library drives it */
  int events;
} course;

static int take(const sparkchat_event *event, void *user_data) {
  course *of = (course *)user_data;
  print_event(event, of->events++ == 0);
  if (of->stream && of->events == of->how->cancel_after) {
    sparkchat_stream_cancel(of->stream);
  }
  return of->events == of->how->stop_after;
}

static sparkchat_status pull(course *of, sparkchat_error **error) {
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  do {
    status = sparkchat_stream_next(of->stream, -1, &event, error);
    if (event) {
      take(event, of);
    }
  } while (status == SPARKCHAT_OK || status == SPARKCHAT_INTERRUPTED);
  return status == SPARKCHAT_DONE ? SPARKCHAT_OK : status;
}

static sparkchat_status pull_in_group(course *of, sparkchat_error **error) {
  const sparkchat_event *event = NULL;
  sparkchat_group *group = NULL;
  sparkchat_stream *which = NULL;
  sparkchat_status status = sparkchat_group_new(&group, error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_group_add(group, of->stream, error);
  }
  while (status == SPARKCHAT_OK || status == SPARKCHAT_INTERRUPTED) {
    status = sparkchat_group_next(group, -1, &which, &event, error);
    if (event) {
      take(event, of);
    }
  }
  sparkchat_group_free(group);
  return status == SPARKCHAT_DONE ? SPARKCHAT_OK : status;
}

/* Prints the events, and finally the members of the response. */
static sparkchat_status ask(const sparkchat_client *client, const asking *how,
                            sparkchat_error **error) {
  course of = {how, NULL, 0};
  sparkchat_response *response = NULL;
  sparkchat_status status;
  if (strcmp(how->via, "invoke") == 0) {
    status = sparkchat_client_invoke(client, how->request, &response, error);
  } else if (strcmp(how->via, "stream") == 0) {
    status = sparkchat_client_stream(client, how->request, take, &of, &response,
                                     error);
  } else {
    status = sparkchat_client_open(client, how->request, &of.stream, error);
    if (status == SPARKCHAT_OK) {
      status = *how->via == 'g' ? pull_in_group(&of, error) : pull(&of, error);
    }
  }
  fputs("], ", stdout);
  print_response(of.stream ? sparkchat_stream_response(of.stream) : response);
  sparkchat_response_free(response);
  sparkchat_stream_free(of.stream);
  return status;
}

/* Returns the text repeated `times` times; the caller frees it. */
static char *repeated(const char *text, size_t times) {
  size_t length = strlen(text);
  char *whole = (char *)malloc(length * times + 1);
  for (size_t i = 0; i < times; i++) {
    memcpy(whole + i * length, text, length);
  }
  whole[length * times] = '\0';
  return whole;
}

/* Returns how many more descriptors are open than before. The thread that
 * looked up the host's name may still hold one while it ends. */
static int descriptors_left(int before) {
  int left = descriptor_count() - before;
  for (int i = 0; left > 0 && i < 300; i++) {
    sleep_ms(10);
    left = descriptor_count() - before;
  }
  return left;
}

static void print_end(sparkchat_status status, const sparkchat_error *error) {
  print_error(error);
  print_log();
  printf("\"status\": \"%s\"}\n", sparkchat_status_name(status));
}

int main(int argc, char **argv) {
  asking how = {NULL, NULL, "invoke", 1, 1, 0, -1, 0, 0, 0, NULL, NULL};
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  char *text;
  int before;
  how.config = config_for(argc > 2 ? argv[1] : "");
  how.request = sparkchat_request_new();
  for (int i = 3; i + 1 < argc; i += 2) {
    set_option(&how, argv[i], argv[i + 1]);
  }
  text = repeated(argv[2], how.repeat);
  sparkchat_request_add_message(how.request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  status = sparkchat_client_new(how.config, &client, &error);
  before = descriptor_count();
  for (int i = 0; i < how.questions; i++) {
    fflush(stdout);
    sleep_ms(i ? how.pause_ms : 0);
    if (i > 0 && how.waits && getchar() == EOF) {
      break;
    }
    fputs("{\"events\": [", stdout);
    if (client) {
      status = ask(client, &how, &error);
    } else {
      fputs("], ", stdout);
      print_response(NULL);
    }
    if (how.counts_descriptors) {
      print_number("descriptors_left", descriptors_left(before));
    }
    print_end(status, error);
    if (client) {
      sparkchat_error_free(error);
      error = NULL;
    }
  }
  free(text);
  sparkchat_error_free(error);
  sparkchat_request_free(how.request);
  sparkchat_client_free(client);
  sparkchat_config_free(how.config);
  return 0;
}
