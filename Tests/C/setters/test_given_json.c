/* JSON that the host passes: a raw NUL byte is refused wherever it occurs. */
#include "case.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function that takes JSON. It returns 1 if the JSON is accepted, and 0 if it
 * is refused with an error that says why. */
typedef int (*taker)(void *object, const char *json, size_t length);

static int taken(sparkchat_status status, sparkchat_error *error) {
  if (status != SPARKCHAT_OK) {
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT, status);
    CHECK(*sparkchat_error_message(error));
  }
  sparkchat_error_free(error);
  return status == SPARKCHAT_OK;
}

static int take_extra(void *request, const char *json, size_t length) {
  sparkchat_error *error = NULL;
  sparkchat_status status = sparkchat_request_set_extra_json(
      (sparkchat_request *)request, json, length, &error);
  return taken(status, error);
}

static int take_history(void *conversation, const char *json, size_t length) {
  sparkchat_error *error = NULL;
  sparkchat_status status = sparkchat_conversation_restore(
      (sparkchat_conversation *)conversation, json, length, &error);
  return taken(status, error);
}

static void report(const char *json, size_t place, const char *how,
                   int *wrong) {
  fprintf(stderr, "accepted with a NUL %s byte %d: %.*s\n", how, (int)place,
          (int)place, json);
  ++*wrong;
}

/* Inserts a NUL at each place, and replaces each byte with one. */
static void check_places(const char *json, taker take, void *object) {
  size_t length = strlen(json);
  int wrong = 0;
  CHECK_INT(1, take(object, json, length));
  CHECK_INT(1, take(object, json, SPARKCHAT_NUL_TERMINATED));
  for (size_t place = 0; place <= length; place++) {
    char *spoiled = (char *)malloc(length + 1);
    memcpy(spoiled, json, place);
    spoiled[place] = '\0';
    memcpy(spoiled + place + 1, json + place, length - place);
    if (take(object, spoiled, length + 1)) {
      report(json, place, "in front of", &wrong);
    }
    free(spoiled);
  }
  for (size_t place = 0; place < length; place++) {
    char *spoiled = (char *)malloc(length);
    memcpy(spoiled, json, length);
    spoiled[place] = '\0';
    if (take(object, spoiled, length)) {
      report(json, place, "instead of", &wrong);
    }
    free(spoiled);
  }
  CHECK_INT(0, wrong);
}

CASE(extra_json) {
  sparkchat_request *request = question("Hello");
  check_places("{\"parameter\":{\"chat\":{\"a\":-12.5e3,\"b\":[0,true,false,"
               "null],\"c\":{},\"d\":[],\"e\":\"\\\\ \\\" x\",\"f\":7}}}",
               take_extra, request);
  sparkchat_request_free(request);
}

CASE(saved_conversation) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, NULL, &talk, NULL));
  check_places(
      "{\"version\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
      "{\"role\":\"assistant\",\"content\":\"Hello\",\"tokens\":7}]}",
      take_history, talk);
  CHECK_INT(2, sparkchat_conversation_count(talk));
  CHECK_TEXT("Hello", sparkchat_conversation_content(talk, 1, NULL));
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
}

/* A schema ends at its first NUL: the part before it is not an object. */
CASE(schema) {
  static const char schema[] = "{\"type\":\"object\",\"properties\":{},"
                               "\"required\":[],\"more\":[0,true,null]}";
  for (size_t place = 0; place < sizeof schema - 1; place++) {
    sparkchat_request *request = question("Hello");
    char spoiled[sizeof schema];
    memcpy(spoiled, schema, sizeof schema);
    spoiled[place] = '\0';
    CHECK_STATUS(
        SPARKCHAT_ERR_INVALID_ARGUMENT,
        sparkchat_request_add_tool(request, "look", "Looks", spoiled, NULL));
    sparkchat_request_free(request);
  }
}

/* Invalid schemas. */
CASE(parameters_that_are_no_schema) {
  static const char *const bad[] = {"{\"city\": \"string\"}",
                                    "{\"city\": {\"type\": \"string\"}}"};
  static const char *const good[] = {
      "{}", "{\"properties\": {\"city\": {}}}", "{\"type\": \"object\"}",
      "{\"$ref\": \"#/$defs/a\", \"$defs\": {}}", "{\"required\": []}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    sparkchat_request *request = question("Hello");
    sparkchat_error *error = NULL;
    CHECK_STATUS(SPARKCHAT_ERR_INVALID_ARGUMENT,
                 sparkchat_request_add_tool(request, "get_weather", "Weather",
                                            bad[i], &error));
    CHECK_HAS("\"properties\"", sparkchat_error_hint(error));
    sparkchat_error_free(error);
    sparkchat_request_free(request);
  }
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    sparkchat_request *request = question("Hello");
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_request_add_tool(request, "get_weather", "Weather",
                                            good[i], NULL));
    sparkchat_request_free(request);
  }
}
