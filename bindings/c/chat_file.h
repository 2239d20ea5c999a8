/* Conversations in files. */
#ifndef CHAT_FILE_H
#define CHAT_FILE_H

#include <sparkchat.h>

/* These report on standard error what they did, or why they failed. */
void save_conversation(const sparkchat_conversation *talk, const char *path);
void load_conversation(sparkchat_conversation *talk, const char *path);

#endif
