/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_MAP_H
#define GM_BASE_MAP_H

/*
 * Map: bytes -> pointer, in an arena. Iteration goes in the order of insertion, so that output is
 * stable.
 *
 * Keys are views: what they point to must outlive the map. Values may be NULL. Nothing is ever
 * removed. Hashing is seeded per map, so that a hostile file cannot make look-ups slow.
 */

#include "base/str.h"

typedef struct {
    gm_str key;
    void *value;
} gm_map_entry;

typedef struct {
    gm_arena *arena;
    GM_VEC(gm_map_entry) entries;
    uint32_t *slots; /* index of the entry + 1; 0 is free */
    size_t slot_count;
    uint64_t seed;
} gm_map;

gm_map gm_map_new(gm_arena *arena);

/* Room for `count` keys in an empty map. */
void gm_map_reserve(gm_map *map, size_t count);

/* True and *value (where wanted) when the key is there. */
bool gm_map_find(const gm_map *map, gm_str key, void **value);
void *gm_map_get(const gm_map *map, gm_str key); /* NULL when it is not there */

/* False, and nothing changed, when the key was there already. */
bool gm_map_add(gm_map *map, gm_str key, void *value);

/* Adds or replaces. */
void gm_map_set(gm_map *map, gm_str key, void *value);

#endif
