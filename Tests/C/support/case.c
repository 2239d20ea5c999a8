#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_CASES = 200 };

static struct {
  const char *name;
  void (*run)(void);
} cases[MOST_CASES];
static size_t case_count;

void register_case(const char *name, void (*run)(void)) {
  if (case_count == MOST_CASES) {
    abort();
  }
  cases[case_count].name = name;
  cases[case_count++].run = run;
}

/* Ends the process immediately, because other threads may be running. */
void end_failed(void) {
  fflush(stdout);
  _exit(1);
}

void fail_case(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
  end_failed();
}

void check_text(const char *file, int line, const char *what,
                const char *expected, const char *actual) {
  int is_same =
      expected && actual ? strcmp(expected, actual) == 0 : expected == actual;
  if (!is_same) {
    fprintf(stderr, "%s:%d: %s\n  expected %.4000s\n  got      %.4000s\n", file,
            line, what, expected ? expected : "NULL", actual ? actual : "NULL");
    end_failed();
  }
}

void check_int(const char *file, int line, const char *what, long long expected,
               long long actual) {
  if (expected != actual) {
    fprintf(stderr, "%s:%d: %s\n  expected %lld\n  got      %lld\n", file, line,
            what, expected, actual);
    end_failed();
  }
}

void check_has(const char *file, int line, const char *what, const char *needle,
               const char *text) {
  if (!text || !strstr(text, needle)) {
    fprintf(stderr, "%s:%d: %s\n  lacks %s\n  in    %.600s\n", file, line, what,
            needle, text ? text : "NULL");
    end_failed();
  }
}

int main(int argc, char **argv) {
  for (size_t i = 0; argc == 2 && i < case_count; i++) {
    if (strcmp(cases[i].name, argv[1]) == 0) {
      cases[i].run();
      return 0;
    }
  }
  fprintf(stderr, "no case %s\n", argc == 2 ? argv[1] : "given");
  return 2;
}
