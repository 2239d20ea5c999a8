/* LD_PRELOAD: keeps an exiting process for a while behind all other handlers of
 * exit(), OpenSSL's cleanup among them: what its threads then touch is freed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

static void linger(void) {
  usleep(50 * 1000);
}

__attribute__((constructor)) static void begin(void) {
  atexit(linger);
}
