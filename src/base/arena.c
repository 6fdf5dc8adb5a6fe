/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

/*
 * The first block is small: blocks come zeroed, and most scratch arenas hold a few strings. Where
 * much is wanted, memory comes in huge pages, if the system has them: to get 4 KiB at a time costs
 * more than most of what is done with them.
 */
enum { FIRST_BLOCK = 1024, LAST_SMALL_BLOCK = 128 * 1024, HUGE_PAGE = 2 * 1024 * 1024 };

#ifdef GMIG_ARENA_PRECISE
static const bool precise = true;
#else
static const bool precise = false;
#endif

typedef struct block {
    struct block *next;
    size_t used;
    size_t size;
    size_t mapped; /* bytes in huge pages; 0: it is of the heap */
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

static void free_blocks(block *first)
{
    for (block *b = first; b;) {
        block *next = b->next;
        if (b->mapped)
            munmap(b, b->mapped);
        else
            free(b);
        b = next;
    }
}

void gm_arena_free(gm_arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

void gm_arena_reset(gm_arena *arena)
{
    block *kept = precise ? NULL : arena->blocks;
    free_blocks(kept ? kept->next : arena->blocks);
    arena->blocks = kept;
    if (!kept)
        return;
    memset(kept->bytes, 0, kept->used);
    kept->used = 0;
    kept->next = NULL;
}

void gm_arena_drop(gm_arena **arena)
{
    gm_arena_free(*arena);
    *arena = NULL;
}

void gm_arena_join(gm_arena *to, gm_arena *from)
{
    block **last = &from->blocks;
    while (*last)
        last = &(*last)->next;
    /* Behind the current block, whose rest stays in use. */
    block **at = to->blocks ? &to->blocks->next : &to->blocks;
    *last = *at;
    *at = from->blocks;
    free(from);
}

/* Whole huge pages for `size` bytes, or NULL. What the alignment leaves over at both ends is given
 * back. */
static block *map_block(size_t size)
{
    size_t len = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *all =
        mmap(NULL, len + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    size_t before = HUGE_PAGE - (uintptr_t)all % HUGE_PAGE;
    char *start = all + before;
    munmap(all, before);
    if (before < HUGE_PAGE)
        munmap(start + len, HUGE_PAGE - before);
    madvise(start, len, MADV_HUGEPAGE);
    block *b = (block *)(void *)start;
    b->mapped = len;
    return b;
}

static block *new_block(size_t size)
{
    if (!precise && size >= HUGE_PAGE && size < SIZE_MAX / 2)
        return map_block(size);
    return calloc(1, size);
}

static block *add_block(gm_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(block))
        gm_out_of_memory();
    block *b = new_block(sizeof(block) + size);
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
    if (precise) {
        block *own = add_block(arena, size);
        own->used = size;
        return own->bytes;
    }
    if (size > SIZE_MAX - align)
        gm_out_of_memory();
    size_t rounded = (size + align - 1) / align * align;
    block *b = arena->blocks;
    if (!b || b->size - b->used < rounded) {
        if (rounded > LAST_SMALL_BLOCK || arena->next_size > LAST_SMALL_BLOCK)
            arena->next_size = HUGE_PAGE - sizeof(block);
        b = add_block(arena, rounded > arena->next_size ? rounded : arena->next_size);
        if (arena->next_size <= LAST_SMALL_BLOCK)
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
