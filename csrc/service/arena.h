/* Memory of one request: what was taken lives until the arena is freed, and is wiped then. The store's texts live until
 * its next call only, so handlers keep here what they still need. */
#ifndef LFN_SERVICE_ARENA_H
#define LFN_SERVICE_ARENA_H

#include "leafnative/error.h"

typedef struct lfn_arena_block lfn_arena_block;

/* A zeroed one is ready for use. */
typedef struct lfn_arena {
    lfn_arena_block *first;
} lfn_arena;

/* Zeroed memory, or NULL. */
void *lfn_arena_take(lfn_arena *arena, size_t size);
/* Puts a copy that lives as long as the arena in the place of the text. An absent text stays absent. */
lfn_status lfn_arena_keep(lfn_arena *arena, lfn_text *text);
/* The same with ASCII letters in lower case. */
lfn_status lfn_arena_keep_lower(lfn_arena *arena, lfn_text *text);
void lfn_arena_free(lfn_arena *arena);

#endif
