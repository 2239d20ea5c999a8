/* Embeds "Hello", and prints the numbers; "small" sets a small message size. */
#include "scene.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_client *client;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  const float *numbers;
  size_t count = 0;
  if (argc > 1 && strcmp(argv[1], "small") == 0) {
    sparkchat_config_set_max_message_size(config, 65536, NULL);
  }
  client = client_of(config);
  if (sparkchat_client_embed(client, "Hello", SPARKCHAT_NUL_TERMINATED,
                             SPARKCHAT_EMBEDDING_PARA, &response,
                             &error) != SPARKCHAT_OK) {
    fprintf(stderr, "%s: %s\n",
            sparkchat_status_name(sparkchat_error_status(error)),
            sparkchat_error_message(error));
    return 1;
  }
  numbers = sparkchat_response_embedding(response, &count);
  for (size_t i = 0; i < count; i++) {
    printf("%g%c", numbers[i], i + 1 < count ? ' ' : '\n');
  }
  sparkchat_response_free(response);
  sparkchat_client_free(client);
  return 0;
}
