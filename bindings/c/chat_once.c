#define _POSIX_C_SOURCE 200809L

#include "chat_once.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_SIZE = 4096 };

/* Some programs use a socket as a pipe. */
static int has_input(void) {
  struct stat found;
  return fstat(STDIN_FILENO, &found) == 0 &&
         (S_ISFIFO(found.st_mode) || S_ISREG(found.st_mode) ||
          S_ISSOCK(found.st_mode));
}

/* Returns 0 and sets errno if the input cannot be read. */
static int copy_input(FILE *to) {
  char piece[PIECE_SIZE];
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, piece, sizeof piece)) > 0) {
    if (memchr(piece, '\0', (size_t)count)) {
      errno = EILSEQ; /* it is not text */
      return 0;
    }
    fwrite(piece, 1, (size_t)count, to);
  }
  return count == 0;
}

char *question_with_input(const char *question) {
  char *text = NULL;
  size_t size = 0, start = strlen(question) + 2;
  FILE *whole = open_memstream(&text, &size);
  int is_read = 0, reason = ENOMEM;
  if (whole) {
    fprintf(whole, "%s\n\n", question);
    is_read = !has_input() || copy_input(whole);
    reason = errno;
    if (fclose(whole) != 0) {
      is_read = 0;
      reason = ENOMEM;
    }
  }
  if (!is_read) {
    if (reason != EINTR) {
      fprintf(stderr, "chat: standard input: %s\n", strerror(reason));
    }
    free(text);
    return NULL;
  }
  if (text[start + strspn(text + start, " \t\r\n")] == '\0') {
    text[start - 2] = '\0'; /* there was no input */
  }
  return text;
}
