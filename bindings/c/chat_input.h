/* What is typed into the terminal. */
#ifndef CHAT_INPUT_H
#define CHAT_INPUT_H

#include <signal.h>

/* Whether somebody types, and sees what is typed. */
int can_be_typed(void);

typedef enum typed { TYPED, STOPPED, ENDED } typed;

/* Reads a question, of several lines where they were pasted at once, and gives
 * it to the caller to free; it may be NULL. STOPPED: a signal came, and has set
 * `interrupted`; ENDED: Ctrl-D. Ctrl-U and Ctrl-W take back all, and a word. */
typed read_question(const volatile sig_atomic_t *interrupted, char **question);

#endif
