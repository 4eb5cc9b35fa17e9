/* What a peer says may quote what was sent to it: see echo.h and leafnative/client.h. */
#include "client/echo.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/token.h"
#include "codec/words.h"
#include "leafnative/json.h"

enum {
    SECRETS_MAX = 16,
    SHORTEST = 4 /* a shorter secret is in too many words */
};

/* A secret as an error shows it: what is no printable line, as a key of many lines, stands there changed. */
typedef char shown[sizeof((lfn_error *)NULL)->message];

typedef struct secrets {
    lfn_text text[SECRETS_MAX];
    size_t count;
    bool has_more; /* than there is room for */
    shown lines[SECRETS_MAX];
    size_t line_count;
} secrets;

static void add(secrets *found, lfn_text text)
{
    if (text.size < SHORTEST)
        return;
    if (found->count < SECRETS_MAX)
        found->text[found->count++] = text;
    else
        found->has_more = true;
}

static void add_both(secrets *found, lfn_text text)
{
    add(found, text);
    if (text.size < SHORTEST || found->has_more)
        return;
    char *line = found->lines[found->line_count];
    line[0] = '\0';
    lfn_words_append(line, sizeof(shown), text);
    if (lfn_text_equal_string(text, line))
        return;
    found->line_count++;
    add(found, lfn_text_of(line));
}

/* Finds the values of members that are secret in any schema: the body may be one that the tables lack. */
static void find(const lfn_json *node, secrets *found)
{
    for (const lfn_json *child = lfn_json_first(node); child != NULL; child = lfn_json_next(child)) {
        if (lfn_name_secret(lfn_json_name(child)))
            add_both(found, lfn_json_string(child));
        find(child, found);
    }
}

static void add_token(lfn_text authorization, secrets *found)
{
    add(found, lfn_text_slice(authorization, lfn_text_find(authorization, ' ') + 1, authorization.size));
}

/* Reads what was sent as the body of a request; *out_body may be NULL, and is freed by the caller. False when memory is
 * out or more is secret in it than there is room for: then nothing that quotes it can be shown. */
static bool add_sent(lfn_text sent, secrets *found, lfn_json **out_body)
{
    if (sent.data == NULL)
        return true;
    if (lfn_json_parse(sent, out_body, NULL) == LFN_NO_MEMORY)
        return false;
    if (*out_body != NULL)
        find(*out_body, found);
    return !found->has_more;
}

/* Masks a text in its place; false when memory is out. */
static bool mask(char *text, size_t size, const secrets *found)
{
    lfn_buffer masked;
    lfn_buffer_init(&masked, size * sizeof LFN_MASK);
    bool ok = lfn_redact_body(lfn_text_of(text), found->text, found->count, &masked);
    if (ok)
        (void)snprintf(text, size, "%s", lfn_buffer_text(&masked).data);
    lfn_buffer_free(&masked);
    return ok;
}

void lfn_echo_hide(const lfn_request *request, lfn_error *error)
{
    secrets found = {.count = 0};
    lfn_json *body = NULL;
    add_token(request->authorization, &found);
    if (!add_sent(request->body, &found, &body) || !mask(error->message, sizeof error->message, &found) ||
        !mask(error->where, sizeof error->where, &found) || !mask(error->key, sizeof error->key, &found)) {
        error->where[0] = '\0';
        error->key[0] = '\0';
        (void)snprintf(error->message, sizeof error->message, "The answer was HTTP %d.", error->http_status);
    }
    lfn_json_free(body);
    lfn_wipe(&found, sizeof found);
}

void lfn_client_mask(lfn_client *client, lfn_text sent, lfn_buffer *text)
{
    secrets found = {.count = 0};
    lfn_json *body = NULL;
    lfn_buffer masked;
    lfn_buffer_init(&masked, text->ceiling <= SIZE_MAX / 8 ? text->ceiling * sizeof LFN_MASK : text->ceiling);
    lfn_client_wake(client);
    lfn_token *token = lfn_token_hold(client);
    if (token != NULL)
        add_token(lfn_secret_reveal(token->authorization), &found);
    if (client->password != NULL)
        add(&found, lfn_secret_reveal(client->password));
    bool known =
        add_sent(sent, &found, &body) && lfn_redact_body(lfn_buffer_text(text), found.text, found.count, &masked);
    lfn_token_release(client, token);
    lfn_json_free(body);
    lfn_buffer_free(text);
    if (!known)
        lfn_buffer_free(&masked);
    *text = masked;
    lfn_wipe(&found, sizeof found);
}
