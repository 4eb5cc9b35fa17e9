/* The master key: from the option, the environment or a file that only its owner can read. See key.h. */
#include "service/key.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 2 * LFN_KEY_SIZE, PATH_SIZE = 4096 };

static lfn_status read_digits(lfn_text digits, const char *source, unsigned char out_key[LFN_KEY_SIZE],
                              lfn_error *error)
{
    if (lfn_hex_read(digits, out_key, LFN_KEY_SIZE))
        return LFN_OK;
    lfn_wipe(out_key, LFN_KEY_SIZE);
    return lfn_error_set_where(error, LFN_BAD_INPUT, "/key", "%s is not a key: give %d hexadecimal digits", source,
                               DIGITS);
}

static lfn_status refuse(lfn_error *error, const char *path, const char *what)
{
    return lfn_error_set_where(error, LFN_STORAGE, "/key", "the key file %s %s", path, what);
}

/* Only its owner may read a key, and what is opened is the file itself. */
static lfn_status check_file(int file, const char *path, lfn_error *error)
{
    struct stat info;
    if (fstat(file, &info) != 0)
        return refuse(error, path, "cannot be examined");
    if (!S_ISREG(info.st_mode))
        return refuse(error, path, "is not a regular file");
    if (info.st_uid != geteuid())
        return refuse(error, path, "belongs to another user");
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return refuse(error, path, "can be used by others: set its mode to 0600");
    return LFN_OK;
}

static lfn_status read_file(int file, const char *path, unsigned char out_key[LFN_KEY_SIZE], lfn_error *error)
{
    char digits[DIGITS + 2];
    lfn_status status = check_file(file, path, error);
    if (status != LFN_OK)
        return status;
    ssize_t size = read(file, digits, sizeof digits);
    bool ended = size == DIGITS || (size == DIGITS + 1 && digits[DIGITS] == '\n');
    if (!ended || !lfn_hex_read(lfn_text_make(digits, DIGITS), out_key, LFN_KEY_SIZE))
        status = refuse(error, path, "does not hold a key of 64 hexadecimal digits");
    lfn_wipe(digits, sizeof digits);
    return status;
}

static bool random_key(const lfn_random *random, unsigned char out_key[LFN_KEY_SIZE])
{
    return random->fill(random->context, out_key, LFN_KEY_SIZE);
}

/* Makes the file; O_EXCL sees to it that a key that stands is never overwritten, nor a link followed. */
static lfn_status make_file(const char *path, const lfn_random *random, unsigned char out_key[LFN_KEY_SIZE],
                            lfn_error *error)
{
    lfn_buffer digits = {.ceiling = DIGITS + 1};
    if (!random_key(random, out_key))
        return lfn_error_set(error, LFN_STORAGE, "no random bytes could be had for a key");
    if (!lfn_buffer_append_hex(&digits, out_key, LFN_KEY_SIZE) || !lfn_buffer_append_string(&digits, "\n")) {
        lfn_buffer_free(&digits);
        return lfn_error_no_memory(error);
    }
    lfn_status status = LFN_OK;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        status = refuse(error, path, "cannot be made");
        goto done;
    }
    if (fchmod(file, S_IRUSR | S_IWUSR) != 0 || write(file, digits.data, digits.size) != (ssize_t)digits.size ||
        fsync(file) != 0) {
        (void)unlink(path);
        status = refuse(error, path, "cannot be written");
    }
    if (close(file) != 0 && status == LFN_OK)
        status = refuse(error, path, "cannot be written");
done:
    lfn_buffer_free(&digits);
    return status;
}

/* A file whose name is on the disk before anything is sealed with what is in it. */
static lfn_status settle_folder(const char *path, lfn_error *error)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    memcpy(folder, slash == NULL ? "." : path, size);
    folder[size] = '\0';
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool settled = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        (void)close(file);
    return settled ? LFN_OK : refuse(error, path, "cannot be settled on the disk");
}

static lfn_status key_of_file(const char *path, const lfn_random *random, bool may_make,
                              unsigned char out_key[LFN_KEY_SIZE], lfn_error *error)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (file >= 0) {
        lfn_status status = read_file(file, path, out_key, error);
        (void)close(file);
        return status;
    }
    if (errno == ELOOP)
        return refuse(error, path, "is a symbolic link");
    if (errno != ENOENT)
        return refuse(error, path, "cannot be opened");
    if (!may_make)
        return refuse(error, path, "is missing, and the database was made with it: put it back");
    lfn_status status = make_file(path, random, out_key, error);
    return status == LFN_OK ? settle_folder(path, error) : status;
}

lfn_status lfn_master_key(const lfn_service_options *options, const lfn_random *random, bool may_make,
                          unsigned char out_key[LFN_KEY_SIZE], lfn_error *error)
{
    if (options->key.data != NULL)
        return read_digits(options->key, "the option key", out_key, error);
    if (options->path.data == NULL) {
        if (!random_key(random, out_key))
            return lfn_error_set(error, LFN_STORAGE, "no random bytes could be had for a key");
        return LFN_OK;
    }
    const char *environment = getenv("LEAFNATIVE_KEY");
    if (environment != NULL && environment[0] != '\0')
        return read_digits(lfn_text_of(environment), "LEAFNATIVE_KEY", out_key, error);

    static const char suffix[] = ".key";
    char path[PATH_SIZE];
    if (options->path.size + sizeof suffix > sizeof path)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/path", "the path is too long");
    memcpy(path, options->path.data, options->path.size);
    memcpy(path + options->path.size, suffix, sizeof suffix);
    return key_of_file(path, random, may_make, out_key, error);
}
