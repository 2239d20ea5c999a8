/* The options of chat.c, and what is made of them. */
#ifndef CHAT_OPTIONS_H
#define CHAT_OPTIONS_H

#include <sparkchat.h>

/* Ends the program where they make no sense, or ask for help. */
void parse_options(int argc, char **argv);

/* The question of --once; NULL without it. */
const char *once_option(void);

/* NULL, and an error, where something does not fit together. */
sparkchat_client *make_client(sparkchat_error **error);

/* What every question is asked with. */
sparkchat_request *make_options(void);

#endif
