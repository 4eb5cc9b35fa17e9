/* The whole store of a service: copied, brought back, forgotten. */
#include "service/admin.h"
#include "service/key.h"

/* A copy is made beside every batch: the service is held, and nothing is being written. */
lfn_status lfn_service_snapshot(lfn_service *service, lfn_text path, lfn_error *error)
{
    lfn_status status = lfn_service_take(service, error);
    if (status != LFN_OK)
        return status;
    status = lfn_store_copy_to(service->store, path, error);
    lfn_service_give(service);
    return status;
}

lfn_status lfn_service_restore(lfn_service *service, lfn_text path, lfn_error *error)
{
    lfn_status status = lfn_service_take(service, error);
    if (status != LFN_OK)
        return status;
    status = lfn_store_copy_from(service->store, path, lfn_key_id_setting, error);
    lfn_service_give(service);
    return status;
}

lfn_status lfn_service_reset(lfn_service *service, lfn_error *error)
{
    lfn_call call;
    lfn_status status = lfn_admin_begin(&call, service, "reset", error);
    return status == LFN_OK ? lfn_admin_finish(&call, lfn_store_clear(service->store, &call.error), error) : status;
}
