/* Runs an exchange in which the first, second, third, ... allocation of jansson
 * and OpenSSL fails, until there are no more; run with failing.so preloaded.
 * Arguments: URL, CA file or "", first, step, "one" or "all", "cold" or "warm".
 * With `cold`, each runs in a process that has not used the library before. */
#define _GNU_SOURCE

#include "scarce.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef void (*arm_function)(long, int);
typedef long (*disarm_function)(void);

static void *symbol(const char *name) {
  void *found = dlsym(RTLD_DEFAULT, name);
  if (!found) {
    fprintf(stderr, "%s: not preloaded\n", name);
    exit(2);
  }
  return found;
}

static arm_function arm;
static disarm_function disarm;

/* Returns 1 if there were that many allocations. */
static int fail_at(const attempt *how, long number, int all) {
  sparkchat_error *error = NULL;
  sparkchat_status status;
  long seen;
  arm(number, all);
  status = scarce_exchange(how, &error);
  seen = disarm();
  scarce_say(number, status, error);
  sparkchat_error_free(error);
  return seen >= number;
}

/* OpenSSL 3.0 crashes in RAND_bytes() if it could not initialize itself, so
 * there must be enough memory for that. */
static void prepare_openssl(void) {
  int (*status)(void);
  void *found = symbol("RAND_status");
  memcpy(&status, &found, sizeof status);
  status();
}

static int fail_in_child(const attempt *how, long number, int all) {
  int status = 0;
  fflush(stdout);
  if (fork() == 0) {
    int more;
    alarm(20);
    prepare_openssl();
    more = fail_at(how, number, all);
    fflush(stdout);
    _exit(more ? 0 : 9);
  }
  wait(&status);
  if (!WIFEXITED(status)) {
    printf("%ld\tSIGNAL_%d\t0\t\n", number, WTERMSIG(status));
    return 1;
  }
  return WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv) {
  attempt how = {0};
  int all, is_cold, more = 1, trials = 0;
  long number, step;
  void *found;
  if (argc != 7) {
    return 2;
  }
  found = symbol("failing_arm");
  memcpy(&arm, &found, sizeof arm);
  found = symbol("failing_disarm");
  memcpy(&disarm, &found, sizeof disarm);
  how.url = argv[1];
  how.ca_file = argv[2][0] ? argv[2] : NULL;
  number = strtol(argv[3], NULL, 10);
  step = strtol(argv[4], NULL, 10);
  all = strcmp(argv[5], "all") == 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  is_cold = strcmp(argv[6], "cold") == 0;
  for (; more; number += step, trials++) {
    sparkchat_error *error = NULL;
    if (is_cold) {
      more = fail_in_child(&how, number, all);
      continue;
    }
    alarm(60);
    if (trials % 20 == 0) {
      sparkchat_status status = scarce_exchange(&how, &error);
      if (status != SPARKCHAT_DONE) {
        printf("afterwards\t%s\n", sparkchat_error_message(error));
      }
      sparkchat_error_free(error);
    }
    more = fail_at(&how, number, all);
  }
  return 0;
}
