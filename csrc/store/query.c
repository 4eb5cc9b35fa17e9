/* Statements: preparing them once, binding, stepping, and what their failures mean. */
#include "store/query.h"

#include "base/alloc.h"
#include "base/error.h"

static const char *file_of(const lfn_store *store)
{
    return store->file != NULL ? store->file : "the store in memory";
}

/* Keys are unique and what a row belongs to exists: these two refusals are answers, not failures. */
static lfn_status constraint_failure(const lfn_store *store, int code, lfn_error *error)
{
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return lfn_error_set(error, LFN_CONFLICT, "The store has an entry with this key.");
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return LFN_NOT_FOUND;
    return lfn_error_set(error, LFN_STORAGE, "%s refused a value that breaks a rule of its schema.", file_of(store));
}

lfn_status lfn_store_failure(const lfn_store *store, int code, lfn_error *error)
{
    const char *file = file_of(store);
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return lfn_error_no_memory(error);
    case SQLITE_CONSTRAINT:
        return constraint_failure(store, code, error);
    case SQLITE_TOOBIG:
        return lfn_error_set(error, LFN_BAD_INPUT, "A value is too long for the store.");
    case SQLITE_FULL:
        (void)lfn_error_set(error, LFN_STORAGE, "%s could not be written: the disk is full.", file);
        lfn_error_hint(error, "Make room on the disk and call again.");
        break;
    case SQLITE_IOERR:
        (void)lfn_error_set(error, LFN_STORAGE, "%s could not be read or written (SQLite code %d).", file, code);
        lfn_error_hint(error, "Check the disk, its room and the limits on file size, then call again.");
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        (void)lfn_error_set(error, LFN_STORAGE, "%s is in use by another process.", file);
        lfn_error_hint(error, "Close the other service that uses the file, or give this one a file of its own.");
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        (void)lfn_error_set(error, LFN_STORAGE, "%s is damaged or is no database.", file);
        lfn_error_hint(error, "Restore the file from a backup, or give another path.");
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        (void)lfn_error_set(error, LFN_STORAGE, "%s cannot be opened for writing.", file);
        lfn_error_hint(error, "Check that the file and its folder are yours and writable.");
        break;
    default:
        return lfn_error_set(error, LFN_STORAGE, "%s failed: %s.", file, sqlite3_errstr(code));
    }
    return LFN_STORAGE;
}

/* After some failures SQLite takes the whole transaction back by itself. What came after it would then stand alone. */
static lfn_status check_transaction(const lfn_store *store, lfn_error *error)
{
    if (!store->in_transaction || (!store->spoilt && sqlite3_get_autocommit(store->database) == 0))
        return LFN_OK;
    return lfn_error_set(error, LFN_STORAGE, "The transaction was taken back after an earlier failure of the store.");
}

static lfn_status prepare(lfn_store *store, const char *sql, unsigned flags, sqlite3_stmt **out_statement,
                          lfn_error *error)
{
    int code = sqlite3_prepare_v3(store->database, sql, -1, flags, out_statement, NULL);
    return code == SQLITE_OK ? LFN_OK : lfn_store_failure(store, code, error);
}

static sqlite3_stmt *find_prepared(const lfn_store *store, const char *sql)
{
    for (size_t i = 0; i < store->prepared_count; i++)
        if (store->prepared[i].sql == sql)
            return store->prepared[i].statement;
    return NULL;
}

static lfn_status prepare_kept(lfn_store *store, const char *sql, sqlite3_stmt **out_statement, lfn_error *error)
{
    *out_statement = find_prepared(store, sql);
    if (*out_statement != NULL)
        return LFN_OK;
    if (store->prepared_count == LFN_STATEMENTS_MAX)
        return lfn_error_set(error, LFN_SERVER, "the store has more statements than it keeps");
    lfn_status status = prepare(store, sql, SQLITE_PREPARE_PERSISTENT, out_statement, error);
    if (status == LFN_OK)
        store->prepared[store->prepared_count++] = (lfn_prepared){sql, *out_statement};
    return status;
}

void lfn_query_start(lfn_query *query, lfn_store *store, const char *sql, lfn_error *error)
{
    *query = (lfn_query){.store = store, .kept_prepared = true};
    query->status = check_transaction(store, error);
    if (query->status == LFN_OK)
        query->status = prepare_kept(store, sql, &query->statement, error);
}

void lfn_query_start_once(lfn_query *query, lfn_store *store, const lfn_buffer *sql, lfn_error *error)
{
    *query = (lfn_query){.store = store};
    query->status = sql->failed ? lfn_error_no_memory(error) : check_transaction(store, error);
    if (query->status == LFN_OK)
        query->status = prepare(store, sql->data, 0, &query->statement, error);
}

static void note_binding(lfn_query *query, int code)
{
    if (query->code == SQLITE_OK)
        query->code = code;
}

void lfn_query_text(lfn_query *query, lfn_text text)
{
    if (query->status == LFN_OK)
        note_binding(query, sqlite3_bind_text64(query->statement, ++query->bound, text.data, text.size, SQLITE_STATIC,
                                                SQLITE_UTF8));
}

void lfn_query_bytes(lfn_query *query, lfn_text bytes)
{
    if (query->status == LFN_OK)
        note_binding(query,
                     sqlite3_bind_blob64(query->statement, ++query->bound, bytes.data, bytes.size, SQLITE_STATIC));
}

