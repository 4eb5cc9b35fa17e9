/* Which functions answer which operation, and who reads the tokens of which API. Each operation has up to two steps:
 * `find` looks for what the path names, `act` does the work once the body is checked. A step gives the problem that
 * answers the request, or LFN_PROBLEM_NONE. */
#ifndef LFN_SERVICE_HANDLERS_H
#define LFN_SERVICE_HANDLERS_H

#include "service/call.h"

typedef lfn_problem (*lfn_step)(lfn_call *call);

typedef struct lfn_handling {
    lfn_step find; /* NULL where the path names no thing */
    lfn_step act;
} lfn_handling;

/* Whether the operation has a handler. */
bool lfn_operation_handled(lfn_operation_id id);
/* The steps of an operation. */
const lfn_handling *lfn_handling_get(lfn_operation_id id);
/* The step that reads the token of a request to the API and fills in who asks. */
lfn_step lfn_authenticator_get(lfn_api_id id);

#endif
