/* Operations played inside: see play.h. */
#include "service/play.h"

#include "base/text.h"
#include "service/dispatch.h"

#include <stdio.h>

/* The member that a pointer ends with. An entry of a list has no name but that of its list: "owners/0". */
static const char *last_member(const char *pointer)
{
    const char *last = strrchr(pointer, '/');
    if (last == NULL)
        return "The seed";
    while (last > pointer && lfn_ascii_digit(last[1]))
        while (*--last != '/') {
        }
    return last + 1;
}

lfn_status lfn_play_refuse(lfn_call *call, const char *pointer, const char *member, const char *reason)
{
    char where[LFN_POINTER_SIZE];
    (void)snprintf(where, sizeof where, "%s%s", pointer, member);
    return lfn_error_set_where(&call->error, LFN_BAD_INPUT, where, "%s: %s", last_member(where), reason);
}

/* The member that a refusal without faults is about. */
static const char *member_of(lfn_problem problem)
{
    switch (problem) {
    case LFN_PROBLEM_NAME_TAKEN:
        return "/name";
    case LFN_PROBLEM_EXTERNAL_ID_EXISTS:
        return "/externalId";
    default:
        return "";
    }
}

static lfn_status refuse(lfn_call *call, const lfn_play *play, const lfn_call *inner, lfn_problem problem)
{
    const lfn_fault *fault = &inner->faults.fault[0];
    const lfn_problem_row *row = lfn_problem_get(problem);
    if (problem == LFN_PROBLEM_INTERNAL) {
        call->error = inner->error;
        return inner->error.status != LFN_OK ? inner->error.status
                                             : lfn_error_set(&call->error, LFN_NO_MEMORY, "memory is out");
    }
    if (inner->faults.count == 0)
        return lfn_play_refuse(call, play->pointer, member_of(problem), row->message);
    size_t skipped = strlen(play->wrapped);
    bool wrapped = strncmp(fault->pointer, play->wrapped, skipped) == 0;
    return lfn_play_refuse(call, play->pointer, fault->pointer + (wrapped ? skipped : 0), fault->message);
}

static lfn_status take_id(lfn_call *call, const lfn_response *response, lfn_text *out_id)
{
    lfn_json *answer = NULL;
    lfn_status status = lfn_json_parse(lfn_buffer_text(&response->body), &answer, &call->error);
    if (status != LFN_OK)
        return status;
    lfn_text id = lfn_json_string(lfn_json_get(answer, lfn_text_of("id")));
    status = lfn_arena_keep(&call->arena, &id);
    if (status == LFN_OK)
        *out_id = id;
    lfn_json_free(answer);
    return status;
}

static void introduce(lfn_call *inner, const lfn_play *play)
{
    inner->actor = play->actor;
    inner->actor_email = play->actor_email;
    inner->change.actor = play->actor;
    if (play->access == NULL)
        return;
    inner->access = *play->access;
    inner->access_type = LFN_ACTOR_TYPE_USER;
    inner->change.token_id = play->access->id;
}

static lfn_problem run(lfn_call *inner, const lfn_operation *operation, lfn_request *request)
{
    request->method = operation->method;
    inner->request = request;
    inner->strict = true;
    inner->writer = (lfn_json_writer){.buffer = &inner->response->body};
    if (!lfn_path_match(request->method, request->target, &inner->match))
        return LFN_PROBLEM_INTERNAL;
    return lfn_dispatch_known(inner);
}

lfn_status lfn_play_run(lfn_call *call, const lfn_play *play, lfn_text *out_id)
{
    lfn_call inner;
    lfn_response response;
    lfn_buffer target;
    const lfn_operation *operation = lfn_operation_get(play->operation);
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    lfn_response_init(&response, lfn_text_ceiling(call->service));
    lfn_call_begin(&inner, call->service);
    inner.response = &response;
    introduce(&inner, play);
    lfn_status status =
        lfn_path_build(operation, play->provider, play->members, play->member_count, &target, &call->error);
    if (status != LFN_OK)
        goto done;
    lfn_request request = {.target = lfn_buffer_text(&target), .body = play->body};
    lfn_problem problem = run(&inner, operation, &request);
    if (problem != LFN_PROBLEM_NONE)
        status = refuse(call, play, &inner, problem);
    else if (out_id != NULL)
        status = take_id(call, &response, out_id);
done:
    lfn_call_end(&inner);
    lfn_response_free(&response);
    lfn_buffer_free(&target);
    return status;
}
