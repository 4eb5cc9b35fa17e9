/* What is made anew for a thing that is made: its id, and a secret that nobody gave. */
#ifndef LFN_SERVICE_FRESH_H
#define LFN_SERVICE_FRESH_H

#include "service/call.h"

/* Random text for a secret, URL-safe. It lives as long as the call. */
lfn_status lfn_random_text(lfn_call *call, lfn_text *out_text);
/* A new id in the form of a UUID. It lives as long as the call. */
lfn_status lfn_new_id(lfn_call *call, lfn_text *out_id);
/* A new id of 24 hexadecimal digits. It lives as long as the call. */
lfn_status lfn_new_object_id(lfn_call *call, lfn_text *out_id);

#endif
