/* Memory of one request: see arena.h. */
#include "service/arena.h"

#include "base/alloc.h"
#include "base/text.h"

/* A block holds many pieces. */
enum { BLOCK_SIZE = 2000, PIECE_ALIGNMENT = alignof(max_align_t) };

struct lfn_arena_block {
    lfn_arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

void lfn_arena_begin(lfn_arena *arena)
{
    arena->first = NULL;
    arena->used = 0;
}

static lfn_arena_block *add_block(lfn_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(lfn_arena_block))
        return NULL;
    lfn_arena_block *block = lfn_alloc_unset(sizeof *block + size);
    if (block == NULL)
        return NULL;
    *block = (lfn_arena_block){.next = arena->first, .size = size};
    arena->first = block;
    return block;
}

static unsigned char *take_from_block(lfn_arena *arena, size_t size)
{
    lfn_arena_block *block = arena->first;
    if (block == NULL || block->size - block->used < size)
        block = add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
    if (block == NULL)
        return NULL;
    block->used += size;
    return block->bytes + block->used - size;
}

static unsigned char *take_from_room(lfn_arena *arena, size_t size)
{
    arena->used += size;
    return arena->room + arena->used - size;
}

void *lfn_arena_take(lfn_arena *arena, size_t size)
{
    if (size > SIZE_MAX - PIECE_ALIGNMENT)
        return NULL;
    size = (size + PIECE_ALIGNMENT - 1) / PIECE_ALIGNMENT * PIECE_ALIGNMENT;
    bool fits = size <= LFN_ARENA_ROOM - arena->used;
    unsigned char *piece = fits ? take_from_room(arena, size) : take_from_block(arena, size);
    return piece != NULL ? memset(piece, 0, size) : NULL;
}

lfn_status lfn_arena_keep(lfn_arena *arena, lfn_text *text)
{
    if (text->data == NULL)
        return LFN_OK;
    char *copy = lfn_arena_take(arena, text->size + 1);
    if (copy == NULL)
        return LFN_NO_MEMORY;
    if (text->size > 0)
        memcpy(copy, text->data, text->size);
    text->data = copy;
    return LFN_OK;
}

lfn_status lfn_arena_keep_lower(lfn_arena *arena, lfn_text *text)
{
    if (text->data == NULL)
        return LFN_OK;
    lfn_text given = *text;
    char *copy = lfn_arena_take(arena, given.size + 1);
    if (copy == NULL)
        return LFN_NO_MEMORY;
    for (size_t i = 0; i < given.size; i++)
        copy[i] = lfn_ascii_lower(given.data[i]);
    text->data = copy;
    return LFN_OK;
}

void lfn_arena_free(lfn_arena *arena)
{
    while (arena->first != NULL) {
        lfn_arena_block *block = arena->first;
        arena->first = block->next;
        lfn_free_wiped(block, sizeof *block + block->used);
    }
    lfn_wipe(arena->room, arena->used);
    arena->used = 0;
}
