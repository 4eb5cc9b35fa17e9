/* The client's token: see token.h. */
#include "client/token.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "client/token_cache.h"

static const lfn_text bearer = LFN_TEXT("Bearer ");

enum {
    TOKEN_MAX = 16384,
    MARGIN_S = 60, /* a token is renewed this long before it ends, or a tenth of its life, whichever is shorter */
    MARGIN_PART = 10
};

static int64_t now_s(const lfn_client *client)
{
    return client->clock->now_us(client->clock->context) / 1000000;
}

bool lfn_token_valid(lfn_text token)
{
    if (token.size == 0 || token.size > TOKEN_MAX)
        return false;
    for (size_t i = 0; i < token.size; i++)
        if (token.data[i] <= ' ' || (unsigned char)token.data[i] >= 0x7F)
            return false;
    return true;
}

/* ---- the life of a token ---- */

/* When the token ends and when to renew it, from the payload of a JWT. Nobody's signature is checked: a wrong time only
 * costs a login. False when memory is out; what is no JWT just has no times. */
static bool read_life(const lfn_client *client, lfn_text token, lfn_token *out_life)
{
    lfn_text rest = token;
    lfn_text header;
    lfn_text payload;
    if (!lfn_text_split(&rest, '.', &header) || !lfn_text_split(&rest, '.', &payload))
        return true;
    lfn_buffer clear;
    lfn_buffer_init(&clear, TOKEN_MAX);
    lfn_json *claims = NULL;
    lfn_status status = LFN_PROTOCOL;
    if (lfn_buffer_append_base64url_decoded(&clear, payload))
        status = lfn_json_parse(lfn_buffer_text(&clear), &claims, NULL);
    if (status == LFN_OK) {
        int64_t now = now_s(client);
        int64_t expires = lfn_json_integer(lfn_json_get(claims, lfn_text_of("exp")), 0);
        int64_t issued = lfn_json_integer(lfn_json_get(claims, lfn_text_of("iat")), now);
        if (expires > 0 && issued >= 0 && issued < expires) {
            int64_t margin = (expires - issued) / MARGIN_PART;
            out_life->expires_s = expires;
            out_life->renew_s = expires - (margin < MARGIN_S ? margin : MARGIN_S);
        }
    }
    bool memory = status != LFN_NO_MEMORY && !clear.failed;
    lfn_json_free(claims);
    lfn_buffer_free(&clear);
    return memory;
}

bool lfn_token_set(lfn_client *client, lfn_text token)
{
    lfn_token fresh = {0};
    lfn_buffer value;
    lfn_buffer_init(&value, bearer.size + token.size);
    if (lfn_buffer_append_text(&value, bearer) && lfn_buffer_append_text(&value, token) &&
        read_life(client, token, &fresh))
        fresh.authorization = lfn_secret_make(lfn_buffer_text(&value));
    lfn_buffer_free(&value);
    if (fresh.authorization == NULL)
        return false;
    lfn_secret_free(client->token.authorization);
    client->token = fresh;
    return true;
}

void lfn_token_drop(lfn_client *client)
{
    lfn_secret_free(client->token.authorization);
    client->token = (lfn_token){0};
}

static bool can_log_in(const lfn_client *client)
{
    return client->login != NULL && client->password != NULL;
}

bool lfn_token_can(const lfn_client *client)
{
    return client->token.authorization != NULL || can_log_in(client);
}

/* ---- logging in ---- */

/* The body of the login: the members of its schema. */
static bool write_login(const lfn_client *client, lfn_buffer *out_body)
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

/* Takes the token out of a good answer: the secret member of the login's result. */
static lfn_status take_token(lfn_client *client, const lfn_response *response, lfn_error *error)
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
    else if (!lfn_token_set(client, token))
        status = lfn_error_no_memory(error);
    lfn_json_free(answer);
    if (status == LFN_PROTOCOL)
        error->http_status = response->status;
    return status;
}

/* A clock that is far off must not make every call log in: a token that seems to have ended when it was issued is used
 * until it is refused. */
