#define _GNU_SOURCE

#include "timers.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static timer **heap;
static size_t count, capacity;

static void place(timer *timer, size_t at) {
  heap[at] = timer;
  timer->place = at;
}

static void rise(timer *timer, size_t at) {
  while (at > 1 && heap[at / 2]->due > timer->due) {
    place(heap[at / 2], at);
    at /= 2;
  }
  place(timer, at);
}

static void sink(timer *timer, size_t at) {
  for (size_t child; (child = at * 2) <= count; at = child) {
    if (child < count && heap[child + 1]->due < heap[child]->due) {
      child++;
    }
    if (heap[child]->due >= timer->due) {
      break;
    }
    place(heap[child], at);
  }
  place(timer, at);
}

void timer_set(timer *timer, uint64_t due) {
  timer_clear(timer);
  if (count + 1 >= capacity) {
    capacity = capacity == 0 ? 64 : capacity * 2;
    heap = realloc(heap, capacity * sizeof *heap);
    if (heap == NULL) {
      perror("timers");
      exit(EXIT_FAILURE);
    }
  }
  timer->due = due;
  count++;
  rise(timer, count);
}

void timer_clear(timer *timer) {
  size_t at = timer->place;
  if (at == 0) {
    return;
  }
  timer->place = 0;
  struct timer *last = heap[count--];
  if (last == timer) {
    return;
  }
  if (last->due < timer->due) {
    rise(last, at);
  } else {
    sink(last, at);
  }
}

timer *timer_first(void) {
  return count == 0 ? NULL : heap[1];
}

uint64_t timer_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}
