/* Credentials of providers as records: made, checked with their provider, shown. What a provider answers is set by an
 * administrator; unless it is, a provider accepts everything. */
#ifndef LFN_SERVICE_LEAF_CREDENTIAL_H
#define LFN_SERVICE_LEAF_CREDENTIAL_H

#include "service/leaf/sealed.h"

/* The answer for a stored credential as JSON; it lives as long as the call. */
lfn_status lfn_credential_json(lfn_call *call, const lfn_credential *credential, lfn_text *out_json);

/* Adds a credential of the user with the members of the record, checked with its provider at once, and its first event.
 * Fills the record with what the server makes. LFN_CONFLICT when the user has one. */
lfn_status lfn_credential_create(lfn_call *call, const lfn_user *user, const lfn_provider *provider,
                                 lfn_record *record);
/* Checks a stored credential with its provider. Tells whether its status changed. */
lfn_status lfn_credential_check(lfn_call *call, const lfn_credential *credential, bool *out_changed);

/* What the provider answers for the user now. The texts live as long as the call. */
lfn_status lfn_provider_ask(lfn_call *call, int64_t owner, lfn_text user_id, const lfn_provider *provider,
                            lfn_provider_answer *out_answer);
/* Sets or, with NULL, removes what the provider answers for the user. */
lfn_status lfn_provider_set(lfn_call *call, const lfn_user *user, const lfn_provider *provider,
                            const lfn_provider_answer *answer);
/* Fills the members that the server makes after the provider answered: from the JSON body of an answer that accepts,
 * else with random text where there are none yet. `foreign` also fills what a client would have to give otherwise. */
lfn_status lfn_record_make(lfn_call *call, lfn_record *record, const lfn_provider_answer *answer, bool foreign);

/* Events made before this time are neither shown nor kept. */
int64_t lfn_event_horizon(int64_t now_us);

#endif
