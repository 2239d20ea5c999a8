/*
 * watched.c - a wrapper of libsparkchat.so.0, under its name, that records the
 * objects of a program: a line for each in the file WATCHED_LOG.
 *
 *   +client 0x...   it was made          -client 0x...   it is being freed
 *   =stream 0x...   it is being cancelled
 *
 * A line is written after an object is made and before it is freed, so that an
 * address in the log never belongs to two objects. WATCHED_LIBRARY names the
 * real library. WATCHED_ABI, if set, is the ABI version to report.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* All parameters and results are integers or pointers, at most six. */
typedef intptr_t word;
typedef word function(word, word, word, word, word, word);

static void *library;

static __attribute__((constructor)) void load(void) {
  const char *path = getenv("WATCHED_LIBRARY");
  library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

static function *find(const char *name) {
  void *found = library ? dlsym(library, name) : NULL;
  if (!found) {
    abort();
  }
  return (function *)(uintptr_t)found;
}

static void note(char sign, const char *what, word object) {
  char line[64];
  int length =
      snprintf(line, sizeof line, "%c%s %p\n", sign, what, (void *)object);
  if (object) {
    int file = open(getenv("WATCHED_LOG"),
                    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, line, (size_t)length) != length) {
      abort();
    }
    close(file);
  }
}

static word at(word place) {
  return place ? *(word *)place : 0;
}

static word version(word found) {
  const char *other = getenv("WATCHED_ABI");
  return other ? atoi(other) : found;
}

#define STAND_IN(NAME, BEFORE, AFTER)                                          \
  word sparkchat_##NAME(word a, word b, word c, word d, word e, word f);       \
  word sparkchat_##NAME(word a, word b, word c, word d, word e, word f) {      \
    word result;                                                               \
    BEFORE;                                                                    \
    result = find("sparkchat_" #NAME)(a, b, c, d, e, f);                       \
    AFTER;                                                                     \
    return result;                                                             \
  }
#define PASS(NAME) STAND_IN(NAME, (void)0, (void)0)
#define MAKE(KIND) STAND_IN(KIND##_new, (void)0, note('+', #KIND, result))
#define FREE(KIND) STAND_IN(KIND##_free, note('-', #KIND, a), (void)0)
#define FAIL(NAME, ERROR) STAND_IN(NAME, (void)0, note('+', "error", at(ERROR)))

STAND_IN(abi_version, (void)0, result = version(result))
MAKE(config)
MAKE(request)
FREE(config)
FREE(client)
FREE(request)
FREE(stream)
FREE(error)
FAIL(config_load_environment, b)
FAIL(request_add_message, e)
FAIL(stream_next, d)
FAIL(client_stream, f)
STAND_IN(client_new, (void)0, note('+', "client", at(b));
         note('+', "error", at(c)))
STAND_IN(client_open, (void)0, note('+', "stream", at(c));
         note('+', "error", at(d)))
STAND_IN(stream_cancel, note('=', "stream", a), (void)0)
PASS(event_kind_of)
PASS(event_text)
PASS(error_status)
PASS(error_message)
PASS(error_hint)
PASS(error_sid)
PASS(stream_response)
PASS(stream_set_user_data)
PASS(response_retain)
PASS(response_free)
