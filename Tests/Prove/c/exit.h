/* Parts of `exit`: threads that are busy inside the library. */
#ifndef EXIT_H
#define EXIT_H

#include <pthread.h>
#include <sparkchat.h>
#include <stdint.h>

/* The service's addresses over WebSocket and HTTP, and its authority. */
extern const char *base, *kept, *ca_file;

/* Makes a client of the service over TLS with at most so many questions at once
 * (0: any number). */
sparkchat_client *new_client(const char *scenario, int at_once);
sparkchat_request *new_request(void);

/* Returns a stream that has received a part of its answer. */
sparkchat_stream *waiting_stream(const sparkchat_client *client);

/* Starts a thread that is busy forever, in a way that depends on its number. */
pthread_t start(int number);

/* Starts a thread that receives answers until that fails. */
pthread_t start_one(void);

#endif
