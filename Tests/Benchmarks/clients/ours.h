/* What the clients that use libsparkchat have in common. */
#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include <sparkchat.h>

#include <stdint.h>

/** @return A client that asks at `url` and trusts the certificates of
 *  `ca_file`. Ends the program on failure, as all these functions do. */
sparkchat_client *ours_client(const char *ca_file, const char *url);

/** @return A request with a short question. */
sparkchat_request *ours_request(void);

/** Ends the program if `status` is an error. */
void ours_check(const char *what, sparkchat_status status,
                const sparkchat_error *error);

/** @return Whether an event is a piece of the answer. */
int ours_is_piece(const sparkchat_event *event);

/** Prints the measurements, with the checksum of everything received:
 *  reasoning, text, and the arguments of calls. See measure_print(). */
void ours_print(const sparkchat_response *response, uint64_t chunks,
                const char *more);

#endif
