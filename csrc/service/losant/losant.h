/* Losant's family: access tokens of applications, service credentials and what is linked to them by name. */
#ifndef LFN_SERVICE_LOSANT_LOSANT_H
#define LFN_SERVICE_LOSANT_LOSANT_H

#include "service/call.h"

/* Checks the header Authorization of the request and fills the call's access token. */
lfn_problem lfn_access_token_check(lfn_call *call);

/* The steps that find what a path names: the token's own application, then its credential. */
lfn_problem lfn_find_path_application(lfn_call *call);
lfn_problem lfn_find_path_service_credential(lfn_call *call);

lfn_problem lfn_service_credential_get(lfn_call *call);
lfn_problem lfn_service_credential_patch(lfn_call *call);
lfn_problem lfn_service_credential_delete(lfn_call *call);
lfn_problem lfn_service_credential_linked_resources(lfn_call *call);
lfn_problem lfn_service_credentials_list(lfn_call *call);
lfn_problem lfn_service_credentials_create(lfn_call *call);

/* Writes a credential as it is answered. */
lfn_status lfn_service_credential_answer(lfn_call *call, const lfn_service_credential *credential);

/* Adds an application, or one with a new id when `id` is absent; gives its id in its stored form. LFN_BAD_INPUT when
 * the id has another form. */
lfn_status lfn_application_add(lfn_call *call, lfn_text id, lfn_text *out_id);
/* Adds an access token of the application, a new one when `token` is absent. LFN_BAD_INPUT names the member. */
lfn_status lfn_access_token_add(lfn_call *call, lfn_text application_id, lfn_text scopes, lfn_text token,
                                int64_t life_s, lfn_text *out_token);
/* Registers what may use a credential by its name and gives its id. LFN_BAD_INPUT names the member. */
lfn_status lfn_linkable_add(lfn_call *call, lfn_text application_id, lfn_linkable_kind kind, const lfn_json *document,
                            lfn_text *out_id);

/* A time as the family writes it: three decimals and Z. It lives as long as the call. */
lfn_status lfn_short_time(lfn_call *call, int64_t time_us, lfn_text *out_time);

#endif