void lfn_query_number(lfn_query *query, int64_t number)
{
    if (query->status == LFN_OK)
        note_binding(query, sqlite3_bind_int64(query->statement, ++query->bound, number));
}

static void end_query(lfn_query *query)
{
    if (query->kept_prepared) {
        (void)sqlite3_reset(query->statement);
        (void)sqlite3_clear_bindings(query->statement);
    } else {
        (void)sqlite3_finalize(query->statement);
    }
    query->statement = NULL;
}

/* One step: SQLITE_ROW, SQLITE_DONE or a failure; a failed binding is one. */
static int step(lfn_query *query)
{
    return query->code != SQLITE_OK ? query->code : sqlite3_step(query->statement);
}

lfn_status lfn_query_run(lfn_query *query, int *out_changes, lfn_error *error)
{
    if (query->status != LFN_OK)
        return query->status;
    int code = step(query);
    int changes = sqlite3_changes(query->store->database);
    end_query(query);
    if (code != SQLITE_DONE)
        return lfn_store_failure(query->store, code, error);
    if (out_changes != NULL)
        *out_changes = changes;
    return LFN_OK;
}

lfn_status lfn_query_change(lfn_query *query, lfn_error *error)
{
    int changes = 0;
    lfn_status status = lfn_query_run(query, &changes, error);
    return status == LFN_OK && changes == 0 ? LFN_NOT_FOUND : status;
}

/* The row as it lies in SQLite; its texts live until the next step. SQLITE_OK, or SQLITE_NOMEM: a text without memory
 * must not pass for one that is absent. Texts are asked for as bytes: SQLite would copy them to put a NUL at their end.
 */
static int read_row(sqlite3_stmt *statement, lfn_row *out_row)
{
    *out_row = (lfn_row){0};
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count && i < LFN_COLUMNS_MAX; i++) {
        int type = sqlite3_column_type(statement, i);
        if (type != SQLITE_TEXT && type != SQLITE_BLOB) {
            out_row->numbers[i] = sqlite3_column_int64(statement, i);
            continue;
        }
        const char *data = sqlite3_column_blob(statement, i);
        int size = sqlite3_column_bytes(statement, i);
        if (data == NULL && size > 0)
            return SQLITE_NOMEM;
        out_row->texts[i] = size > 0 ? lfn_text_make(data, (size_t)size) : lfn_text_of("");
    }
    return SQLITE_OK;
}

/* Memory of the store for the texts of one row, wiped of those of the row before. */
static char *make_room(lfn_store *store, size_t size)
{
    enum { LEAST_ROOM = 1024 };
    if (store->kept != NULL)
        lfn_wipe(store->kept, store->kept_size);
    store->kept_size = 0;
    if (size > store->kept_room) {
        size_t room = size > LEAST_ROOM ? size : LEAST_ROOM;
        lfn_free(store->kept);
        store->kept = lfn_alloc(room);
        store->kept_room = store->kept != NULL ? room : 0;
    }
    if (store->kept != NULL)
        store->kept_size = size;
    return store->kept;
}

/* Moves the texts of a row into memory of the store, in place of those of the row before. A row without texts leaves
 * them: a function of several statements may still have to bind them. */
static lfn_status keep_row(lfn_store *store, lfn_row *row, lfn_error *error)
{
    size_t size = 0;
    for (size_t i = 0; i < LFN_COLUMNS_MAX; i++)
        size += row->texts[i].data != NULL ? row->texts[i].size + 1 : 0;
    if (size == 0)
        return LFN_OK;
    char *next = make_room(store, size);
    if (next == NULL)
        return lfn_error_no_memory(error);
    for (size_t i = 0; i < LFN_COLUMNS_MAX; i++) {
        lfn_text text = row->texts[i];
        if (text.data == NULL)
            continue;
        memcpy(next, text.data, text.size);
        row->texts[i].data = next;
        next += text.size + 1;
    }
    return LFN_OK;
}

lfn_status lfn_query_find(lfn_query *query, lfn_row *out_row, lfn_error *error)
{
    lfn_row row;
    if (query->status != LFN_OK)
        return query->status;
    lfn_status status = LFN_NOT_FOUND;
    int code = step(query);
    bool found = code == SQLITE_ROW;
    if (found)
        code = read_row(query->statement, &row);
    if (found && code == SQLITE_OK)
        status = keep_row(query->store, &row, error);
    else if (code != SQLITE_DONE)
        status = lfn_store_failure(query->store, code, error);
    end_query(query);
    if (status == LFN_OK)
        *out_row = row;
    return status;
}

lfn_status lfn_query_walk(lfn_query *query, lfn_row_visitor visit, void *context, lfn_error *error)
{
    lfn_status status = query->status;
    if (status != LFN_OK)
        return status;
    int code = step(query);
    while (status == LFN_OK && code == SQLITE_ROW) {
        lfn_row row;
        code = read_row(query->statement, &row);
        if (code != SQLITE_OK)
            break;
        status = visit(context, &row);
        if (status == LFN_OK)
            code = step(query);
    }
    end_query(query);
    if (status == LFN_OK && code != SQLITE_DONE)
        status = lfn_store_failure(query->store, code, error);
    return status;
}
