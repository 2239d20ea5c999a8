/*
 * callback.c - one answer through sparkchat_client_stream().
 *
 *   callback CA_FILE WARM_UP_URL URL
 */
#include "measure.h"
#include "ours.h"

#include <stdlib.h>

static int on_event(const sparkchat_event *event, void *user_data) {
  uint64_t *chunks = user_data;
  if (ours_is_piece(event) && (*chunks)++ == 0) {
    measure_first();
  }
  return 0;
}

static sparkchat_response *receive(const sparkchat_client *client,
                                   const sparkchat_request *request,
                                   uint64_t *chunks) {
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  ours_check("stream",
             sparkchat_client_stream(client, request, on_event, chunks,
                                     &response, &error),
             error);
  return response;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    give_up("usage", "callback CA_FILE WARM_UP_URL URL");
  }
  sparkchat_client *warm_up = ours_client(argv[1], argv[2]);
  sparkchat_client *client = ours_client(argv[1], argv[3]);
  sparkchat_request *request = ours_request();
  uint64_t chunks = 0;
  sparkchat_response_free(receive(warm_up, request, &chunks));
  chunks = 0;
  measure_begin();
  sparkchat_response *response = receive(client, request, &chunks);
  measure_end();
  ours_print(response, chunks, "");
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_client_free(warm_up);
  return EXIT_SUCCESS;
}
