/* The question of --once, and what comes with it. */
#ifndef CHAT_ONCE_H
#define CHAT_ONCE_H

/* Returns the question, and behind a blank line what a pipe or a file brings as
 * the standard input, for the caller to free. Like cat, it reads that to its
 * end. NULL, and a line on standard error, where it cannot; NULL alone where a
 * signal came. */
char *question_with_input(const char *question);

#endif
