/* Access tokens of an application: who bears one, and new ones. The store keeps their hashes. */
#include "base/text.h"
#include "codec/words.h"
#include "service/fresh.h"
#include "service/losant/losant.h"
#include "service/scope.h"

#include <inttypes.h>

static lfn_status keep_token(lfn_call *call, lfn_access_token *token)
{
    lfn_text *const texts[] = {&token->hash, &token->id, &token->application_id, &token->scopes};
    lfn_status status = LFN_OK;
    for (size_t i = 0; status == LFN_OK && i < sizeof texts / sizeof *texts; i++)
        status = lfn_arena_keep(&call->arena, texts[i]);
    return status;
}

static lfn_status find_token(lfn_call *call, lfn_text token)
{
    char hash[LFN_STATE_HASH_SIZE + 1];
    lfn_access_token found;
    lfn_state_hash(token, hash);
    lfn_status status = lfn_store_find_access_token(call->service->store, lfn_text_of(hash), &found, &call->error);
    if (status == LFN_OK && found.expires_us != 0 && found.expires_us <= call->now_us)
        status = LFN_NOT_FOUND;
    if (status == LFN_OK)
        status = keep_token(call, &found);
    if (status == LFN_OK)
        call->access = found;
    return status;
}

lfn_problem lfn_access_token_check(lfn_call *call)
{
    static const lfn_text scheme = LFN_TEXT("Bearer ");
    lfn_text header = call->request->authorization;
    lfn_text token = lfn_text_trim(lfn_text_slice(header, scheme.size, header.size));
    if (!lfn_text_equal_nocase(lfn_text_slice(header, 0, scheme.size), scheme) || token.size == 0)
        return LFN_PROBLEM_UNAUTHORIZED;
    lfn_status status = find_token(call, token);
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_UNAUTHORIZED);
    call->access_type = LFN_ACTOR_TYPE_API_TOKEN;
    call->change.token_id = call->access.id;
    return LFN_PROBLEM_NONE;
}

/* ---- new ones ---- */

static lfn_status check_scopes(lfn_call *call, lfn_text scopes)
{
    char shown[80] = "";
    lfn_text scope;
    while (lfn_text_split(&scopes, ' ', &scope)) {
        if (scope.size == 0 || lfn_scope_known(scope))
            continue;
        lfn_words_append(shown, sizeof shown, scope);
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "/scopes", "no operation has the scope %s", shown);
    }
    return LFN_OK;
}

/* A token that is given travels in a header, so that it holds visible characters only. */
static lfn_status take_token(lfn_call *call, lfn_text token, lfn_text *out_token)
{
    if (token.data == NULL)
        return lfn_random_text(call, out_token);
    bool visible = token.size > 0;
    for (size_t i = 0; visible && i < token.size; i++)
        visible = token.data[i] > ' ' && token.data[i] <= '~';
    if (!visible)
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "/token", "the token is empty or holds blanks");
    *out_token = token;
    return LFN_OK;
}

static lfn_status end_of_life(lfn_call *call, int64_t life_s, int64_t *out_us)
{
    enum { SECOND_US = 1000000 };
    if (life_s < 0)
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "/life", "the life of a token is negative");
    if (life_s == 0)
        *out_us = 0;
    else if (life_s < (INT64_MAX - call->now_us) / SECOND_US)
        *out_us = call->now_us + life_s * SECOND_US;
    else
        *out_us = INT64_MAX;
    return LFN_OK;
}

lfn_status lfn_access_token_add(lfn_call *call, lfn_text application_id, lfn_text scopes, lfn_text token,
                                int64_t life_s, lfn_text *out_token)
{
    char hash[LFN_STATE_HASH_SIZE + 1];
    lfn_text clear;
    lfn_access_token added = {.application_id = application_id,
                              .scopes = scopes.data != NULL ? scopes : lfn_text_of("")};
    lfn_status status = lfn_arena_keep_lower(&call->arena, &added.application_id);
    if (status == LFN_OK)
        status = check_scopes(call, scopes);
    if (status == LFN_OK)
        status = end_of_life(call, life_s, &added.expires_us);
    if (status == LFN_OK)
        status = take_token(call, token, &clear);
    if (status == LFN_OK)
        status = lfn_new_object_id(call, &added.id);
    if (status != LFN_OK)
        return status;
    lfn_state_hash(clear, hash);
    added.hash = lfn_text_of(hash);
    status = lfn_store_add_access_token(call->service->store, &added, &call->error);
    if (status == LFN_NOT_FOUND)
        return lfn_error_set_where(&call->error, LFN_NOT_FOUND, "/application", "there is no such application");
    if (status == LFN_CONFLICT)
        return lfn_error_set_where(&call->error, LFN_CONFLICT, "/token", "there is a token like this");
    if (status == LFN_OK)
        *out_token = clear;
    return status;
}
