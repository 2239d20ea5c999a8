/* Many threads do everything that the header allows to streams, groups and
 * clients, in random order: open, drive, cancel, ask again, add to groups,
 * remove, wake, free; clients are freed before their streams. Whatever happens,
 * each question has exactly one outcome and its own text, and nothing is left.
 *
 * Arguments: seed, threads, rounds, CA file, URLs. */
#define _GNU_SOURCE

#include "torture.h"

#include "counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static worker workers[MOST_THREADS];
static int worker_count, rounds;

void fail(const char *what, const char *more) {
  fprintf(stderr, "torture: %s: %s\n", what, more);
  fflush(stdout);
  _exit(1);
}

unsigned roll(worker *me, unsigned sides) {
  me->state = me->state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(me->state >> 33) % sides;
}

static void disturb(worker *me) {
  slot *at = &slots[roll(me, SLOTS)];
  worker *other = &workers[roll(me, (unsigned)worker_count)];
  if (roll(me, 6) == 0) {
    pthread_rwlock_rdlock(&at->lock);
    sparkchat_stream_cancel(at->stream);
    pthread_rwlock_unlock(&at->lock);
  } else {
    pthread_rwlock_rdlock(&other->lock);
    sparkchat_group_wake(other->group);
    pthread_rwlock_unlock(&other->lock);
  }
}

static void with_a_slot(worker *me) {
  slot *at = &slots[roll(me, SLOTS)];
  unsigned what = roll(me, 20);
  if (atomic_exchange(&at->is_claimed, 1)) {
    return;
  }
  if (!at->stream) {
    open_stream(me, at);
  } else if (what < 10) {
    drive_alone(me, at);
  } else if (what < 17) {
    if (join_group(me, at)) {
      return;
    }
  } else if (what < 18) {
    free_stream(at, 0);
  }
  release(at);
}

static void *work(void *argument) {
  worker *me = (worker *)argument;
  for (int i = 0; i < rounds; i++) {
    unsigned what = roll(me, 100);
    if (what < 45) {
      with_a_slot(me);
    } else if (what < 75) {
      drive_group(me);
    } else if (what < 88) {
      disturb(me);
    } else if (what < 94) {
      leave_group(me);
    } else if (what < 97) {
      replace_client(me);
    } else if (what < 98) {
      replace_group(me);
    } else if (what < 99 && i % 4 == 0) {
      converse(me);
    }
  }
  replace_group(me);
  return NULL;
}

static void check_nothing_left(int descriptors) {
  for (int i = 0;
       i < 500 && (descriptor_count() != descriptors || thread_count() != 1);
       i++) {
    usleep(10000); /* the thread of a name lookup may still be ending */
  }
  if (descriptor_count() != descriptors) {
    fail("left", "descriptors");
  }
  if (thread_count() != 1) {
    fail("left", "threads");
  }
}

int main(int argc, char **argv) {
  int descriptors = descriptor_count();
  long total = 0;
  if (argc < 6) {
    return 2;
  }
  worker_count = (int)strtol(argv[2], NULL, 10);
  rounds = (int)strtol(argv[3], NULL, 10);
  ca_file = argv[4];
  urls = argv + 5;
  url_count = argc - 5;
  if (worker_count > MOST_THREADS) {
    return 2;
  }
  for (int i = 0; i < worker_count; i++) {
    workers[i].state = strtoull(argv[1], NULL, 10) * 1000 + (unsigned)i;
    pthread_rwlock_init(&workers[i].lock, NULL);
    replace_group(&workers[i]);
  }
  for (int i = 0; i < SLOTS; i++) {
    pthread_rwlock_init(&slots[i].lock, NULL);
  }
  for (int i = 0; i < CLIENTS; i++) {
    pthread_rwlock_init(&clients[i].lock, NULL);
    clients[i].client = new_client(&workers[0]);
  }
  for (int i = 0; i < worker_count; i++) {
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (int i = 0; i < worker_count; i++) {
    pthread_join(workers[i].thread, NULL);
  }
  for (int i = 0; i < worker_count; i++) {
    sparkchat_group_free(workers[i].group);
  }
  for (int i = 0; i < CLIENTS; i++) {
    sparkchat_client_free(clients[i].client);
  }
  for (int i = 0; i < SLOTS; i++) {
    if (slots[i].stream) {
      free_stream(&slots[i], 0);
    }
  }
  check_nothing_left(descriptors);
  for (int i = 0; i < 6; i++) {
    total += ended[i];
  }
  if (opened != total + abandoned || ended[0]) {
    fail("count", "not every question has exactly one end");
  }
  printf("calls %ld\nquestions %ld\nabandoned %ld\n", calls, opened, abandoned);
  for (int i = 1; i < 6; i++) {
    printf("%s %ld\n", sparkchat_outcome_name((sparkchat_outcome)i), ended[i]);
  }
  return 0;
}
