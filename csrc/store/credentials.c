/* Credentials of providers, what providers answer, and sign-ins under way. */
#include "store/query.h"

#define COLUMNS "id, user_id, owner, provider, shown, hidden"

/* A provider of a row. A file written by a library with more providers cannot be read by this one. */
static lfn_status provider_of(const lfn_store *store, lfn_text name, const lfn_provider **out_provider,
                              lfn_error *error)
{
    *out_provider = lfn_provider_find(name);
    return *out_provider != NULL ? LFN_OK : lfn_store_failure(store, SQLITE_CORRUPT, error);
}

static lfn_status credential_of(const lfn_store *store, const lfn_row *row, lfn_credential *out_credential,
                                lfn_error *error)
{
    lfn_credential credential = {.id = row->texts[0],
                                 .user_id = row->texts[1],
                                 .owner = row->numbers[2],
                                 .shown = row->texts[4],
                                 .hidden = row->texts[5]};
    lfn_status status = provider_of(store, row->texts[3], &credential.provider, error);
    if (status == LFN_OK)
        *out_credential = credential;
    return status;
}

/* The number under which the credential of a user and a provider is put, so that one look-up finds it by its number and
 * not two by an index: 40 bits of the FNV-1a hash of both, since SQLite reads small numbers faster. It is a hint: where
 * another credential has the number, or where one was attached to another user since, the index finds it. */
static int64_t number_of(lfn_text user_id, const lfn_provider *provider)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    const lfn_text parts[] = {user_id, lfn_text_of(provider->attribute)};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t k = 0; k < parts[i].size; k++)
            hash = (hash ^ (unsigned char)parts[i].data[k]) * UINT64_C(1099511628211);
    return (int64_t)(hash >> 24);
}

lfn_status lfn_store_add_credential(lfn_store *store, const lfn_credential *credential, lfn_error *error)
{
    /* Places are bound in the order in which they first stand here. */
    static const char sql[] =
        "INSERT INTO credentials (number, " COLUMNS ") SELECT CASE WHEN"
        " EXISTS (SELECT 1 FROM credentials WHERE number = $1) THEN (SELECT MAX(number) + 1 FROM credentials)"
        " ELSE $1 END, $2, $3, $4, $5, $6, $7";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, number_of(credential->user_id, credential->provider));
    lfn_query_text(&query, credential->id);
    lfn_query_text(&query, credential->user_id);
    lfn_query_number(&query, credential->owner);
    lfn_query_text(&query, lfn_text_of(credential->provider->attribute));
    lfn_query_bytes(&query, credential->shown);
    lfn_query_bytes(&query, credential->hidden);
    return lfn_query_run(&query, NULL, error);
}

static lfn_status find_credential(lfn_query *query, lfn_credential *out_credential, lfn_error *error)
{
    lfn_row row;
    lfn_status status = lfn_query_find(query, &row, error);
    return status == LFN_OK ? credential_of(query->store, &row, out_credential, error) : status;
}

/* What is asked by is not read again: texts are what a row costs most. */
#define FOUND_COLUMNS "id, owner, shown"

static lfn_status find_by_number(lfn_store *store, lfn_text user_id, const lfn_provider *provider, lfn_row *out_row,
                                 lfn_error *error)
{
    static const char sql[] =
        "SELECT " FOUND_COLUMNS " FROM credentials WHERE number = $1 AND user_id = $2 AND provider = $3";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, number_of(user_id, provider));
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, lfn_text_of(provider->attribute));
    return lfn_query_find(&query, out_row, error);
}

static lfn_status find_by_index(lfn_store *store, lfn_text user_id, const lfn_provider *provider, lfn_row *out_row,
                                lfn_error *error)
{
    static const char sql[] = "SELECT " FOUND_COLUMNS " FROM credentials WHERE user_id = $1 AND provider = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, lfn_text_of(provider->attribute));
    return lfn_query_find(&query, out_row, error);
}

lfn_status lfn_store_find_credential(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                     lfn_credential *out_credential, lfn_error *error)
{
    lfn_row row;
    lfn_status status = find_by_number(store, user_id, provider, &row, error);
    if (status == LFN_NOT_FOUND)
        status = find_by_index(store, user_id, provider, &row, error);
    if (status == LFN_OK)
        *out_credential = (lfn_credential){.id = row.texts[0],
                                           .user_id = user_id,
                                           .owner = row.numbers[1],
                                           .provider = provider,
                                           .shown = row.texts[2]};
    return status;
}

lfn_status lfn_store_find_credential_id(lfn_store *store, int64_t owner, lfn_text id, lfn_credential *out_credential,
                                        lfn_error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM credentials WHERE id = $1 AND owner = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    lfn_query_number(&query, owner);
    return find_credential(&query, out_credential, error);
}

lfn_status lfn_store_change_credential(lfn_store *store, lfn_text id, lfn_text shown, lfn_text hidden, lfn_error *error)
{
    static const char sql[] = "UPDATE credentials SET shown = $1, hidden = $2 WHERE id = $3";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_bytes(&query, shown);
    lfn_query_bytes(&query, hidden);
    lfn_query_text(&query, id);
    return lfn_query_change(&query, error);
}

