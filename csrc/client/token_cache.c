/* A token kept in a file between runs: see token_cache.h. */
#include "client/token_cache.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "client/private_file.h"
#include "client/token.h"

enum { CACHE_MAX = 65536 };

static lfn_text member(const lfn_json *root, const char *name)
{
    return lfn_json_string(lfn_json_get(root, lfn_text_of(name)));
}

/* Sets the token of the document when it fits this client. False when memory is out. */
static bool take(lfn_client *client, const lfn_json *root)
{
    lfn_text token = member(root, "token");
    if (lfn_json_kind_of(root) != LFN_JSON_OBJECT || !lfn_token_valid(token) ||
        !lfn_text_equal_string(member(root, "baseUrl"), client->base_url) ||
        !lfn_text_equal_string(member(root, "username"), client->username))
        return true;
    int64_t now = client->clock->now_us(client->clock->context) / 1000000;
    int64_t expires = lfn_json_integer(lfn_json_get(root, lfn_text_of("expires")), 0);
    if (expires > 0 && expires <= now)
        return true;
    lfn_token *made = lfn_token_of(client, token);
    if (made == NULL)
        return false;
    lfn_token_put_locked(client, made); /* the client is not shared yet */
    return true;
}

static lfn_status refuse(const lfn_client *client, const lfn_file_facts *facts, lfn_error *error)
{
    const char *path = client->token_cache;
    lfn_status status;
    if (facts->failure == ELOOP)
        status = lfn_error_set(error, LFN_STORAGE, "The token cache %s is a symbolic link.", path);
    else if (!facts->ours)
        status = lfn_error_set(error, LFN_STORAGE, "The token cache %s belongs to another user.", path);
    else
        status = lfn_error_set(error, LFN_STORAGE, "Others can use the token cache %s (mode %04o).", path, facts->mode);
    if (facts->failure == 0 && facts->ours)
        lfn_error_hint(error, "Run chmod 600 %s, or delete it.", path);
    else
        lfn_error_hint(error, "Name another file, or delete it; a new one is made with chmod 600.");
    return status;
}

lfn_status lfn_token_cache_read(lfn_client *client, lfn_error *error)
{
    lfn_buffer content;
    lfn_buffer_init(&content, CACHE_MAX);
    lfn_json *root = NULL;
    lfn_file_facts facts;
    lfn_status status = LFN_OK;
    bool whole = lfn_private_read(client->token_cache, false, &content, &facts);
    if (facts.failure == ELOOP || (whole && (!facts.ours || facts.others_read)))
        status = refuse(client, &facts, error);
    else if (facts.failure == ENOMEM)
        status = LFN_NO_MEMORY;
    else if (whole && lfn_json_parse(lfn_buffer_text(&content), &root, NULL) == LFN_NO_MEMORY)
        status = LFN_NO_MEMORY;
    else if (root != NULL && !take(client, root))
        status = LFN_NO_MEMORY;
    if (status == LFN_NO_MEMORY)
        (void)lfn_error_no_memory(error);
    lfn_json_free(root);
    lfn_buffer_free(&content);
    return status;
}

static void write_document(const lfn_client *client, const lfn_token *token, lfn_buffer *out_content)
{
    lfn_text authorization = lfn_secret_reveal(token->authorization);
    size_t scheme = lfn_text_find(authorization, ' ') + 1;
    lfn_json_writer writer = {.buffer = out_content};
    lfn_json_write_begin_object(&writer);
    lfn_json_write_key(&writer, lfn_text_of("baseUrl"));
    lfn_json_write_string(&writer, lfn_text_of(client->base_url));
    lfn_json_write_key(&writer, lfn_text_of("username"));
    lfn_json_write_string(&writer, lfn_text_of(client->username));
    lfn_json_write_key(&writer, lfn_text_of("token"));
    lfn_json_write_string(&writer, lfn_text_slice(authorization, scheme, authorization.size));
    lfn_json_write_key(&writer, lfn_text_of("expires"));
    lfn_json_write_integer(&writer, token->expires_s);
    lfn_json_write_end_object(&writer);
}

void lfn_token_cache_write(const lfn_client *client, const lfn_token *token)
{
    if (client->token_cache == NULL)
        return;
    lfn_buffer content;
    lfn_buffer_init(&content, CACHE_MAX);
    write_document(client, token, &content);
    int failure = content.failed ? ENOMEM : lfn_private_replace(client->token_cache, lfn_buffer_text(&content));
    lfn_buffer_free(&content);
    if (failure != 0)
        lfn_log_line(&client->log, LFN_LOG_WARNING, "the token cache %s could not be written: %s", client->token_cache,
                     strerror(failure));
}
