/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_VEC_H
#define GM_BASE_VEC_H

/*
 * Vec: a growing array in an arena. `GM_VEC(type)` is its type; the zero value is the empty one.
 *
 * Growing doubles and leaves the old items to the arena, so pointers to items die with the next
 * push.
 */

#include <stddef.h>

#include "base/arena.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): a type and a new name cannot stand in parentheses */
#define GM_VEC(type)                                                                               \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t len;                                                                                \
        size_t cap;                                                                                \
    }

/* Appends one item. */
#define gm_vec_push(arena, vec, ...)                                                               \
    do {                                                                                           \
        if ((vec)->len == (vec)->cap)                                                              \
            (vec)->items = gm_vec__grow((arena), (vec)->items, (vec)->len, &(vec)->cap,            \
                                        sizeof(*(vec)->items));                                    \
        (vec)->items[(vec)->len++] = (__VA_ARGS__);                                                \
    } while (0)

/* Room for `count` items in an empty vec, so that growing leaves nothing behind. */
#define gm_vec_reserve(arena, vec, count)                                                          \
    do {                                                                                           \
        (vec)->items = gm_arena_array((arena), (count), sizeof(*(vec)->items));                    \
        (vec)->cap = (count);                                                                      \
    } while (0)

/* for each item: GM_EACH(type, item, &vec) with `type *item`. */
#define GM_EACH(type, item, vec)                                                                   \
    for (__typeof__(type) *item = (vec)->items,                                                    \
                          *item##_end = (vec)->len ? (vec)->items + (vec)->len : item;             \
         item < item##_end; item++)
/* NOLINTEND(bugprone-macro-parentheses) */

/* As qsort; what is in order already, as most of what git gives is, is left alone. `items` may be
 * NULL for none. */
void gm_sort(void *items, size_t count, size_t size, int (*order)(const void *, const void *));

void *gm_vec__grow(gm_arena *arena, void *items, size_t len, size_t *cap, size_t size);

#endif
