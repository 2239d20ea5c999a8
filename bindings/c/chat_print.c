#define _POSIX_C_SOURCE 200809L

#include "chat_print.h"

#include "chat_ending.h"
#include "chat_options.h"
#include "chat_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(const char *label, const char *text) {
  fputs(label, stderr);
  put_line(stderr, text, strlen(text));
  fputc('\n', stderr);
}

/* Dims reasoning on a terminal. */
static void show_thinking(int on) {
  static int is_on = 0;
  const char *plain = getenv("NO_COLOR");
  if (on != is_on && isatty(STDERR_FILENO) && !(plain && *plain)) {
    fputs(on ? "\033[2m" : "\033[0m", stderr);
  }
  if (is_on && !on) {
    fputc('\n', stderr);
  }
  is_on = on;
}

void print_event(const sparkchat_event *event) {
  size_t length = 0;
  const char *text = sparkchat_event_text(event, &length);
  switch (sparkchat_event_kind_of(event)) {
  case SPARKCHAT_EVENT_REASONING:
    show_thinking(1);
    put_text(stderr, text, length);
    fflush(stderr);
    break;
  case SPARKCHAT_EVENT_TEXT:
    show_thinking(0);
    put_text(stdout, text, length);
    fflush(stdout);
    break;
  default: /* the response keeps the rest */
    break;
  }
}

/* Reports an answer that did not end normally. */
static void print_ending(const sparkchat_response *response) {
  ending found;
  if (ending_of(response, limit_option(), "--max-tokens", &found)) {
    fputc(toupper((unsigned char)found.said[0]), stderr);
    put_line(stderr, found.said + 1, strlen(found.said) - 1);
    fprintf(stderr, "; %s.\n", found.advice);
  }
}

void print_rest(const sparkchat_response *response) {
  size_t calls = sparkchat_response_tool_call_count(response);
  size_t sources = sparkchat_response_citation_count(response);
  int64_t total = sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL);
  size_t length = 0;
  show_thinking(0);
  sparkchat_response_text(response, &length);
  if (length > 0) {
    putchar('\n');
    fflush(stdout);
  }
  if (sparkchat_response_outcome(response) == SPARKCHAT_OUTCOME_COMPLETE) {
    print_ending(response);
  }
  for (size_t i = 0; i < calls; i++) {
    note("tool: ", sparkchat_response_tool_call_name(response, i));
    note("  with: ", sparkchat_response_tool_call_arguments(response, i, NULL));
  }
  for (size_t i = 0; i < sources; i++) {
    fprintf(stderr, "[%d] ", sparkchat_response_citation_index(response, i));
    note("", sparkchat_response_citation_title(response, i));
    note("    ", sparkchat_response_citation_url(response, i));
  }
  if (sparkchat_response_warning_code(response)) {
    fprintf(stderr, "warning %d", sparkchat_response_warning_code(response));
    note(": ", sparkchat_response_warning_message(response));
  }
  if (total >= 0) {
    long long prompt =
        sparkchat_response_tokens(response, SPARKCHAT_TOKENS_PROMPT);
    fprintf(stderr, "(tokens: %lld sent, %lld in all)\n", prompt,
            (long long)total);
  }
}

void print_error(const sparkchat_error *error) {
  note("error: ", sparkchat_error_message(error));
  if (*sparkchat_error_hint(error)) {
    note("hint: ", sparkchat_error_hint(error));
  }
  if (sparkchat_error_sid(error)) {
    note("sid: ", sparkchat_error_sid(error));
  }
}
