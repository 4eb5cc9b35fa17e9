/* The known name nearest to one that is not known, for messages. */
#ifndef LFN_CODEC_NEAREST_H
#define LFN_CODEC_NEAREST_H

#include "leafnative/operation.h"

/* The name of a field that a request of this mode may carry and that differs from `name` in at most two letters (added,
 * left out or changed; upper and lower case are the same), also when `name` is its snake_case form; NULL when none is
 * that close. Mode NONE: any field. */
const char *lfn_nearest_field(const lfn_schema *schema, lfn_mode mode, lfn_text name);

#endif
