/* A caller who is away between two calls: what has arrived meanwhile is
 * delivered, and only a silent server misses a deadline. */
#define _DEFAULT_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>

enum { LIMIT = 150, ABSENCE = 250 };

static sparkchat_client *impatient(const char *url) {
  sparkchat_config *config = config_for(url);
  sparkchat_config_set_connect_timeout(config, LIMIT, NULL);
  sparkchat_config_set_tls_timeout(config, LIMIT, NULL);
  sparkchat_config_set_upgrade_timeout(config, LIMIT, NULL);
  sparkchat_config_set_first_token_timeout(config, LIMIT, NULL);
  sparkchat_config_set_idle_timeout(config, LIMIT, NULL);
  return client_of(config);
}

/* Calls now and then, never waits, and returns how the stream ended. */
static sparkchat_status visit(sparkchat_stream *stream,
                              sparkchat_error **error) {
  const sparkchat_event *event = NULL;
  sparkchat_status status = SPARKCHAT_AGAIN;
  for (int i = 0; i < 200 && status == SPARKCHAT_AGAIN; i++) {
    sleep_ms(ABSENCE);
    do {
      status = sparkchat_stream_next(stream, 0, &event, error);
    } while (status == SPARKCHAT_OK);
  }
  return status;
}

CASE(whole_answer_is_read) {
  const char *const urls[] = {ws("text:content=abc"), wss("text:content=abc"),
                              http("text:content=abc"),
                              https("text:content=abc")};
  for (int i = 0; i < 4; i++) {
    sparkchat_client *client = impatient(urls[i]);
    sparkchat_stream *stream = asked(client, "Hello");
    sparkchat_error *error = NULL;
    CHECK_STATUS(SPARKCHAT_DONE, visit(stream, &error));
    CHECK_TEXT("abc", text_of(stream));
    CHECK_INT(1,
              sparkchat_response_attempts(sparkchat_stream_response(stream)));
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
  }
}

CASE(answer_that_is_larger_than_a_read) {
  sparkchat_client *client = impatient(wss("count:n=1,size=100000"));
  sparkchat_stream *stream = asked(client, "Count.");
  CHECK_STATUS(SPARKCHAT_DONE, visit(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

static void check_group(int is_watched) {
  sparkchat_client *client = impatient(wss("text:content=abc"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join(group, client, "Hello"), *ended = NULL;
  sparkchat_status status = SPARKCHAT_AGAIN;
  if (is_watched) {
    CHECK(sparkchat_group_fd(group) >= 0);
  }
  for (int i = 0; i < 200 && !ended; i++) {
    sleep_ms(ABSENCE);
    do {
      status = sparkchat_group_next(group, 0, &ended, NULL, NULL);
    } while (status == SPARKCHAT_OK);
  }
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(ended == stream);
  CHECK_TEXT("abc", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(in_a_group) {
  check_group(0);
}
CASE(in_a_group_that_an_event_loop_watches) {
  check_group(1);
}

CASE(silent_server_misses_the_deadline) {
  sparkchat_client *client =
      impatient(wss("stall:at=middle,after=3,content=abcdefgh"));
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, visit(stream, &error));
  CHECK_INT(SPARKCHAT_PHASE_IDLE, sparkchat_error_phase(error));
  CHECK_TEXT("abcde", text_of(stream));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(complete_answer_that_was_read_outlives_the_total_deadline) {
  sparkchat_config *config = config_for(wss("single:content=abc"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_total_timeout(config, 3000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  until(stream, SPARKCHAT_EVENT_TEXT);
  sleep_ms(3100);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("abc", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}
