/* The store speaks of things: owners, Leaf users, credentials, events, relations, permissions. All SQL stays inside
 * this room and is written portably. A store is used by one thread at a time; the service sees to that. Texts given out
 * live until the next call on the store unless it is said otherwise. Secrets come and go sealed: the store never sees
 * them in the clear. Ids are UUIDs in lower case; lists are in the order of creation. */
#ifndef LFN_STORE_STORE_H
#define LFN_STORE_STORE_H

#include "leafnative/error.h"
#include "leafnative/operation.h"

typedef struct lfn_store lfn_store;

/* Opens a database file, or one in memory when `path` is absent, and brings its schema to the present version. A file
 * is made with mode 0600 and used by one process at a time. LFN_STORAGE with the reason. */
lfn_status lfn_store_open(lfn_text path, lfn_store **out_store, lfn_error *error);
void lfn_store_free(lfn_store *store);

/* ---- transactions ---- */

lfn_status lfn_store_begin(lfn_store *store, bool writes, lfn_error *error);
lfn_status lfn_store_commit(lfn_store *store, lfn_error *error);
void lfn_store_rollback(lfn_store *store);
lfn_status lfn_store_savepoint(lfn_store *store, lfn_error *error);
/* Ends the savepoint; `keep` false takes back what came after it. */
lfn_status lfn_store_savepoint_end(lfn_store *store, bool keep, lfn_error *error);

/* ---- settings and the sequence ---- */

/* A setting of the store, as the id of its key; appended to `out_value`, nothing when it is not set. */
lfn_status lfn_store_setting(lfn_store *store, const char *name, lfn_buffer *out_value, lfn_error *error);
lfn_status lfn_store_set_setting(lfn_store *store, const char *name, lfn_text value, lfn_error *error);
/* The next number of the store's one sequence: 1, 2, 3 … for tokens and invalidations. */
lfn_status lfn_store_next_sequence(lfn_store *store, int64_t *out_number, lfn_error *error);

/* Every look-up below gives LFN_NOT_FOUND, without a message, when there is nothing; so does every change of one thing
 * that is not there, and every addition to a thing that is not there. Every function that adds gives LFN_CONFLICT when
 * a key is taken. A text given out may be handed to the next call; it lives until that returns. */

/* ---- owners ---- */

typedef struct lfn_owner {
    int64_t number; /* the store's own key */
    lfn_text email; /* in lower case */
    lfn_text password_hash;
    int64_t first_sequence; /* tokens of an earlier owner of the same e-mail have a lower one */
} lfn_owner;

lfn_status lfn_store_add_owner(lfn_store *store, lfn_text email, lfn_text password_hash, int64_t first_sequence,
                               lfn_error *error);
lfn_status lfn_store_find_owner(lfn_store *store, lfn_text email, lfn_owner *out_owner, lfn_error *error);
/* Deletes with everything that is the owner's. */
lfn_status lfn_store_delete_owner(lfn_store *store, int64_t owner, lfn_error *error);
/* A number that is another one whenever an owner may have come or gone since it was read, also by what was taken back:
 * while it stays, what was learnt about owners still holds. */
uint64_t lfn_store_owners_version(const lfn_store *store);

/* ---- Leaf users ---- */

typedef struct lfn_user {
    lfn_text id;
    int64_t owner;
    lfn_text name;
    lfn_text email; /* absent when it has none; so are the three below */
    lfn_text phone;
    lfn_text address;
    lfn_text external_id;
} lfn_user;

lfn_status lfn_store_add_user(lfn_store *store, const lfn_user *user, lfn_error *error);
/* The user of this id, whoever owns it. */
lfn_status lfn_store_find_user(lfn_store *store, lfn_text id, lfn_user *out_user, lfn_error *error);
/* The user of the owner with this external id. */
lfn_status lfn_store_find_external(lfn_store *store, int64_t owner, lfn_text external_id, lfn_user *out_user,
                                   lfn_error *error);
/* Replaces every member of the user with this id. */
lfn_status lfn_store_change_user(lfn_store *store, const lfn_user *user, lfn_error *error);
/* Deletes with its credentials, events, permissions and sign-ins. */
lfn_status lfn_store_delete_user(lfn_store *store, lfn_text id, lfn_error *error);

