/* Name lookups. This program's getaddrinfo() and pthread_create() replace the C
 * library's for the whole process, and do what a case needs. */
#define _GNU_SOURCE

#include "case.h"
#include "host.h"
#include "scene.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each thread, even that of a lookup, has a copy in its stack's memory. */
static __thread volatile char thread_local_memory[512 * 1024];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int lookup_errno, is_blocked, lookups, all_signals_were_blocked;
static pthread_t lookup_thread;

static int is_numeric(const struct addrinfo *hints) {
  return hints && (hints->ai_flags & AI_NUMERICHOST);
}

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result) {
  sigset_t mask;
  thread_local_memory[0] = 1;
  (void)name;
  (void)service;
  (void)result;
  if (is_numeric(hints)) {
    return EAI_NONAME;
  }
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  pthread_mutex_lock(&lock);
  lookups++;
  lookup_thread = pthread_self();
  all_signals_were_blocked = sigismember(&mask, SIGINT) &&
                             sigismember(&mask, SIGALRM) &&
                             sigismember(&mask, SIGRTMAX);
  while (is_blocked) {
    pthread_mutex_unlock(&lock);
    sleep_ms(5);
    pthread_mutex_lock(&lock);
  }
  pthread_mutex_unlock(&lock);
  errno = lookup_errno;
  return EAI_AGAIN;
}

static int creation_errno;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*body)(void *), void *context) {
  union {
    void *object;
    int (*function)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                    void *);
  } real;
  if (creation_errno) {
    return creation_errno;
  }
  real.object = dlsym(RTLD_NEXT, "pthread_create");
  return real.function(thread, attributes, body, context);
}

static void set_blocked(int value) {
  pthread_mutex_lock(&lock);
  is_blocked = value;
  pthread_mutex_unlock(&lock);
}

static void wait_for_threads_to_end(void) {
  for (int i = 0; i < 1000 && thread_count() > 1; i++) {
    sleep_ms(5);
  }
  CHECK_INT(1, thread_count());
}

static sparkchat_stream *open_with_timeout(int milliseconds) {
  sparkchat_config *config = config_for("wss://slow.example/v3.5/chat");
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_resolve_timeout(config, milliseconds, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  sparkchat_client_free(client);
  return stream;
}

CASE(deadline) {
  sparkchat_stream *stream = open_with_timeout(100);
  sparkchat_error *error = NULL;
  set_blocked(1);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_INT(SPARKCHAT_PHASE_RESOLVE, sparkchat_error_phase(error));
  CHECK_INT(SPARKCHAT_OUTCOME_TIMEOUT, outcome_of(stream));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream); /* the lookup is still running */
  CHECK_INT(2, thread_count());
  set_blocked(0);
  wait_for_threads_to_end();
}

CASE(failure_that_may_pass) {
  sparkchat_stream *stream = open_with_timeout(5000);
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(stream, &error));
  CHECK_INT(1, sparkchat_error_retryable(error));
  CHECK_HAS("slow.example", sparkchat_error_message(error));
  CHECK_INT(1, lookups);
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  wait_for_threads_to_end();
}

CASE(host_is_asked_on_a_thread_of_its_own_that_takes_no_signals) {
  sparkchat_stream *stream = open_with_timeout(5000);
  CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(stream, NULL));
  CHECK(!pthread_equal(lookup_thread, pthread_self()));
  CHECK(all_signals_were_blocked);
  sparkchat_stream_free(stream);
}

CASE(next_does_not_wait_for_a_lookup_longer_than_it_may) {
  sparkchat_stream *stream = open_with_timeout(5000);
  const sparkchat_event *event = NULL;
  set_blocked(1);
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(stream, 10 * i, &event, NULL));
  }
  set_blocked(0);
  CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(stream, NULL));
  CHECK_INT(1, lookups);
  sparkchat_stream_free(stream);
}

static void *cancel_soon(void *stream) {
  sleep_ms(30);
  sparkchat_stream_cancel((sparkchat_stream *)stream);
  return NULL;
}

CASE(cancel_does_not_wait_for_a_lookup) {
  sparkchat_stream *stream = open_with_timeout(0);
  pthread_t thread;
  set_blocked(1);
  CHECK(pthread_create(&thread, NULL, cancel_soon, stream) == 0);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK(pthread_join(thread, NULL) == 0);
  sparkchat_stream_free(stream);
  set_blocked(0);
  wait_for_threads_to_end();
}

static volatile sig_atomic_t signals;

static void count_signal(int number) {
  (void)number;
  signals = signals + 1;
}

CASE(signal_interrupts_the_wait_for_a_lookup) {
  sparkchat_stream *stream = open_with_timeout(0);
  const sparkchat_event *event = NULL;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = count_signal;
  sigaction(SIGALRM, &action, NULL);
  set_blocked(1);
  alarm(1);
  CHECK_STATUS(SPARKCHAT_INTERRUPTED,
               sparkchat_stream_next(stream, -1, &event, NULL));
  CHECK_INT(1, signals);
  sparkchat_stream_free(stream);
  set_blocked(0);
}

