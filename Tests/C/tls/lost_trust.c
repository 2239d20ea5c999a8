/* Trusted certificates that are gone when the first connection needs them; run
 * by test_trust.py. */
#include "case.h"
#include "scene.h"

#include <stdio.h>

/* Makes a client, takes away the file or the directory, and asks. */
static sparkchat_status ask_without(sparkchat_config *config, const char *place,
                                    sparkchat_error **error) {
  sparkchat_client *client = client_of(config);
  sparkchat_stream *stream;
  sparkchat_status status;
  char elsewhere[4096];
  snprintf(elsewhere, sizeof elsewhere, "%s.gone", place);
  CHECK(rename(place, elsewhere) == 0);
  stream = asked(client, "Hello");
  status = finish(stream, error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
  return status;
}

CASE(lost_directory) {
  const char *place = required("SPARK_PLACE");
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_ca_directory(config, place, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_CERTIFICATE, ask_without(config, place, &error));
  CHECK_HAS(place, sparkchat_error_hint(error));
  CHECK_HAS("set a CA file", sparkchat_error_hint(error));
  sparkchat_error_free(error);
}

CASE(lost_file) {
  const char *place = required("SPARK_PLACE");
  sparkchat_config *config = config_for(required("SPARK_URL"));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_config_set_ca_file(config, place, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, ask_without(config, place, NULL));
}