typedef enum lfn_user_column {
    LFN_USER_CREATED,
    LFN_USER_ID,
    LFN_USER_NAME,
    LFN_USER_EMAIL,
    LFN_USER_PHONE,
    LFN_USER_ADDRESS,
    LFN_USER_EXTERNAL_ID
} lfn_user_column;

/* Texts are ordered by their bytes. A user without a value stands before all that have one, and after them when
 * descending. */
typedef struct lfn_order {
    lfn_user_column column;
    bool descending;
} lfn_order;

enum { LFN_ORDERS_MAX = 4 };

typedef struct lfn_user_query {
    int64_t owner;
    lfn_text email; /* exact filters; absent: any */
    lfn_text name;
    lfn_text external_id;
    lfn_order orders[LFN_ORDERS_MAX]; /* after them that of creation, in the direction of the last of them */
    size_t order_count;
    int64_t offset;
    int64_t limit;
} lfn_user_query;

/* Called for each row; its texts live until it returns. The visitor must not call the store. Returning another status
 * than LFN_OK ends the walk with it. */
typedef lfn_status (*lfn_user_visitor)(void *context, const lfn_user *user);
lfn_status lfn_store_list_users(lfn_store *store, const lfn_user_query *query, lfn_user_visitor visit, void *context,
                                int64_t *out_total, lfn_error *error);

/* ---- credentials ---- */

typedef struct lfn_credential {
    lfn_text id;
    lfn_text user_id; /* absent while it is attached to no user */
    int64_t owner;
    const lfn_provider *provider;
    lfn_text shown;  /* sealed: what an answer shows */
    lfn_text hidden; /* sealed: what none shows; absent when there is nothing */
} lfn_credential;

/* LFN_CONFLICT when the user has one of this provider. */
lfn_status lfn_store_add_credential(lfn_store *store, const lfn_credential *credential, lfn_error *error);
/* Finds the credential of a user, but for what is hidden: that is absent. */
lfn_status lfn_store_find_credential(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                     lfn_credential *out_credential, lfn_error *error);
/* The credential of this id of the owner, attached or not. */
lfn_status lfn_store_find_credential_id(lfn_store *store, int64_t owner, lfn_text id, lfn_credential *out_credential,
                                        lfn_error *error);
/* Changes both of what it holds. */
lfn_status lfn_store_change_credential(lfn_store *store, lfn_text id, lfn_text shown, lfn_text hidden,
                                       lfn_error *error);
/* Attaches to a user; an absent user_id detaches and deletes its events. LFN_CONFLICT when the user has one. */
lfn_status lfn_store_attach_credential(lfn_store *store, lfn_text id, lfn_text user_id, lfn_error *error);
/* Deletes with its events. */
lfn_status lfn_store_delete_credential(lfn_store *store, lfn_text id, lfn_error *error);

typedef lfn_status (*lfn_credential_visitor)(void *context, const lfn_credential *credential);
/* The credentials attached to one user, without what they hide, in the order of their providers' names. The visitor
 * must not call the store. */
lfn_status lfn_store_list_credentials(lfn_store *store, lfn_text user_id, lfn_credential_visitor visit, void *context,
                                      lfn_error *error);
/* The attached credentials after `after_id` in the order of ids, at most `limit`: for background work in
 * portions. The visitor must not call the store. */
lfn_status lfn_store_walk_credentials(lfn_store *store, lfn_text after_id, int64_t limit, lfn_credential_visitor visit,
                                      void *context, lfn_error *error);

/* ---- what providers answer ---- */

typedef struct lfn_stored_answer {
    int http_status;
    lfn_text headers; /* sealed */
    lfn_text body;    /* sealed */
} lfn_stored_answer;

/* Sets or, with NULL, removes what a provider answers for a user. */
lfn_status lfn_store_set_answer(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                const lfn_stored_answer *answer, lfn_error *error);
lfn_status lfn_store_find_answer(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                 lfn_stored_answer *out_answer, lfn_error *error);

/* ---- events ---- */

typedef struct lfn_event {
    lfn_text id;
    lfn_text credential_id;
    int64_t created_us;
    int status_code;
    lfn_text headers;
    lfn_text body;
} lfn_event;

lfn_status lfn_store_add_event(lfn_store *store, const lfn_event *event, lfn_error *error);

