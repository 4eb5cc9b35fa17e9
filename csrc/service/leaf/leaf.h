/* Leaf's family: owners and their login, users, credentials of providers, sign-ins, relations and grants. */
#ifndef LFN_SERVICE_LEAF_LEAF_H
#define LFN_SERVICE_LEAF_LEAF_H

#include "service/call.h"

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
/* The same for a request, with its savepoint and the page that a browser shows. */
lfn_problem lfn_sign_in_answer(lfn_call *call);

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

/* Adds an owner whose password was hashed. */
lfn_status lfn_owner_add(lfn_call *call, lfn_text email, const char *hash);
/* Whether an answer of a provider can be kept. */
lfn_status lfn_provider_answer_check(const lfn_provider_answer *answer, lfn_error *error);

#endif
