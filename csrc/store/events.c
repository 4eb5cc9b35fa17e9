/* Events of credentials. */
#include "store/query.h"

lfn_status lfn_store_add_event(lfn_store *store, const lfn_event *event, lfn_error *error)
{
    static const char sql[] = "INSERT INTO events (id, credential_id, created_us, status_code, headers, body)"
                              " VALUES ($1, $2, $3, $4, $5, $6)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, event->id);
    lfn_query_text(&query, event->credential_id);
    lfn_query_number(&query, event->created_us);
    lfn_query_number(&query, event->status_code);
    lfn_query_text(&query, event->headers.data != NULL ? event->headers : lfn_text_of(""));
    lfn_query_text(&query, event->body.data != NULL ? event->body : lfn_text_of(""));
    return lfn_query_run(&query, NULL, error);
}

static lfn_status count_events(lfn_store *store, const lfn_event_query *query, int64_t *out_total, lfn_error *error)
{
    static const char sql[] = "SELECT COUNT(*) FROM events WHERE credential_id = $1 AND created_us >= $2";
    lfn_query statement;
    lfn_row row;
    lfn_query_start(&statement, store, sql, error);
    lfn_query_text(&statement, query->credential_id);
    lfn_query_number(&statement, query->since_us);
    lfn_status status = lfn_query_find(&statement, &row, error);
    if (status == LFN_OK)
        *out_total = row.numbers[0];
    return status;
}

typedef struct event_walk {
    lfn_event_visitor visit;
    void *context;
} event_walk;

static lfn_status visit_event(void *context, const lfn_row *row)
{
    const event_walk *walk = context;
    lfn_event event = {.id = row->texts[0],
                       .credential_id = row->texts[1],
                       .created_us = row->numbers[2],
                       .status_code = (int)row->numbers[3],
                       .headers = row->texts[4],
                       .body = row->texts[5]};
    return walk->visit(walk->context, &event);
}

/* One statement for each column and direction; an index gives each its order. The plus keeps SQLite from looking for
 * the time first, and sorting what it finds. */
#define EVENTS_ORDERED(time, order)                                                                                    \
    "SELECT id, credential_id, created_us, status_code, headers, body FROM events"                                     \
    " WHERE credential_id = $1 AND " time " >= $2 ORDER BY " order " LIMIT $3 OFFSET $4"

static const char by_time[] = EVENTS_ORDERED("created_us", "created_us, number");
static const char by_time_back[] = EVENTS_ORDERED("created_us", "created_us DESC, number DESC");
static const char by_status[] = EVENTS_ORDERED("+created_us", "status_code, number");
static const char by_status_back[] = EVENTS_ORDERED("+created_us", "status_code DESC, number DESC");

static const char *statement_of(const lfn_event_query *query)
{
    if (query->column == LFN_EVENT_STATUS_CODE)
        return query->descending ? by_status_back : by_status;
    return query->descending ? by_time_back : by_time;
}

lfn_status lfn_store_list_events(lfn_store *store, const lfn_event_query *query, lfn_event_visitor visit, void *context,
                                 int64_t *out_total, lfn_error *error)
{
    int64_t total = 0;
    lfn_query statement;
    lfn_status status = count_events(store, query, &total, error);
    if (status != LFN_OK)
        return status;
    lfn_query_start(&statement, store, statement_of(query), error);
    lfn_query_text(&statement, query->credential_id);
    lfn_query_number(&statement, query->since_us);
    lfn_query_number(&statement, query->limit);
    lfn_query_number(&statement, query->offset);
    event_walk walk = {visit, context};
    status = lfn_query_walk(&statement, visit_event, &walk, error);
    if (status == LFN_OK)
        *out_total = total;
    return status;
}

lfn_status lfn_store_prune_events(lfn_store *store, int64_t before_us, lfn_error *error)
{
    static const char sql[] = "DELETE FROM events WHERE created_us < $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, before_us);
    return lfn_query_run(&query, NULL, error);
}
