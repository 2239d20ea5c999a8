/* Helpers for cases about turns in steps. Include case.h, scene.h and talk.h
 * before it. */
#ifndef TURNS_H
#define TURNS_H

static const char *const schema =
    "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": "
    "\"string\"}}, \"required\": []}";

/* Returns a conversation with a tool that the host implements. */
static inline sparkchat_conversation *
talk_with_tool(const char *url, sparkchat_tool_choice choice) {
  sparkchat_client *client = client_for(url);
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_conversation *talk = NULL;
  sparkchat_request_add_tool(options, "get_weather", "Tells the weather.",
                             schema, NULL);
  sparkchat_request_set_tool_choice(options, choice, "get_weather", NULL);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, options, &talk, NULL));
  sparkchat_request_free(options);
  sparkchat_client_free(client);
  return talk;
}

static inline sparkchat_stream *begin(sparkchat_conversation *talk,
                                      const char *text) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_begin(
                   talk, text, SPARKCHAT_NUL_TERMINATED, NULL, &stream, NULL));
  CHECK(stream);
  return stream;
}

/* Drives a stream to its end, and frees it. */
static inline void complete(sparkchat_stream *stream) {
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
}

/* Takes a step that opens no stream. */
static inline sparkchat_status step(sparkchat_conversation *talk) {
  sparkchat_stream *stream = (sparkchat_stream *)talk;
  sparkchat_status status = sparkchat_conversation_step(talk, &stream, NULL);
  CHECK(!stream);
  return status;
}

/* Takes a step that opens a stream, and returns it. */
static inline sparkchat_stream *step_on(sparkchat_conversation *talk) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_step(talk, &stream, NULL));
  CHECK(stream);
  return stream;
}

/* Checks that a step is refused, and that the hint says what to do. */
static inline void check_step_refused(sparkchat_conversation *talk,
                                      const char *word) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_conversation_step(talk, &stream, &error));
  CHECK(!stream);
  CHECK_HAS(word, sparkchat_error_hint(error));
  sparkchat_error_free(error);
}

/* Begins a turn and runs it to the first call of the tool. */
static inline void begin_to_call(sparkchat_conversation *talk) {
  complete(begin(talk, "How is it in Hefei?"));
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
}

/* Adds the result of a call of the last message with calls. */
static inline void give(sparkchat_conversation *talk, size_t call,
                        const char *text) {
  size_t at = sparkchat_conversation_count(talk);
  while (at > 0 && sparkchat_conversation_tool_call_count(talk, at - 1) == 0) {
    at--;
  }
  CHECK(at > 0);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_add_tool_result(
                   talk,
                   sparkchat_conversation_tool_call_id(talk, at - 1, call),
                   text, SPARKCHAT_NUL_TERMINATED, NULL));
}

#endif
