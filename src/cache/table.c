/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/table.h"

#include <endian.h>
#include <stdlib.h>

static const char magic[8] = "gmig\ntab";

enum {
    LAYOUT = 1,
    AT_LAYOUT = 8,
    AT_ENCODING = 12,
    AT_KEY_SIZE = 16,
    AT_COUNT = 20,
    AT_VALUES = 24,
    AT_CHECKSUM = 28,
    HEADER = 36,
    GUESSES = 8,
};

static uint32_t get32(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof(number));
    return le32toh(number);
}

static uint64_t get64(const char *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof(number));
    return le64toh(number);
}

static void put32(char *at, size_t number)
{
    uint32_t little = htole32((uint32_t)number);
    memcpy(at, &little, sizeof(little));
}

static void put64(char *at, uint64_t number)
{
    uint64_t little = htole64(number);
    memcpy(at, &little, sizeof(little));
}

/* A step of SplitMix64's finaliser. Each can be undone, so that one wrong word anywhere is noticed
 * for certain. */
static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * 0xbf58476d1ce4e5b9u;
    return sum ^ (sum >> 29);
}

/* Of all bytes but the checksum itself. */
static uint64_t checksum(gm_str bytes)
{
    uint64_t sum = mix(bytes.len, 0);
    size_t at = HEADER;
    for (size_t i = 0; i + 4 <= AT_CHECKSUM; i += 4)
        sum = mix(sum, get32(bytes.ptr + i));
    for (; bytes.len - at >= 8; at += 8)
        sum = mix(sum, get64(bytes.ptr + at));
    for (; at < bytes.len; at++)
        sum = mix(sum, (unsigned char)bytes.ptr[at]);
    return sum ^ (sum >> 32);
}

size_t gm_table_size(gm_table_kind kind, size_t count, size_t values)
{
    return HEADER + count * (kind.key_size + 4) + 4 + values;
}

bool gm_table_read(gm_str bytes, gm_table_kind kind, gm_table *table)
{
    if (bytes.len < HEADER || bytes.len > GM_TABLE_MAX || kind.key_size < GM_TABLE_KEY_MIN ||
        kind.key_size > GM_TABLE_KEY_MAX || memcmp(bytes.ptr, magic, sizeof(magic)) != 0 ||
        get32(bytes.ptr + AT_LAYOUT) != LAYOUT || get32(bytes.ptr + AT_ENCODING) != kind.encoding ||
        get32(bytes.ptr + AT_KEY_SIZE) != kind.key_size)
        return false;
    uint32_t count = get32(bytes.ptr + AT_COUNT);
    uint32_t values = get32(bytes.ptr + AT_VALUES);
    if (count > GM_TABLE_MAX || values > GM_TABLE_MAX ||
        bytes.len != gm_table_size(kind, count, values) ||
        checksum(bytes) != get64(bytes.ptr + AT_CHECKSUM))
        return false;
    const char *keys = bytes.ptr + HEADER;
    const char *starts = keys + (size_t)count * kind.key_size;
    *table = (gm_table){.key_size = kind.key_size,
                        .count = count,
                        .keys = keys,
                        .starts = starts,
                        .values = gm_str_of(starts + 4 * ((size_t)count + 1), values)};
    return true;
}

gm_table_entry gm_table_at(const gm_table *table, size_t at)
{
    /* gm_str_sub cuts what leads out. */
    return (gm_table_entry){
        .key = gm_str_of(table->keys + at * table->key_size, table->key_size),
        .value = gm_str_sub(table->values, get32(table->starts + 4 * at),
                            get32(table->starts + 4 * (at + 1))),
    };
}

static int compare_at(const gm_table *table, size_t at, gm_str key)
{
    return memcmp(table->keys + at * table->key_size, key.ptr, key.len);
}

/* The first bytes of a key as a number that orders like it. */
static uint32_t word_of(const char *key)
{
    uint32_t word;
    memcpy(&word, key, sizeof(word));
    return be32toh(word);
}

void gm_table_index(gm_arena *arena, gm_table *table)
{
    uint32_t *words = gm_new_array(arena, table->count, uint32_t);
    for (size_t i = 0; i < table->count; i++)
        words[i] = word_of(table->keys + i * table->key_size);
    table->words = words;
}

static uint32_t word_at(const gm_table *table, size_t at)
{
    return table->words ? table->words[at] : word_of(table->keys + at * table->key_size);
}

