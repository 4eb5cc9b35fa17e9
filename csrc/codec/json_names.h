/* The names of the objects that are open while a document is read: whether one stands twice. Cost stays near linear in
 * the bytes of the names, whatever they are: a small object compares a name with those before it only where one of them
 * may be the same, a wide one sorts its names once when it ends. */
#ifndef LFN_CODEC_JSON_NAMES_H
#define LFN_CODEC_JSON_NAMES_H

#include "leafnative/json.h"

/* A name of an open object. */
typedef struct lfn_name {
    const char *data; /* a part of the input; NULL: it stands in `decoded` from `start` on */
    size_t start;
    size_t size;
    uint64_t mix; /* of its bytes; made when a wide object ends */
} lfn_name;

enum { LFN_NAMES_INLINE = 24 };

typedef struct lfn_names {
    lfn_name first[LFN_NAMES_INLINE]; /* room for what most documents need, without an allocation */
    lfn_name *all;
    size_t count;
    size_t capacity;
    lfn_buffer decoded; /* the names that held escapes */
    size_t depth;
    uint64_t marks[LFN_JSON_DEPTH];    /* of the names of each open object: lfn_name_mark */
    size_t opened_at[LFN_JSON_DEPTH];  /* count and */
    size_t decoded_at[LFN_JSON_DEPTH]; /* decoded.size when each open object began */
} lfn_names;

typedef enum lfn_name_result { LFN_NAME_NEW, LFN_NAME_KNOWN, LFN_NAME_NO_MEMORY } lfn_name_result;

/* `ceiling`: the size of the document. */
void lfn_names_init(lfn_names *names, size_t ceiling);
void lfn_names_open(lfn_names *names);
/* The same as lfn_names_add for a name that it did not dispose of. */
lfn_name_result lfn_names_add_carefully(lfn_names *names, lfn_text name, bool copied);

/* One of 64 bits, picked by the size and the ends of a name: names that differ in it are not the same. The factors keep
 * the names of the tables apart. */
static inline uint64_t lfn_name_mark(lfn_text name)
{
    if (name.size == 0)
        return 1;
    const unsigned char *bytes = (const unsigned char *)name.data;
    size_t pick = name.size * 2 + bytes[0] * 7u + bytes[name.size - 1] * 19u;
    return UINT64_C(1) << (pick & 63);
}

/* Adds a name to the innermost object. `copied`: the text does not live as long as the document and is copied. A name
 * that a wide object holds already may be told at its end only. Most names are the first with their mark, and then no
 * other is looked at. */
static inline lfn_name_result lfn_names_add(lfn_names *names, lfn_text name, bool copied)
{
    uint64_t mark = lfn_name_mark(name);
    uint64_t *marks = &names->marks[names->depth - 1];
    if (copied || (*marks & mark) != 0 || names->count == names->capacity)
        return lfn_names_add_carefully(names, name, copied);
    *marks |= mark;
    lfn_name *added = &names->all[names->count++];
    added->data = name.data;
    added->size = name.size;
    return LFN_NAME_NEW;
}

/* Ends the innermost object and forgets its names; false when one stood twice. */
bool lfn_names_close(lfn_names *names);
void lfn_names_free(lfn_names *names);

#endif
