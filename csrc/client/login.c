/* Logging in: see login.h. The order is that of a login: flights wait for it, it goes out, it ends, they go on. */
#include "client/login.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "client/token.h"
#include "client/token_cache.h"

enum {
    LOOK_AGAIN_MS = 5,     /* so soon a flight looks again whether a login on another line has ended */
    PATIENCE_MS = 3000,    /* for a login on another line; a thread that waits for itself would wait for ever */
    REFUSED_REST_MS = 2000 /* after a refusal, before one of many calls tries the same password again */
};

/* A login under way: a call like others, whose answer is the token. */
typedef struct lfn_login {
    lfn_flight flight;
    lfn_prepared prepared;
    lfn_buffer body;
    lfn_result result;
    lfn_flight *first; /* the flight that began it, while that one is there */
    uint64_t number;
} lfn_login;

bool lfn_login_can(const lfn_client *client)
{
    return client->login != NULL && client->password != NULL;
}

/* ---- beginning ---- */

/* The body of the login: the members of its schema. */
static bool write_body(const lfn_client *client, lfn_buffer *out_body)
{
    lfn_json_writer writer = {.buffer = out_body};
    lfn_json_write_begin_object(&writer);
    lfn_json_write_key(&writer, lfn_text_of("username"));
    lfn_json_write_string(&writer, lfn_text_of(client->username));
    lfn_json_write_key(&writer, lfn_text_of("password"));
    lfn_json_write_string(&writer, lfn_secret_reveal(client->password));
    lfn_json_write_key(&writer, lfn_text_of("rememberMe"));
    lfn_json_write_boolean(&writer, client->remember_me);
    lfn_json_write_end_object(&writer);
    return !out_body->failed;
}

static void free_login(lfn_login *login)
{
    lfn_prepared_free(&login->prepared);
    lfn_buffer_free(&login->body);
    lfn_result_free(&login->result);
    lfn_free(login);
}

/* Puts the login on the line of the flight that needs it: one deadline and one time line over both. */
static lfn_status begin(lfn_flight *first)
{
    lfn_client *client = first->client;
    lfn_login *login = lfn_alloc(sizeof *login);
    if (login == NULL)
        return lfn_error_no_memory(&first->error);
    lfn_prepared_init(&login->prepared);
    lfn_buffer_init(&login->body, SIZE_MAX / 4);
    lfn_result_init(&login->result, client->answer_max_bytes);
    if (!write_body(client, &login->body)) {
        free_login(login);
        return lfn_error_no_memory(&first->error);
    }
    lfn_call call = {
        .operation = client->login, .body = lfn_buffer_text(&login->body), .timeout_ms = first->timeout_ms};
    lfn_status status = lfn_prepare_call(client->api, &call, &login->prepared, &first->error);
    if (status != LFN_OK) {
        free_login(login);
        return status;
    }
    lfn_flight_init(&login->flight, first->line, &call, &login->prepared, &login->result);
    login->flight.began_ms = first->began_ms;
    login->flight.deadline_ms = first->deadline_ms;
    login->first = first;
    login->number = first->awaited_login;
    first->line->login = login;
    lfn_line_add(&login->flight);
    return LFN_OK;
}

/* Tells all lines that a login is over. */
static void conclude(const lfn_line *line, uint64_t number, lfn_status status, const lfn_error *error)
{
    lfn_client *client = line->client;
    lfn_logins *logins = &client->logins;
    (void)pthread_mutex_lock(&client->lock);
    if (number > logins->ended) {
        logins->ended = number;
        logins->ended_ms = line->now_ms;
        logins->status = status;
        if (status != LFN_OK)
            logins->error = *error;
    }
    (void)pthread_mutex_unlock(&client->lock);
}

/* Whether a flight begins a login, rather than wait for one that is under way. */
static bool begins_locked(const lfn_flight *flight)
{
    const lfn_line *line = flight->line;
    const lfn_logins *logins = &flight->client->logins;
    return line->login == NULL && (logins->begun == logins->ended || line->now_ms - logins->begun_ms >= PATIENCE_MS);
}

/* The number of the login to wait for, which is that of its line when there is one. */
static uint64_t number_locked(const lfn_line *line, bool begins)
{
    lfn_logins *logins = &line->client->logins;
    if (line->login != NULL)
        return line->login->number;
    if (begins) {
        logins->begun++;
        logins->begun_ms = line->now_ms;
    }
    return logins->begun;
}

/* The login wakes the flights of its line; it ends by the deadline of the one that began it, and each of the others by
 * its own. */
static int64_t wake_ms(const lfn_flight *flight, bool begins)
{
    int64_t look_ms = flight->line->login != NULL ? INT64_MAX : flight->line->now_ms + LOOK_AGAIN_MS;
    if (begins)
        return INT64_MAX;
    return look_ms < flight->deadline_ms ? look_ms : flight->deadline_ms;
}

void lfn_login_await(lfn_flight *flight)
{
    lfn_client *client = flight->client;
    bool in_time = flight->line->now_ms < flight->deadline_ms;
    bool begins = in_time && begins_locked(flight);
    if (in_time)
        flight->awaited_login = number_locked(flight->line, begins);
    (void)pthread_mutex_unlock(&client->lock);
    if (!in_time) {
        lfn_flight_end(flight, lfn_error_set(&flight->error, LFN_DEADLINE, "The deadline passed during the login."));
        return;
    }
    flight->phase = LFN_PHASE_WAITING;
    flight->wake_ms = wake_ms(flight, begins);
    lfn_status status = begins ? begin(flight) : LFN_OK;
    if (status != LFN_OK) {
        conclude(flight->line, flight->awaited_login, status, &flight->error);
        lfn_flight_end(flight, status);
    }
}

