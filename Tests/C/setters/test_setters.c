/* Setters: what they refuse, how the error is kept, and how it is cleared. */
#include "case.h"
#include "scene.h"

#include <stdint.h>
#include <string.h>

static sparkchat_config *complete_config(void) {
  return config_for(ws("echo"));
}

static void check_refused(sparkchat_config *config, const char *word) {
  sparkchat_client *client = (sparkchat_client *)config;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_client_new(config, &client, &error));
  CHECK(client == NULL);
  CHECK_HAS(word, sparkchat_error_message(error));
  sparkchat_error_free(error);
}

static void check_taken(sparkchat_config *config) {
  sparkchat_client *client = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  sparkchat_client_free(client);
}

CASE(failed_config_setter_is_remembered_and_cleared) {
  sparkchat_config *config = complete_config();
  check_taken(config);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_user_id(
                   config, "123456789012345678901234567890123", NULL));
  check_refused(config, "user id");
  check_refused(config, "user id");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_set_user_id(config, "me", NULL));
  check_taken(config);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_idle_timeout(config, -1, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_total_timeout(config, 5, NULL));
  check_refused(config, "idle");
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_idle_timeout(config, 0, NULL));
  check_taken(config);
  sparkchat_config_free(config);
}

CASE(failed_setter_leaves_the_old_value) {
  sparkchat_config *config = complete_config();
  sparkchat_client *client = NULL;
  sparkchat_config_set_url(config, "ws://example.com/v3.5/chat", NULL);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_config_set_url(config, "ftp://other.example/", NULL));
  sparkchat_config_set_url(config, "ws://example.com/v3.5/chat", NULL);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  CHECK_HAS("ws://example.com", sparkchat_client_url(client));
  CHECK_TEXT("generalv3.5", sparkchat_client_domain(client));
  sparkchat_client_free(client);
  sparkchat_config_free(config);
}

static void check_open(sparkchat_request *request, sparkchat_status expected,
                       const char *word) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected,
               sparkchat_client_open(client, request, &stream, &error));
  if (word) {
    CHECK(stream == NULL);
    CHECK_HAS(word, sparkchat_error_message(error));
  }
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(failed_request_setter_is_remembered_and_cleared) {
  sparkchat_request *request = question("Hello");
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_set_top_k(request, 7, NULL));
  check_open(request, SPARKCHAT_ERR_INVALID_ARGUMENT, "top_k");
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_set_top_k(request, 6, NULL));
  check_open(request, SPARKCHAT_OK, NULL);
  sparkchat_request_free(request);
}

CASE(failed_message_stays_a_failure) {
  sparkchat_request *request = question("Hello");
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER,
                                             "\xff", 1, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_add_message(
                                 request, SPARKCHAT_ROLE_USER, "x", 1, NULL));
  check_open(request, SPARKCHAT_ERR_INVALID_ARGUMENT, "UTF-8");
  sparkchat_request_free(request);
}

