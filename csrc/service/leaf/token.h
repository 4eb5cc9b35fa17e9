/* Tokens: who bears one, and new ones. */
#ifndef LFN_SERVICE_LEAF_TOKEN_H
#define LFN_SERVICE_LEAF_TOKEN_H

#include "service/call.h"

typedef struct lfn_bearer {
    int64_t owner;
    lfn_text email;
    int64_t sequence; /* of the token */
} lfn_bearer;

/* Whose token it is. LFN_UNAUTHORIZED, without a message, when it is malformed, forged or expired, or its owner is gone
 * or was made again since. */
lfn_status lfn_token_bearer(lfn_call *call, lfn_text token, lfn_bearer *out_bearer);

/* Checks the header Authorization of the request and fills the call's actor. */
lfn_problem lfn_token_check(lfn_call *call);

/* Makes a token for the owner. The text lives as long as the call. */
lfn_status lfn_token_issue(lfn_call *call, lfn_text email, int64_t lifetime_s, lfn_text *out_token);

#endif
