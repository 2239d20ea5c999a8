/*
 * limit.c - the cost of one answer with OpenSSL and jansson: a blocking loop
 * written for this one purpose. It reads ahead (one read() for everything that
 * has arrived), parses in place, copies the text once, and checks only what it
 * needs.
 *
 *   limit CA_FILE WARM_UP_URL URL
 */
#include "bare.h"
#include "measure.h"

#include <jansson.h>

#include <stdlib.h>

enum { BUFFER = 65536 };

static uint64_t receive(const char *url, SSL_CTX *context, text *answer) {
  bare_place place = bare_parse(url);
  bare bare;
  uint64_t chunks = 0;
  json_int_t status = 0;
  bare_open(&bare, &place, context, NULL, BUFFER);
  bare_ask(&bare);
  while (status != 2) {
    const char *payload;
    size_t length;
    if (bare_next(&bare, &payload, &length) != 1) {
      give_up("frame", "not a text");
    }
    json_t *frame = json_loadb(payload, length, 0, NULL);
    json_t *header = json_object_get(frame, "header");
    if (frame == NULL ||
        json_integer_value(json_object_get(header, "code")) != 0) {
      give_up("frame", "an error of the service");
    }
    json_t *choices =
        json_object_get(json_object_get(frame, "payload"), "choices");
    json_t *item = json_array_get(json_object_get(choices, "text"), 0);
    json_t *content = json_object_get(item, "content");
    if (json_string_length(content) == 0) {
      content = json_object_get(item, "reasoning_content");
    }
    if (content != NULL) {
      text_append(answer, json_string_value(content),
                  json_string_length(content));
      if (chunks++ == 0) {
        measure_first();
      }
    }
    status = json_integer_value(json_object_get(choices, "status"));
    json_decref(frame);
  }
  bare_close(&bare);
  return chunks;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    give_up("usage", "limit CA_FILE WARM_UP_URL URL");
  }
  SSL_CTX *context = bare_context(argv[1]);
  SSL_CTX_set_read_ahead(context, 1);
  text warm_up = {0}, answer = {0};
  receive(argv[2], context, &warm_up);
  measure_begin();
  uint64_t chunks = receive(argv[3], context, &answer);
  measure_end();
  measure_print(chunks, answer.length, checksum(0, answer.bytes, answer.length),
                "");
  return EXIT_SUCCESS;
}
