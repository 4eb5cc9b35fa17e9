/* Sign-ins under way: started by a request, completed by a visit to the address that it answers. The address carries a
 * random state that works once and is kept hashed. */
#include "base/text.h"
#include "service/fresh.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/leaf/sealed.h"

static const lfn_text sign_in_path = LFN_TEXT("/leafnative/sign-in/");
static const lfn_text state_member = LFN_TEXT("state");
static const char sign_ins_table[] = "sign_ins";
static const int64_t sign_in_life_us = (int64_t)15 * 60 * 1000000;

/* Whether the user has a credential of the provider already. */
static lfn_problem check_free(lfn_call *call, lfn_text user_id, const lfn_provider *provider)
{
    lfn_credential credential;
    lfn_status status = lfn_find_credential(call, user_id, provider, &credential);
    if (status == LFN_OK)
        return LFN_PROBLEM_CREDENTIALS_EXIST;
    return lfn_problem_or(status, LFN_PROBLEM_NONE);
}

static lfn_status make_address(lfn_call *call, const lfn_provider *provider, lfn_text state, lfn_text *out_address)
{
    enum { ADDRESS_CEILING = 16 * 1024 };
    lfn_buffer address;
    lfn_buffer_init(&address, ADDRESS_CEILING);
    (void)lfn_buffer_append_string(&address, call->service->public_url);
    (void)lfn_buffer_append_text(&address, sign_in_path);
    (void)lfn_buffer_append_string(&address, provider->attribute);
    (void)lfn_buffer_append_string(&address, "?");
    (void)lfn_buffer_append_text(&address, state_member);
    (void)lfn_buffer_append_string(&address, "=");
    (void)lfn_buffer_append_text(&address, state);
    lfn_text text = lfn_buffer_text(&address);
    lfn_status status = address.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &text);
    if (status == LFN_OK)
        *out_address = text;
    lfn_buffer_free(&address);
    return status;
}

/* Keeps the sign-in and answers its address. */
static lfn_status start(lfn_call *call, const lfn_provider *provider)
{
    char hash[LFN_STATE_HASH_SIZE + 1];
    lfn_record kept, shown;
    lfn_text state, address;
    const lfn_operation *operation = call->match.operation;
    lfn_sign_in sign_in = {.user_id = call->user.id, .provider = provider, .created_us = call->now_us};
    lfn_status status = lfn_record_begin(&kept, lfn_operation_body(operation, NULL), &call->error);
    if (status == LFN_OK)
        status = lfn_record_begin(&shown, lfn_operation_result(operation, NULL), &call->error);
    if (status == LFN_OK)
        status = lfn_record_take(call, &kept, operation->mode, call->body);
    if (status == LFN_OK)
        status = lfn_random_text(call, &state);
    if (status != LFN_OK)
        return status;
    lfn_state_hash(state, hash);
    sign_in.state_hash = lfn_text_of(hash);
    status = lfn_record_seal(call, call->user.owner, sign_ins_table, sign_in.state_hash, LFN_RECORD_HIDDEN, &kept,
                             &sign_in.given);
    if (status == LFN_OK)
        status = lfn_store_put_sign_in(call->service->store, &sign_in, &call->error);
    if (status == LFN_OK)
        status = make_address(call, provider, state, &address);
    if (status != LFN_OK)
        return status;
    lfn_record_set(&shown, "signInUrl", address);
    lfn_record_answer(&shown, call->service->mask_secrets, &call->writer);
    return LFN_OK;
}

static lfn_problem start_unless_attached(lfn_call *call, const lfn_provider *provider)
{
    lfn_problem problem = check_free(call, call->user.id, provider);
    return problem == LFN_PROBLEM_NONE ? lfn_problem_of(start(call, provider)) : problem;
}

lfn_problem lfn_one_click_panorama(lfn_call *call)
{
    return start_unless_attached(call, lfn_provider_get(LFN_PROVIDER_PANORAMA));
}

/* ---- the visit ---- */

bool lfn_sign_in_target(lfn_text target)
{
    return lfn_text_starts(target, sign_in_path);
}

/* The provider that the path names and the hash of the state in the query. */
static lfn_problem read_target(lfn_text target, const lfn_provider **out_provider,
                               char out_hash[LFN_STATE_HASH_SIZE + 1])
{
    size_t question = lfn_text_find(target, '?');
    lfn_text attribute = lfn_text_slice(lfn_text_slice(target, 0, question), sign_in_path.size, target.size);
    const lfn_provider *provider = lfn_provider_find(attribute);
    if (provider == NULL)
        return LFN_PROBLEM_PATH_NOT_FOUND;
    lfn_text rest = lfn_text_slice(target, question + 1, target.size);
    lfn_text member;
    /* A state is made of bytes that stand for themselves in a query. */
    while (lfn_text_split(&rest, '&', &member)) {
        size_t equals = lfn_text_find(member, '=');
        if (equals == member.size || !lfn_text_equal(lfn_text_slice(member, 0, equals), state_member))
            continue;
        lfn_state_hash(lfn_text_slice(member, equals + 1, member.size), out_hash);
        *out_provider = provider;
        return LFN_PROBLEM_NONE;
    }
    return LFN_PROBLEM_SIGN_IN_EXPIRED;
}

