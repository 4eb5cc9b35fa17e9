/* The exchanges of the express lane: sending, receiving, and how they end. */
#include "transport/express.h"

#include "base/alloc.h"
#include "base/error.h"

#include <limits.h>
#include <stdio.h>

express_lane *lfn_express_open(curl_transport *transport)
{
    express_lane *lane = lfn_alloc(sizeof *lane);
    if (lane == NULL)
        return NULL;
    lane->transport = transport;
    lane->connecting.kept_max = INT_MAX;
    lane->connecting_max = transport->peer->secure ? HANDSHAKING_MAX : CONNECTING_MAX;
    lane->earliest_ms = INT64_MAX;
    lane->waiting_last = &lane->waiting;
    lfn_buffer_init(&lane->constant, LINES_MAX);
    if (!lfn_express_write_constant(&lane->constant, transport->peer)) {
        lfn_free(lane);
        return NULL;
    }
    return lane;
}

void lfn_express_free(express_lane *lane)
{
    if (lane == NULL)
        return;
    while (lane->busy != NULL)
        lfn_express_close(lane->busy);
    while (lane->idle != NULL)
        lfn_express_close(lane->idle);
    lfn_buffer_free(&lane->constant);
    lfn_free_wiped(lane->outgoing.data, lane->outgoing.capacity);
    if (lane->connecting.multi != NULL)
        (void)curl_multi_cleanup(lane->connecting.multi);
    lfn_wipe(lane->received, sizeof lane->received);
    lfn_free(lane);
}

static void look_at_clock(express_lane *lane)
{
    const lfn_clock *clock = lfn_clock_system();
    lane->now_ms = clock->monotonic_ms(clock->context);
}

/* How far the exchange came. One that is sent for the second time has been sent in any case. */
static lfn_stage find_stage(const express_connection *connection)
{
    if (connection->reader.began)
        return LFN_STAGE_RECEIVING;
    if (connection->sent == 0)
        return connection->repeated ? LFN_STAGE_SENDING : LFN_STAGE_CONNECTING;
    return connection->sent < connection->whole_size ? LFN_STAGE_SENDING : LFN_STAGE_WAITING;
}

/* The exchange ends without a whole answer. */
static void end(express_connection *connection, CURLcode code)
{
    bool stale =
        code != CURLE_OPERATION_TIMEDOUT && connection->reused && connection->sent > 0 && !connection->reader.began;
    /* The code that the general lane ends with when it must not send again. */
    lfn_curl_conclude(&connection->handle, stale ? CURLE_ABORTED_BY_CALLBACK : code, find_stage(connection));
    lfn_express_close(connection);
}

/* Takes a connection for an exchange that was on a dead one. */
static void begin_afresh(express_connection *connection)
{
    express_lane *lane = connection->handle.transport->express;
    lfn_exchange *exchange = connection->handle.exchange;
    int64_t ends_ms = connection->ends_ms;
    bool repeated = connection->sent > 0;
    lfn_express_close(connection);
    express_connection *fresh = lfn_express_take_fresh(lane, exchange, ends_ms);
    if (fresh == NULL)
        lfn_curl_fail(exchange, lfn_error_no_memory(exchange->error));
    else
        fresh->repeated = repeated;
}

static void lose(express_connection *connection, CURLcode code)
{
    if (lfn_express_decide(connection, EXPRESS_LOST) == EXPRESS_FRESH)
        begin_afresh(connection);
    else
        end(connection, code);
}

/* The reader refused the answer. One that is odd from its start on is left to libcurl, with all that come after it. */
static void refuse(express_connection *connection)
{
    curl_transport *transport = connection->handle.transport;
    lfn_exchange *exchange = connection->handle.exchange;
    lfn_error *error = exchange->error;
    bool odd = error->status == LFN_PROTOCOL && !connection->reader.head_ended;
    if (odd)
        atomic_store(&transport->peer->is_odd, true);
    int64_t left_ms = connection->ends_ms - transport->express->now_ms;
    if (odd && left_ms > 0 && lfn_express_decide(connection, EXPRESS_ODD) == EXPRESS_GENERAL) {
        *error = (lfn_error){.retry_after_ms = -1};
        lfn_express_close(connection);
        lfn_general_start(transport, exchange, left_ms);
        return;
    }
    size_t size = strlen(error->message);
    (void)snprintf(error->message + size, sizeof error->message - size, " (%s)", transport->peer->authority);
    connection->handle.refusal = error->status;
    end(connection, CURLE_WEIRD_SERVER_REPLY);
}

