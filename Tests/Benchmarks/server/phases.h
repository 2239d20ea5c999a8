/* What the load server does with a connection: from the handshake to the end of
 * its answer. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "connection.h"

/** Goes on as far as the socket lets it.
 *  @return 0 to wait, -1 to drop the connection. */
int phases_advance(connection *c);

/** Does what the connection's timer was set for.
 *  @return 0 to drop it, 1 to go on. */
int phases_on_timer(connection *c);

#endif
