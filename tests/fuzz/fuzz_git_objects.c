/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a tree and as a commit: values that keep their promises, or "damaged". The first
 * byte chooses the kind of ids. */
#include "fuzz.h"

#include "git/internal.h"

static void check_tree(gm_arena *arena, gm_str bytes, size_t oid_len)
{
    gm_tree_entries entries = {0};
    if (!gm_tree_parse(arena, bytes, oid_len, &entries))
        return;
    size_t total = 0;
    GM_EACH (const gm_tree_entry, entry, &entries) {
        MUST(entry->name.len && !gm_str_has(entry->name, '/') && !gm_str_is(entry->name, ".."));
        MUST(entry->oid.len == oid_len);
        total += entry->name.len + 2 + oid_len;
    }
    MUST(total <= bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_commit commit = {0};
    gm_str bytes = gm_str_of(data, size);
    if (size > 0)
        check_tree(arena, gm_str_sub(bytes, 1, size), data[0] & 1 ? 32 : 20);
    if (gm_commit_parse(arena, bytes, &commit)) {
        MUST(commit.tree.len == 20 || commit.tree.len == 32);
        MUST(commit.subject.len <= size && !gm_str_has(commit.subject, '\n'));
        MUST(commit.time >= 0);
    }
    gm_arena_free(arena);
    return 0;
}
