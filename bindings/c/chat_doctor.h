/* --doctor: is it this machine, or the service? */
#ifndef CHAT_DOCTOR_H
#define CHAT_DOCTOR_H

#include <sparkchat.h>

/* Looks at one thing after the other, says what to do, and writes a recording
 * into `output`, or into a file with the date in its name. Returns the exit
 * status: 0 all is well, 1 something is wrong, 2 the file is there already. */
int examine(const char *output);

/* Tells what was found; what is wrong on this side is another verdict than
 * what is the service's. */
typedef enum verdict { WELL, NOTE, SKIPPED, WRONG_HERE, WRONG_THERE } verdict;
void tell(verdict found, const char *topic, const char *said,
          const char *advice);

#endif
