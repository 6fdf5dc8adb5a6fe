/* SPDX-License-Identifier: Apache-2.0 */
#include "git/known_commits.h"

#include <endian.h>

enum {
    WORD = 4,
    HEADER = 5 * WORD,
    UNREAD = -1,
    PARTS_MAX = 16 * 1024 * 1024, /* of each kind: no sum overflows */
};

static uint32_t get(const char *words, size_t at)
{
    uint32_t number;
    memcpy(&number, words + at * WORD, sizeof(number));
    return le32toh(number);
}

static void put(char **at, size_t number)
{
    uint32_t little = htole32((uint32_t)number);
    memcpy(*at, &little, sizeof(little));
    *at += WORD;
}

bool gm_known_open(gm_str bytes, gm_known *known)
{
    if (bytes.len < HEADER)
        return false;
    gm_known read = {.id_len = get(bytes.ptr, 0),
                     .count = get(bytes.ptr, 1),
                     .links = get(bytes.ptr, 2),
                     .marks = get(bytes.ptr, 3)};
    size_t mark_bytes = get(bytes.ptr, 4);
    if ((read.id_len != 20 && read.id_len != 32) || read.count > PARTS_MAX ||
        read.links > PARTS_MAX || read.marks > PARTS_MAX || mark_bytes > PARTS_MAX)
        return false;
    size_t firsts = HEADER + read.count * read.id_len;
    size_t mark_of = firsts + (read.count + 1) * WORD;
    size_t parents = mark_of + read.count * WORD;
    size_t mark_starts = parents + read.links * WORD;
    size_t before = mark_starts + (read.marks + 1) * WORD;
    if (before > bytes.len || bytes.len - before != mark_bytes)
        return false;
    read.ids = bytes.ptr + HEADER;
    read.firsts = bytes.ptr + firsts;
    read.mark_of = bytes.ptr + mark_of;
    read.parents = bytes.ptr + parents;
    read.mark_starts = bytes.ptr + mark_starts;
    read.mark_bytes = gm_str_sub(bytes, before, bytes.len);
    *known = read;
    return true;
}

bool gm_known_find(const gm_known *known, const gm_oid *commit, size_t *place)
{
    size_t low = 0;
    size_t high = commit->len == known->id_len ? known->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(known->ids + middle * known->id_len, commit->bytes, known->id_len);
        if (order == 0) {
            *place = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

gm_oid gm_known_id(const gm_known *known, size_t place)
{
    gm_oid oid = {.len = (unsigned char)known->id_len};
    memcpy(oid.bytes, known->ids + place * known->id_len, known->id_len);
    return oid;
}

bool gm_known_read(const gm_known *known, size_t place, size_t *mark, size_t *first,
                   size_t *parents)
{
    uint32_t number = get(known->mark_of, place);
    size_t start = get(known->firsts, place);
    size_t end = get(known->firsts, place + 1);
    if (number == (uint32_t)UNREAD || number > known->marks || start > end || end > known->links)
        return false;
    *mark = number;
    *first = start;
    *parents = end - start;
    return true;
}

bool gm_known_parent(const gm_known *known, size_t link, size_t *place)
{
    size_t number = get(known->parents, link);
    if (number >= known->count)
        return false;
    *place = number;
    return true;
}

gm_str gm_known_mark(const gm_known *known, size_t mark)
{
    return gm_str_sub(known->mark_bytes, get(known->mark_starts, mark - 1),
                      get(known->mark_starts, mark));
}

/* ---- writing ---- */

/* Ids lie evenly: their first bytes tell nearly all of them apart. */
typedef struct {
    uint64_t beginning;
    const gm_known_commit *commit;
} sortable;

static int by_id(const void *a, const void *b)
{
    const sortable *one = a;
    const sortable *other = b;
    if (one->beginning != other->beginning)
        return one->beginning < other->beginning ? -1 : 1;
    return memcmp(one->commit->oid.bytes, other->commit->oid.bytes, one->commit->oid.len);
}

static sortable *sort_ids(gm_arena *arena, const gm_known_draft *draft)
{
    size_t count = draft->commits.len;
    sortable *sorted = gm_new_array(arena, count + 1, sortable);
    for (size_t i = 0; i < count; i++) {
        uint64_t beginning;
        sorted[i].commit = &draft->commits.items[i];
        memcpy(&beginning, sorted[i].commit->oid.bytes, sizeof(beginning));
        sorted[i].beginning = be64toh(beginning);
    }
    gm_sort(sorted, count, sizeof(*sorted), by_id);
    return sorted;
}

static size_t mark_bytes_of(const gm_known_draft *draft)
{
    size_t bytes = 0;
    GM_EACH (const gm_str, mark, &draft->marks)
        bytes += mark->len;
    return bytes;
}

/* Their links in the order of the ids, as places there. */
static void put_commits(gm_arena *arena, const gm_known_draft *draft, size_t id_len, char **at)
{
    size_t count = draft->commits.len;
    const sortable *sorted = sort_ids(arena, draft);
    uint32_t *places = gm_new_array(arena, count + 1, uint32_t);
    size_t links = 0;
    for (size_t i = 0; i < count; i++) {
        places[sorted[i].commit - draft->commits.items] = (uint32_t)i;
        memcpy(*at, sorted[i].commit->oid.bytes, id_len);
        *at += id_len;
    }
    for (size_t i = 0; i < count; i++) {
        put(at, links);
        links += sorted[i].commit->parents;
    }
    put(at, links);
    for (size_t i = 0; i < count; i++)
        put(at, sorted[i].commit->read ? sorted[i].commit->mark : (uint32_t)UNREAD);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sorted[i].commit->parents; j++)
            put(at, places[draft->links.items[sorted[i].commit->first + j]]);
}

gm_str gm_known_write(gm_arena *arena, const gm_known_draft *draft)
{
    size_t count = draft->commits.len;
    size_t id_len = count ? draft->commits.items[0].oid.len : 20;
    size_t links = 0;
    size_t mark_bytes = mark_bytes_of(draft);
    GM_EACH (const gm_known_commit, commit, &draft->commits)
        links += commit->parents;
    size_t size = HEADER + count * (id_len + 2 * (size_t)WORD) + WORD + links * WORD +
                  (draft->marks.len + 1) * WORD + mark_bytes;
    char *bytes = gm_arena_alloc(arena, size);
    char *at = bytes;
    put(&at, id_len);
    put(&at, count);
    put(&at, links);
    put(&at, draft->marks.len);
    put(&at, mark_bytes);
    put_commits(arena, draft, id_len, &at);
    size_t start = 0;
    put(&at, start);
    GM_EACH (const gm_str, mark, &draft->marks)
        put(&at, start += mark->len);
    GM_EACH (const gm_str, mark, &draft->marks) {
        memcpy(at, mark->ptr, mark->len);
        at += mark->len;
    }
    return gm_str_of(bytes, size);
}
