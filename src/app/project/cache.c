/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/cache.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"
#include "cache/store.h"
#include "history/brief.h"

/*
 * A key is an object id, or as much of a longer one as a SHA-1 has, and the first bytes of the
 * SHA-256 of what is asked about the object: a format or paths. Short keys are read, summed and
 * compared sooner, and more of them fit into the processor's cache.
 */
enum {
    ID = 20,
    QUESTION = 16,
    KEY = ID + QUESTION,
    ENTRY_ENCODING = 4,
    COMMIT_ENCODING = 3,
};

typedef struct {
    unsigned char bytes[KEY];
} key;

struct gm_cache {
    gm_arena *arena;
    bool present;
    gm_store *revisions;
    gm_store *entries;
    gm_store *commits;
    gm_map questions; /* text -> the QUESTION bytes */
};

/* What one version of gmig has understood is not for another. */
static gm_table_kind kind_of(uint32_t encoding)
{
    uint32_t number = 0x811c9dc5u; /* FNV-1a */
    for (const char *at = GMIG_VERSION; *at; at++)
        number = (number ^ (unsigned char)*at) * 0x01000193u;
    return (gm_table_kind){.encoding = number + encoding, .key_size = KEY};
}

gm_cache *gm_cache_open(gm_arena *arena, const gm_repo *repo)
{
    gm_cache *cache = gm_new(arena, gm_cache);
    cache->arena = arena;
    cache->questions = gm_map_new(arena);
    if (!repo)
        return cache;
    gm_str folder = gm_path_join(arena, gm_repo_common_dir(repo), GM_STR("gmig"));
    cache->present = true;
    cache->revisions = gm_store_open(arena, folder, "revisions", kind_of(GM_BRIEF_ENCODING));
    cache->entries = gm_store_open(arena, folder, "entries", kind_of(ENTRY_ENCODING));
    cache->commits = gm_store_open(arena, folder, "commits", kind_of(COMMIT_ENCODING));
    return cache;
}

static const void *question_of(gm_cache *cache, gm_str text)
{
    gm_oid digest;
    void *known;
    /* Most are one of the first two, asked of thousands of commits: that is cheaper than a hash. */
    for (size_t i = 0; i < 2 && i < cache->questions.entries.len; i++)
        if (gm_str_eq(cache->questions.entries.items[i].key, text))
            return cache->questions.entries.items[i].value;
    known = gm_map_get(&cache->questions, text);
    if (known)
        return known;
    known = gm_arena_alloc(cache->arena, QUESTION);
    if (gm_oid_parse(gm_sha256_hex(cache->arena, text), &digest))
        memcpy(known, digest.bytes, QUESTION);
    gm_map_add(&cache->questions, gm_str_dup(cache->arena, text), known);
    return known;
}

static key key_of(gm_cache *cache, const gm_oid *oid, gm_str question)
{
    key made;
    memcpy(made.bytes, oid->bytes, ID);
    memcpy(made.bytes + ID, question_of(cache, question), QUESTION);
    return made;
}

static gm_str view(const key *k)
{
    return gm_str_of(k->bytes, KEY);
}

/* ---- revisions ---- */

bool gm_cache_find_revision(gm_cache *cache, const char *format, const gm_oid *blob,
                            gm_revision *revision)
{
    gm_str bytes;
    if (!cache->present || gm_oid_none(blob))
        return false;
    key k = key_of(cache, blob, gm_str_from(format));
    return gm_store_find(cache->revisions, view(&k), &bytes) &&
           gm_brief_read(cache->arena, bytes, revision);
}

void gm_cache_add_brief(gm_cache *cache, const char *format, const gm_oid *blob, gm_str brief)
{
    if (!cache->present || gm_oid_none(blob))
        return;
    key k = key_of(cache, blob, gm_str_from(format));
    gm_store_add(cache->revisions, view(&k), brief);
}

void gm_cache_add_revision(gm_cache *cache, const char *format, const gm_revision *revision)
{
    gm_cache_add_brief(cache, format, &revision->blob, gm_brief_write(cache->arena, revision));
}

/* The caller sees to it that there are so many bytes. */
static gm_oid take_oid(gm_str *bytes, size_t len)
{
    gm_oid oid = {.len = (unsigned char)len};
    memcpy(oid.bytes, bytes->ptr, len);
    *bytes = gm_str_sub(*bytes, len, bytes->len);
    return oid;
}

/* ---- entries ---- */

/* Of either the mode in two bytes, lowest first, and the id. */
enum { MODE = 2 };

