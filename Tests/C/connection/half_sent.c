/* A request that is half sent when the server refuses it, asks for a pong, and
 * closes the connection; run by test_vanishing.py. */
#include "case.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

enum { LARGE = 20 * 1000 * 1000 };

CASE(refusal_of_half_a_question) {
  char *text = (char *)malloc(LARGE + 1);
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  memset(text, 'x', LARGE);
  text[LARGE] = 0;
  stream = opened_with(required("SPARK_URL"), text);
  free(text);
  /* Until the buffers of both ends are full; on a busy machine, the server may
   * have answered by then, and the same error is reported again. */
  for (int i = 0; i < 100; i++) {
    (void)!sparkchat_stream_next(stream, 5, NULL, NULL);
  }
  /* The server answers and leaves meanwhile: the next write fails, and its
   * answer is still unread. */
  sleep_ms(1000);
  CHECK_STATUS(SPARKCHAT_ERR_CONTENT_FILTERED, finish(stream, &error));
  CHECK_INT(10013, sparkchat_error_service_code(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
}
