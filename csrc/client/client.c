/* Opening and freeing a client. */
#include "client/client.h"

#include <stdio.h>
#include <time.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/system.h"
#include "base/text.h"
#include "client/line.h"
#include "client/token.h"
#include "client/token_cache.h"

enum {
    TIMEOUT_MS = 30000,
    CONNECT_TIMEOUT_MS = 5000,
    DEADLINE_MS = 60000,
    ANSWER_MAX_BYTES = 16 * 1024 * 1024,
    ATTEMPTS_MAX = 3,
    ATTEMPTS_CEILING = 5
};

/* ---- the options ---- */

/* A text that must be UTF-8 without NUL or line ends when it is there, and not empty. */
static bool is_line(lfn_text text)
{
    if (text.data == NULL)
        return true;
    if (text.size == 0 || !lfn_text_utf8(text, NULL))
        return false;
    return lfn_text_find(text, '\0') == text.size && lfn_text_find(text, '\r') == text.size &&
           lfn_text_find(text, '\n') == text.size;
}

static lfn_status refuse(lfn_error *error, const char *option, const char *reason)
{
    char where[64] = "/";
    strncat(where, option, sizeof where - 2);
    return lfn_error_set_where(error, LFN_BAD_INPUT, where, "The option %s %s.", option, reason);
}

static lfn_status check_lines(const lfn_client_options *options, lfn_error *error)
{
    const struct {
        const char *name;
        lfn_text value;
    } lines[] = {
        {"base_url", options->base_url},
        {"username", options->username},
        {"token_cache", options->token_cache},
        {"ca_file", options->ca_file},
        {"client_key", options->client_key},
        {"client_certificate", options->client_certificate},
        {"proxy", options->proxy},
        {"user_agent", options->user_agent},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!is_line(lines[i].value))
            return refuse(error, lines[i].name, "must be one line of UTF-8 and not empty");
    return LFN_OK;
}

/* The operation of an API that gives tokens: open to all, its result a token. */
static const lfn_operation *find_login(const lfn_api *api)
{
    for (int i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (operation->group->api == api && operation->access == LFN_ACCESS_OPEN &&
            operation->result == LFN_SCHEMA_TOKEN)
            return operation;
    }
    return NULL;
}

/* An API without a login takes a token and nothing else. */
static lfn_status check_token_only(const lfn_client_options *options, lfn_error *error)
{
    const char *title = lfn_api_get(options->api)->title;
    const char *given = options->username.data != NULL      ? "username"
                        : options->password.data != NULL    ? "password"
                        : options->token_cache.data != NULL ? "token_cache"
                                                            : NULL;
    char reason[80];
    if (given == NULL)
        return LFN_OK;
    (void)snprintf(reason, sizeof reason, "is of no use: %s has no login", title);
    lfn_status status = refuse(error, given, reason);
    lfn_error_hint(error, "Make an access token of %s and give it as the option token.", title);
    return status;
}

static lfn_status refuse_token(lfn_error *error)
{
    lfn_status status = refuse(error, "token", "must be visible ASCII without spaces and not empty");
    lfn_error_hint(error, "Give the token alone: no \"Bearer\" before it, no line end behind it.");
    return status;
}

static lfn_status check_login(const lfn_client_options *options, lfn_error *error)
{
    bool username = options->username.data != NULL;
    bool password = options->password.data != NULL;
    if (options->token.data != NULL && !lfn_token_valid(options->token))
        return refuse_token(error);
    if (password && (options->password.size == 0 || !lfn_text_utf8(options->password, NULL) ||
                     lfn_text_find(options->password, '\0') < options->password.size))
        return refuse(error, "password", "must be UTF-8 without U+0000 and not empty");
    if (username && !password)
        return refuse(error, "password", "is missing: a username needs its password");
    if (password && !username)
        return refuse(error, "username", "is missing: a password needs its username");
    if (options->token_cache.data != NULL && !username)
        return refuse(error, "token_cache", "keeps the token of a username, and there is none");
    return LFN_OK;
}

static lfn_status check_options(const lfn_client_options *options, lfn_error *error)
{
    if (lfn_api_get(options->api) == NULL)
        return refuse(error, "api", "names no API");
    if (options->timeout_ms < 0)
        return refuse(error, "timeout", "must not be negative");
    if (options->connect_timeout_ms < 0)
        return refuse(error, "connect_timeout", "must not be negative");
    if (options->deadline_ms < 0)
        return refuse(error, "deadline", "must not be negative");
    if (options->answer_max_bytes > SIZE_MAX / 4)
        return refuse(error, "answer_max_bytes", "is too large");
    if (options->attempts_max > ATTEMPTS_CEILING)
        return refuse(error, "attempts", "must be at most 5");
    lfn_status status = check_lines(options, error);
    if (status == LFN_OK && find_login(lfn_api_get(options->api)) == NULL)
        status = check_token_only(options, error);
    return status == LFN_OK ? check_login(options, error) : status;
}

/* ---- opening ---- */

static char *copy_or_null(lfn_text text, bool *ok)
{
    if (text.data == NULL)
        return NULL;
    char *copy = lfn_copy(text.data, text.size);
    *ok = *ok && copy != NULL;
    return copy;
}