static gm_tree_entry take_entry(gm_str *value, size_t id_len)
{
    gm_tree_entry entry = {.mode = (unsigned char)value->ptr[0] |
                                   (uint32_t)(unsigned char)value->ptr[1] << 8};
    *value = gm_str_sub(*value, MODE, value->len);
    entry.oid = take_oid(value, id_len);
    return entry;
}

static void put_entry(char *value, const gm_tree_entry *entry, size_t id_len)
{
    value[0] = (char)(entry->mode & 0xff);
    value[1] = (char)(entry->mode >> 8);
    memcpy(value + MODE, entry->oid.bytes, id_len);
}

bool gm_cache_find_places(gm_cache *cache, const gm_oid *commit, gm_str question,
                          gm_cached_places *places)
{
    gm_str value;
    if (!cache->present)
        return false;
    key k = key_of(cache, commit, question);
    if (!gm_store_find(cache->entries, view(&k), &value) ||
        value.len != 2 * ((size_t)MODE + commit->len))
        return false;
    places->config = take_entry(&value, commit->len);
    places->folder = take_entry(&value, commit->len);
    return true;
}

void gm_cache_add_places(gm_cache *cache, const gm_oid *commit, gm_str question,
                         const gm_cached_places *places)
{
    char value[2 * (MODE + sizeof((gm_oid){0}.bytes))];
    size_t each = (size_t)MODE + commit->len;
    if (!cache->present || places->config.mode > UINT16_MAX || places->folder.mode > UINT16_MAX)
        return;
    key k = key_of(cache, commit, question);
    put_entry(value, &places->config, commit->len);
    put_entry(value + each, &places->folder, commit->len);
    gm_store_add(cache->entries, view(&k), gm_str_dup(cache->arena, gm_str_of(value, 2 * each)));
}

/* The id of the other tree, the place in four bytes, lowest first, and what is put in. No commit
 * has the id of a tree, so that these can lie among the entries. */
enum { PLACE = 4 };

bool gm_cache_find_insertion(gm_cache *cache, const gm_oid *tree, gm_cached_insertion *insertion)
{
    gm_str value;
    if (!cache->present)
        return false;
    key k = key_of(cache, tree, GM_STR(""));
    if (!gm_store_find(cache->entries, view(&k), &value) || value.len < (size_t)tree->len + PLACE)
        return false;
    gm_cached_insertion read = {.from = take_oid(&value, tree->len)};
    for (size_t i = PLACE; i--;)
        read.place = read.place << 8 | (unsigned char)value.ptr[i];
    read.bytes = gm_str_sub(value, PLACE, value.len);
    *insertion = read;
    return true;
}

void gm_cache_add_insertion(gm_cache *cache, const gm_oid *tree,
                            const gm_cached_insertion *insertion)
{
    size_t id_len = tree->len;
    size_t size = id_len + PLACE + insertion->bytes.len;
    if (!cache->present || insertion->place > UINT32_MAX)
        return;
    key k = key_of(cache, tree, GM_STR(""));
    char *value = gm_arena_alloc(cache->arena, size);
    memcpy(value, insertion->from.bytes, id_len);
    for (size_t i = 0; i < PLACE; i++)
        value[id_len + i] = (char)(insertion->place >> 8 * i & 0xff);
    if (insertion->bytes.len)
        memcpy(value + id_len + PLACE, insertion->bytes.ptr, insertion->bytes.len);
    gm_store_add(cache->entries, view(&k), gm_str_of(value, size));
}

/* ---- commits ---- */

/* Their ids are in the value: the key has none. */
gm_str gm_cache_find_commits(gm_cache *cache, gm_str question)
{
    gm_str value = {0};
    if (!cache->present)
        return value;
    key k = key_of(cache, &(gm_oid){0}, question);
    return gm_store_find(cache->commits, view(&k), &value) ? value : (gm_str){0};
}

void gm_cache_add_commits(gm_cache *cache, gm_str question, gm_str known)
{
    if (!cache->present)
        return;
    key k = key_of(cache, &(gm_oid){0}, question);
    gm_store_add(cache->commits, view(&k), gm_str_dup(cache->arena, known));
}

/* Of a commit two places are kept together. */
void gm_cache_save(gm_cache *cache)
{
    if (!cache->present || getenv("GIT_QUARANTINE_PATH"))
        return;
    gm_store_save(cache->revisions, GM_CACHE_WORTH);
    gm_store_save(cache->entries, GM_CACHE_WORTH / 2);
    gm_store_save(cache->commits, 1);
}
