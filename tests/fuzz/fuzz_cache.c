/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a table with a checksum that is right, and each of its values as a brief and as
 * known commits: all that a hostile file of the cache could do. */
#include "fuzz.h"

#include "cache/table.h"
#include "git/known_commits.h"
#include "history/brief.h"

static const gm_table_kind kind = {.encoding = 1, .key_size = 4};

static void check_brief(gm_arena *arena, gm_str value)
{
    gm_revision revision;
    if (!gm_brief_read(arena, value, &revision))
        return;
    MUST(gm_revision_id_valid(revision.id));
    size_t total = revision.id.len + revision.message.len + revision.created.len;
    GM_EACH (const gm_str, parent, &revision.parents) {
        MUST(gm_revision_id_valid(*parent));
        total += parent->len;
    }
    MUST(total <= value.len);
    /* What was read is what would be written. */
    gm_revision again;
    MUST(gm_brief_read(arena, gm_brief_write(arena, &revision), &again));
    MUST(gm_str_eq(again.id, revision.id) && again.time == revision.time &&
         again.labels.len == revision.labels.len);
}

static void check_commit(const gm_known *known, gm_str bytes, size_t at)
{
    size_t mark, first, parents, place;
    gm_oid oid = gm_known_id(known, at);
    if (gm_known_find(known, &oid, &place)) {
        gm_oid other = gm_known_id(known, place);
        MUST(place < known->count && gm_oid_eq(&oid, &other));
    }
    if (!gm_known_read(known, at, &mark, &first, &parents))
        return;
    MUST(mark <= known->marks && first + parents <= known->links);
    for (size_t i = 0; i < parents; i++)
        MUST(!gm_known_parent(known, first + i, &place) || place < known->count);
    gm_str text = mark ? gm_known_mark(known, mark) : (gm_str){0};
    MUST(!text.len || (text.ptr > bytes.ptr && text.ptr + text.len <= bytes.ptr + bytes.len));
}

static void check_known(gm_str bytes)
{
    gm_known known;
    if (!gm_known_open(bytes, &known))
        return;
    MUST(known.count * known.id_len <= bytes.len);
    for (size_t i = 0; i < known.count; i++)
        check_commit(&known, bytes, i);
}

static void check_table(gm_arena *arena, gm_str bytes)
{
    gm_table table;
    if (!gm_table_read(bytes, kind, &table))
        return;
    if (bytes.len % 2)
        gm_table_index(arena, &table);
    for (size_t i = 0; i < table.count; i++) {
        size_t at;
        gm_str value;
        gm_table_entry entry = gm_table_at(&table, i);
        MUST(entry.key.ptr > bytes.ptr && entry.key.ptr + entry.key.len <= bytes.ptr + bytes.len);
        MUST(entry.value.ptr > bytes.ptr &&
             entry.value.ptr + entry.value.len <= bytes.ptr + bytes.len);
        if (gm_table_find(&table, entry.key, &at, &value))
            MUST(gm_str_eq(gm_table_at(&table, at).key, entry.key));
        check_brief(arena, entry.value);
        check_known(entry.value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_str bytes = gm_str_dup(arena, gm_str_of(data, size));
    char *own = gm_arena_alloc(arena, size + 1);
    if (size)
        memcpy(own, data, size);
    check_table(arena, bytes);
    if (gm_table_seal(own, size))
        check_table(arena, gm_str_of(own, size));
    check_brief(arena, bytes);
    check_known(bytes);
    gm_arena_free(arena);
    return 0;
}
