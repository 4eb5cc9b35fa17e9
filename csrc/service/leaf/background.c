/* Background processing: every attached credential is checked with its provider, in portions, so that requests come in
 * between; old events go. */
#include "service/leaf/credential.h"
#include "service/leaf/find.h"

enum { PORTION = 64 };

typedef struct portion {
    lfn_arena *arena;
    lfn_credential credentials[PORTION];
    size_t count;
} portion;

static lfn_status collect(void *context, const lfn_credential *credential)
{
    portion *list = context;
    if (list->count == PORTION)
        return LFN_STORAGE;
    list->credentials[list->count] = *credential;
    return lfn_keep_credential(list->arena, &list->credentials[list->count++]);
}

/* What one portion came to. */
typedef struct portion_result {
    char last_id[64]; /* where the next one begins */
    size_t count;
    size_t changed;
} portion_result;

static lfn_status check_portion(lfn_call *call, portion_result *result)
{
    portion list = {.arena = &call->arena};
    lfn_status status = lfn_store_walk_credentials(call->service->store, lfn_text_of(result->last_id), PORTION, collect,
                                                   &list, &call->error);
    size_t changed_count = 0;
    for (size_t i = 0; status == LFN_OK && i < list.count; i++) {
        bool changed = false;
        status = lfn_credential_check(call, &list.credentials[i], &changed);
        changed_count += changed;
    }
    if (status != LFN_OK)
        return status;
    if (list.count > 0) {
        lfn_text last = list.credentials[list.count - 1].id;
        if (last.size >= sizeof result->last_id)
            return lfn_error_set(&call->error, LFN_STORAGE, "a credential in the store has an id that is too long");
        memcpy(result->last_id, last.data, last.size);
        result->last_id[last.size] = '\0';
    }
    result->count = list.count;
    result->changed += changed_count;
    return LFN_OK;
}

/* Runs one portion as a batch of its own. */
static lfn_status run_portion(lfn_service *service, portion_result *result, lfn_error *error)
{
    lfn_call call;
    lfn_status status = lfn_batch_open(service, true, error);
    if (status != LFN_OK)
        return status;
    lfn_call_begin(&call, service);
    call.change = (lfn_change){.group = "service", .name = "check_credentials"};
    status = lfn_call_tell(&call, check_portion(&call, result), error);
    if (status == LFN_OK)
        lfn_change_pass(service, &call.change);
    lfn_call_end(&call);
    lfn_status closed = lfn_batch_close(service, status == LFN_OK, status == LFN_OK ? error : NULL);
    return status == LFN_OK ? closed : status;
}

static lfn_status prune(lfn_service *service, lfn_error *error)
{
    lfn_status status = lfn_batch_open(service, true, error);
    if (status != LFN_OK)
        return status;
    int64_t now_us = service->clock->now_us(service->clock->context);
    status = lfn_store_prune_events(service->store, lfn_event_horizon(now_us), error);
    lfn_status closed = lfn_batch_close(service, status == LFN_OK, status == LFN_OK ? error : NULL);
    return status == LFN_OK ? closed : status;
}

lfn_status lfn_service_check_credentials(lfn_service *service, size_t *out_changed, lfn_error *error)
{
    portion_result result = {.count = PORTION};
    lfn_status status = LFN_OK;
    while (status == LFN_OK && result.count == PORTION)
        status = run_portion(service, &result, error);
    if (status == LFN_OK)
        status = prune(service, error);
    if (status == LFN_OK && out_changed != NULL)
        *out_changed = result.changed;
    return status;
}
