#define _POSIX_C_SOURCE 200809L

#include "chat_clean.h"

#include "chat_text.h"

#include <stdlib.h>
#include <string.h>

enum { SECRET_COUNT = 16, SECRET_SIZE = 512 };

static char secrets[SECRET_COUNT][SECRET_SIZE];
static size_t secret_count;

static void keep_secret(const char *text, size_t length) {
  if (length > 1 && length < SECRET_SIZE && secret_count < SECRET_COUNT) {
    memcpy(secrets[secret_count++], text, length);
  }
}

static void keep_login(const char *proxy) {
  const char *start = strstr(proxy, "://");
  const char *user = start ? start + 3 : proxy;
  const char *end = strrchr(user, '@');
  const char *colon = end ? strchr(user, ':') : NULL;
  if (end && colon && colon < end) {
    keep_secret(user, (size_t)(colon - user));
    keep_secret(colon + 1, (size_t)(end - colon - 1));
  } else if (end) {
    keep_secret(user, (size_t)(end - user));
  }
}

void find_secrets(void) {
  static const char *const names[] = {
      "IFLYTEK_SPARK_API_SECRET", "IFLYTEK_SPARK_API_PASSWORD",
      "IFLYTEK_SPARK_API_KEY",    "IFLYTEK_SPARK_APP_ID",
      "SPARKAI_API_SECRET",       "SPARKAI_API_KEY",
      "SPARKAI_APP_ID",           "HOME"};
  static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY",
                                        "all_proxy", "ALL_PROXY"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *value = getenv(names[i]);
    keep_secret(value ? value : "", value ? strlen(value) : 0);
  }
  for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++) {
    keep_login(getenv(proxies[i]) ? getenv(proxies[i]) : "");
  }
}

/* How many bytes of the text are a secret. The library's signatures begin with
 * the Base64 of `api_key="`. */
static size_t secret_at(const char *text, size_t length) {
  static const char signature[] = "YXBpX2tleT0i";
  size_t known = sizeof signature - 1;
  for (size_t i = 0; i < secret_count; i++) {
    size_t count = strlen(secrets[i]);
    if (count <= length && memcmp(text, secrets[i], count) == 0) {
      return count;
    }
  }
  if (length < known || memcmp(text, signature, known) != 0) {
    return 0;
  }
  while (known < length && !strchr(" \t\r\n&\"'\\,;", text[known])) {
    known++;
  }
  return known;
}

static void put_escaped(FILE *to, unsigned long character) {
  if (character > 0xFFFF) {
    unsigned long above = character - 0x10000;
    fprintf(to, "\\u%04lx", 0xD800 + (above >> 10));
    character = 0xDC00 + (above & 0x3FF);
  }
  fprintf(to, "\\u%04lx", character);
}

static void put_in_json(FILE *to, const char *text, size_t count,
                        unsigned long character) {
  if (character == NO_CHARACTER) {
    fputs("\\ufffd", to);
  } else if (character < 0x20 || drives_terminal(character)) {
    put_escaped(to, character);
  } else {
    fputs(character == '"' || character == '\\' ? "\\" : "", to);
    fwrite(text, 1, count, to);
  }
}

static void put(FILE *to, const char *text, size_t length, int is_json) {
  size_t at = 0;
  while (at < length) {
    unsigned long character = 0;
    size_t count = secret_at(text + at, length - at);
    if (count > 0) {
      fputs("***", to);
      at += count;
      continue;
    }
    count = read_character(text + at, length - at, &character);
    (is_json ? put_in_json : put_in_line)(to, text + at, count, character);
    at += count;
  }
}

void put_inside_json(FILE *to, const char *text, size_t length) {
  put(to, text, length, 1);
}

void put_clean(FILE *to, const char *text) {
  put(to, text, strlen(text), 0);
}

void put_json(FILE *to, const char *text, size_t length) {
  fputc('"', to);
  put(to, text, length, 1);
  fputc('"', to);
}
