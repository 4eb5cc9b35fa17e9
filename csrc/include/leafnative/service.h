/* The service: the endpoint logic itself, complete and stateful, on a SQLite store in memory or in a file. It takes
 * requests as values, so that a client in process and an HTTP server use the same one. Any number of threads may use
 * one service; it does one batch at a time. What it answers: the rows of tables/ and docs/contract.md. */
#ifndef LEAFNATIVE_SERVICE_H
#define LEAFNATIVE_SERVICE_H

#include "leafnative/json.h"
#include "leafnative/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lfn_service lfn_service;

/* Options of a service. All texts are copied. Zeroed options are a service in memory. */
typedef struct lfn_service_options {
    lfn_text path;          /* the database file, made when it is missing; absent: in memory */
    lfn_text key;           /* 32 bytes as 64 hexadecimal digits; absent: LEAFNATIVE_KEY, then the file <path>.key, made
                               on first use with mode 0600; in memory: random */
    lfn_text public_url;    /* where the service is reached, for sign-in addresses; absent: http://leafnative.invalid */
    bool mask_secrets;      /* answers show *** in place of secret members */
    bool cheap_passwords;   /* password hashes of the least cost, for tests on a file; always so in memory */
    size_t body_max_bytes;  /* a body over it is 413; 0: 1 MiB */
    const lfn_clock *clock; /* borrowed; NULL: the system's */
    const lfn_random *random; /* borrowed; NULL: the system's */
    lfn_log log;
} lfn_service_options;

/* Opens a service. LFN_STORAGE when the file or its key cannot be used, with the reason; LFN_BAD_INPUT names the option
 * that is wrong. */
LFN_PUBLIC lfn_status lfn_service_open(const lfn_service_options *options, lfn_service **out_service, lfn_error *error);
/* Closes the store and wipes the keys. No call may be under way. NULL is fine. In a child of the process that opened
 * the service everything else gives LFN_CLOSED, and this leaves the store alone. */
LFN_PUBLIC void lfn_service_free(lfn_service *service);

/* ---- requests ---- */

/* Begins a batch: the service is the caller's until commit. `writes` tells whether any of its requests is not a GET. */
LFN_PUBLIC lfn_status lfn_service_batch_begin(lfn_service *service, bool writes, lfn_error *error);
/* Answers one request of the batch under its own savepoint: a refusal changes nothing. The answer may be released after
 * the commit only. `response` is initialised by the caller. */
LFN_PUBLIC void lfn_service_handle(lfn_service *service, const lfn_request *request, lfn_response *response);
/* Commits the batch. On LFN_STORAGE nothing of it stands, and none of its answers may be released. */
LFN_PUBLIC lfn_status lfn_service_batch_commit(lfn_service *service, lfn_error *error);

/* Answers a block of requests in one batch, each under its own savepoint, in their order; it writes when any of them
 * does. When the batch cannot be begun or kept, nothing of it stands and every request is answered as unavailable; in a
 * child of the process that opened the service as closed (LFN_RESPONSE_CLOSED). Passwords of logins are checked before
 * the batch begins. `context` is the service; the responses are initialised by the caller. */
LFN_PUBLIC void lfn_service_answer_block(void *context, const lfn_request *const *requests,
                                         lfn_response *const *responses, size_t count);
/* Answers one request: a block of one, as a handler for lfn_transport_open_handler. */
LFN_PUBLIC void lfn_service_answer(void *context, const lfn_request *request, lfn_response *response);

/* ---- administration ---- */

/* Makes an API owner. LFN_CONFLICT when the e-mail is taken; LFN_BAD_INPUT when it has no form of an e-mail or the
 * password is empty. */
LFN_PUBLIC lfn_status lfn_service_create_owner(lfn_service *service, lfn_text email, lfn_text password,
                                               lfn_error *error);
/* Deletes an owner with everything that is its own; its tokens are refused from then on. LFN_NOT_FOUND. */
LFN_PUBLIC lfn_status lfn_service_delete_owner(lfn_service *service, lfn_text email, lfn_error *error);

/* What a provider answers when the service checks a credential. */
typedef struct lfn_provider_answer {
    int http_status;  /* 200 to 299: valid; 400, 401: UNAUTHENTICATED; 403: MISSING_PERMISSION; else
                         TEMPORARILY_UNAVAILABLE */
    lfn_text headers; /* lines "Name: value" */
    lfn_text body;    /* members of a JSON object in it become the server-made members of the credential */
} lfn_provider_answer;

/* Sets what a provider answers for a Leaf user, now and until it is set again. `answer` NULL: it accepts everything, as
 * at first. It need not have a credential yet, so that a sign-in can be prepared. LFN_NOT_FOUND for an unknown user. */
LFN_PUBLIC lfn_status lfn_service_set_provider_answer(lfn_service *service, lfn_text leaf_user_id,
                                                      const lfn_provider *provider, const lfn_provider_answer *answer,
                                                      lfn_error *error);
