/* Copies its input to its output as the chat prints it: as text or as a line, a
 * given number of bytes at a time. */
#include "../../../bindings/c/chat_text.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  static char bytes[1 << 24];
  size_t size = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : sizeof bytes;
  size_t count = 0;
  int is_line = argc > 1 && strcmp(argv[1], "line") == 0;
  while ((count = fread(bytes, 1, size, stdin)) > 0) {
    (is_line ? put_line : put_text)(stdout, bytes, count);
  }
  return 0;
}
