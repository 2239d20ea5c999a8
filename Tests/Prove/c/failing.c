/* Makes chosen allocations fail (LD_PRELOAD): only those of jansson and
 * OpenSSL, or at addresses in FAILING_RANGES ("start-end,...", offsets in
 * libsparkchat.so.0). Those of the Swift runtime never fail, since it would end
 * the program. */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 256 };

static struct {
  uintptr_t start, end;
} ranges[MOST];
static size_t range_count;
static long wanted, seen;
static int all_after, is_armed;

static void add(uintptr_t start, uintptr_t end) {
  if (range_count < MOST) {
    ranges[range_count].start = start;
    ranges[range_count++].end = end;
  }
}

static int note_object(struct dl_phdr_info *info, size_t size, void *unused) {
  static const char *const names[] = {"libjansson.so", "libcrypto.so",
                                      "libssl.so"};
  const char *list = getenv("FAILING_RANGES");
  (void)size;
  (void)unused;
  for (size_t i = 0; i < 3; i++) {
    for (int at = 0; !list && at < info->dlpi_phnum; at++) {
      const ElfW(Phdr) *part = &info->dlpi_phdr[at];
      if (strstr(info->dlpi_name, names[i]) && part->p_type == PT_LOAD &&
          (part->p_flags & PF_X)) {
        add(info->dlpi_addr + part->p_vaddr,
            info->dlpi_addr + part->p_vaddr + part->p_memsz);
      }
    }
  }
  if (list && strstr(info->dlpi_name, "libsparkchat.so")) {
    while (*list) {
      char *next;
      uintptr_t start = strtoul(list, &next, 16);
      uintptr_t end = strtoul(next + 1, &next, 16);
      add(info->dlpi_addr + start, info->dlpi_addr + end);
      list = *next ? next + 1 : next;
    }
  }
  return 0;
}

__attribute__((constructor)) static void find_ranges(void) {
  dl_iterate_phdr(note_object, NULL);
}

/* From now on, the `nth` allocation fails, and with `all` those after it. */
void failing_arm(long nth, int all) {
  wanted = nth;
  all_after = all;
  seen = 0;
  is_armed = 1;
}

/* Returns how many allocations were made since. */
long failing_disarm(void) {
  is_armed = 0;
  return seen;
}

static int fails(const void *caller) {
  uintptr_t at = (uintptr_t)caller;
  if (!is_armed) {
    return 0;
  }
  for (size_t i = 0; i < range_count; i++) {
    if (at >= ranges[i].start && at < ranges[i].end) {
      long now = __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
      return all_after ? now >= wanted : now == wanted;
    }
  }
  return 0;
}

/* The C library's own functions, by their second names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size) {
  return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
