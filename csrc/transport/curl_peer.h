/* The peer of a transport: the options, checked and copied. Both lanes read them, and so does every transport that was
 * made from this one, in whatever thread. */
#ifndef LFN_TRANSPORT_CURL_PEER_H
#define LFN_TRANSPORT_CURL_PEER_H

#include "leafnative/transport.h"

#include <stdatomic.h>

enum { CA_PATH_MAX = 4096 };

typedef struct curl_peer {
    atomic_size_t users; /* transports that have it */
    atomic_bool is_odd;  /* its answers are none that the express lane takes: it is the general lane's from now on */
    bool general_lane;   /* the option */
    bool secure;
    bool stores_usable;
    bool raises_sigpipe; /* libcurl lets OpenSSL write in a way that does */
    char *url;           /* "https://api.withleaf.io/" */
    char *authority;     /* "api.withleaf.io" */
    char *ca_file;       /* the option; NULL when it was absent */
    char *client_certificate;
    char *client_key;
    char *proxy; /* may hold a password */
    char *user_agent;
    lfn_log log;
} curl_peer;

/* Checks and copies the options; there is one user. LFN_BAD_INPUT names the one that is wrong. */
lfn_status lfn_curl_peer_open(const lfn_curl_options *options, curl_peer **out_peer, lfn_error *error);
/* One user more, who is given the same peer. */
curl_peer *lfn_curl_peer_share(curl_peer *peer);
/* One user less; the last one frees it. */
void lfn_curl_peer_release(curl_peer *peer);

#endif
