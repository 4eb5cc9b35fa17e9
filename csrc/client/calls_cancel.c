/* One call is let go of, wherever it is: under way, in its turn, in the queue, or ended and not yet handed out. */
#include "client/calls.h"

static bool cancel_in_turn(lfn_calls *calls, uint64_t tag)
{
    for (lfn_place **link = &calls->in_turn.first; *link != NULL; link = &(*link)->next) {
        lfn_place *at = *link;
        if (at->tag != tag)
            continue;
        *link = at->next;
        if (at->next == NULL)
            calls->in_turn.last = link;
        lfn_calls_empty_place(calls, at);
        return true;
    }
    return false;
}

static bool cancel_under_way(lfn_calls *calls, uint64_t tag)
{
    for (lfn_flight *flight = calls->line->flights; flight != NULL; flight = flight->next) {
        lfn_place *at = flight->owner;
        if (at == NULL || at->tag != tag)
            continue;
        lfn_line_drop(flight);
        lfn_calls_empty_place(calls, at);
        return true;
    }
    return false;
}

static bool cancel_ended(lfn_calls *calls, uint64_t tag)
{
    lfn_line *line = calls->line;
    for (lfn_flight **link = &line->ended; *link != NULL; link = &(*link)->next_queued) {
        lfn_place *at = (*link)->owner;
        if (at->tag != tag)
            continue;
        *link = at->flight.next_queued;
        if (*link == NULL)
            line->ended_last = link;
        lfn_calls_empty_place(calls, at);
        return true;
    }
    return false;
}

bool lfn_calls_cancel(lfn_calls *calls, uint64_t tag)
{
    if (!lfn_line_ours(calls->line))
        return false;
    bool found = cancel_under_way(calls, tag) || cancel_in_turn(calls, tag) || lfn_calls_cancel_queued(calls, tag) ||
                 cancel_ended(calls, tag);
    if (found)
        lfn_calls_seat_and_tell(calls);
    return found;
}
