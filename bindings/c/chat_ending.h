/* Says why a complete answer may not be what the user wanted. */
#ifndef CHAT_ENDING_H
#define CHAT_ENDING_H

#include <sparkchat.h>

enum { ENDING_SIZE = 256 };

typedef struct ending {
  char said[ENDING_SIZE];
  char advice[ENDING_SIZE];
  int is_of_the_limit; /* a larger token limit would help */
} ending;

/* Returns 0 if there is nothing to say. `limit` is the token limit, 0 without
 * one, and `option` is the name of the user's option for it. */
int ending_of(const sparkchat_response *response, int limit, const char *option,
              ending *found);

#endif
