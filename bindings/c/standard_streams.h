/* Keeps the numbers of standard streams that the caller of the program has
 * closed. Otherwise a connection or a file would get one of them: the answer
 * would be written into it, or questions read from it. */
#ifndef STANDARD_STREAMS_H
#define STANDARD_STREAMS_H

#include <fcntl.h>
#include <unistd.h>

/* In these modes, each use fails as it does on a closed stream. */
static void hold_standard_streams(void) {
  static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int number = 0; number < 3; number++) {
    if (fcntl(number, F_GETFD) < 0 && open("/dev/null", modes[number]) < 0) {
      _exit(1);
    }
  }
}

#endif
