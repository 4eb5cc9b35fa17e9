/* What became of a call whose answer was lost: asked with a reading and decided by the rows of tables/reconcile.def.
 * What may have had an effect is never sent again before the reading has shown that it had none. */
#ifndef LFN_CLIENT_RECONCILE_H
#define LFN_CLIENT_RECONCILE_H

#include "client/flight.h"

/* Turns a flight whose answer was lost into the reading that asks about it; ends it with LFN_UNKNOWN_OUTCOME when
 * nothing can tell. */
void lfn_reconcile_begin(lfn_flight *flight);

/* Decides by what the reading came to, from LFN_PHASE_TOLD: the flight ends well, goes out again, or fails. */
void lfn_reconcile_decide(lfn_flight *flight);

/* For a failure of a call that was sent again after its answer was lost: what it is refused for may be its own earlier
 * effect. True when the refusal says so and the flight goes on or has ended by it. */
bool lfn_reconcile_again(lfn_flight *flight);

#endif
