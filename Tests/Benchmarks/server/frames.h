/* The frames of an answer, as the service sends them (protocol 4.2). */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include <stdint.h>
#include <stdio.h>

/** No frame is longer, its WebSocket header included. */
enum { FRAME_MAX = 640 };

/** Prepares the frames; once, before the others. */
void frames_prepare(void);

/** Writes frame `index` of an answer of `count` frames; the last one carries
 *  the usage.
 *  @return Its bytes, at most FRAME_MAX. */
size_t frames_write(char *target, uint64_t index, uint64_t count);

/** Prints the text that an answer of `count` frames adds up to. */
void frames_print_text(FILE *file, uint64_t count);

#endif
