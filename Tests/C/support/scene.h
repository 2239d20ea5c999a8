/* What most cases need: clients of the local service, questions, answers. */
#ifndef SCENE_H
#define SCENE_H

#include <sparkchat.h>

/* A variable that the test run sets; the program ends where it is missing. */
const char *required(const char *variable);

/* The address of the default model with a scenario (NULL: none), over each
 * transport. Valid until the seventh next call of this kind. */
const char *ws(const char *scenario);
const char *wss(const char *scenario);
const char *http(const char *scenario);
const char *https(const char *scenario);

/* The address of one of the service's faulty ports: "blackhole", "reset", ... */
const char *faulty(const char *scheme, const char *port);

/* With credentials and the CA of the local service, and without retries: what
 * goes wrong shows. */
sparkchat_config *config_for(const char *url);
sparkchat_client *client_of(sparkchat_config *config); /* frees the config */
sparkchat_client *client_for(const char *url);

/* A request with one user message. */
sparkchat_request *question(const char *text);

/* Opens a stream that asks `text`; frees what it made on the way. */
sparkchat_stream *asked(const sparkchat_client *client, const char *text);

/* The same with a client of its own; opened() says "Hello". */
sparkchat_stream *opened_with(const char *url, const char *text);
sparkchat_stream *opened(const char *url);

/* Pulls events until the exchange is over, and says how it ended. */
sparkchat_status finish(sparkchat_stream *stream, sparkchat_error **error);

/* Pulls events until one of this kind, which it returns. */
const sparkchat_event *until(sparkchat_stream *stream,
                             sparkchat_event_kind kind);

/* The answer's text so far. */
const char *text_of(const sparkchat_stream *stream);
sparkchat_outcome outcome_of(const sparkchat_stream *stream);

void sleep_ms(long milliseconds);

#endif
