/* The client: one API at one address, logged in as one owner. It builds requests from the tables, keeps the token,
 * checks what is sent and what comes back. Any number of threads may call one client at once: each has connections of
 * its own for as long as it calls, and they share the token and the budget of repetitions. Sources of the calls: the
 * rows of tables/operations.def. */
#ifndef LEAFNATIVE_CLIENT_H
#define LEAFNATIVE_CLIENT_H

#include "leafnative/json.h"
#include "leafnative/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lfn_client lfn_client;

/* What happens to a call on its way. */
typedef enum lfn_event_kind {
    LFN_EVENT_REQUEST,  /* an attempt goes out */
    LFN_EVENT_RESPONSE, /* it ended, with a whole answer or without one: status, http_status and how long it took */
    LFN_EVENT_RETRY,    /* it failed with this status, and the next attempt follows */
    LFN_EVENT_WAIT,     /* before that one the client rests for ms */
    LFN_EVENT_RECONCILE /* its answer was lost, and the next attempt asks what became of it */
} lfn_event_kind;

/* One event: no header, no body and no secret. It lives until the function returns. */
typedef struct lfn_event {
    lfn_event_kind kind;
    uint64_t call; /* which call of the client, counted from 1; a login is one of its own */
    lfn_method method;
    const lfn_operation *operation; /* of the attempt; NULL for a request that the tables lack */
    const lfn_provider *provider;   /* for an operation per provider, else NULL */
    unsigned attempt;               /* which attempt of the call, counted from 1 */
    lfn_status status;              /* LFN_OK for a request */
    int http_status;                /* 0 when no answer came */
    int64_t ms;                     /* how long the attempt took, or the wait takes; else 0 */
} lfn_event;

/* Takes events, on the thread that makes the call or polls, in the middle of it: it must not call the client. Several
 * threads may call it at once. A function of NULL takes none. */
typedef struct lfn_events {
    void (*tell)(void *context, const lfn_event *event);
    void *context;
} lfn_events;

/* Options of a client. All texts are copied. Zeroed options are the defaults. */
typedef struct lfn_client_options {
    lfn_api_id api;
    lfn_text base_url; /* absent: the API's live address, or none when a transport is given */
    lfn_text token;    /* a bearer token; or username and password; with both, the token is used until it ends or is
                          refused, and the login then gives a new one */
    lfn_text username; /* e-mail of the API owner */
    lfn_text password;
    lfn_text token_cache; /* a file that keeps the token of a username between runs, mode 0600; absent: none */
    bool remember_me;     /* asks for a token of 30 days instead of 24 hours */
    lfn_text ca_file;
    lfn_text client_certificate;
    lfn_text client_key;
    lfn_text proxy;
    lfn_text user_agent;
    bool general_lane;          /* see lfn_curl_options */
    int64_t timeout_ms;         /* for one attempt; 0: 30,000 */
    int64_t connect_timeout_ms; /* 0: 5,000 */
    int64_t deadline_ms;      /* for a whole call with its logins, repetitions and waits, from its turn on; 0: 60,000 */
    size_t answer_max_bytes;  /* an answer over it is LFN_PROTOCOL; 0: 16 MiB */
    size_t attempts_max;      /* attempts of a call, the one after a login not counted; at most 5; 0: 3; 1: no retry */
    bool snake_case;          /* messages about arguments name members in snake_case, as languages above C write them */
    lfn_transport *transport; /* given: used instead of libcurl, and owned by the client from success on; when another
                                 one cannot be made of it, calls are made one after the other */
    const lfn_clock *clock;   /* borrowed; NULL: the system's */
    lfn_log log;
    lfn_events events;
} lfn_client_options;

/* Opens a client. Nothing is sent yet. LFN_BAD_INPUT names the option that is wrong; LFN_STORAGE when the token cache
 * is not its owner's alone or is a symbolic link. After a failure a transport that was given is still the caller's. */
