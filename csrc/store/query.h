/* Inside the store room: the open database and its prepared statements. Only this room knows SQLite. */
#ifndef LFN_STORE_QUERY_H
#define LFN_STORE_QUERY_H

#include "store/store.h"

#include <sqlite3.h>

enum { LFN_STATEMENTS_MAX = 96, LFN_COLUMNS_MAX = 14 };

/* A statement that stays prepared for the life of the store. It is known by the address of its text. */
typedef struct lfn_prepared {
    const char *sql;
    sqlite3_stmt *statement;
} lfn_prepared;

struct lfn_store {
    sqlite3 *database;
    char *file;               /* NULL in memory */
    unsigned fork_generation; /* of the process that opened it */
    lfn_prepared prepared[LFN_STATEMENTS_MAX];
    size_t prepared_count;
    bool in_transaction;
    bool reading; /* a transaction of readings is open, which nobody has to end */
    bool spoilt;  /* a part of the transaction that was to be taken back still stands: it can no more be committed */
    uint64_t owners_version;
    bool owners_changed; /* in this transaction */
    char *kept;          /* the texts of the row that was given out last */
    size_t kept_size;
    size_t kept_room;
};

/* Ends the transaction of readings, if one is open: nothing is written in it. */
lfn_status lfn_store_end_reading(lfn_store *store, lfn_error *error);
/* To be called where owners are written. */
void lfn_store_note_owners(lfn_store *store);

/* One row: a number and a text, which may be bytes, for each column, whichever it holds. A column without a value is
 * the absent text. */
typedef struct lfn_row {
    lfn_text texts[LFN_COLUMNS_MAX];
    int64_t numbers[LFN_COLUMNS_MAX];
} lfn_row;

/* A statement under way: started, bound place by place, then run, found or walked, each of which ends it and tells also
 * why it could not be started or bound. Bound texts are borrowed until then; they may be texts that the store gave out.
 */
typedef struct lfn_query {
    lfn_store *store;
    sqlite3_stmt *statement; /* NULL when it could not be started, */
    lfn_status status;       /* and why */
    bool kept_prepared;
    int bound;
    int code; /* the first failure of a binding */
} lfn_query;

/* Starts the statement of a constant text, which is prepared once. */
void lfn_query_start(lfn_query *query, lfn_store *store, const char *sql, lfn_error *error);
/* Starts a statement that was put together for this call. */
void lfn_query_start_once(lfn_query *query, lfn_store *store, const lfn_buffer *sql, lfn_error *error);
/* Bind the next place; an absent text is NULL. */
void lfn_query_text(lfn_query *query, lfn_text text);
/* The same for what is not text, as a sealed value. */
void lfn_query_bytes(lfn_query *query, lfn_text bytes);
void lfn_query_number(lfn_query *query, int64_t number);

/* Runs a statement that gives no rows; *out_changes, which may be NULL, is the number of rows that it changed. */
lfn_status lfn_query_run(lfn_query *query, int *out_changes, lfn_error *error);
/* The same for a change of one row that must be there: LFN_NOT_FOUND without a message when it is not. */
lfn_status lfn_query_change(lfn_query *query, lfn_error *error);
/* Gives the first row, with texts that live until the next call on the store, or LFN_NOT_FOUND without a message. */
lfn_status lfn_query_find(lfn_query *query, lfn_row *out_row, lfn_error *error);

typedef lfn_status (*lfn_row_visitor)(void *context, const lfn_row *row);
/* Visits each row until the visitor returns another status than LFN_OK. */
lfn_status lfn_query_walk(lfn_query *query, lfn_row_visitor visit, void *context, lfn_error *error);

/* The failure that a code of SQLite means, with its cure. */
lfn_status lfn_store_failure(const lfn_store *store, int code, lfn_error *error);

/* Brings the schema to the present version; refuses a newer one. */
lfn_status lfn_schema_prepare(lfn_store *store, lfn_error *error);
/* The present version. */
int64_t lfn_schema_version(void);
/* Runs statements that give nothing, as they stand in a text. */
lfn_status lfn_store_script(lfn_store *store, const char *sql, lfn_error *error);

/* Makes the file with mode 0600 when it is missing; refuses one that others can reach. */
lfn_status lfn_store_check_file(const char *file, lfn_error *error);

#endif
