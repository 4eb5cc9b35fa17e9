/* Memory of one request: what was taken lives until the arena is freed, and is wiped then. The store's texts live until
 * its next call only, so handlers keep here what they still need. */
#ifndef LFN_SERVICE_ARENA_H
#define LFN_SERVICE_ARENA_H

#include "leafnative/error.h"

#include <stdalign.h>

typedef struct lfn_arena_block lfn_arena_block;

/* Room for what most requests need, so that they allocate nothing. */
enum { LFN_ARENA_ROOM = 1600 };

typedef struct lfn_arena {
    lfn_arena_block *first; /* what did not fit into the room */
    size_t used;
    alignas(max_align_t) unsigned char room[LFN_ARENA_ROOM]; /* set as it is taken */
} lfn_arena;

/* Makes an arena ready for use. */
void lfn_arena_begin(lfn_arena *arena);
/* Zeroed memory, or NULL. */
void *lfn_arena_take(lfn_arena *arena, size_t size);
/* Puts a copy that lives as long as the arena in the place of the text. An absent text stays absent. */
lfn_status lfn_arena_keep(lfn_arena *arena, lfn_text *text);
/* The same with ASCII letters in lower case. */
lfn_status lfn_arena_keep_lower(lfn_arena *arena, lfn_text *text);
/* Wipes and frees what was taken; the arena is ready again. */
void lfn_arena_free(lfn_arena *arena);

#endif
