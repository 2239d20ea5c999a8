/* Streams: opened, driven alone, freed; each question has one end. */
#include "torture.h"

#include <stdio.h>
#include <string.h>

slot slots[SLOTS];
atomic_long opened, abandoned, ended[6], calls;
static atomic_int questions;

static sparkchat_request *new_request(worker *me, int *number) {
  static const char *const scenarios[] = {
      "echo",           "echo",         "echo",
      "coalesce",       "drop:after=1", "error:code=10013",
      "stall:at=first", "count:n=200",  "drop:after=2,how=reset",
      "fragments",      "stall:at=end", "error:code=10010"};
  const char *scenario = scenarios[roll(me, 12)];
  sparkchat_request *request = sparkchat_request_new();
  char text[128];
  *number =
      strcmp(scenario, "echo") == 0 ? atomic_fetch_add(&questions, 1) + 1 : 0;
  snprintf(text, sizeof text, "#scenario %s\nquestion %d.", scenario, *number);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  return request;
}

static sparkchat_outcome outcome_of(const slot *at) {
  return sparkchat_response_outcome(sparkchat_stream_response(at->stream));
}

static int fits(sparkchat_status status, sparkchat_outcome outcome) {
  switch (status) {
  case SPARKCHAT_DONE:
    return outcome == SPARKCHAT_OUTCOME_COMPLETE;
  case SPARKCHAT_ERR_CANCELLED:
    return outcome == SPARKCHAT_OUTCOME_CANCELLED;
  case SPARKCHAT_ERR_TIMEOUT:
    return outcome == SPARKCHAT_OUTCOME_TIMEOUT;
  case SPARKCHAT_ERR_TRUNCATED:
    return outcome == SPARKCHAT_OUTCOME_TRUNCATED;
  default:
    return outcome == SPARKCHAT_OUTCOME_FAILED;
  }
}

static void check_text(const slot *at, sparkchat_outcome outcome) {
  char expected[64];
  const char *text =
      sparkchat_response_text(sparkchat_stream_response(at->stream), NULL);
  snprintf(expected, sizeof expected, "question %d.", at->number);
  if (at->number > 0 && (outcome == SPARKCHAT_OUTCOME_COMPLETE
                             ? strcmp(text, expected) != 0
                             : strncmp(text, expected, strlen(text)) != 0)) {
    fail(expected, text);
  }
}

/* Checks that the stream's question has ended, once and permanently. */
static void check_end(slot *at, sparkchat_status status) {
  sparkchat_outcome outcome = outcome_of(at);
  const sparkchat_event *event = NULL;
  if (status == SPARKCHAT_ERR_INTERNAL || status == SPARKCHAT_ERR_STATE ||
      status == SPARKCHAT_ERR_INVALID_ARGUMENT || !fits(status, outcome)) {
    fail(sparkchat_status_name(status), sparkchat_outcome_name(outcome));
  }
  check_text(at, outcome);
  if (sparkchat_stream_next(at->stream, 0, &event, NULL) != status ||
      outcome_of(at) != outcome) {
    fail("another end", sparkchat_status_name(status));
  }
  atomic_fetch_add(&ended[outcome], 1);
}

int is_running(sparkchat_status status) {
  return status == SPARKCHAT_OK || status == SPARKCHAT_AGAIN ||
         status == SPARKCHAT_INTERRUPTED;
}

void free_stream(slot *at, int is_over) {
  sparkchat_stream *stream = at->stream;
  pthread_rwlock_wrlock(&at->lock);
  at->stream = NULL;
  sparkchat_stream_free(stream);
  pthread_rwlock_unlock(&at->lock);
  if (!is_over) {
    atomic_fetch_add(&abandoned, 1);
  }
}

void open_stream(worker *me, slot *at) {
  sparkchat_request *request = new_request(me, &at->number);
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  unsigned which = roll(me, CLIENTS + 2);
  if (which < CLIENTS) {
    pthread_rwlock_rdlock(&clients[which].lock);
    status =
        sparkchat_client_open(clients[which].client, request, &stream, &error);
    pthread_rwlock_unlock(&clients[which].lock);
  } else {
    /* The stream outlives its client from the start. */
    sparkchat_client *client = new_client(me);
    status = sparkchat_client_open(client, request, &stream, &error);
    sparkchat_client_free(client);
  }
  if (status != SPARKCHAT_OK) {
    fail("open", sparkchat_error_message(error));
  }
  pthread_rwlock_wrlock(&at->lock);
  at->stream = stream;
  pthread_rwlock_unlock(&at->lock);
  sparkchat_request_free(request);
  atomic_fetch_add(&opened, 1);
}

void close_or_ask_again(worker *me, slot *at, sparkchat_status status) {
  int number;
  check_end(at, status);
  if (status == SPARKCHAT_DONE && roll(me, 2)) {
    sparkchat_request *request = new_request(me, &number);
    if (sparkchat_stream_send(at->stream, request, NULL) != SPARKCHAT_OK) {
      fail("send", "a stream that is done");
    }
    at->number = number;
    atomic_fetch_add(&opened, 1);
    sparkchat_request_free(request);
  } else {
    free_stream(at, 1);
  }
}

void drive_alone(worker *me, slot *at) {
  for (unsigned left = 1 + roll(me, 8); left > 0; left--) {
    const sparkchat_event *event = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_stream_next(at->stream, (int)roll(me, 4), &event, &error);
    atomic_fetch_add(&calls, 1);
    if ((status == SPARKCHAT_OK) != (event != NULL) ||
        (status < 0) != (error != NULL)) {
      fail("next", sparkchat_status_name(status));
    }
    sparkchat_error_free(error);
    if (!is_running(status)) {
      close_or_ask_again(me, at, status);
      return;
    }
  }
}

void release(slot *at) {
  atomic_store(&at->is_claimed, 0);
}