/* Finds the sign-in, which must be young, and its user. */
static lfn_problem find_sign_in(lfn_call *call, const lfn_provider *provider, lfn_text hash, lfn_sign_in *out_sign_in)
{
    lfn_sign_in sign_in = {0};
    lfn_status status = lfn_store_find_sign_in(call->service->store, hash, &sign_in, &call->error);
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &sign_in.user_id);
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &sign_in.given);
    if (status == LFN_OK && sign_in.provider != provider)
        status = LFN_NOT_FOUND;
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_SIGN_IN_EXPIRED);
    if (call->now_us - sign_in.created_us > sign_in_life_us)
        return LFN_PROBLEM_SIGN_IN_EXPIRED;
    sign_in.state_hash = hash;
    *out_sign_in = sign_in;
    return lfn_problem_or(lfn_find_user(call, sign_in.user_id, &call->user), LFN_PROBLEM_SIGN_IN_EXPIRED);
}

/* Fills a credential with what the request gave and what the provider answers; the rest is random, as the provider's
 * own sign-in would have made it. */
static lfn_status fill(lfn_call *call, const lfn_sign_in *sign_in, lfn_record *record)
{
    lfn_record kept;
    lfn_text given;
    lfn_provider_answer answer;
    const lfn_field *field;
    lfn_status status = lfn_record_begin(&kept, lfn_schema_get(LFN_SCHEMA_ONE_CLICK), &call->error);
    if (status == LFN_OK)
        status = lfn_record_unseal(call, call->user.owner, sign_ins_table, sign_in->state_hash, LFN_RECORD_HIDDEN,
                                   sign_in->given, &given);
    if (status == LFN_OK)
        status = lfn_record_merge_kept(call, &kept, given);
    if (status == LFN_OK)
        status = lfn_provider_ask(call, call->user.owner, call->user.id, sign_in->provider, &answer);
    if (status != LFN_OK)
        return status;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++)
        record->values[i] = lfn_record_get(&kept, lfn_text_of(field->name));
    status = lfn_record_make(call, record, &answer, true);
    /* What the request had to give stands as it was given. */
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(kept.schema, i)) != NULL; i++)
        if (lfn_field_needed(field, LFN_MODE_CREATE))
            lfn_record_set(record, field->name, kept.values[i]);
    return status;
}

static lfn_status attach(lfn_call *call, const lfn_sign_in *sign_in)
{
    lfn_record record;
    lfn_status status = lfn_record_begin(&record, lfn_schema_get(sign_in->provider->schema), &call->error);
    if (status == LFN_OK)
        status = fill(call, sign_in, &record);
    if (status == LFN_OK)
        status = lfn_store_delete_sign_in(call->service->store, sign_in->state_hash, &call->error);
    return status == LFN_OK ? lfn_credential_create(call, &call->user, sign_in->provider, &record) : status;
}

lfn_problem lfn_sign_in_visit(lfn_call *call, lfn_text target)
{
    char hash[LFN_STATE_HASH_SIZE + 1];
    const lfn_provider *provider;
    lfn_sign_in sign_in = {0};
    lfn_problem problem = read_target(target, &provider, hash);
    if (problem == LFN_PROBLEM_NONE)
        problem = find_sign_in(call, provider, lfn_text_of(hash), &sign_in);
    if (problem == LFN_PROBLEM_NONE)
        problem = check_free(call, call->user.id, provider);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    call->change = (lfn_change){.group = "one_click",
                                .name = "visit",
                                .actor = call->user.owner,
                                .user_id = call->user.id,
                                .provider = provider};
    return lfn_problem_of(attach(call, &sign_in));
}

static bool write_page(lfn_call *call)
{
    call->response->status = 200;
    return lfn_buffer_append_string(&call->response->body,
                                    "<!doctype html><title>Signed in</title><p>You are signed in. The credential is "
                                    "attached; you can close this page.</p>\n") &&
           lfn_response_add_header(call->response, lfn_text_of("Content-Type"),
                                   lfn_text_of("text/html; charset=utf-8")) &&
           lfn_response_add_header(call->response, lfn_text_of("Cache-Control"), lfn_text_of("no-store"));
}

/* A visit to a sign-in address needs no token: who holds the address is meant. */
lfn_problem lfn_sign_in_answer(lfn_call *call)
{
    if (call->request->method != LFN_GET) {
        call->match.allowed = 1u << LFN_GET;
        return LFN_PROBLEM_METHOD_NOT_ALLOWED;
    }
    lfn_status status = lfn_store_savepoint(call->service->store, &call->error);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_problem problem = lfn_sign_in_visit(call, call->request->target);
    if (problem == LFN_PROBLEM_NONE)
        lfn_change_pass(call->service, &call->change);
    status = lfn_store_savepoint_end(call->service->store, problem == LFN_PROBLEM_NONE, &call->error);
    if (status == LFN_OK && problem == LFN_PROBLEM_NONE && !write_page(call))
        return LFN_PROBLEM_INTERNAL;
    return status == LFN_OK ? problem : LFN_PROBLEM_INTERNAL;
}
