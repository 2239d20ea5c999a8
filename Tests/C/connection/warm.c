/* Connections that are opened before their request, and that serve several
 * requests; run by test_warm.py, which checks the service's records. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAUSE_MS = 1500 }; /* the service waits 1 s for a request */

static sparkchat_client *client_at(const char *url, const char *domain) {
  sparkchat_config *config = config_for(url);
  sparkchat_config_set_domain(config, domain, NULL);
  sparkchat_config_set_total_timeout(config, 20000, NULL);
  return client_of(config);
}

static sparkchat_client *normal(void) {
  return client_at(required("SPARK_URL"), "generalv3.5");
}

static sparkchat_client *hosted(void) {
  return client_at(required("SPARK_HOSTED_URL"), "xdeepseekv3");
}

static sparkchat_stream *connecting(const sparkchat_client *client) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  return stream;
}

static sparkchat_stream *connected(const sparkchat_client *client) {
  sparkchat_stream *stream = connecting(client);
  until(stream, SPARKCHAT_EVENT_READY);
  return stream;
}

static sparkchat_status try_to_send(sparkchat_stream *stream, const char *text,
                                    sparkchat_error **error) {
  sparkchat_request *request = question(text);
  sparkchat_status status = sparkchat_stream_send(stream, request, error);
  sparkchat_request_free(request);
  return status;
}

static void send_text(sparkchat_stream *stream, const char *text) {
  CHECK_STATUS(SPARKCHAT_OK, try_to_send(stream, text, NULL));
  CHECK_TEXT("", text_of(stream));
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
}

static sparkchat_connection kind_of(const sparkchat_stream *stream) {
  return sparkchat_response_connection(sparkchat_stream_response(stream));
}

/* Reads to the end; READY comes once, before all other events. */
static void check_answer(sparkchat_stream *stream, const char *text) {
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  int events = 0;
  while (sparkchat_stream_next(stream, -1, &event, &error) == SPARKCHAT_OK) {
    int is_ready = sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_READY;
    CHECK_INT(events++ == 0, is_ready);
  }
  CHECK_TEXT("", sparkchat_error_message(error));
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  CHECK_TEXT(text, text_of(stream));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(stream)));
}

static void send_and_check(sparkchat_stream *stream, const char *text) {
  send_text(stream, text);
  check_answer(stream, text);
}

static void finish_case(sparkchat_stream *stream, sparkchat_client *client) {
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(one_question) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  const sparkchat_response *response;
  send_and_check(stream, "warm");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  response = sparkchat_stream_response(stream);
  CHECK_INT(0, sparkchat_response_timing_us(response, SPARKCHAT_TIMING_TLS));
  CHECK_INT(0,
            sparkchat_response_timing_us(response, SPARKCHAT_TIMING_UPGRADE));
  CHECK(sparkchat_response_bytes_sent(response) > 100);
  CHECK(sparkchat_response_bytes_sent(response) <
        1000); /* without an upgrade */
  finish_case(stream, client);
}

CASE(question_before_ready) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connecting(client);
  send_and_check(stream, "eager");
  CHECK_INT(SPARKCHAT_CONNECTION_COLD, kind_of(stream));
  finish_case(stream, client);
}

CASE(question_while_connecting) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connecting(client);
  const sparkchat_event *event = NULL;
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(stream, 0, &event, NULL));
  send_and_check(stream, "on the way");
  finish_case(stream, client);
}

CASE(hosted_model_answers_in_turn) {
  sparkchat_client *client = hosted();
  sparkchat_stream *stream = connected(client);
  for (int i = 0; i < 4; i++) {
    char text[32];
    snprintf(text, sizeof text, "number %d", i);
    send_and_check(stream, text);
    CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  }
  finish_case(stream, client);
}

CASE(hosted_model_goes_on_after_open) {
  sparkchat_client *client = hosted();
  sparkchat_stream *stream = asked(client, "first");
  check_answer(stream, "first");
  CHECK_INT(SPARKCHAT_CONNECTION_COLD, kind_of(stream));
  send_and_check(stream, "second");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  finish_case(stream, client);
}

CASE(normal_model_connects_anew) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  send_and_check(stream, "first");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  send_and_check(stream, "second");
  CHECK_INT(SPARKCHAT_CONNECTION_RESUMED, kind_of(stream));
  send_and_check(stream, "third");
  CHECK_INT(SPARKCHAT_CONNECTION_RESUMED, kind_of(stream));
  finish_case(stream, client);
}

CASE(one_question_at_a_time) {
  sparkchat_client *client = hosted();
  sparkchat_stream *stream = asked(client, "patience");
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_STATE, try_to_send(stream, "already", &error));
  CHECK_HAS("under way", sparkchat_error_message(error));
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK_STATUS(SPARKCHAT_ERR_STATE, try_to_send(stream, "still", NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("patience", text_of(stream));
  send_and_check(stream, "now");
  sparkchat_error_free(error);
  finish_case(stream, client);
}

CASE(next_without_a_question) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  const sparkchat_event *event = NULL;
  for (int i = -1; i < 2; i++) {
    sparkchat_error *error = NULL;
    CHECK_STATUS(SPARKCHAT_ERR_STATE,
                 sparkchat_stream_next(stream, i, &event, &error));
    CHECK_HAS("send", sparkchat_error_hint(error));
    sparkchat_error_free(error);
  }
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
  send_and_check(stream, "after all");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  finish_case(stream, client);
}

