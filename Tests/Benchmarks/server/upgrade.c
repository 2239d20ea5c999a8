#define _GNU_SOURCE

#include "upgrade.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t parameter(const char *target, size_t length, const char *name,
                          uint64_t otherwise) {
  size_t name_length = strlen(name);
  for (size_t i = 1; i + name_length < length; i++) {
    if (strchr("/?&", target[i - 1]) != NULL &&
        target[i + name_length] == '=' &&
        memcmp(target + i, name, name_length) == 0) {
      return strtoull(target + i + name_length + 1, NULL, 10);
    }
  }
  return otherwise;
}

int upgrade_parse(const char *head, order *order, char *key) {
  size_t length = strcspn(head, "\r");
  order->frames = parameter(head, length, "n", 100);
  order->batch = parameter(head, length, "batch", 1);
  order->flush = parameter(head, length, "flush", 1);
  order->gap_us = parameter(head, length, "gap_us", 0);
  order->delay_ms = parameter(head, length, "delay_ms", 0);
  order->hold = parameter(head, length, "hold", 0);
  const char *found = strcasestr(head, "\r\nSec-WebSocket-Key:");
  return strncmp(head, "GET ", 4) == 0 && order->frames > 0 &&
         order->batch > 0 && order->batch <= 256 && order->flush > 0 &&
         order->flush <= 256 && found != NULL &&
         sscanf(found + sizeof "\r\nSec-WebSocket-Key:" - 1, " %63s", key) == 1;
}

size_t upgrade_accept(char *target, const char *key) {
  char text[128];
  unsigned char digest[SHA_DIGEST_LENGTH];
  unsigned char accept[32];
  int length = snprintf(text, sizeof text,
                        "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  SHA1((const unsigned char *)text, (size_t)length, digest);
  EVP_EncodeBlock(accept, digest, sizeof digest);
  return (size_t)snprintf(target, 256,
                          "HTTP/1.1 101 Switching Protocols\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n",
                          (const char *)accept);
}

size_t upgrade_frame_length(const char *bytes, size_t count) {
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
