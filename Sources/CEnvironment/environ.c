/*
 * An environment of its own, empty, for the Swift runtime inside the library.
 *
 * The runtime walks through `environ` when it is loaded, to see what it is to
 * debug. Many programs have a copy of that variable, Node.js among them; what
 * they load with RTLD_DEEPBIND sees the original, which is never set then: the
 * walk begins at address 0, and ends the host. And what is set for a Swift
 * program that loads the library is no business of the runtime in here.
 *
 * getenv() is the C library's, and sees the host's environment as ever.
 */
#include "environ.h"

static char *empty[] = {0};
char **environ = empty;
