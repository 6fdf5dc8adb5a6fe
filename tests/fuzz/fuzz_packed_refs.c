/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a packed-refs file. */
#include "fuzz.h"

#include "git/plain_refs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_source_refs refs;
    if (gm_packed_refs_parse(arena, gm_str_of(data, size), &refs))
        for (size_t i = 0; i < refs.len; i++) {
            const gm_source_ref *ref = &refs.items[i];
            MUST(ref->oid.len == 20 && !gm_oid_none(&ref->oid));
            MUST(gm_str_starts(ref->name, GM_STR("refs/")) && ref->name.len <= size);
            MUST(strlen(ref->name.ptr) == ref->name.len);
            MUST(i == 0 || gm_str_cmp(refs.items[i - 1].name, ref->name) < 0);
        }
    gm_arena_free(arena);
    return 0;
}
