/* Where a page stands in its list; lfn_response_page tells the same and cannot fail. */
#ifndef LFN_CODEC_PAGE_H
#define LFN_CODEC_PAGE_H

#include "leafnative/value.h"

/* LFN_OK, or LFN_NO_MEMORY: a walk must not take that for the end of its list. */
lfn_status lfn_page_read(const lfn_response *response, const lfn_operation *operation, lfn_page *out_page);

#endif
