/* What every part of the service shares: the service itself, and a call, which is one request or one piece of
 * administration with everything known about it so far. */
#ifndef LFN_SERVICE_CALL_H
#define LFN_SERVICE_CALL_H

#include "codec/body.h"
#include "codec/path.h"
#include "crypto/crypto.h"
#include "leafnative/service.h"
#include "rules/relation.h"
#include "service/arena.h"
#include "store/applications.h"

#include <pthread.h>

/* What a service remembers of its Leaf tokens: see leaf/bearers.h. */
typedef struct lfn_bearers lfn_bearers;

struct lfn_service {
    lfn_store *store;
    lfn_keys *keys;
    lfn_bearers *bearers;
    const lfn_clock *clock;
    const lfn_random *random;
    lfn_log log;
    char *public_url; /* without a slash at its end */
    bool mask_secrets;
    lfn_password_cost password_cost;
    size_t body_max_bytes;
    pthread_mutex_t mutex;    /* held from the begin of a batch to its commit */
    unsigned fork_generation; /* of the process that opened it, the only one that may use it */
};

/* One change, as it passes lfn_change_pass. An audit trail reads nothing else. */
typedef struct lfn_change {
    const char *group; /* "users", or "service" for administration */
    const char *name;  /* "create" */
    int64_t actor;     /* number of the owner who asked; 0 for administration */
    lfn_text user_id;  /* absent where the change concerns none; so are those below */
    const lfn_provider *provider;
    int64_t relation;
    lfn_text application_id;
    lfn_text credential_id; /* of an application */
    lfn_text token_id;      /* public id of the access token that asked */
} lfn_change;

/* A password that was checked before the batch began, so that the work is not done under the service's lock. */
typedef struct lfn_login_proof {
    bool made;
    bool fits;
    bool known;
    char hash[LFN_PASSWORD_HASH_SIZE]; /* what it was checked against; it counts only while that still stands */
} lfn_login_proof;

/* The token that was marked last among requests that all stay where they are: the same bytes have the same mark. */
typedef struct lfn_marked_token {
    lfn_text token;
    unsigned char mark[LFN_TOKEN_MARK_SIZE];
} lfn_marked_token;

typedef struct lfn_call {
    lfn_service *service;
    int64_t now_us;
    lfn_change change;

    /* Of a request only. */
    const lfn_request *request;
    lfn_response *response;
    lfn_json_writer writer; /* writes the body of the answer */
    const lfn_login_proof *proof;
    lfn_marked_token *marked; /* of its block; NULL where there is none */
    lfn_match match;
    lfn_json *body;

    int64_t actor; /* number of the owner whose token it is */
    lfn_text actor_email;
    lfn_user user;             /* the Leaf user that the path names, once it is found */
    lfn_credential credential; /* the credential that the path names, once it is found; its provider is NULL before */
    lfn_party party;
    lfn_stored_relation relation; /* the relation that the path names, once it is found */

    lfn_access_token access;                   /* of an API whose tokens are an application's */
    int access_type;                           /* what the bearer is, LFN_ACTOR_TYPE_API_TOKEN or a sibling */
    lfn_service_credential service_credential; /* what the path names, once it is found */
    bool strict;                               /* strangers in the body are refused, whatever the API does about them */

    /* Large, and rarely needed: all above is zeroed when a call begins, of these only what says that they are empty. */
    lfn_error error; /* why the call failed inside; for the log, never for the answer */
    lfn_faults faults;
    lfn_arena arena;
} lfn_call;

/* Begins a call without a request. End it with lfn_call_end. */
void lfn_call_begin(lfn_call *call, lfn_service *service);
/* Wipes and frees what the call holds. */
void lfn_call_end(lfn_call *call);

/* Waits until nobody else holds the service. LFN_CLOSED in a child of the process that opened it: what was locked at
 * the fork stays locked there, and two processes must not write one file. */
lfn_status lfn_service_take(lfn_service *service, lfn_error *error);
void lfn_service_give(lfn_service *service);

/* Begins a batch, whose holder runs alone until it is ended; `keep` false takes everything back. */
lfn_status lfn_batch_open(lfn_service *service, bool writes, lfn_error *error);
lfn_status lfn_batch_close(lfn_service *service, bool keep, lfn_error *error);

/* Gives `status`, and with a failure the call's error, which is filled when nobody has told the reason. */
lfn_status lfn_call_tell(lfn_call *call, lfn_status status, lfn_error *error);

/* The one place through which each change passes, in the transaction of the change. */
void lfn_change_pass(const lfn_service *service, const lfn_change *change);

/* The API that a target means: that of the operations whose path begins with the same word, else the first one. */
const lfn_api *lfn_api_of_target(lfn_text target);

/* Adds what is wrong with a member of the body, as "/name" and "is taken", and gives LFN_PROBLEM_VALIDATION. */
lfn_problem lfn_call_refuse(lfn_call *call, const char *pointer, const char *reason);

/* LFN_PROBLEM_NONE for LFN_OK, else LFN_PROBLEM_INTERNAL. */
lfn_problem lfn_problem_of(lfn_status status);
/* The same, but `missing` for LFN_NOT_FOUND. */
lfn_problem lfn_problem_or(lfn_status status, lfn_problem missing);

/* The largest text that the service makes from what it was given: a sealed body, an answer of a provider. */
size_t lfn_text_ceiling(const lfn_service *service);

#endif
