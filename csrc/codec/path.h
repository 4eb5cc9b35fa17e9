/* Path templates both ways: a request target from an operation and its arguments, and an operation from a target. Both
 * read the templates of the operation rows. */
#ifndef LFN_CODEC_PATH_H
#define LFN_CODEC_PATH_H

#include "leafnative/error.h"
#include "leafnative/operation.h"

enum { LFN_PATH_VALUES_MAX = 4, LFN_TARGET_MAX = 8192 };

/* Appends path and query of a request: every path member percent-encoded in its place, every query member that is
 * given. Words of a choice are checked, and lowered where the choice says so; ids and e-mails are checked.
 * LFN_BAD_INPUT names the member ("/leafUserId") that is missing, unknown, empty or of the wrong form; the target then
 * is as it was. */
lfn_status lfn_path_build(const lfn_operation *operation, const lfn_provider *provider, const lfn_argument *members,
                          size_t count, lfn_buffer *out_target, lfn_error *error);

/* What a target names. */
typedef struct lfn_match {
    const lfn_operation *operation;
    const lfn_provider *provider;
    /* The template's members in its order, {provider} left out, and their values: parts of the target, or of `decoded`
     * where the path holds an escape. */
    const lfn_field *fields[LFN_PATH_VALUES_MAX];
    lfn_text values[LFN_PATH_VALUES_MAX];
    size_t value_count;
    lfn_text query;     /* as it stood, without the question mark; a part of the target */
    bool path_known;    /* some operation has this path, */
    const lfn_api *api; /* of this API (NULL when there is none), */
    unsigned allowed;   /* with these methods, as bits 1 << lfn_method; */
    bool open;          /* none of its operations takes a token */
    lfn_buffer decoded; /* owned; free with lfn_match_free */
} lfn_match;

/* Finds the operation of a raw target, which the match borrows. The path is split at its slashes first and decoded
 * after. False with `path_known` false when there is no such path, also for a bad percent-escape or a NUL; false with
 * `path_known` true when the path does not take the method. When memory is out: false, and `decoded.failed` is set. */
bool lfn_path_match(lfn_method method, lfn_text target, lfn_match *out_match);
/* The value of a path member by name ("leafUserId"); the absent text when the operation has none of that name. */
lfn_text lfn_match_value(const lfn_match *match, const char *name);
/* The next member of a query string, decoded into `scratch` (+ is a space). False at the end. A name with a bad escape,
 * a NUL or bytes that are not UTF-8 is passed over with its value; such a value is given as the absent text, so that
 * nobody takes it for one that was not sent. When memory is out: false, and `scratch->failed` is set. */
bool lfn_query_next(lfn_text *rest, lfn_buffer *scratch, lfn_text *out_name, lfn_text *out_value);
void lfn_match_free(lfn_match *match);

/* Appends the text percent-encoded: everything but letters, digits and "-._~". */
bool lfn_buffer_append_percent(lfn_buffer *buffer, lfn_text text);
/* The size of the text once it is percent-encoded. */
size_t lfn_percent_size(lfn_text text);
/* Appends the decoded text; false on a bad escape. `plus` reads + as a space. */
bool lfn_buffer_append_unpercent(lfn_buffer *buffer, lfn_text text, bool plus);

#endif
