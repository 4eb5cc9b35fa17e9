/* The exchanges of the express lane: sending, receiving, and how they end. */
#include "transport/express.h"

#include "base/alloc.h"
#include "base/error.h"

#include <poll.h>

express_lane *lfn_express_open(curl_transport *transport)
{
    express_lane *lane = lfn_alloc(sizeof *lane);
    if (lane == NULL)
        return NULL;
    lane->transport = transport;
    lfn_buffer_init(&lane->constant, LINES_MAX);
    if (!lfn_express_write_constant(&lane->constant, &transport->peer)) {
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
    lfn_free(lane->waiting);
    lfn_free(lane->polled);
    lfn_free(lane->polled_by_curl);
    lfn_wipe(lane->received, sizeof lane->received);
    lfn_free(lane);
}

static int64_t now(void)
{
    const lfn_clock *clock = lfn_clock_system();
    return clock->monotonic_ms(clock->context);
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

/* Gets everything ready for the first byte. On failure the connection is closed and the exchange still to be ended. */
static bool begin(express_connection *connection)
{
    lfn_exchange *exchange = connection->handle.exchange;
    lfn_response_reader_begin(&connection->reader, exchange->request->method, exchange->response);
    if (lfn_express_write_request(connection))
        return true;
    lfn_express_close(connection);
    return false;
}

/* Sends the exchange on a fresh connection. */
static void begin_afresh(express_connection *connection)
{
    express_lane *lane = connection->handle.transport->express;
    lfn_exchange *exchange = connection->handle.exchange;
    int64_t ends_ms = connection->ends_ms;
    bool repeated = connection->sent > 0;
    lfn_express_close(connection);
    express_connection *fresh = lfn_express_take_fresh(lane, exchange, now(), ends_ms);
    if (fresh == NULL || !begin(fresh))
        lfn_curl_fail(exchange, lfn_error_no_memory(&exchange->error));
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
    const lfn_error *why = &connection->reader.error;
    lfn_exchange *exchange = connection->handle.exchange;
    bool odd = why->status == LFN_PROTOCOL && !connection->reader.head_ended;
    transport->express->given_up = transport->express->given_up || odd;
    int64_t left_ms = connection->ends_ms - now();
    if (odd && left_ms > 0 && lfn_express_decide(connection, EXPRESS_ODD) == EXPRESS_GENERAL) {
        lfn_express_close(connection);
        lfn_general_start(transport, exchange, left_ms);
        return;
    }
    connection->handle.refusal =
        lfn_error_set(&exchange->error, why->status, "%s (%s)", why->message, transport->peer.authority);
    end(connection, CURLE_WEIRD_SERVER_REPLY);
}

static void finish(express_connection *connection, bool kept)
{
    lfn_curl_conclude(&connection->handle, CURLE_OK, LFN_STAGE_DONE);
    if (kept)
        lfn_express_keep(connection, now());
    else
        lfn_express_close(connection);
}

/* The peer has said all that it will say. */
static void finish_at_close(express_connection *connection)
{
    if (!connection->reader.began)
        lose(connection, CURLE_GOT_NOTHING);
    else if (lfn_response_reader_close(&connection->reader) == LFN_READER_DONE)
        finish(connection, false);
    else
        end(connection, CURLE_PARTIAL_FILE);
}

/* The part of the request that is to be sent next. */
static lfn_text next_part(const express_connection *connection)
{
    size_t sent = connection->sent;
    if (sent < connection->written_size)
        return lfn_text_make(connection->request.data + sent, connection->written_size - sent);
    return lfn_text_make(connection->handle.exchange->request->body.data + (sent - connection->written_size),
                         connection->whole_size - sent);
}

/* CURLE_AGAIN when the socket takes no more for now. */
static CURLcode send_request(express_connection *connection)
{
    while (connection->sent < connection->whole_size) {
        lfn_text part = next_part(connection);
        size_t taken = 0;
        CURLcode code = curl_easy_send(connection->handle.easy, part.data, part.size, &taken);
        if (code != CURLE_OK)
            return code;
        connection->sent += taken;
    }
    lfn_buffer_clear(&connection->request);
    return CURLE_OK;
}

/* Whether the connection is still at work. */
static bool send_on(express_connection *connection)
{
    CURLcode code = send_request(connection);
    if (code == CURLE_OK || code == CURLE_AGAIN)
        return true;
    lose(connection, code);
    return false;
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
        finish(connection, reader->keeps_alive && taken == size && connection->sent == connection->whole_size);
    else
        refuse(connection);
    return false;
}

/* Reads until nothing is left: what TLS holds back, no poll would tell. Whether the connection is still at work. */
static bool receive(express_connection *connection)
{
    char *received = connection->handle.transport->express->received;
    bool secure = connection->handle.transport->peer.secure;
    for (;;) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(connection->handle.easy, received, RECEIVE_SIZE, &got);
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
        if (!secure && got < RECEIVE_SIZE)
            return true;
    }
}

void lfn_express_start(express_lane *lane, lfn_exchange *exchange)
{
    express_connection *connection = lfn_express_take(lane, exchange, now());
    if (connection == NULL || !begin(connection)) {
        lfn_curl_fail(exchange, lfn_error_no_memory(&exchange->error));
        return;
    }
    if (!connection->connecting)
        (void)send_on(connection);
}

void lfn_express_connected(express_connection *connection, CURLcode code)
{
    connection->connecting = false;
    connection->handle.transport->moving--;
    if (code == CURLE_OK)
        code = curl_easy_getinfo(connection->handle.easy, CURLINFO_ACTIVESOCKET, &connection->socket);
    if (code == CURLE_OK)
        (void)send_on(connection);
    else
        end(connection, code);
}

/* Lists the connections that are made, and what each waits for. Cuts the wait to the nearest end of an exchange. */
static size_t list_waiting(express_lane *lane, int64_t *wait_ms)
{
    size_t count = 0;
    int64_t now_ms = now();
    for (express_connection *connection = lane->busy; connection != NULL; connection = connection->next) {
        if (connection->connecting)
            continue;
        short events = connection->sent < connection->whole_size ? POLLIN | POLLOUT : POLLIN;
        int64_t left_ms = connection->ends_ms > now_ms ? connection->ends_ms - now_ms : 0;
        *wait_ms = left_ms < *wait_ms ? left_ms : *wait_ms;
        lane->waiting[count] = connection;
        lane->polled[count] = (struct pollfd){connection->socket, events, 0};
        count++;
    }
    return count;
}

/* While libcurl drives sockets of its own, it must be the one that waits. */
static CURLMcode wait_with_libcurl(express_lane *lane, size_t count, int wait_ms)
{
    for (size_t i = 0; i < count; i++) {
        short events =
            (lane->polled[i].events & POLLOUT) != 0 ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
        lane->polled_by_curl[i] = (struct curl_waitfd){lane->polled[i].fd, events, 0};
    }
    CURLMcode code = curl_multi_poll(lane->transport->multi, lane->polled_by_curl, (unsigned)count, wait_ms, NULL);
    for (size_t i = 0; i < count; i++)
        lane->polled[i].revents = lane->polled_by_curl[i].revents != 0 ? POLLIN | POLLOUT : 0;
    return code;
}

static CURLMcode wait_for_bytes(express_lane *lane, size_t count, int64_t wait_ms)
{
    int limit_ms = wait_ms < WAIT_MAX_MS ? (int)wait_ms : WAIT_MAX_MS;
    if (lane->transport->moving > 0)
        return wait_with_libcurl(lane, count, limit_ms);
    if (poll(lane->polled, (nfds_t)count, limit_ms) < 0) {
        for (size_t i = 0; i < count; i++)
            lane->polled[i].revents = 0; /* a signal came: the caller decides whether to go on */
    }
    return CURLM_OK;
}

/* Moves what can move; an answer that is there counts also when its time is just over. */
static void move(express_connection *connection, bool ready, int64_t now_ms)
{
    bool at_work = true;
    if (ready && connection->sent < connection->whole_size)
        at_work = send_on(connection);
    if (ready && at_work)
        at_work = receive(connection);
    if (at_work && now_ms >= connection->ends_ms)
        end(connection, CURLE_OPERATION_TIMEDOUT);
}

CURLMcode lfn_express_step(express_lane *lane, int64_t wait_ms)
{
    size_t count = list_waiting(lane, &wait_ms);
    if (count == 0 && lane->transport->moving == 0)
        return CURLM_OK;
    CURLMcode code = wait_for_bytes(lane, count, wait_ms > 0 ? wait_ms : 0);
    int64_t now_ms = now();
    for (size_t i = 0; i < count; i++)
        move(lane->waiting[i], lane->polled[i].revents != 0, now_ms);
    return code;
}

void lfn_express_fail_all(express_lane *lane)
{
    while (lane->busy != NULL)
        end(lane->busy, CURLE_OUT_OF_MEMORY);
}
