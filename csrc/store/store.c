/* Opening and closing a store, its transactions, its settings and its sequence. */
#include "store/store.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/system.h"
#include "store/query.h"

#include <stdlib.h>

lfn_status lfn_store_script(lfn_store *store, const char *sql, lfn_error *error)
{
    int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return LFN_OK;
    return lfn_store_failure(store, sqlite3_extended_errcode(store->database), error);
}

/* A path that SQLite can take for nothing but a file: ":memory:" becomes "./:memory:". */
static lfn_status copy_path(lfn_text path, char **out_file, lfn_error *error)
{
    if (path.size == 0 || memchr(path.data, '\0', path.size) != NULL)
        return lfn_error_set(error, LFN_STORAGE, "The path of the database is empty or holds a NUL.");
    lfn_buffer file;
    lfn_buffer_init(&file, SIZE_MAX - 1);
    if (path.data[0] != '/')
        (void)lfn_buffer_append_string(&file, "./");
    if (!lfn_buffer_append_text(&file, path)) {
        lfn_buffer_free(&file);
        return lfn_error_no_memory(error);
    }
    *out_file = file.data;
    return LFN_OK;
}

/* The exclusive lock is taken with the first transaction and held until the store is closed; with it SQLite needs no
 * shared-memory file. It waits for nobody: another process keeps its lock for as long as it lives. */
static const char settings_of_all[] =
    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;";
static const char settings_of_file[] =
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
enum { BUSY_WAIT_MS = 200 };

