/* Removes secrets from texts: credentials, a proxy's login and the home
 * directory, if they occur unchanged; signatures, with any quoting. */
#ifndef CHAT_CLEAN_H
#define CHAT_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/* Reads from the environment what the other functions remove; call it first. */
void find_secrets(void);

/* Writes a line for the terminal; see put_line(). */
void put_clean(FILE *to, const char *text);

/* Writes a JSON string; the second, only the inside of one. */
void put_json(FILE *to, const char *text, size_t length);
void put_inside_json(FILE *to, const char *text, size_t length);

#endif
