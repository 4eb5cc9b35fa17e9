/* The client's token: see token.h. */
#include "client/token.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "client/config.h"
#include "client/login.h"

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

lfn_token *lfn_token_of(const lfn_client *client, lfn_text token)
{
    lfn_token *made = lfn_alloc(sizeof *made);
    if (made == NULL)
        return NULL;
    lfn_buffer value;
    lfn_buffer_init(&value, bearer.size + token.size);
    if (lfn_buffer_append_text(&value, bearer) && lfn_buffer_append_text(&value, token) &&
        read_life(client, token, made))
        made->authorization = lfn_secret_make(lfn_buffer_text(&value));
    lfn_buffer_free(&value);
    if (made->authorization != NULL)
        return made;
    lfn_free(made);
    return NULL;
}

static void let_go(lfn_token *token)
{
    if (token == NULL || --token->holders > 0)
        return;
    lfn_secret_free(token->authorization);
    lfn_free(token);
}

void lfn_token_put_locked(lfn_client *client, lfn_token *token)
{
    if (token != NULL)
        token->holders++;
    let_go(client->token);
    client->token = token;
}

lfn_token *lfn_token_hold(lfn_client *client)
{
    (void)pthread_mutex_lock(&client->lock);
    lfn_token *token = client->token;
    if (token != NULL)
        token->holders++;
    (void)pthread_mutex_unlock(&client->lock);
    return token;
}

void lfn_token_release(lfn_client *client, lfn_token *token)
{
    if (token == NULL)
        return;
    (void)pthread_mutex_lock(&client->lock);
    let_go(token);
    (void)pthread_mutex_unlock(&client->lock);
}

bool lfn_token_can(lfn_client *client)
{
    if (lfn_login_can(client))
        return true;
    (void)pthread_mutex_lock(&client->lock);
    bool have = client->token != NULL;
    (void)pthread_mutex_unlock(&client->lock);
    return have;
}

/* ---- what a flight asks ---- */

/* The request borrows the text of the token that the flight holds. */
static void hold_locked(lfn_flight *flight)
{
    lfn_token *token = flight->client->token;
    if (flight->token != token) {
        let_go(flight->token);
        token->holders++;
        flight->token = token;
    }
    flight->phase = LFN_PHASE_READY;
}

void lfn_token_give_back(lfn_flight *flight)
{
    flight->request->authorization = lfn_text_make(NULL, 0);
    lfn_token_release(flight->client, flight->token);
    flight->token = NULL;
}

static lfn_status refuse_without(lfn_flight *flight)
{
    bool login = flight->client->login != NULL;
    char variable[LFN_VARIABLE_SIZE];
    lfn_config_name_variable(flight->client->api->name, "TOKEN", variable);
    lfn_status status =
        lfn_error_set(&flight->error, LFN_UNAUTHORIZED,
                      login ? "The client has neither a token nor a login." : "The client has no token.");
    lfn_error_hint(&flight->error, "Give a token%s: as %s, in the environment (%s%s) or in the configuration file.",
                   login ? ", or a username and password" : "", login ? "options" : "an option", variable,
                   login ? " …" : "");
    return status;
}

void lfn_token_ensure(lfn_flight *flight)
{
    lfn_client *client = flight->client;
    bool can_log_in = lfn_login_can(client);
    lfn_status status = LFN_OK;
    (void)pthread_mutex_lock(&client->lock);
    const lfn_token *token = client->token;
    bool old = token != NULL && token->renew_s > 0 && token->renew_s <= now_s(client);
    if (token != NULL && !(old && can_log_in))
        hold_locked(flight);
    else if (!can_log_in)
        status = refuse_without(flight);
    else
        status = lfn_login_failure_locked(flight);
    if (status == LFN_OK && flight->phase == LFN_PHASE_TOKEN) {
        lfn_login_await(flight);
        return;
    }
    (void)pthread_mutex_unlock(&client->lock);
    if (status != LFN_OK)
        lfn_flight_end(flight, status);
}

static bool refuse(lfn_flight *flight, const char *cure)
{
    lfn_error_hint(&flight->error, "%s", cure);
    return false;
}

bool lfn_token_refused(lfn_flight *flight)
{
    lfn_client *client = flight->client;
    (void)pthread_mutex_lock(&client->lock);
    bool is_newest = client->token == flight->token;
    if (is_newest && lfn_login_can(client) && !flight->refused)
        lfn_token_put_locked(client, NULL);
    (void)pthread_mutex_unlock(&client->lock);
    if (is_newest && !lfn_login_can(client))
        return refuse(flight, client->login != NULL
                                  ? "The token was refused: give a fresh one, or a username and password, with which "
                                    "the client logs in by itself."
                                  : "The token was refused: give a fresh one.");
    if (flight->refused)
        return refuse(flight, "A token from a fresh login was refused as well: check that the address and the username "
                              "belong together.");
    lfn_log_line(&client->log, LFN_LOG_WARNING, "%s was refused with 401: another token follows",
                 lfn_method_name(flight->request->method));
    flight->refused = true;
    return true;
}
