/*
 * memory_bare.c - the memory of live streams with nothing but OpenSSL: the
 * connection and a read buffer of 1 KiB.
 *
 *   memory_bare CA_FILE WARM_UP_URL URL COUNT
 *
 * The URL must hold the answers until all streams have asked.
 */
#include "bare.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

enum { BUFFER = 1024 };

static void next(bare *bare) {
  const char *payload;
  size_t length;
  if (bare_next(bare, &payload, &length) != 1) {
    give_up("frame", "not a text");
  }
}

int main(int argc, char **argv) {
  if (argc != 5) {
    give_up("usage", "memory_bare CA_FILE WARM_UP_URL URL COUNT");
  }
  SSL_CTX *context = bare_context(argv[1]);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  size_t count = strtoull(argv[4], NULL, 10);
  bare_place warm_up = bare_parse(argv[2]), place = bare_parse(argv[3]);
  bare *all = calloc(count, sizeof *all);
  char more[128];
  bare first;
  bare_open(&first, &warm_up, context, NULL, BUFFER);
  bare_ask(&first);
  next(&first);
  bare_close(&first);
  measure_begin();
  long before = memory_kib("VmRSS");
  for (size_t i = 0; i < count; i++) {
    bare_open(&all[i], &place, context, NULL, BUFFER);
    bare_ask(&all[i]);
  }
  for (size_t i = 0; i < count; i++) {
    next(&all[i]);
  }
  long live = memory_kib("VmRSS");
  measure_end();
  snprintf(more, sizeof more,
           ", \"before_kib\": %ld, \"live_kib\": %ld, \"descriptors\": %ld",
           before, live, entries_of("fd"));
  measure_print(count, 0, 0, more);
  return EXIT_SUCCESS;
}
