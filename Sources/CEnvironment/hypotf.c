/*
 * The one function of the Swift runtime that asks for glibc 2.35: hypotf was
 * written anew there, and has a version of its own since. With this one the
 * library runs with glibc 2.34 as well.
 *
 * The squares of floats are exact in double, so it gives what glibc's gives.
 */
#include <math.h>

__attribute__((visibility("hidden"))) float hypotf(float x, float y);

float hypotf(float x, float y) {
  if (isinf(x) || isinf(y))
    return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}
