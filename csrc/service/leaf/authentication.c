/* Login: a password against its hash, and a token. */
#include "base/alloc.h"
#include "base/text.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/leaf/token.h"
#include "service/record.h"

enum { DAY_S = 24 * 60 * 60, REMEMBERED_DAYS = 30 };

static lfn_text member(const lfn_json *body, const char *name)
{
    return lfn_json_string(lfn_json_get(body, lfn_text_of(name)));
}

/* Copies the hash of the owner, if there is one, into the proof. */
static lfn_status look_up(lfn_call *call, lfn_text username, lfn_login_proof *proof)
{
    lfn_owner owner;
    lfn_status status = lfn_find_owner(call, username, &owner);
    if (status == LFN_NOT_FOUND)
        return LFN_OK;
    if (status == LFN_OK && owner.password_hash.size >= sizeof proof->hash)
        status = lfn_error_set(&call->error, LFN_STORAGE, "a password hash in the store is too long");
    if (status != LFN_OK)
        return status;
    memcpy(proof->hash, owner.password_hash.data, owner.password_hash.size);
    proof->known = true;
    return LFN_OK;
}

/* An unknown owner costs as much time as a wrong password. */
static lfn_status check_password(lfn_call *call, lfn_text password, lfn_login_proof *proof)
{
    const char *hash = proof->known ? proof->hash : NULL;
    lfn_status status = lfn_password_check(password, hash, call->service->password_cost, &call->error);
    if (status != LFN_OK && status != LFN_UNAUTHORIZED)
        return status;
    proof->fits = status == LFN_OK;
    proof->made = true;
    return LFN_OK;
}

static lfn_status prove(lfn_call *call, lfn_login_proof *out_proof)
{
    lfn_login_proof proof = {0};
    lfn_text username = member(call->body, "username");
    lfn_text password = member(call->body, "password");
    if (username.data == NULL || password.data == NULL)
        return LFN_BAD_INPUT;
    lfn_status status = lfn_batch_open(call->service, false, &call->error);
    if (status != LFN_OK)
        return status;
    status = look_up(call, username, &proof);
    (void)lfn_batch_close(call->service, false, NULL);
    if (status != LFN_OK)
        return status;
    status = check_password(call, password, &proof);
    if (status == LFN_OK)
        *out_proof = proof;
    return status;
}

void lfn_login_prove(lfn_service *service, const lfn_request *request, lfn_login_proof *out_proof)
{
    lfn_call call;
    if (request->method != LFN_POST || request->body.size > service->body_max_bytes)
        return;
    lfn_call_begin(&call, service);
    /* What fails here fails again in the batch, and is answered there. */
    if (lfn_path_match(request->method, request->target, &call.match) &&
        call.match.operation->id == LFN_OP_AUTHENTICATION_LOGIN && request->body.data != NULL &&
        lfn_json_parse(request->body, &call.body, NULL) == LFN_OK)
        (void)prove(&call, out_proof);
    lfn_call_end(&call);
}

/* Whether the proof that was made before the batch still speaks of the same hash. */
static bool still_stands(const lfn_login_proof *proof, const lfn_login_proof *now)
{
    return proof != NULL && proof->made && proof->known == now->known && strcmp(proof->hash, now->hash) == 0;
}

static bool is_remembered(const lfn_json *body)
{
    static const lfn_text name = LFN_TEXT("rememberMe");
    const lfn_json *node = lfn_json_get(body, name);
    return lfn_json_true(node) || lfn_text_equal_nocase(lfn_json_string(node), lfn_text_of("true"));
}

lfn_problem lfn_login(lfn_call *call)
{
    lfn_login_proof now = {0};
    lfn_owner owner;
    lfn_text token;
    lfn_text username = member(call->body, "username");
    lfn_status status = look_up(call, username, &now);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    if (still_stands(call->proof, &now))
        now.fits = call->proof->fits;
    else
        status = check_password(call, member(call->body, "password"), &now);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    if (!now.fits)
        return LFN_PROBLEM_UNAUTHORIZED;

    status = lfn_find_owner(call, username, &owner);
    if (status == LFN_OK) {
        call->change.actor = owner.number;
        status =
            lfn_token_issue(call, owner.email, is_remembered(call->body) ? REMEMBERED_DAYS * DAY_S : DAY_S, &token);
    }
    lfn_record record;
    if (status == LFN_OK)
        status = lfn_record_begin(&record, lfn_operation_result(call->match.operation, NULL), &call->error);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_record_set(&record, "id_token", token);
    /* The token is what the caller came for: masking is for what is kept. */
    lfn_record_answer(&record, false, &call->writer);
    return LFN_PROBLEM_NONE;
}
