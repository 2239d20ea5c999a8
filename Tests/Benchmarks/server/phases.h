/* The phases of a connection, from the handshake to the end of its answer. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "connection.h"

/** Advances the connection as far as its socket allows.
 *  @return 0 to wait, -1 to drop the connection. */
int phases_advance(connection *c);

/** Handles the connection's timer.
 *  @return 0 to drop it, 1 to continue. */
int phases_on_timer(connection *c);

#endif
