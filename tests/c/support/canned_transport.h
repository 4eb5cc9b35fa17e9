/* A transport that gives scripted answers and faults, and keeps the requests that it got. */
#ifndef TESTS_SUPPORT_CANNED_TRANSPORT_H
#define TESTS_SUPPORT_CANNED_TRANSPORT_H

#include "leafnative/transport.h"
#include "support/fake_clock.h"

typedef struct canned_answer {
    int status;          /* of the answer; with a fault: what had come of it before */
    const char *headers; /* lines "name: value\n"; NULL: none */
    const char *body;    /* NULL: none */
    lfn_status fault;    /* other than LFN_OK: no whole answer came, for this reason, */
    lfn_stage stage;     /* at this stage */
    int64_t takes_ms;    /* moves the clock; an answer that takes longer than the timeout does not come */
    bool hangs;          /* never done, as a transport that forgets its timeout */
} canned_answer;

typedef struct canned_request {
    lfn_method method;
    char *target;
    char *authorization; /* NULL when there was none */
    char *headers;       /* lines "Name: value\n" */
    char *body;          /* NULL when there was none */
    int64_t timeout_ms;
    int64_t connect_timeout_ms;
} canned_request;

enum { CANNED_MAX = 128 };

typedef struct canned_transport {
    lfn_transport transport; /* give its address to lfn_client_open */
    fake_clock *clock;
    canned_answer answers[CANNED_MAX];
    size_t answer_count;
    size_t next_answer;
    bool again; /* the last answer is given for ever; else a request without an answer is a fault */
    canned_request requests[CANNED_MAX];
    size_t request_count; /* also those for which there was no room */
    size_t cancel_count;
    bool freed; /* the owner let go of it */
} canned_transport;

/* `clock` may be NULL when no answer takes time. */
void canned_init(canned_transport *canned, fake_clock *clock);
void canned_add(canned_transport *canned, canned_answer answer);
/* Adds an answer with a JSON body. */
void canned_add_json(canned_transport *canned, int status, const char *body);
/* Forgets script and requests. */
void canned_reset(canned_transport *canned);
/* A request as one text: "POST /path\nAuthorization: …\nName: value\n\nbody", for comparison. It lives until the
 * next call. */
const char *canned_text(const canned_transport *canned, size_t index);

#endif
