/* Many calls at once, from the inside: see leafnative/client.h. A call is put into a place, or waits in the queue for
 * one; in its turn it takes off from there; when it has landed, its place is handed out and then free again. */
#ifndef LFN_CLIENT_CALLS_H
#define LFN_CLIENT_CALLS_H

#include "client/line.h"

/* A call that is in its turn, under way, or done. Places are kept and used again. */
typedef struct lfn_place {
    struct lfn_place *next; /* among the free ones, those in turn, or those handed out */
    uint64_t tag;
    bool has_row;  /* else it is a request that the tables lack */
    bool starved;  /* it was in the queue, and there was no memory to take it out: it ends so in its turn */
    lfn_call call; /* what its flight needs of it; no argument, no body */
    lfn_prepared prepared;
    lfn_result result;
    lfn_flight flight;
} lfn_place;

typedef struct lfn_place_list {
    lfn_place *first;
    lfn_place **last;
} lfn_place_list;

/* A call that waits for a place: see calls_queue.c. */
typedef struct lfn_job lfn_job;

struct lfn_calls {
    lfn_client *client;
    lfn_line *line;
    size_t concurrency;
    size_t queue_max;
    double interval_ms; /* between two take-offs; 0: none */
    double take_off_ms; /* when the next may take off */
    size_t place_count;
    size_t free_count;
    lfn_place *free_places;
    lfn_place_list in_turn;
    lfn_place *handed_out;
    size_t queued;
    lfn_job *queue;
    lfn_job **queue_last;
    lfn_prepared scratch; /* for what is queued */
};

/* LFN_CLOSED for calls that were opened before a fork. */
lfn_status lfn_calls_check_process(const lfn_calls *calls, lfn_error *error);

/* ---- places: calls_place.c ---- */

/* A place to use, or NULL when all are taken or memory is out. */
lfn_place *lfn_calls_take_place(lfn_calls *calls);
/* Forgets the call of a place, which is free then. */
void lfn_calls_empty_place(lfn_calls *calls, lfn_place *at);
/* Frees a place that was taken off every list. */
void lfn_calls_free_place(lfn_place *at);
/* A call is in its turn after all those that are. */
void lfn_calls_put_in_turn(lfn_calls *calls, lfn_place *at);
/* Takes out the first that is in turn: there is one. */
lfn_place *lfn_calls_next_in_turn(lfn_calls *calls);
/* Frees the places of the calls that were handed out, and those that nobody uses or that wait for their turn. */
void lfn_calls_free_places(lfn_calls *calls);

/* ---- the queue: calls_queue.c ---- */

/* Puts what was prepared at the end of the queue. `call` NULL: a request that the tables lack. */
lfn_status lfn_calls_enqueue(lfn_calls *calls, const lfn_call *call, const lfn_prepared *prepared, uint64_t tag,
                             lfn_error *error);
/* Moves what waits into the places that are free. */
void lfn_calls_seat_queued(lfn_calls *calls);
/* Takes the call with the tag out; false when none has it. */
bool lfn_calls_cancel_queued(lfn_calls *calls, uint64_t tag);
void lfn_calls_free_queue(lfn_calls *calls);

/* ---- moving: calls_poll.c ---- */

/* Seats what waits, between two polls, and has the descriptor tell that the next one is due. */
void lfn_calls_seat_and_tell(lfn_calls *calls);

#endif
