/* A line to the peer: a transport, and the flights that are on it. One thread at a time uses it; a client keeps those
 * that nobody uses, with their connections, for the next call. */
#ifndef LFN_CLIENT_LINE_H
#define LFN_CLIENT_LINE_H

#include "client/flight.h"

struct lfn_login;

/* Rings in the descriptor that an event loop watches: see alarm.h. */
typedef struct lfn_alarm {
    int descriptor; /* of the timer; -1: none */
    int watched;    /* what the event loop watches; -1: nothing */
    int64_t rings_ms;
} lfn_alarm;

typedef struct lfn_line {
    lfn_client *client;
    lfn_transport *transport;
    struct lfn_line *next; /* among the idle ones */
    unsigned generation;   /* of the process that it was made in */
    int64_t now_ms;        /* of the monotonic clock, when it was last looked at */
    int64_t look_ms;       /* no flight has to be woken by the clock before */

    lfn_flight *flights;     /* those under way */
    lfn_flight *due;         /* those of them that can go on at once */
    lfn_exchange *landed;    /* exchanges that ended, not yet judged */
    lfn_flight *ended;       /* flights that ended, first to last, for whoever looks for them */
    lfn_flight **ended_last; /* where the next one goes */
    size_t flying;           /* flights that are with the transport */
    struct lfn_login *login; /* the one that is under way here, or NULL */
    lfn_alarm alarm;
} lfn_line;

/* Takes an idle line, or makes one. Waits, until the deadline, where a client has but one. */
lfn_status lfn_line_take(lfn_client *client, int64_t deadline_ms, lfn_line **out_line, lfn_error *error);
/* Gives a line back; what is still under way on it is let go of. */
void lfn_line_return(lfn_line *line);
/* Whether the line was made in this process; one from before a fork is not to be touched. */
bool lfn_line_ours(const lfn_line *line);
/* Frees the idle lines of a client. */
void lfn_lines_free(lfn_client *client);

/* Looks at the clock. */
void lfn_line_tick(lfn_line *line);
/* Puts a flight on its line; it goes out at the next step. */
void lfn_line_add(lfn_flight *flight);
/* Takes a flight off its line wherever it is; its exchange is cancelled. Not for one that has ended. */
void lfn_line_drop(lfn_flight *flight);
/* A flight that was waiting can go on at once. */
void lfn_line_hasten(lfn_flight *flight);
/* Lets every flight go as far as it can; waits up to wait_ms when none has ended, and may come back early. */
void lfn_line_step(lfn_line *line, int64_t wait_ms);
/* Puts a flight on the line and steps until it has ended. */
lfn_status lfn_line_run(lfn_flight *flight);
/* The next flight that ended, taken off the list; NULL when there is none. */
lfn_flight *lfn_line_ended(lfn_line *line);

#endif
