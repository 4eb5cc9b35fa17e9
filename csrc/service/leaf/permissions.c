/* What a relation may read of a Leaf user: read, granted, changed, taken back. */
#include "base/text.h"
#include "service/leaf/find.h"
#include "service/leaf/grant.h"
#include "service/leaf/leaf.h"

/* Whether the user of another owner is shared with the caller now. What is not is not told to exist. */
static lfn_problem find_shared(lfn_call *call, const lfn_user *user)
{
    lfn_stored_relation relation;
    lfn_grant *grants = NULL;
    lfn_status status = lfn_find_relation(call, user->owner, call->actor, &relation);
    if (status == LFN_OK && lfn_relation_status(lfn_relation_of(&relation)) != LFN_RELATION_STATUS_ALLOWED)
        status = LFN_NOT_FOUND;
    if (status == LFN_OK)
        status = lfn_grants_read(call, relation.number, user->id, &grants);
    if (status == LFN_OK && grants == NULL)
        status = LFN_NOT_FOUND;
    return lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
}

lfn_problem lfn_permissions_find_granted(lfn_call *call)
{
    lfn_problem problem = lfn_find_path_relation(call);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    lfn_status status = lfn_find_user(call, lfn_match_value(&call->match, "leafUserId"), &call->user);
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
    call->change.user_id = call->user.id;
    return call->user.owner == call->actor ? LFN_PROBLEM_NONE : find_shared(call, &call->user);
}

/* The rules of a grant: the relation first, then the user. */
static lfn_problem may_grant(const lfn_call *call)
{
    lfn_problem problem = lfn_relation_may_grant(lfn_relation_of(&call->relation));
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    return call->user.owner == call->actor ? LFN_PROBLEM_NONE : LFN_PROBLEM_NOT_GRANTABLE;
}

/* Appends the types of a grant with a comma between, each once, in the order of their first mention. */
static bool append_types(const lfn_json *grant, lfn_buffer *types)
{
    static const lfn_text name = LFN_TEXT("types");
    const lfn_json *list = lfn_json_get(grant, name);
    for (const lfn_json *entry = lfn_json_first(list); entry != NULL; entry = lfn_json_next(entry)) {
        lfn_grant so_far = {.permission.types = lfn_buffer_text(types)};
        if (lfn_grant_has_type(&so_far, lfn_json_string(entry)))
            continue;
        if ((types->size > 0 && !lfn_buffer_append_string(types, ",")) ||
            !lfn_buffer_append_text(types, lfn_json_string(entry)))
            return false;
    }
    return true;
}

static lfn_status put(lfn_call *call, lfn_text resource, const lfn_json *grant)
{
    enum { TYPES_CEILING = 1024 };
    lfn_buffer types;
    lfn_buffer_init(&types, TYPES_CEILING);
    lfn_status status = append_types(grant, &types) ? LFN_OK : LFN_NO_MEMORY;
    lfn_permission permission = {.relation = call->relation.number,
                                 .user_id = call->user.id,
                                 .resource = resource,
                                 .types = lfn_buffer_text(&types)};
    if (status == LFN_OK)
        status = lfn_store_put_permission(call->service->store, &permission, &call->error);
    lfn_buffer_free(&types);
    return status;
}

/* Writes the answer; a reader of permissions named the user itself, so that its id is left out. */
static void write_answer(lfn_call *call, const lfn_grant *grants, bool with_user)
{
    lfn_json_writer *writer = &call->writer;
    lfn_json_write_begin_object(writer);
    if (with_user) {
        lfn_json_write_key(writer, lfn_text_of("leafUserId"));
        lfn_json_write_string(writer, call->user.id);
    }
    lfn_json_write_key(writer, lfn_text_of("permissions"));
    lfn_grants_write(grants, NULL, writer);
    lfn_json_write_end_object(writer);
}

static lfn_problem answer_all(lfn_call *call)
{
    lfn_grant *grants;
    lfn_status status = lfn_grants_read(call, call->relation.number, call->user.id, &grants);
    if (status == LFN_OK)
        write_answer(call, grants, true);
    return lfn_problem_of(status);
}

lfn_problem lfn_permissions_create(lfn_call *call)
{
    static const lfn_text name = LFN_TEXT("permissions");
    lfn_problem problem = may_grant(call);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    lfn_status status = LFN_OK;
    const lfn_json *grant = lfn_json_first(lfn_json_get(call->body, name));
    for (; status == LFN_OK && grant != NULL; grant = lfn_json_next(grant))
        status = put(call, lfn_json_name(grant), grant);
    return status == LFN_OK ? answer_all(call) : LFN_PROBLEM_INTERNAL;
}

lfn_problem lfn_permissions_update(lfn_call *call)
{
    lfn_grant *grants;
    lfn_text resource = lfn_match_value(&call->match, "resource");
    lfn_problem problem = may_grant(call);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    lfn_status status = lfn_grants_read(call, call->relation.number, call->user.id, &grants);
    if (status == LFN_OK && lfn_grants_find(grants, resource) == NULL)
        return LFN_PROBLEM_PERMISSION_NOT_FOUND;
    if (status == LFN_OK)
        status = put(call, resource, call->body);
    return status == LFN_OK ? answer_all(call) : LFN_PROBLEM_INTERNAL;
}

/* The id of the user in the path in its stored form: a receiver's path names a user that is not its own. */
static lfn_status path_user(lfn_call *call, lfn_text *out_id)
{
    lfn_text id = lfn_match_value(&call->match, "leafUserId");
    lfn_status status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK)
        *out_id = id;
    return status;
}

lfn_problem lfn_permissions_get(lfn_call *call)
{
    lfn_text id;
    lfn_grant *grants;
    lfn_status status = path_user(call, &id);
    if (status == LFN_OK)
        status = lfn_grants_read(call, call->relation.number, id, &grants);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    if (grants == NULL && call->party == LFN_PARTY_RECEIVER)
        return LFN_PROBLEM_PERMISSION_NOT_FOUND;
    write_answer(call, grants, false);
    return LFN_PROBLEM_NONE;
}

lfn_problem lfn_permissions_delete(lfn_call *call)
{
    lfn_text id;
    lfn_status status = path_user(call, &id);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    call->change.user_id = id;
    status = lfn_store_delete_permissions(call->service->store, call->relation.number, id, &call->error);
    return lfn_problem_or(status, LFN_PROBLEM_PERMISSION_NOT_FOUND);
}
