/* Parts of `exit`: threads that are busy inside the library. */
#ifndef EXIT_H
#define EXIT_H

#include <pthread.h>
#include <sparkchat.h>
#include <stdint.h>

/* Where the service is over WebSocket and over HTTP, and its authority. */
extern const char *base, *kept, *ca_file;

/* Of the service over TLS; at most so many questions at once (0: any). */
sparkchat_client *new_client(const char *scenario, int at_once);
sparkchat_request *new_request(void);

/* A stream that has received a part of its answer. */
sparkchat_stream *waiting_stream(const sparkchat_client *client);

/* A thread that is busy for ever, in a way that depends on its number. */
pthread_t start(int number);

/* A thread that receives answers until that fails. */
pthread_t start_one(void);

#endif
