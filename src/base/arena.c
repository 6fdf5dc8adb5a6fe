/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The first block is small: blocks come zeroed, and most scratch arenas hold a few strings. */
enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 1024 * 1024 };

typedef struct block {
    struct block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
} block;

struct gm_arena {
    block *blocks;
    size_t next_size;
};

void gm_out_of_memory(void)
{
    fputs("gmig: out of memory\n", stderr);
    exit(70);
}

gm_arena *gm_arena_new(void)
{
    gm_arena *arena = calloc(1, sizeof(*arena));
    if (!arena)
        gm_out_of_memory();
    arena->next_size = FIRST_BLOCK;
    return arena;
}

void gm_arena_free(gm_arena *arena)
{
    if (!arena)
        return;
    for (block *b = arena->blocks; b;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

void gm_arena_drop(gm_arena **arena)
{
    gm_arena_free(*arena);
    *arena = NULL;
}

static block *add_block(gm_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(block))
        gm_out_of_memory();
    block *b = calloc(1, sizeof(block) + size);
    if (!b)
        gm_out_of_memory();
    b->size = size;
    /* A large allocation gets its own block behind the current one, whose rest stays in use. */
    if (arena->blocks && size > arena->next_size) {
        b->next = arena->blocks->next;
        arena->blocks->next = b;
    } else {
        b->next = arena->blocks;
        arena->blocks = b;
    }
    return b;
}

void *gm_arena_alloc(gm_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
#ifdef GMIG_ARENA_PRECISE
    block *own = add_block(arena, size);
    own->used = size;
    return own->bytes;
#endif
    if (size > SIZE_MAX - align)
        gm_out_of_memory();
    size_t rounded = (size + align - 1) / align * align;
    block *b = arena->blocks;
    if (!b || b->size - b->used < rounded) {
        b = add_block(arena, rounded > arena->next_size ? rounded : arena->next_size);
        if (arena->next_size < LARGEST_BLOCK)
            arena->next_size *= 2;
    }
    void *at = b->bytes + b->used;
    b->used += rounded;
    return at;
}

void *gm_arena_array(gm_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        gm_out_of_memory();
    return gm_arena_alloc(arena, count * size);
}
