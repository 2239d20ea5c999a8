#define _GNU_SOURCE

#include "bare.h"
#include "measure.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char question[] =
    "{\"header\":{\"app_id\":\"bench\",\"uid\":\"bench\"},"
    "\"parameter\":{\"chat\":{\"domain\":\"generalv3.5\"}},"
    "\"payload\":{\"message\":{\"text\":[{\"role\":\"user\","
    "\"content\":\"Hello\"}]}}}";

bare_place bare_parse(const char *url) {
  bare_place place = {.is_tls = strncmp(url, "wss://", 6) == 0};
  if (sscanf(url, "%*[a-z]://%127[^:]:%7[0-9]", place.host, place.port) != 2) {
    give_up("the URL needs a port", url);
  }
  place.path = strchr(strstr(url, "://") + 3, '/');
  return place;
}

SSL_CTX *bare_context(const char *ca_file) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL ||
      SSL_CTX_load_verify_locations(context, ca_file, NULL) != 1) {
    give_up("TLS context", ca_file);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
  return context;
}

static int bare_connect(const bare_place *place) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  if (getaddrinfo(place->host, place->port, &hints, &found) != 0) {
    give_up("no such host", place->host);
  }
  int fd = -1;
  for (struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
    fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(found);
  if (fd < 0) {
    give_up("connect", place->host);
  }
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

static void start_tls(bare *bare, const bare_place *place, SSL_CTX *context,
                      SSL_SESSION *session) {
  bare->tls = SSL_new(context);
  SSL_set_fd(bare->tls, bare->fd);
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(bare->tls), place->host) !=
      1) {
    SSL_set1_host(bare->tls, place->host);
    SSL_set_tlsext_host_name(bare->tls, place->host);
  }
  if (session != NULL) {
    SSL_set_session(bare->tls, session);
  }
  if (SSL_connect(bare->tls) != 1) {
    give_up("TLS handshake", place->host);
  }
}

static void bare_write(bare *bare, const char *bytes, size_t count) {
  ssize_t done = bare->tls != NULL ? SSL_write(bare->tls, bytes, (int)count)
                                   : send(bare->fd, bytes, count, MSG_NOSIGNAL);
  if (done != (ssize_t)count) {
    give_up("write", "the connection is gone");
  }
}

static void bare_read(bare *bare) {
  size_t used = bare->end - bare->start;
  if (bare->start > 0) {
    memmove(bare->input, bare->input + bare->start, used);
    bare->start = 0;
    bare->end = used;
  }
  char *target = bare->input + used;
  size_t room = bare->capacity - used;
  ssize_t count = bare->tls != NULL ? SSL_read(bare->tls, target, (int)room)
                                    : recv(bare->fd, target, room, 0);
  if (count <= 0) {
    give_up("read", "the connection is gone");
  }
  bare->end += (size_t)count;
}

void bare_open(bare *bare, const bare_place *place, SSL_CTX *context,
               SSL_SESSION *session, size_t capacity) {
  unsigned char random[16];
  unsigned char key[32];
  char head[1024];
  *bare = (struct bare){.input = malloc(capacity), .capacity = capacity};
  bare->fd = bare_connect(place);
  if (place->is_tls) {
    start_tls(bare, place, context, session);
  }
  RAND_bytes(random, sizeof random);
  EVP_EncodeBlock(key, random, sizeof random);
  int length =
      snprintf(head, sizeof head,
               "GET %s HTTP/1.1\r\nHost: %s:%s\r\n"
               "Upgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: %s\r\n"
               "Sec-WebSocket-Version: 13\r\n\r\n",
               place->path, place->host, place->port, (const char *)key);
  bare_write(bare, head, (size_t)length);
  char *end;
  do {
    bare_read(bare);
    end = memmem(bare->input, bare->end, "\r\n\r\n", 4);
  } while (end == NULL);
  if (strncmp(bare->input, "HTTP/1.1 101", 12) != 0) {
    give_up("upgrade", "refused");
  }
  bare->start = (size_t)(end + 4 - bare->input);
}

static void send_frame(bare *bare, unsigned char opcode, const char *payload,
                       size_t length) {
  unsigned char frame[sizeof question + 8];
  unsigned char mask[4];
  size_t at = 0;
  RAND_bytes(mask, sizeof mask);
  frame[at++] = 0x80 | opcode;
  if (length < 126) {
    frame[at++] = (unsigned char)(0x80 | length);
  } else {
    frame[at++] = 0x80 | 126;
    frame[at++] = (unsigned char)(length >> 8);
    frame[at++] = (unsigned char)length;
  }
  memcpy(frame + at, mask, sizeof mask);
  at += sizeof mask;
  for (size_t i = 0; i < length; i++) {
    frame[at + i] = (unsigned char)payload[i] ^ mask[i & 3];
  }
  bare_write(bare, (const char *)frame, at + length);
}

void bare_ask(bare *bare) {
  send_frame(bare, 1, question, sizeof question - 1);
}

int bare_next(bare *bare, const char **payload, size_t *length) {
  for (;;) {
    const unsigned char *head =
        (const unsigned char *)bare->input + bare->start;
    size_t count = bare->end - bare->start;
    if (count >= 2) {
      size_t header = 2;
      size_t size = head[1] & 0x7f;
      if (size == 126 && count >= 4) {
        header = 4;
        size = (size_t)head[2] << 8 | head[3];
      }
      if (size != 126 || header == 4) {
        if (count >= header + size) {
          *payload = (const char *)head + header;
          *length = size;
          bare->start += header + size;
          return head[0] & 0x0f;
        }
      }
    }
    bare_read(bare);
  }
}

void bare_close(bare *bare) {
  send_frame(bare, 8, "\x03\xe8", 2);
  if (bare->tls != NULL) {
    SSL_shutdown(bare->tls);
    SSL_free(bare->tls);
  }
  close(bare->fd);
  free(bare->input);
}
