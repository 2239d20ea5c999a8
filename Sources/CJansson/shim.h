/* jansson for Swift: the header, and a function for a macro that Swift cannot
 * see. */
#ifndef SPARKCHAT_CJANSSON_SHIM_H
#define SPARKCHAT_CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type sparkchat_shim_json_typeof(const json_t *json) {
  return json_typeof(json);
}

#endif
