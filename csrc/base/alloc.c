/* Memory of the library: see alloc.h. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_long passes_left = -1;

void lfn_alloc_fail_after(long count)
{
    atomic_store(&passes_left, count);
}

/* Whether the allocation at hand is the one that a test wants to fail. */
static bool fails_now(void)
{
    long left = atomic_load_explicit(&passes_left, memory_order_relaxed);
    if (left < 0)
        return false;
    return atomic_fetch_sub(&passes_left, 1) == 0;
}

/* Small blocks come from malloc: it keeps those that were freed last at hand, and calloc of the GNU C library does not
 * look there. A large one is cheaper from calloc, whose pages are zero before they are touched. */
void *lfn_alloc(size_t size)
{
    enum { SMALL = 2048 };
    if (size == 0 || size > SMALL)
        return fails_now() ? NULL : calloc(1, size > 0 ? size : 1);
    void *memory = lfn_alloc_unset(size);
    return memory != NULL ? memset(memory, 0, size) : NULL;
}

void *lfn_alloc_unset(size_t size)
{
    return fails_now() ? NULL : malloc(size);
}

void *lfn_alloc_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return lfn_alloc(count * size);
}

char *lfn_copy(const char *data, size_t size)
{
    char *copy = size < SIZE_MAX ? lfn_alloc(size + 1) : NULL;
    if (copy != NULL && size > 0)
        memcpy(copy, data, size);
    return copy;
}

void lfn_free(void *memory)
{
    free(memory);
}

void lfn_free_wiped(void *memory, size_t size)
{
    if (memory != NULL)
        lfn_wipe(memory, size);
    free(memory);
}

void lfn_free_string(char *string)
{
    if (string != NULL)
        lfn_free_wiped(string, strlen(string));
}

void lfn_wipe(void *memory, size_t size)
{
    explicit_bzero(memory, size);
}
