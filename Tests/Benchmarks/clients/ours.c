#include "ours.h"

#include "measure.h"

#include <stddef.h>

void ours_check(const char *what, sparkchat_status status,
                const sparkchat_error *error) {
  if (status < 0) {
    give_up(what, error != NULL ? sparkchat_error_message(error)
                                : sparkchat_status_name(status));
  }
}

sparkchat_client *ours_client(const char *ca_file, const char *url) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_config_set_app_id(config, "bench", NULL);
  sparkchat_config_set_api_key(config, "0123456789abcdef0123456789abcdef",
                               NULL);
  sparkchat_config_set_api_secret(config, "TestOnlySecretNotReal0000000000x",
                                  NULL);
  sparkchat_config_set_url(config, url, NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  ours_check("client", sparkchat_client_new(config, &client, &error), error);
  sparkchat_config_free(config);
  return client;
}

sparkchat_request *ours_request(void) {
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);
  return request;
}

int ours_is_piece(const sparkchat_event *event) {
  switch (sparkchat_event_kind_of(event)) {
  case SPARKCHAT_EVENT_TEXT:
  case SPARKCHAT_EVENT_REASONING:
  case SPARKCHAT_EVENT_TOOL_CALL:
    return 1;
  default:
    return 0;
  }
}

void ours_print(const sparkchat_response *response, uint64_t chunks,
                const char *more) {
  size_t length, total = 0;
  const char *part = sparkchat_response_reasoning(response, &length);
  uint32_t crc = checksum(0, part, length);
  total += length;
  part = sparkchat_response_text(response, &length);
  crc = checksum(crc, part, length);
  total += length;
  size_t calls = sparkchat_response_tool_call_count(response);
  for (size_t i = 0; i < calls; i++) {
    part = sparkchat_response_tool_call_arguments(response, i, &length);
    crc = checksum(crc, part, length);
    total += length;
  }
  measure_print(chunks, total, crc, more);
}
