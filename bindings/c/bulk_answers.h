/* The answers of bulk.c: a file of JSON lines, to which a job appends. */
#ifndef BULK_ANSWERS_H
#define BULK_ANSWERS_H

#include <sparkchat.h>

#include <stddef.h>
#include <stdio.h>

struct answers {
  FILE *file;
  unsigned char *done; /* one bit per line that earlier runs answered */
  size_t done_bytes;
  unsigned long count; /* how many bits are set */
};

/* Opens or creates the file, for one job at a time, and finds the answered
 * lines. 0: it failed, and standard error says why. */
int open_answers(struct answers *answers, const char *path);

void close_answers(struct answers *answers);

/* Whether an earlier run answered a line of the questions. */
int is_answered(const struct answers *answers, unsigned long line);

/* Appends an answer. 0: it could not be written, and errno says why. */
int put_answer(struct answers *answers, unsigned long line,
               const sparkchat_response *answer);

#endif