LFN_PUBLIC lfn_status lfn_client_open(const lfn_client_options *options, lfn_client **out_client, lfn_error *error);
/* Frees a client and wipes its secrets. No call may be under way. NULL is fine. */
LFN_PUBLIC void lfn_client_free(lfn_client *client);
/* The address that it calls, "https://api.withleaf.io"; "" where a transport was given without one. The client's. */
LFN_PUBLIC const char *lfn_client_base_url(const lfn_client *client);

/* A call of an operation. Every text is borrowed while the call runs. */
typedef struct lfn_call {
    const lfn_operation *operation;
    const lfn_provider *provider;  /* for an operation per provider, else NULL */
    const lfn_argument *arguments; /* members of path and query; a repeatable one stands several times */
    size_t argument_count;
    lfn_text body;       /* the JSON object of the body; absent when there is none */
    bool lax;            /* members that the tables lack are sent instead of refused */
    bool unread;         /* the body of a good answer to a GET is not looked at: whoever builds from it with
                            lfn_json_read judges its form, and entry_count stays 0 */
    int64_t timeout_ms;  /* 0: the client's */
    int64_t deadline_ms; /* 0: the client's */
} lfn_call;

/* Makes a call and waits for its answer. `result` is initialised by the caller's lfn_result_init or zeroed; it is
 * filled whenever an answer came, also on failure; its answer may grow to the client's answer_max_bytes. LFN_BAD_INPUT
 * before anything is sent, with the JSON pointer of the member that was wrong; otherwise the status of the answer.
 * Logins count to the deadline; their attempts stand in the result when the login is what failed. Repetitions come out
 * of a budget that all calls of the client share, so that a peer that is down is not kept down. When the answer of a
 * call that may not be repeated blindly is lost, the client asks what became of it, as tables/reconcile.def says: it
 * took effect (LFN_OK, with `reconciled` set), it did not and is sent again, or something else stands there
 * (LFN_CONFLICT). LFN_UNKNOWN_OUTCOME when nothing can tell, with a hint how to find out. An answer 200, 201 or 204 is
 * taken for the row's own status of success when the body has the row's form; another status of success is
 * LFN_PROTOCOL. */
LFN_PUBLIC lfn_status lfn_client_call(lfn_client *client, const lfn_call *call, lfn_result *result, lfn_error *error);

/* Judges a good answer that was left unread as lfn_client_call judges one: LFN_PROTOCOL with the words for it when its
 * body is not what the row says. For whoever could not build from it. */
LFN_PUBLIC lfn_status lfn_result_judge(const lfn_operation *operation, lfn_result *result, lfn_error *error);

/* A request that the tables lack: same token, timeouts and error reading, no check of the body. `path` begins with a
 * slash and stands below the host, with its query. Any status of success is one. A GET that fails in passing is
 * repeated, nothing else. */
LFN_PUBLIC lfn_status lfn_client_request(lfn_client *client, lfn_method method, lfn_text path, lfn_text body,
                                         lfn_result *result, lfn_error *error);

/* Takes secrets out of a text that came as an answer, in its place: those that lfn_redact_body finds, those of the body
 * `sent` (absent when there was none), and the client's own token and password, which an answer to a login may quote.
 * For whoever shows a failure. Empty when memory is out, or when more secrets were sent than it can look for. */
LFN_PUBLIC void lfn_client_mask(lfn_client *client, lfn_text sent, lfn_buffer *text);

/* ---- many calls at once ---- */

/* Calls of one client that are under way at once, for one consumer: one thread at a time uses them. They have
 * connections of their own, and no thread: what is to be done is done in poll. When a login is refused, they do not
 * try it again for two seconds: each of many calls would, until the account is locked. */
typedef struct lfn_calls lfn_calls;

typedef struct lfn_calls_options {
    size_t concurrency; /* how many calls may be under way; 0: 64; at most 4,096 */
    size_t queue;       /* how many more may wait for a place */
    double rate;        /* calls begun in a second; 0: as many as there are */
} lfn_calls_options;