static bool copy_texts(lfn_client *client, const lfn_client_options *options)
{
    bool ok = true;
    /* A peer in process has no address: a token of it is never taken for one of the live address. */
    lfn_text base_url = lfn_text_of(options->transport != NULL ? "" : client->api->live_url);
    if (options->base_url.data != NULL)
        base_url = options->base_url;
    while (base_url.size > 0 && base_url.data[base_url.size - 1] == '/')
        base_url.size--;
    client->base_url = copy_or_null(base_url, &ok);
    client->username = copy_or_null(options->username, &ok);
    client->token_cache = copy_or_null(options->token_cache, &ok);
    if (ok && options->password.data != NULL) {
        client->password = lfn_secret_make(options->password);
        ok = client->password != NULL;
    }
    if (ok && options->token.data != NULL) {
        lfn_token *token = lfn_token_of(client, options->token);
        ok = token != NULL;
        if (ok)
            lfn_token_put_locked(client, token);
    }
    return ok;
}

static lfn_status open_transport(lfn_client *client, const lfn_client_options *options, lfn_error *error)
{
    if (options->transport != NULL)
        return LFN_OK; /* taken over last, when nothing can fail any more */
    lfn_curl_options curl = {.base_url = lfn_text_of(client->base_url),
                             .ca_file = options->ca_file,
                             .client_certificate = options->client_certificate,
                             .client_key = options->client_key,
                             .proxy = options->proxy,
                             .user_agent = options->user_agent,
                             .general_lane = options->general_lane,
                             .log = options->log};
    return lfn_transport_open_curl(&curl, &client->transport, error);
}

static void set_plain(lfn_client *client, const lfn_client_options *options)
{
    client->api = lfn_api_get(options->api);
    client->login = find_login(client->api);
    client->remember_me = options->remember_me;
    client->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
    client->connect_timeout_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    client->deadline_ms = options->deadline_ms > 0 ? options->deadline_ms : DEADLINE_MS;
    client->snake_case = options->snake_case;
    client->answer_max_bytes = options->answer_max_bytes > 0 ? options->answer_max_bytes : ANSWER_MAX_BYTES;
    client->attempts_max = options->attempts_max > 0 ? options->attempts_max : ATTEMPTS_MAX;
    client->clock = options->clock != NULL ? options->clock : lfn_clock_system();
    client->log = options->log;
    client->events = options->events;
    client->budget = lfn_budget_full();
}

static lfn_status fill(lfn_client *client, const lfn_client_options *options, lfn_error *error)
{
    set_plain(client, options);
    if (!copy_texts(client, options))
        return lfn_error_no_memory(error);
    lfn_status status = LFN_OK;
    if (client->token_cache != NULL && client->token == NULL)
        status = lfn_token_cache_read(client, error);
    return status == LFN_OK ? open_transport(client, options, error) : status;
}

/* A wait for a line lasts as long as it lasts, also when the time of day is set meanwhile. */
static bool make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool made =
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return made;
}

static bool make_lock(lfn_client *client)
{
    if (pthread_mutex_init(&client->lock, NULL) != 0)
        return false;
    if (make_condition(&client->returned))
        return true;
    (void)pthread_mutex_destroy(&client->lock);
    return false;
}

lfn_status lfn_client_open(const lfn_client_options *options, lfn_client **out_client, lfn_error *error)
{
    lfn_status status = check_options(options, error);
    if (status != LFN_OK)
        return status;
    lfn_client *client = lfn_alloc(sizeof *client);
    if (client == NULL)
        return lfn_error_no_memory(error);
    if (!make_lock(client)) {
        lfn_free(client);
        return lfn_error_no_memory(error);
    }
    client->opened_in = lfn_fork_generation();
    client->generation = client->opened_in;
    status = fill(client, options, error);
    if (status != LFN_OK) {
        lfn_client_free(client);
        return status;
    }
    if (options->transport != NULL)
        client->transport = options->transport;
    *out_client = client;
    return LFN_OK;
}

void lfn_client_free(lfn_client *client)
{
    if (client == NULL)
        return;
    /* What was opened before a fork is the other process's: to close its connections would disturb that one. Its
     * threads may hold the lock and wait for a line; they are not here to let go of either. */
    if (client->generation == lfn_fork_generation()) {
        lfn_lines_free(client);
        if (!client->transport_is_left)
            lfn_transport_free(client->transport);
        (void)pthread_cond_destroy(&client->returned);
        (void)pthread_mutex_destroy(&client->lock);
    }
    lfn_token_put_locked(client, NULL);
    lfn_secret_free(client->password);
    lfn_free(client->base_url);
    lfn_free(client->username);
    lfn_free(client->token_cache);
    lfn_free(client);
}

const char *lfn_client_base_url(const lfn_client *client)
{
    return client->base_url;
}

/* ---- after a fork ---- */

void lfn_client_wake(lfn_client *client)
{
    static pthread_mutex_t waking = PTHREAD_MUTEX_INITIALIZER;
    unsigned generation = lfn_fork_generation();
    if (atomic_load_explicit(&client->generation, memory_order_acquire) == generation)
        return;
    (void)pthread_mutex_lock(&waking);
    if (atomic_load_explicit(&client->generation, memory_order_relaxed) != generation) {
        /* Threads of the other process may have held the lock; they are not here to release it. */
        (void)make_lock(client);
        client->idle = NULL;
        client->idle_count = 0;
        client->transport_is_left = client->transport->methods->another != NULL;
        client->lines = client->transport_is_left ? 1 : 0;
        client->logins.ended = client->logins.begun;
        client->logins.status = LFN_CLOSED;
        atomic_store_explicit(&client->generation, generation, memory_order_release);
    }
    (void)pthread_mutex_unlock(&waking);
}
