/* The one path of every request: see dispatch.c. */
#ifndef LFN_SERVICE_DISPATCH_H
#define LFN_SERVICE_DISPATCH_H

#include "service/call.h"

/* Answers the call's request: every check in its order, then the handler under a savepoint. */
void lfn_dispatch(lfn_call *call);

/* The part of it behind the caller: what the path names, size, query and body, then the handler. For a call whose match
 * and caller are known. */
lfn_problem lfn_dispatch_known(lfn_call *call);

#endif
