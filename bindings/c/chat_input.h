/* Input from the terminal. */
#ifndef CHAT_INPUT_H
#define CHAT_INPUT_H

#include <signal.h>

/* Whether input and output are a usable terminal. */
int can_be_typed(void);

typedef enum typed { TYPED, STOPPED, ENDED } typed;

/* Reads a question, which may be several pasted lines. The caller frees it; it
 * may be NULL. STOPPED: a signal set `interrupted`; ENDED: Ctrl-D. Ctrl-U
 * deletes everything, and Ctrl-W a word. */
typed read_question(const volatile sig_atomic_t *interrupted, char **question);

#endif
