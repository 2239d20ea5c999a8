/* The options of chat.c, and the objects made from them. */
#ifndef CHAT_OPTIONS_H
#define CHAT_OPTIONS_H

#include <sparkchat.h>

/* Ends the program if they are invalid, or ask for help. */
void parse_options(int argc, char **argv);

/* The question of --once; NULL without it. */
const char *once_option(void);

/* The limit of --max-tokens; 0 without it. */
int limit_option(void);

/* Whether to run the doctor, and where to write the recording; NULL without
 * --output. */
int doctor_option(void);
const char *output_option(void);

/* The settings of the options; a URL and a domain replace those of the
 * options. */
sparkchat_config *make_config(const char *url, const char *domain);

/* Takes the remaining settings from the environment, and frees the config.
 * Returns NULL and an error if the settings contradict each other. */
sparkchat_client *make_client(sparkchat_config *config,
                              sparkchat_error **error);

/* The options of every question. */
sparkchat_request *make_options(void);

#endif
