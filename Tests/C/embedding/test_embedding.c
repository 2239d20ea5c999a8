/* Vectors of texts: results, refusals, and ownership. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"
#include "vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_same(const sparkchat_response *one,
                       const sparkchat_response *other, int are_same) {
  size_t count = 0, others = 0;
  const float *a = sparkchat_response_embedding(one, &count);
  const float *b = sparkchat_response_embedding(other, &others);
  CHECK(a && b);
  CHECK_INT(2560, count);
  CHECK_INT(2560, others);
  CHECK_INT(!are_same, memcmp(a, b, count * sizeof *a) != 0);
}

CASE(one_text_has_one_vector) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *one = NULL, *same = NULL, *other = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你好", &one, &error));
  CHECK(!error);
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你好", &same, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你坏", &other, NULL));
  check_same(one, same, 1);
  check_same(one, other, 0);
  sparkchat_response_free(other);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_embed(client, "你好!", strlen("你好"),
                                      SPARKCHAT_EMBEDDING_QUERY, &other, NULL));
  check_same(one, other, 0);
  CHECK(sparkchat_response_embedding(one, NULL));
  sparkchat_response_free(one);
  sparkchat_response_free(same);
  sparkchat_response_free(other);
  sparkchat_client_free(client);
}

CASE(response_says_how_it_went_and_outlives_its_client) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *response = NULL;
  size_t count = 0;
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", NULL, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", &response, NULL));
  sparkchat_client_free(client);
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, sparkchat_response_outcome(response));
  CHECK_HAS("emb", sparkchat_response_sid(response));
  CHECK_TEXT("", sparkchat_response_text(response, NULL));
  CHECK_INT(1, sparkchat_response_attempts(response));
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, sparkchat_response_connection(response));
  CHECK(sparkchat_response_bytes_received(response) > 13656);
  CHECK_INT(-1, sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL));
  CHECK_INT(0, (size_t)sparkchat_response_embedding(response, &count) %
                   sizeof(float));
  CHECK_INT(2560, count);
  sparkchat_response_free(response);
}

CASE(answer_of_a_chat_has_no_vector) {
  sparkchat_stream *stream = opened(ws(NULL));
  size_t count = 1;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(
      !sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(0, count);
  sparkchat_stream_free(stream);
}

CASE(without_waiting) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_request *request = question("Hello");
  sparkchat_stream *stream = embedding(client, "Hello");
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  size_t count = 1;
  sparkchat_client_free(client);
  CHECK(
      !sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(0, count);
  event = until(stream, SPARKCHAT_EVENT_READY);
  CHECK(event);
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_stream_send(stream, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(
      sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(2560, count);
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_stream_send(stream, request, &error));
  CHECK_HAS("only for one embedding", sparkchat_error_message(error));
  CHECK(sparkchat_response_embedding(sparkchat_stream_response(stream), NULL));
  sparkchat_error_free(error);
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
}

CASE(many_in_a_group_with_answers_between_them) {
  enum { MANY = 20 };
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_group *group = NULL;
  sparkchat_stream *streams[MANY + 1], *ended = NULL;
  sparkchat_status status;
  int done = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  for (int i = 0; i < MANY; i++) {
    streams[i] = embedding(client, i % 2 ? "even" : "odd");
  }
  streams[MANY] = asked(client, "Hello");
  for (int i = 0; i <= MANY; i++) {
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, streams[i], NULL));
  }
  while (sparkchat_group_count(group) > 0) {
    status = sparkchat_group_next(group, -1, &ended, NULL, NULL);
    CHECK(status >= 0);
    done += status == SPARKCHAT_DONE && ended != NULL;
  }
  CHECK_INT(MANY + 1, done);
  for (int i = 0; i < MANY; i++) {
    check_same(sparkchat_stream_response(streams[0]),
               sparkchat_stream_response(streams[i]), i % 2 == 0);
  }
  for (int i = 0; i <= MANY; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void check_refused(const char *text, size_t length, int domain,
                          sparkchat_status expected, const char *words) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_stream *stream = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected,
               sparkchat_client_open_embedding(
                   client, text, length, (sparkchat_embedding_domain)domain,
                   &stream, &error));
  CHECK(!stream);
  CHECK_HAS(words, sparkchat_error_message(error));
  sparkchat_error_free(error);
  CHECK_STATUS(expected,
               sparkchat_client_embed(client, text, length,
                                      (sparkchat_embedding_domain)domain,
                                      &response, NULL));
  CHECK(!response);
  sparkchat_client_free(client);
}

CASE(what_is_no_text_is_refused_before_anything_is_sent) {
  char *huge = (char *)calloc(1, (1 << 20) + 2);
  memset(huge, 'x', (1 << 20) + 1);
  check_refused(NULL, 1, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "NULL");
  check_refused("", 0, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "empty");
  check_refused("\xff", 1, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "UTF-8");
  check_refused(huge, SPARKCHAT_NUL_TERMINATED, 1,
                SPARKCHAT_ERR_INVALID_ARGUMENT, "1048577 bytes");
  check_refused("Hello", 5, 0, SPARKCHAT_ERR_INVALID_ARGUMENT, "domain");
  check_refused("Hello", 5, 3, SPARKCHAT_ERR_INVALID_ARGUMENT, "domain");
  free(huge);
}

CASE(text_with_a_nul_byte_goes_out_whole) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *one = NULL, *other = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_embed(client, "a\0b", 3,
                                      SPARKCHAT_EMBEDDING_PARA, &one, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "a", &other, NULL));
  check_same(one, other, 0);
  sparkchat_response_free(one);
  sparkchat_response_free(other);
  sparkchat_client_free(client);
}

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

CASE(names_of_the_domains) {
  CHECK_TEXT("para", sparkchat_embedding_domain_name(SPARKCHAT_EMBEDDING_PARA));
  CHECK_TEXT("query",
             sparkchat_embedding_domain_name(SPARKCHAT_EMBEDDING_QUERY));
  CHECK_TEXT("unknown",
             sparkchat_embedding_domain_name((sparkchat_embedding_domain)0));
}

CASE(what_was_sent_is_what_was_given) {
  sparkchat_client *client = embedding_client(NULL);
  char text[] = "Hello";
  sparkchat_stream *given = embedding(client, text);
  sparkchat_stream *same = embedding(client, "Hello");
  memset(text, 'x', 5);
  CHECK_STATUS(SPARKCHAT_DONE, finish(given, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(same, NULL));
  check_same(sparkchat_stream_response(given), sparkchat_stream_response(same),
             1);
  sparkchat_stream_free(given);
  sparkchat_stream_free(same);
  sparkchat_client_free(client);
}
