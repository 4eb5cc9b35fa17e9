/* What the files of the libcurl maker share: the transport, the handles of both lanes, and the steps of an exchange.
 * The general lane hands a whole exchange to libcurl; the express lane (express.h) lets libcurl make the connection and
 * speaks HTTP/1.1 over it by itself. */
#ifndef LFN_TRANSPORT_CURL_INSIDE_H
#define LFN_TRANSPORT_CURL_INSIDE_H

#include "transport/curl_peer.h"
#include "transport/waiter.h"

#include <curl/curl.h>

typedef struct curl_transport curl_transport;
typedef struct express_lane express_lane;

enum {
    SLOT_HEADERS_MAX = LFN_REQUEST_HEADERS_MAX + 5, /* Authorization and four that silence libcurl's own */
    KEPT_CONNECTIONS_MAX = 1024,
    WAIT_MAX_MS = 60 * 1000,    /* of one wait */
    BLIND_WAIT_MS = 2,          /* of one that does not see every socket */
    IDLE_CONNECTION_MAX_S = 50, /* one that is idle for longer is not used again: usual servers and balancers close
                                   theirs at 60 or 75 seconds, and a request that meets the closing is lost */
};

/* A multi, made when it is first wanted. Each lane has one of its own: libcurl closes connections of a multi that it
 * thinks unused and too old, and those of the express lane look like that to it. */
typedef struct curl_driver {
    CURLM *multi;
    long kept_max; /* connections that it keeps */
    size_t moving; /* handles that libcurl drives: all of the general lane, and connections being made */
} curl_driver;

/* An easy handle of either lane and the exchange that it works for. */
typedef struct curl_handle {
    CURL *easy; /* NULL when the connection is no longer libcurl's */
    curl_driver *driver;
    curl_transport *transport;
    lfn_exchange *exchange; /* NULL when there is none */
    bool is_express;        /* part of an express_connection, else of a curl_slot */
    bool is_moving;         /* libcurl drives it */
    bool lacks_descriptor;  /* the process had none for its socket */
    lfn_status refusal;     /* not LFN_OK when who knew has written the error into the exchange */
    char error_text[CURL_ERROR_SIZE];
} curl_handle;

/* A handle of the general lane with what it needs during an exchange. Slots that served well are used again. */
typedef struct curl_slot {
    curl_handle handle;     /* first, so that either can be had from the other */
    struct curl_slot *next; /* in the list of free slots, or of busy ones */

    /* The request's lines, in memory of our own: libcurl only reads them, and they are wiped after use. */
    lfn_buffer lines;
    lfn_buffer target; /* ended by a NUL, which a text is not */
    struct curl_slist headers[SLOT_HEADERS_MAX];

    int64_t timeout_ms; /* for the exchange from here on */
    unsigned sends;     /* how many times libcurl was ready to send the request */
    size_t head_size; /* bytes of the head with all 1xx forerunners, and of trailers: no peer may send them for ever */
    bool head_is_final; /* the header block at hand is not one of a 1xx answer */
    bool head_ended;    /* and its empty line came */
    bool answer_began;
    bool heard_goodbye; /* the peer has ended the connection in TLS's own way */
} curl_slot;

struct curl_transport {
    lfn_transport base;
    curl_peer *peer; /* shared with the transports made from this one */
    lfn_waiter *waiter;
    bool has_alarm;
    curl_driver general;
    curl_slot *free_slots;
    curl_slot *busy_slots;
    express_lane *express; /* NULL: the options keep it out */
};

/* Sets on a handle what both lanes want: the peer, the way to it, TLS and whom to believe. False when memory is out. */
bool lfn_curl_handle_prepare(curl_handle *handle);
/* How long the connection may take, as libcurl wants it. */
long lfn_curl_connect_ms(int64_t connect_ms, int64_t left_ms);
/* Adds the handle to its multi; from now on libcurl drives it. False when memory is out. */
bool lfn_curl_handle_add(curl_handle *handle);
/* libcurl has done its part with the handle, which stays in its multi. */
void lfn_curl_handle_rest(curl_handle *handle);
/* Takes the handle out of its multi; a connection that libcurl still has for it is closed. */
void lfn_curl_handle_remove(curl_handle *handle);
/* Ends an exchange whose answer came whole (CURLE_OK) or did not: fills status, stage and error, and marks it done. */
void lfn_curl_conclude(curl_handle *handle, CURLcode code, lfn_stage stage);

/* Says that the process has no descriptor left. */
lfn_status lfn_curl_refuse_descriptor(const curl_peer *peer, lfn_error *error);
/* Whether what failed with this code is an answer that is not understood. */
bool lfn_curl_is_protocol(CURLcode code);
/* CURLE_TOO_LARGE, which libcurl has from 8.6 on. */
#define LFN_CURLE_TOO_LARGE ((CURLcode)100)

/* The general lane: an exchange enters with start, with what is left of its time, and libcurl's last word about it with
 * conclude. */
void lfn_general_start(curl_transport *transport, lfn_exchange *exchange, int64_t timeout_ms);
void lfn_general_conclude(curl_slot *slot, CURLcode code);
/* Lets go of what the slot does, and of the slot. */
void lfn_general_drop(curl_slot *slot);
void lfn_general_free(curl_transport *transport);

/* Whether a request has a body, be it an empty one. */
bool lfn_curl_has_body(const lfn_request *request);

/* Sets what is the same for every exchange of a slot. False when memory is out. */
bool lfn_curl_slot_prepare(curl_slot *slot);
/* Sets what this exchange needs. False when memory is out. */
bool lfn_curl_slot_arm(curl_slot *slot);
/* Wipes and forgets what the exchange left behind. */
void lfn_curl_slot_disarm(curl_slot *slot);

/* Ends an exchange of which nothing was sent. */
void lfn_curl_fail(lfn_exchange *exchange, lfn_status status);
/* The longest lines and target of a request; what an exchange may hold is bounded. */
enum { LINES_MAX = 128 * 1024, TARGET_MAX = 64 * 1024 };

#endif
