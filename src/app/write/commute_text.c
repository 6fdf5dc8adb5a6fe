/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/commute.h"

gm_str gm_conflict_text(gm_arena *arena, const gm_conflict *conflict)
{
    gm_str first = conflict->first.revision->id;
    gm_str second = conflict->second.revision->id;
    const char *dialect = gm_dialect_name(conflict->dialect);
    if (!conflict->fails)
        return gm_str_printf(arena,
                             "the order of %.*s and %.*s makes a difference on %s, and their "
                             "branches do not order them",
                             GM_ARG(first), GM_ARG(second), dialect);
    if (conflict->fails == conflict->second.revision)
        return gm_str_printf(arena, "%.*s does not run behind %.*s on %s: %.*s", GM_ARG(second),
                             GM_ARG(first), dialect, GM_ARG(conflict->failure));
    return gm_str_printf(arena, "with %.*s right before %.*s, %.*s does not run on %s: %.*s",
                         GM_ARG(first), GM_ARG(second), GM_ARG(conflict->fails->id), dialect,
                         GM_ARG(conflict->failure));
}

static gm_str side_line(gm_arena *arena, const gm_conflict_side *side)
{
    gm_str rest = side->statement;
    gm_str line = {0};
    gm_str where = gm_where(arena, side->path, side->line);
    if (!gm_str_line(&rest, &line))
        return where;
    return gm_str_printf(arena, "%.*s: %.*s%s", GM_ARG(where), GM_ARG(line), rest.len ? " …" : "");
}

gm_str gm_conflict_detail(gm_arena *arena, const gm_conflict *conflict)
{
    gm_strs lines = {0};
    gm_vec_push(arena, &lines, side_line(arena, &conflict->first));
    gm_vec_push(arena, &lines, side_line(arena, &conflict->second));
    if (conflict->objects.len)
        gm_vec_push(arena, &lines,
                    gm_str_printf(arena, "concerned: %.*s",
                                  GM_ARG(gm_strs_some(arena, &conflict->objects, 5))));
    return gm_str_join(arena, &lines, GM_STR("\n"));
}
