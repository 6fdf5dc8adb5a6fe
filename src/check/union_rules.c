/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two branches make together, and neither alone.
 *
 * What the checked history has by itself is told by the other rules, once. A finding stands in a
 * file of the checked side where there is one: a host shows only what is in the lines of a pull
 * request.
 */
#include "base/buf.h"
#include "check/run.h"
#include "history/fork.h"
#include "history/formats/format.h"

/* Ids are shown in full, commits as git shortens them in a middling repository. */
enum { COMMIT_SHOWN = 12 };

static const gm_union_item *item_of(const gm_union *made, const gm_revision *revision)
{
    return gm_map_get(&made->items, revision->id);
}

static bool only_ours(const gm_union *made, const gm_node *node)
{
    const gm_union_item *item = item_of(made, node->revision);
    return item->ours && !item->base;
}

static bool only_base(const gm_union *made, const gm_node *node)
{
    const gm_union_item *item = item_of(made, node->revision);
    return item->base && !item->ours;
}

/* `other` is the base's, at `other_line`. */
static void add_beside(gm_check_run *run, gm_rule rule, const gm_revision *revision, size_t line,
                       const gm_revision *other, size_t other_line, gm_str message, gm_str fix)
{
    gm_check_add(run, (gm_found){.of_union = true,
                                 .finding = {.rule = rule,
                                             .path = revision->path,
                                             .line = line,
                                             .revision = revision->id,
                                             .message = message,
                                             .fix = fix,
                                             .other_path = other ? other->path : GM_STR(""),
                                             .other_line = other_line}});
}

static void add(gm_check_run *run, gm_rule rule, const gm_revision *revision, size_t line,
                gm_str message, gm_str fix)
{
    add_beside(run, rule, revision, line, NULL, 0, message, fix);
}

static size_t parents_line(const gm_revision *revision)
{
    return revision->parents_line ? revision->parents_line : revision->revision_line;
}

/* ---- merges that came too early ---- */

/* A child that only the base has, of a parent that `merge` takes for a head. */
static const gm_node *overtaken(const gm_union *made, const gm_node *merge, const gm_node **parent)
{
    GM_EACH (gm_node *, head, &merge->parents)
        GM_EACH (gm_node *, child, &(*head)->children)
            if (only_base(made, *child) && gm_lineage_shared((*child)->lineage, merge->lineage)) {
                *parent = *head;
                return *child;
            }
    return NULL;
}

static gm_str merge_again(const gm_check_run *run, const gm_revision *merge)
{
    return gm_str_printf(run->arena,
                         "Remove %.*s, run `git merge %.*s`, then `gmig merge --stage` again.",
                         GM_ARG(merge->path), GM_ARG(run->input->united->base_name));
}

/* ---- several heads ---- */

/* Two heads of one lineage, and the children of the fork on the ways to them. */
typedef struct {
    const gm_node *fork; /* NULL: the ways begin at two bases */
    const gm_node *ours;
    const gm_node *base;
} meeting;

static bool all_are_heads(const gm_nodes *heads, const gm_graph *graph)
{
    GM_EACH (gm_node *, head, heads) {
        const gm_node *node = gm_graph_find(graph, (*head)->revision->id);
        if (!node || !gm_node_is_head(node))
            return false;
    }
    return true;
}

/* The first that is wanted, else any, of at least two; never `taken`. */
static gm_node *pick(const gm_union *made, const gm_nodes *heads,
                     bool (*wanted)(const gm_union *made, const gm_node *node),
                     const gm_node *taken)
{
    GM_EACH (gm_node *, head, heads)
        if (wanted(made, *head) && *head != taken)
            return *head;
    return heads->items[taken && heads->items[0] == taken];
}

/* One head of each side, as far as there are such. */
static meeting meet(gm_arena *arena, const gm_union *made, const gm_nodes *heads)
{
    gm_node *two[2];
    two[0] = pick(made, heads, only_ours, NULL);
    two[1] = pick(made, heads, only_base, two[0]);
    gm_nodes pair = {two, 2, 2};
    meeting found = {.fork = gm_fork_of(made->graph, &pair, 2)};
    found.ours = gm_fork_side(arena, made->graph, found.fork, two[0]);
    found.base = gm_fork_side(arena, made->graph, found.fork, two[1]);
    return found;
}

gm_revisions gm_check_union_named(gm_arena *arena, const gm_union *made, const gm_graph *ours)
{
    gm_revisions named = {0};
    GM_EACH (const gm_union_fault, fault, &made->faults)
        if (fault->kind == GM_UNION_SAME_ID)
            gm_vec_push(arena, &named, fault->base);
    if (gm_check_in_doubt(made->graph) || gm_check_in_doubt(ours))
        return named;
    gm_node_groups groups = gm_graph_divergent(arena, made->graph);
    GM_EACH (const gm_nodes, heads, &groups) {
        if (all_are_heads(heads, ours))
            continue;
        meeting found = meet(arena, made, heads);
        gm_vec_push(arena, &named, found.ours->revision);
        gm_vec_push(arena, &named, found.base->revision);
    }
    return named;
}

