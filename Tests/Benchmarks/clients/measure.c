#define _GNU_SOURCE

#include "measure.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double cpu_start, cpu_stop, clock_start, clock_stop, clock_first;

void give_up(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

void text_append(text *text, const char *bytes, size_t length) {
  if (text->capacity - text->length < length) {
    size_t capacity = text->capacity == 0 ? 4096 : text->capacity;
    while (capacity - text->length < length) {
      capacity *= 2;
    }
    text->bytes = realloc(text->bytes, capacity);
    if (text->bytes == NULL) {
      give_up("text", "out of memory");
    }
    text->capacity = capacity;
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

uint32_t checksum(uint32_t crc, const char *bytes, size_t length) {
  static uint32_t table[256];
  if (table[1] == 0) {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320U : value >> 1;
      }
      table[i] = value;
    }
  }
  crc = ~crc;
  for (size_t i = 0; i < length; i++) {
    crc = table[(crc ^ (unsigned char)bytes[i]) & 0xff] ^ crc >> 8;
  }
  return ~crc;
}

double clock_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

void measure_begin(void) {
  clock_first = 0;
  clock_start = clock_us();
  cpu_start = cpu_us();
}

void measure_first(void) {
  if (clock_first == 0) {
    clock_first = clock_us();
  }
}

void measure_end(void) {
  cpu_stop = cpu_us();
  clock_stop = clock_us();
}

void measure_print(uint64_t chunks, size_t length, uint32_t crc,
                   const char *more) {
  double cpu = cpu_stop - cpu_start;
  printf("{\"chunks\": %llu, \"cpu_s\": %.6f, \"wall_s\": %.6f, "
         "\"first_us\": %.0f, \"cpu_us_per_chunk\": %.3f, "
         "\"bytes\": %zu, \"crc\": %u, \"peak_kib\": %ld%s}\n",
         (unsigned long long)chunks, cpu / 1e6,
         (clock_stop - clock_start) / 1e6, clock_first - clock_start,
         cpu / (double)chunks, length, crc, memory_kib("VmHWM"), more);
}

long memory_kib(const char *which) {
  char line[256];
  long value = -1;
  FILE *file = fopen("/proc/self/status", "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    size_t length = strlen(which);
    if (strncmp(line, which, length) == 0 && line[length] == ':') {
      value = strtol(line + length + 1, NULL, 10);
    }
  }
  if (file != NULL) {
    fclose(file);
  }
  return value;
}

long entries_of(const char *directory) {
  char path[64];
  long count = 0;
  snprintf(path, sizeof path, "/proc/self/%s", directory);
  DIR *entries = opendir(path);
  struct dirent *entry;
  while (entries != NULL && (entry = readdir(entries)) != NULL) {
    count += entry->d_name[0] != '.';
  }
  if (entries != NULL) {
    closedir(entries);
    count -= strcmp(directory, "fd") == 0; /* the directory itself */
  }
  return count;
}
