/* Values and patterns of the shared cases; tests/cases/README.md says what they mean. */
#ifndef CASE_PATTERN_H
#define CASE_PATTERN_H

#include "leafnative/json.h"

enum { CASE_VALUES_MAX = 16 };

typedef struct case_value {
    char name[32];
    char text[128];
} case_value;

typedef struct case_values {
    case_value value[CASE_VALUES_MAX];
    size_t count;
} case_values;

/* Keeps a value under a name; the newest of a name counts. */
void case_values_set(case_values *values, lfn_text name, lfn_text text);

/* A copy of a node with every ${name} replaced. The caller frees it. NULL in gives NULL. */
lfn_json *case_expand(const lfn_json *node, const case_values *values);

/* Whether a node is as a pattern says. When it is not, `where` gets the way to the first difference. With
 * `free_members` a member that the pattern does not name may stand. */
bool case_match(const lfn_json *pattern, const lfn_json *node, bool free_members, lfn_buffer *where);

/* Appends the JSON text of an answer that the pattern describes. */
void case_fill(const lfn_json *pattern, lfn_json_writer *writer);

/* Whether both texts hold the same bytes. */
bool case_same(lfn_text left, lfn_text right);

#endif
