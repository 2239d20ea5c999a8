/* Helpers for the cases about groups. */
#ifndef GROUPED_H
#define GROUPED_H

#include "case.h"
#include "scene.h"

#include <poll.h>

static inline sparkchat_group *new_group(void) {
  sparkchat_group *group = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  return group;
}

/* Adds a stream that asks `text` to the group. */
static inline sparkchat_stream *
join(sparkchat_group *group, const sparkchat_client *client, const char *text) {
  sparkchat_stream *stream = asked(client, text);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  return stream;
}

/* Adds a stream that only connects to the group. */
static inline sparkchat_stream *
join_connecting(sparkchat_group *group, const sparkchat_client *client) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  return stream;
}

/* Drives the group until a stream has ended, and returns it; NULL if no stream
 * has a request in progress. */
static inline sparkchat_stream *next_end(sparkchat_group *group,
                                         sparkchat_status *status) {
  sparkchat_stream *stream = NULL;
  do {
    *status = sparkchat_group_next(group, -1, &stream, NULL, NULL);
  } while (*status == SPARKCHAT_OK || (!stream && *status != SPARKCHAT_DONE));
  return stream;
}

/* Drives the group until no request is in progress; all answers must be
 * complete. Frees the streams and returns their number. */
static inline int drain(sparkchat_group *group) {
  sparkchat_status status;
  sparkchat_stream *stream;
  int count = 0;
  while ((stream = next_end(group, &status)) != NULL) {
    CHECK_STATUS(SPARKCHAT_DONE, status);
    CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
    sparkchat_stream_free(stream);
    count++;
  }
  return count;
}

/* Drives the group until the stream has an event of this kind. */
static inline const sparkchat_event *until_in_group(sparkchat_group *group,
                                                    sparkchat_stream *wanted,
                                                    sparkchat_event_kind kind) {
  for (;;) {
    sparkchat_stream *stream = NULL;
    const sparkchat_event *event = NULL;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_next(group, -1, &stream, &event, NULL));
    if (stream == wanted && sparkchat_event_kind_of(event) == kind) {
      return event;
    }
  }
}

static inline int is_readable(int descriptor, int timeout_ms) {
  struct pollfd wait;
  wait.fd = descriptor;
  wait.events = POLLIN;
  wait.revents = 0;
  return poll(&wait, 1, timeout_ms) > 0;
}

#endif
