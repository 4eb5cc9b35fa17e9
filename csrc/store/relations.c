/* Sharing relations and the permissions under them. */
#include "store/query.h"

#define RELATIONS                                                                                                      \
    "SELECT relations.number, sender, receiver, s.email, r.email, receiver_accepted, sender_blocked,"                  \
    " receiver_blocked, invalidated_sequence FROM relations JOIN owners s ON s.number = sender"                        \
    " JOIN owners r ON r.number = receiver"

static lfn_stored_relation relation_of(const lfn_row *row)
{
    return (lfn_stored_relation){.number = row->numbers[0],
                                 .sender = row->numbers[1],
                                 .receiver = row->numbers[2],
                                 .sender_email = row->texts[3],
                                 .receiver_email = row->texts[4],
                                 .receiver_accepted = row->numbers[5] != 0,
                                 .sender_blocked = row->numbers[6] != 0,
                                 .receiver_blocked = row->numbers[7] != 0,
                                 .invalidated_sequence = row->numbers[8]};
}

static void bind_state(lfn_query *query, const lfn_stored_relation *relation)
{
    lfn_query_number(query, relation->receiver_accepted ? 1 : 0);
    lfn_query_number(query, relation->sender_blocked ? 1 : 0);
    lfn_query_number(query, relation->receiver_blocked ? 1 : 0);
    lfn_query_number(query, relation->invalidated_sequence);
}

lfn_status lfn_store_add_relation(lfn_store *store, const lfn_stored_relation *relation, lfn_error *error)
{
    static const char sql[] = "INSERT INTO relations (sender, receiver, receiver_accepted, sender_blocked,"
                              " receiver_blocked, invalidated_sequence) VALUES ($1, $2, $3, $4, $5, $6)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, relation->sender);
    lfn_query_number(&query, relation->receiver);
    bind_state(&query, relation);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_relation(lfn_store *store, int64_t sender, int64_t receiver,
                                   lfn_stored_relation *out_relation, lfn_error *error)
{
    static const char sql[] = RELATIONS " WHERE sender = $1 AND receiver = $2";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, sender);
    lfn_query_number(&query, receiver);
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_relation = relation_of(&row);
    return status;
}

lfn_status lfn_store_change_relation(lfn_store *store, const lfn_stored_relation *relation, lfn_error *error)
{
    static const char sql[] = "UPDATE relations SET receiver_accepted = $1, sender_blocked = $2,"
                              " receiver_blocked = $3, invalidated_sequence = $4 WHERE number = $5";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    bind_state(&query, relation);
    lfn_query_number(&query, relation->number);
    return lfn_query_change(&query, error);
}

/* ---- lists of relations ---- */

static lfn_status count_relations(lfn_store *store, int64_t owner, bool as_sender, int64_t *out_total, lfn_error *error)
{
    static const char of_sender[] = "SELECT COUNT(*) FROM relations WHERE sender = $1";
    static const char of_receiver[] = "SELECT COUNT(*) FROM relations WHERE receiver = $1";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, as_sender ? of_sender : of_receiver, error);
    lfn_query_number(&query, owner);
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_total = row.numbers[0];
    return status;
}

typedef struct relation_walk {
    lfn_relation_visitor visit;
    void *context;
} relation_walk;

static lfn_status visit_relation(void *context, const lfn_row *row)
{
    const relation_walk *walk = context;
    lfn_stored_relation relation = relation_of(row);
    return walk->visit(walk->context, &relation);
}

lfn_status lfn_store_list_relations(lfn_store *store, int64_t owner, bool as_sender, int64_t offset, int64_t limit,
                                    lfn_relation_visitor visit, void *context, int64_t *out_total, lfn_error *error)
{
    static const char of_sender[] = RELATIONS " WHERE sender = $1 ORDER BY relations.number LIMIT $2 OFFSET $3";
    static const char of_receiver[] = RELATIONS " WHERE receiver = $1 ORDER BY relations.number LIMIT $2 OFFSET $3";
    int64_t total = 0;
    lfn_query query;
    lfn_status status = count_relations(store, owner, as_sender, &total, error);
    if (status != LFN_OK)
        return status;
    lfn_query_start(&query, store, as_sender ? of_sender : of_receiver, error);
    lfn_query_number(&query, owner);
    lfn_query_number(&query, limit < 0 ? INT64_MAX : limit);
    lfn_query_number(&query, offset);
    relation_walk walk = {visit, context};
    status = lfn_query_walk(&query, visit_relation, &walk, error);
    if (status == LFN_OK)
        *out_total = total;
    return status;
}

/* ---- permissions ---- */

lfn_status lfn_store_put_permission(lfn_store *store, const lfn_permission *permission, lfn_error *error)
{
    static const char sql[] = "INSERT INTO permissions (relation, user_id, resource, types) VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT (relation, user_id, resource) DO UPDATE SET types = excluded.types";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, permission->relation);
    lfn_query_text(&query, permission->user_id);
    lfn_query_text(&query, permission->resource);
    lfn_query_text(&query, permission->types.data != NULL ? permission->types : lfn_text_of(""));
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_delete_permissions(lfn_store *store, int64_t relation, lfn_text user_id, lfn_error *error)
{
    static const char sql[] = "DELETE FROM permissions WHERE relation = $1 AND user_id = $2";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, relation);
    lfn_query_text(&query, user_id);
    return lfn_query_change(&query, error);
}

typedef struct permission_walk {
    lfn_permission_visitor visit;
    void *context;
} permission_walk;

static lfn_status visit_permission(void *context, const lfn_row *row)
{
    const permission_walk *walk = context;
    lfn_permission permission = {
        .relation = row->numbers[0], .user_id = row->texts[1], .resource = row->texts[2], .types = row->texts[3]};
    return walk->visit(walk->context, &permission);
}

lfn_status lfn_store_list_permissions(lfn_store *store, int64_t relation, lfn_text user_id,
                                      lfn_permission_visitor visit, void *context, lfn_error *error)
{
    static const char of_user[] = "SELECT relation, user_id, resource, types FROM permissions"
                                  " WHERE relation = $1 AND user_id = $2 ORDER BY number";
    static const char of_all[] =
        "SELECT p.relation, p.user_id, p.resource, p.types FROM permissions p JOIN"
        " (SELECT user_id, MIN(number) AS first FROM permissions WHERE relation = $1 GROUP BY user_id) u"
        " ON u.user_id = p.user_id WHERE p.relation = $1 ORDER BY u.first, p.number";
    lfn_query query;
    lfn_query_start(&query, store, user_id.data != NULL ? of_user : of_all, error);
    lfn_query_number(&query, relation);
    if (user_id.data != NULL)
        lfn_query_text(&query, user_id);
    permission_walk walk = {visit, context};
    return lfn_query_walk(&query, visit_permission, &walk, error);
}
