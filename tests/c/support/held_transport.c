/* The transport that holds exchanges: see held_transport.h. */
#include "support/held_transport.h"

#include <stdlib.h>

uint32_t held_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* The bytes come at the start, so that they need not be kept; the end comes when it is due. */
static void fill(lfn_response *response, const canned_answer *answer)
{
    lfn_response_clear(response);
    response->status = answer->status;
    (void)lfn_buffer_append_string(&response->headers, answer->headers != NULL ? answer->headers : "");
    (void)lfn_buffer_append_string(&response->body, answer->body != NULL ? answer->body : "");
}

static void start(lfn_transport *transport, lfn_exchange *exchange)
{
    held_transport *held = (held_transport *)transport;
    held_one one = {.exchange = exchange};
    held->started++;
    held->decide(held->context, exchange, &one.answer);
    fill(exchange->response, &one.answer);
    one.late = one.answer.hangs || one.answer.takes_ms >= exchange->timeout_ms;
    one.due_ms = held->clock->monotonic_ms + (one.late ? exchange->timeout_ms : one.answer.takes_ms);
    if (held->count == HELD_MAX)
        abort(); /* no test starts so many */
    held->held[held->count++] = one;
    held->most = held->count > held->most ? held->count : held->most;
}

static void end(const held_one *one)
{
    lfn_exchange *exchange = one->exchange;
    lfn_response *response = exchange->response;
    if (one->late) {
        lfn_response_clear(response);
        (void)lfn_error_set(exchange->error, LFN_DEADLINE, "The held answer is late.");
        lfn_exchange_end(exchange, LFN_DEADLINE, LFN_STAGE_WAITING);
    } else if (response->body.failed || response->headers.failed) {
        (void)lfn_error_set(exchange->error, LFN_NO_MEMORY, "Memory is out.");
        lfn_exchange_end(exchange, LFN_NO_MEMORY, LFN_STAGE_RECEIVING);
    } else if (one->answer.fault != LFN_OK) {
        (void)lfn_error_set(exchange->error, one->answer.fault, "The held fault.");
        lfn_exchange_end(exchange, one->answer.fault, one->answer.stage);
    } else {
        lfn_exchange_end(exchange, LFN_OK, LFN_STAGE_DONE);
    }
}

static held_one take(held_transport *held, size_t index)
{
    held_one one = held->held[index];
    held->held[index] = held->held[--held->count];
    return one;
}

static int64_t first_due(const held_transport *held)
{
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < held->count; i++)
        first_ms = held->held[i].due_ms < first_ms ? held->held[i].due_ms : first_ms;
    return first_ms;
}

/* Ends one of those that are due, at random. */
static bool end_one(held_transport *held)
{
    size_t due = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < held->count; i++)
        if (held->held[i].due_ms <= held->clock->monotonic_ms && held_random(&held->random) % ++due == 0)
            chosen = i;
    if (due == 0)
        return false;
    held_one one = take(held, chosen);
    end(&one);
    return true;
}

static void step(lfn_transport *transport, int64_t wait_ms)
{
    held_transport *held = (held_transport *)transport;
    int64_t rest_ms = held->stalls ? INT64_MAX : first_due(held) - held->clock->monotonic_ms;
    if (rest_ms > 0)
        fake_clock_advance(held->clock, rest_ms < wait_ms ? rest_ms : wait_ms);
    while (!held->stalls && end_one(held))
        continue;
}

static void cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    held_transport *held = (held_transport *)transport;
    held->cancelled++;
    for (size_t i = 0; i < held->count; i++) {
        if (held->held[i].exchange == exchange) {
            (void)take(held, i);
            return;
        }
    }
    abort(); /* what is cancelled was started and not ended */
}

static void let_go(lfn_transport *transport)
{
    held_transport *held = (held_transport *)transport;
    held->freed = true;
    while (held->others != NULL) {
        held_transport *other = held->others;
        held->others = other->others;
        free(other);
    }
}

static void let_go_of_other(lfn_transport *transport)
{
    ((held_transport *)transport)->freed = true; /* the first one frees its memory */
}

static lfn_status another(lfn_transport *transport, lfn_transport **out_transport, lfn_error *error)
{
    static const lfn_transport_methods methods = {
        .start = start, .step = step, .cancel = cancel, .free = let_go_of_other};
    held_transport *held = (held_transport *)transport;
    held_transport *other = calloc(1, sizeof *other);
    if (other == NULL)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out.");
    other->transport.methods = &methods;
    other->clock = held->clock;
    other->decide = held->decide;
    other->context = held->context;
    other->random = held->random + 1;
    other->others = held->others;
    held->others = other;
    *out_transport = &other->transport;
    return LFN_OK;
}

void held_init(held_transport *held, fake_clock *clock, held_decide decide, void *context, bool many)
{
    static const lfn_transport_methods one = {.start = start, .step = step, .cancel = cancel, .free = let_go};
    static const lfn_transport_methods several = {
        .start = start, .step = step, .cancel = cancel, .free = let_go, .another = another};
    *held = (held_transport){.clock = clock, .decide = decide, .context = context, .random = 1};
    held->transport.methods = many ? &several : &one;
}

size_t held_count(const held_transport *held)
{
    size_t count = 0;
    for (; held != NULL; held = held->others)
        count += held->count;
    return count;
}
