/* A binary heap of timers: the first one due is on top. */
#ifndef BENCH_TIMERS_H
#define BENCH_TIMERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct timer {
  uint64_t due;
  /** Its place in the heap, counted from 1; 0 while it is not set. */
  size_t place;
} timer;

/** Sets a timer, or moves it. */
void timer_set(timer *timer, uint64_t due);

/** Clears a timer; does nothing if it is not set. */
void timer_clear(timer *timer);

/** @return The timer that is due first; NULL if none is set. */
timer *timer_first(void);

/** @return The time, in ns; the scale of `due`. */
uint64_t timer_now(void);

#endif
