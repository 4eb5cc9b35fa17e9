/* The peer of a transport: the options, checked and copied. Both lanes read them. */
#ifndef LFN_TRANSPORT_CURL_PEER_H
#define LFN_TRANSPORT_CURL_PEER_H

#include "leafnative/transport.h"

enum { CA_PATH_MAX = 4096 };

typedef struct curl_peer {
    bool secure;
    bool stores_usable;
    char *url;       /* "https://api.withleaf.io/" */
    char *authority; /* "api.withleaf.io" */
    char *ca_file;   /* the option; NULL when it was absent */
    char *client_certificate;
    char *client_key;
    char *proxy; /* may hold a password */
    char *user_agent;
    lfn_log log;
} curl_peer;

/* Checks and copies the options. LFN_BAD_INPUT names the one that is wrong. */
lfn_status lfn_curl_peer_open(const lfn_curl_options *options, curl_peer *out_peer, lfn_error *error);
void lfn_curl_peer_free(curl_peer *peer);

#endif
