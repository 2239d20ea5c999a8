/* A test case in C: CASE(name) { ... CHECK(...); }. pytest collects the names
 * and runs each case in a separate process. */
#ifndef CASE_H
#define CASE_H

#include <sparkchat.h>

#define CASE(name)                                                             \
  static void case_##name(void);                                               \
  __attribute__((constructor)) static void register_##name(void) {             \
    register_case(#name, case_##name);                                         \
  }                                                                            \
  static void case_##name(void)

/* Ends the case with a message unless the condition holds. */
#define CHECK(condition)                                                       \
  ((condition) ? (void)0 : fail_case(__FILE__, __LINE__, #condition))

#define CHECK_STATUS(expected, call)                                           \
  check_status(__FILE__, __LINE__, #call, (expected), (call))

#define CHECK_TEXT(expected, actual)                                           \
  check_text(__FILE__, __LINE__, #actual, (expected), (actual))

#define CHECK_INT(expected, actual)                                            \
  check_int(__FILE__, __LINE__, #actual, (long long)(expected),                \
            (long long)(actual))

/* Ends the case unless the text contains the needle. */
#define CHECK_HAS(needle, text)                                                \
  check_has(__FILE__, __LINE__, #text, (needle), (text))

void register_case(const char *name, void (*run)(void));
void end_failed(void);
void fail_case(const char *file, int line, const char *what);
/* In scene.c: the name of a status comes from the library. */
void check_status(const char *file, int line, const char *what,
                  sparkchat_status expected, sparkchat_status actual);

void check_text(const char *file, int line, const char *what,
                const char *expected, const char *actual);
void check_int(const char *file, int line, const char *what, long long expected,
               long long actual);
void check_has(const char *file, int line, const char *what, const char *needle,
               const char *text);

#endif