/* Background processing: checks every credential with its provider and removes the events older than 30 days. Gives the
 * number of credentials whose status changed. */
LFN_PUBLIC lfn_status lfn_service_check_credentials(lfn_service *service, size_t *out_changed, lfn_error *error);
/* A visit to a sign-in address by the grower. LFN_BAD_INPUT when it was used, replaced or is too old; LFN_CONFLICT when
 * the Leaf user has a credential of the provider by now. The error has the HTTP status and key of a served visit. */
LFN_PUBLIC lfn_status lfn_service_visit(lfn_service *service, lfn_text url, lfn_error *error);

/* ---- applications ---- */

/* Makes an application; an absent id makes a new one. Appends its id, 24 hexadecimal digits. LFN_CONFLICT when it is
 * there; LFN_BAD_INPUT when the id has another form. */
LFN_PUBLIC lfn_status lfn_service_create_application(lfn_service *service, lfn_text id, lfn_buffer *out_id,
                                                     lfn_error *error);
/* Makes an access token of an application with scopes (separated by spaces) and appends it: it is shown this once. A
 * life of 0 never ends. LFN_NOT_FOUND for an unknown application; LFN_BAD_INPUT for a scope that no operation has. */
LFN_PUBLIC lfn_status lfn_service_create_token(lfn_service *service, lfn_text application_id, lfn_text scopes,
                                               int64_t life_s, lfn_buffer *out_token, lfn_error *error);
/* Registers what may use a credential by its name, as a JSON object in the form in which it is answered: `kind` is
 * "integration", "flow" or "flowVersion". Without an id it gets one, which is appended. LFN_BAD_INPUT names the member.
 */
LFN_PUBLIC lfn_status lfn_service_register(lfn_service *service, lfn_text application_id, lfn_text kind, lfn_text json,
                                           lfn_buffer *out_id, lfn_error *error);

/* ---- the whole store ---- */

/* Fills the service from one JSON document, all or nothing:
 *   {"owners": [{"email", "password"}],
 *    "users": [{"owner", "name", …, "credentials": {"panorama": {…}},
 *               "providerAnswers": {"panorama": {"status", "headers", "body"}}}],
 *    "relations": [{"sender", "receiver", "status", "permissions": {"<externalId of a user>": {"FIELDS": {…}}}}],
 *    "applications": [{"id", "tokens": [{"scopes", "token"}], "credentials": [{…}], "integrations": [{…}],
 *                      "flows": [{…}], "flowVersions": [{…}]}]}
 * Users, credentials, relations and permissions are as in the requests that make them; scopes are a list, or one string
 * with spaces between. A relation that is BLOCKED is blocked by its sender. LFN_BAD_INPUT names the member by its JSON
 * pointer, also where a thing is there already. */
LFN_PUBLIC lfn_status lfn_service_seed(lfn_service *service, lfn_text json, lfn_error *error);
/* Writes everything, as it is now, into a new file; restore brings exactly that back, with the same key. LFN_CONFLICT
 * when the file is there already; LFN_STORAGE when it cannot be used or belongs to another key. */
LFN_PUBLIC lfn_status lfn_service_snapshot(lfn_service *service, lfn_text path, lfn_error *error);
LFN_PUBLIC lfn_status lfn_service_restore(lfn_service *service, lfn_text path, lfn_error *error);
/* Forgets everything but the key. */
LFN_PUBLIC lfn_status lfn_service_reset(lfn_service *service, lfn_error *error);

/* ---- access to shared data ---- */

/* May the bearer of the token read this of a Leaf user? */
typedef struct lfn_access_question {
    lfn_text token; /* without "Bearer " */
    lfn_text leaf_user_id;
    lfn_text resource; /* FIELDS, OPERATIONS */
    lfn_text action;   /* READ */
    lfn_text type;     /* APPLIED, HARVESTED, PLANTED for OPERATIONS; absent for FIELDS */
} lfn_access_question;

typedef struct lfn_access_answer {
    bool allowed;
    int http_status;    /* what a data server answers: 200, 400, 401, 403, 404 */
    const char *reason; /* "owner", "granted", or why not: "tokenInvalidated", "leafUserNotFound" …; lives for ever */
} lfn_access_answer;

/* Decides questions in one read of the store. `answers` has room for `count`. */
LFN_PUBLIC lfn_status lfn_service_decide_access(lfn_service *service, const lfn_access_question *questions,
                                                size_t count, lfn_access_answer *out_answers, lfn_error *error);

typedef enum lfn_share_direction { LFN_SHARED_WITH_ME, LFN_SHARED_BY_ME } lfn_share_direction;

/* What is shared with or by an owner, as a JSON array of {"owner", "status", "leafUserId", "permissions"} appended to
 * `out_json`. LFN_NOT_FOUND for an unknown owner. */
LFN_PUBLIC lfn_status lfn_service_list_shared(lfn_service *service, lfn_text owner_email, lfn_share_direction direction,
                                              lfn_buffer *out_json, lfn_error *error);

#ifdef __cplusplus
}
#endif
#endif
