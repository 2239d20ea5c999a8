/* Texts without secrets: credentials, a proxy's login and the home directory,
 * as they are; signatures, however they are quoted. */
#ifndef CHAT_CLEAN_H
#define CHAT_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/* Reads from the environment what the others take out; before the first. */
void find_secrets(void);

/* As a line for the terminal; see put_line(). */
void put_clean(FILE *to, const char *text);

/* As a JSON string, and what stands inside of one. */
void put_json(FILE *to, const char *text, size_t length);
void put_inside_json(FILE *to, const char *text, size_t length);

#endif
