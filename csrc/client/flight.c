/* Flights: see flight.h. The order here is that of a call: it goes out, its answer is judged, it goes out again or
 * ends. */
#include "client/flight.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "client/answer.h"
#include "client/echo.h"
#include "client/line.h"
#include "client/reconcile.h"
#include "client/token.h"
#include "rules/repeat.h"

enum {
    FIRST_WAIT_MS = 200, /* doubles with every repetition */
    LONGEST_WAIT_MS = 5000,
    BACKSTOP_MS = 1000 /* how long a transport may be late with its own timeout */
};

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* ---- beginning and end ---- */

void lfn_flight_init(lfn_flight *flight, lfn_line *line, const lfn_call *call, lfn_prepared *prepared,
                     lfn_result *result)
{
    lfn_client *client = line->client;
    /* The error, which is large, is written before it is read. */
    memset(flight, 0, offsetof(lfn_flight, exchange));
    flight->line = line;
    flight->client = client;
    flight->request = &prepared->request;
    flight->result = result;
    flight->timeout_ms = client->timeout_ms;
    flight->repeat = prepared->request.method == LFN_GET ? LFN_REPEAT_SAFE : LFN_REPEAT_NEVER;
    flight->needs_token = call != NULL || lfn_token_can(client);
    flight->number = atomic_fetch_add_explicit(&client->calls, 1, memory_order_relaxed) + 1;
    int64_t deadline_ms = client->deadline_ms;
    if (call != NULL) {
        flight->operation = call->operation;
        flight->provider = call->provider;
        flight->repeat = prepared->once ? LFN_REPEAT_NEVER : call->operation->repeat;
        flight->needs_token = call->operation->access == LFN_ACCESS_TOKEN;
        flight->unread = call->unread && call->operation->method == LFN_GET;
        flight->timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : flight->timeout_ms;
        deadline_ms = call->deadline_ms > 0 ? call->deadline_ms : deadline_ms;
    }
    flight->began_ms = line->now_ms;
    flight->deadline_ms = lfn_time_after(flight->began_ms, deadline_ms);
    flight->phase = flight->needs_token ? LFN_PHASE_TOKEN : LFN_PHASE_READY;
}

/* Whether the flight carries the reading that asks about its lost answer. */
static bool asks(const lfn_flight *flight)
{
    return flight->lost != NULL && flight->lost->asking;
}

void lfn_flight_drop(lfn_flight *flight)
{
    lfn_token_give_back(flight);
    if (flight->lost != NULL) {
        lfn_prepared_free(&flight->lost->reading);
        lfn_free(flight->lost);
        flight->lost = NULL;
    }
}

void lfn_flight_end(lfn_flight *flight, lfn_status status)
{
    flight->status = status;
    flight->phase = asks(flight) ? LFN_PHASE_TOLD : LFN_PHASE_ENDED;
}

static void tell(const lfn_flight *flight, lfn_event_kind kind, int64_t duration_ms)
{
    const lfn_events *events = &flight->client->events;
    if (events->tell == NULL)
        return;
    bool known = kind != LFN_EVENT_REQUEST;
    lfn_event event = {.kind = kind,
                       .call = flight->number,
                       .method = flight->request->method,
                       .operation = flight->operation,
                       .provider = flight->provider,
                       .attempt = flight->outings,
                       .status = known ? flight->status : LFN_OK,
                       .http_status = known ? flight->result->response.status : 0,
                       .ms = duration_ms};
    events->tell(events->context, &event);
}

/* ---- going out ---- */

/* What an error says is cut short rather than cleared: it is large. */
static void forget_failure(lfn_error *error)
{
    error->key[0] = '\0';
    error->where[0] = '\0';
    error->message[0] = '\0';
    error->hint[0] = '\0';
}

static void go_out(lfn_flight *flight)
{
    const lfn_client *client = flight->client;
    lfn_line *line = flight->line;
    flight->started_ms = line->now_ms;
    int64_t left_ms = flight->deadline_ms - flight->started_ms;
    if (left_ms <= 0) {
        /* After a failure that failure is told: it says more than that the time is over. */
        if (flight->repeats == 0)
            flight->status =
                lfn_error_set(&flight->error, LFN_DEADLINE, "The deadline passed before the request could be sent.");
        lfn_flight_end(flight, flight->status);
        return;
    }
    if (flight->needs_token)
        flight->request->authorization = lfn_secret_reveal(flight->token->authorization);
    lfn_response_clear(&flight->result->response);
    int64_t timeout_ms = smaller(flight->timeout_ms, left_ms);
    lfn_exchange *exchange = &flight->exchange;
    exchange->request = flight->request;
    exchange->response = &flight->result->response;
    exchange->error = &flight->error;
    forget_failure(exchange->error);
    exchange->timeout_ms = timeout_ms;
    exchange->connect_timeout_ms = smaller(client->connect_timeout_ms, timeout_ms);
    exchange->done = false;
    exchange->ended = &line->landed;
    exchange->caller_state = flight;
    flight->phase = LFN_PHASE_FLYING;
    flight->outings++;
    tell(flight, LFN_EVENT_REQUEST, 0);
    line->flying++;
    line->transport->methods->start(line->transport, &flight->exchange);
}

