#define _GNU_SOURCE

#include "host.h"
#include "case.h"

#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int by_name(const struct dirent **left, const struct dirent **right) {
  return strcmp((*left)->d_name, (*right)->d_name);
}

/* Prints the names in a folder of /proc, after closing the folder. */
static void list(FILE *to, const char *folder) {
  struct dirent **names = NULL;
  int count = scandir(folder, &names, NULL, by_name);
  for (int i = 0; i < count; i++) {
    char path[300], target[256];
    ssize_t size;
    snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
    size = readlink(path, target, sizeof target - 1);
    target[size > 0 ? size : 0] = '\0';
    if (names[i]->d_name[0] != '.' && !strstr(target, folder + 1) &&
        !(strstr(folder, "/fd") && size < 0)) {
      fprintf(to, "%s %s -> %s\n", folder, names[i]->d_name, target);
    }
    free(names[i]);
  }
  free(names);
}

static void describe_signals(FILE *to) {
  sigset_t mask;
  stack_t stack;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  sigaltstack(NULL, &stack);
  fprintf(to, "alternate stack %p %d\n", stack.ss_sp, stack.ss_flags);
  for (int number = 1; number <= SIGRTMAX; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0) {
      fprintf(to, "signal %d: handler %p flags %x blocked %d\n", number,
              *(void **)&action.sa_handler, (unsigned)action.sa_flags,
              sigismember(&mask, number));
    }
  }
}

char *describe_host(void) {
  char *text = NULL, *folder = NULL;
  size_t size = 0;
  FILE *to;
  struct rlimit files;
  struct itimerval timer;
  mode_t mask = umask(0);
  umask(mask);
  to = open_memstream(&text, &size);
  list(to, "/proc/self/task");
  list(to, "/proc/self/fd");
  describe_signals(to);
  fprintf(to, "locale %s\n", setlocale(LC_ALL, NULL));
  for (char **variable = environ; *variable; variable++) {
    fprintf(to, "variable %p %s\n", (void *)*variable, *variable);
  }
  tzset();
  fprintf(to, "time zone %s %ld\n", tzname[0], timezone);
  folder = getcwd(NULL, 0);
  fprintf(to, "folder %s, mask %o\n", folder, (unsigned)mask);
  free(folder);
  getrlimit(RLIMIT_NOFILE, &files);
  fprintf(to, "files %lu\n", (unsigned long)files.rlim_cur);
  getitimer(ITIMER_REAL, &timer);
  fprintf(to, "timer %ld\n", (long)timer.it_value.tv_usec);
  fclose(to);
  return text;
}

void check_host_is(const char *before) {
  struct timespec pause = {0, 10000000};
  char *after = describe_host();
  for (int i = 0; i < 500 && strcmp(before, after) != 0; i++) {
    free(after);
    nanosleep(&pause, NULL);
    after = describe_host();
  }
  CHECK_TEXT(before, after);
  free(after);
}

static int captured = -1, usual_output, usual_error;

void capture_output(void) {
  fflush(NULL);
  captured = memfd_create("output", MFD_CLOEXEC);
  usual_output = dup(1);
  usual_error = dup(2);
  CHECK(captured >= 0 && dup2(captured, 1) == 1 && dup2(captured, 2) == 2);
}

long captured_bytes(void) {
  long size;
  fflush(NULL);
  size = (long)lseek(captured, 0, SEEK_END);
  dup2(usual_output, 1);
  dup2(usual_error, 2);
  close(usual_output);
  close(usual_error);
  close(captured);
  return size;
}
