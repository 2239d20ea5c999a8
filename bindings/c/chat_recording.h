/* What --doctor writes: a recording that Python's sparkchat.testing replays. */
#ifndef CHAT_RECORDING_H
#define CHAT_RECORDING_H

#include <sparkchat.h>

/* 0, and a line on standard error, where there is such a file already, or none
 * can be made. NULL is a name with the date in it. */
int recording_open(const char *path);

/* What was looked at: verdict is "ok", "note", "problem" or "skipped". */
void record_finding(const char *verdict, const char *topic, const char *said,
                    const char *advice);

/* A request and what came back; `error` may be NULL. */
void record_exchange(const char *url, const char *domain, const char *question,
                     const sparkchat_response *response,
                     const sparkchat_error *error);

/* Writes it; 0 where that fails. */
int recording_close(void);

/* The name of the file. */
const char *recording_path(void);

#endif
