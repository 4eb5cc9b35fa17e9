/* The life of a call, and the place through which changes pass: see call.h. */
#include "service/call.h"

#include "base/log.h"

#include <inttypes.h>

void lfn_call_begin(lfn_call *call, lfn_service *service)
{
    memset(call, 0, sizeof *call);
    call->service = service;
    call->now_us = service->clock->now_us(service->clock->context);
}

void lfn_call_end(lfn_call *call)
{
    lfn_json_free(call->body);
    lfn_match_free(&call->match);
    lfn_arena_free(&call->arena);
}

lfn_status lfn_call_tell(lfn_call *call, lfn_status status, lfn_error *error)
{
    if (status == LFN_OK)
        return LFN_OK;
    if (call->error.status != status)
        (void)lfn_error_set(&call->error, status, "the service could not do it");
    if (error != NULL)
        *error = call->error;
    return status;
}

void lfn_change_pass(const lfn_service *service, const lfn_change *change)
{
    lfn_log_line(&service->log, LFN_LOG_DEBUG,
                 "change: %s.%s by owner %" PRId64 ", user %.*s, provider %s, relation %" PRId64, change->group,
                 change->name, change->actor, change->user_id.data != NULL ? (int)change->user_id.size : 1,
                 change->user_id.data != NULL ? change->user_id.data : "-",
                 change->provider != NULL ? change->provider->attribute : "-", change->relation);
}

lfn_problem lfn_problem_of(lfn_status status)
{
    return status == LFN_OK ? LFN_PROBLEM_NONE : LFN_PROBLEM_INTERNAL;
}

lfn_problem lfn_problem_or(lfn_status status, lfn_problem missing)
{
    return status == LFN_NOT_FOUND ? missing : lfn_problem_of(status);
}

size_t lfn_text_ceiling(const lfn_service *service)
{
    enum { FLOOR_BYTES = 4 * 1024 * 1024, GROWTH = 8 };
    size_t most = SIZE_MAX / GROWTH - FLOOR_BYTES;
    return FLOOR_BYTES + (service->body_max_bytes < most ? service->body_max_bytes : most) * GROWTH;
}
