#include "phases.h"

#include <openssl/err.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  INPUT_SIZE = 8192,
  /* Packets of one stream before it is another's turn. */
  TURN = 16,
  /* A client under valgrind is slow. */
  CLOSE_SECONDS = 120
};

static void *reserve(void *memory, size_t size) {
  memory = realloc(memory, size);
  if (memory == NULL) {
    perror("load_server");
    exit(EXIT_FAILURE);
  }
  return memory;
}

/* Each of these returns 1 for the next phase, 0 to wait, -1 to drop. */

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
  if (c->input == NULL) {
    c->input = reserve(NULL, INPUT_SIZE);
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
  char head[HTTP_HEAD_MAX];
  if (!http_parse(c->input, &c->order)) {
    return -1;
  }
  connection_put(c, head, http_answer(head, &c->order));
  end += 4;
  c->input_count -= (size_t)(end - c->input);
  memmove(c->input, end, c->input_count + 1);
  c->phase = QUESTION;
  /* A client that posts reads the response after it has sent the body. */
  return !c->order.answer.is_event && connection_flush(c) < 0 ? -1 : 1;
}

static void begin(connection *c) {
  c->phase = WAITING;
  timer_set(&c->timer, timer_now() + c->order.delay_ms * 1000000U);
}

static int is_asked(const connection *c) {
  if (c->order.answer.is_event) {
    return c->input_count >= c->order.body;
  }
  return http_frame_length(c->input, c->input_count) > 0;
}

static int question(connection *c) {
  while (!is_asked(c)) {
    int result = fill(c);
    if (result <= 0) {
      return result;
    }
  }
  if (!c->order.answer.is_event && (c->input[0] & 0x0f) != 1) {
    return -1; /* a Close: nothing was asked */
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
  static char *buffer;
  static size_t capacity;
  const order *order = &c->order;
  size_t needed = order->batch * frames_room(&order->answer);
  if (needed > capacity) {
    buffer = reserve(buffer, needed);
    capacity = needed;
  }
  uint64_t frames = order->answer.frames;
  for (uint64_t i = 0; i < order->flush && c->sent < frames; i++) {
    size_t count = 0;
    for (uint64_t j = 0; j < order->batch && c->sent < frames; j++) {
      count += frames_write(buffer + count, &order->answer, c->sent++);
    }
    connection_put(c, buffer, count);
  }
}

static int end(connection *c) {
  size_t length;
  const char *bytes = frames_end(&c->order.answer, &length);
  connection_put(c, bytes, length);
  c->phase = CLOSING;
  timer_set(&c->timer, timer_now() + CLOSE_SECONDS * 1000000000ULL);
  return connection_flush(c) < 0 ? -1 : 0;
}

static int stream(connection *c) {
  for (int i = 0; i < TURN; i++) {
    int result = connection_flush(c);
    if (result <= 0) {
      return result;
    }
    if (c->sent == c->order.answer.frames) {
      return end(c);
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
  connection_make_ready(c);
  return connection_flush(c) < 0 ? -1 : 0;
}

/* After our Close, the client sends its own Close, or ends. */
static int closing(connection *c) {
  char rest[256];
  int result = connection_flush(c);
  if (result <= 0) {
    return result;
  }
  return connection_take(c, rest, sizeof rest) == 0 ? 0 : -1;
}

int phases_advance(connection *c) {
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
  return result;
}

int phases_on_timer(connection *c) {
  if (c->phase == CLOSING) {
    return 0;
  }
  if (c->phase == WAITING) {
    c->phase = STREAMING;
  } else {
    put_packet(c);
  }
  return 1;
}
