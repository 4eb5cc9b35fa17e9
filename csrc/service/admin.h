/* What pieces of administration share. */
#ifndef LFN_SERVICE_ADMIN_H
#define LFN_SERVICE_ADMIN_H

#include "service/call.h"

/* Takes the service and begins a call without a request; `name` is that of the change. */
lfn_status lfn_admin_begin(lfn_call *call, lfn_service *service, const char *name, lfn_error *error);
/* Ends it: its change passes and is committed, or everything is taken back. Fills `error` from the call's. */
lfn_status lfn_admin_finish(lfn_call *call, lfn_status status, lfn_error *error);

#endif
