/* The one path of every request. The checks stand in the order of the contracts: token, path, method, form of the
 * path's members, scopes of the token, what the path names, size of the body, query, form of the body, then the handler
 * with its rule and the thing itself. The first that fails answers. What differs from API to API are the columns of its
 * row and who its callers are. */
#include "service/dispatch.h"

#include "base/log.h"
#include "base/text.h"
#include "codec/problem.h"
#include "codec/query.h"
#include "service/handlers.h"
#include "service/leaf/leaf.h"
#include "service/scope.h"

#include <stdio.h>

/* Whether the request takes no token: its operation is open, or every operation that the path has. */
static bool is_open(const lfn_match *match)
{
    return match->operation != NULL ? match->operation->access == LFN_ACCESS_OPEN : match->open;
}

/* The form of the path's members, in their order. An owner that is no e-mail is simply not found later. */
static lfn_problem check_members(lfn_call *call)
{
    const lfn_match *match = &call->match;
    for (size_t i = 0; i < match->value_count; i++) {
        const lfn_field *field = match->fields[i];
        lfn_id_form form = match->api->id_form;
        if (field->type == LFN_TYPE_ID && !lfn_id_valid(form, match->values[i])) {
            char pointer[80];
            (void)snprintf(pointer, sizeof pointer, "/%s", field->name);
            lfn_faults_add(&call->faults, pointer, "must be %s", lfn_id_form_words(form));
            return LFN_PROBLEM_BAD_ID;
        }
        if (field->type != LFN_TYPE_CHOICE || lfn_choice_index(lfn_choice_get(field->choice), match->values[i]) >= 0)
            continue;
        return field->choice == LFN_CHOICE_ROLE ? LFN_PROBLEM_BAD_ROLE : LFN_PROBLEM_BAD_RESOURCE;
    }
    return LFN_PROBLEM_NONE;
}

static lfn_problem check_query(lfn_call *call)
{
    const lfn_match *match = &call->match;
    if (match->api->query_form == LFN_QUERY_FORM_LENIENT)
        return LFN_PROBLEM_NONE;
    lfn_status status = lfn_query_check(match->api, lfn_operation_query(match->operation), match->query, &call->faults);
    return status == LFN_BAD_INPUT ? LFN_PROBLEM_VALIDATION : lfn_problem_of(status);
}

static lfn_problem check_body(lfn_call *call)
{
    lfn_text body = call->request->body;
    const lfn_operation *operation = call->match.operation;
    const lfn_schema *schema = lfn_operation_body(operation, call->match.provider);
    if (schema == NULL)
        return LFN_PROBLEM_NONE;
    lfn_status status = lfn_json_parse(body.data != NULL ? body : lfn_text_of(""), &call->body, &call->error);
    if (status == LFN_NO_MEMORY)
        return LFN_PROBLEM_INTERNAL;
    if (status != LFN_OK) {
        lfn_faults_add(&call->faults, "", "must be JSON");
        return LFN_PROBLEM_NOT_JSON;
    }
    /* Where the path names a resource, the body is a grant of it. */
    lfn_text resource = lfn_match_value(&call->match, "resource");
    int index = lfn_choice_index(lfn_choice_get(LFN_CHOICE_RESOURCE), resource);
    const lfn_api *api = call->match.api;
    bool refused = call->strict || api->strangers == LFN_STRANGERS_REFUSED;
    unsigned flags = refused ? LFN_CHECK_UNKNOWN | LFN_CHECK_MADE : 0;
    bool sound = resource.data == NULL
                     ? lfn_body_check(api, schema, operation->mode, call->body, flags, &call->faults)
                     : lfn_body_check_grant(api, index, operation->mode, call->body, flags, &call->faults);
    return sound ? LFN_PROBLEM_NONE : LFN_PROBLEM_VALIDATION;
}

/* Runs the handler. What changes something does so under a savepoint, and every change passes here. */
static lfn_problem act(lfn_call *call, const lfn_handling *handling)
{
    const lfn_operation *operation = call->match.operation;
    if (operation->method == LFN_GET)
        return handling->act(call);
    lfn_status status = lfn_store_savepoint(call->service->store, &call->error);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_problem problem = handling->act(call);
    if (problem == LFN_PROBLEM_NONE && call->response->body.failed)
        problem = LFN_PROBLEM_INTERNAL;
    if (problem == LFN_PROBLEM_NONE) {
        call->change.group = operation->group->name;
        call->change.name = operation->name;
        call->change.provider = call->match.provider;
        lfn_change_pass(call->service, &call->change);
    }
    status = lfn_store_savepoint_end(call->service->store, problem == LFN_PROBLEM_NONE, &call->error);
    return status == LFN_OK ? problem : LFN_PROBLEM_INTERNAL;
}

