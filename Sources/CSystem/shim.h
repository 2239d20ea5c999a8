/* The parts of the system's headers that Swift's Glibc module omits. */
#ifndef SPARKCHAT_CSYSTEM_SHIM_H
#define SPARKCHAT_CSYSTEM_SHIM_H

#include <dirent.h>
#include <linux/sockios.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* glibc 2.32 and later; only declared under _GNU_SOURCE. */
extern const char *strerrordesc_np(int code);
extern char *secure_getenv(const char *name);

/* An entry may be shorter than `struct dirent`. */
static inline const char *sparkchat_shim_name(const struct dirent *entry) {
  return entry->d_name;
}

static inline int sparkchat_shim_eventfd(void) {
  return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static inline int sparkchat_shim_epoll(void) {
  return epoll_create1(EPOLL_CLOEXEC);
}

/* Adds, changes or removes (operation) a descriptor; epoll reports the token
 * when it is ready. */
static inline int sparkchat_shim_epoll_control(int epoll, int operation,
                                               int descriptor, int reading,
                                               int writing, uint64_t token) {
  struct epoll_event event;
  event.events = (reading ? EPOLLIN : 0u) | (writing ? EPOLLOUT : 0u);
  event.data.u64 = token;
  return epoll_ctl(epoll, operation, descriptor, &event);
}

enum { SPARKCHAT_SHIM_EPOLL_BATCH = 256 };

/* Fills up to SPARKCHAT_SHIM_EPOLL_BATCH tokens. */
static inline int sparkchat_shim_epoll_wait(int epoll, uint64_t *tokens,
                                            int timeout_ms) {
  struct epoll_event events[SPARKCHAT_SHIM_EPOLL_BATCH];
  int count = epoll_wait(epoll, events, SPARKCHAT_SHIM_EPOLL_BATCH, timeout_ms);
  int index;
  for (index = 0; index < count; index++) {
    tokens[index] = events[index].data.u64;
  }
  return count;
}

static inline int sparkchat_shim_timer(void) {
  return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/* Makes the timer's descriptor readable at a time of the monotonic clock; 0
 * disables it. */
static inline int sparkchat_shim_timer_set(int timer, int64_t nanoseconds) {
  struct itimerspec when = {{0, 0}, {0, 0}};
  when.it_value.tv_sec = (time_t)(nanoseconds / 1000000000);
  when.it_value.tv_nsec = (long)(nanoseconds % 1000000000);
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, 0);
}

/* How many sent bytes the peer's system has not acknowledged, even after the
 * connection has ended; -1 if the system does not say. */
static inline int64_t sparkchat_shim_unacknowledged(int socket) {
  int count = 0;
  return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -1;
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

/* Adds to a word that other threads also change; returns the new value. */
static inline int sparkchat_shim_add(int *word, int amount) {
  return __atomic_add_fetch(word, amount, __ATOMIC_SEQ_CST);
}

/* The id of this process, read from the page if there is one, which saves a
 * system call for each call into the library. */
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
