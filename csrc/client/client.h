/* A client from the inside: what it was opened with, and what its calls share. The first stays as it is from open to
 * free; the second is used under the lock, which is held for moments only, never while something is waited for. */
#ifndef LFN_CLIENT_CLIENT_H
#define LFN_CLIENT_CLIENT_H

#include <pthread.h>
#include <stdatomic.h>

#include "leafnative/client.h"
#include "rules/budget.h"

/* A token. Attempts that carry it hold on to it, so that another call may put a new one in its place meanwhile. */
typedef struct lfn_token {
    size_t holders;
    lfn_secret *authorization; /* value of the header: "Bearer " and the token */
    int64_t expires_s;         /* time of day; 0 when it is not known */
    int64_t renew_s;           /* when to log in again; 0 when it is not known */
} lfn_token;

/* The logins of a client: there is one at a time, for all calls that wait for a token; a second one when the first
 * takes long, for its line may be one that nobody moves. */
typedef struct lfn_logins {
    uint64_t begun;
    uint64_t ended;    /* the newest that ended; one is under way when a newer one was begun */
    int64_t begun_ms;  /* of the monotonic clock, the newest */
    int64_t ended_ms;  /* when the last one did; by the monotonic clock */
    lfn_status status; /* of the last that ended, with its error */
    lfn_error error;
} lfn_logins;

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
    bool snake_case;
    size_t attempts_max;
    lfn_transport *transport; /* that of the first line; the others are made from it */
    unsigned opened_in;       /* the process that it was opened in, as lfn_fork_generation tells them apart */
    bool transport_is_left;   /* it is the other process's: see lfn_client_wake */
    const lfn_clock *clock;
    lfn_log log;
    lfn_events events;

    atomic_uint generation;     /* of the process that uses it: see lfn_client_wake */
    atomic_uint_fast64_t calls; /* made so far, logins counted */

    pthread_mutex_t lock;
    pthread_cond_t returned; /* a line was given back */
    struct lfn_line *idle;   /* lines that nobody uses */
    size_t idle_count;
    size_t lines;     /* all of them */
    lfn_token *token; /* the one at hand; NULL when there is none */
    lfn_logins logins;
    lfn_budget budget; /* of repetitions, for all calls */
};

/* To be called before anything of a client is used: in a process that was forked off since, its lines are let go of
 * without a word to their peers, for they belong to the process before. */
void lfn_client_wake(lfn_client *client);

#endif
