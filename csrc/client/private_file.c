/* Small files that hold secrets: see private_file.h. */
#include "client/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

/* Reads a descriptor to its end; 0 or the errno. */
static int read_all(int descriptor, lfn_buffer *out_content)
{
    char part[4096];
    int failure = 0;
    for (;;) {
        ssize_t got = read(descriptor, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            failure = errno;
        if (got <= 0)
            break;
        if (!lfn_buffer_append(out_content, part, (size_t)got)) {
            failure = out_content->size + (size_t)got > out_content->ceiling ? EFBIG : ENOMEM;
            break;
        }
    }
    lfn_wipe(part, sizeof part);
    return failure;
}

bool lfn_private_read(const char *path, bool follow, lfn_buffer *out_content, lfn_file_facts *out_facts)
{
    *out_facts = (lfn_file_facts){0};
    /* O_NONBLOCK: a named pipe must not hold the caller up. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
    if (descriptor < 0) {
        out_facts->failure = errno;
        return false;
    }
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        out_facts->failure = errno;
    } else if (!S_ISREG(facts.st_mode)) {
        out_facts->failure = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
    } else {
        out_facts->ours = facts.st_uid == geteuid();
        out_facts->others_read = (facts.st_mode & 077) != 0;
        out_facts->mode = facts.st_mode & 07777;
        out_facts->failure = read_all(descriptor, out_content);
    }
    (void)close(descriptor);
    return out_facts->failure == 0;
}

static int write_all(int descriptor, lfn_text content)
{
    size_t written = 0;
    while (written < content.size) {
        ssize_t put = write(descriptor, content.data + written, content.size - written);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno;
        written += (size_t)put;
    }
    return fsync(descriptor) == 0 ? 0 : errno;
}

int lfn_private_replace(const char *path, lfn_text content)
{
    static const char suffix[] = ".XXXXXX";
    size_t size = strlen(path);
    char *temporary = lfn_alloc(size + sizeof suffix);
    if (temporary == NULL)
        return ENOMEM;
    memcpy(temporary, path, size);
    memcpy(temporary + size, suffix, sizeof suffix);

    int failure = 0;
    int descriptor = mkostemp(temporary, O_CLOEXEC); /* made with mode 0600 */
    if (descriptor < 0) {
        failure = errno;
        goto done;
    }
    failure = write_all(descriptor, content);
    if (close(descriptor) != 0 && failure == 0)
        failure = errno;
    if (failure == 0 && rename(temporary, path) != 0)
        failure = errno;
    if (failure != 0)
        (void)unlink(temporary);
done:
    lfn_free(temporary);
    return failure;
}