static void finish(express_connection *connection, bool kept)
{
    lfn_curl_conclude(&connection->handle, CURLE_OK, LFN_STAGE_DONE);
    if (kept)
        lfn_express_keep(connection);
    else
        lfn_express_close(connection);
}

/* The peer has said all that it will say. An answer that ends with its connection is whole only when the peer has ended
 * that: anyone on the way could shorten it otherwise (RFC 9112, 9.8). */
static void finish_at_close(express_connection *connection)
{
    if (!connection->reader.began)
        lose(connection, CURLE_GOT_NOTHING);
    else if (!lfn_express_was_cut(connection) && lfn_response_reader_close(&connection->reader) == LFN_READER_DONE)
        finish(connection, false);
    else
        end(connection, CURLE_PARTIAL_FILE);
}

/* The part of the request that is to be sent next. */
static lfn_text next_part(const express_connection *connection)
{
    size_t sent = connection->sent;
    if (sent < connection->written_size)
        return lfn_text_make(connection->outgoing.data + sent, connection->written_size - sent);
    return lfn_text_make(connection->handle.exchange->request->body.data + (sent - connection->written_size),
                         connection->whole_size - sent);
}

/* CURLE_AGAIN when the socket takes no more for now. */
static CURLcode send_request(express_connection *connection)
{
    while (connection->sent < connection->whole_size) {
        size_t taken = 0;
        CURLcode code = lfn_express_send(connection, next_part(connection), &taken);
        if (code != CURLE_OK)
            return code;
        connection->sent += taken;
    }
    lfn_express_wipe_request(connection);
    return CURLE_OK;
}

/* Whether the connection is still at work after these bytes. */
static bool read_bytes(express_connection *connection, const char *bytes, size_t size)
{
    size_t taken = 0;
    lfn_response_reader *reader = &connection->reader;
    lfn_reader_state state = lfn_response_reader_feed(reader, bytes, size, &taken);
    if (state == LFN_READER_MORE)
        return true;
    if (state == LFN_READER_DONE)
        finish(connection, reader->keeps_alive && taken == size && connection->sent == connection->whole_size &&
                               !lfn_express_holds_back(connection));
    else
        refuse(connection);
    return false;
}

/* Reads until nothing is left: what TLS holds back, no wait would tell. Whether the connection is still at work. */
static bool receive(express_connection *connection)
{
    const char *received = connection->handle.transport->express->received;
    for (;;) {
        size_t got = 0;
        CURLcode code = lfn_express_receive(connection, &got);
        if (code == CURLE_AGAIN)
            return true;
        if (code != CURLE_OK) {
            lose(connection, code);
            return false;
        }
        if (got == 0) {
            finish_at_close(connection);
            return false;
        }
        if (!read_bytes(connection, received, got))
            return false;
        if (got < RECEIVE_SIZE && !lfn_express_holds_back(connection))
            return true;
    }
}

static void watch_room(express_connection *connection, bool wanted)
{
    if (connection->watches_room != wanted)
        lfn_waiter_watch_room(connection->handle.transport->waiter, connection->socket, connection, wanted);
    connection->watches_room = wanted;
}

/* Whether the connection is still at work. */
static bool send_on(express_connection *connection)
{
    CURLcode code = send_request(connection);
    if (code == CURLE_OK || code == CURLE_AGAIN) {
        watch_room(connection, code == CURLE_AGAIN);
        return true;
    }
    /* A peer that has gone may have answered what it read of the request: that stands in the socket still. */
    if (connection->sent == 0 || receive(connection))
        lose(connection, code);
    return false;
}

