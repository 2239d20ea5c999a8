/* The events of an answer, over ws and wss, with the right accessor for
 * each. */
#include "case.h"
#include "scene.h"

#include <string.h>

/* Checks that accessors of other kinds return nothing for an event. */
static void check_foreign_accessors(const sparkchat_event *event) {
  sparkchat_event_kind kind = sparkchat_event_kind_of(event);
  int has_text = kind == SPARKCHAT_EVENT_TEXT ||
                 kind == SPARKCHAT_EVENT_REASONING ||
                 kind == SPARKCHAT_EVENT_WARNING;
  size_t length = 99;
  CHECK(!sparkchat_event_text(event, &length) == !has_text);
  CHECK(has_text || length == 0);
  if (kind != SPARKCHAT_EVENT_TOOL_CALL) {
    length = 99;
    CHECK(!sparkchat_event_tool_call_name(event));
    CHECK(!sparkchat_event_tool_call_arguments(event, &length));
    CHECK(length == 0);
  }
  if (kind != SPARKCHAT_EVENT_CITATION) {
    CHECK_INT(-1, sparkchat_event_citation_index(event));
    CHECK(!sparkchat_event_citation_title(event));
    CHECK(!sparkchat_event_citation_url(event));
  }
  for (int which = -1; which < 6; which++) {
    int is_count = kind == SPARKCHAT_EVENT_USAGE && which >= 1 && which <= 4;
    int64_t count = sparkchat_event_tokens(event, (sparkchat_tokens)which);
    CHECK(is_count ? count >= 0 : count == -1);
  }
  CHECK((sparkchat_event_warning_code(event) != 0) ==
        (kind == SPARKCHAT_EVENT_WARNING));
}

typedef struct transcript {
  char kinds[256]; /* one letter per event; runs of one kind count once */
  char text[8192], reasoning[4096];
} transcript;

