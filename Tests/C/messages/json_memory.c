/* The memory that a large message takes; run by test_json_memory.py, whose
 * server answers "small" with a few bytes, and "large" with a large message. */
#include "case.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getrusage() counts from before the program was loaded. */
static long peak_kib(void) {
  char line[256];
  long peak = -1;
  FILE *file = fopen("/proc/self/status", "r");
  CHECK(file != NULL);
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "VmHWM:", 6) == 0) {
      peak = strtol(line + 6, NULL, 10);
    }
  }
  fclose(file);
  CHECK(peak > 0);
  return peak;
}

static sparkchat_status ask(const sparkchat_client *client, const char *text,
                            const char *expected) {
  sparkchat_stream *stream = asked(client, text);
  sparkchat_error *error = NULL;
  sparkchat_status status = finish(stream, &error);
  if (status == SPARKCHAT_DONE) {
    CHECK_TEXT(expected, text_of(stream));
    CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  } else {
    fprintf(stderr, "%s\n", sparkchat_error_message(error));
  }
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  return status;
}

/* The peak must not grow by more than the limit; JSON that is too deep may be
 * refused. */
CASE(peak) {
  long limit = strtol(required("LIMIT_KIB"), NULL, 10), before, growth;
  int may_fail = *required("MAY_FAIL") == '1';
  sparkchat_client *client = client_for(required("SPARK_URL"));
  sparkchat_status status;
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_DONE, ask(client, "small", "Hello"));
  }
  before = peak_kib();
  status = ask(client, "large", "Hello");
  growth = peak_kib() - before;
  if (growth > limit) {
    fprintf(stderr, "%ld KiB more, where %ld are allowed\n", growth, limit);
  }
  CHECK(growth <= limit);
  CHECK(status == SPARKCHAT_DONE ||
        (may_fail && status == SPARKCHAT_ERR_PROTOCOL));
  CHECK_STATUS(SPARKCHAT_DONE, ask(client, "small", "Hello"));
  sparkchat_client_free(client);
}
