/* Links between Leaf users and their credentials: see user_links.h. */
#include "service/leaf/user_links.h"
#include "base/text.h"
#include "service/leaf/find.h"

/* Detaches what the user has of the provider; its events go with it. */
static lfn_status detach(lfn_call *call, const lfn_user *user, const lfn_provider *provider)
{
    lfn_credential credential;
    lfn_status status = lfn_find_credential(call, user->id, provider, &credential);
    if (status == LFN_NOT_FOUND)
        return LFN_OK;
    if (status != LFN_OK)
        return status;
    return lfn_store_attach_credential(call->service->store, credential.id, lfn_text_of(NULL), &call->error);
}

/* Attaches an existing credential of the owner and the provider. */
static lfn_problem attach(lfn_call *call, const lfn_user *user, const lfn_provider *provider, lfn_text id)
{
    lfn_credential credential;
    lfn_status status = lfn_find_credential_id(call, user->owner, id, &credential);
    if (status == LFN_OK && credential.provider != provider)
        status = LFN_NOT_FOUND;
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_CREDENTIALS_NOT_FOUND);
    bool attached = credential.user_id.data != NULL;
    if (attached)
        return lfn_text_equal(credential.user_id, user->id) ? LFN_PROBLEM_NONE : LFN_PROBLEM_CREDENTIALS_ATTACHED;
    status = detach(call, user, provider);
    if (status == LFN_OK)
        status = lfn_store_attach_credential(call->service->store, credential.id, user->id, &call->error);
    return lfn_problem_of(status);
}

static lfn_problem link_provider(lfn_call *call, const lfn_user *user, lfn_mode mode, const lfn_provider *provider,
                                 const lfn_json *node)
{
    static const lfn_text id = LFN_TEXT("id");
    if (node != NULL && lfn_json_kind_of(node) == LFN_JSON_OBJECT)
        return attach(call, user, provider, lfn_json_string(lfn_json_get(node, id)));
    if (node == NULL && mode != LFN_MODE_REPLACE)
        return LFN_PROBLEM_NONE;
    return lfn_problem_of(detach(call, user, provider));
}

lfn_problem lfn_user_link(lfn_call *call, const lfn_user *user, lfn_mode mode, const lfn_json *body)
{
    lfn_problem problem = LFN_PROBLEM_NONE;
    for (unsigned i = 0; problem == LFN_PROBLEM_NONE && i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        problem = link_provider(call, user, mode, provider, lfn_json_get(body, lfn_text_of(provider->member)));
    }
    return problem;
}
