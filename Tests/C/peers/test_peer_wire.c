/* Cases that test_peer_wire.py runs against its own address. */
#include "case.h"
#include "scene.h"

#include <stdlib.h>

static const char *url(void) {
  const char *given = getenv("SPARK_URL");
  return given ? given : ws("stall:at=middle");
}

CASE(abandon) {
  sparkchat_stream *stream = opened(url());
  until(stream, SPARKCHAT_EVENT_TEXT);
  sparkchat_stream_free(stream);
}

CASE(send_twice) {
  sparkchat_config *config = config_for(getenv("SPARK_URL") ? url() : ws(NULL));
  sparkchat_request *request = question("the second?");
  sparkchat_client *client;
  sparkchat_config_set_patch_id(config, "0", NULL);
  client = client_of(config);
  for (int i = 0; i < 2; i++) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_invoke(client, request, NULL, NULL));
  }
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}
