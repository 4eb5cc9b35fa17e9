/* Memory of the library. Everything the library allocates goes through here, so that a test can fail any allocation and
 * that what is freed with a size is wiped. */
#ifndef LFN_BASE_ALLOC_H
#define LFN_BASE_ALLOC_H

#include <stddef.h>

/* Zeroed memory, or NULL. Free it with lfn_free. */
void *lfn_alloc(size_t size);
/* Memory that holds anything, for one who writes all of it that is ever read; `size` is not 0. */
void *lfn_alloc_unset(size_t size);
/* Memory for `count` items of `size` bytes, zeroed, or NULL also when the product overflows. */
void *lfn_alloc_array(size_t count, size_t size);
/* A copy of the bytes ended by a NUL, or NULL. */
char *lfn_copy(const char *data, size_t size);
void lfn_free(void *memory);
/* Wipes and frees. */
void lfn_free_wiped(void *memory, size_t size);
/* Wipes a NUL-ended string and frees it. */
void lfn_free_string(char *string);
/* Wipes; never left out by the compiler. */
void lfn_wipe(void *memory, size_t size);

/* For tests: from now on let `count` allocations pass and fail the one after; negative: fail none. */
void lfn_alloc_fail_after(long count);

#endif