lfn_problem lfn_dispatch_known(lfn_call *call)
{
    const lfn_handling *handling = lfn_handling_get(call->match.operation->id);
    lfn_problem problem = handling->find != NULL ? handling->find(call) : LFN_PROBLEM_NONE;
    if (problem == LFN_PROBLEM_NONE && call->request->body.size > call->service->body_max_bytes)
        problem = LFN_PROBLEM_TOO_LARGE;
    if (problem == LFN_PROBLEM_NONE)
        problem = check_query(call);
    if (problem == LFN_PROBLEM_NONE)
        problem = check_body(call);
    return problem == LFN_PROBLEM_NONE ? act(call, handling) : problem;
}

/* The API that the caller means, also by a path that no operation has. */
static const lfn_api *api_of(const lfn_call *call)
{
    return call->match.api != NULL ? call->match.api : lfn_api_of_target(call->request->target);
}

static lfn_problem check_and_act(lfn_call *call)
{
    bool matched = lfn_path_match(call->request->method, call->request->target, &call->match);
    if (call->match.decoded.failed)
        return LFN_PROBLEM_INTERNAL;
    lfn_problem problem = is_open(&call->match) ? LFN_PROBLEM_NONE : lfn_authenticator_get(api_of(call)->id)(call);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    if (!call->match.path_known)
        return LFN_PROBLEM_PATH_NOT_FOUND;
    if (!matched)
        return LFN_PROBLEM_METHOD_NOT_ALLOWED;
    problem = check_members(call);
    if (problem == LFN_PROBLEM_NONE && !lfn_scopes_allow(call->match.operation, call->access.scopes))
        problem = LFN_PROBLEM_SCOPE_MISSING;
    return problem == LFN_PROBLEM_NONE ? lfn_dispatch_known(call) : problem;
}

/* ---- the answer ---- */

static bool add_allow(lfn_call *call)
{
    enum { ALLOW_CEILING = 64 };
    lfn_buffer allow;
    lfn_buffer_init(&allow, ALLOW_CEILING);
    for (unsigned method = 0; method < LFN_METHOD_COUNT; method++) {
        if ((call->match.allowed & (1u << method)) == 0)
            continue;
        (void)lfn_buffer_append_string(&allow, allow.size > 0 ? ", " : "");
        (void)lfn_buffer_append_string(&allow, lfn_method_name((lfn_method)method));
    }
    bool added =
        !allow.failed && lfn_response_add_header(call->response, lfn_text_of("Allow"), lfn_buffer_text(&allow));
    lfn_buffer_free(&allow);
    return added;
}

static void log_failure(const lfn_call *call)
{
    const lfn_operation *operation = call->match.operation;
    lfn_log_line(&call->service->log, LFN_LOG_ERROR, "%s.%s failed: %s",
                 operation != NULL ? operation->group->name : "service",
                 operation != NULL ? operation->name : "request",
                 call->error.message[0] != '\0' ? call->error.message : "memory or room for the answer is out");
}

static void refuse(lfn_call *call, lfn_problem problem)
{
    lfn_text target = call->request->target;
    lfn_text path = lfn_text_slice(target, 0, lfn_text_find(target, '?'));
    const lfn_operation *operation = call->match.operation;
    const lfn_schema *schema = operation != NULL ? lfn_operation_body(operation, call->match.provider) : NULL;
    if (schema == NULL && operation != NULL)
        schema = lfn_operation_query(operation);
    const lfn_api *api = api_of(call);
    if (problem == LFN_PROBLEM_INTERNAL)
        log_failure(call);
    lfn_response_clear(call->response);
    lfn_problem_write(api, problem, lfn_text_utf8(path, NULL) ? path : lfn_text_of(""),
                      schema != NULL ? schema->name : "", &call->faults, call->response);
    bool whole = !call->response->body.failed && !call->response->headers.failed;
    if (whole && problem == LFN_PROBLEM_METHOD_NOT_ALLOWED)
        whole = add_allow(call);
    if (whole && lfn_problem_get(problem)->http_status == lfn_problem_get(LFN_PROBLEM_UNAUTHORIZED)->http_status)
        whole = lfn_response_add_header(call->response, lfn_text_of("WWW-Authenticate"), lfn_text_of("Bearer"));
    if (whole)
        return;
    lfn_response_clear(call->response);
    call->response->status = lfn_problem_get(LFN_PROBLEM_INTERNAL)->http_status;
}

static bool finish(lfn_call *call)
{
    const lfn_operation *operation = call->match.operation;
    call->response->status = operation->success;
    if (call->response->body.failed || call->response->headers.failed)
        return false;
    return operation->form == LFN_FORM_NOTHING ||
           lfn_response_add_header(call->response, lfn_text_of("Content-Type"), lfn_text_of("application/json"));
}

void lfn_dispatch(lfn_call *call)
{
    bool visits = lfn_sign_in_target(call->request->target);
    call->writer = (lfn_json_writer){.buffer = &call->response->body};
    lfn_problem problem = visits ? lfn_sign_in_answer(call) : check_and_act(call);
    if (problem == LFN_PROBLEM_NONE && !visits && !finish(call))
        problem = LFN_PROBLEM_INTERNAL;
    if (problem != LFN_PROBLEM_NONE)
        refuse(call, problem);
}
