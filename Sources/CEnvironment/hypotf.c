/*
 * The only function of the Swift runtime that requires glibc 2.35, which
 * rewrote hypotf and gave it a new symbol version. With this one, the library
 * also runs with glibc 2.34.
 *
 * The squares of floats are exact in double, so the results equal glibc's.
 */
#include <math.h>

__attribute__((visibility("hidden"))) float hypotf(float x, float y);

float hypotf(float x, float y) {
  if (isinf(x) || isinf(y))
    return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}
