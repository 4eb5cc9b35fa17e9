/* Administration of Leaf: API owners, what providers answer, and visits to sign-in addresses. */
#include "service/admin.h"

#include "base/alloc.h"
#include "base/text.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"

#include <stdio.h>

/* ---- owners ---- */

lfn_status lfn_owner_add(lfn_call *call, lfn_text email, const char *hash)
{
    int64_t sequence;
    lfn_status status = lfn_arena_keep_lower(&call->arena, &email);
    if (status == LFN_OK)
        status = lfn_store_next_sequence(call->service->store, &sequence, &call->error);
    if (status == LFN_OK)
        status = lfn_store_add_owner(call->service->store, email, lfn_text_of(hash), sequence, &call->error);
    if (status == LFN_CONFLICT)
        return lfn_error_set_where(&call->error, LFN_CONFLICT, "/email", "there is an API owner with this e-mail");
    return status;
}

lfn_status lfn_service_create_owner(lfn_service *service, lfn_text email, lfn_text password, lfn_error *error)
{
    char hash[LFN_PASSWORD_HASH_SIZE];
    lfn_call call;
    if (!lfn_email_valid(email))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/email",
                                   "the e-mail must be an address, as in a@farm.example");
    if (password.size == 0)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/password", "the password is empty");
    /* The costly part comes before the service is taken. */
    lfn_status status = lfn_password_hash(password, service->password_cost, hash, error);
    if (status != LFN_OK)
        return status;
    status = lfn_admin_begin(&call, service, "create_owner", error);
    if (status == LFN_OK)
        status = lfn_admin_finish(&call, lfn_owner_add(&call, email, hash), error);
    lfn_wipe(hash, sizeof hash);
    return status;
}

static lfn_status delete_owner(lfn_call *call, lfn_text email)
{
    lfn_owner owner;
    lfn_status status = lfn_find_owner(call, email, &owner);
    if (status == LFN_NOT_FOUND)
        return lfn_error_set_where(&call->error, LFN_NOT_FOUND, "/email", "there is no such API owner");
    if (status != LFN_OK)
        return status;
    return lfn_store_delete_owner(call->service->store, owner.number, &call->error);
}

lfn_status lfn_service_delete_owner(lfn_service *service, lfn_text email, lfn_error *error)
{
    lfn_call call;
    lfn_status status = lfn_admin_begin(&call, service, "delete_owner", error);
    return status == LFN_OK ? lfn_admin_finish(&call, delete_owner(&call, email), error) : status;
}

/* ---- what providers answer ---- */

static bool is_kept_text(lfn_text text)
{
    return lfn_text_utf8(text, NULL) && lfn_text_find(text, '\0') == text.size;
}

lfn_status lfn_provider_answer_check(const lfn_provider_answer *answer, lfn_error *error)
{
    enum { STATUS_LEAST = 100, STATUS_MOST = 599 };
    if (answer->http_status < STATUS_LEAST || answer->http_status > STATUS_MOST)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/http_status", "%d is no HTTP status: give one of %d to %d",
                                   answer->http_status, STATUS_LEAST, STATUS_MOST);
    if (!is_kept_text(answer->headers))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/headers", "the headers are not UTF-8 text without NUL");
    if (!is_kept_text(answer->body))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/body", "the body is not UTF-8 text without NUL");
    return LFN_OK;
}

static lfn_status set_answer(lfn_call *call, lfn_text user_id, const lfn_provider *provider,
                             const lfn_provider_answer *answer)
{
    lfn_status status = lfn_find_user(call, user_id, &call->user);
    if (status == LFN_NOT_FOUND)
        return lfn_error_set_where(&call->error, LFN_NOT_FOUND, "/leaf_user_id", "there is no such Leaf user");
    call->change.user_id = call->user.id;
    call->change.provider = provider;
    return status == LFN_OK ? lfn_provider_set(call, &call->user, provider, answer) : status;
}

lfn_status lfn_service_set_provider_answer(lfn_service *service, lfn_text leaf_user_id, const lfn_provider *provider,
                                           const lfn_provider_answer *answer, lfn_error *error)
{
    lfn_call call;
    if (provider == NULL)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/provider", "there is no such provider");
    lfn_status status = answer != NULL ? lfn_provider_answer_check(answer, error) : LFN_OK;
    if (status == LFN_OK)
        status = lfn_admin_begin(&call, service, "set_provider_answer", error);
    return status == LFN_OK ? lfn_admin_finish(&call, set_answer(&call, leaf_user_id, provider, answer), error)
                            : status;
}

/* ---- visits ---- */

static lfn_status visit(lfn_call *call, lfn_text target)
{
    lfn_problem problem = lfn_sign_in_visit(call, target);
    if (problem == LFN_PROBLEM_NONE)
        return LFN_OK;
    if (problem == LFN_PROBLEM_INTERNAL)
        return call->error.status != LFN_OK ? call->error.status : LFN_NO_MEMORY;
    const lfn_problem_row *row = lfn_problem_get(problem);
    (void)lfn_error_set(&call->error, row->status, "%s", row->message);
    call->error.http_status = row->http_status;
    (void)snprintf(call->error.key, sizeof call->error.key, "%s", row->key);
    return row->status;
}

lfn_status lfn_service_visit(lfn_service *service, lfn_text url, lfn_error *error)
{
    lfn_call call;
    lfn_text base = lfn_text_of(service->public_url);
    lfn_text target = lfn_text_slice(url, base.size, url.size);
    if (!lfn_text_starts(url, base) || !lfn_sign_in_target(target))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/url", "the URL is no sign-in address of this service");
    lfn_status status = lfn_admin_begin(&call, service, "visit", error);
    return status == LFN_OK ? lfn_admin_finish(&call, visit(&call, target), error) : status;
}
