/* The failure that any function may meet, in the same words everywhere. */
#ifndef LFN_BASE_ERROR_H
#define LFN_BASE_ERROR_H

#include "leafnative/error.h"

/* Fills `error` (which may be NULL) with LFN_NO_MEMORY and returns it. */
lfn_status lfn_error_no_memory(lfn_error *error);

#endif