CASE(bad_question_costs_nothing) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  sparkchat_request *empty = sparkchat_request_new();
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_stream_send(stream, empty, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_stream_send(stream, NULL, NULL));
  sparkchat_request_free(empty);
  send_and_check(stream, "a good one");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  finish_case(stream, client);
}

CASE(deadlines_do_not_run_without_a_question) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_total_timeout(config, 400, NULL);
  sparkchat_config_set_idle_timeout(config, 300, NULL);
  sparkchat_config_set_first_token_timeout(config, 300, NULL);
  client = client_of(config);
  stream = connected(client);
  sleep_ms(600);
  send_and_check(stream, "late");
  finish_case(stream, client);
}

CASE(failure_to_connect) {
  sparkchat_config *config = config_for(faulty("wss", "reset"));
  sparkchat_client *client = client_of(config);
  sparkchat_stream *stream = connecting(client);
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  CHECK(sparkchat_stream_next(stream, -1, &event, &error) < 0);
  CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
  CHECK_STATUS(SPARKCHAT_ERR_STATE, try_to_send(stream, "too late", NULL));
  sparkchat_error_free(error);
  finish_case(stream, client);
}

CASE(failed_answer_ends_the_stream) {
  sparkchat_client *client = hosted();
  sparkchat_stream *stream = connected(client);
  send_text(stream, "#scenario error:code=10013\nforbidden");
  CHECK_STATUS(SPARKCHAT_ERR_CONTENT_FILTERED, finish(stream, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE, try_to_send(stream, "again", NULL));
  CHECK_STATUS(SPARKCHAT_ERR_CONTENT_FILTERED, finish(stream, NULL));
  finish_case(stream, client);
}

CASE(cancel_while_connecting) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connecting(client);
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE, try_to_send(stream, "again", NULL));
  finish_case(stream, client);
}

/* The exchange is not over, so it is stopped, with any request sent on it. */
CASE(cancel_without_a_question) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_OK, try_to_send(stream, "again", NULL));
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  finish_case(stream, client);
}

/* "Does nothing if the request is over." */
CASE(cancel_after_the_answer) {
  sparkchat_client *clients[2];
  clients[0] = normal();
  clients[1] = hosted();
  for (int i = 0; i < 2; i++) {
    sparkchat_stream *stream = asked(clients[i], "first");
    check_answer(stream, "first");
    sparkchat_stream_cancel(stream);
    send_and_check(stream, "second");
    finish_case(stream, clients[i]);
  }
}

CASE(freed_without_a_question) {
  sparkchat_client *client = normal();
  finish_case(connected(client), client);
}

/* The service has closed the connection; the caller does not notice. */
CASE(dead_connection_is_replaced) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  sleep_ms(PAUSE_MS);
  send_and_check(stream, "still there");
  CHECK_INT(SPARKCHAT_CONNECTION_RESUMED, kind_of(stream));
  finish_case(stream, client);
}

CASE(dead_connection_of_a_hosted_model_is_replaced) {
  sparkchat_client *client = hosted();
  sparkchat_stream *stream = asked(client, "first");
  check_answer(stream, "first");
  sleep_ms(PAUSE_MS);
  send_and_check(stream, "second");
  send_and_check(stream, "third");
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, kind_of(stream));
  finish_case(stream, client);
}

/* SPARK_URL: the connection dies while the request is being sent. */
CASE(connection_that_dies_under_the_question_is_replaced) {
  sparkchat_client *client = normal();
  sparkchat_stream *stream = connected(client);
  send_and_check(stream, "survivor");
  finish_case(stream, client);
}

/* SPARK_URL: the request arrives, and then the connection dies. */
CASE(question_that_has_arrived_is_not_asked_again) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  client = client_of(config);
  stream = connected(client);
  send_text(stream, "once");
  CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED, finish(stream, &error));
  CHECK_HAS("had received the request", sparkchat_error_message(error));
  CHECK_HAS("billed twice", sparkchat_error_hint(error));
  CHECK_INT(1, sparkchat_error_retryable(error));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  sparkchat_error_free(error);
  finish_case(stream, client);
}

/* SPARK_URL: nothing comes back over the connection, not even an
 * acknowledgement of the request. */
CASE(connection_that_leads_nowhere_is_replaced) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_max_attempts(config, 1, NULL);
  sparkchat_config_set_connect_timeout(config, 300, NULL);
  client = client_of(config);
  stream = connected(client);
  send_and_check(stream, "survivor");
  CHECK_INT(SPARKCHAT_CONNECTION_COLD, kind_of(stream));
  finish_case(stream, client);
}

CASE(retry_after_a_warm_connection) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_max_attempts(config, 2, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  client = client_of(config);
  stream = connected(client);
  send_text(stream, "#scenario error:code=10010,times=1\n1+1");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("1 + 1 = **2**.", text_of(stream));
  CHECK_INT(2, sparkchat_response_attempts(sparkchat_stream_response(stream)));
  CHECK_INT(SPARKCHAT_CONNECTION_RESUMED, kind_of(stream));
  finish_case(stream, client);
}
