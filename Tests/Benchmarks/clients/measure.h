/* What every client of the benchmarks measures and prints. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A text that grows. */
typedef struct text {
  char *bytes;
  size_t length, capacity;
} text;

void text_append(text *text, const char *bytes, size_t length);

/** CRC-32, as in zlib; starts with 0. */
uint32_t checksum(uint32_t crc, const char *bytes, size_t length);

/** Records the process's CPU time and the clock as the start. */
void measure_begin(void);

/** Records them as the end. */
void measure_end(void);

/** Records the time of the first token; only the first call counts. */
void measure_first(void);

/** Prints one line of JSON: chunks, CPU and clock time between begin and end,
 *  the text's length and checksum, and the process's peak memory.
 *
 *  @param more  Further fields, each as `, "name": value`. */
void measure_print(uint64_t chunks, size_t length, uint32_t crc,
                   const char *more);

/** @return Memory of the process in KiB: "VmRSS" now, "VmHWM" peak. */
long memory_kib(const char *which);

/** @return The number of entries in a directory of /proc/self: "fd", "task". */
long entries_of(const char *directory);

/** @return The clock, in us. */
double clock_us(void);

/** Ends the program with a message. */
__attribute__((noreturn)) void give_up(const char *what, const char *why);

#ifdef __cplusplus
}
#endif

#endif
