/* Runs an exchange that may open 0, 1, 2, ... descriptors, until it succeeds
 * three times; after each one, the same with enough of them.
 * Arguments: URL, CA file or "", CA directory or "", "group" or "alone". */
#define _GNU_SOURCE

#include "counts.h"
#include "scarce.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_alone(void) {
  struct stat tasks;
  return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3;
}

static int settled_count(int expected) {
  /* The thread of a name lookup may still be ending; if it finds no
   * descriptors, the C library does not find its files for other lookups,
   * either. */
  for (int i = 0; i < 3000 && (descriptor_count() > expected || !is_alone());
       i++) {
    usleep(10000);
  }
  return descriptor_count();
}

static void limit(rlim_t count) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = count;
  setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv) {
  attempt how = {0};
  struct rlimit usual;
  int in_a_row = 0, before = descriptor_count();
  if (argc != 5) {
    return 2;
  }
  how.url = argv[1];
  how.ca_file = argv[2][0] ? argv[2] : NULL;
  how.ca_directory = argv[3][0] ? argv[3] : NULL;
  how.in_group = strcmp(argv[4], "group") == 0;
  getrlimit(RLIMIT_NOFILE, &usual);
  setvbuf(stdout, NULL, _IOLBF, 0);
  alarm(120);
  for (int more = 0; in_a_row < 3 && more < 40; more++) {
    sparkchat_error *error = NULL;
    sparkchat_status status;
    limit((rlim_t)(before + more));
    status = scarce_exchange(&how, &error);
    limit(usual.rlim_cur);
    scarce_say(more, status, error);
    sparkchat_error_free(error);
    error = NULL;
    in_a_row = status == SPARKCHAT_DONE ? in_a_row + 1 : 0;
    if (settled_count(before) != before) {
      printf("left\t%d\n", descriptor_count() - before);
    }
    status = scarce_exchange(&how, &error);
    if (status != SPARKCHAT_DONE) {
      printf("afterwards\t%s\n", sparkchat_error_message(error));
    }
    sparkchat_error_free(error);
  }
  /* A client that existed before the descriptors ran out. */
  for (int more = 0; more < 8; more++) {
    sparkchat_error *error = NULL;
    sparkchat_client *client = scarce_client(&how, &error);
    sparkchat_status status;
    limit((rlim_t)(before + more));
    status = scarce_ask(&how, client, &error);
    limit(usual.rlim_cur);
    scarce_say(100 + more, status, error);
    sparkchat_error_free(error);
    error = NULL;
    if (scarce_ask(&how, client, &error) != SPARKCHAT_DONE) {
      printf("afterwards\t%s\n", sparkchat_error_message(error));
    }
    sparkchat_error_free(error);
    sparkchat_client_free(client);
  }
  if (settled_count(before) != before) {
    printf("left\t%d\n", descriptor_count() - before);
  }
  return 0;
}