static const transcript *read_answer(sparkchat_stream *stream) {
  static const char letters[] = "-ktrfcuw";
  static transcript seen;
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  size_t count = 0;
  memset(&seen, 0, sizeof seen);
  while ((status = sparkchat_stream_next(stream, -1, &event, NULL)) ==
         SPARKCHAT_OK) {
    sparkchat_event_kind kind = sparkchat_event_kind_of(event);
    char letter = letters[kind];
    check_foreign_accessors(event);
    if (count == 0 || seen.kinds[count - 1] != letter) {
      seen.kinds[count++] = letter;
    }
    if (kind == SPARKCHAT_EVENT_TEXT) {
      size_t length = 0;
      const char *text = sparkchat_event_text(event, &length);
      CHECK(length > 0 && strlen(text) == length);
      strcat(seen.text, text);
    } else if (kind == SPARKCHAT_EVENT_REASONING) {
      strcat(seen.reasoning, sparkchat_event_text(event, NULL));
    }
  }
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(event == NULL);
  CHECK_TEXT(seen.text, text_of(stream));
  CHECK_TEXT(seen.reasoning, sparkchat_response_reasoning(
                                 sparkchat_stream_response(stream), NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  return &seen;
}

CASE(text_over_ws) {
  sparkchat_stream *stream = opened(ws("text:content=caf\303\251"));
  const transcript *seen = read_answer(stream);
  CHECK_TEXT("ktu", seen->kinds);
  CHECK_TEXT("caf\303\251", seen->text);
  sparkchat_stream_free(stream);
}

CASE(text_over_wss) {
  sparkchat_stream *stream = opened(wss("echo:chunks=5"));
  const transcript *seen = read_answer(stream);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  CHECK_TEXT("ktu", seen->kinds);
  CHECK_TEXT("Hello", seen->text);
  CHECK(sparkchat_response_sid(response) != NULL);
  CHECK_INT(
      sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL),
      sparkchat_response_tokens(response, SPARKCHAT_TOKENS_PROMPT) +
          sparkchat_response_tokens(response, SPARKCHAT_TOKENS_COMPLETION));
  sparkchat_stream_free(stream);
}

CASE(reasoning) {
  sparkchat_stream *stream =
      opened(wss("reasoning:thoughts=first,content=answer"));
  const transcript *seen = read_answer(stream);
  CHECK_TEXT("krtu", seen->kinds);
  CHECK_TEXT("first", seen->reasoning);
  CHECK_TEXT("answer", seen->text);
  sparkchat_stream_free(stream);
}

CASE(function_call) {
  sparkchat_stream *stream = opened_with(
      ws(NULL),
      "#scenario function_call:name=get_time,arguments={\"city\":\"Hefei\"}");
  const sparkchat_event *event = until(stream, SPARKCHAT_EVENT_TOOL_CALL);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  size_t length = 0;
  check_foreign_accessors(event);
  CHECK_TEXT("get_time", sparkchat_event_tool_call_name(event));
  CHECK_TEXT("{\"city\":\"Hefei\"}",
             sparkchat_event_tool_call_arguments(event, &length));
  CHECK_INT(16, length);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_INT(1, sparkchat_response_tool_call_count(response));
  CHECK_TEXT("get_time", sparkchat_response_tool_call_name(response, 0));
  CHECK_TEXT("{\"city\":\"Hefei\"}",
             sparkchat_response_tool_call_arguments(response, 0, &length));
  CHECK_INT(16, length);
  CHECK_TEXT("", text_of(stream));
  CHECK(!sparkchat_response_tool_call_name(response, 1));
  CHECK(!sparkchat_response_tool_call_name(response, (size_t)-1));
  CHECK(!sparkchat_response_tool_call_arguments(response, 1, &length));
  CHECK_INT(0, length);
  sparkchat_stream_free(stream);
}

CASE(citations) {
  sparkchat_stream *stream = opened(wss("citations:content=found"));
  const sparkchat_event *event = until(stream, SPARKCHAT_EVENT_CITATION);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  check_foreign_accessors(event);
  CHECK_INT(1, sparkchat_event_citation_index(event));
  CHECK_TEXT("https://example.com/pages/1",
             sparkchat_event_citation_url(event));
  CHECK_HAS("Example page 1", sparkchat_event_citation_title(event));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("found", text_of(stream));
  CHECK_INT(2, sparkchat_response_citation_count(response));
  CHECK_INT(2, sparkchat_response_citation_index(response, 1));
  CHECK_HAS("Example page 2", sparkchat_response_citation_title(response, 1));
  CHECK_TEXT("https://example.com/pages/2",
             sparkchat_response_citation_url(response, 1));
  CHECK_INT(-1, sparkchat_response_citation_index(response, 2));
  CHECK(!sparkchat_response_citation_title(response, 2));
  CHECK(!sparkchat_response_citation_url(response, (size_t)-1));
  sparkchat_stream_free(stream);
}

CASE(usage_is_the_services_own) {
  sparkchat_stream *stream = opened(ws("count:n=7"));
  const sparkchat_event *event = until(stream, SPARKCHAT_EVENT_USAGE);
  int64_t prompt = sparkchat_event_tokens(event, SPARKCHAT_TOKENS_PROMPT);
  check_foreign_accessors(event);
  CHECK_INT(7, sparkchat_event_tokens(event, SPARKCHAT_TOKENS_COMPLETION));
  CHECK_INT(prompt + 7, sparkchat_event_tokens(event, SPARKCHAT_TOKENS_TOTAL));
  CHECK_INT(-1, sparkchat_event_tokens(event, (sparkchat_tokens)0));
  CHECK_INT(-1, sparkchat_event_tokens(event, (sparkchat_tokens)5));
  sparkchat_stream_free(stream);
}

CASE(usage_that_the_service_left_out_is_unknown) {
  sparkchat_stream *stream = opened(ws("no_usage"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_INT(-1, sparkchat_response_tokens(sparkchat_stream_response(stream),
                                          SPARKCHAT_TOKENS_TOTAL));
  sparkchat_stream_free(stream);
}

CASE(warning_after_the_answer_leaves_it_complete) {
  sparkchat_stream *stream = opened(ws("late_error:delay_ms=20"));
  const transcript *seen = read_answer(stream);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  CHECK_TEXT("ktuw", seen->kinds);
  CHECK_INT(10019, sparkchat_response_warning_code(response));
  CHECK(sparkchat_response_warning_message(response) != NULL);
  sparkchat_stream_free(stream);
}

CASE(text_with_a_nul_byte_keeps_it) {
  sparkchat_stream *stream = opened(ws("nul"));
  const sparkchat_response *response = sparkchat_stream_response(stream);
  const char *text;
  size_t length = 0;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  text = sparkchat_response_text(response, &length);
  CHECK(strlen(text) < length);
  CHECK(text[length] == '\0');
  CHECK(memchr(text, '\0', length) != NULL);
  sparkchat_stream_free(stream);
}

CASE(a_character_split_over_two_messages_comes_whole) {
  sparkchat_stream *stream = opened(ws("split_surrogate"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_HAS("half \360\237\230\200 whole", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(callback_and_invoke_see_what_pulling_sees) {
  sparkchat_client *client = client_for(wss("count:n=50"));
  sparkchat_request *request = question("Hello");
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, &response, &error));
  CHECK(error == NULL);
  CHECK_TEXT(text_of(stream), sparkchat_response_text(response, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, sparkchat_response_outcome(response));
  sparkchat_response_free(response);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, NULL, NULL));
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_stream_free(stream);
}
