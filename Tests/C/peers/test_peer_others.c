/* Defects of iFlytek's own SDKs, in Python and in Go (docs/peers.md). */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "host.h"
#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void check_url_from(const char *variable, const char *value,
                           const char *url, const char *domain) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client;
  CHECK(setenv(variable, value, 1) == 0);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_load_environment(config, NULL));
  client = client_of(config);
  CHECK_TEXT(url, sparkchat_client_url(client));
  CHECK_TEXT(domain, sparkchat_client_domain(client));
  sparkchat_client_free(client);
  CHECK(unsetenv(variable) == 0);
}

CASE(address_and_domain_in_the_environment_take_effect) {
  static const char url[] = "wss://spark-api.xf-yun.com/v4.0/chat";
  check_url_from("IFLYTEK_SPARK_API_URL", url, url, "4.0Ultra");
  check_url_from("SPARKAI_URL", url, url, "4.0Ultra");
  check_url_from("IFLYTEK_SPARK_LLM_DOMAIN", "4.0Ultra", url, "4.0Ultra");
  check_url_from("SPARKAI_DOMAIN", "4.0Ultra", url, "4.0Ultra");
}

CASE(a_gateway_of_the_environment_is_asked_for_the_model_that_is_set) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client;
  CHECK(setenv("IFLYTEK_SPARK_API_URL", "ws://gateway.example:81/v3.5/chat",
               1) == 0);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_model(config, "x2-flash", NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_load_environment(config, NULL));
  client = client_of(config);
  CHECK_TEXT("http://gateway.example:81/agent/v1/chat/completions",
             sparkchat_client_url(client));
  CHECK_TEXT("spark-x", sparkchat_client_domain(client));
  sparkchat_client_free(client);
  CHECK(unsetenv("IFLYTEK_SPARK_API_URL") == 0);
}

static void note_temperature(sparkchat_log_level level, const char *message,
                             const char *fields, void *user_data) {
  (void)fields;
  if (level == SPARKCHAT_LOG_WARNING && strstr(message, "temperature")) {
    ++*(int *)user_data;
  }
}

CASE(temperature_0_is_sent_as_the_smallest_one_and_the_log_says_so) {
  sparkchat_config *config = config_for(ws("echo"));
  sparkchat_client *client;
  sparkchat_request *request = question("Hello");
  int warnings = 0;
  sparkchat_config_set_log(config, SPARKCHAT_LOG_WARNING, note_temperature,
                           &warnings, NULL, NULL);
  client = client_of(config);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_request_set_temperature(request, 0, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, NULL, NULL));
  CHECK_INT(1, warnings);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(failure_after_failure_never_becomes_a_success) {
  sparkchat_client *client = client_for(ws("error:code=10110"));
  sparkchat_request *request = question("Hello");
  for (int i = 0; i < 10; i++) {
    sparkchat_response *response = NULL;
    CHECK_STATUS(SPARKCHAT_ERR_OVERLOADED,
                 sparkchat_client_invoke(client, request, &response, NULL));
    CHECK_INT(SPARKCHAT_OUTCOME_FAILED, sparkchat_response_outcome(response));
    sparkchat_response_free(response);
  }
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(no_empty_pieces_and_a_function_call_only_once) {
  static const char *const scenarios[] = {"empty_last", "no_text", "reasoning",
                                          "function_call", "coalesce"};
  for (int i = 0; i < 5; i++) {
    sparkchat_stream *stream = opened(ws(scenarios[i]));
    const sparkchat_event *event = NULL;
    sparkchat_status status;
    int calls = 0;
    while ((status = sparkchat_stream_next(stream, -1, &event, NULL)) ==
           SPARKCHAT_OK) {
      size_t length = 0;
      const char *text = sparkchat_event_text(event, &length);
      CHECK(!text || length > 0);
      calls += sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TOOL_CALL;
    }
    CHECK_STATUS(SPARKCHAT_DONE, status);
    CHECK_INT(strcmp(scenarios[i], "function_call") == 0, calls);
    sparkchat_stream_free(stream);
  }
}

static void *cancel_soon(void *stream) {
  sleep_ms(50);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

CASE(deadline_and_cancel_reach_dial_and_read) {
  const char *const urls[] = {faulty("wss", "blackhole"), ws("upgrade_stall"),
                              wss("stall:at=request"), wss("stall:at=middle")};
  for (int i = 0; i < 4; i++) {
    sparkchat_config *config = config_for(urls[i]);
    sparkchat_client *client;
    sparkchat_stream *stream;
    pthread_t thread;
    sparkchat_config_set_total_timeout(config, 150, NULL);
    client = client_of(config);
    stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, NULL));
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
    stream = opened(urls[i]);
    CHECK(pthread_create(&thread, NULL, cancel_soon, stream) == 0);
    CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
    CHECK(pthread_join(thread, NULL) == 0);
    sparkchat_stream_free(stream);
  }
}

CASE(read_error_in_the_middle_is_an_error_and_prints_nothing) {
  sparkchat_stream *stream;
  sparkchat_status status;
  long bytes;
  capture_output();
  stream = opened(wss("drop:after=2,how=reset,content=abcdefgh"));
  status = finish(stream, NULL);
  bytes = captured_bytes();
  CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED, status);
  CHECK_INT(0, bytes);
  CHECK_TEXT("abc", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(refused_upgrade_keeps_status_and_body) {
  sparkchat_config *config = config_for(wss(NULL));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_api_secret(config, "wrong", NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_AUTH, finish(stream, &error));
  CHECK(sparkchat_error_http_status(error) == 401 ||
        sparkchat_error_http_status(error) == 403);
  CHECK_HAS("HMAC signature", sparkchat_error_http_body(error));
  CHECK_HAS("HMAC signature", sparkchat_error_message(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(error_frames_leak_no_connection) {
  sparkchat_client *client = client_for(wss("error:code=10012"));
  int descriptors = descriptor_count();
  for (int i = 0; i < 20; i++) {
    sparkchat_stream *stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_ERR_SERVICE, finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
  CHECK_INT(descriptors, descriptor_count());
  sparkchat_client_free(client);
}

static int stop(const sparkchat_event *event, void *user_data) {
  int is_text = sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
  *(int *)user_data += is_text;
  return is_text;
}

CASE(callback_that_says_stop_is_obeyed) {
  sparkchat_client *client = client_for(wss("count:n=100"));
  sparkchat_request *request = question("Hello");
  sparkchat_response *response = NULL;
  int texts = 0;
  CHECK_STATUS(
      SPARKCHAT_ERR_CALLBACK,
      sparkchat_client_stream(client, request, stop, &texts, &response, NULL));
  CHECK_INT(1, texts);
  CHECK_TEXT("0 ", sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}