static lfn_status delete_events_of(lfn_store *store, lfn_text credential_id, lfn_error *error)
{
    static const char sql[] = "DELETE FROM events WHERE credential_id = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, credential_id);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_attach_credential(lfn_store *store, lfn_text id, lfn_text user_id, lfn_error *error)
{
    static const char sql[] = "UPDATE credentials SET user_id = $1 WHERE id = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, id);
    lfn_status status = lfn_query_change(&query, error);
    return status == LFN_OK && user_id.data == NULL ? delete_events_of(store, id, error) : status;
}

lfn_status lfn_store_delete_credential(lfn_store *store, lfn_text id, lfn_error *error)
{
    static const char sql[] = "DELETE FROM credentials WHERE id = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return lfn_query_change(&query, error);
}

typedef struct credential_walk {
    const lfn_store *store;
    lfn_text user_id;
    lfn_credential_visitor visit;
    void *context;
    lfn_error *error;
} credential_walk;

static lfn_status visit_credential(void *context, const lfn_row *row)
{
    const credential_walk *walk = context;
    lfn_credential credential;
    lfn_status status = credential_of(walk->store, row, &credential, walk->error);
    return status == LFN_OK ? walk->visit(walk->context, &credential) : status;
}

/* What is hidden is not read: nobody who lists them shows it. */
static lfn_status visit_shown(void *context, const lfn_row *row)
{
    const credential_walk *walk = context;
    lfn_credential credential = {
        .id = row->texts[0], .user_id = walk->user_id, .owner = row->numbers[1], .shown = row->texts[2]};
    lfn_status status = provider_of(walk->store, row->texts[3], &credential.provider, walk->error);
    return status == LFN_OK ? walk->visit(walk->context, &credential) : status;
}

lfn_status lfn_store_list_credentials(lfn_store *store, lfn_text user_id, lfn_credential_visitor visit, void *context,
                                      lfn_error *error)
{
    static const char sql[] =
        "SELECT " FOUND_COLUMNS ", provider FROM credentials WHERE user_id = $1 ORDER BY provider";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    credential_walk walk = {store, user_id, visit, context, error};
    return lfn_query_walk(&query, visit_shown, &walk, error);
}

lfn_status lfn_store_walk_credentials(lfn_store *store, lfn_text after_id, int64_t limit, lfn_credential_visitor visit,
                                      void *context, lfn_error *error)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM credentials WHERE id > $1 AND user_id IS NOT NULL ORDER BY id LIMIT $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, after_id.data != NULL ? after_id : lfn_text_of(""));
    lfn_query_number(&query, limit);
    credential_walk walk = {.store = store, .visit = visit, .context = context, .error = error};
    return lfn_query_walk(&query, visit_credential, &walk, error);
}

/* ---- what providers answer ---- */

static lfn_status delete_answer(lfn_store *store, lfn_text user_id, const lfn_provider *provider, lfn_error *error)
{
    static const char sql[] = "DELETE FROM answers WHERE user_id = $1 AND provider = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, lfn_text_of(provider->attribute));
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_set_answer(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                const lfn_stored_answer *answer, lfn_error *error)
{
    static const char sql[] = "INSERT INTO answers (user_id, provider, http_status, headers, body)"
                              " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, provider) DO UPDATE SET"
                              " http_status = excluded.http_status, headers = excluded.headers, body = excluded.body";
    if (answer == NULL)
        return delete_answer(store, user_id, provider, error);
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, lfn_text_of(provider->attribute));
    lfn_query_number(&query, answer->http_status);
    lfn_query_bytes(&query, answer->headers);
    lfn_query_bytes(&query, answer->body);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_answer(lfn_store *store, lfn_text user_id, const lfn_provider *provider,
                                 lfn_stored_answer *out_answer, lfn_error *error)
{
    static const char sql[] = "SELECT http_status, headers, body FROM answers WHERE user_id = $1 AND provider = $2";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user_id);
    lfn_query_text(&query, lfn_text_of(provider->attribute));
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_answer = (lfn_stored_answer){(int)row.numbers[0], row.texts[1], row.texts[2]};
    return status;
}

/* ---- sign-ins under way ---- */

lfn_status lfn_store_put_sign_in(lfn_store *store, const lfn_sign_in *sign_in, lfn_error *error)
{
    static const char sql[] =
        "INSERT INTO sign_ins (state_hash, user_id, provider, created_us, given) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (user_id, provider) DO UPDATE SET state_hash = excluded.state_hash,"
        " created_us = excluded.created_us, given = excluded.given";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, sign_in->state_hash);
    lfn_query_text(&query, sign_in->user_id);
    lfn_query_text(&query, lfn_text_of(sign_in->provider->attribute));
    lfn_query_number(&query, sign_in->created_us);
    lfn_query_bytes(&query, sign_in->given);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_sign_in(lfn_store *store, lfn_text state_hash, lfn_sign_in *out_sign_in, lfn_error *error)
{
    static const char sql[] =
        "SELECT state_hash, user_id, provider, created_us, given FROM sign_ins WHERE state_hash = $1";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, state_hash);
    lfn_status status = lfn_query_find(&query, &row, error);
    const lfn_provider *provider = NULL;
    if (status == LFN_OK)
        status = provider_of(store, row.texts[2], &provider, error);
    if (status == LFN_OK)
        *out_sign_in = (lfn_sign_in){row.texts[0], row.texts[1], provider, row.numbers[3], row.texts[4]};
    return status;
}

lfn_status lfn_store_delete_sign_in(lfn_store *store, lfn_text state_hash, lfn_error *error)
{
    static const char sql[] = "DELETE FROM sign_ins WHERE state_hash = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, state_hash);
    return lfn_query_change(&query, error);
}
