/*
 * load_server.c - streams answers to any number of clients, over TLS and plain,
 * from one thread. A client's URL determines its answer; see http.h.
 *
 *   load_server CERTIFICATE KEY [--no-tickets]
 *   load_server --text N STYLE REPEAT    prints the text of an answer
 *
 * Prints {"wss": PORT, "ws": PORT} when it is ready; ends with its standard
 * input. It does not check signatures; the emulator does.
 */
#define _GNU_SOURCE

#include "phases.h"

#include <openssl/ssl.h>

#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, EVENTS = 256 };

static int poller;
static SSL_CTX *context;

static void fail(const char *what) {
  perror(what);
  exit(EXIT_FAILURE);
}

/* ---- Connections ---- */

static void drop(connection *c) {
  connection_let_go(c);
  timer_clear(&c->timer);
  if (c->is_ready) {
    c->is_gone = 1; /* freed when its turn comes */
  } else {
    connection_free(c);
  }
}

static void accept_all(int listener, int is_tls) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >=
         0) {
    connection *c = connection_new(fd, is_tls ? context : NULL);
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
      fail("epoll_ctl");
    }
  }
}

static void advance(connection *c) {
  if (phases_advance(c) < 0) {
    drop(c);
  }
}

/* ---- The loop ---- */

static void run_timers(void) {
  timer *first;
  uint64_t now = timer_now();
  while ((first = timer_first()) != NULL && first->due <= now) {
    connection *c = (connection *)first;
    timer_clear(first);
    if (phases_on_timer(c)) {
      advance(c);
    } else {
      drop(c);
    }
  }
}

static void run_ready(void) {
  connection *list = connection_take_ready();
  while (list != NULL) {
    connection *c = list;
    list = c->next_ready;
    c->is_ready = 0;
    if (c->is_gone) {
      connection_free(c);
    } else {
      advance(c);
    }
  }
}

static int wait_for(struct epoll_event *events) {
  struct timespec pause = {0, 0};
  struct timespec *limit = &pause;
  timer *first = timer_first();
  if (!connection_any_ready() && first == NULL) {
    limit = NULL;
  } else if (!connection_any_ready()) {
    uint64_t now = timer_now();
    uint64_t left = first->due > now ? first->due - now : 0;
    pause.tv_sec = (time_t)(left / 1000000000U);
    pause.tv_nsec = (long)(left % 1000000000U);
  }
  return epoll_pwait2(poller, events, EVENTS, limit, NULL);
}

static int listen_on(unsigned *port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
      listen(fd, BACKLOG) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    fail("listen");
  }
  *port = ntohs(address.sin_port);
  return fd;
}

static void watch(int fd, int *which) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = which};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
    fail("epoll_ctl");
  }
}

static void make_context(const char *certificate, const char *key) {
  context = SSL_CTX_new(TLS_server_method());
  if (context == NULL ||
      SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
    fail("the certificate");
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

int main(int argc, char **argv) {
  frames_prepare();
  if (argc == 5 && strcmp(argv[1], "--text") == 0) {
    answer answer = {.style = texts_style(argv[3]),
                     .frames = strtoull(argv[2], NULL, 10),
                     .repeat = strtoull(argv[4], NULL, 10)};
    if (answer.style == STYLES) {
      fail(argv[3]);
    }
    frames_print_text(stdout, &answer);
    return EXIT_SUCCESS;
  }
  if (argc < 3) {
    fprintf(stderr, "usage: load_server CERTIFICATE KEY [--no-tickets]\n");
    return EXIT_FAILURE;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  make_context(argv[1], argv[2]);
  if (argc > 3 && strcmp(argv[3], "--no-tickets") == 0) {
    SSL_CTX_set_num_tickets(context, 0);
  }
  poller = epoll_create1(EPOLL_CLOEXEC);
  unsigned wss, ws;
  int sources[] = {listen_on(&wss), listen_on(&ws), STDIN_FILENO};
  for (size_t i = 0; i < 3; i++) {
    watch(sources[i], &sources[i]);
  }
  printf("{\"wss\": %u, \"ws\": %u}\n", wss, ws);
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = wait_for(events);
    for (int i = 0; i < count; i++) {
      int *source = events[i].data.ptr;
      if (source == &sources[2]) {
        return EXIT_SUCCESS;
      }
      if (source >= sources && source < sources + 2) {
        accept_all(*source, source == sources);
        continue;
      }
      connection *c = events[i].data.ptr;
      int is_gone =
          (events[i].events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0;
      if (is_gone && c->phase >= WAITING) {
        drop(c);
      } else {
        advance(c);
      }
    }
    run_timers();
    run_ready();
  }
}
