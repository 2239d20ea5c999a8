/* --doctor: finds out whether this machine or the service is at fault. */
#ifndef CHAT_DOCTOR_H
#define CHAT_DOCTOR_H

#include <sparkchat.h>

/* Runs the checks, says what to do, and writes a recording into `output`, or
 * into a file with the date in its name. Returns the exit status: 0 all is
 * well, 1 something is wrong, 2 the file already exists. */
int examine(const char *output);

/* Reports a finding. WRONG_HERE is a problem on this side, WRONG_THERE one of
 * the service. */
typedef enum verdict { WELL, NOTE, SKIPPED, WRONG_HERE, WRONG_THERE } verdict;
void tell(verdict found, const char *topic, const char *said,
          const char *advice);

#endif
