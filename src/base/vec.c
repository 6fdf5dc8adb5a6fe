/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

void *gm_vec__grow(gm_arena *arena, void *items, size_t len, size_t *cap, size_t size)
{
    size_t wanted = *cap ? *cap * 2 : 8;
    void *grown = gm_arena_array(arena, wanted, size);
    if (len)
        memcpy(grown, items, len * size);
    *cap = wanted;
    return grown;
}

void gm_sort(void *items, size_t count, size_t size, int (*order)(const void *, const void *))
{
    size_t at = 1;
    const char *item = items;
    while (at < count && order(item, item + size) <= 0) {
        item += size;
        at++;
    }
    if (at < count)
        qsort(items, count, size, order);
}