/* "bbbb2 (migrations/bbbb2.sql; origin/main, 1a2b3c4d5e6f by Ada <ada@example.org>)" */
static gm_str who(const gm_check_run *run, const gm_revision *revision)
{
    const gm_check_union *united = run->input->united;
    const gm_union_item *item = gm_map_get(&united->made->items, revision->id);
    const gm_check_origin *origin = gm_map_get(&united->origins, revision->id);
    gm_buf buf = gm_buf_new(run->arena, SIZE_MAX);
    bool both = item && item->base && item->ours && gm_oid_eq(&item->base->blob, &item->ours->blob);
    bool ours = gm_union_is_ours(item, revision);
    gm_buf_printf(&buf, "%.*s (%.*s; %.*s", GM_ARG(revision->id), GM_ARG(revision->path),
                  GM_ARG(ours ? united->ours_name : united->base_name));
    if (both)
        gm_buf_printf(&buf, " and %.*s", GM_ARG(united->base_name));
    if (origin && origin->known && origin->commit.len)
        gm_buf_printf(&buf, ", %.*s by %.*s", GM_ARG(gm_str_sub(origin->commit, 0, COMMIT_SHOWN)),
                      GM_ARG(origin->author));
    else if (origin && origin->known)
        gm_buf_z(&buf, ", not committed");
    gm_buf_char(&buf, ')');
    return gm_buf_str(&buf);
}

/*
 * A revision that only this branch has is moved behind the base's: that keeps the history straight.
 * One that the base has, or that was merged from elsewhere, may be in databases, and stays.
 * `policy: merge` names the merge first wherever it helps.
 */
static gm_str mend(const gm_check_run *run, const meeting *found)
{
    const gm_check_union *united = run->input->united;
    if (only_base(united->made, found->ours))
        return gm_str_printf(run->arena, "Merge them in %.*s: run `gmig merge --stage` there.",
                             GM_ARG(united->base_name));
    const gm_node *unused = NULL;
    if (gm_node_is_merge(found->ours) && only_ours(united->made, found->ours) &&
        overtaken(united->made, found->ours, &unused))
        return merge_again(run, found->ours->revision);
    gm_str merge = gm_str_printf(run->arena, "un `git merge %.*s`, then `gmig merge --stage`",
                                 GM_ARG(united->base_name));
    gm_str rebase = gm_str_printf(run->arena, "un `git rebase %.*s`, then `gmig rebase %.*s`",
                                  GM_ARG(united->base_name), GM_ARG(united->base_name));
    bool moves = only_ours(united->made, found->ours) && !run->input->merges_first;
    const gm_format_ops *format = found->ours->revision->format;
    if (format && format->versions)
        return gm_str_printf(run->arena,
                             "Run `git merge %.*s`, and put yours behind those of %.*s.",
                             GM_ARG(united->base_name), GM_ARG(united->base_name));
    return gm_str_printf(run->arena, "R%.*s; or r%.*s.", GM_ARG(moves ? rebase : merge),
                         GM_ARG(moves ? merge : rebase));
}

static void divergent(gm_check_run *run, const gm_nodes *heads)
{
    const gm_check_union *united = run->input->united;
    meeting found = meet(run->arena, united->made, heads);
    gm_str lineage = gm_lineage_name(run->arena, heads->items[0]->lineage);
    gm_buf message = gm_buf_new(run->arena, SIZE_MAX);
    if (only_base(united->made, found.ours))
        gm_buf_printf(&message, "%.*s has %zu heads in lineage %.*s", GM_ARG(united->base_name),
                      heads->len, GM_ARG(lineage));
    else
        gm_buf_printf(&message, "with %.*s there are %zu heads in lineage %.*s",
                      GM_ARG(united->base_name), heads->len, GM_ARG(lineage));
    gm_buf_printf(&message, ": %.*s", GM_ARG(gm_check_name_heads(run->arena, heads)));
    if (found.fork)
        gm_buf_printf(&message, "; %.*s has the children ", GM_ARG(found.fork->revision->id));
    else
        gm_buf_z(&message, "; no ancestor is common to the bases ");
    gm_buf_printf(&message, "%.*s and %.*s", GM_ARG(who(run, found.ours->revision)),
                  GM_ARG(who(run, found.base->revision)));
    const gm_revision *at = found.ours->revision;
    gm_check_add(run, (gm_found){.of_union = true,
                                 .of_base = only_base(united->made, found.ours),
                                 .finding = {.rule = GM_RULE_DIVERGENT_HEADS,
                                             .path = at->path,
                                             .line = parents_line(at),
                                             .revision = at->id,
                                             .message = gm_buf_str(&message),
                                             .fix = mend(run, &found),
                                             .other_path = found.base->revision->path,
                                             .other_line = parents_line(found.base->revision)}});
}

