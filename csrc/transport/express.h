/* The express lane: libcurl makes the connection (names, proxy, TLS, every check of certificates) and hands it over;
 * the request is written and the answer read here, as HTTP/1.1. The handle stays in its multi for as long as the
 * connection is used: libcurl closes it when the handle leaves. */
#ifndef LFN_TRANSPORT_EXPRESS_H
#define LFN_TRANSPORT_EXPRESS_H

#include "http/response_reader.h"
#include "transport/curl_inside.h"

enum {
    RECEIVE_SIZE = 16 * 1024,  /* a whole TLS record, so that none is held back behind a read */
    JOINED_BODY_MAX = 8 * 1024 /* a body up to this is sent in one piece with its head */
};

typedef struct express_connection {
    curl_handle handle;              /* first, so that either can be had from the other */
    struct express_connection *next; /* in the list of idle connections, or of busy ones */
    struct express_connection *previous;
    curl_socket_t socket; /* CURL_SOCKET_BAD until libcurl handed the connection over */
    bool connecting;      /* libcurl drives it */
    bool reused;          /* an earlier exchange came to its end on it */
    bool repeated;        /* the request was sent before, on a connection that died */
    int64_t ends_ms;      /* when the exchange is over; by the monotonic clock */
    int64_t idle_since_ms;
    size_t sent;         /* bytes of head and body that libcurl took */
    size_t written_size; /* bytes of `request` before it was wiped */
    size_t whole_size;   /* bytes of head and body */
    lfn_buffer request;  /* the head, and the body when it is joined; wiped once it was sent */
    lfn_response_reader reader;
} express_connection;

struct express_lane {
    curl_transport *transport;
    express_connection *idle; /* the one that was used last is first */
    express_connection *busy;
    size_t idle_count;
    size_t count;  /* of all connections */
    bool given_up; /* the peer answers oddly: it is the general lane's from now on */
    int64_t swept_ms;
    lfn_buffer constant; /* the lines that every request has */

    /* Room for every connection, so that waiting takes no memory. */
    size_t room;
    express_connection **waiting;
    struct pollfd *polled;
    struct curl_waitfd *polled_by_curl;
    char received[RECEIVE_SIZE];
};

/* Whether the options let the express lane carry: every proxy but a plain one for https is the general lane's. */
bool lfn_express_suits(const curl_peer *peer);
/* NULL when memory is out. */
express_lane *lfn_express_open(curl_transport *transport);
void lfn_express_free(express_lane *lane);

void lfn_express_start(express_lane *lane, lfn_exchange *exchange);
/* libcurl has made the connection, or could not. */
void lfn_express_connected(express_connection *connection, CURLcode code);
/* Waits up to wait_ms for bytes, of libcurl's own sockets too, moves them, and ends what is over. */
CURLMcode lfn_express_step(express_lane *lane, int64_t wait_ms);
/* Ends every exchange: libcurl is out of memory. */
void lfn_express_fail_all(express_lane *lane);

/* express_pool.c: the connections. What is taken is busy with the exchange; NULL when memory is out. */
express_connection *lfn_express_take(express_lane *lane, lfn_exchange *exchange, int64_t now_ms);
express_connection *lfn_express_take_fresh(express_lane *lane, lfn_exchange *exchange, int64_t now_ms, int64_t ends_ms);
/* Keeps a connection whose exchange is done, for another one. */
void lfn_express_keep(express_connection *connection, int64_t now_ms);
/* Closes a connection; what it carries is let go of. */
void lfn_express_close(express_connection *connection);

/* express_request.c: the bytes of a request. Both are false when memory is out. */
bool lfn_express_write_constant(lfn_buffer *constant, const curl_peer *peer);
bool lfn_express_write_request(express_connection *connection);

/* express_decide.c: what becomes of an exchange that cannot go on where it is. */
typedef enum express_next { EXPRESS_END, EXPRESS_FRESH, EXPRESS_GENERAL } express_next;
typedef enum express_event {
    EXPRESS_LOST, /* the connection is gone */
    EXPRESS_ODD   /* the peer answers what is no HTTP/1.1 before the body begins */
} express_event;
bool lfn_express_carries(const express_lane *lane, const lfn_request *request);
express_next lfn_express_decide(const express_connection *connection, express_event event);

#endif
