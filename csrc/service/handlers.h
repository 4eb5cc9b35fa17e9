/* The handlers of the operations. Each has up to two steps: `find` looks for what the path names, `act` does the work
 * once the body is checked. A step gives the problem that answers the request, or LFN_PROBLEM_NONE. */
#ifndef LFN_SERVICE_HANDLERS_H
#define LFN_SERVICE_HANDLERS_H

#include "service/call.h"

typedef lfn_problem (*lfn_step)(lfn_call *call);

typedef struct lfn_handling {
    lfn_step find; /* NULL where the path names no thing */
    lfn_step act;
} lfn_handling;

/* Whether the operation has a handler. */
bool lfn_operation_handled(lfn_operation_id id);

/* Answers the call's request: every check in its order, then the handler under a savepoint. */
void lfn_dispatch(lfn_call *call);

/* The part of it behind the caller: what the path names, size, query and body, then the handler. For a call whose match
 * and caller are known. */
lfn_problem lfn_dispatch_known(lfn_call *call);

lfn_problem lfn_login(lfn_call *call);
/* Checks the password of a login before the batch begins; proves nothing when the request is no login. */
void lfn_login_prove(lfn_service *service, const lfn_request *request, lfn_login_proof *out_proof);

lfn_problem lfn_users_list(lfn_call *call);
lfn_problem lfn_users_get(lfn_call *call);
lfn_problem lfn_users_create(lfn_call *call);
lfn_problem lfn_users_replace(lfn_call *call);
lfn_problem lfn_users_update(lfn_call *call);
lfn_problem lfn_users_delete(lfn_call *call);

lfn_problem lfn_credentials_get(lfn_call *call);
lfn_problem lfn_credentials_create(lfn_call *call);
lfn_problem lfn_credentials_delete(lfn_call *call);
lfn_problem lfn_credentials_events(lfn_call *call);

lfn_problem lfn_one_click_panorama(lfn_call *call);
/* Whether the target is a sign-in address of this service. */
bool lfn_sign_in_target(lfn_text target);
/* Completes the sign-in that the target names. */
lfn_problem lfn_sign_in_visit(lfn_call *call, lfn_text target);

lfn_problem lfn_sharing_list(lfn_call *call);
lfn_problem lfn_sharing_status(lfn_call *call);
lfn_problem lfn_sharing_create(lfn_call *call);
lfn_problem lfn_sharing_update(lfn_call *call);
lfn_problem lfn_sharing_invalidate_tokens(lfn_call *call);

/* The step that finds the relation and the user of a grant. */
lfn_problem lfn_permissions_find_granted(lfn_call *call);
lfn_problem lfn_permissions_get(lfn_call *call);
lfn_problem lfn_permissions_create(lfn_call *call);
lfn_problem lfn_permissions_update(lfn_call *call);
lfn_problem lfn_permissions_delete(lfn_call *call);

#endif
