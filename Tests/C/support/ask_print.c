#define _POSIX_C_SOURCE 200809L

#include "ask_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_text(FILE *to, const char *text, size_t length) {
  putc('"', to);
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      fprintf(to, "\\u%04x", byte);
    } else {
      putc(byte, to);
    }
  }
  putc('"', to);
}

static void print_member(const char *name, const char *text, size_t length) {
  printf("\"%s\": ", name);
  if (text) {
    write_text(stdout, text, length);
  } else {
    fputs("null", stdout);
  }
  fputs(", ", stdout);
}

static void print_string(const char *name, const char *text) {
  print_member(name, text, text ? strlen(text) : 0);
}

void print_number(const char *name, long long number) {
  printf("\"%s\": %lld, ", name, number);
}

static void print_event_tokens(const sparkchat_event *event) {
  print_number("prompt",
               sparkchat_event_tokens(event, SPARKCHAT_TOKENS_PROMPT));
  print_number("completion",
               sparkchat_event_tokens(event, SPARKCHAT_TOKENS_COMPLETION));
  print_number("total", sparkchat_event_tokens(event, SPARKCHAT_TOKENS_TOTAL));
}

void print_event(const sparkchat_event *event, int first) {
  sparkchat_event_kind kind = sparkchat_event_kind_of(event);
  size_t length = 0;
  const char *text = sparkchat_event_text(event, &length);
  fputs(first ? "{" : ", {", stdout);
  if (text) {
    print_member("text", text, length);
  }
  if (kind == SPARKCHAT_EVENT_TOOL_CALL) {
    text = sparkchat_event_tool_call_arguments(event, &length);
    print_member("arguments", text, length);
    print_string("id", sparkchat_event_tool_call_id(event));
    print_string("name", sparkchat_event_tool_call_name(event));
    print_number("valid", sparkchat_event_tool_call_arguments_valid(event));
  } else if (kind == SPARKCHAT_EVENT_CITATION) {
    print_number("index", sparkchat_event_citation_index(event));
    print_string("title", sparkchat_event_citation_title(event));
    print_string("url", sparkchat_event_citation_url(event));
  } else if (kind == SPARKCHAT_EVENT_USAGE) {
    print_event_tokens(event);
  } else if (kind == SPARKCHAT_EVENT_WARNING) {
    print_number("code", sparkchat_event_warning_code(event));
  }
  printf("\"kind\": \"%s\"}", sparkchat_event_kind_name(kind));
}

static void print_calls(const sparkchat_response *response) {
  fputs("\"calls\": [", stdout);
  for (size_t i = 0; i < sparkchat_response_tool_call_count(response); i++) {
    size_t length = 0;
    const char *text =
        sparkchat_response_tool_call_arguments(response, i, &length);
    fputs(i ? ", {" : "{", stdout);
    print_member("arguments", text, length);
    print_string("id", sparkchat_response_tool_call_id(response, i));
    print_string("name", sparkchat_response_tool_call_name(response, i));
    printf("\"valid\": %d}",
           sparkchat_response_tool_call_arguments_valid(response, i));
  }
  fputs("], ", stdout);
}

static void print_citations(const sparkchat_response *response) {
  fputs("\"citations\": [", stdout);
  for (size_t i = 0; i < sparkchat_response_citation_count(response); i++) {
    fputs(i ? ", {" : "{", stdout);
    print_string("title", sparkchat_response_citation_title(response, i));
    print_string("url", sparkchat_response_citation_url(response, i));
    printf("\"index\": %d}", sparkchat_response_citation_index(response, i));
  }
  fputs("], ", stdout);
}

static const struct {
  const char *name;
  sparkchat_timing which;
} timings[] = {{"t_queue", SPARKCHAT_TIMING_QUEUE},
               {"t_resolve", SPARKCHAT_TIMING_RESOLVE},
               {"t_connect", SPARKCHAT_TIMING_CONNECT},
               {"t_tls", SPARKCHAT_TIMING_TLS},
               {"t_upgrade", SPARKCHAT_TIMING_UPGRADE},
               {"t_first_reasoning", SPARKCHAT_TIMING_FIRST_REASONING},
               {"t_first_text", SPARKCHAT_TIMING_FIRST_TEXT},
               {"t_last", SPARKCHAT_TIMING_LAST},
               {"t_total", SPARKCHAT_TIMING_TOTAL}};

void print_response(const sparkchat_response *response) {
  size_t length = 0;
  const char *text = sparkchat_response_text(response, &length);
  print_member("text", text ? text : "", length);
  text = sparkchat_response_reasoning(response, &length);
  print_member("reasoning", text, length);
  print_string("outcome",
               sparkchat_outcome_name(sparkchat_response_outcome(response)));
  print_string("finish", sparkchat_finish_reason_name(
                             sparkchat_response_finish_reason(response)));
  print_string("finish_word", sparkchat_response_finish_reason_word(response));
  print_string("sid", sparkchat_response_sid(response));
  print_number("prompt_tokens",
               sparkchat_response_tokens(response, SPARKCHAT_TOKENS_PROMPT));
  print_number("completion_tokens", sparkchat_response_tokens(
                                        response, SPARKCHAT_TOKENS_COMPLETION));
  print_number("total_tokens",
               sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL));
  print_number("cached_tokens",
               sparkchat_response_tokens(response, SPARKCHAT_TOKENS_CACHED));
  print_number("reasoning_tokens",
               sparkchat_response_tokens(response, SPARKCHAT_TOKENS_REASONING));
  print_calls(response);
  print_citations(response);
  print_number("warning_code", sparkchat_response_warning_code(response));
  print_string("warning_message", sparkchat_response_warning_message(response));
  print_number("attempts", sparkchat_response_attempts(response));
  print_number("connection", sparkchat_response_connection(response));
  for (size_t i = 0; i < sizeof timings / sizeof *timings; i++) {
    print_number(timings[i].name,
                 sparkchat_response_timing_us(response, timings[i].which));
  }
  print_number("received",
               (long long)sparkchat_response_bytes_received(response));
  print_number("sent", (long long)sparkchat_response_bytes_sent(response));
}

void print_error(const sparkchat_error *error) {
  int64_t skew = 0;
  print_string("message", sparkchat_error_message(error));
  print_string("hint", sparkchat_error_hint(error));
  print_string("body", sparkchat_error_http_body(error));
  print_string("phase", sparkchat_phase_name(sparkchat_error_phase(error)));
  print_string("error_sid", sparkchat_error_sid(error));
  print_number("code", sparkchat_error_service_code(error));
  print_number("http_status", sparkchat_error_http_status(error));
  print_number("retryable", sparkchat_error_retryable(error));
  print_number("retry_after_ms", sparkchat_error_retry_after_ms(error));
  print_number("knows_skew", sparkchat_error_clock_skew(error, &skew));
  print_number("skew", skew);
}

static FILE *log_file;
static char *log_text;
static size_t log_size;

void take_log(sparkchat_log_level level, const char *message,
              const char *fields, void *user_data) {
  (void)user_data;
  if (!log_file) {
    log_file = open_memstream(&log_text, &log_size);
  }
  fflush(log_file);
  fprintf(log_file, log_size ? ", [%d, " : "[%d, ", (int)level);
  write_text(log_file, message, strlen(message));
  fprintf(log_file, ", %s]", fields);
}

void print_log(void) {
  if (log_file) {
    fclose(log_file);
  }
  printf("\"log\": [%s], ", log_file ? log_text : "");
  free(log_text);
  log_file = NULL;
  log_text = NULL;
}
