/* The output of chat.c: answers on standard output, all else on standard
 * error. */
#ifndef CHAT_PRINT_H
#define CHAT_PRINT_H

#include <sparkchat.h>

/* Prints text and reasoning as they arrive. */
void print_event(const sparkchat_event *event);

/* Prints the rest of the answer when it is over. */
void print_rest(const sparkchat_response *response);

void print_error(const sparkchat_error *error);

#endif
