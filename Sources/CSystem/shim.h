/* What Swift's Glibc module leaves out of the system's headers. */
#ifndef SPARKCHAT_CSYSTEM_SHIM_H
#define SPARKCHAT_CSYSTEM_SHIM_H

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* glibc 2.32 and later; only declared under _GNU_SOURCE. */
extern const char *strerrordesc_np(int code);

static inline int sparkchat_shim_eventfd(void) {
  return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* A page that reads as zeros in a child process after fork(), or NULL. */
static inline int *sparkchat_shim_map_wiped_on_fork(void) {
  void *page =
      mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return 0;
  }
  if (madvise(page, 4096, MADV_WIPEONFORK) != 0) {
    munmap(page, 4096);
    return 0;
  }
  return (int *)page;
}

/* The number of this process, from the page where there is one: a system call
 * less for each call into the library. */
static inline int sparkchat_shim_process(int *page) {
  int process;
  if (!page) {
    return (int)getpid();
  }
  process = __atomic_load_n(page, __ATOMIC_RELAXED);
  if (process == 0) {
    process = (int)getpid();
    __atomic_store_n(page, process, __ATOMIC_RELAXED);
  }
  return process;
}

#endif
