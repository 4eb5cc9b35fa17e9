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
    LFN_PHASE_WAITING, /* goes out, or out again, at wake_ms */
    LFN_PHASE_TOLD,    /* the reading that asks about a lost answer has ended */
    LFN_PHASE_ENDED    /* status and error stand */
} lfn_phase;

/* A call whose answer was lost, while its flight asks what became of it: what it was, to go on with it after. */
typedef struct lfn_lost {
    const lfn_reconcile *row; /* NULL until an answer is lost */
    bool asking;              /* the flight carries the reading for now; the rest counts only then */
    lfn_prepared reading;     /* owned */
    const lfn_operation *operation;
    lfn_request request;
    lfn_repeat repeat;
    unsigned repeats;
    lfn_status status; /* how the answer was lost */
    lfn_error error;
} lfn_lost;

typedef struct lfn_flight {
    lfn_client *client;
    const lfn_call *call;           /* NULL for a request that the tables lack */
    const lfn_operation *operation; /* NULL then, too */
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
    unsigned cost;      /* what the last repetition took out of the budget; 0 when it is given back */
    bool refused;       /* a token of this call was refused, and a login followed */

    uint64_t number; /* of the call, and how often it went out, for events */
    unsigned outings;

    lfn_exchange exchange;
    lfn_lost lost;
    lfn_status status;
    lfn_error error;
} lfn_flight;

/* Makes a flight of a prepared call; it begins now. `call` NULL: a request that the tables lack. */
void lfn_flight_init(lfn_flight *flight, lfn_client *client, const lfn_call *call, const lfn_prepared *prepared,
                     lfn_result *result);
/* Ends a flight, or the reading that it carries, with a status and an error that was filled for it. */
void lfn_flight_end(lfn_flight *flight, lfn_status status);
/* Lets the flight go out again, after a wait that fits the failure in its error. False, and nothing changed but a hint,
 * when neither attempts nor time nor the budget of the client allow it. */
bool lfn_flight_repeat(lfn_flight *flight);
/* The same for what is no repetition, but the reading that asks about a lost answer; `kind` is the event to tell. */
bool lfn_flight_follow(lfn_flight *flight, lfn_event_kind kind);
/* Tells an event of the flight's last attempt. */
void lfn_flight_tell(const lfn_flight *flight, lfn_event_kind kind, int64_t duration_ms);
/* Steps and waits until the flight has ended. The client's lock is held. */
lfn_status lfn_flight_run(lfn_flight *flight);

#endif
