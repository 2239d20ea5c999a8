/* The process state that a host can see: the library must not change it. */
#ifndef HOST_H
#define HOST_H

#include "counts.h"

/* Returns threads, descriptors, signals, locale, environment, and the like, as
 * text; the caller frees it. */
char *describe_host(void);

/* Waits for a name lookup's thread to end, then compares. */
void check_host_is(const char *before);

/* Redirects standard output and error to a file. */
void capture_output(void);

/* Restores both, and returns how many bytes were written meanwhile. */
long captured_bytes(void);

#endif
