/* Replaces getaddrinfo() (LD_PRELOAD): the result of a name under .test depends
 * on the name itself.
 *
 *   fail.test  gone.test  system.test  memory.test   the errors of these names
 *   stall.test                                       nothing for 1.5 s
 *   dead-first.test    two addresses without a server, then 127.0.0.1
 *   deaf-first.test    127.0.0.8, which does not answer, then 127.0.0.1
 *   dead.test          only addresses without a server
 *   many-N.test        N of them
 *   ANY.test           127.0.0.1 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *,
                      struct addrinfo **);

static lookup real(void) {
  union {
    void *object;
    lookup function;
  } found;
  found.object = dlsym(RTLD_NEXT, "getaddrinfo");
  return found.function;
}

static int failure_of(const char *name) {
  if (strcmp(name, "fail.test") == 0) {
    return EAI_AGAIN;
  }
  if (strcmp(name, "gone.test") == 0) {
    return EAI_NONAME;
  }
  if (strcmp(name, "memory.test") == 0) {
    return EAI_MEMORY;
  }
  if (strcmp(name, "system.test") == 0) {
    errno = EMFILE;
    return EAI_SYSTEM;
  }
  return 0;
}

static const char *addresses_of(const char *name) {
  if (strcmp(name, "dead-first.test") == 0) {
    return "127.0.0.9 127.0.0.10 127.0.0.1";
  }
  if (strcmp(name, "deaf-first.test") == 0) {
    return "127.0.0.8 127.0.0.1";
  }
  return strcmp(name, "dead.test") == 0 ? "127.0.0.9 127.0.0.10" : "127.0.0.1";
}

static int add_many(long count, const char *service,
                    const struct addrinfo *hints, struct addrinfo **end) {
  char address[64];
  for (long i = 0; i < count; i++) {
    int failure;
    snprintf(address, sizeof address, "127.%ld.%ld.%ld", i / 62500 + 1,
             i / 250 % 250, i % 250 + 1);
    failure = real()(address, service, hints, end);
    if (failure != 0) {
      return failure;
    }
    end = &(*end)->ai_next;
  }
  return 0;
}

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result) {
  char list[128], *rest = list, *address;
  struct addrinfo **end = result;
  size_t length = name ? strlen(name) : 0;
  int is_numeric = hints && (hints->ai_flags & AI_NUMERICHOST);
  if (is_numeric || length < 6 || strcasecmp(name + length - 5, ".test") != 0) {
    return real()(name, service, hints, result);
  }
  if (failure_of(name) != 0) {
    return failure_of(name);
  }
  if (strcmp(name, "stall.test") == 0) {
    struct timespec time = {1, 500000000};
    nanosleep(&time, NULL);
  }
  if (strncmp(name, "many-", 5) == 0) {
    return add_many(strtol(name + 5, NULL, 10), service, hints, result);
  }
  strcpy(list, addresses_of(name));
  /* freeaddrinfo() frees such a list entry by entry. */
  while ((address = strsep(&rest, " ")) != NULL) {
    int failure = real()(address, service, hints, end);
    if (failure != 0) {
      return failure;
    }
    end = &(*end)->ai_next;
  }
  return 0;
}