/* A call that ended. What it points to stands until the next poll or release. */
typedef struct lfn_completion {
    uint64_t tag;
    const lfn_operation *operation; /* NULL for a request that the tables lack */
    const lfn_provider *provider;
    lfn_text sent; /* the body that was sent, for lfn_client_mask; absent when there was none */
    lfn_status status;
    const lfn_error *error; /* filled when status is not LFN_OK */
    lfn_result *result;     /* its bytes may be changed in their place */
} lfn_completion;

/* Opens a set of calls, which must be freed before its client. LFN_BAD_INPUT when an option is out of its range.
 * Nothing is sent yet. */
LFN_PUBLIC lfn_status lfn_calls_open(lfn_client *client, const lfn_calls_options *options, lfn_calls **out_calls,
                                     lfn_error *error);
/* Takes a call up; everything is copied. It goes out at the next poll, when there is a place and the rate allows it.
 * `tag` names it: two calls under way should not share one. Its deadline counts from its turn on, which comes with a
 * place. LFN_BAD_INPUT for what lfn_client_call refuses before it sends, and when there is no room; LFN_CLOSED in a
 * process that was forked off since the calls were opened. */
LFN_PUBLIC lfn_status lfn_calls_submit(lfn_calls *calls, const lfn_call *call, uint64_t tag, lfn_error *error);
/* The same for a request that the tables lack. */
LFN_PUBLIC lfn_status lfn_calls_submit_request(lfn_calls *calls, lfn_method method, lfn_text path, lfn_text body,
                                               uint64_t tag, lfn_error *error);
/* How many calls may be submitted now: free places, and room in the queue. */
LFN_PUBLIC size_t lfn_calls_room(const lfn_calls *calls);
/* How many were submitted and not handed out. */
LFN_PUBLIC size_t lfn_calls_pending(const lfn_calls *calls);
/* Lets everything move, and hands out up to `room` calls that ended; their number. Waits up to wait_ms when none has
 * ended and any is pending; 0 ms never waits. It lets go of what the poll before handed out. */
LFN_PUBLIC size_t lfn_calls_poll(lfn_calls *calls, int64_t wait_ms, lfn_completion *out_completions, size_t room);
/* Lets go of what the last poll handed out, so that its places are free before the next one. */
LFN_PUBLIC void lfn_calls_release(lfn_calls *calls);
/* Lets go of a call that was not handed out, which is then never: whether it took effect is not known. False when there
 * is none of this tag. */
LFN_PUBLIC bool lfn_calls_cancel(lfn_calls *calls, uint64_t tag);
/* A descriptor that is readable when a poll has something to do, for an event loop; after a submit, poll at once. It is
 * the same one until the calls are freed, and theirs. -1 with an error where there is none: LFN_CLOSED in a process
 * that was forked off since. */
LFN_PUBLIC int lfn_calls_descriptor(lfn_calls *calls, lfn_error *error);
/* Cancels what is under way. NULL is fine. */
LFN_PUBLIC void lfn_calls_free(lfn_calls *calls);

/* ---- lists ---- */

/* A walk over the pages of a list. */
typedef struct lfn_pages lfn_pages;

/* Begins a walk: the call of a list operation, whose arguments are copied. It starts at the page that an argument
 * names, or at the first; without a size it asks for the largest pages. LFN_BAD_INPUT when the operation is no list or
 * an argument is wrong. Nothing is sent yet; the client must outlive the walk. */
LFN_PUBLIC lfn_status lfn_pages_open(lfn_client *client, const lfn_call *call, lfn_pages **out_pages, lfn_error *error);
/* Asks for the next page into `result`. *out_more is false, and nothing is sent, behind the last page: behind one that
 * is empty, shorter than asked for, equal to the one before, or links no next one. A page that failed may be asked for
 * again. */
LFN_PUBLIC lfn_status lfn_pages_next(lfn_pages *pages, bool *out_more, lfn_result *result, lfn_error *error);
/* The two halves of lfn_pages_next, for a walk whose calls go through lfn_calls: the call of the next page, NULL behind
 * the last one; and what its good answer says about the walk, *out_more as above. */
