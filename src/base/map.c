/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <stdlib.h>
#include <sys/random.h>

/* One for the process: thousands of small maps would ask the kernel thousands of times. Without
 * entropy at boot it stays 0: slower under attack, never wrong. */
static uint64_t process_seed(void)
{
    static _Atomic uint64_t seed;
    uint64_t known = seed;
    if (!known) {
        if (getrandom(&known, sizeof(known), GRND_NONBLOCK) < 0)
            known = 0;
        seed = known;
    }
    return known;
}

gm_map gm_map_new(gm_arena *arena)
{
    return (gm_map){.arena = arena, .seed = process_seed()};
}

/* A step of SplitMix64's finaliser, which can be undone: no two words come out alike. */
static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 29);
}

/* Eight bytes at a time: most keys begin with an object id. */
static uint64_t hash(uint64_t seed, gm_str key)
{
    uint64_t word;
    uint64_t h = mix(seed, key.len);
    size_t at = 0;
    for (; key.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, key.ptr + at, sizeof(word));
        h = mix(h, word);
    }
    if (at < key.len) {
        word = 0;
        memcpy(&word, key.ptr + at, key.len - at);
        h = mix(h, word);
    }
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t slot_of(const gm_map *map, gm_str key)
{
    size_t at = hash(map->seed, key) & (map->slot_count - 1);
    while (map->slots[at] && !gm_str_eq(map->entries.items[map->slots[at] - 1].key, key))
        at = (at + 1) & (map->slot_count - 1);
    return at;
}

bool gm_map_find(const gm_map *map, gm_str key, void **value)
{
    if (!map->slot_count)
        return false;
    uint32_t at = map->slots[slot_of(map, key)];
    if (!at)
        return false;
    if (value)
        *value = map->entries.items[at - 1].value;
    return true;
}

void *gm_map_get(const gm_map *map, gm_str key)
{
    void *value = NULL;
    gm_map_find(map, key, &value);
    return value;
}

static void set_slots(gm_map *map, size_t count)
{
    map->slot_count = count;
    map->slots = gm_new_array(map->arena, map->slot_count, uint32_t);
    for (size_t i = 0; i < map->entries.len; i++)
        map->slots[slot_of(map, map->entries.items[i].key)] = (uint32_t)(i + 1);
}

void gm_map_reserve(gm_map *map, size_t count)
{
    size_t slots = 16;
    while (slots / 2 < count)
        slots *= 2;
    gm_vec_reserve(map->arena, &map->entries, count);
    set_slots(map, slots);
}

bool gm_map_add(gm_map *map, gm_str key, void *value)
{
    if ((map->entries.len + 1) * 2 > map->slot_count)
        set_slots(map, map->slot_count ? map->slot_count * 2 : 16);
    size_t slot = slot_of(map, key);
    if (map->slots[slot])
        return false;
    gm_vec_push(map->arena, &map->entries, (gm_map_entry){key, value});
    map->slots[slot] = (uint32_t)map->entries.len;
    return true;
}

void gm_map_set(gm_map *map, gm_str key, void *value)
{
    if (!gm_map_add(map, key, value))
        map->entries.items[map->slots[slot_of(map, key)] - 1].value = value;
}
