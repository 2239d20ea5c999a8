#include "chat_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static const char *model, *url, *domain, *user, *ca_file, *http;
static const char *doctor, *output;
static const char *system_text, *image, *once;
static const char *temperature, *max_tokens, *search, *thinking;

static const struct option {
  const char *name;
  const char **value;
  const char *help;
} options[] = {
    {"--model", &model, "NAME: such as max, 4.0Ultra, x1.5, image"},
    {"--http", &http, "ask over HTTP instead of WebSocket"},
    {"--url", &url, "URL: where to ask, wss://host/path or https://host/path"},
    {"--domain", &domain, "NAME: the service's own name for a model"},
    {"--system", &system_text, "TEXT: instructions for the model"},
    {"--image", &image, "PATH: a JPEG or PNG file to ask about"},
    {"--user", &user, "ID: the user who asks the questions"},
    {"--ca-file", &ca_file, "PATH: trust the certificates of this PEM file"},
    {"--once", &once, "TEXT: ask this, with input from a pipe, and exit"},
    {"--temperature", &temperature, "NUMBER: the sampling temperature"},
    {"--max-tokens", &max_tokens, "NUMBER: the longest answer, in tokens"},
    {"--search", &search, "off, normal or deep: whether to search the web"},
    {"--thinking", &thinking, "off, on or auto: whether to think first"},
    {"--doctor", &doctor,
     "find out whether this side or the service is at fault"},
    {"--output", &output, "FILE: where --doctor writes its recording"},
};
enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static const char *const search_words[] = {"off", "normal", "deep", NULL};
static const char *const thinking_words[] = {"off", "on", "auto", NULL};

static void usage_error(const char *what, const char *value) {
  fprintf(stderr, "chat: %s %s; see chat --help\n", what, value);
  exit(EXIT_USAGE);
}

static void print_help(void) {
  puts("usage: chat [OPTION [VALUE]]...\n");
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    printf("  %-14s %s\n", options[i].name, options[i].help);
  }
  puts("\nThe credentials come from the environment: IFLYTEK_SPARK_APP_ID,\n"
       "_API_KEY and _API_SECRET, or for HTTP IFLYTEK_SPARK_API_PASSWORD.\n"
       "\nAt the prompt, /help lists the commands; Ctrl-D ends the chat.");
}

static double number(const char *text) {
  char *end = NULL;
  double value = strtod(text, &end);
  if (end == text || *end != '\0' || !(value > -1e9 && value < 1e9)) {
    usage_error("not a valid number:", text);
  }
  return value;
}

/* Returns the index of the word, which is the value of the constant. */
static int choice(const char *const *words, const char *option,
                  const char *text) {
  for (int i = 0; words[i]; i++) {
    if (strcmp(words[i], text) == 0) {
      return i;
    }
  }
  usage_error(option, text);
  return 0;
}

void parse_options(int argc, char **argv) {
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
    if (options[which].value == &http || options[which].value == &doctor) {
      *options[which].value = argv[i];
    } else if (i + 1 == argc) {
      usage_error("a value is missing after", argv[i]);
    } else {
      *options[which].value = argv[++i];
    }
  }
  /* Reports invalid options before anything is sent. */
  sparkchat_request_free(make_options());
}

const char *once_option(void) {
  return once;
}

int limit_option(void) {
  return max_tokens ? (int)number(max_tokens) : 0;
}

int doctor_option(void) {
  return doctor != NULL;
}

const char *output_option(void) {
  return output;
}

sparkchat_config *make_config(const char *at_url, const char *at_domain) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_status (*const setters[])(sparkchat_config *, const char *,
                                      sparkchat_error **) = {
      sparkchat_config_set_user_id, sparkchat_config_set_ca_file,
      sparkchat_config_set_url, sparkchat_config_set_domain,
      sparkchat_config_set_model};
  const char *const values[] = {user, ca_file, at_url ? at_url : url,
                                at_url ? at_domain : domain,
                                at_url ? NULL : model};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    if (values[i]) {
      setters[i](config, values[i], NULL);
    }
  }
  if (http && !at_url) {
    sparkchat_config_set_transport(config, SPARKCHAT_TRANSPORT_HTTP, NULL);
  }
  return config;
}

sparkchat_client *make_client(sparkchat_config *config,
                              sparkchat_error **error) {
  sparkchat_client *client = NULL;
  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_load_proxy_environment(config, NULL);
  /* This reports the errors of setters. */
  if (sparkchat_client_new(config, &client, error) != SPARKCHAT_OK) {
    client = NULL;
  }
  sparkchat_config_free(config);
  return client;
}

sparkchat_request *make_options(void) {
  sparkchat_request *request = sparkchat_request_new();
  if (system_text) {
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_SYSTEM, system_text,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  }
  if (image) {
    sparkchat_request_add_image_file(request, image, NULL);
  }
  if (temperature) {
    sparkchat_request_set_temperature(request, number(temperature), NULL);
  }
  if (max_tokens) {
    sparkchat_request_set_max_tokens(request, limit_option(), NULL);
  }
  if (search) {
    int mode =
        choice(search_words, "--search takes off, normal or deep, not", search);
    sparkchat_request_set_web_search(request, (sparkchat_search)mode, 1, NULL);
  }
  if (thinking) {
    int mode = choice(thinking_words, "--thinking takes off, on or auto, not",
                      thinking);
    sparkchat_request_set_thinking(request, (sparkchat_thinking)mode, NULL);
  }
  return request;
}
