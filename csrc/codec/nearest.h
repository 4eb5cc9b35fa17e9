/* The known name nearest to one that is not known, for messages. */
#ifndef LFN_CODEC_NEAREST_H
#define LFN_CODEC_NEAREST_H

#include "leafnative/operation.h"

/* The name of the field nearest to `name` of those that a request of this mode may carry and that are near to it
 * (lfn_name_near), also when `name` is its snake_case form; NULL when none is. Mode NONE: any field. */
const char *lfn_nearest_field(const lfn_schema *schema, lfn_mode mode, lfn_text name);

#endif
