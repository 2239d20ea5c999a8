/*
 * chat.c - a chat with Spark in the terminal.
 *
 *   cc -o chat chat.c chat_print.c $(pkg-config --cflags --libs sparkchat)
 *
 * The credentials come from the environment: IFLYTEK_SPARK_APP_ID, _API_KEY
 * and _API_SECRET. Ctrl-C stops an answer; at the prompt it ends the program.
 */
#define _POSIX_C_SOURCE 200809L

#include "chat_print.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static const char *model, *url, *domain, *user, *ca_file;
static const char *system_text, *once, *temperature, *max_tokens, *search;

static const struct option {
  const char *name;
  const char **value;
  const char *help;
} options[] = {
    {"--model", &model, "NAME: such as max, 4.0Ultra, x1"},
    {"--url", &url, "URL: where to ask, wss://host/path"},
    {"--domain", &domain, "NAME: the service's own word for a model"},
    {"--system", &system_text, "TEXT: who the model is to be"},
    {"--user", &user, "ID: whom the questions come from"},
    {"--ca-file", &ca_file, "PATH: trust the certificates of this PEM file"},
    {"--once", &once, "TEXT: ask this, print the answer, and end"},
    {"--temperature", &temperature, "NUMBER: how freely to choose words"},
    {"--max-tokens", &max_tokens, "NUMBER: the longest answer"},
    {"--search", &search, "off, normal or deep: whether to search the web"},
};
enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static void usage_error(const char *what, const char *value) {
  fprintf(stderr, "chat: %s %s; see chat --help\n", what, value);
  exit(EXIT_USAGE);
}

static void print_help(void) {
  puts("usage: chat [OPTION VALUE]...\n");
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    printf("  %-14s %s\n", options[i].name, options[i].help);
  }
  puts("\nAt the prompt, /new forgets the conversation; Ctrl-D ends.");
}

static void parse_options(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    size_t which = 0;
    if (strcmp(argv[i], "--help") == 0) {
      print_help();
      exit(EXIT_SUCCESS);
    }
    while (which < OPTION_COUNT && strcmp(argv[i], options[which].name) != 0) {
      which++;
    }
    if (which == OPTION_COUNT) {
      usage_error("unknown option", argv[i]);
    }
    if (i + 1 == argc) {
      usage_error("a value is missing after", argv[i]);
    }
    *options[which].value = argv[++i];
  }
}

static double temperature_value;
static int max_tokens_value;
static sparkchat_search search_value;

static double number(const char *text) {
  char *end = NULL;
  double value = strtod(text, &end);
  if (end == text || *end != '\0' || !(value > -1e9 && value < 1e9)) {
    usage_error("not a sensible number:", text);
  }
  return value;
}

static void read_values(void) {
  if (temperature) {
    temperature_value = number(temperature);
  }
  if (max_tokens) {
    max_tokens_value = (int)number(max_tokens);
  }
  if (!search || strcmp(search, "off") == 0) {
    search_value = SPARKCHAT_SEARCH_DISABLED;
  } else if (strcmp(search, "normal") == 0) {
    search_value = SPARKCHAT_SEARCH_NORMAL;
  } else if (strcmp(search, "deep") == 0) {
    search_value = SPARKCHAT_SEARCH_DEEP;
  } else {
    usage_error("--search takes off, normal or deep, not", search);
  }
}

static sparkchat_client *make_client(sparkchat_error **error) {
  sparkchat_client *client = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_status (*const setters[])(sparkchat_config *, const char *,
                                      sparkchat_error **) = {
      sparkchat_config_set_model, sparkchat_config_set_url,
      sparkchat_config_set_domain, sparkchat_config_set_user_id,
      sparkchat_config_set_ca_file};
  const char *const values[] = {model, url, domain, user, ca_file};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    if (values[i]) {
      setters[i](config, values[i], NULL);
    }
  }
  sparkchat_config_load_environment(config, NULL);
  /* What a setter refused is reported here. */
  if (sparkchat_client_new(config, &client, error) != SPARKCHAT_OK) {
    client = NULL;
  }
  sparkchat_config_free(config);
  return client;
}

/* ---- the conversation: complete turns only ----------------------------- */

static struct message {
  sparkchat_role role;
  char *text;
} *history;
static size_t history_length;

static void remember(sparkchat_role role, const char *text) {
  size_t size = (history_length + 1) * sizeof *history;
  history = (struct message *)realloc(history, size);
  if (!history || !(history[history_length].text = strdup(text))) {
    fputs("chat: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  history[history_length++].role = role;
}

static void forget(void) {
  while (history_length > 0) {
    free(history[--history_length].text);
  }
}

static sparkchat_request *make_request(const char *question) {
  sparkchat_request *request = sparkchat_request_new();
  if (system_text) {
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_SYSTEM, system_text,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  }
  for (size_t i = 0; i < history_length; i++) {
    sparkchat_request_add_message(request, history[i].role, history[i].text,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  }
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, question,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  if (temperature) {
    sparkchat_request_set_temperature(request, temperature_value, NULL);
  }
  if (max_tokens) {
    sparkchat_request_set_max_tokens(request, max_tokens_value, NULL);
  }
  if (search) {
    sparkchat_request_set_web_search(request, search_value, 1, NULL);
  }
  return request;
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

/* 1 when the answer is complete: question and answer are then remembered. */
static int ask(const sparkchat_client *client, const char *question) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = make_request(question);
  sparkchat_status status =
      sparkchat_client_open(client, request, &stream, &error);
  if (status == SPARKCHAT_OK) {
    const sparkchat_response *response = sparkchat_stream_response(stream);
    const char *text;
    running = stream;
    if (interrupted) {
      sparkchat_stream_cancel(stream); /* before it was running */
    }
    status = print_answer(stream, &error);
    running = NULL;
    print_rest(response);
    text = sparkchat_response_text(response, NULL);
    if (status == SPARKCHAT_DONE && *text) {
      remember(SPARKCHAT_ROLE_USER, question);
      remember(SPARKCHAT_ROLE_ASSISTANT, text);
    }
  }
  if (status == SPARKCHAT_ERR_CANCELLED) {
    fputs("(stopped)\n", stderr);
  } else if (status != SPARKCHAT_DONE) {
    print_error(error);
  }
  sparkchat_stream_free(stream);
  sparkchat_request_free(request);
  sparkchat_error_free(error);
  return status == SPARKCHAT_DONE;
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

static int converse(const sparkchat_client *client) {
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
    if (strcmp(line, "/new") == 0) {
      forget();
    } else if (*line) {
      all_answered = ask(client, line) && all_answered;
    }
  }
  if (is_terminal) {
    fputc('\n', stderr);
  }
  free(line);
  return all_answered || is_terminal;
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  sparkchat_client *client;
  struct sigaction action;
  int succeeded = 0;
  parse_options(argc, argv);
  read_values();
  memset(&action, 0, sizeof action); /* no SA_RESTART */
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  client = make_client(&error);
  if (client) {
    succeeded = once ? ask(client, once) : converse(client);
  } else {
    print_error(error);
  }
  forget();
  free(history);
  sparkchat_client_free(client);
  sparkchat_error_free(error);
  return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
