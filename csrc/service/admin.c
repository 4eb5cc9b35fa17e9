/* How a piece of administration begins and ends: see admin.h. */
#include "service/admin.h"

lfn_status lfn_admin_begin(lfn_call *call, lfn_service *service, const char *name, lfn_error *error)
{
    lfn_status status = lfn_batch_open(service, true, error);
    if (status != LFN_OK)
        return status;
    lfn_call_begin(call, service);
    call->change.group = "service";
    call->change.name = name;
    return LFN_OK;
}

lfn_status lfn_admin_finish(lfn_call *call, lfn_status status, lfn_error *error)
{
    if (status == LFN_OK)
        lfn_change_pass(call->service, &call->change);
    lfn_error closing = {0};
    lfn_status closed = lfn_batch_close(call->service, status == LFN_OK, &closing);
    if (status == LFN_OK && closed != LFN_OK) {
        status = closed;
        call->error = closing;
    }
    (void)lfn_call_tell(call, status, error);
    lfn_call_end(call);
    return status;
}
