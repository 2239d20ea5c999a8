/*
 * chat.c - a chat with Spark in the terminal.
 *
 *   cc -o chat chat.c chat_*.c $(pkg-config --cflags --libs sparkchat)
 *
 * The credentials come from the environment: IFLYTEK_SPARK_APP_ID, _API_KEY
 * and _API_SECRET, or for HTTP _API_PASSWORD. Ctrl-C stops an answer, and
 * keeps the part received; Ctrl-D ends the program. Exit status: 0 answered, 1
 * failed, 2 wrong usage, 130 if Ctrl-C stopped the answer of --once.
 */
#define _POSIX_C_SOURCE 200809L

#include "chat_doctor.h"
#include "chat_file.h"
#include "chat_input.h"
#include "chat_once.h"
#include "chat_options.h"
#include "chat_print.h"
#include "standard_streams.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { INTERRUPTED = 130 };

static sparkchat_client *client;
static sparkchat_conversation *talk;

/* Replaces the conversation with a new one. */
static sparkchat_status begin(sparkchat_error **error) {
  sparkchat_conversation *made = NULL;
  sparkchat_request *options = make_options();
  sparkchat_status status =
      sparkchat_conversation_new(client, options, &made, error);
  sparkchat_request_free(options);
  if (status == SPARKCHAT_OK) {
    sparkchat_conversation_free(talk);
    talk = made;
  }
  return status;
}

/* ---- asking ------------------------------------------------------------ */

static sparkchat_stream *volatile running;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
  (void)signal_number;
  interrupted = 1;
  sparkchat_stream_cancel(running);
}

static sparkchat_status print_answer(sparkchat_stream *stream,
                                     sparkchat_error **error) {
  const sparkchat_event *event = NULL;
  for (;;) {
    sparkchat_status status = sparkchat_stream_next(stream, -1, &event, error);
    if (status == SPARKCHAT_OK) {
      print_event(event);
      if (ferror(stdout)) { /* nobody would read the rest */
        sparkchat_stream_cancel(stream);
      }
    } else if (status != SPARKCHAT_INTERRUPTED) {
      return status;
    } /* else a signal arrived; after Ctrl-C, the next call fails */
  }
}

/* sparkchat_conversation_ask() would be simpler, but Ctrl-C needs a stream to
 * cancel: the conversation makes the request, and the answer is added to it. */
static sparkchat_status put_question(const char *question,
                                     sparkchat_stream **opened,
                                     sparkchat_error **error) {
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = NULL;
  sparkchat_status status = sparkchat_conversation_add_message(
      talk, SPARKCHAT_ROLE_USER, question, SPARKCHAT_NUL_TERMINATED, error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_conversation_request(talk, &request, error);
  }
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_open(client, request, &stream, error);
    *opened = stream;
  }
  if (status == SPARKCHAT_OK) {
    running = stream;
    if (interrupted) {
      sparkchat_stream_cancel(
          stream); /* Ctrl-C came before `running` was set */
    }
    status = print_answer(stream, error);
    running = NULL;
    print_rest(sparkchat_stream_response(stream));
  }
  if (status == SPARKCHAT_DONE) {
    status = sparkchat_conversation_add_response(
        talk, sparkchat_stream_response(stream), error);
  }
  sparkchat_request_free(request);
  return status;
}

/* Keeps the part received of a stopped answer, or removes the question. */
static void keep(const sparkchat_stream *stream, size_t before) {
  const sparkchat_response *response = sparkchat_stream_response(stream);
  size_t length = 0;
  const char *text = sparkchat_response_text(response, &length);
  if (length > 0) {
    sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_ASSISTANT, text,
                                       length, NULL);
    fputs("(stopped; the part received is kept)\n", stderr);
  } else {
    sparkchat_conversation_truncate(talk, before, NULL);
    fputs("(stopped; the question is forgotten)\n", stderr);
  }
}

