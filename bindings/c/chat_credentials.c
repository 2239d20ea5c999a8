#include "chat_credentials.h"

#include "chat_doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 2048, LIST_SIZE = 256, USUAL = 32 };

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

/* "" if it is not set. */
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

static void tell_wrong(const char *said, const char *advice) {
  tell(WRONG_HERE, "credentials", said, advice);
}

int has_password(void) {
  return *credential(API_PASSWORD) != '\0';
}

/* Lists the words, or the variables, of those among the first `count` that are
 * set, or are not. */
static int list(char *said, int count, int is_there, int is_variable) {
  size_t length = 0;
  *said = '\0';
  for (int i = 0; i < count; i++) {
    if ((*credential(i) != '\0') == is_there) {
      length += (size_t)snprintf(
          said + length, LIST_SIZE - length, "%s%s", length > 0 ? ", " : "",
          is_variable ? kinds[i].variable : kinds[i].words);
    }
  }
  return length > 0;
}

/* Reports what is wrong with the form of the credentials. Returns 1 if nothing
 * is. */
static int look_at_forms(void) {
  char said[LINE_SIZE];
  int is_well = 1;
  if (is_key(credential(API_SECRET)) && !is_key(credential(API_KEY))) {
    tell_wrong("API key and API secret look swapped: the secret has the form "
               "of a key",
               "exchange their values");
    return 0;
  }
  for (int i = 0; i < KIND_COUNT; i++) {
    if (is_bad_copy(credential(i))) {
      snprintf(said, sizeof said,
               "the %s has quotation marks, a blank or a line end in it",
               kinds[i].words);
      tell_wrong(said,
                 "copy it from the console again, without quotation marks");
      is_well = 0;
    }
  }
  return is_well;
}

int look_at_credentials(void) {
  char said[LINE_SIZE], advice[LINE_SIZE];
  char known[LIST_SIZE], missing[LIST_SIZE];
  int is_well = 1;
  list(missing, API_PASSWORD, 0, 1);
  if (!list(known, KIND_COUNT, 1, 0)) {
    snprintf(advice, sizeof advice,
             "set %s, or for HTTP IFLYTEK_SPARK_API_PASSWORD; the console at "
             "xfyun.cn shows them",
             missing);
    tell_wrong("none are set", advice);
    return 0;
  }
  if (*missing && !has_password()) {
    snprintf(said, sizeof said, "only %s", known);
    snprintf(advice, sizeof advice, "set %s", missing);
    tell_wrong(said, advice);
    is_well = 0;
  }
  is_well = look_at_forms() && is_well;
  if (is_well) {
    tell(WELL, "credentials", known, "");
  }
  return is_well;
}
