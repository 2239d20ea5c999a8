/* The result of a request, as members of a JSON object. */
#ifndef ASK_PRINT_H
#define ASK_PRINT_H

#include <sparkchat.h>

/* Prints an event as an object; "first": without a comma before it. */
void print_event(const sparkchat_event *event, int first);

/* Prints the members of a response, each followed by a comma. */
void print_response(const sparkchat_response *response);
void print_error(const sparkchat_error *error);
void print_number(const char *name, long long number);

/* A log callback, and the entries it has received since the last call. */
void take_log(sparkchat_log_level level, const char *message,
              const char *fields, void *user_data);
void print_log(void);

#endif