static void stale_merges(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (gm_node *, node, &united->made->graph->order) {
        const gm_node *parent = NULL;
        const gm_node *child = NULL;
        if (gm_node_is_merge(*node) && only_ours(united->made, *node))
            child = overtaken(united->made, *node, &parent);
        if (!child)
            continue;
        const gm_revision *merge = (*node)->revision;
        add_beside(run, GM_RULE_STALE_MERGE_REVISION, merge, parents_line(merge), child->revision,
                   parents_line(child->revision),
                   gm_str_printf(
                       run->arena,
                       "%.*s merges %.*s, which is no head in %.*s: its child is %.*s (%.*s)",
                       GM_ARG(merge->id), GM_ARG(parent->revision->id), GM_ARG(united->base_name),
                       GM_ARG(child->revision->id), GM_ARG(child->revision->path)),
                   merge_again(run, merge));
    }
}

/* ---- single revisions ---- */

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
        add_beside(run, GM_RULE_DUPLICATE_VERSION, fault->ours, fault->ours->revision_line,
                   fault->base, fault->base->revision_line,
                   gm_str_printf(run->arena, "%.*s has another revision of this version: %.*s",
                                 GM_ARG(base), GM_ARG(who(run, fault->base))),
                   renumber(run));
        return;
    }
    bool landed = gm_map_find(&run->input->united->same_sql, fault->id, NULL);
    add_beside(run, GM_RULE_SAME_ID_DIFFERENT_CONTENT, fault->ours, fault->ours->revision_line,
               fault->base, fault->base->revision_line,
               gm_str_printf(run->arena,
                             landed ? "%.*s has this revision otherwise: the statements are the "
                                      "same, its parents or words are not: %.*s"
                                    : "%.*s has another revision of this id: %.*s",
                             GM_ARG(base), GM_ARG(who(run, fault->base))),
               landed ? take_landed(run, base, fault)
                      : GM_STR("Give yours another id in its header, and its file another name."));
}

static void two_files(gm_check_run *run, gm_str base, const gm_union_fault *fault)
{
    bool version = has_versions(fault->ours);
    add_beside(run, version ? GM_RULE_DUPLICATE_VERSION : GM_RULE_DUPLICATE_ID, fault->ours,
               fault->ours->revision_line, fault->base, fault->base->revision_line,
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

/* ---- a history that goes over to gmig's own format ---- */

static bool is_gmigs(const gm_graph *graph)
{
    return graph->order.len && graph->order.items[0]->revision->format == &gm_format_gmig;
}

static bool is_foreign(const gm_revision *revision)
{
    return revision->format && revision->format != &gm_format_gmig;
}

/* `gmig import` has made another file of it, or a first revision stands for it: what the two say
 * cannot be compared. */
static bool is_taken_over(const gm_check_run *run, const gm_union_fault *fault)
{
    const gm_revision *shipped = fault->base ? fault->base : fault->start;
    return (fault->kind == GM_UNION_CHANGED || fault->kind == GM_UNION_DELETED) &&
           is_foreign(shipped) && is_gmigs(run->input->graph);
}

static void taken_over(gm_check_run *run, size_t count)
{
    const gm_revision *first = run->input->graph->order.items[0]->revision;
    gm_check_add(
        run,
        (gm_found){
            .of_union = true,
            .mild = true,
            .finding = {
                .rule = GM_RULE_SHIPPED_REVISION_CHANGED,
                .path = first->path,
                .revision = first->id,
                .message = gm_str_printf(
                    run->arena,
                    "%zu shipped revision%s of %.*s %s in another tool's format, and the history "
                    "here in gmig's own: whether they do the same was not looked at",
                    count, count == 1 ? "" : "s", GM_ARG(run->input->united->base_name),
                    count == 1 ? "is" : "are"),
                .fix = GM_STR("What `gmig import` wrote does; `gmig stamp --verify head` says it "
                              "of a database.")}});
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
        if (!is_foreign(revision) ||
            !(ours ? only_base(united->made, *node) : only_ours(united->made, *node)))
            continue;
        add(run, GM_RULE_UNREADABLE_REVISION, revision, revision->revision_line,
            gm_str_printf(run->arena,
                          "%.*s is in another tool's format, and once the branches have met the "
                          "history is in gmig's own: it will not be read",
                          GM_ARG(revision->id)),
            gm_str_printf(run->arena, "Run `git merge %.*s`, and write it anew: `gmig revision`.",
                          GM_ARG(united->base_name)));
    }
}

static void faults(gm_check_run *run)
{
    size_t over = 0;
    static void (*const tell[])(gm_check_run * run, gm_str name, const gm_union_fault *fault) = {
        [GM_UNION_SAME_ID] = same_id, [GM_UNION_TWICE] = two_files, [GM_UNION_CHANGED] = changed,
        [GM_UNION_RENAMED] = renamed, [GM_UNION_DELETED] = deleted,
    };
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_union_fault, fault, &united->made->faults)
        if (is_taken_over(run, fault))
            over++;
        else
            tell[fault->kind](run, united->base_name, fault);
    if (over)
        taken_over(run, over);
    left_out(run);
    GM_EACH (const gm_check_shipped, shipped, &united->shipped) {
        if (is_taken_over(run, &shipped->fault))
            continue;
        gm_str name = shipped->ref;
        /* The cure names one ref, so that it can be typed. */
        if (shipped->others && shipped->fault.kind != GM_UNION_DELETED)
            name = gm_str_printf(run->arena, "%.*s (and %zu more)", GM_ARG(name), shipped->others);
        tell[shipped->fault.kind](run, name, &shipped->fault);
    }
}

