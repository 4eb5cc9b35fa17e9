/* The express lane: libcurl makes the connection (names, proxy, TLS, every check of certificates) and hands it over;
 * the request is written and the answer read here, as HTTP/1.1. A plain connection is taken from libcurl altogether.
 * With TLS the handle stays in its multi for as long as the connection is used: libcurl closes it when it leaves. */
#ifndef LFN_TRANSPORT_EXPRESS_H
#define LFN_TRANSPORT_EXPRESS_H

#include "http/response_reader.h"
#include "transport/curl_inside.h"

enum {
    RECEIVE_SIZE = 16 * 1024,   /* a whole TLS record, so that none is held back behind a read */
    JOINED_BODY_MAX = 8 * 1024, /* a body up to this is sent in one piece with its head */
    CONNECTING_MAX = 128,       /* made at once: each costs libcurl ten kilobytes, and a look at all at every step */
    HANDSHAKING_MAX = 24 /* over TLS: each takes forty kilobytes more for a moment, and a millisecond to reckon */
};

/* Memory for a request, wiped after each; it may be larger than what it holds. */
typedef struct express_bytes {
    char *data;
    size_t capacity;
} express_bytes;

typedef struct express_connection {
    curl_handle handle;              /* first, so that either can be had from the other */
    struct express_connection *next; /* in the list of idle connections, or of busy ones */
    struct express_connection *previous;
    struct express_connection *next_waiting; /* among those that wait for their turn to be made */
    bool waits;                              /* is one of them; it is busy with its exchange all the same */
    int socket;         /* -1 until libcurl handed the connection over, and when libcurl has closed it */
    struct ssl_st *tls; /* libcurl's, for as long as it has the connection; NULL over plain http */
    bool reused;        /* an earlier exchange came to its end on it */
    bool repeated;      /* the request was sent before, on a connection that died */
    bool watches_room;  /* it took no more bytes the last time */
    int64_t ends_ms;    /* when the exchange is over; by the monotonic clock */
    int64_t idle_since_ms;
    size_t sent;            /* bytes of head and body that the connection took */
    size_t written_size;    /* bytes of `outgoing` */
    size_t whole_size;      /* bytes of head and body */
    express_bytes outgoing; /* the head, and the body when it is joined; here only until it was sent */
    lfn_response_reader reader;
} express_connection;

struct express_lane {
    curl_transport *transport;
    curl_driver connecting;
    size_t connecting_max;
    express_connection *idle; /* the one that was used last is first */
    express_connection *busy;
    size_t idle_count;
    express_connection *waiting; /* first to last */
    express_connection **waiting_last;
    bool has_lost;       /* libcurl closed a connection by itself */
    int64_t now_ms;      /* when a clock was last looked at */
    int64_t earliest_ms; /* no exchange is over before */
    int64_t swept_ms;
    lfn_buffer constant;    /* the lines that every request has */
    express_bytes outgoing; /* between two requests */
    char received[RECEIVE_SIZE];
};

/* Whether the options let the express lane carry: every proxy but a plain one for https is the general lane's. */
bool lfn_express_suits(const curl_peer *peer);
/* NULL when memory is out. */
express_lane *lfn_express_open(curl_transport *transport);
void lfn_express_free(express_lane *lane);

void lfn_express_start(express_lane *lane, lfn_exchange *exchange);
/* Lets those go on whose connection waited for its turn. */
void lfn_express_start_waiting(express_lane *lane);
/* libcurl has made the connection, or could not. */
void lfn_express_connected(express_connection *connection, CURLcode code);
/* How long a wait of wait_ms may be, so that no exchange is overdue. */
int64_t lfn_express_wait_ms(express_lane *lane, int64_t wait_ms);
/* Moves what the waiter told of, and ends what is over. */
void lfn_express_move(express_lane *lane, size_t ready_count);
/* Ends what was on connections that libcurl closed by itself. */
void lfn_express_drop_lost(express_lane *lane);
/* Ends every exchange: libcurl is out of memory. */
void lfn_express_fail_all(express_lane *lane);

/* express_pool.c: the connections. What is taken is busy with the exchange; NULL when memory is out. A fresh one is
 * being made, or waits for its turn. */
express_connection *lfn_express_take(express_lane *lane, lfn_exchange *exchange);
express_connection *lfn_express_take_fresh(express_lane *lane, lfn_exchange *exchange, int64_t ends_ms);
/* A connection for what the first of those that wait is to carry: an idle one, or itself, being made. It still waits
 * when it is not its turn; NULL when memory is out. */
express_connection *lfn_express_take_waiting(express_lane *lane);
/* Keeps a connection whose exchange is done, for another one. */
void lfn_express_keep(express_connection *connection);
/* Closes a connection; what it carries is let go of. */
void lfn_express_close(express_connection *connection);

/* express_bytes.c: what moves over a connection. */
/* Takes a connection that libcurl has made; an error when it cannot be had or watched. */
CURLcode lfn_express_take_over(express_connection *connection);
/* CURLE_AGAIN when the socket takes or has no more for now; nothing is received when the connection has ended. */
CURLcode lfn_express_send(express_connection *connection, lfn_text part, size_t *out_sent);
CURLcode lfn_express_receive(express_connection *connection, size_t *out_size);
/* Whether there are bytes that have left the socket but were not received: no wait would tell of them. */
bool lfn_express_holds_back(const express_connection *connection);
/* Whether the peer has neither closed an idle connection nor sent anything that nobody asked for. */
bool lfn_express_is_alive(express_connection *connection);
/* Whether the connection was cut by somebody, rather than closed by the peer. Over plain http nobody can tell. */
bool lfn_express_was_cut(const express_connection *connection);
/* Closes what was taken over, or handed to libcurl. */
void lfn_express_hang_up(express_connection *connection);

/* express_request.c: the bytes of a request. Both are false when memory is out. */
bool lfn_express_write_constant(lfn_buffer *constant, const curl_peer *peer);
bool lfn_express_write_request(express_connection *connection);
/* Wipes what was written, and keeps the memory for another request. */
void lfn_express_wipe_request(express_connection *connection);

/* express_decide.c: what becomes of an exchange that cannot go on where it is. */
typedef enum express_next { EXPRESS_END, EXPRESS_FRESH, EXPRESS_GENERAL } express_next;
typedef enum express_event {
    EXPRESS_LOST, /* the connection is gone */
    EXPRESS_ODD   /* the peer answers what is no HTTP/1.1 before the body begins */
} express_event;
bool lfn_express_carries(const express_lane *lane, const lfn_request *request);
express_next lfn_express_decide(const express_connection *connection, express_event event);

#endif
