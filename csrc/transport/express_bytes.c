/* The bytes of a connection of the express lane, which move without libcurl, over plain http and over TLS. */
#include "transport/express.h"
#include "transport/tls_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static express_lane *lane_of(const express_connection *connection)
{
    return connection->handle.transport->express;
}

/* Says in libcurl's manner what the system said. */
static CURLcode explain(express_connection *connection, CURLcode code, const char *what)
{
    (void)snprintf(connection->handle.error_text, sizeof connection->handle.error_text, "%s failure: %s", what,
                   strerror(errno));
    return code;
}

/* The socket gets a number of our own, and libcurl closes its one with all that it kept for the connection. */
static CURLcode take_from_libcurl(express_connection *connection, curl_socket_t theirs)
{
    curl_handle *handle = &connection->handle;
    connection->socket = fcntl(theirs, F_DUPFD_CLOEXEC, 0);
    handle->lacks_descriptor = connection->socket < 0;
    if (connection->socket < 0)
        return CURLE_COULDNT_CONNECT;
    lfn_curl_handle_remove(handle);
    curl_easy_cleanup(handle->easy);
    handle->easy = NULL;
    return CURLE_OK;
}

/* libcurl holds a connection that it was never asked to move bytes of for idle, and closes one in which an answer waits
 * when it makes another. So it is asked once, in vain: no peer speaks before the request. */
static CURLcode take_tls(express_connection *connection, curl_socket_t socket)
{
    char byte;
    size_t size = 0;
    CURLcode code = curl_easy_recv(connection->handle.easy, &byte, sizeof byte, &size);
    if (code != CURLE_AGAIN)
        return code != CURLE_OK ? code : CURLE_GOT_NOTHING;
    struct ssl_st *session = lfn_tls_session(connection->handle.easy);
    if (session == NULL || !lfn_tls_take_over(session, socket))
        return CURLE_OUT_OF_MEMORY;
    connection->tls = session;
    return CURLE_OK;
}

CURLcode lfn_express_take_over(express_connection *connection)
{
    curl_socket_t theirs = CURL_SOCKET_BAD;
    CURLcode code = curl_easy_getinfo(connection->handle.easy, CURLINFO_ACTIVESOCKET, &theirs);
    if (code != CURLE_OK || theirs == CURL_SOCKET_BAD)
        return CURLE_COULDNT_CONNECT;
    connection->socket = theirs;
    code = connection->handle.transport->peer->secure ? take_tls(connection, theirs)
                                                      : take_from_libcurl(connection, theirs);
    if (code == CURLE_OK && !lfn_waiter_add(connection->handle.transport->waiter, connection->socket, connection))
        code = CURLE_OUT_OF_MEMORY;
    return code;
}

CURLcode lfn_express_send(express_connection *connection, lfn_text part, size_t *out_sent)
{
    if (connection->tls != NULL)
        return lfn_tls_send(connection->tls, part, out_sent, connection->handle.error_text);
    ssize_t sent = send(connection->socket, part.data, part.size, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
                   ? CURLE_AGAIN
                   : explain(connection, CURLE_SEND_ERROR, "Send");
    *out_sent = (size_t)sent;
    return CURLE_OK;
}

CURLcode lfn_express_receive(express_connection *connection, size_t *out_size)
{
    char *received = lane_of(connection)->received;
    if (connection->tls != NULL)
        return lfn_tls_receive(connection->tls, received, RECEIVE_SIZE, out_size, connection->handle.error_text);
    ssize_t got = recv(connection->socket, received, RECEIVE_SIZE, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
                   ? CURLE_AGAIN
                   : explain(connection, CURLE_RECV_ERROR, "Recv");
    *out_size = (size_t)got;
    return CURLE_OK;
}

bool lfn_express_holds_back(const express_connection *connection)
{
    return connection->tls != NULL && lfn_tls_holds_back(connection->tls);
}

/* Over TLS there may be what TLS itself sends, as a session ticket. */
bool lfn_express_is_alive(express_connection *connection)
{
    char byte;
    size_t size = 0;
    ssize_t got = recv(connection->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK;
    return got > 0 && connection->tls != NULL && lfn_express_receive(connection, &size) == CURLE_AGAIN;
}

bool lfn_express_was_cut(const express_connection *connection)
{
    return connection->tls != NULL && !lfn_tls_heard_goodbye(connection->tls);
}

void lfn_express_hang_up(express_connection *connection)
{
    int socket = connection->socket;
    connection->socket = -1;
    if (socket >= 0)
        lfn_waiter_remove(connection->handle.transport->waiter, socket);
    if (connection->tls != NULL)
        lfn_tls_say_goodbye(connection->tls);
    if (connection->handle.easy != NULL)
        lfn_curl_handle_remove(&connection->handle);
    else if (socket >= 0)
        (void)close(socket);
}
