/* Look-ups whose texts live as long as the call, and what a path names. Each gives LFN_NOT_FOUND when there is nothing.
 */
#ifndef LFN_SERVICE_LEAF_FIND_H
#define LFN_SERVICE_LEAF_FIND_H

#include "service/call.h"

lfn_status lfn_find_owner(lfn_call *call, lfn_text email, lfn_owner *out_owner);
/* The user of this id, whoever owns it. */
lfn_status lfn_find_user(lfn_call *call, lfn_text id, lfn_user *out_user);
/* The same, but what is not the owner's is not found. */
lfn_status lfn_find_own_user(lfn_call *call, int64_t owner, lfn_text id, lfn_user *out_user);
lfn_status lfn_find_credential(lfn_call *call, lfn_text user_id, const lfn_provider *provider,
                               lfn_credential *out_credential);
lfn_status lfn_find_credential_id(lfn_call *call, int64_t owner, lfn_text id, lfn_credential *out_credential);
lfn_status lfn_find_relation(lfn_call *call, int64_t sender, int64_t receiver, lfn_stored_relation *out_relation);

/* Copies of rows that a visitor was given. */
lfn_status lfn_keep_user(lfn_arena *arena, lfn_user *user);
lfn_status lfn_keep_credential(lfn_arena *arena, lfn_credential *credential);
lfn_status lfn_keep_relation(lfn_arena *arena, lfn_stored_relation *relation);

/* The step that finds what a path names: the caller's own user, or the relation with the other party. */
lfn_problem lfn_find_path_user(lfn_call *call);
/* The same for a path that names a credential, which is kept in the call as well where the user has it. */
lfn_problem lfn_find_path_credential(lfn_call *call);
lfn_problem lfn_find_path_relation(lfn_call *call);
/* The relation, then what the path says about a user, where the caller is its sender. */
lfn_problem lfn_find_path_relation_user(lfn_call *call);

/* What the three booleans of a stored relation mean to the rules. */
lfn_relation lfn_relation_of(const lfn_stored_relation *stored);

#endif
