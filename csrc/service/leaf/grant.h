/* Grants of a relation as JSON. */
#ifndef LFN_SERVICE_LEAF_GRANT_H
#define LFN_SERVICE_LEAF_GRANT_H

#include "service/call.h"

/* A permission that was read, in a list. Its texts live as long as the arena. */
typedef struct lfn_grant lfn_grant;
struct lfn_grant {
    lfn_permission permission;
    lfn_grant *next;
};

/* The permissions of a relation, on one user or, with an absent id, on all; NULL when there is none. */
lfn_status lfn_grants_read(lfn_call *call, int64_t relation, lfn_text user_id, lfn_grant **out_first);
/* Writes {"FIELDS":{"actions":[…]}, …} from grants that concern one user, up to `end`. */
void lfn_grants_write(const lfn_grant *first, const lfn_grant *end, lfn_json_writer *writer);
/* The grant of the resource among them, or NULL; whether a grant names the type. */
const lfn_grant *lfn_grants_find(const lfn_grant *first, lfn_text resource);
bool lfn_grant_has_type(const lfn_grant *grant, lfn_text type);

#endif
