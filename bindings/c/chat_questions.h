/* Where --doctor asks, and what it asks there. */
#ifndef CHAT_QUESTIONS_H
#define CHAT_QUESTIONS_H

enum { URL_SIZE = 2048 };

/* Asks with credentials that nobody has, the library's own way, and tells of
 * connection, trust and clock: the service refuses it, and says its date. 0
 * where it is not reached. */
int probe(const char *url, const char *domain);

/* Asks with those of the environment, tells, and records. */
void put_to_the_test(const char *topic, const char *question, const char *url,
                     const char *domain, int is_streamed);

/* The URL of the service; where `own` is a gateway, the same path there. */
void url_at(const char *own, const char *url, char *result);

#endif
