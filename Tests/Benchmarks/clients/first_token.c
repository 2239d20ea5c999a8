/*
 * first_token.c - the time to the first token in three ways: on a new client's
 * first connection, on its second, and on one that was made in advance.
 *
 *   first_token CA_FILE URL
 */
#include "measure.h"
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const names[] = {"none", "cold", "resumed", "warm"};

/* Receives events until one of this kind, or to the end for NONE. */
static void wait_for(sparkchat_stream *stream, sparkchat_event_kind kind) {
  sparkchat_error *error = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  while ((status = sparkchat_stream_next(stream, -1, &event, &error)) ==
         SPARKCHAT_OK) {
    if (sparkchat_event_kind_of(event) == kind) {
      return;
    }
  }
  ours_check("next", status, error);
  if (kind != SPARKCHAT_EVENT_NONE) {
    give_up("next", "an answer without a token");
  }
}

static void finish(const char *name, double start, sparkchat_stream *stream,
                   const char *separator) {
  wait_for(stream, SPARKCHAT_EVENT_TEXT);
  double took = clock_us() - start;
  wait_for(stream, SPARKCHAT_EVENT_NONE);
  sparkchat_connection kind =
      sparkchat_response_connection(sparkchat_stream_response(stream));
  printf("\"%s_us\": %.0f, \"%s_connection\": \"%s\"%s", name, took, name,
         names[kind], separator);
  sparkchat_stream_free(stream);
}

static void ask(const char *name, const sparkchat_client *client,
                const sparkchat_request *request) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  double start = clock_us();
  ours_check("open", sparkchat_client_open(client, request, &stream, &error),
             error);
  finish(name, start, stream, ", ");
}

static void ask_warm(const sparkchat_client *client,
                     const sparkchat_request *request) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  ours_check("connect", sparkchat_client_connect(client, &stream, &error),
             error);
  wait_for(stream, SPARKCHAT_EVENT_READY);
  double start = clock_us();
  ours_check("send", sparkchat_stream_send(stream, request, &error), error);
  finish("warm", start, stream, "}\n");
}

int main(int argc, char **argv) {
  if (argc != 3) {
    give_up("usage", "first_token CA_FILE URL");
  }
  sparkchat_client *client = ours_client(argv[1], argv[2]);
  sparkchat_request *request = ours_request();
  putchar('{');
  ask("cold", client, request);
  ask("resumed", client, request);
  ask_warm(client, request);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  return EXIT_SUCCESS;
}
