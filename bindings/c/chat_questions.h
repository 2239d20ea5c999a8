/* What --doctor asks. */
#ifndef CHAT_QUESTIONS_H
#define CHAT_QUESTIONS_H

#include <sparkchat.h>

/* Asks with credentials that nobody has, the library's own way, and tells of
 * connection, trust and clock: the service refuses it, and says its date. 0
 * where it is not reached. */
int probe(const char *url, const char *domain);

/* Asks with those of the environment, tells, and records. */
sparkchat_status put_to_the_test(const char *topic, const char *question,
                                 const char *url, const char *domain,
                                 int is_streamed);

#endif
