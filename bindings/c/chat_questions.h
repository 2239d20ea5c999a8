/* The questions of --doctor. */
#ifndef CHAT_QUESTIONS_H
#define CHAT_QUESTIONS_H

#include <sparkchat.h>

/* Sends a request with made-up credentials, and reports on connection, trust
 * and clock: the service's refusal contains its date. Returns 0 if the service
 * cannot be reached. */
int probe(const char *url, const char *domain);

/* Asks with the credentials of the environment, reports, and records. */
sparkchat_status put_to_the_test(const char *topic, const char *question,
                                 const char *url, const char *domain,
                                 int is_streamed);

#endif
