/* Copies of the whole store: written, read back, and everything forgotten. SQLite's own backup moves the pages, so that
 * a copy is whole or not there. */
#include "store/applications.h"

#include "base/alloc.h"
#include "base/text.h"
#include "store/query.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static lfn_status refuse(lfn_error *error, const char *file, const char *reason)
{
    return lfn_error_set_where(error, LFN_STORAGE, "/path", "%s %s.", file, reason);
}

static lfn_status copy_path(lfn_text path, char **out_file, lfn_error *error)
{
    if (path.size == 0 || lfn_text_find(path, '\0') < path.size)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/path", "The path of the copy is empty or holds a NUL.");
    lfn_buffer file;
    lfn_buffer_init(&file, path.size + 2);
    if (path.data[0] != '/')
        (void)lfn_buffer_append_string(&file, "./");
    if (!lfn_buffer_append_text(&file, path)) {
        lfn_buffer_free(&file);
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out in the store.");
    }
    *out_file = file.data;
    return LFN_OK;
}

/* Moves every page from one database to the other, in one transaction of it. */
static int move_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sqlite3_extended_errcode(to);
    (void)sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup);
}

/* ---- out ---- */

static lfn_status make_file(const char *file, lfn_error *error)
{
    int handle = open(file, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDWR, S_IRUSR | S_IWUSR);
    if (handle < 0 && errno == EEXIST)
        return lfn_error_set_where(error, LFN_CONFLICT, "/path", "%s is there already: give a new path.", file);
    if (handle < 0)
        return lfn_error_set_where(error, LFN_STORAGE, "/path", "%s cannot be made: %s.", file, strerror(errno));
    bool private = fchmod(handle, S_IRUSR | S_IWUSR) == 0;
    (void)close(handle);
    return private ? LFN_OK : refuse(error, file, "cannot be kept from others");
}

/* The name of the new file is on the disk before the copy is said to stand. */
static bool settle_folder(const char *file)
{
    const char *slash = strrchr(file, '/');
    char *folder = lfn_copy(file, slash == file ? 1 : (size_t)(slash - file));
    int handle = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool settled = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0)
        (void)close(handle);
    lfn_free(folder);
    return settled;
}

static lfn_status write_copy(const lfn_store *store, const char *file, lfn_error *error)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = move_pages(store->database, copy);
    /* A copy of a database with a write-ahead log is one file by itself. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    int closed = sqlite3_close(copy);
    if (code == SQLITE_OK)
        code = closed;
    if (code == SQLITE_NOMEM)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out in the store.");
    return code == SQLITE_OK && settle_folder(file) ? LFN_OK : refuse(error, file, "could not be written");
}

lfn_status lfn_store_copy_to(lfn_store *store, lfn_text path, lfn_error *error)
{
    char *file = NULL;
    lfn_status status = copy_path(path, &file, error);
    if (status != LFN_OK)
        return status;
    status = make_file(file, error);
    if (status == LFN_OK) {
        status = write_copy(store, file, error);
        if (status != LFN_OK)
            (void)unlink(file);
    }
    lfn_free(file);
    return status;
}

/* ---- back ---- */

/* Takes the first column of the first row as text; false when there is none. */
static bool ask_copy(sqlite3 *copy, const char *sql, const char *name, lfn_buffer *out_value)
{
    sqlite3_stmt *statement = NULL;
    bool found = sqlite3_prepare_v2(copy, sql, -1, &statement, NULL) == SQLITE_OK;
    if (found && name != NULL)
        found = sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK;
    found = found && sqlite3_step(statement) == SQLITE_ROW;
    const unsigned char *value = found ? sqlite3_column_text(statement, 0) : NULL;
    found = value != NULL && lfn_buffer_append_string(out_value, (const char *)value);
    (void)sqlite3_finalize(statement);
    return found;
}

static bool says(sqlite3 *copy, const char *sql, const char *name, lfn_text wanted)
{
    enum { VALUE_CEILING = 256 };
    lfn_buffer value;
    lfn_buffer_init(&value, VALUE_CEILING);
    bool same = ask_copy(copy, sql, name, &value) && lfn_text_equal(lfn_buffer_text(&value), wanted);
    lfn_buffer_free(&value);
    return same;
}

static lfn_status check_copy(lfn_store *store, sqlite3 *copy, const char *file, const char *setting, lfn_error *error)
{
    enum { VALUE_CEILING = 256 };
    lfn_buffer version, own;
    lfn_buffer_init(&version, VALUE_CEILING);
    lfn_buffer_init(&own, VALUE_CEILING);
    (void)lfn_buffer_format(&version, "%lld", (long long)lfn_schema_version());
    lfn_status status = lfn_store_setting(store, setting, &own, error);
    if (status != LFN_OK)
        goto done;
    if (!says(copy, "SELECT version FROM schema_version", NULL, lfn_buffer_text(&version)))
        status = refuse(error, file, "is no copy of a store of this version");
    else if (!says(copy, "SELECT value FROM settings WHERE name = $1", setting, lfn_buffer_text(&own)))
        status = refuse(error, file, "belongs to a store with another key");
    else if (!says(copy, "PRAGMA quick_check(1)", NULL, lfn_text_of("ok")))
        status = refuse(error, file, "is damaged");
done:
    lfn_buffer_free(&version);
    lfn_buffer_free(&own);
    return status;
}

static lfn_status read_copy(lfn_store *store, const char *file, const char *setting, lfn_error *error)
{
    struct stat state;
    sqlite3 *copy = NULL;
    if (stat(file, &state) != 0 || !S_ISREG(state.st_mode))
        return refuse(error, file, "is not there, or is no file");
    lfn_status status = LFN_OK;
    if (sqlite3_open_v2(file, &copy, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = refuse(error, file, "cannot be opened");
    if (status == LFN_OK)
        status = check_copy(store, copy, file, setting, error);
    if (status == LFN_OK)
        status = lfn_store_end_reading(store, error);
    if (status == LFN_OK) {
        lfn_store_note_owners(store);
        int code = move_pages(copy, store->database);
        status = code == SQLITE_OK ? LFN_OK : lfn_store_failure(store, code, error);
    }
    (void)sqlite3_close(copy);
    return status;
}

lfn_status lfn_store_copy_from(lfn_store *store, lfn_text path, const char *setting, lfn_error *error)
{
    char *file = NULL;
    lfn_status status = copy_path(path, &file, error);
    if (status == LFN_OK)
        status = read_copy(store, file, setting, error);
    lfn_free(file);
    return status;
}

/* ---- nothing ---- */

/* Everything else belongs to an owner or an application and goes with it. */
lfn_status lfn_store_clear(lfn_store *store, lfn_error *error)
{
    lfn_store_note_owners(store);
    return lfn_store_script(store, "DELETE FROM owners; DELETE FROM applications;", error);
}
