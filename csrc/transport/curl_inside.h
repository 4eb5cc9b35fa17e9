/* What the files of the libcurl maker share: the transport, its pool of handles, and the steps of one exchange. */
#ifndef LFN_TRANSPORT_CURL_INSIDE_H
#define LFN_TRANSPORT_CURL_INSIDE_H

#include "leafnative/transport.h"

#include <curl/curl.h>

typedef struct curl_transport curl_transport;

enum {
    SLOT_HEADERS_MAX = LFN_REQUEST_HEADERS_MAX + 5, /* Authorization and four that silence libcurl's own */
    CA_PATH_MAX = 4096,
};

/* One easy handle with what it needs during an exchange. Slots are kept and used again. */
typedef struct curl_slot {
    struct curl_slot *next; /* in the list of free slots, or of busy ones */
    curl_transport *transport;
    CURL *easy;
    lfn_exchange *exchange; /* NULL in a free slot */

    /* The request's lines, in memory of our own: libcurl only reads them, and they are wiped after use. */
    lfn_buffer lines;
    lfn_buffer target; /* ended by a NUL, which a text is not */
    struct curl_slist headers[SLOT_HEADERS_MAX];

    unsigned sends;     /* how many times libcurl was ready to send the request */
    bool head_is_final; /* the header block at hand is not one of a 1xx answer */
    bool head_ended;    /* and its empty line came */
    bool answer_began;
    lfn_status refusal; /* not LFN_OK when a callback ended the exchange; its error is in the exchange */
    char error_text[CURL_ERROR_SIZE];
} curl_slot;

struct curl_transport {
    lfn_transport base;
    CURLM *multi;
    curl_slot *free_slots;
    curl_slot *busy_slots;

    bool secure;
    bool stores_usable;
    char *url; /* "https://api.withleaf.io/" */
    char *authority;
    char *ca_file; /* the option; NULL when it was absent */
    char *client_certificate;
    char *client_key;
    char *proxy; /* may hold a password */
    char *user_agent;
    lfn_log log;
};

/* Sets what is the same for every exchange of the transport. False when memory is out. */
bool lfn_curl_slot_prepare(curl_slot *slot);
/* Sets what this exchange needs. False when memory is out. */
bool lfn_curl_slot_arm(curl_slot *slot);
/* Wipes and forgets what the exchange left behind. */
void lfn_curl_slot_disarm(curl_slot *slot);
/* Reads what the exchange came to, fills its status, stage and error, and marks it done. */
void lfn_curl_slot_conclude(curl_slot *slot, CURLcode code);

#endif
