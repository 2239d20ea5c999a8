/* The recording of --doctor, which Python's sparkchat.testing can replay. */
#ifndef CHAT_RECORDING_H
#define CHAT_RECORDING_H

#include <sparkchat.h>

/* Returns 0 and prints a line on standard error if the file already exists or
 * cannot be created. NULL stands for a new name with the date. */
int recording_open(const char *path);

/* Records a finding; `verdict` is "ok", "note", "problem" or "skipped". */
void record_finding(const char *verdict, const char *topic, const char *said,
                    const char *advice);

/* Records a request and its response; `error` may be NULL. */
void record_exchange(const char *url, const char *domain, const char *question,
                     const sparkchat_response *response,
                     const sparkchat_error *error);

/* Writes the file; returns 0 if that fails. */
int recording_close(void);

/* The name of the file. */
const char *recording_path(void);

#endif
