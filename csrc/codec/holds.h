/* Whether an answer shows what was sent, by the rows of its members. */
#ifndef LFN_CODEC_HOLDS_H
#define LFN_CODEC_HOLDS_H

#include "leafnative/json.h"

/* Whether every member of `sent` stands in what is shown with the same value. A boolean may have been sent as its word;
 * a secret may be shown as a mask; a member that answers never show, or that holds nothing, may be missing. */
bool lfn_object_holds(const lfn_schema *schema, const lfn_json *shown, const lfn_json *sent);

#endif
