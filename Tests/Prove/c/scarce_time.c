/* Runs exchanges in which the wall clock is set at each event in turn; run with
 * clock.so preloaded. Arguments: URL, CA file or "", "group" or "alone". With
 * "before" it is set before the request instead, and the lines have the step
 * as number, and the clock's error as the service reports it. */
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

static void ask_at_each_event(const attempt *how, long first) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = scarce_client(how, &error);
  for (at = 0; at < 5; at++) {
    /* Later questions of the client reuse a session or connection of earlier
     * ones, under another clock. */
    sparkchat_status status = scarce_ask(how, client, &error);
    scarce_say(first + at, status, error);
    sparkchat_error_free(error);
    error = NULL;
    set_clock(0);
  }
  sparkchat_client_free(client);
}

static void ask_with_it_set(const attempt *how) {
  sparkchat_error *error = NULL;
  sparkchat_status status;
  int64_t skew = 0;
  set_clock(step);
  status = scarce_exchange(how, &error);
  set_clock(0);
  sparkchat_error_clock_skew(error, &skew);
  printf("%ld\t%s\t%lld\t%s\n", step, sparkchat_status_name(status),
         (long long)skew, sparkchat_error_message(error));
  sparkchat_error_free(error);
}

int main(int argc, char **argv) {
  attempt how = {0};
  int is_before;
  void *found = dlsym(RTLD_DEFAULT, "clock_step");
  if (argc != 4 || !found) {
    return 2;
  }
  memcpy(&set_clock, &found, sizeof set_clock);
  how.url = argv[1];
  how.ca_file = argv[2][0] ? argv[2] : NULL;
  how.in_group = strcmp(argv[3], "group") == 0;
  is_before = strcmp(argv[3], "before") == 0;
  how.at_event = is_before ? NULL : at_event;
  setvbuf(stdout, NULL, _IOLBF, 0);
  alarm(60);
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    step = steps[i];
    if (is_before) {
      ask_with_it_set(&how);
    } else {
      ask_at_each_event(&how, (long)i * 10);
    }
  }
  return 0;
}