/* As copied from a file with its quotation marks. */
CASE(credentials_in_quotation_marks_are_refused) {
  sparkchat_config *config = complete_config();
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  CHECK_STATUS(refused, sparkchat_config_set_api_key(config, "\"a\"", NULL));
  CHECK_STATUS(refused, sparkchat_config_set_api_secret(config, "a\"b", NULL));
  CHECK_STATUS(refused, sparkchat_config_set_api_password(config, "\"", NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_api_secret(config, "!#$%&'()~", NULL));
  sparkchat_config_free(config);
}

CASE(invalid_utf8_is_refused_everywhere) {
  static const char *const texts[] = {"\xff", "\xc0\xaf", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80", "a\xe2\x82"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    sparkchat_config *config = complete_config();
    sparkchat_request *request = sparkchat_request_new();
    const char *bad = texts[i];
    const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
    CHECK_STATUS(refused, sparkchat_config_set_app_id(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_api_key(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_api_secret(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_model(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_url(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_domain(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_user_id(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_patch_id(config, bad, NULL));
    CHECK_STATUS(refused,
                 sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER,
                                               bad, strlen(bad), NULL));
    CHECK_STATUS(refused,
                 sparkchat_request_add_tool(request, bad, "d", "{}", NULL));
    CHECK_STATUS(refused,
                 sparkchat_request_add_tool(request, "f", bad, "{}", NULL));
    CHECK_STATUS(refused,
                 sparkchat_request_add_tool(request, "f", "d", bad, NULL));
    CHECK_STATUS(refused, sparkchat_request_set_chat_id(request, bad, NULL));
    CHECK_STATUS(refused, sparkchat_request_set_auditing(request, bad, NULL));
    CHECK_STATUS(refused, sparkchat_request_set_tool_choice(
                              request, SPARKCHAT_TOOL_CHOICE_NAMED, bad, NULL));
    CHECK_STATUS(refused, sparkchat_config_set_api_password(config, bad, NULL));
    CHECK_STATUS(refused, sparkchat_request_add_tool_call(request, bad, "f",
                                                          "{}", 2, NULL));
    CHECK_STATUS(refused, sparkchat_request_add_tool_call(request, "c", bad,
                                                          "{}", 2, NULL));
    CHECK_STATUS(refused,
                 sparkchat_request_add_tool_result(request, bad, "1", 1, NULL));
    CHECK_STATUS(refused, sparkchat_request_set_extra_json(request, bad,
                                                           strlen(bad), NULL));
    sparkchat_request_free(request);
    sparkchat_config_free(config);
  }
}

CASE(what_is_no_value_is_refused) {
  sparkchat_request *request = sparkchat_request_new();
  const sparkchat_status refused = SPARKCHAT_ERR_INVALID_ARGUMENT;
  CHECK_STATUS(refused, sparkchat_request_set_thinking(
                            request, (sparkchat_thinking)9, NULL));
  CHECK_STATUS(refused, sparkchat_request_set_web_search(
                            request, (sparkchat_search)9, 1, NULL));
  CHECK_STATUS(refused, sparkchat_request_set_tool_choice(
                            request, (sparkchat_tool_choice)9, "f", NULL));
  CHECK_STATUS(refused, sparkchat_request_set_tool_choice(
                            request, SPARKCHAT_TOOL_CHOICE_NAMED, NULL, NULL));
  CHECK_STATUS(refused, sparkchat_request_set_tool_choice(
                            request, SPARKCHAT_TOOL_CHOICE_NAMED, "", NULL));
  CHECK_STATUS(refused, sparkchat_request_set_response_format(
                            request, (sparkchat_response_format)9, NULL));
  CHECK_STATUS(refused, sparkchat_request_set_chat_id(request, "", NULL));
  CHECK_STATUS(refused, sparkchat_request_set_auditing(request, "lax", NULL));
  CHECK_STATUS(refused,
               sparkchat_request_set_extra_json(request, "[1]", 3, NULL));
  CHECK_STATUS(refused,
               sparkchat_request_set_extra_json(
                   request, "{\"a\":", SPARKCHAT_NUL_TERMINATED, NULL));
  CHECK_STATUS(refused, sparkchat_request_add_message(
                            request, (sparkchat_role)0, "x", 1, NULL));
  CHECK_STATUS(refused, sparkchat_request_add_message(
                            request, SPARKCHAT_ROLE_USER, "x", 0, NULL));
  sparkchat_request_free(request);
}

CASE(lengths_and_nul_bytes) {
  sparkchat_client *client = client_for(ws("echo:chunks=1"));
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_response *response = NULL;
  size_t length = 0;
  const char *text;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER,
                                             "a\0b\0c, not this", 5, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, &response, NULL));
  text = sparkchat_response_text(response, &length);
  CHECK_INT(5, length);
  CHECK(memcmp(text, "a\0b\0c", 6) == 0);
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(lengths_beyond_any_object_are_refused) {
  sparkchat_request *request = sparkchat_request_new();
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "x",
                                             (size_t)PTRDIFF_MAX + 1, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_set_extra_json(request, "{}",
                                                (size_t)PTRDIFF_MAX + 1, NULL));
  sparkchat_request_free(request);
}
