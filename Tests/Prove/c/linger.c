/* LD_PRELOAD: keeps an exiting process alive for a while after all other
 * handlers of exit(), including OpenSSL's cleanup: data that its threads then
 * use may be freed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

static void linger(void) {
  usleep(50 * 1000);
}

__attribute__((constructor)) static void begin(void) {
  atexit(linger);
}