/* ---- judging ---- */

/* Method, path without its query, what came of it and how long it took. No header, no body. */
static void log_attempt(const lfn_flight *flight, const lfn_attempt *attempt)
{
    if (flight->client->log.write == NULL)
        return;
    lfn_text target = flight->request->target;
    int path_size = (int)lfn_text_find(target, '?');
    lfn_log_line(&flight->client->log, LFN_LOG_DEBUG, "%s %.*s %d %s %lld ms", lfn_method_name(flight->request->method),
                 path_size, target.data, attempt->http_status, lfn_status_get(attempt->status)->code,
                 (long long)(attempt->ended_ms - attempt->started_ms));
}

static void record_attempt(lfn_flight *flight)
{
    lfn_result *result = flight->result;
    lfn_attempt attempt = {.stage = flight->exchange.stage,
                           .status = flight->status,
                           .http_status = result->response.status,
                           .started_ms = flight->started_ms - flight->began_ms,
                           .ended_ms = flight->line->now_ms - flight->began_ms,
                           .asks = asks(flight)};
    log_attempt(flight, &attempt);
    tell(flight, LFN_EVENT_RESPONSE, attempt.ended_ms - attempt.started_ms);
    if (result->attempt_count == LFN_ATTEMPTS_MAX)
        result->attempt_count--;
    result->attempts[result->attempt_count++] = attempt;
}

/* What the attempt came to, into status and error. */
static void read_outcome(lfn_flight *flight)
{
    const lfn_client *client = flight->client;
    const lfn_exchange *exchange = &flight->exchange;
    const lfn_response *response = &flight->result->response;
    if (exchange->status == LFN_OK) {
        flight->status = lfn_answer_judge(client, flight->operation, flight->unread, flight->result, &flight->error);
        if (flight->status != LFN_OK)
            lfn_echo_hide(flight->request, &flight->error);
        return;
    }
    flight->status = exchange->status;
    flight->error.status = exchange->status;
    flight->error.http_status = response->status;
    flight->error.retry_after_ms = -1; /* only a whole answer says how long to wait */
}

/* How long to wait before the next attempt: what the answer asks, else a random part of a span that doubles, so that
 * clients that failed together do not come back together. */
static int64_t wait_ms(const lfn_flight *flight)
{
    if (flight->error.retry_after_ms >= 0)
        return flight->error.retry_after_ms;
    int64_t longest = smaller((int64_t)FIRST_WAIT_MS << flight->repeats, LONGEST_WAIT_MS);
    const lfn_random *source = lfn_random_system();
    uint32_t random = UINT32_MAX;
    if (!source->fill(source->context, &random, sizeof random))
        return longest;
    return (int64_t)(random % (uint32_t)(longest + 1));
}

/* Takes the cost of an attempt out of the budget; false, with a hint, when there is none left. */
static bool spend(lfn_flight *flight)
{
    bool timed_out = flight->status == LFN_DEADLINE && flight->exchange.status != LFN_OK;
    (void)pthread_mutex_lock(&flight->client->lock);
    unsigned cost = lfn_budget_take(&flight->client->budget, timed_out);
    (void)pthread_mutex_unlock(&flight->client->lock);
    if (cost > 0)
        flight->cost = cost;
    else
        lfn_error_hint(&flight->error, "It was not repeated, because too many calls of this client failed lately: call "
                                       "again when the peer is well.");
    return cost > 0;
}

/* What a success, also one that only tells what became of a lost answer, gives back to the budget. */
static void earn(lfn_flight *flight)
{
    (void)pthread_mutex_lock(&flight->client->lock);
    lfn_budget_give(&flight->client->budget, flight->cost);
    (void)pthread_mutex_unlock(&flight->client->lock);
    flight->cost = 0;
}

bool lfn_flight_follow(lfn_flight *flight, lfn_event_kind kind)
{
    /* A reading is no repetition: it waits only when the answer asks for it. */
    bool waits = kind == LFN_EVENT_RETRY || flight->error.retry_after_ms >= 0;
    int64_t wait = waits ? wait_ms(flight) : 0;
    int64_t now = flight->line->now_ms;
    if (wait >= flight->deadline_ms - now || !spend(flight))
        return false;
    flight->wake_ms = now + wait;
    flight->phase = LFN_PHASE_WAITING;
    tell(flight, kind, 0);
    if (wait > 0)
        tell(flight, LFN_EVENT_WAIT, wait);
    return true;
}

