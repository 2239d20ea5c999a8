/* One connection of the load server: its bytes, and its place in the queues. */
#ifndef BENCH_CONNECTION_H
#define BENCH_CONNECTION_H

#include "timers.h"
#include "http.h"

#include <openssl/ssl.h>

#include <sys/types.h>

typedef enum phase {
  HANDSHAKE,
  REQUEST,
  QUESTION,
  WAITING,
  STREAMING,
  CLOSING
} phase;

typedef struct connection {
  timer timer; /* first: a timer is its connection */
  int fd;
  phase phase;
  SSL *tls;
  BIO *output;
  size_t output_at;
  char *input;
  size_t input_count;
  order order;
  uint64_t sent;
  int is_ready, is_held, is_gone;
  struct connection *next_ready, *next_held, *previous_held;
} connection;

/** @return A connection over `fd`; `context` is NULL if it is plain. */
connection *connection_new(int fd, SSL_CTX *context);

/** Closes and frees it. */
void connection_free(connection *c);

/** @return Bytes read; 0 if there are none now; -1 at the end. */
ssize_t connection_take(connection *c, char *target, size_t size);

/** Puts bytes into the output: for TLS, as one record. */
void connection_put(connection *c, const char *bytes, size_t count);

/** Sends the output.
 *  @return 1 when all is sent; 0 while the socket is full; -1 if it is closed.
 */
int connection_flush(connection *c);

/** Holds a connection until others have asked.
 *  @return How many are held now. */
uint64_t connection_hold(connection *c);

/** Releases it; does nothing if it is not held. */
void connection_let_go(connection *c);

/** @return A held connection; NULL if there is none. */
connection *connection_held(void);

/** Lets a connection continue after the others had their turn. */
void connection_make_ready(connection *c);

/** @return Whether any is ready. */
int connection_any_ready(void);

/** Removes all that are ready now, linked by `next_ready`. */
connection *connection_take_ready(void);

#endif
