/* Asks one question and prints what came of it as a line of JSON:
 *   ask URL TEXT [OPTION VALUE]...
 * The tests in Python compare it with what the service says it received. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t times = 1; /* how often the text is said in the question */

static void print_text(const char *text, size_t length) {
  putchar('"');
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      printf("\\u%04x", byte);
    } else {
      putchar(byte);
    }
  }
  putchar('"');
}

static void print_string(const char *name, const char *text) {
  printf("\"%s\": ", name);
  if (text) {
    print_text(text, strlen(text));
  } else {
    fputs("null", stdout);
  }
  fputs(", ", stdout);
}

static void print_number(const char *name, long long number) {
  printf("\"%s\": %lld, ", name, number);
}

static void print_response(const sparkchat_response *response) {
  size_t length = 0;
  const char *text = sparkchat_response_text(response, &length);
  print_string("outcome",
               sparkchat_outcome_name(sparkchat_response_outcome(response)));
  print_string("sid", sparkchat_response_sid(response));
  print_string("reasoning", sparkchat_response_reasoning(response, NULL));
  print_number("total_tokens",
               sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL));
  fputs("\"text\": ", stdout);
  print_text(text ? text : "", length);
  fputs(", ", stdout);
}

static void print_error(const sparkchat_error *error) {
  int64_t skew = 0;
  print_string("message", sparkchat_error_message(error));
  print_string("hint", sparkchat_error_hint(error));
  print_string("body", sparkchat_error_http_body(error));
  print_string("phase", sparkchat_phase_name(sparkchat_error_phase(error)));
  print_string("error_sid", sparkchat_error_sid(error));
  print_number("code", sparkchat_error_service_code(error));
  print_number("http_status", sparkchat_error_http_status(error));
  print_number("knows_skew", sparkchat_error_clock_skew(error, &skew));
  print_number("skew", skew);
}

/* The text this many times, one after the other; the caller's to free. */
static char *repeated(const char *text, size_t times) {
  size_t length = strlen(text);
  char *whole = (char *)malloc(length * times + 1);
  for (size_t i = 0; i < times; i++) {
    memcpy(whole + i * length, text, length);
  }
  whole[length * times] = '\0';
  return whole;
}

/* What a setter refuses is reported when the request is sent. */
static void set(sparkchat_config *config, sparkchat_request *request,
                const char *option, const char *value) {
  if (strcmp(option, "domain") == 0) {
    sparkchat_config_set_domain(config, value, NULL);
  } else if (strcmp(option, "user") == 0) {
    sparkchat_config_set_user_id(config, value, NULL);
  } else if (strcmp(option, "patch") == 0) {
    sparkchat_config_set_patch_id(config, value, NULL);
  } else if (strcmp(option, "temperature") == 0) {
    sparkchat_request_set_temperature(request, atof(value), NULL);
  } else if (strcmp(option, "top_k") == 0) {
    sparkchat_request_set_top_k(request, atoi(value), NULL);
  } else if (strcmp(option, "max_tokens") == 0) {
    sparkchat_request_set_max_tokens(request, atoi(value), NULL);
  } else if (strcmp(option, "extra") == 0) {
    sparkchat_request_set_extra_json(request, value, SPARKCHAT_NUL_TERMINATED,
                                     NULL);
  } else if (strcmp(option, "system") == 0) {
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_SYSTEM, value,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  } else if (strcmp(option, "total_timeout") == 0) {
    sparkchat_config_set_total_timeout(config, atoi(value), NULL);
  } else if (strcmp(option, "repeat") == 0) {
    times = (size_t)atol(value);
  } else {
    fprintf(stderr, "unknown option %s\n", option);
    exit(2);
  }
}

int main(int argc, char **argv) {
  sparkchat_config *config = config_for(argc > 2 ? argv[1] : "");
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  char *text;
  for (int i = 3; i + 1 < argc; i += 2) {
    set(config, request, argv[i], argv[i + 1]);
  }
  text = repeated(argv[2], times);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_client_invoke(client, request, &response, &error);
  }
  putchar('{');
  print_response(response);
  print_error(error);
  printf("\"status\": \"%s\"}\n", sparkchat_status_name(status));
  free(text);
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return 0;
}
