/* Small files that hold secrets: read whole with what the file system says about them, and replaced at one stroke. */
#ifndef LFN_CLIENT_PRIVATE_FILE_H
#define LFN_CLIENT_PRIVATE_FILE_H

#include "leafnative/error.h"

/* What the file system says about a file that was read. */
typedef struct lfn_file_facts {
    bool ours;        /* the owner is the user of this process */
    bool others_read; /* group or others can read or write it */
    unsigned mode;    /* its permission bits */
    int failure;      /* errno when it could not be read, else 0 */
} lfn_file_facts;

/* Appends the content of a regular file. False, with the reason in `failure`, when it cannot be opened or read (EFBIG:
 * over the ceiling of the buffer; ENOMEM). `follow` false refuses a symbolic link with ELOOP. */
bool lfn_private_read(const char *path, bool follow, lfn_buffer *out_content, lfn_file_facts *out_facts);

/* Writes a file of mode 0600 beside `path` and renames it into its place. 0, or the errno. */
int lfn_private_replace(const char *path, lfn_text content);

#endif