typedef enum lfn_event_column { LFN_EVENT_CREATED, LFN_EVENT_STATUS_CODE } lfn_event_column;

typedef struct lfn_event_query {
    lfn_text credential_id;
    int64_t since_us; /* older events are not seen */
    lfn_event_column column;
    bool descending;
    int64_t offset;
    int64_t limit;
} lfn_event_query;

typedef lfn_status (*lfn_event_visitor)(void *context, const lfn_event *event);
/* Events of equal order stand as they were added, or the other way round when descending. */
lfn_status lfn_store_list_events(lfn_store *store, const lfn_event_query *query, lfn_event_visitor visit, void *context,
                                 int64_t *out_total, lfn_error *error);
/* Deletes the events older than this. */
lfn_status lfn_store_prune_events(lfn_store *store, int64_t before_us, lfn_error *error);

/* ---- sign-ins under way ---- */

typedef struct lfn_sign_in {
    lfn_text state_hash; /* SHA-256 or the like of the state in the address, as hexadecimal digits */
    lfn_text user_id;
    const lfn_provider *provider;
    int64_t created_us;
    lfn_text given; /* sealed: what the body said */
} lfn_sign_in;

/* Adds a sign-in in place of an earlier one of the same user and provider. */
lfn_status lfn_store_put_sign_in(lfn_store *store, const lfn_sign_in *sign_in, lfn_error *error);
/* Finds by state; the caller deletes it when it is used. */
lfn_status lfn_store_find_sign_in(lfn_store *store, lfn_text state_hash, lfn_sign_in *out_sign_in, lfn_error *error);
lfn_status lfn_store_delete_sign_in(lfn_store *store, lfn_text state_hash, lfn_error *error);

/* ---- relations and permissions ---- */

typedef struct lfn_stored_relation {
    int64_t number; /* the store's own key */
    int64_t sender;
    int64_t receiver;
    lfn_text sender_email;
    lfn_text receiver_email;
    bool receiver_accepted;
    bool sender_blocked;
    bool receiver_blocked;
    int64_t invalidated_sequence; /* 0 when its tokens were never invalidated */
} lfn_stored_relation;

/* `number` and the e-mails of the argument do not count. LFN_CONFLICT when the two have one. */
lfn_status lfn_store_add_relation(lfn_store *store, const lfn_stored_relation *relation, lfn_error *error);
lfn_status lfn_store_find_relation(lfn_store *store, int64_t sender, int64_t receiver,
                                   lfn_stored_relation *out_relation, lfn_error *error);
/* Changes the three booleans and the sequence of the relation with this number. */
lfn_status lfn_store_change_relation(lfn_store *store, const lfn_stored_relation *relation, lfn_error *error);

typedef lfn_status (*lfn_relation_visitor)(void *context, const lfn_stored_relation *relation);
/* The relations in which the owner is the sender, or the receiver. A limit below 0 is none. */
lfn_status lfn_store_list_relations(lfn_store *store, int64_t owner, bool as_sender, int64_t offset, int64_t limit,
                                    lfn_relation_visitor visit, void *context, int64_t *out_total, lfn_error *error);

typedef struct lfn_permission {
    int64_t relation;
    lfn_text user_id;
    lfn_text resource; /* a word of the choice RESOURCE */
    lfn_text types;    /* words with a comma between, first-seen order; empty where the resource takes none */
} lfn_permission;

/* Sets the permission in place of an earlier one of the same relation, user and resource, which keeps its place. */
lfn_status lfn_store_put_permission(lfn_store *store, const lfn_permission *permission, lfn_error *error);
/* Deletes every permission of the relation on the user. LFN_NOT_FOUND when there was none. */
lfn_status lfn_store_delete_permissions(lfn_store *store, int64_t relation, lfn_text user_id, lfn_error *error);

typedef lfn_status (*lfn_permission_visitor)(void *context, const lfn_permission *permission);
/* The permissions of a relation, on one user or, with an absent id, on all: users in the order in which they were first
 * granted, resources in the order granted. */
lfn_status lfn_store_list_permissions(lfn_store *store, int64_t relation, lfn_text user_id,
                                      lfn_permission_visitor visit, void *context, lfn_error *error);

#endif
