#include "chat_credentials.h"

#include "chat_doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 2048, USUAL = 32 };

enum credential { APP_ID, API_KEY, API_SECRET, API_PASSWORD, KIND_COUNT };

static const struct kind {
  const char *words;
  const char *variable;
  const char *other;
} kinds[KIND_COUNT] = {
    {"app id", "IFLYTEK_SPARK_APP_ID", "SPARKAI_APP_ID"},
    {"API key", "IFLYTEK_SPARK_API_KEY", "SPARKAI_API_KEY"},
    {"API secret", "IFLYTEK_SPARK_API_SECRET", "SPARKAI_API_SECRET"},
    {"API password", "IFLYTEK_SPARK_API_PASSWORD", ""},
};

/* "" where there is none. */
static const char *credential(int which) {
  const char *value = getenv(kinds[which].variable);
  if (!value || !*value) {
    value = getenv(kinds[which].other);
  }
  return value ? value : "";
}

static int is_key(const char *text) {
  return strlen(text) == USUAL && strspn(text, "0123456789abcdef") == USUAL;
}

static int is_bad_copy(const char *text) {
  return *text && (strpbrk(text, " \t\r\n\"") || *text == '\'');
}

void look_at_credentials(void) {
  char said[LINE_SIZE] = "";
  size_t length = 0;
  for (int i = 0; i < KIND_COUNT; i++) {
    if (*credential(i)) {
      length += (size_t)snprintf(said + length, sizeof said - length, "%s%s",
                                 length > 0 ? ", " : "", kinds[i].words);
    }
  }
  if (length == 0) {
    tell(WRONG_HERE, "credentials", "there are none",
         "set IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and "
         "IFLYTEK_SPARK_API_SECRET, or for HTTP IFLYTEK_SPARK_API_PASSWORD; "
         "the console at xfyun.cn shows them");
    return;
  }
  tell(WELL, "credentials", said, "");
  if (is_key(credential(API_SECRET)) && !is_key(credential(API_KEY))) {
    tell(WRONG_HERE, "credentials",
         "API key and API secret look swapped: the secret has the form of a "
         "key",
         "exchange their values");
  }
  for (int i = 0; i < KIND_COUNT; i++) {
    if (is_bad_copy(credential(i))) {
      snprintf(said, sizeof said,
               "the %s has quotation marks, a blank or a line end in it",
               kinds[i].words);
      tell(WRONG_HERE, "credentials", said,
           "copy it from the console again, and only what is between the "
           "quotation marks");
    }
  }
}

int has_password(void) {
  return *credential(API_PASSWORD) != '\0';
}
