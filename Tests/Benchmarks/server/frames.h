/* The frames of an answer, as the service sends them: over WebSocket (protocol
 * 4.2) and as events over HTTP (protocol 6.3). */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include "texts.h"

#include <stdint.h>
#include <stdio.h>

/** What an answer consists of. */
typedef struct answer {
  style style;
  /** Whether each frame is an event over HTTP, in a chunk of its own. */
  int is_event;
  /** Frames; the last one carries the usage. */
  uint64_t frames;
  /** How often each piece of text stands in its frame. */
  uint64_t repeat;
} answer;

/** Prepares the frames; once, before the others. */
void frames_prepare(void);

/** @return What one frame needs at most, its header included. */
size_t frames_room(const answer *answer);

/** Writes frame `index`.
 *  @return Its bytes. */
size_t frames_write(char *target, const answer *answer, uint64_t index);

/** @return What follows the last frame: a Close, or [DONE] and the body's end. */
const char *frames_end(const answer *answer, size_t *length);

/** Prints the text that an answer adds up to; of calls, their arguments. */
void frames_print_text(FILE *file, const answer *answer);

#endif
