#define _GNU_SOURCE

#include "http.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns what follows "name=" in the request's target; NULL if it is not
 * there. */
static const char *find(const char *head, const char *name) {
  size_t length = strcspn(head, "\r");
  size_t name_length = strlen(name);
  for (size_t i = 1; i + name_length < length; i++) {
    if (strchr("/?&", head[i - 1]) != NULL && head[i + name_length] == '=' &&
        memcmp(head + i, name, name_length) == 0) {
      return head + i + name_length + 1;
    }
  }
  return NULL;
}

static uint64_t parameter(const char *head, const char *name,
                          uint64_t otherwise) {
  const char *found = find(head, name);
  return found != NULL ? strtoull(found, NULL, 10) : otherwise;
}

/* Reads a header field; `format` is for its value. */
static int field(const char *head, const char *name, const char *format,
                 void *value) {
  const char *found = strcasestr(head, name);
  return found != NULL && sscanf(found + strlen(name), format, value) == 1;
}

int http_parse(const char *head, order *order) {
  const char *style = find(head, "style");
  int is_post = strncmp(head, "POST ", 5) == 0;
  *order = (struct order){
      .answer.style = style != NULL ? texts_style(style) : STYLE_PLAIN,
      .answer.is_event = is_post,
      .answer.frames = parameter(head, "n", 100),
      .answer.repeat = parameter(head, "repeat", 1),
      .batch = parameter(head, "batch", 1),
      .flush = parameter(head, "flush", 1),
      .gap_us = parameter(head, "gap_us", 0),
      .delay_ms = parameter(head, "delay_ms", 0),
      .hold = parameter(head, "hold", 0),
  };
  const answer *answer = &order->answer;
  /* Events can have only content. */
  int is_known = answer->style < (is_post ? STYLE_REASONING : STYLES);
  return is_known && answer->frames > 0 && answer->repeat > 0 &&
         answer->repeat <= 65536 && order->batch > 0 && order->batch <= 256 &&
         order->flush > 0 && order->flush <= 256 &&
         (is_post
              ? field(head, "\r\nContent-Length:", " %lu", &order->body)
              : strncmp(head, "GET ", 4) == 0 &&
                    field(head, "\r\nSec-WebSocket-Key:", " %63s", order->key));
}

static size_t accept_upgrade(char *target, const char *key) {
  char text[128];
  unsigned char digest[SHA_DIGEST_LENGTH];
  unsigned char accept[32];
  int length = snprintf(text, sizeof text,
                        "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  SHA1((const unsigned char *)text, (size_t)length, digest);
  EVP_EncodeBlock(accept, digest, sizeof digest);
  return (size_t)snprintf(target, HTTP_HEAD_MAX,
                          "HTTP/1.1 101 Switching Protocols\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n",
                          (const char *)accept);
}

size_t http_answer(char *target, const order *order) {
  if (!order->answer.is_event) {
    return accept_upgrade(target, order->key);
  }
  return (size_t)snprintf(target, HTTP_HEAD_MAX,
                          "HTTP/1.1 200 OK\r\n"
                          "Content-Type: text/event-stream\r\n"
                          "Transfer-Encoding: chunked\r\n"
                          "Connection: close\r\n\r\n");
}

size_t http_frame_length(const char *bytes, size_t count) {
  const unsigned char *head = (const unsigned char *)bytes;
  if (count < 2) {
    return 0;
  }
  size_t length = head[1] & 0x7f;
  size_t header = (head[1] & 0x80) != 0 ? 6 : 2;
  if (length == 127) {
    return 0;
  }
  if (length == 126) {
    if (count < 4) {
      return 0;
    }
    length = (size_t)head[2] << 8 | head[3];
    header += 2;
  }
  return count < header + length ? 0 : header + length;
}
