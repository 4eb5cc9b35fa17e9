/* Many calls at once: they are opened, take calls, and are let go of. See calls.h for how a call goes on from here. */
#include "client/calls.h"

#include "base/alloc.h"
#include "base/error.h"

enum { CONCURRENCY = 64, CONCURRENCY_MAX = 4096, QUEUE_MAX = 1000000 };

/* Longer than any process runs. */
static const double longest_interval_ms = 1e15;

/* ---- opening ---- */

static lfn_status refuse(const char *option, const char *reason, lfn_error *error)
{
    char where[32] = "/";
    strncat(where, option, sizeof where - 2);
    return lfn_error_set_where(error, LFN_BAD_INPUT, where, "The option %s %s.", option, reason);
}

static lfn_status check(const lfn_calls_options *options, lfn_error *error)
{
    if (options->concurrency > CONCURRENCY_MAX)
        return refuse("concurrency", "must be from 1 to 4,096", error);
    if (options->queue > QUEUE_MAX)
        return refuse("queue", "must be at most 1,000,000", error);
    if (!(options->rate >= 0 && options->rate <= 1e6))
        return refuse("rate", "must be from 0 to 1,000,000 calls a second", error);
    return LFN_OK;
}

/* A rate may be so small that its interval is longer than times can say. */
static double interval_of(double rate)
{
    if (rate <= 0)
        return 0;
    double interval_ms = 1000.0 / rate;
    return interval_ms < longest_interval_ms ? interval_ms : longest_interval_ms;
}

lfn_status lfn_calls_open(lfn_client *client, const lfn_calls_options *options, lfn_calls **out_calls, lfn_error *error)
{
    lfn_status status = check(options, error);
    if (status != LFN_OK)
        return status;
    lfn_calls *calls = lfn_alloc(sizeof *calls);
    if (calls == NULL)
        return lfn_error_no_memory(error);
    calls->client = client;
    calls->concurrency = options->concurrency > 0 ? options->concurrency : CONCURRENCY;
    calls->queue_max = options->queue;
    calls->interval_ms = interval_of(options->rate);
    calls->in_turn.last = &calls->in_turn.first;
    calls->queue_last = &calls->queue;
    lfn_prepared_init(&calls->scratch);
    status = lfn_line_take(client, client->deadline_ms, &calls->line, error);
    if (status != LFN_OK) {
        lfn_free(calls);
        return status;
    }
    *out_calls = calls;
    return LFN_OK;
}

/* ---- submitting ---- */

size_t lfn_calls_room(const lfn_calls *calls)
{
    size_t places = calls->queued > 0 ? 0 : calls->concurrency - calls->place_count + calls->free_count;
    return places + (calls->queue_max - calls->queued);
}

size_t lfn_calls_pending(const lfn_calls *calls)
{
    size_t handed = 0;
    for (const lfn_place *at = calls->handed_out; at != NULL; at = at->next)
        handed++;
    return calls->place_count - calls->free_count - handed + calls->queued;
}

typedef struct submission {
    const lfn_call *call; /* NULL for a request that the tables lack */
    lfn_method method;
    lfn_text path;
    lfn_text body;
    uint64_t tag;
} submission;

static lfn_status prepare(const lfn_calls *calls, const submission *given, lfn_prepared *prepared, lfn_error *error)
{
    if (given->call != NULL)
        return lfn_prepare_given(calls->client, given->call, prepared, error);
    return lfn_prepare_request(given->method, given->path, given->body, prepared, error);
}

static lfn_status seat(lfn_calls *calls, lfn_place *at, const submission *given, lfn_error *error)
{
    lfn_status status = prepare(calls, given, &at->prepared, error);
    if (status == LFN_OK && !lfn_prepared_own(&at->prepared))
        status = lfn_error_no_memory(error);
    if (status != LFN_OK) {
        lfn_calls_empty_place(calls, at);
        return status;
    }
    at->tag = given->tag;
    at->starved = false;
    at->has_row = given->call != NULL;
    if (at->has_row) {
        at->call = *given->call;
        at->call.arguments = NULL;
        at->call.argument_count = 0;
        at->call.body = lfn_text_make(NULL, 0);
    }
    lfn_calls_put_in_turn(calls, at);
    return LFN_OK;
}

static lfn_status enqueue(lfn_calls *calls, const submission *given, lfn_error *error)
{
    lfn_status status = prepare(calls, given, &calls->scratch, error);
    if (status == LFN_OK)
        status = lfn_calls_enqueue(calls, given->call, &calls->scratch, given->tag, error);
    lfn_prepared_clear(&calls->scratch);
    return status;
}

lfn_status lfn_calls_check_process(const lfn_calls *calls, lfn_error *error)
{
    if (!lfn_line_ours(calls->line))
        return lfn_error_set(error, LFN_CLOSED, "The calls were opened before this process was forked.");
    return LFN_OK;
}

static lfn_status check_usable(const lfn_calls *calls, lfn_error *error)
{
    lfn_status status = lfn_calls_check_process(calls, error);
    if (status == LFN_OK && lfn_calls_room(calls) == 0)
        return lfn_error_set(error, LFN_BAD_INPUT, "There is no room for another call: poll first.");
    return status;
}

static lfn_status submit(lfn_calls *calls, const submission *given, lfn_error *error)
{
    lfn_status status = check_usable(calls, error);
    if (status != LFN_OK)
        return status;
    lfn_place *at = calls->queued == 0 ? lfn_calls_take_place(calls) : NULL;
    if (at != NULL)
        return seat(calls, at, given, error);
    if (calls->place_count < calls->concurrency)
        return lfn_error_no_memory(error); /* there could be a place, but for the memory */
    return enqueue(calls, given, error);
}

lfn_status lfn_calls_submit(lfn_calls *calls, const lfn_call *call, uint64_t tag, lfn_error *error)
{
    submission given = {.call = call, .tag = tag};
    return submit(calls, &given, error);
}

lfn_status lfn_calls_submit_request(lfn_calls *calls, lfn_method method, lfn_text path, lfn_text body, uint64_t tag,
                                    lfn_error *error)
{
    submission given = {.method = method, .path = path, .body = body, .tag = tag};
    return submit(calls, &given, error);
}

/* ---- letting go of all ---- */

static void drop_flights(lfn_calls *calls)
{
    while (calls->line->flights != NULL) {
        lfn_flight *flight = calls->line->flights;
        lfn_place *at = flight->owner;
        lfn_line_drop(flight);
        if (at != NULL) /* else it was a login */
            lfn_calls_free_place(at);
    }
}

/* After a fork the connections are the other process's: only the memory is let go of, but for that of the transport. */
static void forget_flights(lfn_calls *calls)
{
    lfn_client_wake(calls->client);
    lfn_flight *next = NULL;
    for (lfn_flight *flight = calls->line->flights; flight != NULL; flight = next) {
        next = flight->next;
        lfn_flight_drop(flight);
        if (flight->owner != NULL)
            lfn_calls_free_place(flight->owner);
    }
}

void lfn_calls_free(lfn_calls *calls)
{
    if (calls == NULL)
        return;
    if (lfn_line_ours(calls->line))
        drop_flights(calls);
    else
        forget_flights(calls);
    for (lfn_flight *flight; (flight = lfn_line_ended(calls->line)) != NULL;)
        lfn_calls_free_place(flight->owner);
    lfn_calls_free_places(calls);
    lfn_calls_free_queue(calls);
    lfn_prepared_free(&calls->scratch);
    lfn_line_return(calls->line);
    lfn_free(calls);
}
