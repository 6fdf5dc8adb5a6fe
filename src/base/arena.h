/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_ARENA_H
#define GM_BASE_ARENA_H

/*
 * Arena: memory that is given back all at once.
 *
 * A command has one arena and results live in it; long loops make a scratch arena of their own.
 * Memory is zeroed and aligned for any object. There is no failure to handle: when the system has
 * no memory left, the process ends through one function (gm_out_of_memory). Input cannot reach that
 * point, because every reader checks its limits before it allocates.
 *
 * With GMIG_ARENA_PRECISE defined (sanitizer builds) each allocation is a block of its own, so that
 * ASan sees overruns.
 */

#include <stddef.h>

#define GM_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#define GM_CHECKED __attribute__((warn_unused_result))
#define GM_CLEANUP(function) __attribute__((cleanup(function)))

typedef struct gm_arena gm_arena;

gm_arena *gm_arena_new(void);

/* Frees the arena and all that lives in it; NULL is fine. */
void gm_arena_free(gm_arena *arena);

/* For `gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();` */
void gm_arena_drop(gm_arena **arena);

/* Ends all that lives in it, and keeps its newest block: for loops of many short rounds. */
void gm_arena_reset(gm_arena *arena);

/* What lives in `from` lives in `to` from now on; `from` itself is freed. */
void gm_arena_join(gm_arena *to, gm_arena *from);

/* `size` bytes, zeroed. Never NULL, also for 0 bytes. */
void *gm_arena_alloc(gm_arena *arena, size_t size);

/* `count` objects of `size` bytes, zeroed; an overflow of the product counts as out of memory. */
void *gm_arena_array(gm_arena *arena, size_t count, size_t size);

#define gm_new(arena, type) ((type *)gm_arena_alloc((arena), sizeof(type)))
#define gm_new_array(arena, count, type) ((type *)gm_arena_array((arena), (count), sizeof(type)))

/* Says so on stderr and ends the process with the exit status of a bug in gmig (70). */
__attribute__((noreturn)) void gm_out_of_memory(void);

#endif
