/* Helpers for most cases: clients of the local service, requests, answers. */
#ifndef SCENE_H
#define SCENE_H

#include <sparkchat.h>

/* Returns a variable that the test run sets; ends the program if it is
 * missing. */
const char *required(const char *variable);

/* Return the address of the default model with a scenario (NULL: none), over
 * each transport. Valid until the seventh next call of this kind. */
const char *ws(const char *scenario);
const char *wss(const char *scenario);
const char *http(const char *scenario);
const char *https(const char *scenario);

/* Returns the address of one of the service's faulty ports: "blackhole",
 * "reset", ... */
const char *faulty(const char *scheme, const char *port);

/* Returns a config with credentials and the CA of the local service, without
 * retries, which would hide failures. */
sparkchat_config *config_for(const char *url);
sparkchat_client *client_of(sparkchat_config *config); /* frees the config */
sparkchat_client *client_for(const char *url);

/* Returns a request with one user message. */
sparkchat_request *question(const char *text);

/* Opens a stream that asks `text`; frees its intermediate objects. */
sparkchat_stream *asked(const sparkchat_client *client, const char *text);

/* The same with a new client; opened() asks "Hello". */
sparkchat_stream *opened_with(const char *url, const char *text);
sparkchat_stream *opened(const char *url);

/* Pulls events until the exchange is over, and returns how it ended. */
sparkchat_status finish(sparkchat_stream *stream, sparkchat_error **error);

/* Pulls events until one of this kind, and returns it. */
const sparkchat_event *until(sparkchat_stream *stream,
                             sparkchat_event_kind kind);

/* Returns the answer's text so far. */
const char *text_of(const sparkchat_stream *stream);
sparkchat_outcome outcome_of(const sparkchat_stream *stream);

void sleep_ms(long milliseconds);

#endif
