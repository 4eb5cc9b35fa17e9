/* Many calls at once: see leafnative/client.h. A call is put into a place, or waits in the queue for one; in its turn
 * it takes off from there; when it has landed, its place is handed out and then free again. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "client/alarm.h"
#include "client/line.h"

enum {
    CONCURRENCY = 64,
    CONCURRENCY_MAX = 4096,
    QUEUE_MAX = 1000000,
    KEPT_BODY_MAX = 64 * 1024, /* a place keeps no more memory than this for its next answer */
    BURST_MS = 10              /* what a rate may catch up */
};

/* Longer than any process runs. */
static const double longest_interval_ms = 1e15;

/* A call that is in its turn, under way, or done. Places are kept and used again. */
typedef struct place {
    struct place *next; /* among the free ones, those in turn, or those handed out */
    uint64_t tag;
    bool has_row;  /* else it is a request that the tables lack */
    bool starved;  /* it was in the queue, and there was no memory to take it out: it ends so in its turn */
    lfn_call call; /* what its flight needs of it; no argument, no body */
    lfn_prepared prepared;
    lfn_result result;
    lfn_flight flight;
} place;

/* A call that waits for a place: one small block. */
typedef struct job {
    struct job *next;
    uint64_t tag;
    const lfn_operation *operation;
    const lfn_provider *provider;
    int64_t timeout_ms;
    int64_t deadline_ms;
    size_t target_size;
    size_t body_size;
    lfn_method method;
    bool unread;
    bool once;
    bool has_body;
    char bytes[]; /* target and body */
} job;

typedef struct place_list {
    place *first;
    place **last;
} place_list;

struct lfn_calls {
    lfn_client *client;
    lfn_line *line;
    size_t concurrency;
    size_t queue_max;
    double interval_ms; /* between two take-offs; 0: none */
    double take_off_ms; /* when the next may take off */
    size_t place_count;
    size_t free_count;
    place *free_places;
    place_list in_turn;
    place *handed_out;
    size_t queued;
    job *queue;
    job **queue_last;
    lfn_prepared scratch; /* for what is queued */
};

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

static void free_place(place *at)
{
    lfn_prepared_free(&at->prepared);
    lfn_result_free(&at->result);
    lfn_free(at);
}

static void free_places(place *first)
{
    while (first != NULL) {
        place *next = first->next;
        free_place(first);
        first = next;
    }
}

static void free_job(job *waiting)
{
    lfn_free_wiped(waiting, sizeof *waiting + waiting->target_size + waiting->body_size);
}

