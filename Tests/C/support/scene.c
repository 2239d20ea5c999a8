#define _POSIX_C_SOURCE 200809L

#include "scene.h"
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void check_status(const char *file, int line, const char *what,
                  sparkchat_status expected, sparkchat_status actual) {
  if (expected != actual) {
    fprintf(stderr, "%s:%d: %s\n  expected %s\n  got      %s\n", file, line,
            what, sparkchat_status_name(expected),
            sparkchat_status_name(actual));
    _exit(1);
  }
}

static void die(const char *what, const sparkchat_error *error) {
  fprintf(stderr, "%s: %s: %s\n", what,
          sparkchat_status_name(sparkchat_error_status(error)),
          sparkchat_error_message(error));
  _exit(1);
}

const char *required(const char *variable) {
  const char *value = getenv(variable);
  if (!value) {
    fprintf(stderr, "%s is not set: run this through pytest\n", variable);
    exit(2);
  }
  return value;
}

static const char *address(const char *base, const char *scenario) {
  static char texts[8][1024];
  static size_t next;
  char *text = texts[next++ % 8];
  snprintf(text, sizeof texts[0], "%s%s%s%s", base,
           *base == 'h' ? "/v1/chat/completions" : "/v3.5/chat",
           scenario ? "?scenario=" : "", scenario ? scenario : "");
  for (char *c = text; *c; c++) {
    *c = *c == ' ' ? '+' : *c;
  }
  return text;
}

const char *ws(const char *scenario) {
  return address(required("SPARK_WS"), scenario);
}

const char *wss(const char *scenario) {
  return address(required("SPARK_WSS"), scenario);
}

const char *http(const char *scenario) {
  return address(required("SPARK_HTTP"), scenario);
}

const char *https(const char *scenario) {
  return address(required("SPARK_HTTPS"), scenario);
}

const char *faulty(const char *scheme, const char *port) {
  char variable[64], base[128];
  snprintf(variable, sizeof variable, "SPARK_PORT_%s", port);
  for (char *c = variable; *c; c++) {
    *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
  }
  snprintf(base, sizeof base, "%s://localhost:%s", scheme, required(variable));
  return address(base, NULL);
}

sparkchat_config *config_for(const char *url) {
  sparkchat_error *error = NULL;
  sparkchat_config *config = sparkchat_config_new();
  if (sparkchat_config_set_url(config, url, &error) != SPARKCHAT_OK ||
      /* Over HTTP, an address does not select a model. */
      (*url == 'h' && sparkchat_config_set_domain(config, "generalv3.5",
                                                  &error) != SPARKCHAT_OK) ||
      /* Empty: the environment says which certificates are trusted. */
      (*required("SPARK_CA") &&
       sparkchat_config_set_ca_file(config, required("SPARK_CA"), &error) !=
           SPARKCHAT_OK) ||
      sparkchat_config_set_max_attempts(config, 1, &error) != SPARKCHAT_OK ||
      sparkchat_config_load_environment(config, &error) != SPARKCHAT_OK) {
    die("config", error);
  }
  return config;
}

sparkchat_client *client_of(sparkchat_config *config) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    die("client", error);
  }
  sparkchat_config_free(config);
  return client;
}

sparkchat_client *client_for(const char *url) {
  return client_of(config_for(url));
}

sparkchat_request *question(const char *text) {
  sparkchat_error *error = NULL;
  sparkchat_request *request = sparkchat_request_new();
  if (sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                    SPARKCHAT_NUL_TERMINATED,
                                    &error) != SPARKCHAT_OK) {
    die("request", error);
  }
  return request;
}

sparkchat_stream *asked(const sparkchat_client *client, const char *text) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = question(text);
  if (sparkchat_client_open(client, request, &stream, &error) != SPARKCHAT_OK) {
    die("open", error);
  }
  sparkchat_request_free(request);
  return stream;
}

sparkchat_stream *opened_with(const char *url, const char *text) {
  sparkchat_client *client = client_for(url);
  sparkchat_stream *stream = asked(client, text);
  sparkchat_client_free(client);
  return stream;
}

sparkchat_stream *opened(const char *url) {
  return opened_with(url, "Hello");
}

sparkchat_status finish(sparkchat_stream *stream, sparkchat_error **error) {
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  do {
    status = sparkchat_stream_next(stream, -1, &event, error);
  } while (status == SPARKCHAT_OK || status == SPARKCHAT_INTERRUPTED);
  return status;
}

const sparkchat_event *until(sparkchat_stream *stream,
                             sparkchat_event_kind kind) {
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  do {
    if (sparkchat_stream_next(stream, -1, &event, &error) != SPARKCHAT_OK) {
      die("the expected event did not come", error);
    }
  } while (sparkchat_event_kind_of(event) != kind);
  return event;
}

const char *text_of(const sparkchat_stream *stream) {
  return sparkchat_response_text(sparkchat_stream_response(stream), NULL);
}

sparkchat_outcome outcome_of(const sparkchat_stream *stream) {
  return sparkchat_response_outcome(sparkchat_stream_response(stream));
}

void sleep_ms(long milliseconds) {
  struct timespec time;
  time.tv_sec = milliseconds / 1000;
  time.tv_nsec = milliseconds % 1000 * 1000000;
  nanosleep(&time, NULL);
}
