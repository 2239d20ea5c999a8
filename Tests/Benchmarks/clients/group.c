/*
 * group.c - many answers at once in one group, on one thread.
 *
 *   group CA_FILE WARM_UP_URL URL STREAMS
 *
 * The URL must hold the answers until all streams have asked. Then all streams
 * are live at once: CPU time counts from there, and memory and descriptors are
 * measured when the last stream has received its first token.
 */
#include "measure.h"
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Streams that may connect at once; more would only fill the server's queue. */
enum { CONNECTING = 64 };

static const sparkchat_client *client;
static const sparkchat_request *request;
static sparkchat_group *group;
static sparkchat_stream **streams;
static size_t count, opened, ready, begun, ended;
static uint64_t chunks;
static long live_kib, live_descriptors, live_streams;

static void open_more(void) {
  sparkchat_error *error = NULL;
  while (opened < count && opened - ready < CONNECTING) {
    sparkchat_stream **stream = &streams[opened++];
    ours_check("open", sparkchat_client_open(client, request, stream, &error),
               error);
    ours_check("add", sparkchat_group_add(group, *stream, &error), error);
  }
}

static void on_event(sparkchat_stream *stream, const sparkchat_event *event) {
  switch (sparkchat_event_kind_of(event)) {
  case SPARKCHAT_EVENT_READY:
    ready++;
    open_more();
    if (ready == count) {
      measure_begin();
    }
    break;
  case SPARKCHAT_EVENT_TEXT:
    chunks++;
    measure_first();
    if (sparkchat_stream_user_data(stream) == NULL) {
      sparkchat_stream_set_user_data(stream, stream);
      if (++begun == count) {
        live_kib = memory_kib("VmRSS");
        live_descriptors = entries_of("fd");
        live_streams = (long)sparkchat_group_count(group);
      }
    }
    break;
  default:
    break;
  }
}

static void run(void) {
  sparkchat_error *error = NULL;
  open_more();
  while (ended < count) {
    sparkchat_stream *stream = NULL;
    const sparkchat_event *event = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, &event, &error);
    ours_check("group", status, error);
    if (status == SPARKCHAT_OK) {
      on_event(stream, event);
    } else if (status == SPARKCHAT_DONE && stream != NULL) {
      ended++;
    } else if (status == SPARKCHAT_DONE) {
      give_up("group", "streams were lost");
    }
  }
}

/* Returns how many texts differ from the first one, and its checksum. */
static size_t wrong_texts(size_t *length, uint32_t *crc) {
  size_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    size_t found;
    const char *text =
        sparkchat_response_text(sparkchat_stream_response(streams[i]), &found);
    uint32_t sum = checksum(0, text, found);
    if (i == 0) {
      *length = found;
      *crc = sum;
    }
    wrong += found != *length || sum != *crc;
  }
  return wrong;
}

static void warm_up(const char *ca_file, const char *url) {
  sparkchat_client *first = ours_client(ca_file, url);
  ours_check("warm up", sparkchat_client_invoke(first, request, NULL, NULL),
             NULL);
  sparkchat_client_free(first);
}

int main(int argc, char **argv) {
  if (argc != 5) {
    give_up("usage", "group CA_FILE WARM_UP_URL URL STREAMS");
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  sparkchat_request *question = ours_request();
  request = question;
  warm_up(argv[1], argv[2]);
  sparkchat_client *asked = ours_client(argv[1], argv[3]);
  client = asked;
  count = strtoull(argv[4], NULL, 10);
  streams = calloc(count, sizeof *streams);
  ours_check("group", sparkchat_group_new(&group, NULL), NULL);
  long descriptors = entries_of("fd");
  long before = memory_kib("VmRSS");
  run();
  measure_end();
  size_t length = 0;
  uint32_t crc = 0;
  char more[320];
  size_t wrong = wrong_texts(&length, &crc);
  snprintf(more, sizeof more,
           ", \"streams\": %zu, \"ended\": %zu, \"wrong\": %zu, "
           "\"live_streams\": %ld, \"before_kib\": %ld, \"live_kib\": %ld, "
           "\"descriptors\": %ld, \"threads\": %ld",
           count, ended, wrong, live_streams, before, live_kib,
           live_descriptors - descriptors, entries_of("task"));
  measure_print(chunks, length, crc, more);
  for (size_t i = 0; i < count; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_request_free(question);
  sparkchat_client_free(asked);
  free(streams);
  return EXIT_SUCCESS;
}
