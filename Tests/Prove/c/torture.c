/* Many threads do to streams, groups and clients all that the header allows, in
 * random order: open, drive, cancel, ask again, put into groups, take out,
 * wake, free; clients are freed under their streams. Whatever happens, each
 * question has exactly one outcome, its text is its own, and nothing is left.
 *
 * Arguments: seed, threads, rounds, CA file, URLs. */
#define _GNU_SOURCE

#include <dirent.h>
#include <pthread.h>
#include <sparkchat.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 48, CLIENTS = 8, MOST_THREADS = 32, IN_GROUP = 6 };

/* Whoever has claimed a slot has the stream for itself; cancelling needs no
 * claim, but must not meet the end of the stream: that is what `lock` is for. */
typedef struct slot {
  pthread_rwlock_t lock;
  sparkchat_stream *stream;
  atomic_int is_claimed;
  int number; /* of its question; 0 where its text is not known */
} slot;

static slot slots[SLOTS];

/* Clients are replaced while they are used. */
static struct {
  pthread_rwlock_t lock;
  sparkchat_client *client;
} clients[CLIENTS];

typedef struct worker {
  uint64_t state;
  pthread_t thread;
  pthread_rwlock_t lock; /* a group may be woken until it is freed */
  sparkchat_group *group;
  slot *in_group[IN_GROUP];
} worker;

static worker workers[MOST_THREADS];
static int thread_count, rounds, url_count;
static char **urls;
static const char *ca_file;
static atomic_int questions;
static atomic_long opened, abandoned, ended[6], calls;

static void fail(const char *what, const char *more) {
  fprintf(stderr, "torture: %s: %s\n", what, more);
  fflush(stdout);
  _exit(1);
}

static unsigned roll(worker *me, unsigned sides) {
  me->state = me->state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(me->state >> 33) % sides;
}

