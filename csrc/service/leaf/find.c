/* Look-ups: see find.h. */
#include "service/leaf/find.h"

static lfn_status keep_all(lfn_arena *arena, lfn_text *const texts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lfn_status status = lfn_arena_keep(arena, texts[i]);
        if (status != LFN_OK)
            return status;
    }
    return LFN_OK;
}

lfn_status lfn_keep_user(lfn_arena *arena, lfn_user *user)
{
    lfn_text *const texts[] = {&user->id, &user->name, &user->email, &user->phone, &user->address, &user->external_id};
    return keep_all(arena, texts, sizeof texts / sizeof *texts);
}

lfn_status lfn_keep_credential(lfn_arena *arena, lfn_credential *credential)
{
    lfn_text *const texts[] = {&credential->id, &credential->user_id, &credential->shown, &credential->hidden};
    return keep_all(arena, texts, sizeof texts / sizeof *texts);
}

lfn_status lfn_keep_relation(lfn_arena *arena, lfn_stored_relation *relation)
{
    lfn_text *const texts[] = {&relation->sender_email, &relation->receiver_email};
    return keep_all(arena, texts, sizeof texts / sizeof *texts);
}

lfn_status lfn_find_owner(lfn_call *call, lfn_text email, lfn_owner *out_owner)
{
    lfn_status status = lfn_arena_keep_lower(&call->arena, &email);
    if (status != LFN_OK)
        return status;
    status = lfn_store_find_owner(call->service->store, email, out_owner, &call->error);
    if (status != LFN_OK)
        return status;
    lfn_text *const texts[] = {&out_owner->email, &out_owner->password_hash};
    return keep_all(&call->arena, texts, sizeof texts / sizeof *texts);
}

lfn_status lfn_find_user(lfn_call *call, lfn_text id, lfn_user *out_user)
{
    lfn_status status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK)
        status = lfn_store_find_user(call->service->store, id, out_user, &call->error);
    return status == LFN_OK ? lfn_keep_user(&call->arena, out_user) : status;
}

lfn_status lfn_find_own_user(lfn_call *call, int64_t owner, lfn_text id, lfn_user *out_user)
{
    lfn_user user;
    lfn_status status = lfn_find_user(call, id, &user);
    if (status == LFN_OK && user.owner != owner)
        status = LFN_NOT_FOUND;
    if (status == LFN_OK)
        *out_user = user;
    return status;
}

lfn_status lfn_find_credential(lfn_call *call, lfn_text user_id, const lfn_provider *provider,
                               lfn_credential *out_credential)
{
    lfn_status status =
        lfn_store_find_credential(call->service->store, user_id, provider, out_credential, &call->error);
    return status == LFN_OK ? lfn_keep_credential(&call->arena, out_credential) : status;
}

lfn_status lfn_find_credential_id(lfn_call *call, int64_t owner, lfn_text id, lfn_credential *out_credential)
{
    lfn_status status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK)
        status = lfn_store_find_credential_id(call->service->store, owner, id, out_credential, &call->error);
    return status == LFN_OK ? lfn_keep_credential(&call->arena, out_credential) : status;
}

lfn_status lfn_find_relation(lfn_call *call, int64_t sender, int64_t receiver, lfn_stored_relation *out_relation)
{
    lfn_status status = lfn_store_find_relation(call->service->store, sender, receiver, out_relation, &call->error);
    return status == LFN_OK ? lfn_keep_relation(&call->arena, out_relation) : status;
}

lfn_problem lfn_find_path_user(lfn_call *call)
{
    lfn_status status = lfn_find_own_user(call, call->actor, lfn_match_value(&call->match, "leafUserId"), &call->user);
    call->change.user_id = call->user.id;
    return lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
}

/* A credential tells whose it is. Only where there is none of the caller's, the user itself is asked for. */
lfn_problem lfn_find_path_credential(lfn_call *call)
{
    lfn_credential credential;
    lfn_text user_id = lfn_match_value(&call->match, "leafUserId");
    lfn_status status = lfn_arena_keep_lower(&call->arena, &user_id);
    if (status == LFN_OK)
        status = lfn_find_credential(call, user_id, call->match.provider, &credential);
    if (status == LFN_NOT_FOUND || (status == LFN_OK && credential.owner != call->actor))
        return lfn_find_path_user(call);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    call->credential = credential;
    call->change.user_id = credential.user_id;
    return LFN_PROBLEM_NONE;
}

/* The role in a path is the one that the other party plays; a path without one stands under receiver/. */
static lfn_party party_of_path(const lfn_call *call)
{
    lfn_text role = lfn_match_value(&call->match, "role");
    if (role.data == NULL)
        return LFN_PARTY_SENDER;
    bool other_sends = lfn_choice_index(lfn_choice_get(LFN_CHOICE_ROLE), role) == LFN_ROLE_SENDER;
    return other_sends ? LFN_PARTY_RECEIVER : LFN_PARTY_SENDER;
}

lfn_problem lfn_find_path_relation(lfn_call *call)
{
    lfn_owner other;
    call->party = party_of_path(call);
    lfn_status status = lfn_find_owner(call, lfn_match_value(&call->match, "owner"), &other);
    if (status == LFN_OK) {
        bool sends = call->party == LFN_PARTY_SENDER;
        status = lfn_find_relation(call, sends ? call->actor : other.number, sends ? other.number : call->actor,
                                   &call->relation);
    }
    call->change.relation = call->relation.number;
    return lfn_problem_or(status, LFN_PROBLEM_RELATION_NOT_FOUND);
}

lfn_problem lfn_find_path_relation_user(lfn_call *call)
{
    lfn_problem problem = lfn_find_path_relation(call);
    if (problem != LFN_PROBLEM_NONE || call->party == LFN_PARTY_RECEIVER)
        return problem;
    return lfn_find_path_user(call);
}

lfn_relation lfn_relation_of(const lfn_stored_relation *stored)
{
    lfn_relation relation = {.receiver_accepted = stored->receiver_accepted,
                             .sender_blocked = stored->sender_blocked,
                             .receiver_blocked = stored->receiver_blocked};
    return relation;
}