/* Keys begin with object ids, which lie evenly: where this one should be, it nearly is. Halving
 * would miss the processor's cache at every step. */
bool gm_table_find(const gm_table *table, gm_str key, size_t *at, gm_str *value)
{
    size_t low = 0;
    size_t high = key.len == table->key_size ? table->count : 0;
    uint64_t word = high ? word_of(key.ptr) : 0;
    uint64_t before = 0;
    uint64_t behind = UINT32_MAX;
    for (int steps = 0; low < high; steps++) {
        size_t middle = low + (high - low) / 2;
        /* Damaged keys need not be in order. */
        if (steps < GUESSES && before <= word && word < behind)
            middle = low + (size_t)((word - before) * (high - low) / (behind - before));
        uint64_t there = word_at(table, middle);
        int order = there < word ? -1 : there > word ? 1 : compare_at(table, middle, key);
        if (order == 0) {
            *at = middle;
            *value = gm_table_at(table, middle).value;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
            before = there;
        } else {
            high = middle;
            behind = there;
        }
    }
    return false;
}

/* An entry, and the first bytes of its key: nearly always these alone tell the order. */
typedef struct {
    uint32_t word;
    const gm_table_entry *entry;
} ordered;

typedef GM_VEC(ordered) ordered_list;

static int compare(const ordered *one, const ordered *other)
{
    if (one->word != other->word)
        return one->word < other->word ? -1 : 1;
    return memcmp(one->entry->key.ptr, other->entry->key.ptr, one->entry->key.len);
}

/* All keys are of one length; of two that are equal the one that was noted first comes first. */
static int by_key(const void *a, const void *b)
{
    const ordered *one = a;
    const ordered *other = b;
    int order = compare(one, other);
    return order ? order : (one->entry > other->entry) - (one->entry < other->entry);
}

static ordered_list sort_unique(gm_arena *arena, const gm_table_entries *entries)
{
    ordered_list list = {0};
    gm_vec_reserve(arena, &list, entries->len);
    GM_EACH (const gm_table_entry, entry, entries)
        list.items[list.len++] = (ordered){word_of(entry->key.ptr), entry};
    gm_sort(list.items, list.len, sizeof(ordered), by_key);
    size_t kept = 0;
    for (size_t i = 0; i < list.len; i++)
        if (i == 0 || compare(&list.items[kept - 1], &list.items[i]) != 0)
            list.items[kept++] = list.items[i];
    list.len = kept;
    return list;
}

gm_str gm_table_write(gm_arena *arena, gm_table_kind kind, const gm_table_entries *entries)
{
    size_t values = 0;
    ordered_list list = sort_unique(arena, entries);
    if (list.len > GM_TABLE_MAX)
        return (gm_str){0};
    GM_EACH (const ordered, one, &list) {
        if (one->entry->value.len > GM_TABLE_MAX - values)
            return (gm_str){0};
        values += one->entry->value.len;
    }
    size_t size = gm_table_size(kind, list.len, values);
    if (size > GM_TABLE_MAX)
        return (gm_str){0};

    char *bytes = gm_arena_alloc(arena, size);
    char *key = bytes + HEADER;
    char *start = key + list.len * kind.key_size;
    char *value = start + 4 * (list.len + 1);
    const char *first = value;
    memcpy(bytes, magic, sizeof(magic));
    put32(bytes + AT_LAYOUT, LAYOUT);
    put32(bytes + AT_ENCODING, kind.encoding);
    put32(bytes + AT_KEY_SIZE, kind.key_size);
    put32(bytes + AT_COUNT, list.len);
    put32(bytes + AT_VALUES, values);
    GM_EACH (const ordered, one, &list) {
        const gm_table_entry *entry = one->entry;
        memcpy(key, entry->key.ptr, kind.key_size);
        put32(start, (size_t)(value - first));
        if (entry->value.len)
            memcpy(value, entry->value.ptr, entry->value.len);
        key += kind.key_size;
        start += 4;
        value += entry->value.len;
    }
    put32(start, values);
    gm_table_seal(bytes, size);
    return gm_str_of(bytes, size);
}

bool gm_table_seal(char *bytes, size_t len)
{
    if (len < HEADER)
        return false;
    put64(bytes + AT_CHECKSUM, checksum(gm_str_of(bytes, len)));
    return true;
}
