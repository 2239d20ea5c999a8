/* Ends the process while threads are busy: they connect, do handshakes, wait,
 * receive, look up names, queue, and work on groups, without end.
 *
 * Arguments: what the host does (words separated by commas), how the process
 * ends, its status, threads, milliseconds until then, CA file, the service's
 * addresses over WebSocket and HTTP, with TLS and a query. Words:
 *   openssl   the host has set up OpenSSL before the library
 *   frees     a handler of exit() older than the library's frees objects
 *   joins     the same, and waits for a thread that is asking
 * Ways to end: return, exit, thread (another one calls exit), callback (the
 * library's). */
#define _GNU_SOURCE
#include "exit.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *base, *kept, *ca_file;
static const char *end_how;
static int status;
static pthread_t joined;
static sparkchat_client *freed_client;
static sparkchat_stream *freed_stream;

static void free_late(void) {
  sparkchat_stream_free(freed_stream);
  sparkchat_client_free(freed_client);
}

static void join_late(void) {
  pthread_join(joined, NULL);
}

/* The host's own use of OpenSSL, of which this program has no headers. */
static void set_up_openssl(void) {
  union {
    void *object;
    int (*call)(uint64_t, const void *);
  } found;
  found.object = dlsym(RTLD_DEFAULT, "OPENSSL_init_ssl");
  if (!found.object || found.call(0, NULL) != 1) {
    abort();
  }
}

static int exit_here(const sparkchat_event *event, void *data) {
  (void)event;
  (void)data;
  exit(status);
}

static void *exit_there(void *data) {
  (void)data;
  exit(status);
}

static void end_in_callback(void) {
  sparkchat_client *client = new_client("count:n=100", 0);
  sparkchat_request *request = new_request();
  sparkchat_client_stream(client, request, exit_here, NULL, NULL, NULL);
  abort();
}

static void end(void) {
  pthread_t thread;
  if (strcmp(end_how, "exit") == 0) {
    exit(status);
  } else if (strcmp(end_how, "callback") == 0) {
    end_in_callback();
  } else if (strcmp(end_how, "thread") == 0) {
    pthread_create(&thread, NULL, exit_there, NULL);
    for (;;) {
      pause();
    }
  }
}

int main(int count, char **arguments) {
  const char *host = arguments[1];
  int threads, milliseconds, number;
  if (count != 9) {
    return 2;
  }
  end_how = arguments[2];
  status = atoi(arguments[3]);
  threads = atoi(arguments[4]);
  milliseconds = atoi(arguments[5]);
  ca_file = arguments[6];
  base = arguments[7];
  kept = arguments[8];
  /* The handler registered first runs last. */
  if (strstr(host, "joins")) {
    atexit(join_late);
  }
  if (strstr(host, "frees")) {
    atexit(free_late);
  }
  if (strstr(host, "openssl")) {
    set_up_openssl();
  }
  if (strstr(host, "frees")) {
    freed_client = new_client("stall:at=middle", 0);
    freed_stream = waiting_stream(freed_client);
  }
  for (number = 0; number < threads; number++) {
    pthread_t thread = start(number);
    joined = number == 0 ? thread : joined;
  }
  if (strstr(host, "joins")) {
    joined = start_one();
  }
  usleep((useconds_t)milliseconds * 1000);
  end();
  return status;
}
