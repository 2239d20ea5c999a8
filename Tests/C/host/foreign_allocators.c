/* A host with its own allocators in jansson and in OpenSSL: the C library
 * cannot free their memory, nor they the C library's. Run by
 * test_foreign_allocators.py, whose server calls functions with an object as
 * their arguments. */
#define _GNU_SOURCE

#include "case.h"
#include "scene.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Precedes each block. The C library keeps a block's size and some bits there:
 * with these values, its free() ends the program. */
typedef union header {
  struct {
    size_t size, magic;
  } of;
  long double alignment;
} header;

static const size_t magic = 0x5eed5ee2;
static long handed_out;

static void *foreign_malloc(size_t size) {
  header *block = (header *)malloc(sizeof(header) + size);
  if (!block) {
    return NULL;
  }
  block->of.magic = magic;
  block->of.size = size;
  __atomic_add_fetch(&handed_out, 1, __ATOMIC_RELAXED);
  return block + 1;
}

static void foreign_free(void *memory) {
  header *block = (header *)memory - 1;
  if (!memory) {
    return;
  }
  if (block->of.magic != magic) {
    fprintf(stderr, "freed by a library that did not allocate it\n");
    abort();
  }
  /* Makes a later use of the memory visible. */
  memset(memory, 0xA5, block->of.size);
  block->of.magic = 0;
  free(block);
}

static void *foreign_realloc(void *memory, size_t size) {
  void *larger = foreign_malloc(size);
  if (larger && memory) {
    size_t before = ((header *)memory - 1)->of.size;
    memcpy(larger, memory, before < size ? before : size);
    foreign_free(memory);
  }
  return larger;
}

static void *crypto_malloc(size_t size, const char *file, int line) {
  (void)file;
  (void)line;
  return foreign_malloc(size);
}

static void *crypto_realloc(void *memory, size_t size, const char *file,
                            int line) {
  (void)file;
  (void)line;
  return foreign_realloc(memory, size);
}

static void crypto_free(void *memory, const char *file, int line) {
  (void)file;
  (void)line;
  foreign_free(memory);
}

typedef void (*json_setter)(void *(*)(size_t), void (*)(void *));
typedef int (*crypto_setter)(void *(*)(size_t, const char *, int),
                             void *(*)(void *, size_t, const char *, int),
                             void (*)(void *, const char *, int));

/* POSIX requires this conversion of dlsym()'s result. */
#define FIND(name, into) (*(void **)&(into) = dlsym(RTLD_DEFAULT, name))

static void take_over(void) {
  const char *which = required("FOREIGN");
  json_setter set_jansson = NULL;
  crypto_setter set_openssl = NULL;
  FIND("json_set_alloc_funcs", set_jansson);
  FIND("CRYPTO_set_mem_functions", set_openssl);
  CHECK(set_jansson && set_openssl);
  if (strstr(which, "jansson")) {
    set_jansson(foreign_malloc, foreign_free);
  }
  if (strstr(which, "openssl")) {
    CHECK_INT(1, set_openssl(crypto_malloc, crypto_realloc, crypto_free));
  }
}

static void on_log(sparkchat_log_level level, const char *message,
                   const char *fields, void *user_data) {
  (void)level;
  CHECK(*message && *fields == '{');
  ++*(int *)user_data;
}

static sparkchat_client *logging(const char *url, int *lines) {
  sparkchat_config *config = config_for(url);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_log(config, SPARKCHAT_LOG_DEBUG, on_log,
                                        lines, NULL, NULL));
  sparkchat_config_set_keep_raw(config, 1, NULL);
  return client_of(config);
}

static const char *over(const char *scenario) {
  return *required("SPARK_URL") == 'h' ? https(scenario) : wss(scenario);
}

static const char *const arguments = "{\"city\":\"合肥\",\"n\":[1,{}]}";

static void check_call(const sparkchat_response *response) {
  size_t length = 0;
  CHECK_INT(1, sparkchat_response_tool_call_count(response));
  CHECK_TEXT(arguments,
             sparkchat_response_tool_call_arguments(response, 0, &length));
  CHECK_INT(strlen(arguments), length);
  CHECK_TEXT("look", sparkchat_response_tool_call_name(response, 0));
  CHECK_INT(1, sparkchat_response_tool_call_arguments_valid(response, 0));
}

CASE(arguments_that_are_an_object) {
  sparkchat_client *client;
  sparkchat_stream *stream;
  int lines = 0;
  take_over();
  client = logging(required("SPARK_URL"), &lines);
  for (int i = 0; i < 3; i++) {
    stream = asked(client, "call");
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    check_call(sparkchat_stream_response(stream));
    CHECK_HAS("city",
              sparkchat_response_raw(sparkchat_stream_response(stream), NULL));
    sparkchat_stream_free(stream);
  }
  CHECK(lines > 0);
  sparkchat_client_free(client);
  CHECK(handed_out > 0 || !strcmp(required("FOREIGN"), "openssl"));
}

