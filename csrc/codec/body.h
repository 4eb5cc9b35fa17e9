/* Bodies against their schemas. One checker for both sides: the client refuses before it sends, the service before it
 * acts. It reads the field rows and knows no operation by name. */
#ifndef LFN_CODEC_BODY_H
#define LFN_CODEC_BODY_H

#include "leafnative/json.h"

/* One member that was refused. */
typedef struct lfn_fault {
    char pointer[256]; /* JSON pointer in the body: "/permissions/FIELDS/actions" */
    char message[200]; /* what was wrong and what is wanted; never the value of a secret member */
} lfn_fault;

enum { LFN_FAULTS_MAX = 16 };

typedef struct lfn_faults {
    lfn_fault fault[LFN_FAULTS_MAX];
    size_t count;
} lfn_faults;

/* Adds a fault that somebody else than the checker found; beyond the most it is dropped. */
LFN_PRINTF(3, 4)
void lfn_faults_add(lfn_faults *faults, const char *pointer, const char *format, ...);

enum {
    LFN_CHECK_UNKNOWN = 1 << 0, /* an unknown member is a fault; else it is passed over */
    LFN_CHECK_MADE = 1 << 1     /* a server-made member is a fault; else it is passed over */
};

/* Checks a body tree against a schema of an API, whose ids have the API's form: missing, wrong type, null, empty, too
 * short or long (code points), U+0000, a word outside its choice, the types of a resource. An object in it is checked
 * in the same mode. Fills `faults`, which may be NULL; true when there are none. */
bool lfn_body_check(const lfn_api *api, const lfn_schema *schema, lfn_mode mode, const lfn_json *body, unsigned flags,
                    lfn_faults *faults);

/* Checks a body that is one grant of a resource (LFN_RESOURCE_FIELDS …, as the path names it) against the schema GRANT
 * and against the types that the resource takes. The same as lfn_body_check does for each grant in a body. */
bool lfn_body_check_grant(const lfn_api *api, int resource_index, lfn_mode mode, const lfn_json *body, unsigned flags,
                          lfn_faults *faults);

#endif
