/* Stop sequences: the answer ends before the first one. */
#include "case.h"
#include "scene.h"

#include <string.h>

static sparkchat_stream *stopped_at(const char *scenario, const char *text,
                                    const char *sequence) {
  sparkchat_client *client = client_for(ws(scenario));
  sparkchat_request *request = question(text);
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_request_add_stop_sequence(request, sequence, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_open(client, request, &stream, NULL));
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  return stream;
}

/* Returns the joined texts of the events; checks that each ends with a NUL. */
static const char *read_text(sparkchat_stream *stream) {
  static char text[256];
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  text[0] = 0;
  while ((status = sparkchat_stream_next(stream, -1, &event, NULL)) ==
         SPARKCHAT_OK) {
    if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
      size_t length = 0;
      const char *piece = sparkchat_event_text(event, &length);
      CHECK(length > 0 && strlen(piece) == length);
      strcat(text, piece);
    }
  }
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_STATUS(SPARKCHAT_DONE, sparkchat_stream_next(stream, -1, &event, NULL));
  return text;
}

CASE(the_answer_is_complete_in_front_of_it) {
  sparkchat_stream *stream =
      stopped_at("echo:chunks=9", "one two three", "two");
  const sparkchat_response *response;
  CHECK_TEXT("one ", read_text(stream));
  response = sparkchat_stream_response(stream);
  CHECK_TEXT("one ", text_of(stream));
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  CHECK_INT(SPARKCHAT_FINISH_STOP, sparkchat_response_finish_reason(response));
  CHECK_TEXT("two", sparkchat_response_stop_sequence(response));
  sparkchat_stream_free(stream);
}

CASE(what_only_looks_like_one_comes_through) {
  sparkchat_stream *stream = stopped_at("echo:chunks=9", "one tw", "two");
  CHECK_TEXT("one tw", read_text(stream));
  CHECK(!sparkchat_response_stop_sequence(sparkchat_stream_response(stream)));
  sparkchat_stream_free(stream);
}

CASE(the_next_question_is_not_stopped) {
  sparkchat_stream *stream = stopped_at("echo", "one two", "two");
  sparkchat_request *request = question("two three");
  CHECK_TEXT("one ", read_text(stream));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  CHECK_TEXT("two three", read_text(stream));
  CHECK(!sparkchat_response_stop_sequence(sparkchat_stream_response(stream)));
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
}

CASE(bad_ones_are_refused) {
  sparkchat_request *request = question("Hello");
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_add_stop_sequence(request, "", NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_add_stop_sequence(request, NULL, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_request_add_stop_sequence(request, "\xff", NULL));
  CHECK(!sparkchat_response_stop_sequence(NULL));
  sparkchat_request_free(request);
}
