/* The parts of HTTP and WebSocket that the load server needs. */
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include "frames.h"

#include <stddef.h>
#include <stdint.h>

/** What a client asks for, by its URL: /v3.5/chat/n=1000/gap_us=100. A query
 *  does as well, but some clients drop the URL's own. An upgrade is answered
 *  with frames, a POST with events. */
typedef struct order {
  /** n: frames of the answer; style: what is in them, see texts.h; repeat. */
  answer answer;
  /** batch: frames in one write, which is one TLS record. */
  uint64_t batch;
  /** flush: writes in one packet. */
  uint64_t flush;
  /** gap_us: the pause between two packets. */
  uint64_t gap_us;
  /** delay_ms: the pause before the first. */
  uint64_t delay_ms;
  /** hold: no answer begins before so many questions are there. */
  uint64_t hold;
  /** Bytes of the question, where it is the body of a POST. */
  uint64_t body;
  /** What a client expects to be hashed, where it is an upgrade. */
  char key[64];
} order;

/** Reads the head of a request, which ends with an empty line.
 *  @return Whether it is one that can be answered. */
int http_parse(const char *head, order *order);

enum {
  /** No head that http_answer() writes is longer. */
  HTTP_HEAD_MAX = 256
};

/** Writes the head of the response: for an upgrade, the one that accepts it.
 *  @return Its bytes. */
size_t http_answer(char *target, const order *order);

/** @return The bytes of the WebSocket frame that starts here; 0 where it is not
 *  all there yet. */
size_t http_frame_length(const char *bytes, size_t count);

#endif
