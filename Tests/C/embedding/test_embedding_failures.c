/* Embeddings that fail, are refused, are tried again, or are cancelled. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"
#include "vector.h"

#include <math.h>
#include <string.h>

static void check_failure(const char *scenario, sparkchat_status expected,
                          const char *words, const char *hint) {
  sparkchat_client *client = embedding_client(scenario);
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected, embed(client, "Hello", &response, &error));
  CHECK_HAS(words, sparkchat_error_message(error));
  CHECK_HAS(hint, sparkchat_error_hint(error));
  CHECK(response && !sparkchat_response_embedding(response, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_FAILED, sparkchat_response_outcome(response));
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_client_free(client);
}

CASE(vectors_that_are_none_are_refused) {
  check_failure("vector:kind=odd", SPARKCHAT_ERR_PROTOCOL, "10239 bytes", "");
  check_failure("vector:kind=empty", SPARKCHAT_ERR_PROTOCOL, "0 bytes", "");
  check_failure("vector:kind=nan", SPARKCHAT_ERR_PROTOCOL, "finite", "");
  check_failure("vector:kind=infinite", SPARKCHAT_ERR_PROTOCOL, "finite", "");
  check_failure("vector:kind=text", SPARKCHAT_ERR_PROTOCOL, "Base64", "");
  check_failure("vector:kind=none", SPARKCHAT_ERR_PROTOCOL, "no vector", "");
}

CASE(vector_may_have_any_length) {
  static const char *const kinds[] = {"vector:kind=short", "vector:kind=long"};
  static const size_t counts[] = {16, 4096};
  for (int i = 0; i < 2; i++) {
    sparkchat_client *client = embedding_client(kinds[i]);
    sparkchat_response *response = NULL;
    size_t count = 0;
    const float *numbers;
    CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", &response, NULL));
    numbers = sparkchat_response_embedding(response, &count);
    CHECK_INT(counts[i], count);
    for (size_t at = 0; at < count; at++) {
      CHECK(isfinite(numbers[at]));
    }
    sparkchat_response_free(response);
    sparkchat_client_free(client);
  }
}

CASE(failures_of_the_service_say_what_to_do) {
  check_failure("error:code=11200", SPARKCHAT_ERR_PERMISSION, "11200",
                "granted separately from chat");
  check_failure("error:code=11202", SPARKCHAT_ERR_RATE_LIMITED, "11202",
                "wait");
  check_failure("error:code=10907", SPARKCHAT_ERR_CONTEXT_LENGTH, "10907",
                "split the text");
  check_failure("error:code=10163,status=400", SPARKCHAT_ERR_INVALID_REQUEST,
                "10163", "correct");
  check_failure("error:code=10019", SPARKCHAT_ERR_CONTENT_FILTERED, "10019",
                "");
  check_failure("error:code=11202,status=500", SPARKCHAT_ERR_RATE_LIMITED,
                "11202", "wait");
}

CASE(text_that_is_too_long_for_the_service) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_error *error = NULL;
  char text[10001];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH, embed(client, text, NULL, &error));
  CHECK_INT(10907, sparkchat_error_service_code(error));
  CHECK(sparkchat_error_sid(error));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
}

CASE(signature_of_another_secret_is_refused) {
  sparkchat_config *config = embedding_config(required("SPARK_HTTP"), NULL);
  sparkchat_client *client;
  sparkchat_error *error = NULL;
  sparkchat_config_set_api_secret(config, "AnotherSecret", NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_ERR_AUTH, embed(client, "Hello", NULL, &error));
  CHECK_INT(401, sparkchat_error_http_status(error));
  CHECK_HAS("check the API secret", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
}

CASE(wrong_clock_is_named_and_corrected) {
  for (int corrects = 0; corrects < 2; corrects++) {
    sparkchat_config *config =
        embedding_config(required("SPARK_HTTP"), "skew:seconds=4000");
    sparkchat_client *client;
    sparkchat_error *error = NULL;
    int64_t seconds = 0;
    sparkchat_config_set_clock_correction(config, corrects, NULL);
    client = client_of(config);
    CHECK_STATUS(corrects ? SPARKCHAT_OK : SPARKCHAT_ERR_AUTH,
                 embed(client, "Hello", NULL, &error));
    if (!corrects) {
      CHECK_INT(1, sparkchat_error_clock_skew(error, &seconds));
      CHECK(seconds < -3990 && seconds > -4010);
      CHECK_HAS("set this machine's clock", sparkchat_error_hint(error));
    }
    sparkchat_error_free(error);
    sparkchat_client_free(client);
  }
}

CASE(transient_failures_are_tried_again) {
  sparkchat_config *config =
      embedding_config(required("SPARK_HTTP"), "error:code=11202,times=2");
  sparkchat_client *client;
  sparkchat_response *response = NULL;
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", &response, NULL));
  CHECK_INT(3, sparkchat_response_attempts(response));
  sparkchat_response_free(response);
  sparkchat_client_free(client);
}

CASE(credentials_that_are_missing_are_told_when_a_vector_is_wanted) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client;
  sparkchat_error *error = NULL;
  sparkchat_config_set_url(config, http(NULL), NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_api_password(config, "password", NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_ERR_CONFIG, embed(client, "Hello", NULL, &error));
  CHECK_HAS("app id", sparkchat_error_message(error));
  CHECK_HAS("which embeddings need", sparkchat_error_message(error));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
}

CASE(address_is_checked_when_it_is_set) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_embedding_url(config, ws(NULL), &error));
  CHECK_HAS("over HTTP", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_embedding_url(config, "", NULL));
  sparkchat_config_load_environment(config, NULL);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_new(config, &client, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_set_embedding_url(
                                 config, "https://localhost", NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  sparkchat_client_free(client);
  sparkchat_config_free(config);
}

CASE(limits_hold_for_answers_and_vectors_together) {
  sparkchat_config *config = embedding_config(required("SPARK_HTTP"), NULL);
  sparkchat_client *client;
  sparkchat_stream *answer, *vector;
  const sparkchat_event *event = NULL;
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  client = client_of(config);
  answer = asked(client, "Hello");
  CHECK(until(answer, SPARKCHAT_EVENT_READY));
  vector = embedding(client, "Hello");
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(vector, 0, &event, NULL));
  sparkchat_stream_free(answer);
  CHECK_STATUS(SPARKCHAT_DONE, finish(vector, NULL));
  sparkchat_stream_free(vector);
  sparkchat_client_free(client);
}

CASE(cancelled_before_and_while_it_is_asked) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_client *client;
  sparkchat_stream *stream;
  char url[128];
  snprintf(url, sizeof url, "http://localhost:%s/",
           required("SPARK_PORT_BLACKHOLE"));
  sparkchat_config_set_embedding_url(config, url, NULL);
  client = client_of(config);
  stream = embedding(client, "Hello");
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  sparkchat_stream_free(stream);
  stream = embedding(client, "Hello");
  CHECK(until(stream, SPARKCHAT_EVENT_READY));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, outcome_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(deadline_of_the_first_token_holds) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_client *client;
  sparkchat_error *error = NULL;
  char url[128];
  snprintf(url, sizeof url, "http://localhost:%s/",
           required("SPARK_PORT_BLACKHOLE"));
  sparkchat_config_set_embedding_url(config, url, NULL);
  sparkchat_config_set_first_token_timeout(config, 50, NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, embed(client, "Hello", NULL, &error));
  CHECK_INT(SPARKCHAT_PHASE_FIRST_TOKEN, sparkchat_error_phase(error));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
}

/* Only the server that refuses is left alone for a while. */
CASE(refusal_does_not_stop_chat) {
  sparkchat_config *config =
      embedding_config(required("SPARK_HTTP"), "error:code=11202");
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_max_attempts(config, 1, NULL);
  sparkchat_config_set_retry_backoff(config, 60000, 60000, NULL);
  sparkchat_config_set_queue_timeout(config, 100, NULL);
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_ERR_RATE_LIMITED, embed(client, "Hello", NULL, NULL));
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, embed(client, "Hello", NULL, &error));
  CHECK_INT(SPARKCHAT_PHASE_QUEUE, sparkchat_error_phase(error));
  CHECK_HAS("11202", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
}