static lfn_status open_database(lfn_store *store, lfn_error *error)
{
    const char *name = store->file != NULL ? store->file : ":memory:";
    int code = sqlite3_open_v2(name, &store->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return lfn_store_failure(store, code, error);
    (void)sqlite3_extended_result_codes(store->database, 1);
    (void)sqlite3_busy_timeout(store->database, BUSY_WAIT_MS);
    lfn_status status = lfn_store_script(store, settings_of_all, error);
    if (status == LFN_OK && store->file != NULL)
        status = lfn_store_script(store, settings_of_file, error);
    return status;
}

lfn_status lfn_store_open(lfn_text path, lfn_store **out_store, lfn_error *error)
{
    lfn_store *store = lfn_alloc(sizeof *store);
    if (store == NULL)
        return lfn_error_no_memory(error);
    store->fork_generation = lfn_fork_generation();
    lfn_status status = LFN_OK;
    if (path.data != NULL) {
        status = copy_path(path, &store->file, error);
        if (status == LFN_OK)
            status = lfn_store_check_file(store->file, error);
    }
    if (status == LFN_OK)
        status = open_database(store, error);
    if (status == LFN_OK)
        status = lfn_schema_prepare(store, error);
    if (status != LFN_OK) {
        lfn_store_free(store);
        return status;
    }
    *out_store = store;
    return LFN_OK;
}

/* The database of another process is left alone: to close it here would take its log from under it. */
static void close_database(lfn_store *store)
{
    if (store->fork_generation != lfn_fork_generation())
        return;
    for (size_t i = 0; i < store->prepared_count; i++)
        (void)sqlite3_finalize(store->prepared[i].statement);
    (void)sqlite3_close(store->database);
}

void lfn_store_free(lfn_store *store)
{
    if (store == NULL)
        return;
    close_database(store);
    lfn_free_wiped(store->kept, store->kept_size);
    lfn_free(store->file);
    lfn_free_wiped(store, sizeof *store);
}

static lfn_status run(lfn_store *store, const char *sql, lfn_error *error)
{
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    return lfn_query_run(&query, NULL, error);
}

static const char begin[] = "BEGIN IMMEDIATE";
static const char begin_reading[] = "BEGIN";
static const char commit[] = "COMMIT";
static const char rollback[] = "ROLLBACK";
static const char savepoint[] = "SAVEPOINT request";
static const char savepoint_back[] = "ROLLBACK TO SAVEPOINT request";
static const char savepoint_end[] = "RELEASE SAVEPOINT request";

void lfn_store_note_owners(lfn_store *store)
{
    store->owners_version++;
    store->owners_changed = true;
}

uint64_t lfn_store_owners_version(const lfn_store *store)
{
    return store->owners_version;
}

/* What is taken back brings back or takes away the owners of before. */
static void note_taken_back(lfn_store *store)
{
    if (store->owners_changed)
        store->owners_version++;
}

lfn_status lfn_store_end_reading(lfn_store *store, lfn_error *error)
{
    lfn_status status = store->reading ? run(store, commit, error) : LFN_OK;
    if (status == LFN_OK)
        store->reading = false;
    return status;
}

static lfn_status begin_transaction(lfn_store *store, lfn_error *error)
{
    lfn_status status = lfn_store_end_reading(store, error);
    if (status == LFN_OK)
        status = run(store, begin, error);
    if (status == LFN_OK)
        store->in_transaction = true;
    return status;
}

/* Nobody else writes to the database, neither in this process nor in another one: a transaction of readings stays open
 * from batch to batch until something is written, because to begin and to end one is a tenth of what a row costs. */
static lfn_status begin_readings(lfn_store *store, lfn_error *error)
{
    if (store->reading)
        return LFN_OK;
    lfn_status status = run(store, begin_reading, error);
    store->reading = status == LFN_OK;
    return status;
}

lfn_status lfn_store_begin(lfn_store *store, bool writes, lfn_error *error)
{
    bool open = sqlite3_get_autocommit(store->database) == 0;
    store->reading = store->reading && open;
    /* A rollback that failed, for lack of memory, is made up for. */
    if (open && !store->reading)
        lfn_store_rollback(store);
    store->owners_changed = false;
    return writes ? begin_transaction(store, error) : begin_readings(store, error);
}

lfn_status lfn_store_commit(lfn_store *store, lfn_error *error)
{
    if (!store->in_transaction)
        return LFN_OK;
    lfn_status status = run(store, commit, error);
    if (status != LFN_OK)
        lfn_store_rollback(store);
    store->in_transaction = false;
    return status;
}

/* SQLite may have taken the transaction back by itself; then there is nothing left to do. */
void lfn_store_rollback(lfn_store *store)
{
    store->in_transaction = false;
    store->reading = false;
    store->spoilt = false;
    note_taken_back(store);
    if (sqlite3_get_autocommit(store->database) == 0)
        (void)sqlite3_exec(store->database, rollback, NULL, NULL, NULL);
}

lfn_status lfn_store_savepoint(lfn_store *store, lfn_error *error)
{
    /* Among readings a change is the first that needs a transaction. */
    lfn_status status = store->in_transaction ? LFN_OK : begin_transaction(store, error);
    return status == LFN_OK ? run(store, savepoint, error) : status;
}

lfn_status lfn_store_savepoint_end(lfn_store *store, bool keep, lfn_error *error)
{
    if (!keep)
        note_taken_back(store);
    lfn_status status = keep ? LFN_OK : run(store, savepoint_back, error);
    if (status == LFN_OK)
        status = run(store, savepoint_end, error);
    store->spoilt = store->spoilt || status != LFN_OK;
    return status;
}

lfn_status lfn_store_setting(lfn_store *store, const char *name, lfn_buffer *out_value, lfn_error *error)
{
    static const char sql[] = "SELECT value FROM settings WHERE name = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, lfn_text_of(name));
    lfn_row row;
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status == LFN_NOT_FOUND)
        return LFN_OK;
    if (status == LFN_OK && !lfn_buffer_append_text(out_value, row.texts[0]))
        return lfn_error_no_memory(error);
    return status;
}

lfn_status lfn_store_set_setting(lfn_store *store, const char *name, lfn_text value, lfn_error *error)
{
    static const char sql[] = "INSERT INTO settings (name, value) VALUES ($1, $2)"
                              " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, lfn_text_of(name));
    lfn_query_text(&query, value);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_next_sequence(lfn_store *store, int64_t *out_number, lfn_error *error)
{
    static const char raise[] = "INSERT INTO counters (name, number) VALUES ('sequence', 1)"
                                " ON CONFLICT (name) DO UPDATE SET number = counters.number + 1";
    static const char read[] = "SELECT number FROM counters WHERE name = 'sequence'";
    lfn_query query;
    lfn_row row;
    lfn_status status = run(store, raise, error);
    if (status != LFN_OK)
        return status;
    lfn_query_start(&query, store, read, error);
    status = lfn_query_find(&query, &row, error);
    if (status == LFN_OK)
        *out_number = row.numbers[0];
    return status;
}
