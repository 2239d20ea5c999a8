/* The memory and time that answers of all kinds take; run by the section
 * `floods` of make prove, whose server sends a small answer for "some", and ten
 * times as much for "more".
 *
 * Prints a line for each operation: its name, how it ended, microseconds of
 * CPU, the greatest growth of the memory in KiB, bytes of text and reasoning,
 * calls, citations, bytes received, and a remark. */
#define _GNU_SOURCE

#include "case.h"
#include "scene.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long long cpu_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long status_kib(const char *name) {
  char line[256];
  long value = -1;
  FILE *file = fopen("/proc/self/status", "r");
  CHECK(file != NULL);
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, name, strlen(name)) == 0) {
      value = strtol(line + strlen(name), NULL, 10);
    }
  }
  fclose(file);
  CHECK(value > 0);
  return value;
}

static void forget_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  CHECK(file != NULL);
  fputs("5", file);
  fclose(file);
}

static long long began;
static long before;

static void begin(void) {
  malloc_trim(0);
  forget_peak();
  before = status_kib("VmRSS:");
  began = cpu_us();
}

static void end(const char *what, sparkchat_status status,
                const sparkchat_response *response, sparkchat_error *error) {
  long long took = cpu_us() - began;
  size_t text = 0, reasoning = 0;
  sparkchat_response_text(response, &text);
  sparkchat_response_reasoning(response, &reasoning);
  printf("%s\t%s\t%lld\t%ld\t%zu\t%zu\t%zu\t%zu\t%llu\t%s\n", what,
         sparkchat_status_name(status), took, status_kib("VmHWM:") - before,
         text, reasoning, sparkchat_response_tool_call_count(response),
         sparkchat_response_citation_count(response),
         (unsigned long long)sparkchat_response_bytes_received(response),
         error ? sparkchat_error_message(error) : "");
  fflush(stdout);
  sparkchat_error_free(error);
}

/* Requests an answer, and prints its line. */
static sparkchat_stream *answered(const sparkchat_client *client,
                                  const char *text) {
  sparkchat_error *error = NULL;
  sparkchat_stream *stream;
  sparkchat_status status;
  begin();
  stream = asked(client, text);
  status = finish(stream, &error);
  end(text, status, sparkchat_stream_response(stream), error);
  return stream;
}

/* Twice, because other programs on the machine cost time as well. */
CASE(answers) {
  sparkchat_client *client = client_for(required("SPARK_URL"));
  const char *order[] = {"some", "some", "more", "some", "more"};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    sparkchat_stream_free(answered(client, order[i]));
  }
  sparkchat_client_free(client);
}

static int look(const char *name, const char *arguments, size_t length,
                sparkchat_tool_result *result, void *user_data) {
  (void)name, (void)arguments, (void)length, (void)user_data;
  return sparkchat_tool_result_set(result, "nothing", SPARKCHAT_NUL_TERMINATED,
                                   NULL);
}

static sparkchat_conversation *talk_with(const sparkchat_client *client) {
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, NULL, &talk, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_set_context_tokens(talk, 0, NULL));
  return talk;
}

static void ask_in_talk(const sparkchat_client *client, const char *text,
                        const char *what) {
  sparkchat_conversation *talk = talk_with(client);
  sparkchat_error *error = NULL;
  sparkchat_response *response = NULL;
  sparkchat_status status;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_add_tool(talk, "look", "Looks", "{}",
                                               look, NULL, NULL, NULL));
  begin();
  status = sparkchat_conversation_ask(talk, text, SPARKCHAT_NUL_TERMINATED,
                                      NULL, NULL, &response, &error);
  end(what, status, response, error);
  sparkchat_response_free(response);
  sparkchat_conversation_free(talk);
}

/* The host runs the tools, which end in any order, and adds their results. */
static void add_results(const sparkchat_client *client,
                        const sparkchat_response *calls, const char *what) {
  sparkchat_conversation *talk = talk_with(client);
  sparkchat_error *error = NULL;
  char *saved = NULL;
  size_t length = 0, count = sparkchat_response_tool_call_count(calls);
  sparkchat_status status;
  begin();
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_message(
                                 talk, SPARKCHAT_ROLE_USER, "Look", 4, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_add_response(talk, calls, NULL));
  for (size_t i = 0; i < count; i++) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_conversation_add_tool_result(
                     talk,
                     sparkchat_response_tool_call_id(calls, count - 1 - i),
                     "nothing", 7, NULL));
  }
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_save(talk, &saved, &length, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_restore(talk, saved, length, NULL));
  sparkchat_string_free(saved);
  status = sparkchat_conversation_ask(talk, NULL, 0, NULL, NULL, NULL, &error);
  end(what, status, NULL, error);
  sparkchat_conversation_free(talk);
}

static void request_results(const sparkchat_client *client,
                            const sparkchat_response *calls, const char *what) {
  sparkchat_request *request = question("Look");
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  size_t count = sparkchat_response_tool_call_count(calls);
  sparkchat_status status;
  begin();
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_request_add_response(request, calls, NULL));
  for (size_t i = 0; i < count; i++) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_request_add_tool_result(
                     request,
                     sparkchat_response_tool_call_id(calls, count - 1 - i),
                     "nothing", 7, NULL));
  }
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_open(client, request, &stream, &error));
  status = finish(stream, &error);
  end(what, status, sparkchat_stream_response(stream), error);
  sparkchat_stream_free(stream);
  sparkchat_request_free(request);
}

/* An answer full of calls passes through all code for histories. */
CASE(talks) {
  sparkchat_client *client = client_for(required("SPARK_URL"));
  const char *order[] = {"some", "more", "some", "more"};
  char what[64];
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    sparkchat_stream *stream = answered(client, order[i]);
    const sparkchat_response *calls = sparkchat_stream_response(stream);
    snprintf(what, sizeof what, "%s, conversation", order[i]);
    ask_in_talk(client, order[i], what);
    snprintf(what, sizeof what, "%s, results of the host", order[i]);
    add_results(client, calls, what);
    snprintf(what, sizeof what, "%s, results in a request", order[i]);
    request_results(client, calls, what);
    sparkchat_stream_free(stream);
  }
  sparkchat_client_free(client);
}
