/* The answers of bulk.c: a file of JSON lines, to which a job adds. */
#ifndef BULK_ANSWERS_H
#define BULK_ANSWERS_H

#include <sparkchat.h>

#include <stddef.h>
#include <stdio.h>

struct answers {
  FILE *file;
  unsigned char *done; /* a bit for each line that earlier runs have answered */
  size_t done_bytes;
  unsigned long count; /* how many those are */
};

/* Opens or makes the file, for one job at a time, and finds out what is answered.
 * 0: it says on the standard error what is wrong. */
int open_answers(struct answers *answers, const char *path);

void close_answers(struct answers *answers);

/* Whether an earlier run has answered a line of the questions. */
int is_answered(const struct answers *answers, unsigned long line);

/* Adds an answer. 0: it could not be written, and errno says why. */
int put_answer(struct answers *answers, unsigned long line,
               const sparkchat_response *answer);

#endif
