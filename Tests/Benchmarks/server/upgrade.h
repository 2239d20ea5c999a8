/* The parts of HTTP and WebSocket that the load server needs. */
#ifndef BENCH_UPGRADE_H
#define BENCH_UPGRADE_H

#include <stddef.h>
#include <stdint.h>

/** What a client asks for, by its URL: /v3.5/chat/n=1000/gap_us=100. A query
 *  does as well, but some clients drop the URL's own. */
typedef struct order {
  /** n: frames of the answer. */
  uint64_t frames;
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
} order;

/** Reads the head of a request, which ends with an empty line.
 *  @return Whether it is an upgrade. `key` has room for 64 bytes. */
int upgrade_parse(const char *head, order *order, char *key);

/** Writes the answer that accepts an upgrade.
 *  @return Its bytes, less than 256. */
size_t upgrade_accept(char *target, const char *key);

/** @return The bytes of the frame that starts here; 0 where it is not all
 *  there yet. */
size_t upgrade_frame_length(const char *bytes, size_t count);

#endif
