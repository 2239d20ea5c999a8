/* Answers that do not end correctly, and the part that is kept. Lost
 * connections, and the service's codes, are in test_scenarios_failures.py. */
#include "case.h"
#include "scene.h"

#include <string.h>

typedef struct ending {
  sparkchat_status status;
  sparkchat_outcome outcome;
  const char *text; /* NULL: any */
} ending;

static void check_ending(const char *url, ending expected) {
  sparkchat_stream *stream = opened(url);
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected.status, finish(stream, &error));
  CHECK_INT(expected.outcome, outcome_of(stream));
  if (expected.text) {
    CHECK_TEXT(expected.text, text_of(stream));
  }
  CHECK(*sparkchat_error_message(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
}

static void check_truncated(const char *url, const char *text) {
  ending expected = {SPARKCHAT_ERR_TRUNCATED, SPARKCHAT_OUTCOME_TRUNCATED,
                     text};
  check_ending(url, expected);
}

CASE(server_says_goodbye_too_early) {
  check_truncated(ws("close_early:after=2,content=abcdefgh"), "abc");
  check_truncated(wss("close_early:after=2,code=1011,content=abcdefgh"), "abc");
  check_truncated(ws("close_early:after=2,code=none,content=abcdefgh"), "abc");
}

CASE(close_code_is_in_the_message) {
  sparkchat_stream *stream = opened(ws("close_early:after=1,code=1011"));
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED, finish(stream, &error));
  CHECK_HAS("1011", sparkchat_error_message(error));
  CHECK_INT(1, sparkchat_error_retryable(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
}

CASE(protocol_violations) {
  static const char *const scenarios[] = {
      "masked",     "rsv",
      "bad_opcode", "long_control",
      "bad_utf8",   "fragmented_control",
      "bad_json",   "lone_continuation",
      "binary",     "unfinished_message",
      "bad_close",  "bad_close:kind=code",
  };
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    ending expected = {SPARKCHAT_ERR_PROTOCOL, SPARKCHAT_OUTCOME_FAILED, NULL};
    check_ending(ws(scenarios[i]), expected);
  }
}

CASE(upgrade_answers_that_are_none) {
  static const char *const scenarios[] = {
      "bad_accept", "no_accept",       "no_upgrade",
      "extension",  "garbage_upgrade", "subprotocol",
  };
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    sparkchat_stream *stream = opened(ws(scenarios[i]));
    sparkchat_status status = finish(stream, NULL);
    CHECK(status == SPARKCHAT_ERR_PROTOCOL ||
          status == SPARKCHAT_ERR_HANDSHAKE);
    CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
    sparkchat_stream_free(stream);
  }
}

CASE(messages_and_answers_beyond_the_limits) {
  sparkchat_config *config = config_for(ws("big_frame:bytes=5000"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_max_message_size(config, 4096, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TOO_LARGE, finish(stream, NULL));
  CHECK(*text_of(stream)); /* the text received before is kept */
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);

  config = config_for(ws("count:n=1000,size=10"));
  sparkchat_config_set_max_answer_size(config, 2000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TOO_LARGE, finish(stream, NULL));
  CHECK_INT(2000, strlen(text_of(stream)));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(messages_are_kept_as_they_came_where_that_is_asked_for) {
  for (int enabled = 0; enabled < 2; enabled++) {
    sparkchat_config *config = config_for(ws("drop:after=2,content=abcdefgh"));
    sparkchat_client *client;
    sparkchat_stream *stream;
    const char *raw;
    size_t length = 1, messages = 0;
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_config_set_keep_raw(config, enabled, NULL));
    client = client_of(config);
    stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_ERR_TRUNCATED, finish(stream, NULL));
    raw = sparkchat_response_raw(sparkchat_stream_response(stream), &length);
    CHECK_INT(strlen(raw), length);
    for (const char *at = raw; (at = strchr(at, 0x1E)) != NULL; at++) {
      CHECK(at[1] == '{');
      CHECK(at == raw || at[-1] == '\n');
      messages++;
    }
    CHECK_INT(enabled ? 2 : 0, messages);
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
  }
}

CASE(frame_of_a_terabyte_is_refused_at_once) {
  ending expected = {SPARKCHAT_ERR_TOO_LARGE, SPARKCHAT_OUTCOME_FAILED, NULL};
  check_ending(ws("oversize"), expected);
}

CASE(oddities_that_are_no_failures) {
  static const char *const scenarios[] = {
      "single",       "empty_last",     "both",
      "multi_text",   "no_text",        "no_role",
      "null_content", "no_payload",     "status_header_only",
      "jump",         "seq_gap",        "status_choices_only",
      "reordered",    "unknown_fields", "string_numbers",
      "fragments",    "pings",          "ping_flood",
      "coalesce",     "late_frame",     "unsolicited_pong",
      "early_data",   "slow_upgrade",   "lone_surrogate",
  };
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    sparkchat_stream *stream = opened(wss(scenarios[i]));
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    CHECK(*text_of(stream));
    sparkchat_stream_free(stream);
  }
}

/* Whether it is accepted or refused, the text received before is kept. */
CASE(json_beyond_what_can_be_held) {
  static const char *const scenarios[] = {"deep_json", "huge_number",
                                          "huge_number:kind=real",
                                          "huge_number:kind=usage"};
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    sparkchat_stream *stream = opened(wss(scenarios[i]));
    sparkchat_status status = finish(stream, NULL);
    CHECK(status == SPARKCHAT_DONE || status == SPARKCHAT_ERR_PROTOCOL);
    CHECK(*text_of(stream));
    sparkchat_stream_free(stream);
  }
}