/* ---- the end ---- */

/* Many calls that follow one another would each try a password that is wrong, until the account is locked. */
static bool was_just_refused(const lfn_flight *flight, const lfn_logins *logins)
{
    return flight->owner != NULL && logins->status == LFN_UNAUTHORIZED &&
           flight->line->now_ms - logins->ended_ms < REFUSED_REST_MS;
}

lfn_status lfn_login_failure_locked(lfn_flight *flight)
{
    const lfn_logins *logins = &flight->client->logins;
    bool awaited = flight->awaited_login > 0 && flight->awaited_login == logins->ended && logins->status != LFN_OK;
    bool shared = awaited || was_just_refused(flight, logins);
    /* One that ran out of the time of another call, or was let go of with it, says nothing about the next. */
    if (!shared || logins->status == LFN_DEADLINE || logins->status == LFN_CLOSED)
        return LFN_OK;
    flight->error = logins->error;
    return logins->status;
}

/* Takes the token out of a good answer: the secret member of the login's result. */
static lfn_status take_token(const lfn_client *client, const lfn_response *response, lfn_token **out_token,
                             lfn_error *error)
{
    lfn_json *answer = NULL;
    lfn_status status = lfn_json_parse(lfn_buffer_text(&response->body), &answer, error);
    if (status != LFN_OK)
        return status;
    const lfn_schema *schema = lfn_operation_result(client->login, NULL);
    lfn_text token = {NULL, 0};
    for (size_t i = 0; i < lfn_schema_count(schema); i++)
        if ((lfn_schema_at(schema, i)->marks & LFN_SECRET) != 0)
            token = lfn_json_string(lfn_json_get(answer, lfn_text_of(lfn_schema_at(schema, i)->name)));
    if (!lfn_token_valid(token))
        status = lfn_error_set(error, LFN_PROTOCOL, "The answer of the login holds no token.");
    else if ((*out_token = lfn_token_of(client, token)) == NULL)
        status = lfn_error_no_memory(error);
    lfn_json_free(answer);
    if (status == LFN_PROTOCOL)
        error->http_status = response->status;
    return status;
}

/* A clock that is far off must not make every call log in: a token that seems to have ended when it was issued is used
 * until it is refused. */
static void mistrust_clock(const lfn_client *client, lfn_token *token)
{
    if (token->renew_s > 0 && token->renew_s <= client->clock->now_us(client->clock->context) / 1000000) {
        token->expires_s = 0;
        token->renew_s = 0;
    }
}

static void keep(lfn_client *client, lfn_token *token)
{
    mistrust_clock(client, token);
    lfn_token_cache_write(client, token);
    (void)pthread_mutex_lock(&client->lock);
    lfn_token_put_locked(client, token);
    (void)pthread_mutex_unlock(&client->lock);
}

/* Makes the failure of a login that of a call, with a cure that names the login. */
static void name_login(lfn_error *error, lfn_status status)
{
    char reason[sizeof error->message];
    (void)snprintf(reason, sizeof reason, "%s", error->message);
    (void)snprintf(error->message, sizeof error->message, "The login failed: %.*s", (int)sizeof reason - 32, reason);
    if (status == LFN_UNAUTHORIZED)
        lfn_error_hint(error, "Check username and password.");
}

/* The call that began the login fails with it: the login's attempts and its answer are its own. */
static void fail_first(lfn_login *login, lfn_status status)
{
    lfn_flight *first = login->first;
    if (first == NULL)
        return;
    first->error = login->flight.error;
    lfn_result_free(first->result);
    *first->result = login->result;
    lfn_result_init(&login->result, 0);
    first->wake_ms = first->line->now_ms;
    lfn_flight_end(first, status);
}

/* Lets the flights of the line that wait for the login go on. */
static void wake_all(lfn_line *line, uint64_t number)
{
    for (lfn_flight *flight = line->flights; flight != NULL; flight = flight->next) {
        if (flight->awaited_login != number)
            continue;
        if (flight->phase == LFN_PHASE_WAITING)
            flight->phase = LFN_PHASE_TOKEN;
        if (flight->phase == LFN_PHASE_TOKEN || flight->phase == LFN_PHASE_ENDED || flight->phase == LFN_PHASE_TOLD)
            lfn_line_hasten(flight);
    }
}

bool lfn_login_takes(lfn_line *line, lfn_flight *flight)
{
    lfn_login *login = line->login;
    if (login == NULL || &login->flight != flight)
        return false;
    lfn_client *client = line->client;
    lfn_token *token = NULL;
    lfn_status status = flight->status;
    if (status == LFN_OK)
        status = take_token(client, &login->result.response, &token, &flight->error);
    else
        name_login(&flight->error, status);
    if (status == LFN_OK)
        keep(client, token);
    else
        fail_first(login, status);
    line->login = NULL;
    conclude(line, login->number, status, &flight->error);
    wake_all(line, login->number);
    free_login(login);
    return true;
}

void lfn_login_forget(lfn_line *line, lfn_flight *flight)
{
    lfn_login *login = line->login;
    if (login == NULL)
        return;
    if (login->first == flight)
        login->first = NULL;
    if (&login->flight != flight)
        return;
    lfn_error error;
    line->login = NULL;
    conclude(line, login->number, lfn_error_set(&error, LFN_CLOSED, "The login was let go of."), &error);
    free_login(login);
}
