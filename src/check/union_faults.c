/* SPDX-License-Identifier: Apache-2.0 */
/* Single revisions that the two sides of a union, or a ref that has shipped them, have otherwise.
 */
#include "check/union_rules.h"
#include "history/formats/format.h"

static void add(gm_check_run *run, gm_rule rule, const gm_revision *revision, size_t line,
                gm_str message, gm_str fix)
{
    gm_check_add(run, gm_check_union_of(rule, revision, line, message, fix));
}

/* Of ours, beside what the base has. */
static void add_both(gm_check_run *run, gm_rule rule, const gm_union_fault *fault, gm_str message,
                     gm_str fix)
{
    gm_found found = gm_check_union_of(rule, fault->ours, fault->ours->revision_line, message, fix);
    found.finding.other_path = fault->base->path;
    found.finding.other_line = fault->base->revision_line;
    gm_check_add(run, found);
}

/* ---- what each fault says ---- */

static bool has_versions(const gm_revision *revision)
{
    return revision->format && revision->format->versions;
}

static gm_str renumber(const gm_check_run *run)
{
    gm_str base = run->input->united->base_name;
    return gm_str_printf(run->arena,
                         "Run `git merge %.*s` or `git rebase %.*s`, then `gmig rebase %.*s`: it "
                         "gives yours the next version.",
                         GM_ARG(base), GM_ARG(base), GM_ARG(base));
}

/* Two files have its version, and the other one is the base's. */
static bool is_still_there(const gm_graph *graph, const gm_union_fault *fault)
{
    GM_EACH (const gm_revision *, other, &graph->duplicates)
        if (gm_str_eq((*other)->id, fault->id) && fault->base &&
            gm_oid_eq(&(*other)->blob, &fault->base->blob))
            return true;
    return false;
}

/* It has landed on another parent, as what a stacked branch begins with does. With another id it
 * would run twice. */
static gm_str take_landed(const gm_check_run *run, gm_str base, const gm_union_fault *fault)
{
    bool conflict = gm_str_eq(fault->base->path, fault->ours->path);
    return gm_str_printf(
        run->arena,
        conflict ? "Run `git rebase %.*s` or `git merge %.*s`, and take its file in the "
                   "conflict: `git checkout %.*s -- %.*s`."
                 : "Run `git rebase %.*s` or `git merge %.*s`, and remove yours: "
                   "%.*s has it as %.*s.",
        GM_ARG(base), GM_ARG(base), GM_ARG(base), GM_ARG(fault->base->path));
}

static void same_id(gm_check_run *run, gm_str base, const gm_union_fault *fault)
{
    if (is_still_there(run->input->graph, fault))
        return; /* the history itself has both, and that is told */
    if (has_versions(fault->ours) && !gm_str_eq(fault->ours->path, fault->base->path)) {
        add_both(run, GM_RULE_DUPLICATE_VERSION, fault,
                 gm_str_printf(run->arena, "%.*s has another revision of this version: %.*s",
                               GM_ARG(base), GM_ARG(gm_check_who(run, fault->base))),
                 renumber(run));
        return;
    }
    bool landed = gm_map_find(&run->input->united->same_sql, fault->id, NULL);
    add_both(run, GM_RULE_SAME_ID_DIFFERENT_CONTENT, fault,
             gm_str_printf(run->arena,
                           landed ? "%.*s has this revision otherwise: the statements are the "
                                    "same, its parents or words are not: %.*s"
                                  : "%.*s has another revision of this id: %.*s",
                           GM_ARG(base), GM_ARG(gm_check_who(run, fault->base))),
             landed ? take_landed(run, base, fault)
                    : GM_STR("Give yours another id in its header, and its file another name."));
}

static void two_files(gm_check_run *run, gm_str base, const gm_union_fault *fault)
{
    bool version = has_versions(fault->ours);
    add_both(run, version ? GM_RULE_DUPLICATE_VERSION : GM_RULE_DUPLICATE_ID, fault,
             gm_str_printf(run->arena,
                           "revision '%.*s' is in %.*s, too, as %.*s: both files will stay",
                           GM_ARG(fault->id), GM_ARG(base), GM_ARG(fault->base->path)),
             gm_str_printf(run->arena, "Remove this file, or call it as it is called in %.*s.",
                           GM_ARG(base)));
}

static void changed(gm_check_run *run, gm_str name, const gm_union_fault *fault)
{
    if (fault->ours->repeatable || is_still_there(run->input->graph, fault))
        return;
    const gm_check_union *united = run->input->united;
    bool same_sql = gm_map_find(&united->same_sql, fault->id, NULL);
    const gm_revision *shipped = fault->base ? fault->base : fault->start;
    gm_str where = fault->base ? name : GM_STR("the merge base");
    add(run, GM_RULE_SHIPPED_REVISION_CHANGED, fault->ours, fault->ours->revision_line,
        gm_str_printf(run->arena, "%.*s has this revision (%.*s), and here it is edited; %s",
                      GM_ARG(where), GM_ARG(shipped->path),
                      same_sql ? "its statements are the same"
                      : fault->ours->format && !fault->ours->format->sql
                          ? "databases that have applied it do not get the edit"
                          : "databases that have applied it have run other statements"),
        GM_STR("Take the edit back, and put the change into a new revision."));
}

static void renamed(gm_check_run *run, gm_str name, const gm_union_fault *fault)
{
    add(run, GM_RULE_SHIPPED_REVISION_RENAMED, fault->ours, fault->ours->revision_line,
        gm_str_printf(run->arena, "this file is %.*s in %.*s", GM_ARG(fault->base->path),
                      GM_ARG(name)),
        GM_STR("Give it its old name."));
}

static void deleted(gm_check_run *run, gm_str name, const gm_union_fault *fault)
{
    bool turns_round = fault->base->format == &gm_format_gmig;
    add(run, GM_RULE_SHIPPED_REVISION_DELETED, fault->base, 0,
        gm_str_printf(run->arena, "%.*s has revision %.*s, and here it is deleted", GM_ARG(name),
                      GM_ARG(fault->id)),
        gm_str_printf(run->arena,
                      "Bring it back: `git checkout %.*s -- %.*s`. To undo what it did, %s",
                      GM_ARG(name), GM_ARG(fault->base->path),
                      turns_round ? "run `gmig revert COMMIT` with the commit or the merge that "
                                    "brought it."
                                  : "write a new revision."));
}

/* ---- all of them ---- */

void gm_check_union_faults(gm_check_run *run)
{
    static void (*const tell[])(gm_check_run * run, gm_str name, const gm_union_fault *fault) = {
        [GM_UNION_SAME_ID] = same_id, [GM_UNION_TWICE] = two_files, [GM_UNION_CHANGED] = changed,
        [GM_UNION_RENAMED] = renamed, [GM_UNION_DELETED] = deleted,
    };
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_union_fault, fault, &united->made->faults)
        if (!gm_check_is_taken_over(run, fault))
            tell[fault->kind](run, united->base_name, fault);
    gm_check_takeover(run);
    GM_EACH (const gm_check_shipped, shipped, &united->shipped) {
        if (gm_check_is_taken_over(run, &shipped->fault))
            continue;
        gm_str name = shipped->ref;
        /* The cure names one ref, so that it can be typed. */
        if (shipped->others && shipped->fault.kind != GM_UNION_DELETED)
            name = gm_str_printf(run->arena, "%.*s (and %zu more)", GM_ARG(name), shipped->others);
        tell[shipped->fault.kind](run, name, &shipped->fault);
    }
}
