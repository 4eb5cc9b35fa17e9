/* The names of open objects: see json_names.h. */
#include "codec/json_names.h"

#include "base/alloc.h"
#include "base/text.h"

/* Up to here each new name is compared with those before it. */
enum { NARROW = 16 };

void lfn_names_init(lfn_names *names, size_t ceiling)
{
    names->all = names->first;
    names->count = 0;
    names->capacity = LFN_NAMES_INLINE;
    names->depth = 0;
    lfn_buffer_init(&names->decoded, ceiling);
}

void lfn_names_open(lfn_names *names)
{
    names->marks[names->depth] = 0;
    names->opened_at[names->depth] = names->count;
    names->decoded_at[names->depth++] = names->decoded.size;
}

static lfn_text text_of(const lfn_names *names, const lfn_name *name)
{
    return lfn_text_make(name->data != NULL ? name->data : names->decoded.data + name->start, name->size);
}

static bool make_room(lfn_names *names)
{
    if (names->count < names->capacity)
        return true;
    lfn_name *all = lfn_alloc_array(names->capacity * 2, sizeof *all);
    if (all == NULL)
        return false;
    memcpy(all, names->all, names->count * sizeof *all);
    if (names->all != names->first)
        lfn_free(names->all);
    names->all = all;
    names->capacity *= 2;
    return true;
}

lfn_name_result lfn_names_add_carefully(lfn_names *names, lfn_text name, bool copied)
{
    size_t begin = names->opened_at[names->depth - 1];
    for (size_t i = begin; i < names->count && i - begin < NARROW; i++)
        if (names->all[i].size == name.size && lfn_text_equal(text_of(names, &names->all[i]), name))
            return LFN_NAME_KNOWN;
    size_t start = names->decoded.size;
    if (!make_room(names) || (copied && !lfn_buffer_append_text(&names->decoded, name)))
        return LFN_NAME_NO_MEMORY;
    names->marks[names->depth - 1] |= lfn_name_mark(name);
    names->all[names->count++] = (lfn_name){copied ? NULL : name.data, start, name.size, 0};
    return LFN_NAME_NEW;
}

/* FNV-1a: it only orders the names. Names that share a value are compared byte by byte, so that nobody gains by making
 * some that do. */
static uint64_t mix_of(lfn_text text)
{
    uint64_t mix = 0xCBF29CE484222325u;
    for (size_t i = 0; i < text.size; i++)
        mix = (mix ^ (unsigned char)text.data[i]) * 0x100000001B3u;
    return mix;
}

static int compare(const lfn_names *names, const lfn_name *left, const lfn_name *right)
{
    if (left->mix != right->mix)
        return left->mix < right->mix ? -1 : 1;
    if (left->size != right->size)
        return left->size < right->size ? -1 : 1;
    return left->size == 0 ? 0 : memcmp(text_of(names, left).data, text_of(names, right).data, left->size);
}

static void sink(const lfn_names *names, lfn_name *heap, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && compare(names, &heap[child], &heap[child + 1]) < 0)
            child++;
        if (compare(names, &heap[at], &heap[child]) >= 0)
            return;
        lfn_name held = heap[at];
        heap[at] = heap[child];
        heap[child] = held;
        at = child;
    }
}

/* A heap sort: in place and never worse than n log n. */
static void sort(const lfn_names *names, lfn_name *all, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(names, all, i, count);
    for (size_t left = count - 1; left > 0; left--) {
        lfn_name held = all[0];
        all[0] = all[left];
        all[left] = held;
        sink(names, all, 0, left);
    }
}

static bool wide_object_is_sound(const lfn_names *names, lfn_name *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        all[i].mix = mix_of(text_of(names, &all[i]));
    sort(names, all, count);
    for (size_t i = 1; i < count; i++)
        if (compare(names, &all[i - 1], &all[i]) == 0)
            return false;
    return true;
}

bool lfn_names_close(lfn_names *names)
{
    size_t begin = names->opened_at[--names->depth];
    size_t count = names->count - begin;
    /* With one name more than NARROW every pair has been compared. */
    bool sound = count <= NARROW + 1 || wide_object_is_sound(names, names->all + begin, count);
    names->count = begin;
    names->decoded.size = names->decoded_at[names->depth];
    return sound;
}

void lfn_names_free(lfn_names *names)
{
    if (names->all != names->first)
        lfn_free(names->all);
    lfn_buffer_free(&names->decoded);
}
