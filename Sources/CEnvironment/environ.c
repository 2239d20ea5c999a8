/*
 * An environment of its own, empty, for the Swift runtime inside the library.
 *
 * The runtime walks through `environ` when it is loaded, to see what it is to
 * debug. A host that loads libraries with RTLD_DEEPBIND, as PHP does, shows
 * them another `environ` than its own, which nobody has ever set: the walk ends
 * at address 0, and with it the host. And what is set for a Swift program that
 * loads the library is no business of the runtime in here.
 *
 * getenv() is the C library's, and sees the host's environment as ever.
 */
#include "environ.h"

static char *empty[] = {0};
char **environ = empty;
