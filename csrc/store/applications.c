/* Applications, access tokens, service credentials, and what uses a credential by its name. */
#include "store/applications.h"

#include "store/query.h"

/* ---- applications and access tokens ---- */

lfn_status lfn_store_add_application(lfn_store *store, lfn_text id, lfn_error *error)
{
    static const char sql[] = "INSERT INTO applications (id) VALUES ($1)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_application(lfn_store *store, lfn_text id, lfn_error *error)
{
    static const char sql[] = "SELECT id FROM applications WHERE id = $1";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return lfn_query_find(&query, &row, error);
}

lfn_status lfn_store_add_access_token(lfn_store *store, const lfn_access_token *token, lfn_error *error)
{
    static const char sql[] = "INSERT INTO access_tokens (hash, id, application_id, scopes, expires_us)"
                              " VALUES ($1, $2, $3, $4, $5)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, token->hash);
    lfn_query_text(&query, token->id);
    lfn_query_text(&query, token->application_id);
    lfn_query_text(&query, token->scopes);
    lfn_query_number(&query, token->expires_us);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_access_token(lfn_store *store, lfn_text hash, lfn_access_token *out_token, lfn_error *error)
{
    static const char sql[] = "SELECT hash, id, application_id, scopes, expires_us FROM access_tokens WHERE hash = $1";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, hash);
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_token = (lfn_access_token){row.texts[0], row.texts[1], row.texts[2], row.texts[3], row.numbers[4]};
    return status;
}

/* ---- service credentials ---- */

#define COLUMNS                                                                                                        \
    "id, application_id, name, description, enabled, type, shown, hidden, created_us, updated_us, created_by_id,"      \
    " created_by_type, updated_by_id, updated_by_type"

static lfn_service_credential credential_of(const lfn_row *row)
{
    lfn_service_credential credential = {.id = row->texts[0],
                                         .application_id = row->texts[1],
                                         .name = row->texts[2],
                                         .description = row->texts[3],
                                         .enabled = row->numbers[4] != 0,
                                         .type = row->texts[5],
                                         .shown = row->texts[6],
                                         .hidden = row->texts[7],
                                         .created_us = row->numbers[8],
                                         .updated_us = row->numbers[9],
                                         .created_by_id = row->texts[10],
                                         .created_by_type = row->texts[11],
                                         .updated_by_id = row->texts[12],
                                         .updated_by_type = row->texts[13]};
    return credential;
}

lfn_status lfn_store_add_service_credential(lfn_store *store, const lfn_service_credential *credential,
                                            lfn_error *error)
{
    static const char sql[] = "INSERT INTO service_credentials (" COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, credential->id);
    lfn_query_text(&query, credential->application_id);
    lfn_query_text(&query, credential->name);
    lfn_query_text(&query, credential->description);
    lfn_query_number(&query, credential->enabled);
    lfn_query_text(&query, credential->type);
    lfn_query_text(&query, credential->shown);
    lfn_query_bytes(&query, credential->hidden);
    lfn_query_number(&query, credential->created_us);
    lfn_query_number(&query, credential->updated_us);
    lfn_query_text(&query, credential->created_by_id);
    lfn_query_text(&query, credential->created_by_type);
    lfn_query_text(&query, credential->updated_by_id);
    lfn_query_text(&query, credential->updated_by_type);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_service_credential(lfn_store *store, lfn_text application_id, lfn_text id,
                                             lfn_service_credential *out_credential, lfn_error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM service_credentials WHERE id = $1 AND application_id = $2";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    lfn_query_text(&query, application_id);
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_credential = credential_of(&row);
    return status;
}

lfn_status lfn_store_change_service_credential(lfn_store *store, const lfn_service_credential *credential,
                                               lfn_error *error)
{
    static const char sql[] = "UPDATE service_credentials SET name = $1, description = $2, enabled = $3, shown = $4,"
                              " hidden = $5, updated_us = $6, updated_by_id = $7, updated_by_type = $8 WHERE id = $9";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, credential->name);
    lfn_query_text(&query, credential->description);
    lfn_query_number(&query, credential->enabled);
    lfn_query_text(&query, credential->shown);
    lfn_query_bytes(&query, credential->hidden);
    lfn_query_number(&query, credential->updated_us);
    lfn_query_text(&query, credential->updated_by_id);
    lfn_query_text(&query, credential->updated_by_type);
    lfn_query_text(&query, credential->id);
    return lfn_query_change(&query, error);
}

lfn_status lfn_store_delete_service_credential(lfn_store *store, lfn_text id, lfn_error *error)
{
    static const char sql[] = "DELETE FROM service_credentials WHERE id = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return lfn_query_change(&query, error);
}

/* ---- lists of service credentials ---- */

static const char *const sort_columns[LFN_SORT_FIELD_WORD_COUNT] = {[LFN_SORT_FIELD_NAME] = "name",
                                                                    [LFN_SORT_FIELD_TYPE] = "type",
                                                                    [LFN_SORT_FIELD_CREATION_DATE] = "created_us",
                                                                    [LFN_SORT_FIELD_LAST_UPDATED] = "updated_us"};
static const char *const filter_columns[LFN_FILTER_FIELD_WORD_COUNT] = {
    [LFN_FILTER_FIELD_NAME] = "name", [LFN_FILTER_FIELD_TYPE] = "type"};
enum { SQL_CEILING = 1024 };

static bool is_filtered(const lfn_service_credential_query *query)
{
    return query->filter_field >= 0 && query->filter.data != NULL;
}

/* The filter as a pattern of GLOB, which compares exactly: its other special characters stand for themselves in
 * brackets. */
