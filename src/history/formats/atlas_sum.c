/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/atlas_sum.h"

#include "base/buf.h"
#include "base/digest.h"
#include "history/formats/atlas_file.h"

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(gm_atlas_file_name((*(const gm_revision *const *)a)->path),
                      gm_atlas_file_name((*(const gm_revision *const *)b)->path));
}

gm_str gm_atlas_sum(gm_arena *arena, const gm_revisions *revisions)
{
    gm_buf lines = gm_buf_new(arena, SIZE_MAX);
    gm_sha256 *files = gm_sha256_new(arena);
    gm_sha256 *all = gm_sha256_new(arena);
    gm_revisions sorted = {0};
    GM_EACH (const gm_revision *, revision, revisions)
        gm_vec_push(arena, &sorted, *revision);
    gm_sort(sorted.items, sorted.len, sizeof(*sorted.items), by_name);
    GM_EACH (const gm_revision *, revision, &sorted) {
        gm_str name = gm_atlas_file_name((*revision)->path);
        gm_sha256_add(files, name);
        if (gm_atlas_file_read(arena, (*revision)->text).ignored)
            continue;
        gm_sha256_add(files, (*revision)->text);
        gm_str sum = gm_sha256_base64(arena, files);
        gm_sha256_add(all, name);
        gm_sha256_add(all, sum);
        gm_buf_printf(&lines, "%.*s h1:%.*s\n", GM_ARG(name), GM_ARG(sum));
    }
    return gm_str_printf(arena, "h1:%.*s\n%.*s", GM_ARG(gm_sha256_base64(arena, all)),
                         GM_ARG(gm_buf_str(&lines)));
}
