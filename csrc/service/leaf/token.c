/* Tokens: see token.h. */
#include "service/leaf/token.h"

#include "base/alloc.h"
#include "base/text.h"
#include "service/leaf/find.h"

enum { SECOND_US = 1000000, TOKEN_CEILING = 4096 };

lfn_status lfn_token_bearer(lfn_call *call, lfn_text token, lfn_bearer *out_bearer)
{
    lfn_claims claims;
    lfn_status status = lfn_token_read(call->service->keys, token, call->now_us / SECOND_US, &claims, &call->error);
    if (status != LFN_OK)
        return status;
    lfn_owner owner;
    status = lfn_find_owner(call, lfn_text_of(claims.subject), &owner);
    if (status == LFN_NOT_FOUND)
        return LFN_UNAUTHORIZED;
    if (status != LFN_OK)
        return status;
    /* A token of an earlier owner of the same e-mail says nothing about this one. */
    if (claims.sequence < owner.first_sequence)
        return LFN_UNAUTHORIZED;
    *out_bearer = (lfn_bearer){owner.number, owner.email, claims.sequence};
    return LFN_OK;
}

lfn_problem lfn_token_check(lfn_call *call)
{
    static const lfn_text scheme = LFN_TEXT("Bearer ");
    lfn_text header = call->request->authorization;
    if (!lfn_text_equal_nocase(lfn_text_slice(header, 0, scheme.size), scheme))
        return LFN_PROBLEM_UNAUTHORIZED;
    lfn_bearer bearer;
    lfn_text token = lfn_text_trim(lfn_text_slice(header, scheme.size, header.size));
    lfn_status status = lfn_token_bearer(call, token, &bearer);
    if (status == LFN_UNAUTHORIZED)
        return LFN_PROBLEM_UNAUTHORIZED;
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    call->actor = bearer.owner;
    call->actor_email = bearer.email;
    call->change.actor = bearer.owner;
    return LFN_PROBLEM_NONE;
}

lfn_status lfn_token_issue(lfn_call *call, lfn_text email, int64_t lifetime_s, lfn_text *out_token)
{
    lfn_claims claims = {.issued_s = call->now_us / SECOND_US};
    claims.expires_s = claims.issued_s + lifetime_s;
    if (email.size >= sizeof claims.subject)
        return lfn_error_set(&call->error, LFN_SERVER, "an owner's e-mail does not fit into a token");
    memcpy(claims.subject, email.data, email.size);
    lfn_status status = lfn_store_next_sequence(call->service->store, &claims.sequence, &call->error);
    if (status != LFN_OK)
        return status;
    lfn_buffer token;
    lfn_buffer_init(&token, TOKEN_CEILING);
    status = lfn_token_make(call->service->keys, &claims, &token, &call->error);
    lfn_text kept = lfn_buffer_text(&token);
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_token = kept;
    lfn_buffer_free(&token);
    return status;
}
