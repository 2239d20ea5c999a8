#include "chat_ending.h"

#include <stdio.h>

/* Whether an answer without a finish reason, as over WebSocket, has reached its
 * token limit. */
static int has_reached(const sparkchat_response *response, int limit) {
  return limit > 0 &&
         sparkchat_response_finish_reason(response) == SPARKCHAT_FINISH_NONE &&
         sparkchat_response_tokens(response, SPARKCHAT_TOKENS_COMPLETION) >=
             limit;
}

static int has_thought(const sparkchat_response *response) {
  size_t length = 0;
  sparkchat_response_reasoning(response, &length);
  return length > 0 ||
         sparkchat_response_tokens(response, SPARKCHAT_TOKENS_REASONING) > 0;
}

static int is_empty(const sparkchat_response *response) {
  size_t length = 0;
  sparkchat_response_text(response, &length);
  return length == 0 && sparkchat_response_tool_call_count(response) == 0;
}

static int say(ending *found, const char *said, const char *advice) {
  snprintf(found->said, ENDING_SIZE, "%s", said);
  snprintf(found->advice, ENDING_SIZE, "%s", advice);
  return 1;
}

static int at_the_limit(const sparkchat_response *response, const char *option,
                        ending *found) {
  int is_told =
      sparkchat_response_finish_reason(response) == SPARKCHAT_FINISH_LENGTH;
  const char *probably = is_told ? "" : "probably ";
  const char *what = "the answer was ", *how = "cut at the limit of tokens";
  if (is_empty(response) && has_thought(response)) {
    what = "there is no answer: the limit of tokens ";
    how = "went into reasoning";
  } else if (is_empty(response)) {
    what = "there is no answer: the limit of tokens was ";
    how = "reached before it";
  }
  snprintf(found->said, ENDING_SIZE, "%s%s%s", what, probably, how);
  snprintf(found->advice, ENDING_SIZE, "%s raises the limit", option);
  found->is_of_the_limit = 1;
  return 1;
}

int ending_of(const sparkchat_response *response, int limit, const char *option,
              ending *found) {
  const char *word = sparkchat_response_finish_reason_word(response);
  sparkchat_finish_reason reason = sparkchat_response_finish_reason(response);
  found->is_of_the_limit = 0;
  if (reason == SPARKCHAT_FINISH_LENGTH || has_reached(response, limit)) {
    return at_the_limit(response, option, found);
  }
  if (reason == SPARKCHAT_FINISH_CONTENT_FILTER) {
    return say(found, "the service's moderation stopped the answer",
               "ask in other words");
  }
  if (reason == SPARKCHAT_FINISH_OTHER && is_empty(response)) {
    say(found, "", "ask again");
    snprintf(found->said, ENDING_SIZE,
             "there is no answer: the service ended it with \"%.99s\"", word);
    return 1;
  }
  if (reason == SPARKCHAT_FINISH_OTHER) {
    say(found, "", "ask again if it is not");
    snprintf(found->said, ENDING_SIZE,
             "the service ended the answer with \"%.99s\", so it may not be "
             "whole",
             word);
    return 1;
  }
  return is_empty(response) &&
         say(found, "the answer is empty", "ask again, or in other words");
}
