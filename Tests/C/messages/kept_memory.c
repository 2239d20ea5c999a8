/* The memory that a stream keeps after a large message; run by
 * test_kept_memory.py. */
#include "case.h"
#include "scene.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t used_kib(void) {
  struct mallinfo2 info = mallinfo2();
  return (info.uordblks + info.hblkhd) / 1024;
}

/* An answer of two texts, and no end. While the stream waits for more, the
 * first message and the question take no memory any more. */
CASE(large_then_small) {
  size_t size = (size_t)strtol(required("SIZE"), NULL, 10), before, after;
  const sparkchat_event *event;
  sparkchat_client *client = client_for(required("SPARK_URL"));
  char *text = malloc(size + 1);
  sparkchat_stream *stream;
  CHECK(text != NULL);
  memset(text, 'x', size);
  text[size] = '\0';
  stream = asked(client, "warm up");
  until(stream, SPARKCHAT_EVENT_TEXT);
  sparkchat_stream_free(stream);
  before = used_kib();
  stream = asked(client, text);
  until(stream, SPARKCHAT_EVENT_TEXT);
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(stream, 0, &event, NULL));
  after = used_kib();
  CHECK_TEXT("12", text_of(stream));
  if (after > before + 512) {
    fprintf(stderr, "%zu KiB more\n", after - before);
  }
  CHECK(after <= before + 512);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
  free(text);
}