/* Writes the request and sends what the connection takes of it. */
static void begin(express_connection *connection)
{
    lfn_exchange *exchange = connection->handle.exchange;
    express_lane *lane = connection->handle.transport->express;
    if (connection->ends_ms < lane->earliest_ms)
        lane->earliest_ms = connection->ends_ms;
    lfn_response_reader_begin(&connection->reader, exchange->response, exchange->error);
    if (lfn_express_write_request(connection)) {
        (void)send_on(connection);
        return;
    }
    connection->handle.refusal = lfn_error_no_memory(exchange->error);
    end(connection, CURLE_OUT_OF_MEMORY);
}

/* One that is not there yet begins when it is. */
static void begin_if_there(express_connection *connection, lfn_exchange *exchange)
{
    if (connection == NULL)
        lfn_curl_fail(exchange, lfn_error_no_memory(exchange->error));
    else if (connection->socket >= 0)
        begin(connection);
}

void lfn_express_start(express_lane *lane, lfn_exchange *exchange)
{
    look_at_clock(lane);
    begin_if_there(lfn_express_take(lane, exchange), exchange);
}

void lfn_express_start_waiting(express_lane *lane)
{
    if (lane->waiting != NULL)
        look_at_clock(lane);
    while (lane->waiting != NULL) {
        lfn_exchange *exchange = lane->waiting->handle.exchange;
        express_connection *connection = lfn_express_take_waiting(lane);
        if (connection != NULL && connection->waits)
            return;
        begin_if_there(connection, exchange);
    }
}

void lfn_express_connected(express_connection *connection, CURLcode code)
{
    lfn_curl_handle_rest(&connection->handle);
    if (code == CURLE_OK)
        code = lfn_express_take_over(connection);
    if (code == CURLE_OK)
        begin(connection);
    else
        end(connection, code);
}

int64_t lfn_express_wait_ms(express_lane *lane, int64_t wait_ms)
{
    if (lane->busy == NULL || wait_ms <= 0)
        return wait_ms;
    look_at_clock(lane);
    int64_t left_ms = lane->earliest_ms > lane->now_ms ? lane->earliest_ms - lane->now_ms : 0;
    return left_ms < wait_ms ? left_ms : wait_ms;
}

/* Moves what can move. An idle connection on which something moves is closed by its peer, or of no more use. */
static void move(express_connection *connection)
{
    if (connection->handle.exchange == NULL) {
        if (!lfn_express_is_alive(connection))
            lfn_express_close(connection);
        return;
    }
    if (connection->sent == connection->whole_size || send_on(connection))
        (void)receive(connection);
}

/* Those that libcurl still connects are ended by it. */
static void end_overdue(express_lane *lane)
{
    express_connection *next = NULL;
    lane->earliest_ms = INT64_MAX;
    for (express_connection *connection = lane->busy; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->handle.is_moving)
            continue;
        if (lane->now_ms >= connection->ends_ms)
            end(connection, CURLE_OPERATION_TIMEDOUT);
        else if (connection->ends_ms < lane->earliest_ms)
            lane->earliest_ms = connection->ends_ms;
    }
}

/* An answer that is there counts also when its time is just over, so nothing is ended before all is read. */
void lfn_express_move(express_lane *lane, size_t ready_count)
{
    const lfn_waiter *waiter = lane->transport->waiter;
    look_at_clock(lane);
    for (size_t i = 0; i < ready_count; i++) {
        express_connection *connection = lfn_waiter_ready(waiter, i);
        if (connection != NULL) /* else it is the alarm, which is the caller's to read */
            move(connection);
    }
    if (ready_count < READY_MAX && lane->now_ms >= lane->earliest_ms)
        end_overdue(lane);
}

void lfn_express_drop_lost(express_lane *lane)
{
    express_connection *next = NULL;
    if (!lane->has_lost)
        return;
    lane->has_lost = false;
    for (express_connection *connection = lane->idle; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->socket < 0)
            lfn_express_close(connection);
    }
    for (express_connection *connection = lane->busy; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->socket < 0 && !connection->handle.is_moving && !connection->waits)
            lose(connection, CURLE_GOT_NOTHING);
    }
}

void lfn_express_fail_all(express_lane *lane)
{
    while (lane->busy != NULL)
        end(lane->busy, CURLE_OUT_OF_MEMORY);
}
