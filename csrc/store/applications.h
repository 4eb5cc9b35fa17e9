/* Losant's things in the store: applications, access tokens, service credentials, and what is linked to them by name.
 * The manners are those of store.h. Ids are 24 hexadecimal digits in lower case. */
#ifndef LFN_STORE_APPLICATIONS_H
#define LFN_STORE_APPLICATIONS_H

#include "store/store.h"

/* ---- applications and access tokens ---- */

lfn_status lfn_store_add_application(lfn_store *store, lfn_text id, lfn_error *error);
/* LFN_OK when there is one of this id. */
lfn_status lfn_store_find_application(lfn_store *store, lfn_text id, lfn_error *error);

typedef struct lfn_access_token {
    lfn_text hash; /* of the token, hexadecimal digits; the token itself is not kept */
    lfn_text id;   /* public: what createdById shows */
    lfn_text application_id;
    lfn_text scopes;    /* separated by spaces */
    int64_t expires_us; /* 0: never */
} lfn_access_token;

lfn_status lfn_store_add_access_token(lfn_store *store, const lfn_access_token *token, lfn_error *error);
lfn_status lfn_store_find_access_token(lfn_store *store, lfn_text hash, lfn_access_token *out_token, lfn_error *error);

/* ---- service credentials ---- */

typedef struct lfn_service_credential {
    lfn_text id;
    lfn_text application_id;
    lfn_text name;
    lfn_text description; /* absent when it has none */
    bool enabled;
    lfn_text type;   /* a word of the choice CREDENTIAL_TYPE */
    lfn_text shown;  /* JSON object of its config, as it is answered */
    lfn_text hidden; /* sealed: what of its config no answer shows; absent when there is nothing */
    int64_t created_us;
    int64_t updated_us;
    lfn_text created_by_id;
    lfn_text created_by_type; /* a word of the choice ACTOR_TYPE */
    lfn_text updated_by_id;
    lfn_text updated_by_type;
} lfn_service_credential;

/* LFN_CONFLICT when the application has one of this name. */
lfn_status lfn_store_add_service_credential(lfn_store *store, const lfn_service_credential *credential,
                                            lfn_error *error);
lfn_status lfn_store_find_service_credential(lfn_store *store, lfn_text application_id, lfn_text id,
                                             lfn_service_credential *out_credential, lfn_error *error);
/* Replaces every member of the one with this id but application, type and creation. LFN_CONFLICT as above. */
lfn_status lfn_store_change_service_credential(lfn_store *store, const lfn_service_credential *credential,
                                               lfn_error *error);
lfn_status lfn_store_delete_service_credential(lfn_store *store, lfn_text id, lfn_error *error);

typedef struct lfn_service_credential_query {
    lfn_text application_id;
    int sort_field; /* LFN_SORT_FIELD_NAME and its siblings */
    bool descending;
    int filter_field; /* LFN_FILTER_FIELD_NAME, LFN_FILTER_FIELD_TYPE, or -1 */
    lfn_text filter;  /* * stands for any text, nothing else is special; compared exactly */
    int64_t offset;
    int64_t limit;
} lfn_service_credential_query;

typedef lfn_status (*lfn_service_credential_visitor)(void *context, const lfn_service_credential *credential);
lfn_status lfn_store_list_service_credentials(lfn_store *store, const lfn_service_credential_query *query,
                                              lfn_service_credential_visitor visit, void *context, int64_t *out_total,
                                              lfn_error *error);

/* ---- integrations, flows and flow versions ---- */

typedef enum lfn_linkable_kind {
    LFN_LINKABLE_INTEGRATION,
    LFN_LINKABLE_FLOW,
    LFN_LINKABLE_FLOW_VERSION
} lfn_linkable_kind;

/* Something that may use a credential by its name. */
typedef struct lfn_linkable {
    lfn_linkable_kind kind;
    lfn_text id;
    lfn_text application_id;
    lfn_text document; /* JSON object as it is answered */
} lfn_linkable;

/* Adds, in place of an earlier one of the same kind and id. LFN_CONFLICT when another application has that one. */
lfn_status lfn_store_put_linkable(lfn_store *store, const lfn_linkable *linkable, lfn_error *error);

typedef lfn_status (*lfn_linkable_visitor)(void *context, const lfn_linkable *linkable);
/* Those of an application, in the order of ids. The visitor must not call the store. */
lfn_status lfn_store_list_linkables(lfn_store *store, lfn_text application_id, lfn_linkable_kind kind,
                                    lfn_linkable_visitor visit, void *context, lfn_error *error);

/* ---- the whole ---- */

/* Writes a copy of the whole store, as it is now, to a new file of mode 0600. LFN_CONFLICT when the file is there. */
lfn_status lfn_store_copy_to(lfn_store *store, lfn_text path, lfn_error *error);
/* Replaces everything by what a copy holds, which is not changed. LFN_STORAGE when it is no copy of a store of this
 * version, or when its value of the setting is not the store's own. */
lfn_status lfn_store_copy_from(lfn_store *store, lfn_text path, const char *setting, lfn_error *error);
/* Deletes everything but the settings and the sequence: tokens of an earlier owner stay older than a new one. */
lfn_status lfn_store_clear(lfn_store *store, lfn_error *error);

#endif
