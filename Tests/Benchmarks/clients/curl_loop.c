#include "curl_loop.h"

#include <curl/curl.h>

#include <stdlib.h>
#include <string.h>

static const char question[] =
    "{\"model\":\"generalv3.5\",\"stream\":true,\"user\":\"bench\","
    "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

typedef struct exchange {
  /* The incomplete line, and the text received so far. */
  text line, answer;
  event_reader read;
  uint64_t chunks;
  int is_over;
} exchange;

static void take_event(exchange *exchange, const char *data, size_t length) {
  if (length >= 6 && memcmp(data, "[DONE]", 6) == 0) {
    exchange->is_over = 1;
  } else if (exchange->read(data, length, &exchange->answer) &&
             exchange->chunks++ == 0) {
    measure_first();
  }
}

static void take_line(exchange *exchange, const char *line, size_t length) {
  if (length > 5 && memcmp(line, "data:", 5) == 0) {
    take_event(exchange, line + 5, length - 5);
  }
}

/* Copies only lines that arrive in two parts. */
static size_t on_bytes(char *bytes, size_t size, size_t count,
                       void *user_data) {
  exchange *exchange = user_data;
  char *end = bytes + size * count, *newline;
  for (char *at = bytes; at < end; at = newline + 1) {
    newline = memchr(at, '\n', (size_t)(end - at));
    if (newline == NULL) {
      text_append(&exchange->line, at, (size_t)(end - at));
      break;
    }
    if (exchange->line.length > 0) {
      text_append(&exchange->line, at, (size_t)(newline - at));
      take_line(exchange, exchange->line.bytes, exchange->line.length);
      exchange->line.length = 0;
    } else {
      take_line(exchange, at, (size_t)(newline - at));
    }
  }
  return size * count;
}

static exchange receive(event_reader read, const char *ca_file,
                        const char *url) {
  exchange exchange = {.read = read};
  CURL *curl = curl_easy_init();
  struct curl_slist *fields =
      curl_slist_append(NULL, "Content-Type: application/json");
  fields = curl_slist_append(fields, "Authorization: Bearer bench");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK || !exchange.is_over) {
    give_up("curl", curl_easy_strerror(code));
  }
  curl_slist_free_all(fields);
  curl_easy_cleanup(curl);
  free(exchange.line.bytes);
  return exchange;
}

int curl_main(int argc, char **argv, event_reader read) {
  if (argc != 4) {
    give_up("usage", "CA_FILE WARM_UP_URL URL");
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  receive(read, argv[1], argv[2]);
  measure_begin();
  exchange exchange = receive(read, argv[1], argv[3]);
  measure_end();
  measure_print(exchange.chunks, exchange.answer.length,
                checksum(0, exchange.answer.bytes, exchange.answer.length), "");
  return EXIT_SUCCESS;
}
