/* What chat.c shows: answers on standard output, all else on standard error. */
#ifndef CHAT_PRINT_H
#define CHAT_PRINT_H

#include <sparkchat.h>

/* Text and reasoning, as they come. */
void print_event(const sparkchat_event *event);

/* What else the answer brought, once it is over. */
void print_rest(const sparkchat_response *response);

void print_error(const sparkchat_error *error);

#endif
