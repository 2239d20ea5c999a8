/* The library's own hypotf returns the same bits as the C library's. */
#include "case.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define hypotf inside_hypotf
#include "../../../Sources/CEnvironment/hypotf.c"
#undef hypotf

#define QUIET 0x00400000u

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  if (!isnan(value))
    return value;
  /* The result for a signaling NaN is unspecified. */
  bits |= QUIET;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void compare(float x, float y) {
  float inside = inside_hypotf(x, y), outside = hypotf(x, y);
  if (isnan(outside))
    CHECK(isnan(inside));
  else
    CHECK(memcmp(&inside, &outside, sizeof inside) == 0);
}

CASE(special_values) {
  /* Zero, the smallest, the smallest normal, one, the largest, infinity,
   * NaN. */
  static const uint32_t values[] = {
      0, 1, 0x00800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7fc00000};
  size_t count = sizeof values / sizeof *values;
  for (size_t i = 0; i < 4 * count * count; i++) {
    uint32_t x = values[i / 4 / count], y = values[i / 4 % count];
    compare(from_bits(x | (uint32_t)(i & 1) << 31),
            from_bits(y | (uint32_t)(i >> 1 & 1) << 31));
  }
}

CASE(random_values) {
  uint64_t state = 20260101;
  for (int i = 0; i < 2000000; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint32_t x = (uint32_t)(state >> 32);
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint32_t y = (uint32_t)(state >> 32);
    compare(from_bits(x), from_bits(y));
    /* With equal exponents, both numbers matter. */
    compare(from_bits(x), from_bits((x & 0xff800000u) | (y & 0x007fffffu)));
  }
}
