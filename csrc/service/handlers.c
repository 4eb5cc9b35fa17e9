/* The handlers of the operations, and the readers of tokens: see handlers.h. Here the families of operations meet. */
#include "service/handlers.h"

#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/leaf/token.h"
#include "service/losant/losant.h"

static const lfn_handling handlings[LFN_OP_COUNT] = {
    [LFN_OP_AUTHENTICATION_LOGIN] = {NULL, lfn_login},
    [LFN_OP_USERS_LIST] = {NULL, lfn_users_list},
    [LFN_OP_USERS_GET] = {lfn_find_path_user, lfn_users_get},
    [LFN_OP_USERS_CREATE] = {NULL, lfn_users_create},
    [LFN_OP_USERS_REPLACE] = {NULL, lfn_users_replace},
    [LFN_OP_USERS_UPDATE] = {lfn_find_path_user, lfn_users_update},
    [LFN_OP_USERS_DELETE] = {lfn_find_path_user, lfn_users_delete},
    [LFN_OP_CREDENTIALS_GET] = {lfn_find_path_credential, lfn_credentials_get},
    [LFN_OP_CREDENTIALS_CREATE] = {lfn_find_path_user, lfn_credentials_create},
    [LFN_OP_CREDENTIALS_DELETE] = {lfn_find_path_credential, lfn_credentials_delete},
    [LFN_OP_CREDENTIALS_EVENTS] = {lfn_find_path_credential, lfn_credentials_events},
    [LFN_OP_ONE_CLICK_PANORAMA] = {lfn_find_path_user, lfn_one_click_panorama},
    [LFN_OP_SHARING_LIST] = {NULL, lfn_sharing_list},
    [LFN_OP_SHARING_STATUS] = {lfn_find_path_relation, lfn_sharing_status},
    [LFN_OP_SHARING_CREATE] = {NULL, lfn_sharing_create},
    [LFN_OP_SHARING_UPDATE] = {lfn_find_path_relation, lfn_sharing_update},
    [LFN_OP_SHARING_INVALIDATE_TOKENS] = {lfn_find_path_relation, lfn_sharing_invalidate_tokens},
    [LFN_OP_PERMISSIONS_GET] = {lfn_find_path_relation_user, lfn_permissions_get},
    [LFN_OP_PERMISSIONS_CREATE] = {lfn_permissions_find_granted, lfn_permissions_create},
    [LFN_OP_PERMISSIONS_UPDATE] = {lfn_permissions_find_granted, lfn_permissions_update},
    [LFN_OP_PERMISSIONS_DELETE] = {lfn_find_path_relation_user, lfn_permissions_delete},
    [LFN_OP_SERVICE_CREDENTIAL_GET] = {lfn_find_path_service_credential, lfn_service_credential_get},
    [LFN_OP_SERVICE_CREDENTIAL_PATCH] = {lfn_find_path_service_credential, lfn_service_credential_patch},
    [LFN_OP_SERVICE_CREDENTIAL_DELETE] = {lfn_find_path_service_credential, lfn_service_credential_delete},
    [LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES] = {lfn_find_path_service_credential,
                                                    lfn_service_credential_linked_resources},
    [LFN_OP_SERVICE_CREDENTIALS_LIST] = {lfn_find_path_application, lfn_service_credentials_list},
    [LFN_OP_SERVICE_CREDENTIALS_CREATE] = {lfn_find_path_application, lfn_service_credentials_create},
};

/* Who the caller of each API is: these read its tokens. */
static const lfn_step authenticators[LFN_API_COUNT] = {
    [LFN_API_LEAF] = lfn_token_check,
    [LFN_API_LOSANT] = lfn_access_token_check,
};

bool lfn_operation_handled(lfn_operation_id id)
{
    return (unsigned)id < LFN_OP_COUNT && handlings[id].act != NULL;
}

const lfn_handling *lfn_handling_get(lfn_operation_id id)
{
    return &handlings[id];
}

lfn_step lfn_authenticator_get(lfn_api_id id)
{
    return authenticators[id];
}
