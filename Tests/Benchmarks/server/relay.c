/*
 * relay.c - a long way to a server on this machine: every byte arrives DELAY_MS
 * after it was sent, in both directions and in order.
 *
 *   relay PORT DELAY_MS
 *
 * Prints {"port": PORT} when it is ready; ends with its standard input.
 *
 * connect() to the relay succeeds immediately; over a real distance it would
 * take a round trip. The relay therefore treats everything that the client
 * sends during that round trip as sent at its end.
 */
#define _GNU_SOURCE

#include "timers.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 16384, EVENTS = 64 };

typedef struct chunk {
  uint64_t due;
  size_t length, at;
  struct chunk *next;
  char bytes[CHUNK];
} chunk;

/* One direction. An empty chunk is the end. */
typedef struct way {
  timer timer; /* first: a timer is its way */
  int from, to;
  uint64_t open_at;
  chunk *first, **last;
} way;

static int poller;
static uint64_t delay;

static void fail(const char *what) {
  perror(what);
  exit(EXIT_FAILURE);
}

static void watch(int fd, uint32_t events, void *data) {
  struct epoll_event event = {.events = events, .data.ptr = data};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
    fail("epoll_ctl");
  }
}

static void take(way *way) {
  for (;;) {
    chunk *chunk = malloc(sizeof *chunk);
    if (chunk == NULL) {
      fail("memory");
    }
    ssize_t count = recv(way->from, chunk->bytes, CHUNK, MSG_DONTWAIT);
    uint64_t now = timer_now();
    if (count < 0) {
      free(chunk);
      return;
    }
    chunk->due = (now > way->open_at ? now : way->open_at) + delay;
    chunk->length = (size_t)count;
    chunk->at = 0;
    chunk->next = NULL;
    *way->last = chunk;
    way->last = &chunk->next;
    if (way->first == chunk) {
      timer_set(&way->timer, chunk->due);
    }
    if (count == 0) {
      return;
    }
  }
}

/* Sends the chunks that are due; retries a full socket a millisecond later. */
static void deliver(way *way) {
  uint64_t now = timer_now();
  while (way->first != NULL && way->first->due <= now) {
    chunk *chunk = way->first;
    if (chunk->length == 0) {
      shutdown(way->to, SHUT_WR);
    }
    while (chunk->at < chunk->length) {
      ssize_t sent =
          send(way->to, chunk->bytes + chunk->at, chunk->length - chunk->at,
               MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0) {
        chunk->due = now + 1000000U;
        break;
      }
      chunk->at += (size_t)sent;
    }
    if (chunk->at < chunk->length) {
      break;
    }
    way->first = chunk->next;
    if (way->first == NULL) {
      way->last = &way->first;
    }
    free(chunk);
  }
  if (way->first != NULL) {
    timer_set(&way->timer, way->first->due);
  }
}

static void add_way(int from, int to, uint64_t open_at) {
  int yes = 1;
  way *way = calloc(1, sizeof *way);
  if (way == NULL) {
    fail("memory");
  }
  setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  way->from = from;
  way->to = to;
  way->open_at = open_at;
  way->last = &way->first;
  watch(from, EPOLLIN | EPOLLET, way);
}

/* Connections are few, and stay open until the process ends. */
static void add_connection(int listener, const struct sockaddr_in *server) {
  int near = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  int far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (near < 0 || far < 0 ||
      connect(far, (const struct sockaddr *)server, sizeof *server) != 0) {
    fail("connection");
  }
  add_way(near, far, timer_now() + 2 * delay);
  add_way(far, near, 0);
}

static int listen_anywhere(unsigned *port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
      listen(fd, 64) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    fail("listen");
  }
  *port = ntohs(address.sin_port);
  return fd;
}

static int wait_for(struct epoll_event *events) {
  timer *first = timer_first();
  if (first == NULL) {
    return epoll_pwait2(poller, events, EVENTS, NULL, NULL);
  }
  uint64_t now = timer_now();
  uint64_t left = first->due > now ? first->due - now : 0;
  struct timespec limit = {(time_t)(left / 1000000000U),
                           (long)(left % 1000000000U)};
  return epoll_pwait2(poller, events, EVENTS, &limit, NULL);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: relay PORT DELAY_MS\n");
    return EXIT_FAILURE;
  }
  struct sockaddr_in server = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)atoi(argv[1])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  delay = strtoull(argv[2], NULL, 10) * 1000000U;
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  poller = epoll_create1(EPOLL_CLOEXEC);
  unsigned port;
  int sources[] = {listen_anywhere(&port), STDIN_FILENO};
  watch(sources[0], EPOLLIN, &sources[0]);
  watch(sources[1], EPOLLIN, &sources[1]);
  printf("{\"port\": %u}\n", port);
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = wait_for(events);
    for (int i = 0; i < count; i++) {
      void *source = events[i].data.ptr;
      if (source == &sources[1]) {
        return EXIT_SUCCESS;
      }
      if (source == &sources[0]) {
        add_connection(sources[0], &server);
      } else {
        take(source);
      }
    }
    timer *first;
    while ((first = timer_first()) != NULL && first->due <= timer_now()) {
      timer_clear(first);
      deliver((way *)first);
    }
  }
}
