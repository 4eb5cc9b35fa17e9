/* A client from the inside: what it was opened with and the token that it holds. Everything but the token stays as it
 * is from open to free; the token is used under the lock. */
#ifndef LFN_CLIENT_CLIENT_H
#define LFN_CLIENT_CLIENT_H

#include <pthread.h>

#include "leafnative/client.h"
#include "rules/budget.h"

/* The token at hand. */
typedef struct lfn_token {
    lfn_secret *authorization; /* value of the header: "Bearer " and the token; NULL when there is none */
    int64_t expires_s;         /* time of day; 0 when it is not known */
    int64_t renew_s;           /* when to log in again; 0 when it is not known */
} lfn_token;

struct lfn_client {
    const lfn_api *api;
    const lfn_operation *login; /* the operation that gives tokens; NULL when the API has none */
    char *base_url;             /* without a slash at its end; empty for a transport without one */
    char *username;             /* NULL when there is none */
    lfn_secret *password;
    char *token_cache;
    bool remember_me;
    int64_t timeout_ms;
    int64_t connect_timeout_ms;
    int64_t deadline_ms;
    size_t answer_max_bytes;
    size_t attempts_max;
    lfn_transport *transport;
    const lfn_clock *clock;
    lfn_log log;
    lfn_events events;

    pthread_mutex_t lock; /* held for a whole call: calls are made one after the other */
    lfn_token token;
    lfn_budget budget; /* of repetitions, for all calls */
    uint64_t calls;    /* made so far, logins counted */
};

#endif
