/* The parts of HTTP and WebSocket that the load server needs. */
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include "frames.h"

#include <stddef.h>
#include <stdint.h>

/** The answer that a client requests by its URL: /v3.5/chat/n=1000/gap_us=100.
 *  A query works as well, but some clients drop it. The server answers an
 *  upgrade with frames, a POST with events. */
typedef struct order {
  /** n: frames of the answer; style: their contents, see texts.h; repeat. */
  answer answer;
  /** batch: frames in one write, which is one TLS record. */
  uint64_t batch;
  /** flush: writes in one packet. */
  uint64_t flush;
  /** gap_us: the pause between two packets. */
  uint64_t gap_us;
  /** delay_ms: the pause before the first. */
  uint64_t delay_ms;
  /** hold: how many questions must arrive before any answer begins. */
  uint64_t hold;
  /** Bytes of the question if it is the body of a POST. */
  uint64_t body;
  /** The key of an upgrade, of which the client expects the hash. */
  char key[64];
} order;

/** Reads the head of a request, which ends with an empty line.
 *  @return Whether the server can answer it. */
int http_parse(const char *head, order *order);

enum {
  /** The longest head that http_answer() writes. */
  HTTP_HEAD_MAX = 256
};

/** Writes the head of the response; it accepts an upgrade.
 *  @return Its size in bytes. */
size_t http_answer(char *target, const order *order);

/** @return The size of the WebSocket frame that starts here; 0 if it is
 *  incomplete. */
size_t http_frame_length(const char *bytes, size_t count);

#endif
