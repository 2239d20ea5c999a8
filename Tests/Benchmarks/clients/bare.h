/* A blocking WebSocket client on OpenSSL: as little as the benchmarks need. The
 * benchmarks compare ours with it. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <openssl/ssl.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bare_place {
  char host[128], port[8];
  const char *path;
  int is_tls;
} bare_place;

typedef struct bare {
  int fd;
  SSL *tls;
  char *input;
  size_t start, end, capacity;
} bare;

/** Parses ws[s]://host:port/path; `path` points into `url`. */
bare_place bare_parse(const char *url);

/** @return A context that trusts the certificates of `ca_file`. */
SSL_CTX *bare_context(const char *ca_file);

/** Connects and upgrades.
 *
 *  @param session   To resume; may be NULL.
 *  @param capacity  Size of the read buffer in bytes. */
void bare_open(bare *bare, const bare_place *place, SSL_CTX *context,
               SSL_SESSION *session, size_t capacity);

/** Sends a question in a masked text frame. */
void bare_ask(bare *bare);

/** Waits for the next frame.
 *
 *  @param[out] payload  Borrowed until the next call.
 *  @return Its opcode; 8 is Close. */
int bare_next(bare *bare, const char **payload, size_t *length);

/** Sends a Close frame and ends the connection. */
void bare_close(bare *bare);

#ifdef __cplusplus
}
#endif

#endif
