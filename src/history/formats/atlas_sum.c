/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/atlas_sum.h"

#include "base/buf.h"
#include "base/digest.h"

static gm_str name_of(const gm_revision *revision)
{
    size_t slash = gm_str_rfind(revision->path, '/');
    return slash < revision->path.len ? gm_str_sub(revision->path, slash + 1, revision->path.len)
                                      : revision->path;
}

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(name_of(*(const gm_revision *const *)a),
                      name_of(*(const gm_revision *const *)b));
}

/* In the comments at the top. */
static bool is_ignored(gm_str text)
{
    gm_str line;
    while (gm_str_line(&text, &line) && gm_str_starts(line, GM_STR("--")))
        if (gm_str_is(gm_str_trim(gm_str_sub(line, 2, line.len)), "atlas:sum ignore"))
            return true;
    return false;
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
        gm_str name = name_of(*revision);
        gm_sha256_add(files, name);
        if (is_ignored((*revision)->text))
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
