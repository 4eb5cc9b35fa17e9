/* Decisions about credentials. */
#ifndef LFN_RULES_CREDENTIAL_H
#define LFN_RULES_CREDENTIAL_H

#include "leafnative/operation.h"

/* The status of a credential after its provider answered: LFN_CREDENTIAL_STATUS_OK and its siblings. */
int lfn_credential_status_of(int provider_http_status);

#endif
