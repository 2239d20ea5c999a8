/*
 * A separate, empty environment for the Swift runtime inside the library.
 *
 * The runtime reads its debugging options from `environ` when it is loaded.
 * Many programs, such as Node.js, have a copy of that variable. Libraries that
 * they load with RTLD_DEEPBIND see the original, which is then never set: the
 * runtime would read from address 0 and crash the host. Options that are meant
 * for a Swift program that loads the library should not affect this runtime.
 *
 * getenv() belongs to the C library, and still sees the host's environment.
 */
#include "environ.h"

static char *empty[] = {0};
char **environ = empty;