bool lfn_flight_repeat(lfn_flight *flight)
{
    if (flight->repeats + 1 >= flight->client->attempts_max || !lfn_flight_follow(flight, LFN_EVENT_RETRY))
        return false;
    lfn_log_line(&flight->client->log, LFN_LOG_WARNING, "%s failed (%s): attempt %u of %zu follows in %lld ms",
                 lfn_method_name(flight->request->method), lfn_status_get(flight->status)->code, flight->repeats + 2,
                 flight->client->attempts_max, (long long)(flight->wake_ms - flight->line->now_ms));
    flight->repeats++;
    return true;
}

/* What to do about a failure. What is never repeated may be as much in doubt as what is asked about. */
static lfn_verdict decide(const lfn_flight *flight, int http_status)
{
    lfn_stage stage = flight->exchange.stage;
    lfn_verdict verdict = lfn_repeat_decide(flight->repeat, stage, flight->status, http_status);
    if (verdict == LFN_VERDICT_FAIL && flight->repeat == LFN_REPEAT_NEVER &&
        lfn_repeat_decide(LFN_REPEAT_RECONCILE, stage, flight->status, http_status) == LFN_VERDICT_RECONCILE)
        return LFN_VERDICT_RECONCILE;
    return verdict;
}

static void log_in_or_end(lfn_flight *flight)
{
    if (lfn_token_refused(flight))
        flight->phase = LFN_PHASE_TOKEN;
    else
        lfn_flight_end(flight, flight->status);
}

static void judge(lfn_flight *flight)
{
    read_outcome(flight);
    record_attempt(flight);
    bool answered = flight->exchange.status == LFN_OK;
    int http_status = answered ? flight->result->response.status : 0;
    if (flight->status == LFN_OK) {
        earn(flight);
        lfn_flight_end(flight, LFN_OK);
        return;
    }
    if (http_status == 401 && flight->needs_token) {
        log_in_or_end(flight);
        return;
    }
    if (lfn_reconcile_again(flight))
        return;
    switch (decide(flight, http_status)) {
    case LFN_VERDICT_RETRY:
        if (!lfn_flight_repeat(flight))
            lfn_flight_end(flight, flight->status);
        return;
    case LFN_VERDICT_RECONCILE:
        lfn_reconcile_begin(flight);
        return;
    case LFN_VERDICT_FAIL:
        break;
    }
    lfn_flight_end(flight, flight->status);
}

/* ---- what its line asks of it ---- */

void lfn_flight_advance(lfn_flight *flight)
{
    for (;;) {
        switch (flight->phase) {
        case LFN_PHASE_TOKEN:
            lfn_token_ensure(flight);
            break;
        case LFN_PHASE_READY:
            go_out(flight);
            break;
        case LFN_PHASE_TOLD:
            lfn_reconcile_decide(flight);
            break;
        case LFN_PHASE_ENDED:
            lfn_flight_drop(flight);
            return;
        case LFN_PHASE_FLYING:
        case LFN_PHASE_WAITING:
            return;
        }
    }
}

void lfn_flight_land(lfn_flight *flight)
{
    flight->line->flying--;
    judge(flight);
    lfn_flight_advance(flight);
}

int64_t lfn_flight_due_ms(const lfn_flight *flight)
{
    if (flight->phase == LFN_PHASE_FLYING)
        return lfn_time_after(lfn_time_after(flight->started_ms, flight->exchange.timeout_ms), BACKSTOP_MS);
    return flight->phase == LFN_PHASE_WAITING ? flight->wake_ms : INT64_MAX;
}

void lfn_flight_recall(lfn_flight *flight)
{
    lfn_transport *transport = flight->line->transport;
    flight->exchange.ended = NULL; /* one that is ended in there is put into no list */
    transport->methods->cancel(transport, &flight->exchange);
}

/* A transport that misses its own timeout is told to let go. */
static void cut(lfn_flight *flight)
{
    lfn_exchange *exchange = &flight->exchange;
    lfn_flight_recall(flight);
    lfn_response_clear(exchange->response);
    exchange->ended = &flight->line->landed;
    (void)lfn_error_set(exchange->error, LFN_DEADLINE, "No answer came within %lld ms.",
                        (long long)exchange->timeout_ms);
    /* The most careful guess: the whole request may have been sent. */
    lfn_exchange_end(exchange, LFN_DEADLINE, LFN_STAGE_WAITING);
}

void lfn_flight_wake(lfn_flight *flight)
{
    if (flight->phase == LFN_PHASE_FLYING && !flight->exchange.done)
        cut(flight);
    if (flight->phase != LFN_PHASE_WAITING)
        return;
    flight->phase = flight->needs_token ? LFN_PHASE_TOKEN : LFN_PHASE_READY;
    lfn_line_hasten(flight);
}
