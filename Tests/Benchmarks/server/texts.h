/* The pieces of text in an answer, and their form in JSON. */
#ifndef BENCH_TEXTS_H
#define BENCH_TEXTS_H

#include <stddef.h>
#include <stdint.h>

/** The contents of the frames. */
typedef enum style {
  /** Chinese and English as UTF-8, with a few escapes. */
  STYLE_PLAIN,
  /** Source code: many newlines and quotation marks. */
  STYLE_ESCAPES,
  /** Chinese and emoji, all as \u escapes. */
  STYLE_UNICODE,
  /** The plain texts as reasoning; only the last frame is the answer. */
  STYLE_REASONING,
  /** A tool call in each frame. */
  STYLE_CALLS,
  STYLES
} style;

enum {
  /** Different pieces of a style. */
  PIECES = 16,
  /** The longest piece in JSON. */
  PIECE_MAX = 320
};

/** @return The style of this name, which ends at the first non-letter; STYLES
 *  if there is no such style. */
style texts_style(const char *name);

/** @return Piece `index` modulo PIECES of a style. */
const char *texts_piece(style style, uint64_t index);

/** Writes a piece as the inside of a JSON string, without a NUL.
 *  @return Its end. */
char *texts_write(char *target, style style, const char *piece);

#endif
