/* The seam to the peer: a transport takes requests and completes them. Two makers: libcurl, and a function in process.
 * It is completion-based: start an exchange, step until it is done. A transport is used by one thread at a time;
 * another thread has another one made from it. */
#ifndef LEAFNATIVE_TRANSPORT_H
#define LEAFNATIVE_TRANSPORT_H

#include "leafnative/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One request on its way. The caller owns it and leaves it alone from start until `done` or cancel. */
typedef struct lfn_exchange {
    const lfn_request *request; /* borrowed */
    lfn_response *response;     /* borrowed; filled */
    lfn_error *error;   /* borrowed, never NULL; filled by the transport before an end whose status is not LFN_OK */
    int64_t timeout_ms; /* for the whole exchange; 0 or less: it is over at once */
    int64_t connect_timeout_ms; /* for the connection, TLS included; 0 or less: timeout_ms */

    bool done;         /* set by lfn_exchange_end, with the two below */
    lfn_status status; /* LFN_OK when a whole answer came, whatever its HTTP status */
    lfn_stage stage;

    struct lfn_exchange **ended;     /* the list that it is put into at its end; NULL: none */
    struct lfn_exchange *next_ended; /* in that list */
    void *transport_state;           /* the transport's own */
    void *caller_state;              /* the caller's own */
} lfn_exchange;

/* Ends an exchange: what every transport calls, once, when it is done with one. */
LFN_PUBLIC void lfn_exchange_end(lfn_exchange *exchange, lfn_status status, lfn_stage stage);

typedef struct lfn_transport lfn_transport;

/* What a maker gives. Every function but `another` is called by one thread at a time. Those below the line may be
 * NULL. */
typedef struct lfn_transport_methods {
    /* Takes the exchange up; it may be done when this returns. A failure is told through the exchange. */
    void (*start)(lfn_transport *transport, lfn_exchange *exchange);
    /* Moves bytes; waits up to wait_ms when nothing can move and nothing is done. Exchanges become `done` in here. */
    void (*step)(lfn_transport *transport, int64_t wait_ms);
    /* Lets go of an exchange that is not done, without ending it; its connection is not used again. */
    void (*cancel)(lfn_transport *transport, lfn_exchange *exchange);
    void (*free)(lfn_transport *transport);

    /* Makes another transport to the same peer, for use beside this one by another thread; it has connections of its
     * own. It is called by any thread, also while others use this one. NULL: there is only this one, and whoever wants
     * it waits for it. */
    lfn_status (*another)(lfn_transport *transport, lfn_transport **out_transport, lfn_error *error);
    /* A descriptor that is readable as soon as a step has something to do, or `alarm` (a descriptor of the caller,
     * which lives until the transport is freed) is readable; the same one at every call. -1 when it cannot be had.
     * NULL: steps never wait for a peer, and the alarm is enough. */
    int (*descriptor)(lfn_transport *transport, int alarm);
    /* For how long the descriptor alone may be watched before the next step: some of what a transport waits for may not
     * show there. INT64_MAX: for ever. NULL: for ever. */
    int64_t (*rest_ms)(lfn_transport *transport);
} lfn_transport_methods;

/* The first member of every maker's own structure. */
struct lfn_transport {
    const lfn_transport_methods *methods;
};

/* Starts the exchange and steps until it is done. Returns exchange->status. */
LFN_PUBLIC lfn_status lfn_transport_perform(lfn_transport *transport, lfn_exchange *exchange);
/* Frees a transport with its connections; exchanges under way are cancelled. NULL is fine. */
LFN_PUBLIC void lfn_transport_free(lfn_transport *transport);

/* Options of the libcurl maker. All texts are copied. Zeroed options with a base_url are the defaults. */
typedef struct lfn_curl_options {
    lfn_text base_url; /* scheme and host, as "https://api.withleaf.io"; http only for loopback */
    lfn_text ca_file; /* PEM bundle; absent: LEAFNATIVE_CA_FILE, SSL_CERT_FILE, CURL_CA_BUNDLE, then the usual places */
    lfn_text client_certificate; /* PEM file */
    lfn_text client_key;         /* PEM file; absent: it stands in client_certificate */
    lfn_text proxy;              /* URL; absent: no proxy, the environment is not read */
    lfn_text user_agent;         /* absent: "leafnative/<version>" */
    bool general_lane; /* libcurl carries whole exchanges; else it makes the connections and HTTP/1.1 is spoken here */
    lfn_log log;
} lfn_curl_options;

/* Makes a transport over libcurl: kept connections, TLS 1.2 or newer, one certificate store for the process, no
 * redirects. libcurl makes the connections and HTTP/1.1 is spoken here (the express lane); with general_lane, with a
 * proxy other than http:// without a password, and for a peer that once answered oddly, libcurl carries whole exchanges
 * (the general lane). Both do the same for the same exchange. A request is sent once; only a GET is sent again: when a
 * kept connection turns out dead before any byte of an answer, or when its answer was odd. LFN_BAD_INPUT names the
 * option that is wrong. Nothing is sent yet. */
LFN_PUBLIC lfn_status lfn_transport_open_curl(const lfn_curl_options *options, lfn_transport **out_transport,
                                              lfn_error *error);

/* Answers a request in process. `response` comes initialised and empty. Several threads may call it at once. With
 * LFN_RESPONSE_CLOSED, as of a service of another process, the exchange ends with LFN_CLOSED, and nothing was sent. */
typedef void (*lfn_handler)(void *context, const lfn_request *request, lfn_response *response);
/* Answers requests that were started together; response i is that of request i. */
typedef void (*lfn_block_handler)(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                                  size_t count);

/* Makes a transport that calls a function: an exchange is done when start returns. `context` is borrowed until the
 * transport is freed, and those made of it. */
LFN_PUBLIC lfn_status lfn_transport_open_handler(lfn_handler handler, void *context, lfn_transport **out_transport,
                                                 lfn_error *error);
/* The same for a function that answers several at once: a step hands it what was started since the step before. */
LFN_PUBLIC lfn_status lfn_transport_open_block_handler(lfn_block_handler handler, void *context,
                                                       lfn_transport **out_transport, lfn_error *error);

#ifdef __cplusplus
}
#endif
#endif
