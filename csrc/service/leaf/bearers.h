/* The bearers of the tokens that were read last, so that a token costs its check once and not with every request. No
 * token is kept, only its mark. What is remembered counts only while no owner came or went since; the end of the
 * token's life is for whoever asks. Used by the holder of the service alone. */
#ifndef LFN_SERVICE_LEAF_BEARERS_H
#define LFN_SERVICE_LEAF_BEARERS_H

#include "service/call.h"

enum { LFN_BEARER_EMAIL_SIZE = 255 };

typedef struct lfn_remembered_bearer {
    unsigned char mark[LFN_TOKEN_MARK_SIZE];
    uint64_t owners_version;
    int64_t owner; /* 0 where nothing is remembered */
    int64_t expires_s;
    int64_t sequence; /* of the token */
    size_t email_size;
    char email[LFN_BEARER_EMAIL_SIZE];
} lfn_remembered_bearer;

/* An empty memory. Free it with lfn_free. */
lfn_bearers *lfn_bearers_make(void);
/* The bearer of the token with this mark, or NULL. It lives until the next one is remembered. */
const lfn_remembered_bearer *lfn_bearers_find(const lfn_bearers *bearers, uint64_t owners_version,
                                              const unsigned char mark[LFN_TOKEN_MARK_SIZE]);
/* Remembers a bearer in place of another one. */
void lfn_bearers_add(lfn_bearers *bearers, const lfn_remembered_bearer *bearer);

#endif
