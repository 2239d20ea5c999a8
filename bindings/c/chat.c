/*
 * chat.c - a chat with Spark in the terminal.
 *
 *   cc -o chat chat.c chat_*.c $(pkg-config --cflags --libs sparkchat)
 *
 * The credentials come from the environment: IFLYTEK_SPARK_APP_ID, _API_KEY
 * and _API_SECRET, or for HTTP _API_PASSWORD. Ctrl-C stops an answer; at the
 * prompt it ends the program.
 */
#define _POSIX_C_SOURCE 200809L

#include "chat_doctor.h"
#include "chat_file.h"
#include "chat_options.h"
#include "chat_print.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static sparkchat_client *client;
static sparkchat_conversation *talk;

/* Puts a new conversation in the place of the one before. */
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
    } else if (status != SPARKCHAT_INTERRUPTED) {
      return status;
    } /* else a signal came; if it was Ctrl-C, the next call says so */
  }
}

/* sparkchat_conversation_ask() would do, but Ctrl-C wants a stream to cancel:
 * the conversation makes the request, and is told the answer. */
static sparkchat_status put_question(const char *question,
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
  }
  if (status == SPARKCHAT_OK) {
    running = stream;
    if (interrupted) {
      sparkchat_stream_cancel(stream); /* before it was running */
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
  sparkchat_stream_free(stream);
  return status;
}

/* 1 when the answer is complete; otherwise the question is taken back. */
static int ask(const char *question) {
  sparkchat_error *error = NULL;
  size_t before = sparkchat_conversation_count(talk);
  sparkchat_status status = put_question(question, &error);
  if (status == SPARKCHAT_ERR_CANCELLED) {
    fputs("(stopped)\n", stderr);
  } else if (status != SPARKCHAT_OK) {
    print_error(error);
  }
  if (status != SPARKCHAT_OK) {
    sparkchat_conversation_truncate(talk, before, NULL);
  }
  sparkchat_error_free(error);
  return status == SPARKCHAT_OK;
}

/* 1 when there is a line to read, 0 on Ctrl-C. The signal is only let in while
 * this waits, so none is lost just before. */
static int wait_for_line(void) {
  sigset_t interrupt, usual;
  fd_set input;
  int is_ready;
  FD_ZERO(&input);
  FD_SET(STDIN_FILENO, &input);
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, &usual);
  is_ready = !interrupted && pselect(1, &input, NULL, NULL, NULL, &usual) == 1;
  sigprocmask(SIG_SETMASK, &usual, NULL);
  return is_ready;
}

static const char help[] =
    "/save FILE   write the conversation to a file\n"
    "/load FILE   go on with a conversation from a file\n"
    "/new         forget the conversation\n"
    "/help        tell this\n"
    "Ctrl-C stops an answer, Ctrl-D ends the chat.\n";

/* 1 unless a question was asked in vain. */
static int take_line(const char *line) {
  if (strncmp(line, "/save ", 6) == 0) {
    save_conversation(talk, line + 6);
  } else if (strncmp(line, "/load ", 6) == 0) {
    load_conversation(talk, line + 6);
  } else if (strcmp(line, "/new") == 0) {
    return begin(NULL) == SPARKCHAT_OK;
  } else if (*line == '/') {
    fputs(help, stderr);
  } else if (*line) {
    return ask(line);
  }
  return 1;
}

static int converse(void) {
  int is_terminal = isatty(STDIN_FILENO), all_answered = 1;
  char *line = NULL;
  size_t size = 0;
  for (;;) {
    interrupted = 0;
    if (is_terminal) {
      fputs("\nyou> ", stderr);
    }
    if ((is_terminal && !wait_for_line()) || getline(&line, &size, stdin) < 0) {
      break;
    }
    line[strcspn(line, "\r\n")] = '\0';
    all_answered = take_line(line) && all_answered;
  }
  if (is_terminal) {
    fputc('\n', stderr);
  }
  free(line);
  return all_answered || is_terminal;
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  struct sigaction action;
  int succeeded = 0;
  parse_options(argc, argv);
  if (doctor_option()) {
    return examine(output_option());
  }
  memset(&action, 0, sizeof action); /* no SA_RESTART */
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  client = make_client(make_config(NULL, NULL), &error);
  if (client && begin(&error) == SPARKCHAT_OK) {
    succeeded = once_option() ? ask(once_option()) : converse();
  } else {
    print_error(error);
  }
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
  sparkchat_error_free(error);
  return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