CASE(many_abandoned_lookups_end_by_themselves) {
  int descriptors = descriptor_count();
  const sparkchat_event *event = NULL;
  set_blocked(1);
  for (int i = 0; i < 50; i++) {
    sparkchat_stream *stream = open_with_timeout(0);
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(stream, 0, &event, NULL));
    sparkchat_stream_free(stream);
  }
  set_blocked(0);
  wait_for_threads_to_end();
  CHECK_INT(descriptors, descriptor_count());
}

CASE(waits_that_end_leave_nothing_while_the_lookup_hangs) {
  int descriptors = descriptor_count();
  sparkchat_config *config = config_for("wss://slow.example/v3.5/chat");
  sparkchat_client *client;
  sparkchat_config_set_resolve_timeout(config, 1, NULL);
  client = client_of(config);
  set_blocked(1);
  for (int i = 0; i < 1500; i++) {
    sparkchat_stream *stream = asked(client, "Hello");
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
  /* All have waited for one lookup, which is still running. */
  CHECK_INT(2, thread_count());
  CHECK_INT(1, lookups);
  CHECK_INT(descriptors, descriptor_count());
  sparkchat_client_free(client);
  set_blocked(0);
  wait_for_threads_to_end();
}

static sparkchat_stream *open_name(int number, int milliseconds) {
  char url[64];
  sparkchat_config *config;
  sparkchat_client *client;
  sparkchat_stream *stream;
  snprintf(url, sizeof url, "wss://slow%d.example/v3.5/chat", number);
  config = config_for(url);
  sparkchat_config_set_resolve_timeout(config, milliseconds, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  sparkchat_client_free(client);
  return stream;
}

CASE(names_that_hang_take_32_threads_and_no_more) {
  sparkchat_error *error = NULL;
  set_blocked(1);
  for (int i = 0; i < 200; i++) {
    sparkchat_stream *stream = open_name(i, 1);
    sparkchat_error_free(error);
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
    sparkchat_stream_free(stream);
  }
  CHECK_INT(33, thread_count());
  CHECK_INT(SPARKCHAT_PHASE_RESOLVE, sparkchat_error_phase(error));
  CHECK_HAS("32 earlier name lookups of this process are still",
            sparkchat_error_message(error));
  CHECK_HAS("DNS", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  set_blocked(0);
  wait_for_threads_to_end();
}

CASE(lookup_waits_for_a_free_thread) {
  sparkchat_stream *hanging[32], *late;
  const sparkchat_event *event = NULL;
  set_blocked(1);
  for (int i = 0; i < 32; i++) {
    hanging[i] = open_name(i, 0);
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(hanging[i], 0, &event, NULL));
  }
  late = open_name(99, 0);
  CHECK_STATUS(SPARKCHAT_AGAIN, sparkchat_stream_next(late, 50, &event, NULL));
  CHECK_INT(33, thread_count());
  set_blocked(0);
  CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(late, NULL));
  CHECK_INT(33, lookups);
  for (int i = 0; i < 32; i++) {
    sparkchat_stream_free(hanging[i]);
  }
  sparkchat_stream_free(late);
  wait_for_threads_to_end();
}

CASE(child_process_has_its_own_threads) {
  sparkchat_stream *stream;
  pid_t child;
  int status = 0;
  set_blocked(1);
  for (int i = 0; i < 32; i++) {
    stream = open_name(i, 1);
    CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, NULL));
    sparkchat_stream_free(stream);
  }
  pthread_mutex_lock(&lock);
  child = fork();
  pthread_mutex_unlock(&lock);
  if (child == 0) {
    set_blocked(0);
    stream = open_name(99, 5000);
    _exit(finish(stream, NULL) == SPARKCHAT_ERR_RESOLVE ? 0 : 1);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_INT(0, status);
  set_blocked(0);
  wait_for_threads_to_end();
}

CASE(no_descriptor_left_is_not_the_name_servers_fault) {
  sparkchat_stream *stream = open_with_timeout(5000);
  sparkchat_error *error = NULL;
  lookup_errno = EMFILE;
  CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(stream, &error));
  CHECK_HAS("ulimit -n", sparkchat_error_hint(error));
  CHECK_INT(EMFILE, sparkchat_error_os_errno(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  wait_for_threads_to_end();
}

CASE(no_thread_left) {
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  creation_errno = EAGAIN;
  for (int i = 0; i < 40; i++) { /* none of them counts as hanging */
    stream = open_with_timeout(5000);
    sparkchat_error_free(error);
    CHECK_STATUS(SPARKCHAT_ERR_RESOLVE, finish(stream, &error));
    sparkchat_stream_free(stream);
  }
  CHECK_HAS("ulimit -u", sparkchat_error_hint(error));
  CHECK_INT(EAGAIN, sparkchat_error_os_errno(error));
  sparkchat_error_free(error);
}
