/*
 * A host with its own event loop: poll(2) over the terminal and a group. Every
 * line typed is a question; answers arrive while you type more.
 *
 * Credentials come from the environment; see the README. --ca-file FILE trusts
 * the certificates in FILE instead of the system's.
 */
#include <sparkchat.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int report(sparkchat_error *error) {
  fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
          sparkchat_error_hint(error));
  sparkchat_error_free(error);
  return 1;
}

static int ask(sparkchat_client *client, sparkchat_group *group,
               const char *text, size_t length) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = sparkchat_request_new();
  int failed = sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                             length, &error) ||
               sparkchat_client_open(client, request, &stream, &error) ||
               sparkchat_group_add(group, stream, &error);
  sparkchat_request_free(request);
  if (failed) {
    sparkchat_stream_free(stream);
    return report(error);
  }
  return 0;
}

/* Takes events without waiting, and returns to the loop now and then: the
 * descriptor stays readable while events are left. */
static void drive(sparkchat_group *group) {
  for (int i = 0; i < 100; i++) {
    sparkchat_error *error = NULL;
    sparkchat_stream *stream = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, 0, &stream, NULL, &error);
    if (status == SPARKCHAT_OK) {
      continue; /* the whole answer is printed at its end */
    }
    if (status < 0) {
      report(error);
    }
    if (stream == NULL) {
      return;
    }
    printf("> %s\n",
           sparkchat_response_text(sparkchat_stream_response(stream), NULL));
    fflush(stdout);
    sparkchat_stream_free(stream);
  }
}

/* Asks each complete line, and returns the length of the rest. */
static size_t ask_lines(sparkchat_client *client, sparkchat_group *group,
                        char *text, size_t length) {
  char *end;
  while ((end = (char *)memchr(text, '\n', length)) != NULL) {
    size_t line = (size_t)(end - text);
    if (line > 0) {
      ask(client, group, text, line);
    }
    length -= line + 1;
    memmove(text, end + 1, length);
  }
  return length;
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_group *group = NULL;
  sparkchat_config *config = sparkchat_config_new();
  char text[4096];
  size_t held = 0;
  int typing = 1;

  if (argc == 3 && strcmp(argv[1], "--ca-file") == 0) {
    sparkchat_config_set_ca_file(config, argv[2], NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, &error) ||
      sparkchat_group_new(&group, &error)) {
    return report(error);
  }
  while (typing || sparkchat_group_count(group) > 0) {
    struct pollfd wait[2];
    wait[0].fd = sparkchat_group_fd(group);
    wait[0].events = POLLIN;
    wait[1].fd = typing ? STDIN_FILENO : -1;
    wait[1].events = POLLIN;
    if (poll(wait, 2, -1) < 0) {
      continue;
    }
    if (wait[1].revents) {
      ssize_t count = read(STDIN_FILENO, text + held, sizeof text - 1 - held);
      typing = count > 0;
      held += typing ? (size_t)count : 0;
      if (!typing || held == sizeof text - 1) {
        text[held++] = '\n'; /* ends the last line, or one that is too long */
      }
      held = ask_lines(client, group, text, held);
    }
    drive(group);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return 0;
}