static void drop_flights(lfn_calls *calls)
{
    while (calls->line->flights != NULL) {
        lfn_flight *flight = calls->line->flights;
        place *at = flight->owner;
        lfn_line_drop(flight);
        if (at != NULL) /* else it was a login */
            free_place(at);
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
            free_place(flight->owner);
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
        free_place(flight->owner);
    free_places(calls->in_turn.first);
    free_places(calls->handed_out);
    free_places(calls->free_places);
    while (calls->queue != NULL) {
        job *next = calls->queue->next;
        free_job(calls->queue);
        calls->queue = next;
    }
    lfn_prepared_free(&calls->scratch);
    lfn_line_return(calls->line);
    lfn_free(calls);
}

/* ---- places ---- */

/* A place to use, or NULL when all are taken or memory is out. */
static place *take_place(lfn_calls *calls)
{
    place *at = calls->free_places;
    if (at != NULL) {
        calls->free_places = at->next;
        calls->free_count--;
        return at;
    }
    if (calls->place_count == calls->concurrency)
        return NULL;
    at = lfn_alloc(sizeof *at);
    if (at == NULL)
        return NULL;
    calls->place_count++;
    lfn_prepared_init(&at->prepared);
    lfn_result_init(&at->result, calls->client->answer_max_bytes);
    return at;
}

static void empty_place(lfn_calls *calls, place *at)
{
    lfn_prepared_clear(&at->prepared);
    lfn_result_clear(&at->result);
    if (at->result.response.body.capacity > KEPT_BODY_MAX)
        lfn_buffer_free(&at->result.response.body);
    at->next = calls->free_places;
    calls->free_places = at;
    calls->free_count++;
}

static void put_in_turn(lfn_calls *calls, place *at)
{
    at->next = NULL;
    *calls->in_turn.last = at;
    calls->in_turn.last = &at->next;
}

static place *next_in_turn(lfn_calls *calls)
{
    place *at = calls->in_turn.first;
    calls->in_turn.first = at->next;
    if (at->next == NULL)
        calls->in_turn.last = &calls->in_turn.first;
    return at;
}

/* ---- the queue ---- */

static job *make_job(const lfn_call *call, const lfn_prepared *prepared, uint64_t tag)
{
    const lfn_request *request = &prepared->request;
    job *made = lfn_alloc(sizeof *made + request->target.size + request->body.size);
    if (made == NULL)
        return NULL;
    *made = (job){.tag = tag,
                  .target_size = request->target.size,
                  .body_size = request->body.size,
                  .method = request->method,
                  .once = prepared->once,
                  .has_body = request->body.data != NULL};
    if (call != NULL) {
        made->operation = call->operation;
        made->provider = call->provider;
        made->timeout_ms = call->timeout_ms;
        made->deadline_ms = call->deadline_ms;
        made->unread = call->unread;
    }
    memcpy(made->bytes, request->target.data, request->target.size);
    if (made->body_size > 0)
        memcpy(made->bytes + made->target_size, request->body.data, made->body_size);
    return made;
}

static bool fill_from_job(place *at, const job *waiting)
{
    const char *body = waiting->has_body ? waiting->bytes + waiting->target_size : NULL;
    at->tag = waiting->tag;
    at->has_row = waiting->operation != NULL;
    at->call = (lfn_call){.operation = waiting->operation,
                          .provider = waiting->provider,
                          .unread = waiting->unread,
                          .timeout_ms = waiting->timeout_ms,
                          .deadline_ms = waiting->deadline_ms};
    at->prepared.once = waiting->once;
    return lfn_prepared_restore(&at->prepared, waiting->method, lfn_text_make(waiting->bytes, waiting->target_size),
                                lfn_text_make(body, waiting->body_size));
}

/* Moves what waits into the places that are free. */
static void seat_queued(lfn_calls *calls)
{
    while (calls->queue != NULL) {
        job *waiting = calls->queue;
        place *at = take_place(calls);
        if (at == NULL)
            return;
        at->starved = !fill_from_job(at, waiting);
        calls->queue = waiting->next;
        if (calls->queue == NULL)
            calls->queue_last = &calls->queue;
        calls->queued--;
        free_job(waiting);
        put_in_turn(calls, at);
    }
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
    for (const place *at = calls->handed_out; at != NULL; at = at->next)
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
        return lfn_prepare_call(calls->client->api, given->call, prepared, error);
    return lfn_prepare_request(given->method, given->path, given->body, prepared, error);
}

static lfn_status seat(lfn_calls *calls, place *at, const submission *given, lfn_error *error)
{
    lfn_status status = prepare(calls, given, &at->prepared, error);
    if (status == LFN_OK && !lfn_prepared_own(&at->prepared))
        status = lfn_error_no_memory(error);
    if (status != LFN_OK) {
        empty_place(calls, at);
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
    put_in_turn(calls, at);
    return LFN_OK;
}

static lfn_status enqueue(lfn_calls *calls, const submission *given, lfn_error *error)
{
    lfn_status status = prepare(calls, given, &calls->scratch, error);
    job *made = status == LFN_OK ? make_job(given->call, &calls->scratch, given->tag) : NULL;
    lfn_prepared_clear(&calls->scratch);
    if (status != LFN_OK)
        return status;
    if (made == NULL)
        return lfn_error_no_memory(error);
    *calls->queue_last = made;
    calls->queue_last = &made->next;
    calls->queued++;
    return LFN_OK;
}

static lfn_status check_process(const lfn_calls *calls, lfn_error *error)
{
    if (!lfn_line_ours(calls->line))
        return lfn_error_set(error, LFN_CLOSED, "The calls were opened before this process was forked.");
    return LFN_OK;
}

static lfn_status check_usable(const lfn_calls *calls, lfn_error *error)
{
    lfn_status status = check_process(calls, error);
    if (status == LFN_OK && lfn_calls_room(calls) == 0)
        return lfn_error_set(error, LFN_BAD_INPUT, "There is no room for another call: poll first.");
    return status;
}

static lfn_status submit(lfn_calls *calls, const submission *given, lfn_error *error)
{
    lfn_status status = check_usable(calls, error);
    if (status != LFN_OK)
        return status;
    place *at = calls->queued == 0 ? take_place(calls) : NULL;
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

/* ---- moving ---- */

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
        place *at = next_in_turn(calls);
        lfn_flight_init(&at->flight, line, at->has_row ? &at->call : NULL, &at->prepared, &at->result);
        at->flight.owner = at;
        if (at->starved)
            lfn_flight_end(&at->flight, lfn_error_no_memory(&at->flight.error));
        lfn_line_add(&at->flight);
        if (calls->interval_ms <= 0)
            continue;
        double earliest = (double)line->now_ms - BURST_MS;
        calls->take_off_ms = (calls->take_off_ms > earliest ? calls->take_off_ms : earliest) + calls->interval_ms;
    }
}

static size_t hand_out(lfn_calls *calls, lfn_completion *out_completions, size_t room)
{
    size_t count = 0;
    for (lfn_flight *flight; count < room && (flight = lfn_line_ended(calls->line)) != NULL; count++) {
        place *at = flight->owner;
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
        place *at = calls->handed_out;
        calls->handed_out = at->next;
        empty_place(calls, at);
    }
}

size_t lfn_calls_poll(lfn_calls *calls, int64_t wait_ms, lfn_completion *out_completions, size_t room)
{
    lfn_line *line = calls->line;
    if (!lfn_line_ours(line))
        return 0;
    empty_handed_out(calls);
    seat_queued(calls);
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

/* Seats what waits, and has the descriptor tell that the next poll is due. */
static void seat_and_tell(lfn_calls *calls)
{
    if (calls->queue == NULL)
        return;
    seat_queued(calls);
    renew_alarm(calls);
}

void lfn_calls_release(lfn_calls *calls)
{
    empty_handed_out(calls);
    seat_and_tell(calls);
}

/* ---- letting go ---- */

static bool cancel_in_turn(lfn_calls *calls, uint64_t tag)
{
    for (place **link = &calls->in_turn.first; *link != NULL; link = &(*link)->next) {
        place *at = *link;
        if (at->tag != tag)
            continue;
        *link = at->next;
        if (at->next == NULL)
            calls->in_turn.last = link;
        empty_place(calls, at);
        return true;
    }
    return false;
}

static bool cancel_queued(lfn_calls *calls, uint64_t tag)
{
    for (job **link = &calls->queue; *link != NULL; link = &(*link)->next) {
        job *waiting = *link;
        if (waiting->tag != tag)
            continue;
        *link = waiting->next;
        if (waiting->next == NULL)
            calls->queue_last = link;
        calls->queued--;
        free_job(waiting);
        return true;
    }
    return false;
}

static bool cancel_under_way(lfn_calls *calls, uint64_t tag)
{
    for (lfn_flight *flight = calls->line->flights; flight != NULL; flight = flight->next) {
        place *at = flight->owner;
        if (at == NULL || at->tag != tag)
            continue;
        lfn_line_drop(flight);
        empty_place(calls, at);
        return true;
    }
    return false;
}

static bool cancel_ended(lfn_calls *calls, uint64_t tag)
{
    lfn_line *line = calls->line;
    for (lfn_flight **link = &line->ended; *link != NULL; link = &(*link)->next_queued) {
        place *at = (*link)->owner;
        if (at->tag != tag)
            continue;
        *link = at->flight.next_queued;
        if (*link == NULL)
            line->ended_last = link;
        empty_place(calls, at);
        return true;
    }
    return false;
}

bool lfn_calls_cancel(lfn_calls *calls, uint64_t tag)
{
    if (!lfn_line_ours(calls->line))
        return false;
    bool found = cancel_under_way(calls, tag) || cancel_in_turn(calls, tag) || cancel_queued(calls, tag) ||
                 cancel_ended(calls, tag);
    if (found)
        seat_and_tell(calls);
    return found;
}

int lfn_calls_descriptor(lfn_calls *calls, lfn_error *error)
{
    if (check_process(calls, error) != LFN_OK)
        return -1;
    int descriptor = lfn_line_watch(calls->line, error);
    if (descriptor >= 0)
        renew_alarm(calls);
    return descriptor;
}
