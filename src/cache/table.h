/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CACHE_TABLE_H
#define GM_CACHE_TABLE_H

/*
 * Table: keys of one length -> short values, as one string of bytes that can be a file.
 *
 *     "gmig\ntab", layout, encoding, key size, count, size of the values, checksum
 *     the keys, each greater than the one before
 *     where the value of each key begins, and where the last one ends
 *     the values
 *
 * Numbers have four bytes, the checksum eight, the lowest first.
 *
 * The bytes are not trusted. Either they are wholly what gm_table_write made, as far as a checksum
 * of 64 bits can tell, or they are no table; and whatever they are, reading stays inside of them.
 * The checksum finds damage. It does nothing against somebody who wants to deceive: whose file to
 * believe is for the caller to say (store.h).
 */

#include "base/str.h"

enum {
    GM_TABLE_KEY_MIN = 4, /* bytes of a key */
    GM_TABLE_KEY_MAX = 64,
    GM_TABLE_MAX = 16 * 1024 * 1024, /* bytes of a whole table */
};

typedef struct {
    gm_str key; /* of the table's key size */
    gm_str value;
} gm_table_entry;

typedef GM_VEC(gm_table_entry) gm_table_entries;

typedef struct {
    uint32_t encoding; /* what the values mean; the caller's number */
    uint32_t key_size;
} gm_table_kind;

/* A view of the bytes; the zero value is an empty table. */
typedef struct {
    uint32_t key_size;
    uint32_t count;
    const char *keys;
    const char *starts; /* of the values; count + 1 numbers */
    gm_str values;
    const uint32_t *words; /* the beginnings of the keys; NULL: gm_table_index was not called */
} gm_table;

/* False, and nothing changed, when the bytes are no table of that kind. */
bool gm_table_read(gm_str bytes, gm_table_kind kind, gm_table *table);

/* For who looks up many keys: the keys themselves are too many for the processor's cache. */
void gm_table_index(gm_arena *arena, gm_table *table);

/* *at is the place of the key among all, from 0. */
bool gm_table_find(const gm_table *table, gm_str key, size_t *at, gm_str *value);

gm_table_entry gm_table_at(const gm_table *table, size_t at);

/* How many bytes `count` entries take whose values have `values` bytes together. */
size_t gm_table_size(gm_table_kind kind, size_t count, size_t values);

/* The bytes of a table of these entries, in any order; of equal keys the first counts. Empty when
 * that would be more than GM_TABLE_MAX. */
gm_str gm_table_write(gm_arena *arena, gm_table_kind kind, const gm_table_entries *entries);

/* Puts the checksum of `len` bytes where gm_table_read looks for it; false when they are too few
 * for a table. */
bool gm_table_seal(char *bytes, size_t len);

#endif