/* Returns 1 if the answer is complete; otherwise the question is removed. */
static int ask(const char *question) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream = NULL;
  size_t before = sparkchat_conversation_count(talk);
  sparkchat_status status = put_question(question, &stream, &error);
  if (status == SPARKCHAT_ERR_CANCELLED) {
    keep(stream, before);
  } else if (status != SPARKCHAT_OK) {
    print_error(error);
    sparkchat_conversation_truncate(talk, before, NULL);
  }
  sparkchat_stream_free(stream);
  sparkchat_error_free(error);
  return status == SPARKCHAT_OK;
}

/* ---- input ------------------------------------------------------------- */

static const char help[] =
    "/save FILE   write the conversation to a file\n"
    "/load FILE   continue a conversation from a file\n"
    "/new         forget the conversation\n"
    "/help        show this help\n"
    "//...        ask a question that begins with a slash; only one slash is "
    "sent\n"
    "exit, quit   end the chat, as Ctrl-D does\n"
    "Pasted lines are one question. Ctrl-C stops an answer, and keeps the "
    "part\n"
    "received so far.\n";

static int is_end(const char *line) {
  static const char *const words[] = {"exit", "quit", "/exit", "/quit"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (strcasecmp(line, words[i]) == 0) {
      return 1;
    }
  }
  return 0;
}

/* Returns 1 unless a question failed. */
static int take_line(const char *line) {
  if (*line != '/' || strchr(line, '\n')) {
    return !*line || ask(line);
  }
  if (line[1] == '/') {
    return ask(line + 1);
  }
  if (strncmp(line, "/save ", 6) == 0) {
    save_conversation(talk, line + 6);
  } else if (strncmp(line, "/load ", 6) == 0) {
    load_conversation(talk, line + 6);
  } else if (strcmp(line, "/new") == 0) {
    return begin(NULL) == SPARKCHAT_OK;
  } else {
    fputs(help, stderr);
  }
  return 1;
}

static void converse(void) {
  char *line = NULL;
  typed found = TYPED;
  do {
    free(line);
    interrupted = 0;
    fputc('\n', stderr);
    found = read_question(&interrupted, &line);
    if (found == STOPPED) {
      fputs("(Ctrl-D ends the chat)\n", stderr);
    } else if (found == TYPED && line && !is_end(line)) {
      take_line(line);
    }
  } while (found != ENDED && !(found == TYPED && line && is_end(line)));
  free(line);
}

/* Answers the lines of standard input; returns 1 if all are answered. */
static int answer_lines(void) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length = 0;
  int all_answered = 1;
  while (!interrupted && !ferror(stdout) &&
         (length = getline(&line, &size, stdin)) >= 0) {
    if (strlen(line) < (size_t)length) {
      fputs("chat: a line has a NUL: it is not text\n", stderr);
      all_answered = 0;
      continue;
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (is_end(line)) {
      break;
    }
    all_answered = take_line(line) && all_answered;
  }
  free(line);
  return all_answered;
}

static int answer_once(void) {
  char *question = question_with_input(once_option());
  int is_answered = question && ask(question);
  free(question);
  return is_answered;
}

/* Returns 1 if everything was answered. */
static int run(void) {
  if (once_option()) {
    return answer_once();
  }
  if (!can_be_typed()) {
    return answer_lines();
  }
  converse();
  return 1;
}

/* Returns the exit status of a program whose output may have been lost. */
static int finish(int status) {
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("chat: the standard output could not be written\n", stderr);
    return status == EXIT_SUCCESS ? EXIT_FAILURE : status;
  }
  return status;
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  struct sigaction action;
  int succeeded = 0;
  hold_standard_streams();
  setlocale(LC_CTYPE, ""); /* for the width of characters */
  parse_options(argc, argv);
  if (doctor_option()) {
    return finish(examine(output_option()));
  }
  memset(&action, 0, sizeof action); /* no SA_RESTART */
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  client = make_client(make_config(NULL, NULL), &error);
  if (client && begin(&error) == SPARKCHAT_OK) {
    succeeded = run();
  } else {
    print_error(error);
  }
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
  sparkchat_error_free(error);
  return finish(succeeded     ? EXIT_SUCCESS
                : interrupted ? INTERRUPTED
                              : EXIT_FAILURE);
}
