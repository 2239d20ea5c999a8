/* Why a complete answer is not what was asked for, in plain words. */
#ifndef CHAT_ENDING_H
#define CHAT_ENDING_H

#include <sparkchat.h>

enum { ENDING_SIZE = 256 };

typedef struct ending {
  char said[ENDING_SIZE];
  char advice[ENDING_SIZE];
  int is_of_the_limit; /* a larger limit of tokens would help */
} ending;

/* 0 where there is nothing to say. `limit` is the limit of tokens that was set,
 * 0 without one, and `option` what the user knows it by. */
int ending_of(const sparkchat_response *response, int limit, const char *option,
              ending *found);

#endif
