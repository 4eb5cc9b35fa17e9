/* The connections of the express lane: made by libcurl, kept while they are idle, closed when they are of no use. */
#include "transport/express.h"

#include "base/alloc.h"
#include "base/time.h"

#include <limits.h>
#include <unistd.h>

enum {
    SWEEP_EVERY_MS = 10 * 1000,
    TRUSTED_IDLE_MS = 5,        /* one that was idle for less is not looked at before it carries a GET */
    LIBCURL_BUFFER_SIZE = 1024, /* libcurl reads nothing but a proxy's answer */
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
    lfn_express_wipe_request(connection);
}

static void free_connection(express_connection *connection)
{
    curl_easy_cleanup(connection->handle.easy);
    lfn_response_reader_free(&connection->reader);
    lfn_free(connection);
}

static void put_waiting(express_lane *lane, express_connection *connection)
{
    connection->waits = true;
    if (connection->ends_ms < lane->earliest_ms)
        lane->earliest_ms = connection->ends_ms;
    *lane->waiting_last = connection;
    lane->waiting_last = &connection->next_waiting;
}

static void unlink_waiting(express_lane *lane, express_connection *connection)
{
    express_connection **link = &lane->waiting;
    while (*link != connection)
        link = &(*link)->next_waiting;
    *link = connection->next_waiting;
    if (*link == NULL)
        lane->waiting_last = link;
    connection->next_waiting = NULL;
    connection->waits = false;
}

void lfn_express_close(express_connection *connection)
{
    express_lane *lane = lane_of(connection);
    if (connection->waits)
        unlink_waiting(lane, connection);
    if (connection->handle.exchange != NULL) {
        unlink_from(&lane->busy, connection);
    } else {
        unlink_from(&lane->idle, connection);
        lane->idle_count--;
    }
    let_go(connection);
    lfn_express_hang_up(connection);
    free_connection(connection);
}

static express_connection *find_socket(express_connection *list, curl_socket_t socket)
{
    while (list != NULL && list->socket != socket)
        list = list->next;
    return list;
}

/* libcurl closes a socket. When that is not asked for here, it has found a connection dead on its way to another. */
static int on_close_socket(void *context, curl_socket_t socket)
{
    express_lane *lane = context;
    express_connection *connection = find_socket(lane->busy, socket);
    if (connection == NULL)
        connection = find_socket(lane->idle, socket);
    if (connection != NULL) {
        lfn_waiter_remove(lane->transport->waiter, socket);
        connection->socket = -1;
        connection->tls = NULL;
        lane->has_lost = true;
    }
    return close(socket);
}

/* libcurl must not find a connection too old that is in use here without its knowledge. */
static bool prepare_ownership(express_connection *connection)
{
    CURL *easy = connection->handle.easy;
    return curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)INT_MAX) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, lane_of(connection)) == CURLE_OK;
}

static bool prepare(express_connection *connection, long connect_ms)
{
    CURL *easy = connection->handle.easy;
    return lfn_curl_handle_prepare(&connection->handle) && prepare_ownership(connection) &&
           curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)LIBCURL_BUFFER_SIZE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK;
}

