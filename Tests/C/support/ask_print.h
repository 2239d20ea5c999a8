/* What came of a question, as members of a JSON object. */
#ifndef ASK_PRINT_H
#define ASK_PRINT_H

#include <sparkchat.h>

/* One event, as an object; "first" says that no comma goes before it. */
void print_event(const sparkchat_event *event, int first);

/* Their members, each with a comma behind it. */
void print_response(const sparkchat_response *response);
void print_error(const sparkchat_error *error);
void print_number(const char *name, long long number);

/* A log callback, and what it was told since the last call. */
void take_log(sparkchat_log_level level, const char *message,
              const char *fields, void *user_data);
void print_log(void);

#endif
