/*
 * connect_ours.c - the cost of short exchanges with ours: sign, connect,
 * upgrade, ask, receive an answer of one frame, close.
 *
 *   connect_ours CA_FILE WARM_UP_URL URL COUNT
 */
#include "measure.h"
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t resumed;

static void exchange(const sparkchat_client *client,
                     const sparkchat_request *request) {
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status =
      sparkchat_client_open(client, request, &stream, &error);
  while (status == SPARKCHAT_OK) {
    status = sparkchat_stream_next(stream, -1, &event, &error);
  }
  ours_check("exchange", status, error);
  resumed += sparkchat_response_connection(sparkchat_stream_response(stream)) ==
             SPARKCHAT_CONNECTION_RESUMED;
  sparkchat_stream_free(stream);
}

int main(int argc, char **argv) {
  if (argc != 5) {
    give_up("usage", "connect_ours CA_FILE WARM_UP_URL URL COUNT");
  }
  uint64_t count = strtoull(argv[4], NULL, 10);
  char more[64];
  sparkchat_client *client = ours_client(argv[1], argv[3]);
  sparkchat_request *request = ours_request();
  for (int i = 0; i < 5; i++) {
    exchange(client, request);
  }
  resumed = 0;
  measure_begin();
  for (uint64_t i = 0; i < count; i++) {
    exchange(client, request);
  }
  measure_end();
  snprintf(more, sizeof more, ", \"resumed\": %llu",
           (unsigned long long)resumed);
  measure_print(count, 0, 0, more);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  return EXIT_SUCCESS;
}
