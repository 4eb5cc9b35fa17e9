/* Tokens: see token.h. */
#include "service/leaf/token.h"

#include "base/alloc.h"
#include "base/text.h"
#include "service/leaf/bearers.h"
#include "service/leaf/find.h"

enum { SECOND_US = 1000000, TOKEN_CEILING = 4096 };

/* Reads the token and looks its owner up. */
static lfn_status read_bearer(lfn_call *call, lfn_text token, lfn_claims *out_claims, lfn_owner *out_owner)
{
    lfn_status status = lfn_token_read(call->service->keys, token, call->now_us / SECOND_US, out_claims, &call->error);
    if (status != LFN_OK)
        return status;
    status = lfn_find_owner(call, lfn_text_of(out_claims->subject), out_owner);
    if (status == LFN_NOT_FOUND)
        return LFN_UNAUTHORIZED;
    if (status != LFN_OK)
        return status;
    /* A token of an earlier owner of the same e-mail says nothing about this one. */
    return out_claims->sequence < out_owner->first_sequence ? LFN_UNAUTHORIZED : LFN_OK;
}

static void remember(lfn_call *call, const unsigned char mark[LFN_TOKEN_MARK_SIZE], const lfn_claims *claims,
                     const lfn_owner *owner)
{
    lfn_remembered_bearer bearer = {.owners_version = lfn_store_owners_version(call->service->store),
                                    .owner = owner->number,
                                    .expires_s = claims->expires_s,
                                    .sequence = claims->sequence,
                                    .email_size = owner->email.size};
    if (owner->email.size > sizeof bearer.email)
        return;
    memcpy(bearer.mark, mark, sizeof bearer.mark);
    memcpy(bearer.email, owner->email.data, owner->email.size);
    lfn_bearers_add(call->service->bearers, &bearer);
}

/* The requests of a block mostly have one token, which is marked once. */
static void mark_token(const lfn_call *call, lfn_text token, unsigned char out_mark[LFN_TOKEN_MARK_SIZE])
{
    lfn_marked_token *marked = call->marked;
    if (marked != NULL && token.data != NULL && marked->token.data == token.data && marked->token.size == token.size) {
        memcpy(out_mark, marked->mark, LFN_TOKEN_MARK_SIZE);
        return;
    }
    lfn_token_mark(call->service->keys, token, out_mark);
    if (marked == NULL)
        return;
    marked->token = token;
    memcpy(marked->mark, out_mark, LFN_TOKEN_MARK_SIZE);
}

lfn_status lfn_token_bearer(lfn_call *call, lfn_text token, lfn_bearer *out_bearer)
{
    unsigned char mark[LFN_TOKEN_MARK_SIZE];
    lfn_service *service = call->service;
    mark_token(call, token, mark);
    const lfn_remembered_bearer *known =
        lfn_bearers_find(service->bearers, lfn_store_owners_version(service->store), mark);
    if (known != NULL && call->now_us / SECOND_US >= known->expires_s)
        return LFN_UNAUTHORIZED;
    if (known != NULL) {
        lfn_text email = lfn_text_make(known->email, known->email_size);
        lfn_status status = lfn_arena_keep(&call->arena, &email);
        if (status == LFN_OK)
            *out_bearer = (lfn_bearer){known->owner, email, known->sequence};
        return status;
    }
    lfn_claims claims;
    lfn_owner owner;
    lfn_status status = read_bearer(call, token, &claims, &owner);
    if (status != LFN_OK)
        return status;
    remember(call, mark, &claims, &owner);
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
