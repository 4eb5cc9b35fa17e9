/* Growing buffers with a ceiling: see leafnative/base.h. */
#include "base/alloc.h"
#include "base/text.h"
#include "leafnative/base.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_CAPACITY = 128 };

void lfn_buffer_init(lfn_buffer *buffer, size_t ceiling)
{
    *buffer = (lfn_buffer){.ceiling = ceiling};
}

static bool fits_ceiling(const lfn_buffer *buffer, size_t size)
{
    return !buffer->failed && size <= buffer->ceiling && buffer->size <= buffer->ceiling - size;
}

/* The old memory is wiped: it may have held a secret. */
static bool move_to_memory(lfn_buffer *buffer, size_t capacity)
{
    char *data = lfn_alloc_unset(capacity);
    if (data == NULL) {
        buffer->failed = true;
        return false;
    }
    if (buffer->size > 0)
        memcpy(data, buffer->data, buffer->size);
    lfn_free_wiped(buffer->data, buffer->capacity);
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

/* Moves to memory for `size` more bytes and a NUL, twice as much or more, so that bytes which come one by one are not
 * moved each time. Not inlined, since most appends find room. */
__attribute__((noinline)) static bool grow(lfn_buffer *buffer, size_t size)
{
    if (!fits_ceiling(buffer, size)) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->size + size + 1;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed)
        capacity = capacity <= SIZE_MAX / 2 ? capacity * 2 : needed;
    if (capacity - 1 > buffer->ceiling)
        capacity = buffer->ceiling + 1;
    return move_to_memory(buffer, capacity);
}

bool lfn_buffer_reserve(lfn_buffer *buffer, size_t size)
{
    if (!buffer->failed && size < buffer->capacity - buffer->size)
        return true;
    if (!fits_ceiling(buffer, size)) {
        buffer->failed = true;
        return false;
    }
    if (!move_to_memory(buffer, buffer->size + size + 1))
        return false;
    buffer->data[buffer->size] = '\0';
    return true;
}

/* Makes room for `size` more bytes and a NUL. The memory never goes beyond the ceiling. */
static inline bool make_room(lfn_buffer *buffer, size_t size)
{
    return (!buffer->failed && size < buffer->capacity - buffer->size) || grow(buffer, size);
}

char *lfn_buffer_extend(lfn_buffer *buffer, size_t size)
{
    if (!make_room(buffer, size))
        return NULL;
    char *place = buffer->data + buffer->size;
    place[size] = '\0';
    buffer->size += size;
    return place;
}

static inline bool append(lfn_buffer *buffer, const void *data, size_t size)
{
    if (!make_room(buffer, size))
        return false;
    if (size > 0)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
    return true;
}

bool lfn_buffer_append(lfn_buffer *buffer, const void *data, size_t size)
{
    return append(buffer, data, size);
}

bool lfn_buffer_append_text(lfn_buffer *buffer, lfn_text text)
{
    return append(buffer, text.data, text.size);
}

bool lfn_buffer_append_string(lfn_buffer *buffer, const char *string)
{
    return append(buffer, string, strlen(string));
}

bool lfn_buffer_format(lfn_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !make_room(buffer, (size_t)size)) {
        buffer->failed = true;
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
    return true;
}

void lfn_buffer_clear(lfn_buffer *buffer)
{
    if (buffer->data != NULL)
        lfn_wipe(buffer->data, buffer->size + 1);
    buffer->size = 0;
    buffer->failed = false;
}

void lfn_buffer_free(lfn_buffer *buffer)
{
    lfn_free_wiped(buffer->data, buffer->capacity);
    *buffer = (lfn_buffer){.ceiling = buffer->ceiling};
}
