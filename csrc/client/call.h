/* One call on its way: a small state machine whose steps never block. Stepping and waiting are in lfn_flight_run alone,
 * so that an engine with many calls under way can drive the same steps. */
#ifndef LFN_CLIENT_CALL_H
#define LFN_CLIENT_CALL_H

#include "client/client.h"
#include "client/prepare.h"

typedef enum lfn_phase {
    LFN_PHASE_TOKEN,   /* needs a token before it goes out */
    LFN_PHASE_READY,   /* may go out */
    LFN_PHASE_FLYING,  /* is with the transport */
    LFN_PHASE_WAITING, /* goes out again at wake_ms */
    LFN_PHASE_ENDED    /* status and error stand */
} lfn_phase;

typedef struct lfn_flight {
    lfn_client *client;
    const lfn_operation *operation; /* NULL for a request that the tables lack */
    const lfn_provider *provider;
    lfn_request request; /* borrowed from what was prepared */
    lfn_repeat repeat;
    bool needs_token;
    lfn_result *result;

    lfn_phase phase;
    int64_t began_ms; /* of the monotonic clock, as the three below */
    int64_t deadline_ms;
    int64_t started_ms; /* this attempt */
    int64_t wake_ms;
    int64_t timeout_ms; /* for an attempt */
    unsigned repeats;   /* after a failure; the one after a login is not counted */
    bool refused;       /* a token of this call was refused, and a login followed */

    lfn_exchange exchange;
    lfn_status status;
    lfn_error error;
} lfn_flight;

/* Makes a flight of a prepared call; it begins now. `call` NULL: a request that the tables lack. */
void lfn_flight_init(lfn_flight *flight, lfn_client *client, const lfn_call *call, const lfn_prepared *prepared,
                     lfn_result *result);
/* Ends a flight with a status and an error that was filled for it. */
void lfn_flight_end(lfn_flight *flight, lfn_status status);
/* Steps and waits until the flight has ended. The client's lock is held. */
lfn_status lfn_flight_run(lfn_flight *flight);

#endif