static bool append_pattern(lfn_text filter, lfn_buffer *pattern)
{
    for (size_t i = 0; i < filter.size; i++) {
        bool special = filter.data[i] == '?' || filter.data[i] == '[';
        (void)lfn_buffer_append_string(pattern, special ? "[" : "");
        (void)lfn_buffer_append(pattern, &filter.data[i], 1);
        (void)lfn_buffer_append_string(pattern, special ? "]" : "");
    }
    return !pattern->failed;
}

static void append_filter(lfn_buffer *sql, const lfn_service_credential_query *query)
{
    (void)lfn_buffer_append_string(sql, " FROM service_credentials WHERE application_id = $1");
    if (is_filtered(query))
        (void)lfn_buffer_format(sql, " AND %s GLOB $2", filter_columns[query->filter_field]);
}

static void start_list(lfn_query *statement, lfn_store *store, const lfn_buffer *sql,
                       const lfn_service_credential_query *query, lfn_text pattern, lfn_error *error)
{
    lfn_query_start_once(statement, store, sql, error);
    lfn_query_text(statement, query->application_id);
    if (is_filtered(query))
        lfn_query_text(statement, pattern);
}

static lfn_status count_credentials(lfn_store *store, const lfn_service_credential_query *query, lfn_text pattern,
                                    int64_t *out_total, lfn_error *error)
{
    lfn_buffer sql;
    lfn_query statement;
    lfn_row row;
    lfn_buffer_init(&sql, SQL_CEILING);
    (void)lfn_buffer_append_string(&sql, "SELECT COUNT(*)");
    append_filter(&sql, query);
    start_list(&statement, store, &sql, query, pattern, error);
    lfn_status status = lfn_query_find(&statement, &row, error);
    if (status == LFN_OK)
        *out_total = row.numbers[0];
    lfn_buffer_free(&sql);
    return status;
}

typedef struct credential_walk {
    lfn_service_credential_visitor visit;
    void *context;
} credential_walk;

static lfn_status visit_credential(void *context, const lfn_row *row)
{
    const credential_walk *walk = context;
    lfn_service_credential credential = credential_of(row);
    return walk->visit(walk->context, &credential);
}

static lfn_status walk_credentials(lfn_store *store, const lfn_service_credential_query *query, lfn_text pattern,
                                   credential_walk *walk, lfn_error *error)
{
    lfn_buffer sql;
    lfn_query statement;
    const char *direction = query->descending ? "DESC" : "ASC";
    int place = is_filtered(query) ? 2 : 1;
    lfn_buffer_init(&sql, SQL_CEILING);
    (void)lfn_buffer_append_string(&sql, "SELECT " COLUMNS);
    append_filter(&sql, query);
    (void)lfn_buffer_format(&sql, " ORDER BY %s %s, number %s LIMIT $%d OFFSET $%d", sort_columns[query->sort_field],
                            direction, direction, place + 1, place + 2);
    start_list(&statement, store, &sql, query, pattern, error);
    lfn_query_number(&statement, query->limit);
    lfn_query_number(&statement, query->offset);
    lfn_status status = lfn_query_walk(&statement, visit_credential, walk, error);
    lfn_buffer_free(&sql);
    return status;
}

lfn_status lfn_store_list_service_credentials(lfn_store *store, const lfn_service_credential_query *query,
                                              lfn_service_credential_visitor visit, void *context, int64_t *out_total,
                                              lfn_error *error)
{
    credential_walk walk = {visit, context};
    int64_t total = 0;
    lfn_buffer pattern;
    lfn_buffer_init(&pattern, 3 * query->filter.size + 1);
    lfn_status status = LFN_OK;
    if (!append_pattern(query->filter, &pattern))
        status = lfn_error_set(error, LFN_NO_MEMORY, "Memory is out in the store.");
    if (status == LFN_OK)
        status = count_credentials(store, query, lfn_buffer_text(&pattern), &total, error);
    if (status == LFN_OK)
        status = walk_credentials(store, query, lfn_buffer_text(&pattern), &walk, error);
    if (status == LFN_OK)
        *out_total = total;
    lfn_buffer_free(&pattern);
    return status;
}

/* ---- integrations, flows and flow versions ---- */

lfn_status lfn_store_put_linkable(lfn_store *store, const lfn_linkable *linkable, lfn_error *error)
{
    static const char sql[] = "INSERT INTO linkables (kind, id, application_id, document) VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document"
                              " WHERE linkables.application_id = excluded.application_id";
    lfn_query query;
    int changes = 0;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, linkable->kind);
    lfn_query_text(&query, linkable->id);
    lfn_query_text(&query, linkable->application_id);
    lfn_query_text(&query, linkable->document);
    lfn_status status = lfn_query_run(&query, &changes, error);
    if (status == LFN_OK && changes == 0)
        return lfn_error_set(error, LFN_CONFLICT, "Another application has one with this id.");
    return status;
}

typedef struct linkable_walk {
    lfn_linkable_visitor visit;
    void *context;
} linkable_walk;

static lfn_status visit_linkable(void *context, const lfn_row *row)
{
    const linkable_walk *walk = context;
    lfn_linkable linkable = {(lfn_linkable_kind)row->numbers[0], row->texts[1], row->texts[2], row->texts[3]};
    return walk->visit(walk->context, &linkable);
}

lfn_status lfn_store_list_linkables(lfn_store *store, lfn_text application_id, lfn_linkable_kind kind,
                                    lfn_linkable_visitor visit, void *context, lfn_error *error)
{
    static const char sql[] = "SELECT kind, id, application_id, document FROM linkables"
                              " WHERE application_id = $1 AND kind = $2 ORDER BY id";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, application_id);
    lfn_query_number(&query, kind);
    linkable_walk walk = {visit, context};
    return lfn_query_walk(&query, visit_linkable, &walk, error);
}
