/*
 * A conversation with tools in the host's event loop: poll(2) over the terminal
 * and a group. Every line typed is a question, and "stop" ends an answer: the
 * history keeps the part received.
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

static const char parameters[] =
    "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\","
    " \"description\": \"Name of the city\"}}, \"required\": [\"city\"]}";

typedef struct session {
  sparkchat_group *group;
  sparkchat_conversation *talk;
  sparkchat_stream *stream; /* the answer in progress, or NULL */
} session;

static int report(sparkchat_error *error) {
  fprintf(stderr, "%s (%s)\n", sparkchat_error_message(error),
          sparkchat_error_hint(error));
  sparkchat_error_free(error);
  return 1;
}

/* The tool is offered with the options, so this program has to answer its
 * calls, and may do so at any time. */
static int start(session *of, sparkchat_client *client,
                 sparkchat_error **error) {
  sparkchat_request *options = sparkchat_request_new();
  int failed = sparkchat_request_add_tool(options, "get_weather",
                                          "Tells the weather of a city.",
                                          parameters, error) ||
               sparkchat_conversation_new(client, options, &of->talk, error) ||
               sparkchat_group_new(&of->group, error);
  sparkchat_request_free(options);
  return failed;
}

/* Ends the turn: the history keeps the part received, or is restored. */
static void stop(session *of) {
  size_t length = 0;
  sparkchat_response_text(sparkchat_stream_response(of->stream), &length);
  if (length > 0) {
    sparkchat_conversation_keep(of->talk, NULL);
  } else {
    sparkchat_conversation_rollback(of->talk, NULL);
  }
  sparkchat_stream_free(of->stream); /* it leaves the group */
  of->stream = NULL;
  printf(" [stopped]\n");
}

static void drive(session *of, sparkchat_stream *stream) {
  sparkchat_error *error = NULL;
  of->stream = stream;
  if (sparkchat_group_add(of->group, stream, &error)) {
    report(error);
    sparkchat_conversation_rollback(of->talk, NULL);
    sparkchat_stream_free(stream);
    of->stream = NULL;
  }
}

static void ask(session *of, const char *text, size_t length) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream = NULL;
  if (sparkchat_conversation_begin(of->talk, text, length, NULL, &stream,
                                   &error)) {
    report(error);
  } else {
    drive(of, stream);
  }
}

/* A real program looks each one up without blocking, adds the results as they
 * arrive, and steps after the last one. */
static void answer_calls(session *of) {
  const sparkchat_response *response = sparkchat_stream_response(of->stream);
  size_t count = sparkchat_response_tool_call_count(response);
  for (size_t call = 0; call < count; call++) {
    if (strcmp(sparkchat_response_tool_call_name(response, call),
               "get_weather") == 0) {
      printf("[%s] ",
             sparkchat_response_tool_call_arguments(response, call, NULL));
      sparkchat_conversation_add_tool_result(
          of->talk, sparkchat_response_tool_call_id(response, call),
          "{\"weather\": \"sunny\", \"celsius\": 21}", SPARKCHAT_NUL_TERMINATED,
          NULL);
    }
  }
}

/* A stream has ended or failed: asks the conversation what comes next. */
static void step(session *of) {
  sparkchat_error *error = NULL;
  sparkchat_stream *next = NULL;
  sparkchat_status status =
      sparkchat_conversation_step(of->talk, &next, &error);
  if (status == SPARKCHAT_TOOL_CALLS) {
    answer_calls(of);
    status = sparkchat_conversation_step(of->talk, &next, &error);
  }
  sparkchat_stream_free(of->stream);
  of->stream = NULL;
  if (status == SPARKCHAT_OK) {
    drive(of, next);
  } else if (status == SPARKCHAT_DONE) {
    printf("\n");
  } else {
    report(error);
  }
}

/* Takes events without waiting. */
static void take_events(session *of) {
  for (;;) {
    const sparkchat_event *event = NULL;
    sparkchat_stream *stream = NULL;
    sparkchat_status status =
        sparkchat_group_next(of->group, 0, &stream, &event, NULL);
    if (status == SPARKCHAT_OK) {
      if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
        fputs(sparkchat_event_text(event, NULL), stdout);
      }
    } else if (stream == NULL) {
      break;
    } else {
      step(of);
    }
  }
  fflush(stdout);
}

static void obey(session *of, const char *line, size_t length) {
  if (of->stream == NULL) {
    if (length > 0) {
      ask(of, line, length);
    }
  } else if (length == 4 && memcmp(line, "stop", 4) == 0) {
    stop(of);
  } else {
    fprintf(stderr, "(still answering; \"stop\" ends it)\n");
  }
}

/* Obeys each complete line, and returns the length of the rest. */
static size_t obey_lines(session *of, char *text, size_t length) {
  char *end;
  while ((end = (char *)memchr(text, '\n', length)) != NULL) {
    size_t line = (size_t)(end - text);
    obey(of, text, line);
    length -= line + 1;
    memmove(text, end + 1, length);
  }
  return length;
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_config *config = sparkchat_config_new();
  session of = {NULL, NULL, NULL};
  char text[4096];
  size_t held = 0;
  int typing = 1;

  if (argc == 3 && strcmp(argv[1], "--ca-file") == 0) {
    sparkchat_config_set_ca_file(config, argv[2], NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, &error) ||
      start(&of, client, &error)) {
    return report(error);
  }
  while (typing || of.stream != NULL) {
    struct pollfd wait[2];
    wait[0].fd = sparkchat_group_fd(of.group);
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
      held = obey_lines(&of, text, held);
    }
    take_events(&of);
  }
  fprintf(stderr, "%lu messages\n",
          (unsigned long)sparkchat_conversation_count(of.talk));
  sparkchat_conversation_free(of.talk);
  sparkchat_group_free(of.group);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return 0;
}