static express_connection *make_connection(express_lane *lane)
{
    express_connection *connection = lfn_alloc(sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->handle.transport = lane->transport;
    connection->handle.driver = &lane->connecting;
    connection->handle.is_express = true;
    connection->socket = -1;
    return connection;
}

/* Has libcurl make the connection. One for which there is no memory is closed. */
static bool connect_or_close(express_connection *connection)
{
    curl_handle *handle = &connection->handle;
    int64_t now_ms = lane_of(connection)->now_ms;
    int64_t left_ms = connection->ends_ms > now_ms ? connection->ends_ms - now_ms : 1;
    long connect_ms = lfn_curl_connect_ms(handle->exchange->connect_timeout_ms, left_ms);
    handle->easy = curl_easy_init();
    if (handle->easy != NULL && prepare(connection, connect_ms) && lfn_curl_handle_add(handle))
        return true;
    curl_easy_cleanup(handle->easy);
    handle->easy = NULL;
    lfn_express_close(connection);
    return false;
}

static void make_busy(express_lane *lane, express_connection *connection, lfn_exchange *exchange, int64_t ends_ms)
{
    connection->handle.exchange = exchange;
    connection->handle.error_text[0] = '\0';
    connection->sent = 0;
    connection->ends_ms = ends_ms;
    exchange->transport_state = &connection->handle;
    link_to(&lane->busy, connection);
}

express_connection *lfn_express_take_fresh(express_lane *lane, lfn_exchange *exchange, int64_t ends_ms)
{
    express_connection *connection = make_connection(lane);
    if (connection == NULL)
        return NULL;
    make_busy(lane, connection, exchange, ends_ms);
    if (lane->connecting.moving < lane->connecting_max)
        return connect_or_close(connection) ? connection : NULL;
    put_waiting(lane, connection);
    return connection;
}

static bool is_aged(const express_connection *connection, int64_t now_ms)
{
    return now_ms - connection->idle_since_ms >= (int64_t)IDLE_CONNECTION_MAX_S * 1000;
}

/* Those at the end of the list are seldom taken, and nobody else would find that they are too old. */
static void sweep(express_lane *lane)
{
    lane->swept_ms = lane->now_ms;
    express_connection *next = NULL;
    for (express_connection *connection = lane->idle; connection != NULL; connection = next) {
        next = connection->next;
        if (is_aged(connection, lane->now_ms))
            lfn_express_close(connection);
    }
}

/* A GET is sent again when its connection turns out dead, so a connection that was used just now is not looked at. */
static bool is_fit(express_connection *connection, const lfn_exchange *exchange)
{
    int64_t now_ms = lane_of(connection)->now_ms;
    bool trusted =
        exchange->request->method == LFN_GET && now_ms - connection->idle_since_ms <= (int64_t)TRUSTED_IDLE_MS;
    return connection->socket >= 0 && (trusted || (!is_aged(connection, now_ms) && lfn_express_is_alive(connection)));
}

/* An idle connection that is fit for the exchange, taken off the list; NULL when there is none. */
static express_connection *take_idle(express_lane *lane, const lfn_exchange *exchange)
{
    while (lane->idle != NULL) {
        express_connection *connection = lane->idle;
        if (is_fit(connection, exchange)) {
            unlink_from(&lane->idle, connection);
            lane->idle_count--;
            return connection;
        }
        lfn_express_close(connection);
    }
    return NULL;
}

express_connection *lfn_express_take(express_lane *lane, lfn_exchange *exchange)
{
    if (lane->now_ms - lane->swept_ms >= SWEEP_EVERY_MS)
        sweep(lane);
    int64_t ends_ms = lfn_time_after(lane->now_ms, exchange->timeout_ms);
    express_connection *connection = take_idle(lane, exchange);
    if (connection == NULL)
        return lfn_express_take_fresh(lane, exchange, ends_ms);
    make_busy(lane, connection, exchange, ends_ms);
    return connection;
}

/* What was sent before on a connection that died is not trusted to another old one. */
static express_connection *find_idle_for(express_lane *lane, const express_connection *waiting)
{
    return waiting->repeated ? NULL : take_idle(lane, waiting->handle.exchange);
}

express_connection *lfn_express_take_waiting(express_lane *lane)
{
    express_connection *waiting = lane->waiting;
    lfn_exchange *exchange = waiting->handle.exchange;
    int64_t ends_ms = waiting->ends_ms;
    express_connection *idle = find_idle_for(lane, waiting);
    if (idle != NULL) {
        lfn_express_close(waiting);
        make_busy(lane, idle, exchange, ends_ms);
        return idle;
    }
    if (lane->connecting.moving >= lane->connecting_max)
        return waiting;
    unlink_waiting(lane, waiting);
    return connect_or_close(waiting) ? waiting : NULL;
}

void lfn_express_keep(express_connection *connection)
{
    express_lane *lane = lane_of(connection);
    if (lane->idle_count >= KEPT_CONNECTIONS_MAX) {
        lfn_express_close(connection);
        return;
    }
    unlink_from(&lane->busy, connection);
    let_go(connection);
    if (connection->reader.head.data != NULL) /* memory for a head that came in parts */
        lfn_response_reader_free(&connection->reader);
    connection->reused = true;
    connection->repeated = false;
    connection->idle_since_ms = lane->now_ms;
    link_to(&lane->idle, connection);
    lane->idle_count++;
}