static int look(const char *name, const char *given, size_t length,
                sparkchat_tool_result *result, void *user_data) {
  (void)user_data;
  CHECK_TEXT("look", name);
  CHECK_TEXT(arguments, given);
  CHECK_INT(strlen(arguments), length);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_tool_result_set(result, "seen",
                                         SPARKCHAT_NUL_TERMINATED, NULL));
  return 0;
}

static sparkchat_conversation *talk_with(const sparkchat_client *client) {
  sparkchat_request *options = sparkchat_request_new();
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_set_extra_json(
                                 options, "{\"more\":{\"a\":[1,\"b\"]}}",
                                 SPARKCHAT_NUL_TERMINATED, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, options, &talk, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_add_tool(
                                 talk, "look", "Looks", "{\"type\":\"object\"}",
                                 look, NULL, NULL, NULL));
  sparkchat_request_free(options);
  return talk;
}

CASE(conversation_that_is_saved_and_restored) {
  sparkchat_client *client;
  sparkchat_conversation *talk, *again;
  char *saved = NULL, *twice = NULL;
  size_t length = 0, same = 0;
  int lines = 0;
  take_over();
  client = logging(required("SPARK_URL"), &lines);
  talk = talk_with(client);
  again = talk_with(client);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_ask(
                                 talk, "call", SPARKCHAT_NUL_TERMINATED, NULL,
                                 NULL, NULL, NULL));
  CHECK_INT(4, sparkchat_conversation_count(talk));
  CHECK_TEXT("plain", sparkchat_conversation_content(talk, 3, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_save(talk, &saved, &length, NULL));
  CHECK_HAS("合肥", saved);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_restore(again, saved, length, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_save(again, &twice, &same, NULL));
  CHECK_TEXT(saved, twice);
  CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
               sparkchat_conversation_restore(again, "[1", 2, NULL));
  sparkchat_string_free(saved);
  sparkchat_string_free(twice);
  sparkchat_conversation_free(talk);
  sparkchat_conversation_free(again);
  sparkchat_client_free(client);
}

static const struct {
  const char *scenario;
  sparkchat_status status;
} endings[] = {
    {"citations", SPARKCHAT_DONE},
    {"reasoning", SPARKCHAT_DONE},
    {"unknown_fields", SPARKCHAT_DONE},
    {"split_surrogate", SPARKCHAT_DONE},
    {"lone_surrogate", SPARKCHAT_DONE},
    {"nul", SPARKCHAT_DONE},
    {"huge_number", SPARKCHAT_DONE},
    {"function_call", SPARKCHAT_DONE},
    {"late_error", SPARKCHAT_DONE},
    {"error:code=10013", SPARKCHAT_ERR_CONTENT_FILTERED},
    {"error:code=10907,after=2", SPARKCHAT_ERR_CONTEXT_LENGTH},
    {"status:code=401,body={\"message\":\"no\"}", SPARKCHAT_ERR_AUTH},
    {"bad_json", SPARKCHAT_ERR_PROTOCOL},
    {"drop", SPARKCHAT_ERR_TRUNCATED}};

/* Every kind of answer that contains JSON, and each way to end. */
CASE(other_answers_and_errors) {
  take_over();
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    int lines = 0;
    sparkchat_error *error = NULL;
    sparkchat_client *client = logging(over(endings[i].scenario), &lines);
    sparkchat_stream *stream = asked(client, "Hello");
    sparkchat_status status = finish(stream, &error);
    if (status != endings[i].status) {
      fprintf(stderr, "%s: %s\n", endings[i].scenario,
              sparkchat_error_message(error));
    }
    CHECK_STATUS(endings[i].status, status);
    CHECK(status == SPARKCHAT_DONE || *sparkchat_error_message(error));
    if (i == 0) {
      const sparkchat_response *response = sparkchat_stream_response(stream);
      CHECK(sparkchat_response_citation_count(response) > 0);
      CHECK(*sparkchat_response_citation_url(response, 0));
    }
    sparkchat_error_free(error);
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
  }
}

static sparkchat_status offer(sparkchat_request *request,
                              const char *parameters) {
  return sparkchat_request_add_tool(request, "look", "Looks", parameters, NULL);
}

/* JSON that the host passes, valid and invalid. */
CASE(given_json) {
  static const char *const bad[] = {"", "[", "{\"a\":}", "{\"a\":\"\xff\"}",
                                    "7"};
  take_over();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    sparkchat_request *request = question("Hello");
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_request_set_extra_json(
                     request, bad[i], SPARKCHAT_NUL_TERMINATED, NULL));
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, offer(request, bad[i]));
    sparkchat_request_free(request);
  }
  for (int i = 0; i < 20; i++) {
    sparkchat_request *request = question("Hello");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_request_set_extra_json(
                                   request, "{\"a\":{\"b\":[1,{}]}}",
                                   SPARKCHAT_NUL_TERMINATED, NULL));
    CHECK_STATUS(SPARKCHAT_OK, offer(request, "{\"type\":\"object\"}"));
    sparkchat_request_free(request);
  }
}
