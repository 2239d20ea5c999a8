/* Parts of the torture: what its threads share, and what they can do. */
#ifndef TORTURE_H
#define TORTURE_H

#include <pthread.h>
#include <sparkchat.h>
#include <stdatomic.h>
#include <stdint.h>

enum { SLOTS = 48, CLIENTS = 8, MOST_THREADS = 32, IN_GROUP = 6 };

/* A thread that has claimed a slot owns its stream. Cancelling needs no claim,
 * but must not coincide with freeing the stream: `lock` prevents that. */
typedef struct slot {
  pthread_rwlock_t lock;
  sparkchat_stream *stream;
  atomic_int is_claimed;
  int number; /* of its question; 0 if its text is unknown */
} slot;

/* Clients are replaced while they are used. */
typedef struct client_slot {
  pthread_rwlock_t lock;
  sparkchat_client *client;
} client_slot;

typedef struct worker {
  uint64_t state;
  pthread_t thread;
  pthread_rwlock_t lock; /* a group may be woken until it is freed */
  sparkchat_group *group;
  slot *in_group[IN_GROUP];
} worker;

extern slot slots[SLOTS];
extern client_slot clients[CLIENTS];
extern char **urls;
extern int url_count;
extern const char *ca_file;

/* The counts; `ended` by outcome. */
extern atomic_long opened, abandoned, ended[6], calls;

/* Reports what is wrong, and ends the program. */
void fail(const char *what, const char *more);

/* Returns a random number below `sides`. */
unsigned roll(worker *me, unsigned sides);

/* torture_clients.c */
sparkchat_client *new_client(worker *me);
void replace_client(worker *me);
void converse(worker *me);

/* torture_streams.c: of slots that the caller has claimed */
int is_running(sparkchat_status status);
void open_stream(worker *me, slot *at);
void drive_alone(worker *me, slot *at);
void free_stream(slot *at, int is_over);
void release(slot *at);

/* Checks the end of the stream's question, and frees the stream or asks
 * again. */
void close_or_ask_again(worker *me, slot *at, sparkchat_status status);

/* torture_groups.c */

/* Returns true if the group has taken the stream, and with it the claim. */
int join_group(worker *me, slot *at);
void drive_group(worker *me);
void leave_group(worker *me);
void replace_group(worker *me);

#endif
