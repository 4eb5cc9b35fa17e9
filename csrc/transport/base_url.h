/* The address of a peer: scheme, host and port, nothing else. */
#ifndef LFN_TRANSPORT_BASE_URL_H
#define LFN_TRANSPORT_BASE_URL_H

#include "leafnative/error.h"

typedef struct lfn_base_url {
    lfn_text origin;    /* without a trailing slash: "https://api.withleaf.io"; part of the text that was read */
    lfn_text authority; /* "api.withleaf.io", "[::1]:8080" */
    bool secure;        /* https */
} lfn_base_url;

/* Reads an address. LFN_BAD_INPUT says what is wrong with it; http is taken for a loopback host alone. */
lfn_status lfn_base_url_read(lfn_text text, lfn_base_url *out_url, lfn_error *error);

#endif
