/* Lines: see line.h. First their life, then how the flights on one are driven. */
#include "client/line.h"

#include <time.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/system.h"
#include "client/alarm.h"
#include "client/login.h"

enum {
    IDLE_LINES_MAX = 64,      /* a client keeps no more than these, and its first one */
    IDLE_LINE_MS = 60 * 1000, /* and none that was not used for so long: its peers have closed its connections */
    SLICE_MS = 50             /* of a wait: so soon is a signal noticed */
};

/* ---- taking and giving back ---- */

static lfn_line *make(lfn_client *client, lfn_transport *transport)
{
    lfn_line *line = lfn_alloc(sizeof *line);
    if (line == NULL)
        return NULL;
    line->client = client;
    line->transport = transport;
    line->generation = atomic_load_explicit(&client->generation, memory_order_relaxed);
    line->look_ms = INT64_MAX;
    line->ended_last = &line->ended;
    line->alarm = lfn_alarm_none();
    return line;
}

bool lfn_line_ours(const lfn_line *line)
{
    return line->generation == lfn_fork_generation();
}

static void free_line(lfn_line *line)
{
    if (line->transport != line->client->transport)
        lfn_transport_free(line->transport);
    lfn_alarm_free(&line->alarm);
    lfn_free(line);
}

/* Waits, without the lock, for a short while or until a line is given back. */
static void await_return(lfn_client *client)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += SLICE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_cond_timedwait(&client->returned, &client->lock, &until);
}

/* Where a client has but one line, waits for it; not when there is none, because it could not be made. */
static lfn_status await_the_one(lfn_client *client, int64_t deadline_ms, lfn_error *error)
{
    const lfn_clock *clock = client->clock;
    int64_t began_ms = clock->monotonic_ms(clock->context);
    int64_t now_ms = began_ms;
    while (client->idle == NULL && client->lines > 0) {
        if (now_ms - began_ms >= deadline_ms)
            return lfn_error_set(error, LFN_DEADLINE, "The deadline passed while another call was under way.");
        await_return(client);
        (void)pthread_mutex_unlock(&client->lock);
        now_ms = clock->monotonic_ms(clock->context);
        (void)pthread_mutex_lock(&client->lock);
    }
    return LFN_OK;
}

/* The first line has the client's own transport; the others have one made from it. */
static lfn_status make_line(lfn_client *client, bool first, lfn_line **out_line, lfn_error *error)
{
    lfn_transport *transport = client->transport;
    if (!first) {
        lfn_status status = transport->methods->another(transport, &transport, error);
        if (status != LFN_OK)
            return status;
    }
    *out_line = make(client, transport);
    if (*out_line == NULL && !first)
        lfn_transport_free(transport);
    return *out_line != NULL ? LFN_OK : lfn_error_no_memory(error);
}

lfn_status lfn_line_take(lfn_client *client, int64_t deadline_ms, lfn_line **out_line, lfn_error *error)
{
    lfn_client_wake(client);
    lfn_status status = LFN_OK;
    (void)pthread_mutex_lock(&client->lock);
    if (client->transport->methods->another == NULL)
        status = await_the_one(client, deadline_ms, error);
    lfn_line *line = client->idle;
    bool first = client->lines == 0;
    if (line != NULL) {
        client->idle = line->next;
        client->idle_count--;
    } else if (status == LFN_OK) {
        client->lines++;
    }
    (void)pthread_mutex_unlock(&client->lock);
    if (status == LFN_OK && line == NULL) {
        status = make_line(client, first, &line, error);
        if (status != LFN_OK) {
            (void)pthread_mutex_lock(&client->lock);
            client->lines--;
            (void)pthread_mutex_unlock(&client->lock);
        }
    }
    if (status != LFN_OK)
        return status;
    lfn_line_tick(line);
    *out_line = line;
    return LFN_OK;
}

/* A line that nobody used for long, taken off the list; NULL when there is none. */
static lfn_line *take_aged_locked(lfn_client *client, int64_t now_ms)
{
    lfn_line **link = &client->idle;
    while (*link != NULL && (now_ms - (*link)->now_ms < IDLE_LINE_MS || (*link)->transport == client->transport))
        link = &(*link)->next;
    lfn_line *aged = *link;
    if (aged == NULL)
        return NULL;
    *link = aged->next;
    client->idle_count--;
    client->lines--;
    return aged;
}

void lfn_line_return(lfn_line *line)
{
    lfn_client *client = line->client;
    if (!lfn_line_ours(line))
        return; /* it is the other process's; to say anything on its connections would disturb that one */
    while (line->flights != NULL)
        lfn_line_drop(line->flights);
    while (lfn_line_ended(line) != NULL) {
    }
    lfn_line_hush(line);
    (void)pthread_mutex_lock(&client->lock);
    bool kept = client->idle_count < IDLE_LINES_MAX || line->transport == client->transport;
    if (kept) {
        line->next = client->idle;
        client->idle = line;
        client->idle_count++;
        (void)pthread_cond_signal(&client->returned);
    } else {
        client->lines--;
    }
    lfn_line *aged = take_aged_locked(client, line->now_ms);
    (void)pthread_mutex_unlock(&client->lock);
    if (!kept)
        free_line(line);
    if (aged != NULL)
        free_line(aged);
}

void lfn_lines_free(lfn_client *client)
{
    while (client->idle != NULL) {
        lfn_line *line = client->idle;
        client->idle = line->next;
        free_line(line);
    }
}

/* ---- flights on a line ---- */

void lfn_line_tick(lfn_line *line)
{
    const lfn_clock *clock = line->client->clock;
    line->now_ms = clock->monotonic_ms(clock->context);
}

