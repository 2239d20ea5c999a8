#define _GNU_SOURCE

#include "connection.h"

#include <openssl/err.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static connection *held;
static uint64_t held_count;
static connection *ready_head, **ready_tail = &ready_head;

static void out_of_memory(void) {
  fprintf(stderr, "load_server: out of memory\n");
  exit(EXIT_FAILURE);
}

connection *connection_new(int fd, SSL_CTX *context) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connection *c = calloc(1, sizeof *c);
  if (c == NULL || (c->output = BIO_new(BIO_s_mem())) == NULL) {
    out_of_memory();
  }
  c->fd = fd;
  c->phase = REQUEST;
  if (context != NULL) {
    c->tls = SSL_new(context);
    if (c->tls == NULL) {
      out_of_memory();
    }
    SSL_set_bio(c->tls, BIO_new_socket(fd, BIO_NOCLOSE), c->output);
    SSL_set_accept_state(c->tls);
    c->phase = HANDSHAKE;
  }
  return c;
}

void connection_free(connection *c) {
  close(c->fd);
  if (c->tls != NULL) {
    SSL_free(c->tls); /* frees the output too */
  } else {
    BIO_free(c->output);
  }
  free(c->input);
  free(c);
}

ssize_t connection_take(connection *c, char *target, size_t size) {
  ssize_t count;
  if (c->tls != NULL) {
    ERR_clear_error();
    count = SSL_read(c->tls, target, (int)size);
    if (count <= 0) {
      int why = SSL_get_error(c->tls, (int)count);
      return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    return count;
  }
  count = recv(c->fd, target, size, 0);
  if (count < 0) {
    return errno == EAGAIN ? 0 : -1;
  }
  return count == 0 ? -1 : count;
}

void connection_put(connection *c, const char *bytes, size_t count) {
  int done = c->tls != NULL ? SSL_write(c->tls, bytes, (int)count)
                            : BIO_write(c->output, bytes, (int)count);
  if (done != (int)count) {
    out_of_memory();
  }
}

int connection_flush(connection *c) {
  char *bytes;
  size_t count = (size_t)BIO_get_mem_data(c->output, &bytes);
  while (c->output_at < count) {
    ssize_t sent =
        send(c->fd, bytes + c->output_at, count - c->output_at, MSG_NOSIGNAL);
    if (sent < 0) {
      return errno == EAGAIN ? 0 : -1;
    }
    c->output_at += (size_t)sent;
  }
  if (count > 0) {
    BIO_reset(c->output);
  }
  c->output_at = 0;
  return 1;
}

uint64_t connection_hold(connection *c) {
  c->is_held = 1;
  c->previous_held = NULL;
  c->next_held = held;
  if (held != NULL) {
    held->previous_held = c;
  }
  held = c;
  return ++held_count;
}

void connection_let_go(connection *c) {
  if (!c->is_held) {
    return;
  }
  c->is_held = 0;
  *(c->previous_held != NULL ? &c->previous_held->next_held : &held) =
      c->next_held;
  if (c->next_held != NULL) {
    c->next_held->previous_held = c->previous_held;
  }
  held_count--;
}

connection *connection_held(void) {
  return held;
}

void connection_make_ready(connection *c) {
  if (!c->is_ready) {
    c->is_ready = 1;
    c->next_ready = NULL;
    *ready_tail = c;
    ready_tail = &c->next_ready;
  }
}

int connection_any_ready(void) {
  return ready_head != NULL;
}

connection *connection_take_ready(void) {
  connection *list = ready_head;
  ready_head = NULL;
  ready_tail = &ready_head;
  return list;
}
