/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the three versions of a file of heads, with NUL between them: what is read is
 * written and read the same again, a merge has the same outcome with its sides exchanged, and a
 * conflict loses no line of either. */
#include "fuzz.h"

#include "history/heads_file.h"

static gm_str next(gm_str *rest)
{
    size_t end = gm_str_find(*rest, '\0', 0);
    gm_str part = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end + 1, rest->len);
    return part;
}

static void look_at(gm_arena *arena, gm_heads_file *file)
{
    gm_heads_file_sort(file);
    gm_heads_file back = gm_heads_file_parse(arena, gm_heads_file_text(arena, file));
    MUST(gm_heads_file_sound(&back));
    MUST(gm_heads_file_same(file, &back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_str rest = gm_str_of(data, size);
    gm_str texts[3];
    gm_heads_file files[3], merged, exchanged;
    for (size_t i = 0; i < 3; i++) {
        texts[i] = next(&rest);
        files[i] = gm_heads_file_parse(arena, texts[i]);
        MUST(files[i].conflict <= files[i].lines && files[i].strange <= files[i].lines);
        look_at(arena, &files[i]);
    }
    bool clean = gm_heads_file_merge(arena, &files[0], &files[1], &files[2], &merged);
    MUST(gm_heads_file_merge(arena, &files[0], &files[2], &files[1], &exchanged) == clean);
    if (clean) {
        MUST(gm_heads_file_same(&merged, &exchanged));
        look_at(arena, &merged);
    }
    gm_str conflict = gm_heads_file_conflict(arena, texts[1], texts[2], 7);
    MUST(conflict.len >= texts[1].len && conflict.len >= texts[2].len);
    gm_arena_free(arena);
    return 0;
}