void lfn_line_hasten(lfn_flight *flight)
{
    lfn_line *line = flight->line;
    if (flight->queued)
        return;
    flight->queued = true;
    flight->next_queued = line->due;
    line->due = flight;
}

void lfn_line_add(lfn_flight *flight)
{
    lfn_line *line = flight->line;
    flight->previous = NULL;
    flight->next = line->flights;
    if (line->flights != NULL)
        line->flights->previous = flight;
    line->flights = flight;
    lfn_line_hasten(flight);
}

static void unlink_flight(lfn_flight *flight)
{
    if (flight->previous != NULL)
        flight->previous->next = flight->next;
    else
        flight->line->flights = flight->next;
    if (flight->next != NULL)
        flight->next->previous = flight->previous;
}

static void unlink_due(lfn_flight *flight)
{
    lfn_flight **link = &flight->line->due;
    while (*link != flight)
        link = &(*link)->next_queued;
    *link = flight->next_queued;
    flight->queued = false;
}

static void unlink_landed(lfn_line *line, const lfn_exchange *exchange)
{
    lfn_exchange **link = &line->landed;
    while (*link != exchange)
        link = &(*link)->next_ended;
    *link = exchange->next_ended;
}

void lfn_line_drop(lfn_flight *flight)
{
    lfn_line *line = flight->line;
    if (flight->queued)
        unlink_due(flight);
    if (flight->phase == LFN_PHASE_FLYING) {
        line->flying--;
        if (flight->exchange.done)
            unlink_landed(line, &flight->exchange);
        else
            lfn_flight_recall(flight);
    }
    unlink_flight(flight);
    lfn_flight_drop(flight);
    lfn_login_forget(line, flight);
}

lfn_flight *lfn_line_ended(lfn_line *line)
{
    lfn_flight *flight = line->ended;
    if (flight == NULL)
        return NULL;
    line->ended = flight->next_queued;
    if (line->ended == NULL)
        line->ended_last = &line->ended;
    return flight;
}

/* What a flight came to after it went on: it waits for something, or has ended. */
static void settle(lfn_flight *flight)
{
    lfn_line *line = flight->line;
    if (flight->phase != LFN_PHASE_ENDED) {
        int64_t due_ms = lfn_flight_due_ms(flight);
        line->look_ms = due_ms < line->look_ms ? due_ms : line->look_ms;
        return;
    }
    unlink_flight(flight);
    if (lfn_login_takes(line, flight))
        return;
    flight->next_queued = NULL;
    *line->ended_last = flight;
    line->ended_last = &flight->next_queued;
}

/* Those that were put there first go first: exchanges of one block keep their order. */
static lfn_flight *take_due(lfn_line *line)
{
    lfn_flight *first = NULL;
    while (line->due != NULL) {
        lfn_flight *flight = line->due;
        line->due = flight->next_queued;
        flight->next_queued = first;
        first = flight;
    }
    return first;
}

static void advance_due(lfn_line *line)
{
    lfn_flight *next = NULL;
    for (lfn_flight *flight = take_due(line); flight != NULL; flight = next) {
        next = flight->next_queued;
        flight->queued = false;
        lfn_flight_advance(flight);
        settle(flight);
    }
}

static void land(lfn_line *line)
{
    while (line->landed != NULL) {
        lfn_exchange *exchange = line->landed;
        line->landed = exchange->next_ended;
        lfn_flight *flight = exchange->caller_state;
        lfn_flight_land(flight);
        settle(flight);
    }
}

/* Wakes the flights whose time has come, and finds out when the next one's comes. */
static void look(lfn_line *line)
{
    line->look_ms = INT64_MAX;
    for (lfn_flight *flight = line->flights; flight != NULL; flight = flight->next) {
        int64_t due_ms = lfn_flight_due_ms(flight);
        if (due_ms <= line->now_ms)
            lfn_flight_wake(flight);
        else
            line->look_ms = due_ms < line->look_ms ? due_ms : line->look_ms;
    }
}

static void advance(lfn_line *line)
{
    if (line->now_ms >= line->look_ms)
        look(line);
    while (line->due != NULL || line->landed != NULL) {
        advance_due(line);
        if (line->landed != NULL)
            lfn_line_tick(line);
        land(line);
    }
}

/* Where nothing is with the peer the transport has nothing to wait for. But while an event loop watches, it takes note
 * of a connection that the peer has closed: the descriptor would tell of it for ever. */
static void wait_without_peer(lfn_line *line, int64_t wait_ms)
{
    const lfn_clock *clock = line->client->clock;
    if (line->alarm.watched >= 0)
        line->transport->methods->step(line->transport, 0);
    if (wait_ms > 0)
        clock->sleep_ms(clock->context, wait_ms);
}

/* Lets the transport move, or the time pass. */
static void rest(lfn_line *line, int64_t wait_ms)
{
    int64_t until_look_ms = line->look_ms - line->now_ms;
    if (until_look_ms < wait_ms)
        wait_ms = until_look_ms > 0 ? until_look_ms : 0;
    if (line->flying > 0)
        line->transport->methods->step(line->transport, wait_ms < SLICE_MS ? wait_ms : SLICE_MS);
    else
        wait_without_peer(line, wait_ms);
    lfn_line_tick(line);
}

void lfn_line_step(lfn_line *line, int64_t wait_ms)
{
    advance(line);
    if (line->flights == NULL && line->ended != NULL)
        return;
    rest(line, line->ended != NULL ? 0 : wait_ms);
    advance(line);
}

lfn_status lfn_line_run(lfn_flight *flight)
{
    lfn_line *line = flight->line;
    lfn_line_add(flight);
    while (line->ended != flight)
        lfn_line_step(line, INT64_MAX);
    (void)lfn_line_ended(line);
    return flight->status;
}
