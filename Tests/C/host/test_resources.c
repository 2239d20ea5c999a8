/* Threads, descriptors and memory: what an exchange takes and releases. */
#define _GNU_SOURCE

#include "case.h"
#include "host.h"
#include "scene.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

CASE(idle_objects_take_no_thread_and_no_descriptor) {
  int descriptors = descriptor_count();
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_stream *stream = asked(client, "Hello");
  CHECK_INT(1, thread_count());
  CHECK_INT(descriptors, descriptor_count());
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(live_stream_takes_no_thread_and_two_descriptors) {
  int descriptors = descriptor_count();
  sparkchat_stream *stream = opened(wss("stall:at=middle"));
  until(stream, SPARKCHAT_EVENT_TEXT);
  for (int i = 0; i < 200 && thread_count() > 1; i++) {
    sleep_ms(10); /* the name lookup's thread is ending */
  }
  CHECK_INT(1, thread_count());
  CHECK(descriptor_count() <= descriptors + 2);
  sparkchat_stream_free(stream);
  CHECK_INT(descriptors, descriptor_count());
}

CASE(finished_stream_keeps_no_connection) {
  static const char *const scenarios[] = {"echo", "error:code=10012", "drop",
                                          "no_close"};
  for (int i = 0; i < 4; i++) {
    int descriptors = descriptor_count();
    sparkchat_config *config = config_for(wss(scenarios[i]));
    sparkchat_client *client;
    sparkchat_stream *stream;
    sparkchat_config_set_close_timeout(config, 0, NULL);
    client = client_of(config);
    stream = asked(client, "Hello");
    (void)finish(stream, NULL);
    CHECK(descriptor_count() <=
          descriptors + 1); /* the descriptor that cancel() signals */
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
    CHECK_INT(descriptors, descriptor_count());
  }
}

static long resident_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%ld %ld", &pages, &resident) == 2);
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

typedef struct ground {
  sparkchat_client *echo, *secure, *failing, *nobody;
} ground;

/* One cycle: mostly opens and frees; some go further, or to the end. */
static void cycle(const ground *on, int number) {
  sparkchat_stream *stream;
  const sparkchat_event *event = NULL;
  if (number % 50 == 0) {
    stream = asked(on->echo, "cycle");
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  } else if (number % 50 == 1) {
    stream = asked(on->failing, "cycle");
    CHECK(finish(stream, NULL) < 0);
  } else if (number % 100 == 2) {
    stream = asked(on->secure, "cycle");
    until(stream, SPARKCHAT_EVENT_TEXT); /* and abandoned */
  } else if (number % 5 == 3) {
    stream = asked(on->nobody, "cycle");
    CHECK_STATUS(SPARKCHAT_ERR_CONNECT, finish(stream, NULL));
  } else {
    stream = asked(on->echo, "cycle");
    if (number % 2) {
      CHECK(sparkchat_stream_next(stream, 0, &event, NULL) >= 0);
    }
  }
  sparkchat_stream_free(stream);
}

CASE(ten_thousand_cycles_leave_nothing_behind) {
  ground on;
  long resident = 0;
  size_t used = 0;
  int descriptors = 0;
  on.echo = client_for(ws("echo"));
  on.secure = client_for(wss("echo"));
  on.failing = client_for(ws("error:code=10013,after=1"));
  on.nobody = client_for("wss://127.0.0.1:1/v3.5/chat");
  for (int i = 0; i < 11000; i++) {
    if (i == 1000) { /* warm */
      descriptors = descriptor_count();
      resident = resident_kib();
      used = mallinfo2().uordblks;
    }
    cycle(&on, i);
  }
  CHECK_INT(descriptors, descriptor_count());
  CHECK(mallinfo2().uordblks < used + 64 * 1024);
  CHECK(resident_kib() < resident + 2048);
  sparkchat_client_free(on.echo);
  sparkchat_client_free(on.secure);
  sparkchat_client_free(on.failing);
  sparkchat_client_free(on.nobody);
}

CASE(clients_and_builders_leave_nothing_behind) {
  size_t used = 0;
  for (int i = 0; i < 4000; i++) {
    sparkchat_request *request = question("Hello");
    sparkchat_error *error = NULL;
    sparkchat_client *client = NULL;
    sparkchat_config *config = sparkchat_config_new();
    if (i == 2000) { /* malloc's own caches are full */
      used = mallinfo2().uordblks;
    }
    sparkchat_request_set_extra_json(request, "{\"a\": {\"b\": [1, 2]}}",
                                     SPARKCHAT_NUL_TERMINATED, NULL);
    sparkchat_request_set_top_k(request, 99, &error);
    sparkchat_error_free(error);
    sparkchat_config_set_api_key(config, "key", NULL);
    CHECK_STATUS(SPARKCHAT_ERR_CONFIG,
                 sparkchat_client_new(config, &client, &error));
    sparkchat_error_free(error);
    sparkchat_config_free(config);
    sparkchat_client_free(client_for(wss(NULL)));
    sparkchat_request_free(request);
  }
  CHECK(mallinfo2().uordblks < used + 32 * 1024);
}
