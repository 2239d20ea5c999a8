/* A host with KIB of static thread-local memory, which each thread, even that
 * of a name lookup, has on its stack; run by test_thread_memory.py. */
#include "case.h"
#include "scene.h"

#ifndef KIB
#define KIB 1
#endif

static __thread volatile char memory[KIB * 1024];

CASE(name_is_looked_up) {
  sparkchat_stream *stream;
  memory[sizeof memory - 1] = 1;
  stream = opened(wss("echo"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
}
