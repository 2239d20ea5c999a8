/* The frames of an answer, as the service sends them: over WebSocket (protocol
 * 4.2) and as events over HTTP (protocol 6.3). */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include "texts.h"

#include <stdint.h>
#include <stdio.h>

/** The contents of an answer. */
typedef struct answer {
  style style;
  /** Whether each frame is an event over HTTP, in a chunk of its own. */
  int is_event;
  /** Frames; the last one carries the usage. */
  uint64_t frames;
  /** How often each frame repeats its piece of text. */
  uint64_t repeat;
} answer;

/** Prepares the frames; call it once, before the other functions. */
void frames_prepare(void);

/** @return The most bytes that one frame needs, including its header. */
size_t frames_room(const answer *answer);

/** Writes frame `index`.
 *  @return Its size in bytes. */
size_t frames_write(char *target, const answer *answer, uint64_t index);

/** @return What follows the last frame: a Close, or [DONE] and the body's
 * end. */
const char *frames_end(const answer *answer, size_t *length);

/** Prints the whole text of an answer; for calls, their arguments. */
void frames_print_text(FILE *file, const answer *answer);

#endif
