/* Leaf users, and their lists. */
#include "store/query.h"

#include "base/error.h"

#define COLUMNS "id, owner, name, email, phone, address, external_id"

static lfn_user user_of(const lfn_row *row)
{
    return (lfn_user){.id = row->texts[0],
                      .owner = row->numbers[1],
                      .name = row->texts[2],
                      .email = row->texts[3],
                      .phone = row->texts[4],
                      .address = row->texts[5],
                      .external_id = row->texts[6]};
}

lfn_status lfn_store_add_user(lfn_store *store, const lfn_user *user, lfn_error *error)
{
    static const char sql[] = "INSERT INTO users (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, user->id);
    lfn_query_number(&query, user->owner);
    lfn_query_text(&query, user->name);
    lfn_query_text(&query, user->email);
    lfn_query_text(&query, user->phone);
    lfn_query_text(&query, user->address);
    lfn_query_text(&query, user->external_id);
    return lfn_query_run(&query, NULL, error);
}

static lfn_status find_user(lfn_query *query, lfn_user *out_user, lfn_error *error)
{
    lfn_row row;
    lfn_status status = lfn_query_find(query, &row, error);
    if (status == LFN_OK)
        *out_user = user_of(&row);
    return status;
}

lfn_status lfn_store_find_user(lfn_store *store, lfn_text id, lfn_user *out_user, lfn_error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM users WHERE id = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return find_user(&query, out_user, error);
}

lfn_status lfn_store_find_external(lfn_store *store, int64_t owner, lfn_text external_id, lfn_user *out_user,
                                   lfn_error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM users WHERE owner = $1 AND external_id = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, owner);
    lfn_query_text(&query, external_id);
    return find_user(&query, out_user, error);
}

lfn_status lfn_store_change_user(lfn_store *store, const lfn_user *user, lfn_error *error)
{
    static const char sql[] = "UPDATE users SET owner = $1, name = $2, email = $3, phone = $4, address = $5,"
                              " external_id = $6 WHERE id = $7";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, user->owner);
    lfn_query_text(&query, user->name);
    lfn_query_text(&query, user->email);
    lfn_query_text(&query, user->phone);
    lfn_query_text(&query, user->address);
    lfn_query_text(&query, user->external_id);
    lfn_query_text(&query, user->id);
    return lfn_query_change(&query, error);
}

lfn_status lfn_store_delete_user(lfn_store *store, lfn_text id, lfn_error *error)
{
    static const char sql[] = "DELETE FROM users WHERE id = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, id);
    return lfn_query_change(&query, error);
}

/* ---- lists ---- */

static const char *const column_names[] = {"number", "id", "name", "email", "phone", "address", "external_id"};

static void append_filter(lfn_buffer *sql, const char *column, lfn_text value, int *place)
{
    if (value.data != NULL)
        (void)lfn_buffer_format(sql, " AND %s = $%d", column, ++*place);
}

static int append_filters(lfn_buffer *sql, const lfn_user_query *query)
{
    int place = 1;
    (void)lfn_buffer_append_string(sql, " FROM users WHERE owner = $1");
    append_filter(sql, "email", query->email, &place);
    append_filter(sql, "name", query->name, &place);
    append_filter(sql, "external_id", query->external_id, &place);
    return place;
}

/* Where NULLs stand is said, because databases differ; this way round, and with equal ones in the direction of the last
 * order, an index serves both directions of its column. */
static void append_orders(lfn_buffer *sql, const lfn_user_query *query)
{
    (void)lfn_buffer_append_string(sql, " ORDER BY ");
    bool descending = false;
    for (size_t i = 0; i < query->order_count && i < LFN_ORDERS_MAX; i++) {
        descending = query->orders[i].descending;
        (void)lfn_buffer_format(sql, "%s %s, ", column_names[query->orders[i].column],
                                descending ? "DESC NULLS LAST" : "ASC NULLS FIRST");
    }
    (void)lfn_buffer_append_string(sql, descending ? "number DESC" : "number");
}

static void bind_filters(lfn_query *statement, const lfn_user_query *query)
{
    lfn_query_number(statement, query->owner);
    const lfn_text values[] = {query->email, query->name, query->external_id};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i].data != NULL)
            lfn_query_text(statement, values[i]);
}

enum { SQL_CEILING = 4096 };

static lfn_status count_users(lfn_store *store, const lfn_user_query *query, int64_t *out_total, lfn_error *error)
{
    lfn_buffer sql;
    lfn_buffer_init(&sql, SQL_CEILING);
    (void)lfn_buffer_append_string(&sql, "SELECT COUNT(*)");
    (void)append_filters(&sql, query);
    lfn_query statement;
    lfn_row row;
    lfn_query_start_once(&statement, store, &sql, error);
    bind_filters(&statement, query);
    lfn_status status = lfn_query_find(&statement, &row, error);
    if (status == LFN_OK)
        *out_total = row.numbers[0];
    lfn_buffer_free(&sql);
    return status;
}

typedef struct user_walk {
    lfn_user_visitor visit;
    void *context;
} user_walk;

static lfn_status visit_user(void *context, const lfn_row *row)
{
    const user_walk *walk = context;
    lfn_user user = user_of(row);
    return walk->visit(walk->context, &user);
}

static lfn_status walk_users(lfn_store *store, const lfn_user_query *query, user_walk *walk, lfn_error *error)
{
    lfn_buffer sql;
    lfn_buffer_init(&sql, SQL_CEILING);
    (void)lfn_buffer_append_string(&sql, "SELECT " COLUMNS);
    int place = append_filters(&sql, query);
    append_orders(&sql, query);
    (void)lfn_buffer_format(&sql, " LIMIT $%d OFFSET $%d", place + 1, place + 2);
    lfn_query statement;
    lfn_query_start_once(&statement, store, &sql, error);
    bind_filters(&statement, query);
    lfn_query_number(&statement, query->limit);
    lfn_query_number(&statement, query->offset);
    lfn_status status = lfn_query_walk(&statement, visit_user, walk, error);
    lfn_buffer_free(&sql);
    return status;
}

lfn_status lfn_store_list_users(lfn_store *store, const lfn_user_query *query, lfn_user_visitor visit, void *context,
                                int64_t *out_total, lfn_error *error)
{
    user_walk walk = {visit, context};
    int64_t total = 0;
    lfn_status status = count_users(store, query, &total, error);
    if (status == LFN_OK)
        status = walk_users(store, query, &walk, error);
    if (status == LFN_OK)
        *out_total = total;
    return status;
}
