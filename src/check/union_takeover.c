/* SPDX-License-Identifier: Apache-2.0 */
/* One side of a union has another tool's files, the other gmig's own. */
#include "check/union_rules.h"
#include "history/formats/format.h"

static bool is_gmigs(const gm_graph *graph)
{
    return graph->order.len && graph->order.items[0]->revision->format == &gm_format_gmig;
}

static bool is_foreign(const gm_revision *revision)
{
    return revision->format && revision->format != &gm_format_gmig;
}

bool gm_check_is_taken_over(const gm_check_run *run, const gm_union_fault *fault)
{
    const gm_revision *shipped = fault->base ? fault->base : fault->start;
    return (fault->kind == GM_UNION_CHANGED || fault->kind == GM_UNION_DELETED) &&
           is_foreign(shipped) && is_gmigs(run->input->graph);
}

static void taken_over(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    size_t count = 0;
    GM_EACH (const gm_union_fault, fault, &united->made->faults)
        count += gm_check_is_taken_over(run, fault);
    if (!count)
        return;
    const gm_revision *first = run->input->graph->order.items[0]->revision;
    gm_found found = gm_check_union_of(
        GM_RULE_SHIPPED_REVISION_CHANGED, first, 0,
        gm_str_printf(run->arena,
                      "%zu shipped revision%s of %.*s %s in another tool's format, and the history "
                      "here in gmig's own: whether they do the same was not looked at",
                      count, count == 1 ? "" : "s", GM_ARG(united->base_name),
                      count == 1 ? "is" : "are"),
        GM_STR("What `gmig import` wrote does; `gmig stamp --verify head` says it of a database."));
    found.mild = true;
    gm_check_add(run, found);
}

/* What one side still adds in the old format is in no folder that will be read. */
static void left_out(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    bool ours = is_gmigs(run->input->graph);
    if (ours == is_gmigs(united->base))
        return;
    GM_EACH (gm_node *, node, &united->made->graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (!is_foreign(revision) || !(ours ? gm_union_only_base(united->made, *node)
                                            : gm_union_only_ours(united->made, *node)))
            continue;
        gm_check_add(
            run, gm_check_union_of(
                     GM_RULE_UNREADABLE_REVISION, revision, revision->revision_line,
                     gm_str_printf(run->arena,
                                   "%.*s is in another tool's format, and once the branches have "
                                   "met the history is in gmig's own: it will not be read",
                                   GM_ARG(revision->id)),
                     gm_str_printf(run->arena,
                                   "Run `git merge %.*s`, and write it anew: `gmig revision`.",
                                   GM_ARG(united->base_name))));
    }
}

void gm_check_takeover(gm_check_run *run)
{
    taken_over(run);
    left_out(run);
}
