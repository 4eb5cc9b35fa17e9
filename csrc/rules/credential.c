/* Decisions about credentials: see credential.h. */
#include "rules/credential.h"

int lfn_credential_status_of(int provider_http_status)
{
    if (provider_http_status >= 200 && provider_http_status <= 299)
        return LFN_CREDENTIAL_STATUS_OK;
    if (provider_http_status == 400 || provider_http_status == 401)
        return LFN_CREDENTIAL_STATUS_UNAUTHENTICATED;
    if (provider_http_status == 403)
        return LFN_CREDENTIAL_STATUS_MISSING_PERMISSION;
    return LFN_CREDENTIAL_STATUS_TEMPORARILY_UNAVAILABLE;
}
