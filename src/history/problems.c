/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "history/build.h"

void gm_build_problem(gm_build *build, gm_problem_kind kind, const gm_revision *revision,
                      size_t line, gm_str message, gm_str fix)
{
    gm_vec_push(build->arena, &build->graph->problems,
                (gm_problem){.kind = kind,
                             .path = revision->path,
                             .line = line ? line : revision->revision_line,
                             .revision = revision->id,
                             .message = message,
                             .fix = fix});
}

static int by_place(const void *a, const void *b)
{
    const gm_problem *left = a;
    const gm_problem *right = b;
    int order = gm_str_cmp(left->path, right->path);
    if (order == 0 && left->line != right->line)
        order = left->line < right->line ? -1 : 1;
    if (order == 0 && left->kind != right->kind)
        order = left->kind < right->kind ? -1 : 1;
    return order ? order : gm_str_cmp(left->message, right->message);
}

void gm_build_sort_problems(gm_build *build)
{
    gm_problems *problems = &build->graph->problems;
    if (problems->len)
        qsort(problems->items, problems->len, sizeof(gm_problem), by_place);
}

gm_code gm_graph_sound(const gm_graph *graph, gm_err *err)
{
    if (graph->problems.len == 0)
        return GM_OK;
    const gm_problem *first = &graph->problems.items[0];
    gm_str where = gm_where(err->arena, first->path, first->line);
    size_t more = graph->problems.len - 1;
    if (more == 0) {
        gm_fail_at(err, GM_E_HISTORY, where, "%.*s", GM_ARG(first->message));
        return gm_hint(err, "%.*s", GM_ARG(first->fix));
    }
    gm_fail_at(err, GM_E_HISTORY, where, "%.*s (and %zu more %s)", GM_ARG(first->message), more,
               more == 1 ? "problem" : "problems");
    return gm_hint(err, "%.*s%s`gmig check` shows all of them.", GM_ARG(first->fix),
                   first->fix.len ? " " : "");
}
