/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two developers who merge the same heads on two machines must write the same bytes under the same
 * name, for then git merges their branches without a fork. So nothing here may come from the clock,
 * a generator or the order in which the heads were given.
 */
#include "base/buf.h"
#include "base/digest.h"
#include "history/formats/format.h"

enum { ID_DIGITS = 12 };

gm_str gm_merge_message(gm_arena *arena, const gm_strs *parents)
{
    return gm_str_printf(arena, "merge %.*s", GM_ARG(gm_strs_list(arena, parents)));
}

gm_revision_draft gm_merge_draft(gm_arena *arena, const gm_revision *const *heads, size_t count,
                                 gm_str message)
{
    gm_revision_draft draft = {.message = message};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        gm_vec_push(arena, &draft.parents, heads[i]->id);
        if (i == 0 || heads[i]->time > draft.time)
            draft.time = heads[i]->time;
    }
    gm_strs_sort(&draft.parents);
    gm_buf_z(&buf, "gmig merge\n");
    for (size_t i = 0; i < count; i++) {
        gm_buf_add(&buf, draft.parents.items[i]);
        gm_buf_char(&buf, '\n');
    }
    draft.id = gm_str_sub(gm_sha256_hex(arena, gm_buf_str(&buf)), 0, ID_DIGITS);
    if (message.len == 0)
        draft.message = gm_merge_message(arena, &draft.parents);
    return draft;
}

gm_str gm_merge_file_name(gm_arena *arena, const gm_revision_draft *draft)
{
    gm_revision_draft plain = *draft;
    gm_err unused = gm_err_new(arena);
    gm_str name = {0};
    plain.message = gm_merge_message(arena, &draft->parents);
    /* The default template has known fields only, so this cannot fail. */
    gm_revision_file_name(arena, GM_STR(GM_FILE_TEMPLATE), &plain, &name, &unused);
    return name;
}
