/*
 * load_server.c - streams answers to any number of clients, over TLS and plain,
 * from one thread. What a client gets is said by its URL; see upgrade.h.
 *
 *   load_server CERTIFICATE KEY [--no-tickets]
 *   load_server --text N       prints the text of an answer of N frames
 *
 * Prints {"wss": PORT, "ws": PORT} when it is ready; ends with its standard
 * input. Signatures are not checked: the emulator does that.
 */
#define _GNU_SOURCE

#include "connection.h"
#include "frames.h"

#include <openssl/err.h>
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

enum {
  INPUT_SIZE = 8192,
  BACKLOG = 4096,
  EVENTS = 256,
  /* So many packets of one stream, then it is another's turn. */
  TURN = 16,
  /* A client under valgrind takes its time. */
  CLOSE_SECONDS = 120
};

static int poller;
static SSL_CTX *context;
static connection *ready_head, **ready_tail = &ready_head;

static void fail(const char *what) {
  perror(what);
  exit(EXIT_FAILURE);
}

/* ---- Connections ---- */

static void make_ready(connection *c) {
  if (!c->is_ready) {
    c->is_ready = 1;
    c->next_ready = NULL;
    *ready_tail = c;
    ready_tail = &c->next_ready;
  }
}

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

/* ---- Phases: each returns 1 for the next, 0 to wait, -1 to drop ---- */

static int handshake(connection *c) {
  ERR_clear_error();
  int result = SSL_accept(c->tls);
  int why = SSL_get_error(c->tls, result);
  if (connection_flush(c) < 0 || (result != 1 && why != SSL_ERROR_WANT_READ)) {
    return -1;
  }
  c->phase = result == 1 ? REQUEST : HANDSHAKE;
  return result == 1;
}

static int fill(connection *c) {
  if (c->input == NULL && (c->input = malloc(INPUT_SIZE)) == NULL) {
    fail("memory");
  }
  size_t room = INPUT_SIZE - 1 - c->input_count;
  ssize_t count = connection_take(c, c->input + c->input_count, room);
  if (count <= 0) {
    return room == 0 ? -1 : (int)count;
  }
  c->input_count += (size_t)count;
  c->input[c->input_count] = '\0';
  return 1;
}

static int request(connection *c) {
  char *end;
  do {
    int result = fill(c);
    if (result <= 0) {
      return result;
    }
    end = strstr(c->input, "\r\n\r\n");
  } while (end == NULL);
  char key[64];
  char answer[256];
  if (!upgrade_parse(c->input, &c->order, key)) {
    return -1;
  }
  connection_put(c, answer, upgrade_accept(answer, key));
  end += 4;
  c->input_count -= (size_t)(end - c->input);
  memmove(c->input, end, c->input_count + 1);
  c->phase = QUESTION;
  return connection_flush(c) < 0 ? -1 : 1;
}

static void begin(connection *c) {
  c->phase = WAITING;
  timer_set(&c->timer, timer_now() + c->order.delay_ms * 1000000U);
}

static int question(connection *c) {
  while (upgrade_frame_length(c->input, c->input_count) == 0) {
    int result = fill(c);
    if (result <= 0) {
      return result;
    }
  }
  if ((c->input[0] & 0x0f) != 1) {
    return -1; /* a Close, as nothing else is asked */
  }
  free(c->input);
  c->input = NULL;
  if (c->order.hold == 0) {
    begin(c);
    return 0;
  }
  c->phase = WAITING;
  if (connection_hold(c) >= c->order.hold) {
    for (connection *first; (first = connection_held()) != NULL;) {
      connection_let_go(first);
      begin(first);
    }
  }
  return 0;
}

static void put_packet(connection *c) {
  static char buffer[FRAME_MAX * 256];
  for (uint64_t i = 0; i < c->order.flush && c->sent < c->order.frames; i++) {
    size_t count = 0;
    for (uint64_t j = 0; j < c->order.batch && c->sent < c->order.frames; j++) {
      count += frames_write(buffer + count, c->sent++, c->order.frames);
    }
    connection_put(c, buffer, count);
  }
}

static int stream(connection *c) {
  for (int i = 0; i < TURN; i++) {
    int result = connection_flush(c);
    if (result <= 0) {
      return result;
    }
    if (c->sent == c->order.frames) {
      connection_put(c, "\x88\x02\x03\xe8", 4);
      c->phase = CLOSING;
      timer_set(&c->timer, timer_now() + CLOSE_SECONDS * 1000000000ULL);
      return connection_flush(c) < 0 ? -1 : 0;
    }
    if (c->order.gap_us > 0 && c->sent > 0) {
      uint64_t due = c->timer.due + c->order.gap_us * 1000U;
      if (c->timer.place != 0) {
        return 0;
      }
      if (due > timer_now()) {
        timer_set(&c->timer, due);
        return 0;
      }
      c->timer.due = due;
    }
    put_packet(c);
  }
  make_ready(c);
  return connection_flush(c) < 0 ? -1 : 0;
}

/* What the client says first after our Close is its own Close, or its end. */
static int closing(connection *c) {
  char rest[256];
  int result = connection_flush(c);
  if (result <= 0) {
    return result;
  }
  return connection_take(c, rest, sizeof rest) == 0 ? 0 : -1;
}

static void advance(connection *c) {
  int result = 1;
  while (result > 0) {
    switch (c->phase) {
    case HANDSHAKE:
      result = handshake(c);
      break;
    case REQUEST:
      result = request(c);
      break;
    case QUESTION:
      result = question(c);
      break;
    case WAITING:
      result = 0;
      break;
    case STREAMING:
      result = stream(c);
      break;
    case CLOSING:
      result = closing(c);
      break;
    }
  }
  if (result < 0) {
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
    if (c->phase == CLOSING) {
      drop(c);
      continue;
    }
    if (c->phase == WAITING) {
      c->phase = STREAMING;
    } else {
      put_packet(c);
    }
    advance(c);
  }
}

static void run_ready(void) {
  connection *list = ready_head;
  ready_head = NULL;
  ready_tail = &ready_head;
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
  if (ready_head == NULL && first == NULL) {
    limit = NULL;
  } else if (ready_head == NULL) {
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
  if (argc == 3 && strcmp(argv[1], "--text") == 0) {
    frames_print_text(stdout, strtoull(argv[2], NULL, 10));
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
