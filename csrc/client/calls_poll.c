/* A poll lets all calls move: those whose turn it is take off, the line takes a step, and those that ended are handed
 * out. An event loop watches a descriptor, which tells when the next poll is due. */
#include "base/error.h"
#include "base/time.h"
#include "client/alarm.h"
#include "client/calls.h"

enum { BURST_MS = 10 /* what a rate may catch up */ };

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* When the call whose turn it is may take off: now at the latest, where no rate holds it back. */
static int64_t next_take_off_ms(const lfn_calls *calls)
{
    if (calls->in_turn.first == NULL)
        return INT64_MAX;
    int64_t now_ms = calls->line->now_ms;
    if (calls->take_off_ms <= (double)now_ms)
        return now_ms;
    int64_t whole_ms = (int64_t)calls->take_off_ms;
    return whole_ms + ((double)whole_ms < calls->take_off_ms);
}

static void take_off(lfn_calls *calls)
{
    lfn_line *line = calls->line;
    while (next_take_off_ms(calls) <= line->now_ms) {
        lfn_place *at = lfn_calls_next_in_turn(calls);
        lfn_flight_init(&at->flight, line, at->has_row ? &at->call : NULL, &at->prepared, &at->result);
        at->flight.owner = at;
        if (at->starved)
            lfn_flight_end(&at->flight, lfn_error_no_memory(&at->flight.error));
        lfn_line_add(&at->flight);
        if (calls->interval_ms <= 0)
            continue;
        double earliest = (double)(line->now_ms - BURST_MS);
        calls->take_off_ms = (calls->take_off_ms > earliest ? calls->take_off_ms : earliest) + calls->interval_ms;
    }
}

static size_t hand_out(lfn_calls *calls, lfn_completion *out_completions, size_t room)
{
    size_t count = 0;
    for (lfn_flight *flight; count < room && (flight = lfn_line_ended(calls->line)) != NULL; count++) {
        lfn_place *at = flight->owner;
        at->next = calls->handed_out;
        calls->handed_out = at;
        out_completions[count] = (lfn_completion){.tag = at->tag,
                                                  .operation = flight->operation,
                                                  .provider = flight->provider,
                                                  .sent = at->prepared.request.body,
                                                  .status = flight->status,
                                                  .error = &flight->error,
                                                  .result = &at->result};
    }
    return count;
}

/* When the next poll is due, unless the transport has something before. */
static int64_t next_poll_ms(const lfn_calls *calls)
{
    const lfn_line *line = calls->line;
    const lfn_transport_methods *methods = line->transport->methods;
    bool can_seat = calls->queue != NULL && calls->handed_out != NULL;
    bool can_step = line->flying > 0 && methods->descriptor == NULL;
    if (line->ended != NULL || line->due != NULL || can_seat || can_step)
        return line->now_ms;
    int64_t due_ms = smaller(next_take_off_ms(calls), line->look_ms);
    int64_t rest_ms = methods->rest_ms != NULL ? methods->rest_ms(line->transport) : INT64_MAX;
    return smaller(due_ms, lfn_time_after(line->now_ms, rest_ms));
}

/* Has the descriptor tell when the next poll is due. */
static void set_alarm(const lfn_calls *calls)
{
    if (calls->line->alarm.watched >= 0)
        lfn_line_ring_at(calls->line, next_poll_ms(calls));
}

/* The same, between two polls. */
static void renew_alarm(const lfn_calls *calls)
{
    if (calls->line->alarm.watched < 0 || !lfn_line_ours(calls->line))
        return;
    lfn_line_tick(calls->line);
    set_alarm(calls);
}

static int64_t until(int64_t time_ms, int64_t now_ms)
{
    return time_ms > now_ms ? time_ms - now_ms : 0;
}

static void empty_handed_out(lfn_calls *calls)
{
    while (calls->handed_out != NULL) {
        lfn_place *at = calls->handed_out;
        calls->handed_out = at->next;
        lfn_calls_empty_place(calls, at);
    }
}

size_t lfn_calls_poll(lfn_calls *calls, int64_t wait_ms, lfn_completion *out_completions, size_t room)
{
    lfn_line *line = calls->line;
    if (!lfn_line_ours(line))
        return 0;
    empty_handed_out(calls);
    lfn_calls_seat_queued(calls);
    if (lfn_calls_pending(calls) == 0)
        wait_ms = 0; /* what is left to move is a login that nobody waits for, and the alarm */
    lfn_line_tick(line);
    int64_t ends_ms = lfn_time_after(line->now_ms, wait_ms);
    do {
        take_off(calls);
        lfn_line_ring_at(line, INT64_MAX); /* one that rang would end every wait at once */
        lfn_line_step(line, until(smaller(ends_ms, next_take_off_ms(calls)), line->now_ms));
    } while (line->ended == NULL && line->now_ms < ends_ms && lfn_calls_pending(calls) > 0);
    size_t count = hand_out(calls, out_completions, room);
    set_alarm(calls);
    return count;
}

/* ---- between two polls ---- */

void lfn_calls_seat_and_tell(lfn_calls *calls)
{
    if (calls->queue == NULL)
        return;
    lfn_calls_seat_queued(calls);
    renew_alarm(calls);
}

void lfn_calls_release(lfn_calls *calls)
{
    empty_handed_out(calls);
    lfn_calls_seat_and_tell(calls);
}

int lfn_calls_descriptor(lfn_calls *calls, lfn_error *error)
{
    if (lfn_calls_check_process(calls, error) != LFN_OK)
        return -1;
    int descriptor = lfn_line_watch(calls->line, error);
    if (descriptor >= 0)
        renew_alarm(calls);
    return descriptor;
}
