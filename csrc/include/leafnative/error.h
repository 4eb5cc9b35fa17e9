/* What a call came to. lfn_status says what the caller can do about it; lfn_error says what was wrong, where, and the
 * cure. Both are plain values of the caller: nothing is kept in a handle or a thread. Source of the codes:
 * tables/status.def and tables/problems.def. */
#ifndef LEAFNATIVE_ERROR_H
#define LEAFNATIVE_ERROR_H

#include "leafnative/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum lfn_status {
#define LFN_STATUS_ROW(id, code, python_class, builtin, retryable, exit_code, hint) LFN_##id,
#include "leafnative/tables/status.def"
    LFN_STATUS_COUNT
} lfn_status;

typedef struct lfn_status_row {
    lfn_status id;
    const char *code;         /* equal in C, Python, Lua and on the command line: "not_found" */
    const char *python_class; /* "NotFoundError" */
    const char *builtin;      /* the Python exception that the class also is, or "" */
    bool retryable;
    int exit_code; /* of a command that ends with it */
    const char *hint;
} lfn_status_row;

/* The row of a status; never NULL for a value of the enumeration. */
LFN_PUBLIC const lfn_status_row *lfn_status_get(lfn_status status);

/* Detail of a failure. Owned by the caller, filled only when a call fails; pass NULL to do without. */
typedef struct lfn_error {
    lfn_status status;
    int http_status;        /* 0 when no answer came */
    int64_t retry_after_ms; /* how long the answer asks to wait; -1 when it does not say */
    char key[64];           /* the API's own error key, as "credentialsAlreadyExists"; empty when there is none */
    char where[256];   /* JSON pointer of the member that was wrong, as "/permissions/FIELDS"; empty when none is */
    char message[512]; /* one line: what was wrong; never a secret */
    char hint[256];    /* one line: the cure */
} lfn_error;

/* Fills `error` (which may be NULL) and returns `status`, so that the function that knows first can end with it. The
 * hint is that of the status row. */
LFN_PUBLIC lfn_status lfn_error_set(lfn_error *error, lfn_status status, const char *format, ...) LFN_PRINTF(3, 4);
/* The same with the JSON pointer of the member that was wrong. */
LFN_PUBLIC lfn_status lfn_error_set_where(lfn_error *error, lfn_status status, const char *where, const char *format,
                                          ...) LFN_PRINTF(4, 5);
/* Replaces the hint of a failure by a nearer cure. */
LFN_PUBLIC void lfn_error_hint(lfn_error *error, const char *format, ...) LFN_PRINTF(2, 3);

/* The refusals that the service gives and the client knows. */
typedef enum lfn_problem {
#define LFN_PROBLEM_ROW(id, http_status, key, type, status, title, message) LFN_PROBLEM_##id,
#include "leafnative/tables/problems.def"
    LFN_PROBLEM_COUNT,
    LFN_PROBLEM_NONE = LFN_PROBLEM_COUNT
} lfn_problem;

typedef struct lfn_problem_row {
    lfn_problem id;
    int http_status;
    const char *key;  /* of the error form PROBLEM, or "" */
    const char *type; /* of the error form TYPED */
    lfn_status status;
    const char *title;
    const char *message;
} lfn_problem_row;

/* The row of a problem; NULL outside the enumeration. */
LFN_PUBLIC const lfn_problem_row *lfn_problem_get(lfn_problem problem);
/* The row with this error key, or NULL. An empty key finds nothing. */
LFN_PUBLIC const lfn_problem_row *lfn_problem_find(lfn_text key);
/* The first problem of this type and HTTP status; NULL when there is none. */
LFN_PUBLIC const lfn_problem_row *lfn_problem_find_type(lfn_text type, int http_status);
/* What an HTTP status means to a client when no error key tells more; LFN_OK for 200 to 299. */
LFN_PUBLIC lfn_status lfn_status_of_http(int http_status);

#ifdef __cplusplus
}
#endif
#endif
