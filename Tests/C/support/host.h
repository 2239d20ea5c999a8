/* What a host can see of itself: the library must leave all of it alone. */
#ifndef HOST_H
#define HOST_H

#include "counts.h"

/* Threads, descriptors, signals, locale, environment, and the like, as text;
 * the caller's to free. */
char *describe_host(void);

/* Waits for a name lookup's thread to end, then compares. */
void check_host_is(const char *before);

/* Standard output and error go to a file from now on. */
void capture_output(void);

/* How many bytes were written meanwhile; both are as before again. */
long captured_bytes(void);

#endif
