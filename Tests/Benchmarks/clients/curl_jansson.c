/*
 * curl_jansson.c - one answer over HTTP with libcurl and jansson.
 *
 *   curl_jansson CA_FILE WARM_UP_URL URL
 */
#include "curl_loop.h"

#include <jansson.h>

static int read_event(const char *data, size_t length, text *answer) {
  json_t *event = json_loadb(data, length, 0, NULL);
  if (event == NULL ||
      json_integer_value(json_object_get(event, "code")) != 0) {
    give_up("event", "an error of the service");
  }
  json_t *choice = json_array_get(json_object_get(event, "choices"), 0);
  json_t *content =
      json_object_get(json_object_get(choice, "delta"), "content");
  if (content != NULL) {
    text_append(answer, json_string_value(content),
                json_string_length(content));
  }
  int has_text = content != NULL;
  json_decref(event);
  return has_text;
}

int main(int argc, char **argv) {
  return curl_main(argc, argv, read_event);
}
