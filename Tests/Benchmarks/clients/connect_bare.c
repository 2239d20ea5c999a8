/*
 * connect_bare.c - the cost of short exchanges with nothing but OpenSSL:
 * connect, upgrade, ask, receive one frame, close.
 *
 *   connect_bare CA_FILE WARM_UP_URL URL COUNT [resume]
 */
#include "bare.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

static SSL_SESSION *session;
static uint64_t resumed;

/* Keeps the newest session. */
static int on_session(SSL *tls, SSL_SESSION *found) {
  (void)tls;
  SSL_SESSION_free(session);
  session = found;
  return 1;
}

static void exchange(const char *url, SSL_CTX *context) {
  bare_place place = bare_parse(url);
  bare bare;
  const char *payload;
  size_t length;
  bare_open(&bare, &place, context, session, 4096);
  resumed += bare.tls != NULL && SSL_session_reused(bare.tls);
  bare_ask(&bare);
  while (bare_next(&bare, &payload, &length) != 8) {
  }
  bare_close(&bare);
}

int main(int argc, char **argv) {
  if (argc < 5) {
    give_up("usage", "connect_bare CA_FILE WARM_UP_URL URL COUNT [resume]");
  }
  SSL_CTX *context = bare_context(argv[1]);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT |
                                              SSL_SESS_CACHE_NO_INTERNAL);
  if (argc > 5) {
    SSL_CTX_sess_set_new_cb(context, on_session);
  }
  uint64_t count = strtoull(argv[4], NULL, 10);
  char more[64];
  for (int i = 0; i < 5; i++) {
    exchange(argv[2], context);
  }
  resumed = 0;
  measure_begin();
  for (uint64_t i = 0; i < count; i++) {
    exchange(argv[3], context);
  }
  measure_end();
  snprintf(more, sizeof more, ", \"resumed\": %llu",
           (unsigned long long)resumed);
  measure_print(count, 0, 0, more);
  return EXIT_SUCCESS;
}