/* ---- edges ---- */

static bool has_problem(const gm_graph *graph, const gm_problem *like)
{
    GM_EACH (const gm_problem, problem, &graph->problems)
        if (problem->kind == like->kind && gm_str_eq(problem->revision, like->revision))
            return true;
    return false;
}

static void edges(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_problem, problem, &united->made->graph->problems) {
        const gm_union_item *item = gm_map_get(&united->made->items, problem->revision);
        if (!item || has_problem(run->input->graph, problem) || has_problem(united->base, problem))
            continue;
        bool dangling = problem->kind == GM_PROBLEM_MISSING_PARENT;
        gm_str fix = problem->fix;
        if (dangling && item->ours)
            fix = gm_str_printf(run->arena, "Run `gmig rebase %.*s`, or name another parent.",
                                GM_ARG(united->base_name));
        else if (dangling)
            fix = gm_str_printf(run->arena, "Bring the parent back: %.*s builds on it.",
                                GM_ARG(united->base_name));
        add(run, dangling ? GM_RULE_DANGLING_PARENT : gm_check_rule_of_problem[problem->kind],
            item->revision, problem->line,
            gm_str_printf(run->arena, "with %.*s %.*s", GM_ARG(united->base_name),
                          GM_ARG(problem->message)),
            fix);
    }
}

/* ---- models ---- */

static void twice(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_model_change, change, &united->twice)
        gm_check_add(
            run, (gm_found){
                     .of_union = true,
                     .finding = {
                         .rule = GM_RULE_MODELS_OUT_OF_STEP,
                         .path = change->path,
                         .line = change->line,
                         .message = gm_str_printf(
                             run->arena, "%.*s %s here and in %.*s, and each has a revision for it",
                             GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                         .fix = gm_str_printf(
                             run->arena, "Run `git merge %.*s`, and take it out of your revision.",
                             GM_ARG(united->base_name))}});
}

static void add_program(gm_check_run *run, gm_rule rule, const gm_model_change *change,
                        gm_str message, gm_str fix)
{
    gm_check_add(run, (gm_found){.of_union = true,
                                 .finding = {.rule = rule,
                                             .path = change->path,
                                             .line = change->line,
                                             .message = message,
                                             .fix = fix}});
}

/* Neither branch can write the revision before it has the other's models. */
static void program(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    gm_arena *arena = run->arena;
    GM_EACH (const gm_model_change, change, &united->program.changes)
        add_program(run, GM_RULE_MISSING_MIGRATION, change,
                    gm_str_printf(arena, "%.*s %s together with %.*s, and no revision says so",
                                  GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                    gm_str_printf(arena, "Run `git merge %.*s`, then `%.*s`.",
                                  GM_ARG(united->base_name), GM_ARG(united->program.command)));
    GM_EACH (const gm_model_change, change, &united->program.doubtful)
        add_program(run, GM_RULE_UNRESOLVED_MODELS, change,
                    gm_str_printf(arena,
                                  "%.*s %s together with %.*s as far as can be told without "
                                  "running the models",
                                  GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                    GM_STR("Say what it stands for under `type_hints` of gmig.yml, or see that a "
                           "revision has it."));
}

void gm_check_union_rules(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    const gm_graph *graph = united->made->graph;
    faults(run);
    edges(run);
    twice(run);
    program(run);
    gm_check_late(run);
    if (gm_check_in_doubt(graph) || gm_check_in_doubt(run->input->graph))
        return;
    stale_merges(run);
    gm_node_groups groups = gm_graph_divergent(run->arena, graph);
    GM_EACH (const gm_nodes, heads, &groups)
        if (!all_are_heads(heads, run->input->graph))
            divergent(run, heads);
}
