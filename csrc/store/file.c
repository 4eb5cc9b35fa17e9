/* The database file: who may reach it. What lies in it is sealed, but names and e-mails are nobody else's either. */
#include "store/query.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static lfn_status refuse(lfn_error *error, const char *file, const char *reason, const char *hint)
{
    (void)lfn_error_set(error, LFN_STORAGE, "%s %s.", file, reason);
    lfn_error_hint(error, "%s", hint);
    return LFN_STORAGE;
}

static lfn_status check_state(const char *file, const struct stat *state, lfn_error *error)
{
    if (S_ISLNK(state->st_mode))
        return refuse(error, file, "is a symbolic link", "Give the path of the file itself.");
    if (!S_ISREG(state->st_mode))
        return refuse(error, file, "is not a regular file", "Give the path of a file.");
    if (state->st_nlink > 1)
        return refuse(error, file, "has more than one name (hard link)", "Remove the other links to it.");
    if (state->st_uid != geteuid())
        return refuse(error, file, "belongs to another user", "Run as its owner, or give another path.");
    if ((state->st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return LFN_OK;
    (void)lfn_error_set(error, LFN_STORAGE, "%s can be reached by others.", file);
    lfn_error_hint(error, "If it is a database of this service, run chmod 600 %s.", file);
    return LFN_STORAGE;
}

static lfn_status unreachable(const char *file, lfn_error *error)
{
    return lfn_error_set(error, LFN_STORAGE, "%s cannot be opened: %s.", file, strerror(errno));
}

static lfn_status make_file(const char *file, lfn_error *error)
{
    int handle = open(file, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDWR, S_IRUSR | S_IWUSR);
    if (handle < 0)
        return unreachable(file, error);
    (void)close(handle);
    return LFN_OK;
}

/* SQLite gives the files that it lays beside the database the mode of the database; ones that lie there already are
 * looked at like it. */
static lfn_status check_beside(const char *file, const char *suffix, lfn_error *error)
{
    char beside[4096];
    int size = snprintf(beside, sizeof beside, "%s%s", file, suffix);
    if (size < 0 || (size_t)size >= sizeof beside)
        return refuse(error, "The path of the database", "is too long", "Give a shorter path.");
    struct stat state;
    return lstat(beside, &state) == 0 ? check_state(beside, &state, error) : LFN_OK;
}

lfn_status lfn_store_check_file(const char *file, lfn_error *error)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        lfn_status status = check_beside(file, suffixes[i], error);
        if (status != LFN_OK)
            return status;
    }
    struct stat state;
    if (lstat(file, &state) == 0)
        return check_state(file, &state, error);
    return errno == ENOENT ? make_file(file, error) : unreachable(file, error);
}
