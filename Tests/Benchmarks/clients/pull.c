/*
 * pull.c - one answer through sparkchat_stream_next().
 *
 *   pull CA_FILE WARM_UP_URL URL
 */
#include "measure.h"
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>

static sparkchat_stream *receive(const sparkchat_client *client,
                                 const sparkchat_request *request,
                                 uint64_t *chunks) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status =
      sparkchat_client_open(client, request, &stream, &error);
  ours_check("open", status, error);
  while ((status = sparkchat_stream_next(stream, -1, &event, &error)) ==
         SPARKCHAT_OK) {
    if (ours_is_piece(event) && (*chunks)++ == 0) {
      measure_first();
    }
  }
  ours_check("next", status, error);
  return stream;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    give_up("usage", "pull CA_FILE WARM_UP_URL URL");
  }
  sparkchat_client *warm_up = ours_client(argv[1], argv[2]);
  sparkchat_client *client = ours_client(argv[1], argv[3]);
  sparkchat_request *request = ours_request();
  uint64_t chunks = 0;
  sparkchat_stream_free(receive(warm_up, request, &chunks));
  chunks = 0;
  char more[64];
  snprintf(more, sizeof more, ", \"before_kib\": %ld", memory_kib("VmRSS"));
  measure_begin();
  sparkchat_stream *stream = receive(client, request, &chunks);
  measure_end();
  ours_print(sparkchat_stream_response(stream), chunks, more);
  sparkchat_stream_free(stream);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_client_free(warm_up);
  return EXIT_SUCCESS;
}
