/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the index of a repository. */
#include "fuzz.h"

#include "git/index_peek.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const folders[] = {"", "migrations", "a/b", "no"};
    if (size > 65536)
        return 0;
    gm_arena *arena = gm_arena_new();
    gm_index_peek peek;
    if (gm_index_peek_read(arena, gm_str_of(data, size), 20, GM_STR("gmig.yml"), &peek)) {
        for (size_t i = 0; i < peek.hits.len; i++)
            MUST(gm_str_ends(peek.hits.items[i].path, GM_STR("gmig.yml")));
        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
            gm_oid tree = {0};
            gm_peek answer = gm_index_peek_folder(&peek, gm_str_from(folders[i]), &tree);
            MUST((answer == GM_PEEK_FOUND) == (tree.len == 20));
        }
    }
    gm_arena_free(arena);
    return 0;
}
