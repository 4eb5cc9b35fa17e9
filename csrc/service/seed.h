/* The parts of a seed, each planted by the family whose things it names. */
#ifndef LFN_SERVICE_SEED_H
#define LFN_SERVICE_SEED_H

#include "service/spot.h"

/* The hashes of the owners' passwords, in the order of the document. */
typedef struct lfn_owner_hashes {
    char (*hashes)[LFN_PASSWORD_HASH_SIZE];
    size_t next;
} lfn_owner_hashes;

/* Checks an entry of the owners and hashes its password: the costly part, which is done before the service is taken.
 * The context of both is the lfn_owner_hashes. */
lfn_status lfn_seed_hash_owner(lfn_call *call, void *context, const lfn_spot *entry);
lfn_status lfn_seed_owner(lfn_call *call, void *context, const lfn_spot *entry);
/* These need no context. */
lfn_status lfn_seed_user(lfn_call *call, void *context, const lfn_spot *entry);
lfn_status lfn_seed_relation(lfn_call *call, void *context, const lfn_spot *entry);
lfn_status lfn_seed_application(lfn_call *call, void *context, const lfn_spot *entry);

/* The owner whose e-mail a member names. */
lfn_status lfn_seed_find_owner(lfn_call *call, const lfn_spot *parent, const char *name, lfn_owner *out_owner);

#endif
