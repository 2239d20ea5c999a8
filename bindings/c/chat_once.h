/* The question of --once, with standard input. */
#ifndef CHAT_ONCE_H
#define CHAT_ONCE_H

/* Returns the question, a blank line, and standard input if that is a pipe or
 * a file, which is read to its end, as cat does. The caller frees the text. If
 * reading fails, returns NULL and prints a line on standard error; after a
 * signal, it only returns NULL. */
char *question_with_input(const char *question);

#endif
