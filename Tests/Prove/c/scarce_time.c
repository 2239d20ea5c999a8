/* Exchanges in which the wall clock is set at each event in turn; run with
 * clock.so preloaded. Arguments: URL, CA file or "", "group" or "alone". */
#define _GNU_SOURCE

#include "scarce.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static const long steps[] = {3600, -3600, 315360000, -315360000, 86400 * 3000L};
static long step;
static int at;
static void (*set_clock)(long);

static void at_event(int number) {
  if (number == at) {
    set_clock(step);
  }
}

int main(int argc, char **argv) {
  attempt how = {0};
  void *found = dlsym(RTLD_DEFAULT, "clock_step");
  if (argc != 4 || !found) {
    return 2;
  }
  memcpy(&set_clock, &found, sizeof set_clock);
  how.url = argv[1];
  how.ca_file = argv[2][0] ? argv[2] : NULL;
  how.in_group = strcmp(argv[3], "group") == 0;
  how.at_event = at_event;
  setvbuf(stdout, NULL, _IOLBF, 0);
  alarm(60);
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    sparkchat_error *error = NULL;
    sparkchat_client *client = scarce_client(&how, &error);
    step = steps[i];
    for (at = 0; at < 5; at++) {
      /* Later questions of the client take a session or connection that the
       * earlier ones have left, under another clock. */
      sparkchat_status status = scarce_ask(&how, client, &error);
      scarce_say((long)i * 10 + at, status, error);
      sparkchat_error_free(error);
      error = NULL;
      set_clock(0);
    }
    sparkchat_client_free(client);
  }
  return 0;
}
