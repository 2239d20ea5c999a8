#define _XOPEN_SOURCE 700

#include "bulk_answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int is_answered(const struct answers *answers, unsigned long line) {
  return line / 8 < answers->done_bytes &&
         (answers->done[line / 8] >> line % 8 & 1);
}

static int mark(struct answers *answers, unsigned long line) {
  if (line / 8 >= answers->done_bytes) {
    size_t size = line / 8 + 65536;
    void *larger = realloc(answers->done, size);
    if (!larger) {
      return 0;
    }
    answers->done = (unsigned char *)larger;
    memset(answers->done + answers->done_bytes, 0, size - answers->done_bytes);
    answers->done_bytes = size;
  }
  answers->count += !is_answered(answers, line);
  answers->done[line / 8] |= (unsigned char)(1 << line % 8);
  return 1;
}

/* Finds the answered lines, and removes an incomplete last line. 0: the file
 * does not contain answers. */
static int read_answers(struct answers *answers) {
  static const char start[] = "{\"line\":";
  const size_t start_length = sizeof start - 1;
  char *text = NULL;
  size_t size = 0;
  ssize_t length;
  off_t end = 0;
  int is_ours = 1;
  while (is_ours && (length = getline(&text, &size, answers->file)) > 0) {
    unsigned long line = 0;
    if (text[length - 1] != '\n') {
      is_ours = strncmp(text, start,
                        (size_t)length < start_length ? (size_t)length
                                                      : start_length) == 0;
      break;
    }
    is_ours = strncmp(text, start, start_length) == 0 &&
              sscanf(text + start_length, "%lu,", &line) == 1 &&
              mark(answers, line);
    end += length;
  }
  free(text);
  return is_ours && ftruncate(fileno(answers->file), end) == 0;
}

static int is_regular(FILE *file) {
  struct stat status;
  return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
}

int open_answers(struct answers *answers, const char *path) {
  memset(answers, 0, sizeof *answers);
  answers->file = fopen(path, "a+");
  if (!answers->file) {
    perror(path);
    return 0;
  }
  if (!is_regular(answers->file)) {
    fprintf(stderr, "%s: not a file\n", path);
  } else if (lockf(fileno(answers->file), F_TLOCK, 0) != 0) {
    int is_locked = errno == EACCES || errno == EAGAIN;
    fprintf(stderr, "%s: %s\n", path,
            is_locked ? "another job is writing to it" : strerror(errno));
  } else if (!read_answers(answers)) {
    fprintf(stderr, "%s: not a file of answers; it is unchanged\n", path);
  } else {
    return 1;
  }
  close_answers(answers);
  return 0;
}

void close_answers(struct answers *answers) {
  fclose(answers->file);
  free(answers->done);
}

/* Writes a JSON string. The library's texts are UTF-8. */
static void put_text(FILE *file, const char *text, size_t length) {
  putc('"', file);
  for (; length > 0; length--, text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') {
      fprintf(file, "\\%c", byte);
    } else if (byte < 0x20) {
      fprintf(file, "\\u%04x", byte);
    } else {
      putc(byte, file);
    }
  }
  putc('"', file);
}

int put_answer(struct answers *answers, unsigned long line,
               const sparkchat_response *answer) {
  const char *sid = sparkchat_response_sid(answer);
  size_t length;
  const char *text = sparkchat_response_text(answer, &length);
  fprintf(answers->file, "{\"line\":%lu,\"sid\":", line);
  put_text(answers->file, sid ? sid : "", sid ? strlen(sid) : 0);
  fprintf(answers->file, ",\"tokens\":%ld,\"text\":",
          (long)sparkchat_response_tokens(answer, SPARKCHAT_TOKENS_TOTAL));
  put_text(answers->file, text, length);
  fputs("}\n", answers->file);
  return fflush(answers->file) == 0;
}