static void mistrust_clock(lfn_client *client)
{
    if (client->token.renew_s > 0 && client->token.renew_s <= now_s(client)) {
        client->token.expires_s = 0;
        client->token.renew_s = 0;
    }
}

static lfn_status fly_login(lfn_flight *parent, const lfn_call *call, lfn_result *result)
{
    lfn_client *client = parent->client;
    lfn_prepared prepared;
    lfn_status status = lfn_prepare_call(client->api, call, &prepared, &parent->error);
    if (status == LFN_OK) {
        lfn_flight flight;
        lfn_flight_init(&flight, client, call, &prepared, result);
        flight.began_ms = parent->began_ms; /* one deadline and one time line over both */
        flight.deadline_ms = parent->deadline_ms;
        status = lfn_flight_run(&flight);
        parent->error = flight.error;
    }
    lfn_prepared_free(&prepared);
    return status;
}

/* Makes the failure of a login that of the call: its attempts and its answer, and a cure that names the login. */
static void blame_login(lfn_flight *parent, lfn_status status, lfn_result *login)
{
    char reason[sizeof parent->error.message];
    (void)snprintf(reason, sizeof reason, "%s", parent->error.message);
    (void)snprintf(parent->error.message, sizeof parent->error.message, "The login failed: %.*s",
                   (int)sizeof reason - 32, reason);
    if (status == LFN_UNAUTHORIZED)
        lfn_error_hint(&parent->error, "Check username and password.");
    lfn_result_free(parent->result);
    *parent->result = *login;
    lfn_result_init(login, 0);
}

static lfn_status log_in(lfn_flight *parent)
{
    lfn_client *client = parent->client;
    lfn_buffer body;
    lfn_buffer_init(&body, SIZE_MAX / 4);
    lfn_result result;
    lfn_result_init(&result, client->answer_max_bytes);
    lfn_status status = LFN_OK;
    if (!write_login(client, &body)) {
        status = lfn_error_no_memory(&parent->error);
    } else {
        lfn_call call = {.operation = client->login, .body = lfn_buffer_text(&body), .timeout_ms = parent->timeout_ms};
        status = fly_login(parent, &call, &result);
        if (status != LFN_OK)
            blame_login(parent, status, &result);
        else
            status = take_token(client, &result.response, &parent->error);
    }
    lfn_result_free(&result);
    lfn_buffer_free(&body);
    if (status != LFN_OK)
        return status;
    mistrust_clock(client);
    lfn_token_cache_write(client);
    return LFN_OK;
}

/* ---- what a flight asks ---- */

void lfn_token_ensure(lfn_flight *flight)
{
    lfn_client *client = flight->client;
    bool have = client->token.authorization != NULL;
    bool old = client->token.renew_s > 0 && client->token.renew_s <= now_s(client);
    lfn_status status = LFN_OK;
    if (!have && !can_log_in(client)) {
        status = lfn_error_set(&flight->error, LFN_UNAUTHORIZED,
                               client->login != NULL ? "The client has neither a token nor a login."
                                                     : "The client has no token.");
        lfn_error_hint(&flight->error, client->login != NULL
                                           ? "Open the client with a token, or with a username and password."
                                           : "Open the client with a token.");
    } else if (!have || (old && can_log_in(client))) {
        status = log_in(flight);
    }
    if (status == LFN_OK)
        flight->phase = LFN_PHASE_READY;
    else
        lfn_flight_end(flight, status);
}

bool lfn_token_refused(lfn_flight *flight)
{
    lfn_client *client = flight->client;
    if (!can_log_in(client)) {
        lfn_error_hint(&flight->error, client->login != NULL
                                           ? "The token was refused: give a fresh one, or a username and password, "
                                             "with which the client logs in by itself."
                                           : "The token was refused: give a fresh one.");
        return false;
    }
    if (flight->refused) {
        lfn_error_hint(&flight->error, "A token from a fresh login was refused as well: check that the address and the "
                                       "username belong together.");
        return false;
    }
    lfn_log_line(&client->log, LFN_LOG_WARNING, "%s was refused with 401: one new login follows",
                 lfn_method_name(flight->request.method));
    lfn_token_drop(client);
    flight->refused = true;
    return true;
}
