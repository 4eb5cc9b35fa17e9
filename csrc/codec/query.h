/* A query against the schema of its operation, for an API that refuses what is wrong in it. */
#ifndef LFN_CODEC_QUERY_H
#define LFN_CODEC_QUERY_H

#include "codec/body.h"

/* Checks a query as it stood in the target, without the question mark: an unknown member, one that cannot be read or
 * stands several times, and a value outside its row are faults, whose pointers name the members. A schema of NULL knows
 * no member. LFN_BAD_INPUT when there are any; LFN_NO_MEMORY. Adds to `faults`. */
lfn_status lfn_query_check(const lfn_api *api, const lfn_schema *schema, lfn_text query, lfn_faults *faults);

#endif
