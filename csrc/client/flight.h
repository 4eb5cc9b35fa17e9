/* One call on its way: a small state machine whose steps never wait. Its line (line.h) drives it, among others. */
#ifndef LFN_CLIENT_FLIGHT_H
#define LFN_CLIENT_FLIGHT_H

#include "client/client.h"
#include "client/prepare.h"

struct lfn_line;

typedef enum lfn_phase {
    LFN_PHASE_TOKEN,   /* needs a token before it goes out */
    LFN_PHASE_READY,   /* may go out */
    LFN_PHASE_FLYING,  /* is with the transport */
    LFN_PHASE_WAITING, /* goes on at wake_ms */
    LFN_PHASE_TOLD,    /* the reading that asks about a lost answer has ended */
    LFN_PHASE_ENDED    /* status and error stand */
} lfn_phase;

/* A call whose answer was lost, while its flight asks what became of it: what it was, to go on with it after. */
typedef struct lfn_lost {
    const lfn_reconcile *row;
    bool asking;          /* the flight carries the reading for now; the rest counts only then */
    lfn_prepared reading; /* owned */
    const lfn_operation *operation;
    lfn_request *request;
    lfn_repeat repeat;
    unsigned repeats;
    lfn_status status; /* how the answer was lost */
    lfn_error error;
} lfn_lost;

typedef struct lfn_flight {
    struct lfn_line *line;
    lfn_client *client;
    const lfn_operation *operation; /* NULL for a request that the tables lack */
    const lfn_provider *provider;
    lfn_request *request; /* that of what was prepared; the token is put into it */
    lfn_repeat repeat;
    bool needs_token;
    bool unread;
    lfn_result *result;

    lfn_phase phase;
    int64_t began_ms; /* of the monotonic clock, as the three below */
    int64_t deadline_ms;
    int64_t started_ms; /* this attempt */
    int64_t wake_ms;
    int64_t timeout_ms;     /* for an attempt */
    unsigned repeats;       /* after a failure; the one after a login is not counted */
    unsigned cost;          /* what the last repetition took out of the budget; 0 when it is given back */
    lfn_token *token;       /* that of the last attempt, held */
    bool refused;           /* a token of this call was refused, and another one followed */
    uint64_t awaited_login; /* the login that it waits for, or waited for; 0: none */

    uint64_t number; /* of the call, and how often it went out, for events */
    unsigned outings;

    struct lfn_flight *next; /* among those of the line */
    struct lfn_flight *previous;
    struct lfn_flight *next_queued; /* among those that are due, or have ended */
    bool queued;
    void *owner; /* of whoever put it on the line */

    lfn_lost *lost; /* NULL until an answer is lost */
    lfn_status status;
    lfn_exchange exchange;
    lfn_error error; /* filled when it is needed */
} lfn_flight;

/* Makes a flight of a prepared call on a line; it begins now. `call` NULL: a request that the tables lack. */
void lfn_flight_init(lfn_flight *flight, struct lfn_line *line, const lfn_call *call, lfn_prepared *prepared,
                     lfn_result *result);
/* Lets go of what a flight holds; one that ended has nothing left. */
void lfn_flight_drop(lfn_flight *flight);
/* Goes as far as it can without waiting. */
void lfn_flight_advance(lfn_flight *flight);
/* Judges an exchange that ended, and goes on. */
void lfn_flight_land(lfn_flight *flight);
/* Takes its exchange, which is not done, back from the transport; what that says of it meanwhile does not count. */
void lfn_flight_recall(lfn_flight *flight);
/* When it has to be woken, unless its exchange ends before. */
int64_t lfn_flight_due_ms(const lfn_flight *flight);
/* It is that time. */
void lfn_flight_wake(lfn_flight *flight);

/* Ends a flight, or the reading that it carries, with a status and an error that was filled for it. */
void lfn_flight_end(lfn_flight *flight, lfn_status status);
/* Lets the flight go out again, after a wait that fits the failure in its error. False, and nothing changed but a hint,
 * when neither attempts nor time nor the budget of the client allow it. */
bool lfn_flight_repeat(lfn_flight *flight);
/* The same for what is no repetition, but the reading that asks about a lost answer; `kind` is the event to tell. */
bool lfn_flight_follow(lfn_flight *flight, lfn_event_kind kind);

#endif
