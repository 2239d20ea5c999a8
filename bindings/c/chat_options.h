/* The options of chat.c, and what is made of them. */
#ifndef CHAT_OPTIONS_H
#define CHAT_OPTIONS_H

#include <sparkchat.h>

/* Ends the program where they make no sense, or ask for help. */
void parse_options(int argc, char **argv);

/* The question of --once; NULL without it. */
const char *once_option(void);

/* The limit of --max-tokens; 0 without it. */
int limit_option(void);

/* Whether to look for what is wrong, and where to write the recording; NULL
 * without --output. */
int doctor_option(void);
const char *output_option(void);

/* What the options say; with a URL and a domain, these take the place of where
 * the options ask. */
sparkchat_config *make_config(const char *url, const char *domain);

/* Takes the rest from the environment, and frees the config. NULL, and an
 * error, where something does not fit together. */
sparkchat_client *make_client(sparkchat_config *config,
                              sparkchat_error **error);

/* What every question is asked with. */
sparkchat_request *make_options(void);

#endif
