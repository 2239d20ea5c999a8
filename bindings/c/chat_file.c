#include "chat_file.h"

#include "chat_print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A history of the largest context has far less. */
enum { MOST_BYTES = 64 << 20 };

static void complain(const char *path) {
  fprintf(stderr, "chat: %s: %s\n", path, strerror(errno));
}

void save_conversation(const sparkchat_conversation *talk, const char *path) {
  sparkchat_error *error = NULL;
  char *json = NULL;
  size_t length = 0;
  if (sparkchat_conversation_save(talk, &json, &length, &error) !=
      SPARKCHAT_OK) {
    print_error(error);
  } else {
    FILE *file = fopen(path, "wb");
    int is_written = file && fwrite(json, 1, length, file) == length;
    if ((file && fclose(file) != 0) || !is_written) {
      complain(path);
    } else {
      fprintf(stderr, "(saved in %s)\n", path);
    }
  }
  sparkchat_string_free(json);
  sparkchat_error_free(error);
}

/* Returns the whole file and its length; NULL if it cannot be read. */
static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  size_t size = 0, count = 1;
  char *text = NULL;
  *length = 0;
  while (file && count > 0) {
    if (*length > MOST_BYTES) {
      errno = EFBIG;
      break;
    }
    if (*length == size) {
      char *larger = (char *)realloc(text, size = size * 2 + 65536);
      if (!larger) {
        break;
      }
      text = larger;
    }
    count = fread(text + *length, 1, size - *length, file);
    *length += count;
  }
  if (!file || ferror(file) || count > 0) {
    complain(path);
    free(text);
    text = NULL;
  }
  if (file) {
    fclose(file);
  }
  return text;
}

void load_conversation(sparkchat_conversation *talk, const char *path) {
  sparkchat_error *error = NULL;
  size_t length = 0;
  char *json = contents(path, &length);
  if (json && sparkchat_conversation_restore(talk, json, length, &error) !=
                  SPARKCHAT_OK) {
    print_error(error);
  } else if (json) {
    fprintf(stderr, "(%lu messages from %s)\n",
            (unsigned long)sparkchat_conversation_count(talk), path);
  }
  free(json);
  sparkchat_error_free(error);
}
