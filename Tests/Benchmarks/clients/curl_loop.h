/* Receives one answer over HTTP with libcurl, and parses the event stream as
 * libcurl delivers it; the programs parse the JSON. */
#ifndef BENCH_CURL_LOOP_H
#define BENCH_CURL_LOOP_H

#include "measure.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Reads the JSON of an event and appends its text.
 *  @return Whether it has any. */
typedef int (*event_reader)(const char *data, size_t length, text *answer);

/** Runs a client with the usual arguments: CA_FILE WARM_UP_URL URL.
 *  @return The program's exit code. */
int curl_main(int argc, char **argv, event_reader read);

#ifdef __cplusplus
}
#endif

#endif
