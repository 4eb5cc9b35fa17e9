/* The connections of the express lane: made by libcurl, kept while they are idle, closed when they are of no use. */
#include "transport/express.h"

#include "base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum {
    SWEEP_EVERY_MS = 10 * 1000,
    ROOM_FIRST = 4,
    LIBCURL_BUFFER_SIZE = 1024, /* libcurl reads nothing but a proxy's answer */
    REQUEST_MAX = LINES_MAX + TARGET_MAX + JOINED_BODY_MAX
};

static void link_to(express_connection **list, express_connection *connection)
{
    connection->previous = NULL;
    connection->next = *list;
    if (*list != NULL)
        (*list)->previous = connection;
    *list = connection;
}

static void unlink_from(express_connection **list, express_connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        *list = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
}

static express_lane *lane_of(const express_connection *connection)
{
    return connection->handle.transport->express;
}

static void let_go(express_connection *connection)
{
    if (connection->handle.exchange != NULL)
        connection->handle.exchange->transport_state = NULL;
    connection->handle.exchange = NULL;
    lfn_buffer_clear(&connection->request);
}

static void free_connection(express_connection *connection)
{
    curl_easy_cleanup(connection->handle.easy);
    lfn_buffer_free(&connection->request);
    lfn_response_reader_free(&connection->reader);
    lfn_free(connection);
}

/* libcurl closes the connection of a handle that leaves its multi. */
void lfn_express_close(express_connection *connection)
{
    curl_transport *transport = connection->handle.transport;
    express_lane *lane = lane_of(connection);
    if (connection->handle.exchange != NULL) {
        unlink_from(&lane->busy, connection);
    } else {
        unlink_from(&lane->idle, connection);
        lane->idle_count--;
    }
    let_go(connection);
    if (connection->connecting)
        transport->moving--;
    (void)curl_multi_remove_handle(transport->multi, connection->handle.easy);
    lane->count--;
    free_connection(connection);
}

static bool make_room(express_lane *lane)
{
    if (lane->count < lane->room)
        return true;
    size_t room = lane->room > 0 ? lane->room * 2 : ROOM_FIRST;
    express_connection **waiting = lfn_alloc_array(room, sizeof *waiting);
    struct pollfd *polled = lfn_alloc_array(room, sizeof *polled);
    struct curl_waitfd *polled_by_curl = lfn_alloc_array(room, sizeof *polled_by_curl);
    if (waiting == NULL || polled == NULL || polled_by_curl == NULL) {
        lfn_free(waiting);
        lfn_free(polled);
        lfn_free(polled_by_curl);
        return false;
    }
    lfn_free(lane->waiting);
    lfn_free(lane->polled);
    lfn_free(lane->polled_by_curl);
    lane->waiting = waiting;
    lane->polled = polled;
    lane->polled_by_curl = polled_by_curl;
    lane->room = room;
    return true;
}

static bool prepare(express_connection *connection, long connect_ms)
{
    CURL *easy = connection->handle.easy;
    return lfn_curl_handle_prepare(&connection->handle) &&
           curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)LIBCURL_BUFFER_SIZE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK;
}

static express_connection *make_connection(express_lane *lane, long connect_ms)
{
    express_connection *connection = lfn_alloc(sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->handle.transport = lane->transport;
    connection->handle.is_express = true;
    connection->socket = CURL_SOCKET_BAD;
    lfn_buffer_init(&connection->request, REQUEST_MAX);
    connection->handle.easy = curl_easy_init();
    if (connection->handle.easy == NULL || !prepare(connection, connect_ms)) {
        free_connection(connection);
        return NULL;
    }
    return connection;
}

static void make_busy(express_lane *lane, express_connection *connection, lfn_exchange *exchange, int64_t ends_ms)
{
    connection->handle.exchange = exchange;
    connection->handle.refusal = LFN_OK;
    connection->handle.error_text[0] = '\0';
    connection->ends_ms = ends_ms;
    exchange->transport_state = &connection->handle;
    link_to(&lane->busy, connection);
}

express_connection *lfn_express_take_fresh(express_lane *lane, lfn_exchange *exchange, int64_t now_ms, int64_t ends_ms)
{
    if (!make_room(lane))
        return NULL;
    long connect_ms = lfn_curl_connect_ms(exchange->connect_timeout_ms, ends_ms > now_ms ? ends_ms - now_ms : 1);
    express_connection *connection = make_connection(lane, connect_ms);
    if (connection == NULL)
        return NULL;
    if (!lfn_curl_handle_add(&connection->handle)) {
        free_connection(connection);
        return NULL;
    }
    connection->connecting = true;
    lane->count++;
    make_busy(lane, connection, exchange, ends_ms);
    return connection;
}

static bool is_aged(const express_connection *connection, int64_t now_ms)
{
    return now_ms - connection->idle_since_ms >= (int64_t)IDLE_CONNECTION_MAX_S * 1000;
}

/* Whether the peer has neither closed the connection nor sent anything that nobody asked for. Over TLS there may be
 * what TLS itself sends, as a session ticket. */
static bool is_alive(express_connection *connection)
{
    char byte;
    size_t size = 0;
    ssize_t got = recv(connection->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK;
    return got > 0 && connection->handle.transport->peer.secure &&
           curl_easy_recv(connection->handle.easy, lane_of(connection)->received, RECEIVE_SIZE, &size) == CURLE_AGAIN;
}

/* Those at the end of the list are seldom taken, and nobody else would find that they are too old. */
static void sweep(express_lane *lane, int64_t now_ms)
{
    lane->swept_ms = now_ms;
    express_connection *next = NULL;
    for (express_connection *connection = lane->idle; connection != NULL; connection = next) {
        next = connection->next;
        if (is_aged(connection, now_ms))
            lfn_express_close(connection);
    }
}

express_connection *lfn_express_take(express_lane *lane, lfn_exchange *exchange, int64_t now_ms)
{
    if (now_ms - lane->swept_ms >= SWEEP_EVERY_MS)
        sweep(lane, now_ms);
    while (lane->idle != NULL) {
        express_connection *connection = lane->idle;
        if (!is_aged(connection, now_ms) && is_alive(connection)) {
            unlink_from(&lane->idle, connection);
            lane->idle_count--;
            make_busy(lane, connection, exchange, now_ms + exchange->timeout_ms);
            return connection;
        }
        lfn_express_close(connection);
    }
    return lfn_express_take_fresh(lane, exchange, now_ms, now_ms + exchange->timeout_ms);
}

void lfn_express_keep(express_connection *connection, int64_t now_ms)
{
    express_lane *lane = lane_of(connection);
    if (lane->idle_count >= KEPT_CONNECTIONS_MAX) {
        lfn_express_close(connection);
        return;
    }
    unlink_from(&lane->busy, connection);
    let_go(connection);
    connection->reused = true;
    connection->repeated = false;
    connection->idle_since_ms = now_ms;
    link_to(&lane->idle, connection);
    lane->idle_count++;
}
