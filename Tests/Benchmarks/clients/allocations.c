/*
 * allocations.c - counts the heap allocations of a client into which it is
 * preloaded. When the client ends, it writes them to the file that ALLOCATIONS
 * names: {"own": N, "openssl": N}.
 *
 * OpenSSL gets its own allocation functions; all other calls of malloc() and
 * related functions are the client's own.
 */
#define _GNU_SOURCE

#include <openssl/crypto.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own, which a program calls if nothing is preloaded. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static atomic_ulong own, openssl;

static void count(atomic_ulong *which) {
  atomic_fetch_add_explicit(which, 1, memory_order_relaxed);
}

/* ---- The client's ---- */

void *malloc(size_t size) {
  count(&own);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(&own);
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count(&own);
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count(&own);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = memalign(alignment, size);
  return *memory != NULL ? 0 : ENOMEM;
}

void free(void *memory) {
  __libc_free(memory);
}

/* ---- OpenSSL's ---- */

static void *openssl_malloc(size_t size, const char *file, int line) {
  (void)file;
  (void)line;
  count(&openssl);
  return __libc_malloc(size);
}

static void *openssl_realloc(void *memory, size_t size, const char *file,
                             int line) {
  (void)file;
  (void)line;
  count(&openssl);
  return __libc_realloc(memory, size);
}

static void openssl_free(void *memory, const char *file, int line) {
  (void)file;
  (void)line;
  __libc_free(memory);
}

__attribute__((constructor)) static void begin(void) {
  if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) !=
      1) {
    fprintf(stderr, "allocations: OpenSSL has allocated before\n");
    _Exit(EXIT_FAILURE);
  }
}

__attribute__((destructor)) static void end(void) {
  unsigned long own_count = own, openssl_count = openssl;
  const char *path = getenv("ALLOCATIONS");
  FILE *file = path != NULL ? fopen(path, "w") : NULL;
  if (file == NULL) {
    return;
  }
  fprintf(file, "{\"own\": %lu, \"openssl\": %lu}\n", own_count, openssl_count);
  fclose(file);
}
