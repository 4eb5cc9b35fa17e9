/* Where the master key of a service comes from. */
#ifndef LFN_SERVICE_KEY_H
#define LFN_SERVICE_KEY_H

#include "crypto/crypto.h"
#include "leafnative/service.h"

/* The name of the setting in which a store keeps the id of its key. */
extern const char lfn_key_id_setting[];

/* Finds the master key: the option, LEAFNATIVE_KEY, the file <path>.key, which is made when `may_make`; random when
 * the service is in memory. LFN_BAD_INPUT for a key of the wrong form, LFN_STORAGE when the file cannot be used. */
lfn_status lfn_master_key(const lfn_service_options *options, const lfn_random *random, bool may_make,
                          unsigned char out_key[LFN_KEY_SIZE], lfn_error *error);

#endif