static sparkchat_client *new_client(worker *me) {
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_config_set_url(config, urls[roll(me, (unsigned)url_count)], NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  sparkchat_config_set_idle_timeout(config, 300, NULL);
  sparkchat_config_set_first_token_timeout(config, 2000, NULL);
  sparkchat_config_set_close_timeout(config, 50, NULL);
  sparkchat_config_set_max_attempts(config, 1 + (int)roll(me, 3), NULL);
  sparkchat_config_set_retry_backoff(config, 1, 20, NULL);
  sparkchat_config_set_max_idle_connections(config, (int)roll(me, 4), NULL);
  if (roll(me, 4) == 0) {
    sparkchat_config_set_max_concurrency(config, 4, NULL);
    sparkchat_config_set_queue_timeout(config, 500, NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    fail("client", sparkchat_error_message(error));
  }
  sparkchat_config_free(config);
  return client;
}

static sparkchat_request *new_request(worker *me, int *number) {
  static const char *const scenarios[] = {
      "echo",           "echo",         "echo",
      "coalesce",       "drop:after=1", "error:code=10013",
      "stall:at=first", "count:n=200",  "drop:after=2,how=reset",
      "fragments",      "stall:at=end", "error:code=10010"};
  const char *scenario = scenarios[roll(me, 12)];
  sparkchat_request *request = sparkchat_request_new();
  char text[128];
  *number =
      strcmp(scenario, "echo") == 0 ? atomic_fetch_add(&questions, 1) + 1 : 0;
  snprintf(text, sizeof text, "#scenario %s\nquestion %d.", scenario, *number);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  return request;
}

static sparkchat_outcome outcome_of(const slot *at) {
  return sparkchat_response_outcome(sparkchat_stream_response(at->stream));
}

static int fits(sparkchat_status status, sparkchat_outcome outcome) {
  switch (status) {
  case SPARKCHAT_DONE:
    return outcome == SPARKCHAT_OUTCOME_COMPLETE;
  case SPARKCHAT_ERR_CANCELLED:
    return outcome == SPARKCHAT_OUTCOME_CANCELLED;
  case SPARKCHAT_ERR_TIMEOUT:
    return outcome == SPARKCHAT_OUTCOME_TIMEOUT;
  case SPARKCHAT_ERR_TRUNCATED:
    return outcome == SPARKCHAT_OUTCOME_TRUNCATED;
  default:
    return outcome == SPARKCHAT_OUTCOME_FAILED;
  }
}

static void check_text(const slot *at, sparkchat_outcome outcome) {
  char expected[64];
  const char *text =
      sparkchat_response_text(sparkchat_stream_response(at->stream), NULL);
  snprintf(expected, sizeof expected, "question %d.", at->number);
  if (at->number > 0 && (outcome == SPARKCHAT_OUTCOME_COMPLETE
                             ? strcmp(text, expected) != 0
                             : strncmp(text, expected, strlen(text)) != 0)) {
    fail(expected, text);
  }
}

/* The stream's question is over: once, and for good. */
static void check_end(slot *at, sparkchat_status status) {
  sparkchat_outcome outcome = outcome_of(at);
  const sparkchat_event *event = NULL;
  if (status == SPARKCHAT_ERR_INTERNAL || status == SPARKCHAT_ERR_STATE ||
      status == SPARKCHAT_ERR_INVALID_ARGUMENT || !fits(status, outcome)) {
    fail(sparkchat_status_name(status), sparkchat_outcome_name(outcome));
  }
  check_text(at, outcome);
  if (sparkchat_stream_next(at->stream, 0, &event, NULL) != status ||
      outcome_of(at) != outcome) {
    fail("another end", sparkchat_status_name(status));
  }
  atomic_fetch_add(&ended[outcome], 1);
}

static int is_running(sparkchat_status status) {
  return status == SPARKCHAT_OK || status == SPARKCHAT_AGAIN ||
         status == SPARKCHAT_INTERRUPTED;
}

static void free_stream(slot *at, int is_over) {
  sparkchat_stream *stream = at->stream;
  pthread_rwlock_wrlock(&at->lock);
  at->stream = NULL;
  sparkchat_stream_free(stream);
  pthread_rwlock_unlock(&at->lock);
  if (!is_over) {
    atomic_fetch_add(&abandoned, 1);
  }
}

static void open_stream(worker *me, slot *at) {
  sparkchat_request *request = new_request(me, &at->number);
  sparkchat_stream *stream = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  unsigned which = roll(me, CLIENTS + 2);
  if (which < CLIENTS) {
    pthread_rwlock_rdlock(&clients[which].lock);
    status =
        sparkchat_client_open(clients[which].client, request, &stream, &error);
    pthread_rwlock_unlock(&clients[which].lock);
  } else {
    /* The stream outlives its client from the start. */
    sparkchat_client *client = new_client(me);
    status = sparkchat_client_open(client, request, &stream, &error);
    sparkchat_client_free(client);
  }
  if (status != SPARKCHAT_OK) {
    fail("open", sparkchat_error_message(error));
  }
  pthread_rwlock_wrlock(&at->lock);
  at->stream = stream;
  pthread_rwlock_unlock(&at->lock);
  sparkchat_request_free(request);
  atomic_fetch_add(&opened, 1);
}

/* What is over is freed, or asked again. */
static void close_or_ask_again(worker *me, slot *at, sparkchat_status status) {
  int number;
  check_end(at, status);
  if (status == SPARKCHAT_DONE && roll(me, 2)) {
    sparkchat_request *request = new_request(me, &number);
    if (sparkchat_stream_send(at->stream, request, NULL) != SPARKCHAT_OK) {
      fail("send", "a stream that is done");
    }
    at->number = number;
    atomic_fetch_add(&opened, 1);
    sparkchat_request_free(request);
  } else {
    free_stream(at, 1);
  }
}

static void drive_alone(worker *me, slot *at) {
  for (unsigned left = 1 + roll(me, 8); left > 0; left--) {
    const sparkchat_event *event = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_stream_next(at->stream, (int)roll(me, 4), &event, &error);
    atomic_fetch_add(&calls, 1);
    if ((status == SPARKCHAT_OK) != (event != NULL) ||
        (status < 0) != (error != NULL)) {
      fail("next", sparkchat_status_name(status));
    }
    sparkchat_error_free(error);
    if (!is_running(status)) {
      close_or_ask_again(me, at, status);
      return;
    }
  }
}

static void release(slot *at) {
  atomic_store(&at->is_claimed, 0);
}

/* True where the group has taken the stream, and with it the claim. */
static int join_group(worker *me, slot *at) {
  for (int i = 0; i < IN_GROUP; i++) {
    if (!me->in_group[i]) {
      sparkchat_status status =
          sparkchat_group_add(me->group, at->stream, NULL);
      if (status == SPARKCHAT_OK) {
        me->in_group[i] = at;
      }
      return status == SPARKCHAT_OK;
    }
  }
  return 0;
}

static void drive_group(worker *me) {
  sparkchat_stream *stream = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status =
      sparkchat_group_next(me->group, (int)roll(me, 4), &stream, &event, NULL);
  atomic_fetch_add(&calls, 1);
  for (int i = 0; stream && !is_running(status) && i < IN_GROUP; i++) {
    slot *at = me->in_group[i];
    if (at && at->stream == stream) {
      me->in_group[i] = NULL;
      close_or_ask_again(me, at, status);
      release(at);
      return;
    }
  }
  if (stream && !is_running(status)) {
    fail("group", "an end of a stream that is not in it");
  }
}

static void leave_group(worker *me) {
  int i = (int)roll(me, IN_GROUP);
  slot *at = me->in_group[i];
  if (!at) {
    return;
  }
  if (roll(me, 3) == 0) {
    free_stream(at, 0); /* it leaves by being freed */
  } else if (sparkchat_group_remove(me->group, at->stream, NULL) !=
             SPARKCHAT_OK) {
    fail("remove", "a stream that is in the group");
  }
  me->in_group[i] = NULL;
  release(at);
}

static void replace_group(worker *me) {
  pthread_rwlock_wrlock(&me->lock);
  sparkchat_group_free(me->group);
  me->group = NULL;
  if (sparkchat_group_new(&me->group, NULL) != SPARKCHAT_OK) {
    fail("group", "cannot be made");
  }
  pthread_rwlock_unlock(&me->lock);
  for (int i = 0; i < IN_GROUP; i++) {
    if (me->in_group[i]) {
      release(me->in_group[i]);
      me->in_group[i] = NULL;
    }
  }
}

static void disturb(worker *me) {
  slot *at = &slots[roll(me, SLOTS)];
  worker *other = &workers[roll(me, (unsigned)thread_count)];
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

static void replace_client(worker *me) {
  unsigned which = roll(me, CLIENTS);
  sparkchat_client *fresh = new_client(me), *old;
  pthread_rwlock_wrlock(&clients[which].lock);
  old = clients[which].client;
  clients[which].client = fresh;
  pthread_rwlock_unlock(&clients[which].lock);
  sparkchat_client_free(old);
}

static int give_up_at_random(const sparkchat_event *event, void *me) {
  (void)event;
  return roll((worker *)me, 10) == 0;
}

static void converse(worker *me) {
  sparkchat_conversation *conversation = NULL;
  sparkchat_client *client = new_client(me);
  sparkchat_error *error = NULL;
  if (sparkchat_conversation_new(client, NULL, &conversation, &error) !=
      SPARKCHAT_OK) {
    fail("conversation", sparkchat_error_message(error));
  }
  sparkchat_client_free(client);
  for (unsigned left = 1 + roll(me, 2); left > 0; left--) {
    sparkchat_response *response = NULL;
    sparkchat_status status = sparkchat_conversation_ask(
        conversation, "1+1", SPARKCHAT_NUL_TERMINATED, give_up_at_random, me,
        &response, &error);
    const char *text = sparkchat_response_text(response, NULL);
    if (status == SPARKCHAT_OK ? strcmp(text, "1 + 1 = **2**.") != 0
                               : status != SPARKCHAT_ERR_CALLBACK &&
                                     status != SPARKCHAT_ERR_TIMEOUT) {
      fail("ask", error ? sparkchat_error_message(error) : text);
    }
    sparkchat_response_free(response);
    sparkchat_error_free(error);
    error = NULL;
  }
  sparkchat_conversation_free(conversation);
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

static int count(const char *folder) {
  DIR *stream = opendir(folder);
  int found = -2; /* "." and ".." */
  while (readdir(stream)) {
    found++;
  }
  closedir(stream);
  return found;
}

static void check_nothing_left(int descriptors) {
  for (int i = 0; i < 500 && (count("/proc/self/fd") != descriptors ||
                              count("/proc/self/task") != 1);
       i++) {
    usleep(10000); /* a name lookup's thread is on its way out */
  }
  if (count("/proc/self/fd") != descriptors) {
    fail("left", "descriptors");
  }
  if (count("/proc/self/task") != 1) {
    fail("left", "threads");
  }
}

int main(int argc, char **argv) {
  int descriptors = count("/proc/self/fd");
  long total = 0;
  if (argc < 6) {
    return 2;
  }
  thread_count = (int)strtol(argv[2], NULL, 10);
  rounds = (int)strtol(argv[3], NULL, 10);
  ca_file = argv[4];
  urls = argv + 5;
  url_count = argc - 5;
  if (thread_count > MOST_THREADS) {
    return 2;
  }
  for (int i = 0; i < thread_count; i++) {
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
  for (int i = 0; i < thread_count; i++) {
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (int i = 0; i < thread_count; i++) {
    pthread_join(workers[i].thread, NULL);
  }
  for (int i = 0; i < thread_count; i++) {
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
