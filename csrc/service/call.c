/* The life of a call, and the place through which changes pass: see call.h. */
#include "service/call.h"

#include "base/log.h"
#include "base/text.h"

#include <inttypes.h>
#include <stddef.h>

void lfn_call_begin(lfn_call *call, lfn_service *service)
{
    memset(call, 0, offsetof(lfn_call, error));
    call->error.status = LFN_OK;
    call->error.http_status = 0;
    call->error.retry_after_ms = 0;
    call->error.key[0] = call->error.where[0] = call->error.message[0] = call->error.hint[0] = '\0';
    call->faults.count = 0;
    lfn_arena_begin(&call->arena);
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

static void log_application_change(const lfn_log *log, const lfn_change *change)
{
    const lfn_text texts[] = {change->token_id, change->application_id, change->credential_id};
    lfn_text shown[3];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        shown[i] = texts[i].data != NULL ? texts[i] : lfn_text_of("-");
    lfn_log_line(log, LFN_LOG_DEBUG, "change: %s.%s by token %.*s, application %.*s, credential %.*s", change->group,
                 change->name, (int)shown[0].size, shown[0].data, (int)shown[1].size, shown[1].data, (int)shown[2].size,
                 shown[2].data);
}

void lfn_change_pass(const lfn_service *service, const lfn_change *change)
{
    if (change->application_id.data != NULL) {
        log_application_change(&service->log, change);
        return;
    }
    lfn_log_line(&service->log, LFN_LOG_DEBUG,
                 "change: %s.%s by owner %" PRId64 ", user %.*s, provider %s, relation %" PRId64, change->group,
                 change->name, change->actor, change->user_id.data != NULL ? (int)change->user_id.size : 1,
                 change->user_id.data != NULL ? change->user_id.data : "-",
                 change->provider != NULL ? change->provider->attribute : "-", change->relation);
}

static lfn_text first_word(lfn_text path)
{
    lfn_text rest = lfn_text_slice(path, 1, path.size);
    size_t end = 0;
    while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?')
        end++;
    return lfn_text_slice(rest, 0, end);
}

const lfn_api *lfn_api_of_target(lfn_text target)
{
    lfn_text word = first_word(target);
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        const char *prefix = operation->group->prefix;
        lfn_text own = first_word(lfn_text_of(prefix[0] != '\0' ? prefix : operation->path));
        if (lfn_text_equal(own, word))
            return operation->group->api;
    }
    return lfn_api_get((lfn_api_id)0);
}

lfn_problem lfn_call_refuse(lfn_call *call, const char *pointer, const char *reason)
{
    lfn_faults_add(&call->faults, pointer, "%s", reason);
    return LFN_PROBLEM_VALIDATION;
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