LFN_PUBLIC const lfn_call *lfn_pages_call(lfn_pages *pages);
LFN_PUBLIC lfn_status lfn_pages_take(lfn_pages *pages, const lfn_result *result, bool *out_more, lfn_error *error);
LFN_PUBLIC void lfn_pages_free(lfn_pages *pages);

/* ---- waiting ---- */

/* Makes a reading call again and again until a member of its answer is this string: lfn_client_wait(client, &get,
 * "status", "OK", 60000, …). It rests between two looks, from a quarter of a second up to five, and a look has the time
 * that is left; with a deadline of 0 there is one look, in the time of any call. LFN_DEADLINE when the time is over,
 * with the value that the member has then; any other failure of a call ends the wait with it. What can never be is
 * LFN_BAD_INPUT at once: a member that the answer lacks or that is secret, a word that its choice lacks, unless the
 * call is lax. */
LFN_PUBLIC lfn_status lfn_client_wait(lfn_client *client, const lfn_call *call, lfn_text member, lfn_text value,
                                      int64_t deadline_ms, lfn_result *result, lfn_error *error);
/* For whoever waits on an event loop and looks by lfn_calls: whether such a wait can end, asked before the first look,
 * and how long it rests after a rest of before_ms or, with 0, behind the first look. */
LFN_PUBLIC lfn_status lfn_wait_check(const lfn_call *call, lfn_text member, lfn_text value, int64_t deadline_ms,
                                     lfn_error *error);
LFN_PUBLIC int64_t lfn_wait_rest_ms(int64_t before_ms);

/* ---- configuration ---- */

/* Settings of one profile, read from the environment and a file. Owns its bytes. */
typedef struct lfn_config lfn_config;

/* Reads LEAF_URL, LEAF_TOKEN, LEAF_USERNAME, LEAF_PASSWORD, LEAFNATIVE_CA_FILE … of the environment, and for what is
 * missing the profile of the API in $LEAFNATIVE_CONFIG, or $XDG_CONFIG_HOME/leafnative/config.json, or
 * ~/.config/leafnative/config.json: {"leaf": {"url": …, "token": …, "username": …, "password": …, "tokenCache": …,
 * "caFile": …, "clientCertificate": …, "clientKey": …, "proxy": …}}. `profile` chooses another top-level member than
 * the API's name; absent: the API's name. The variables are those of the API's name in upper case and the member
 * (LEAF_TOKEN_CACHE, LEAF_PROXY, LOSANT_TOKEN …); one that is set to nothing is not set. Token, username and password
 * come from one source: when the environment gives any of them, none is read from the file. A missing file is no error,
 * unless $LEAFNATIVE_CONFIG names it or a profile was asked for. LFN_BAD_INPUT names file and member: an unknown
 * member, a profile that is not there, a file with a secret that others can read. */
LFN_PUBLIC lfn_status lfn_config_read(lfn_api_id api, lfn_text profile, lfn_config **out_config, lfn_error *error);
/* Puts the settings into the options that are still absent; the texts live as long as the configuration. When the
 * options hold a token, username or password, none of these three is put in; a token cache only with a username. */
LFN_PUBLIC void lfn_config_apply(const lfn_config *config, lfn_client_options *options);
/* Where a setting came from: "environment LEAF_TOKEN", the path of the file, or "" when it is not set. `member` is the
 * name in the file. */
LFN_PUBLIC const char *lfn_config_source(const lfn_config *config, const char *member);
/* A setting that is no option of a client but a member of the API's paths, as "applicationId" of LOSANT_APPLICATION_ID:
 * for whoever makes the calls. The absent text when it is not set, or is an option. It lives as long as the
 * configuration. */
LFN_PUBLIC lfn_text lfn_config_setting(const lfn_config *config, const char *member);
LFN_PUBLIC void lfn_config_free(lfn_config *config);

#ifdef __cplusplus
}
#endif
#endif
