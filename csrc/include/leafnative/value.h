/* Requests, responses and results: plain values that cross every seam of the library. */
#ifndef LEAFNATIVE_VALUE_H
#define LEAFNATIVE_VALUE_H

#include "leafnative/error.h"
#include "leafnative/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lfn_header {
    lfn_text name;
    lfn_text value;
} lfn_header;

enum { LFN_REQUEST_HEADERS_MAX = 16 };

/* A request as it goes over the wire. Every text is borrowed from whoever made the request. */
typedef struct lfn_request {
    lfn_method method;
    lfn_text target;        /* path and query, percent-encoded: "/services/…/users?page=0" */
    lfn_text authorization; /* value of the header Authorization, a secret; absent when there is none */
    lfn_header headers[LFN_REQUEST_HEADERS_MAX]; /* the others; never Host, Content-Length or Authorization */
    size_t header_count;
    lfn_text body; /* absent when there is none */
} lfn_request;

/* Adds a header; false when there is no room or a name or value holds CR, LF or NUL. The texts are borrowed. */
LFN_PUBLIC bool lfn_request_add_header(lfn_request *request, lfn_text name, lfn_text value);
/* The value of the first header of this name, in any case of letters; the absent text when there is none. */
LFN_PUBLIC lfn_text lfn_request_header(const lfn_request *request, lfn_text name);

/* The status with which a handler says that what it asks is closed: it will never answer, and nothing was done. */
#define LFN_RESPONSE_CLOSED (-1)

/* An answer. It owns its bytes, which are wiped when it is freed. */
typedef struct lfn_response {
    int status;         /* 200; 0 when no answer came */
    lfn_buffer headers; /* lines "name: value\n" in the order received */
    lfn_buffer body;
} lfn_response;

/* Makes an empty response whose body may grow to `body_ceiling` bytes. */
LFN_PUBLIC void lfn_response_init(lfn_response *response, size_t body_ceiling);
/* Adds a header line; false when memory is out or a name or value holds CR, LF or NUL. */
LFN_PUBLIC bool lfn_response_add_header(lfn_response *response, lfn_text name, lfn_text value);
/* The value of the first header of this name, in any case of letters; the absent text when there is none. It lives
 * until the response changes. */
LFN_PUBLIC lfn_text lfn_response_header(const lfn_response *response, lfn_text name);
/* Whether the answer calls itself JSON; one that does not say what it is counts as JSON. */
LFN_PUBLIC bool lfn_response_is_json(const lfn_response *response);
/* Empties it for another answer and keeps the memory. */
LFN_PUBLIC void lfn_response_clear(lfn_response *response);
LFN_PUBLIC void lfn_response_free(lfn_response *response);

/* How far an attempt came before it ended. What may be repeated depends on it. */
typedef enum lfn_stage {
    LFN_STAGE_IDLE,       /* nothing was done */
    LFN_STAGE_CONNECTING, /* no byte of the request was sent */
    LFN_STAGE_SENDING,    /* some bytes of the request may have been sent */
    LFN_STAGE_WAITING,    /* the whole request was sent, no byte of an answer came */
    LFN_STAGE_RECEIVING,  /* an answer began */
    LFN_STAGE_DONE        /* a whole answer came */
} lfn_stage;

/* One attempt of a call, for results and errors. Times are milliseconds since the call began. */
typedef struct lfn_attempt {
    int64_t started_ms;
    int64_t ended_ms;
    lfn_stage stage;
    lfn_status status;
    int http_status;
    bool asks; /* it asked what had become of the one before, whose answer was lost */
} lfn_attempt;

enum { LFN_ATTEMPTS_MAX = 16 };

/* What a call gave: the last answer and the attempts that led to it. On failure the answer stays here when one came. */
typedef struct lfn_result {
    lfn_response response;
    lfn_attempt attempts[LFN_ATTEMPTS_MAX]; /* of more than these, the last one stands in the last place */
    size_t attempt_count;
    size_t entry_count; /* entries of an answer that is a list */
    bool reconciled;    /* its own answer was lost; that it took effect was found out by asking */
} lfn_result;

LFN_PUBLIC void lfn_result_init(lfn_result *result, size_t body_ceiling);
/* Empties it for another call and keeps the memory. */
LFN_PUBLIC void lfn_result_clear(lfn_result *result);
LFN_PUBLIC void lfn_result_free(lfn_result *result);

/* A page of a list, read from its answer: from its headers or its body, as the API's list form has it. */
typedef struct lfn_page {
    int64_t total; /* entries in the whole list; -1 when the answer does not say */
    int64_t size;  /* entries of a full page; -1 when the answer does not say */
    bool has_next; /* whether the answer links a next page, or tells of more entries */
} lfn_page;

LFN_PUBLIC lfn_page lfn_response_page(const lfn_response *response, const lfn_operation *operation);

/* Appends a body with every secret taken out: each of the `secrets` wherever it stands, also JSON-escaped or
 * percent-encoded, and the value of every member whose name is secret in the tables, also in text that is not quite
 * JSON and in form bodies (name=value). False when memory or the buffer's ceiling is out. For whoever shows an answer.
 */
LFN_PUBLIC bool lfn_redact_body(lfn_text body, const lfn_text *secrets, size_t secret_count, lfn_buffer *out_text);

#ifdef __cplusplus
}
#endif
#endif
