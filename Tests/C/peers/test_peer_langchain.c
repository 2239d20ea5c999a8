/* Defects of LangChain's clients, in Python and in JavaScript (docs/peers.md).
 * There are more in test_peer_wire.py, which checks requests, and in stream/,
 * which uses both transports. */
#include "case.h"
#include "host.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

/* A message may choose a scenario, so that one client can play several. */
static void check_answers(const sparkchat_client *client, const char *text) {
  char message[100];
  sparkchat_stream *stream;
  snprintf(message, sizeof message, "#scenario echo\n%s", text);
  stream = asked(client, message);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT(text, text_of(stream));
  sparkchat_stream_free(stream);
}

static void check_fails(const sparkchat_client *client, const char *scenario,
                        sparkchat_status status) {
  sparkchat_stream *stream = asked(client, scenario);
  CHECK_STATUS(status, finish(stream, NULL));
  sparkchat_stream_free(stream);
}

CASE(error_leaves_nothing_behind_for_the_next_calls) {
  sparkchat_client *client = client_for(wss(NULL));
  check_fails(client, "#scenario error:code=10012,after=2",
              SPARKCHAT_ERR_SERVICE);
  check_answers(client, "one");
  check_answers(client, "two");
  check_fails(client, "#scenario drop:how=reset", SPARKCHAT_ERR_TRUNCATED);
  check_fails(client, "#scenario bad_json", SPARKCHAT_ERR_PROTOCOL);
  check_answers(client, "three");
  sparkchat_client_free(client);
}

CASE(timed_out_call_leaves_nothing_behind) {
  sparkchat_config *config = config_for(wss(NULL));
  sparkchat_client *client;
  sparkchat_stream *late;
  sparkchat_config_set_total_timeout(config, 300, NULL);
  client = client_of(config);
  late = asked(client, "#scenario slow:delay_ms=3,content=LATE LATE LATE");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(late, NULL));
  check_answers(client, "next question");
  sleep_ms(100);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(late, NULL));
  check_answers(client, "another");
  sparkchat_stream_free(late);
  sparkchat_client_free(client);
}

CASE(abandoned_stream_leaves_nothing_behind) {
  sparkchat_client *client = client_for(wss(NULL));
  int descriptors = descriptor_count();
  sparkchat_stream *abandoned = asked(client, "#scenario count:n=5000");
  until(abandoned, SPARKCHAT_EVENT_TEXT);
  sparkchat_stream_free(abandoned);
  CHECK_INT(descriptors, descriptor_count());
  check_answers(client, "next question");
  sparkchat_client_free(client);
}

CASE(server_that_never_answers_holds_no_thread_and_no_descriptor) {
  static const char *const ports[] = {"blackhole", "tls_blackhole"};
  int descriptors = descriptor_count();
  for (int i = 0; i < 6; i++) {
    sparkchat_config *config = config_for(faulty("wss", ports[i % 2]));
    sparkchat_client *client;
    sparkchat_stream *stream;
    sparkchat_config_set_tls_timeout(config, 100, NULL);
    sparkchat_config_set_upgrade_timeout(config, 100, NULL);
    client = client_of(config);
    stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, NULL));
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
  }
  for (int i = 0; i < 500 && thread_count() > 1; i++) {
    sleep_ms(10);
  }
  CHECK_INT(1, thread_count());
  CHECK_INT(descriptors, descriptor_count());
}

CASE(url_and_domain_that_are_set_are_those_in_use) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client;
  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_set_url(config, "wss://spark-api.xf-yun.com/v4.0/chat",
                           NULL);
  sparkchat_config_set_domain(config, "4.0Ultra", NULL);
  client = client_of(config);
  CHECK_TEXT("wss://spark-api.xf-yun.com/v4.0/chat",
             sparkchat_client_url(client));
  CHECK_TEXT("4.0Ultra", sparkchat_client_domain(client));
  sparkchat_client_free(client);
}

CASE(what_a_model_does_not_take_is_refused_and_not_ignored) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_request *request = question("Hello");
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_set_top_p(request, 0.5, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_open(client, request, &stream, &error));
  CHECK_HAS("top_p", sparkchat_error_message(error));
  CHECK_HAS("x1", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(usage_comes_with_and_without_streaming) {
  sparkchat_client *client = client_for(ws("count:n=3"));
  sparkchat_request *request = question("Hello");
  sparkchat_response *response = NULL;
  sparkchat_stream *stream = asked(client, "Hello");
  const sparkchat_event *event = until(stream, SPARKCHAT_EVENT_USAGE);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, &response, NULL));
  CHECK_INT(sparkchat_event_tokens(event, SPARKCHAT_TOKENS_TOTAL),
            sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL));
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(answer_that_breaks_off_is_an_error_with_the_partial_text) {
  static const char *const scenarios[] = {
      "drop:after=2,content=abcdefgh", "close_early:after=2,content=abcdefgh"};
  for (int i = 0; i < 2; i++) {
    sparkchat_client *client = client_for(wss(scenarios[i]));
    sparkchat_request *request = question("Hello");
    sparkchat_response *response = NULL;
    CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED,
                 sparkchat_client_invoke(client, request, &response, NULL));
    CHECK_TEXT("abc", sparkchat_response_text(response, NULL));
    CHECK_INT(SPARKCHAT_OUTCOME_TRUNCATED,
              sparkchat_response_outcome(response));
    sparkchat_response_free(response);
    sparkchat_request_free(request);
    sparkchat_client_free(client);
  }
}

CASE(user_id_that_is_too_long_is_refused_before_it_is_sent) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_error *error = NULL;
  char id[65];
  memset(id, 'u', 64);
  id[64] = '\0';
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_user_id(config, id, &error));
  CHECK_HAS("32", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  id[32] = '\0';
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_set_user_id(config, id, NULL));
  sparkchat_config_free(config);
}

CASE(cancel_is_safe_at_every_moment) {
  for (int events = 0; events < 12; events++) {
    sparkchat_stream *stream = opened(wss("echo"));
    const sparkchat_event *event = NULL;
    sparkchat_status status = SPARKCHAT_OK;
    for (int i = 0; i < events && status == SPARKCHAT_OK; i++) {
      status = sparkchat_stream_next(stream, -1, &event, NULL);
    }
    sparkchat_stream_cancel(stream);
    CHECK_STATUS(status == SPARKCHAT_DONE ? SPARKCHAT_DONE
                                          : SPARKCHAT_ERR_CANCELLED,
                 finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
}

CASE(models_have_todays_domains) {
  static const char *const rows[][2] = {
      {"lite", "lite"}, {"4.0Ultra", "4.0Ultra"}, {"max", "generalv3.5"}};
  for (int i = 0; i < 3; i++) {
    sparkchat_config *config = sparkchat_config_new();
    sparkchat_client *client;
    sparkchat_config_set_model(config, rows[i][0], NULL);
    sparkchat_config_load_environment(config, NULL);
    client = client_of(config);
    CHECK_TEXT(rows[i][1], sparkchat_client_domain(client));
    sparkchat_client_free(client);
  }
}
