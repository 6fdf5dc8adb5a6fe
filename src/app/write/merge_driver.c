/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/merge_driver.h"

#include "app/write/heads_file.h"
#include "app/write/merging_sides.h"
#include "app/project/projects.h"
#include "base/file.h"
#include "history/heads_file.h"
#include "history/union.h"

/* A line a head: what is larger is no such file, and a conflict as it is. */
enum { VERSION_MAX = 1024 * 1024 };

/* How far an answer goes. */
typedef enum { UNKNOWN, CLEAN, CONFLICT } verdict;

typedef struct {
    gm_arena *arena;
    const gm_merge_driver_call *call;
    gm_project *project; /* whose file it is; NULL: nobody's */
    gm_str start, one, other;
    gm_str merged; /* of a clean one */
    gm_merge_driver_result result;
} driver;

/* ---- the commits that meet ---- */

/* The bytes of the file in a commit; empty where it has none. */
static bool file_at(const driver *d, const gm_view *view, gm_str *text)
{
    gm_err ignored = gm_err_new(d->arena);
    gm_entry entry;
    bool found;
    *text = (gm_str){0};
    if (gm_snapshot_find(view->snapshot, d->call->path, &entry, &found, &ignored) != GM_OK)
        return false;
    return !found || (entry.kind == GM_ENTRY_FILE &&
                      gm_snapshot_read(view->snapshot, &entry, text, &ignored) == GM_OK);
}

/* Is this the commit that a version is of? */
static bool is_side(const driver *d, const gm_oid *commit, gm_str version, gm_view *view)
{
    gm_err ignored = gm_err_new(d->arena);
    gm_str text;
    if (gm_view_open_graph(d->project, gm_oid_hex(d->arena, commit), view, &ignored) != GM_OK ||
        !file_at(d, view, &text) || !gm_str_eq(text, version))
        return false;
    GM_EACH (const gm_problem, problem, &view->graph->problems)
        if (problem->kind == GM_PROBLEM_UNREADABLE)
            return false;
    return true;
}

/* A change that only the other side has made git takes over; anything else it may not. */
static bool is_settled(const gm_union_fault *fault)
{
    return fault->start && fault->base && gm_oid_eq(&fault->start->blob, &fault->base->blob) &&
           gm_oid_eq(&fault->start->down_blob, &fault->base->down_blob);
}

/* Of versions in names the order is never in doubt, so nothing diverges: but a new one on each side
 * is what the file is there to tell. */
static bool both_have_added(const gm_union *made)
{
    bool one = false;
    bool other = false;
    GM_EACH (const gm_map_entry, entry, &made->items.entries) {
        const gm_union_item *item = entry->value;
        if (!item->revision->format || !item->revision->format->versions ||
            item->revision->repeatable)
            continue;
        one |= item->base && !item->ours;
        other |= item->ours && !item->base;
    }
    return one && other;
}

static verdict conflict(driver *d, bool mended, gm_str why)
{
    d->result = (gm_merge_driver_result){.conflict = true, .why = why, .mended = mended};
    return CONFLICT;
}

static gm_str name_heads(const driver *d, const gm_nodes *heads)
{
    enum { HEADS_SHOWN = 10 };
    gm_strs ids = {0};
    GM_EACH (gm_node *, head, heads)
        gm_vec_push(d->arena, &ids, (*head)->revision->id);
    return gm_strs_some(d->arena, &ids, HEADS_SHOWN);
}

static verdict judge(driver *d, const gm_union *made)
{
    GM_EACH (const gm_union_fault, fault, &made->faults)
        if (!is_settled(fault))
            return conflict(d, false,
                            gm_str_printf(d->arena, "both sides have changed revision %.*s",
                                          GM_ARG(fault->id)));
    if (made->graph->problems.len)
        return conflict(d, false, made->graph->problems.items[0].message);
    gm_node_groups groups = gm_graph_divergent(d->arena, made->graph);
    if (groups.len) {
        const gm_nodes *heads = &groups.items[0];
        gm_str lineage = gm_lineage_name(d->arena, heads->items[0]->lineage);
        return conflict(d, true,
                        gm_str_printf(d->arena, "lineage %.*s will have %zu heads: %.*s",
                                      GM_ARG(lineage), heads->len, GM_ARG(name_heads(d, heads))));
    }
    if (both_have_added(made))
        return conflict(d, true, GM_STR("both sides have new versions"));
    gm_heads_file file = gm_heads_file_of(d->arena, made->graph);
    d->merged = gm_heads_file_text(d->arena, &file);
    return CLEAN;
}

static verdict unite(driver *d, const gm_merging_side *side)
{
    gm_view views[3];
    gm_union_side start;
    if (!is_side(d, &side->one, d->one, &views[0]) ||
        !is_side(d, &side->other, d->other, &views[1]) ||
        (side->has_start && !is_side(d, &side->start, d->start, &views[2])) ||
        (!side->has_start && d->start.len))
        return UNKNOWN;
    if (side->has_start)
        start = gm_union_side_of(d->arena, views[2].graph, views[2].migrations);
    gm_union_side one = gm_union_side_of(d->arena, views[0].graph, views[0].migrations);
    gm_union_side other = gm_union_side_of(d->arena, views[1].graph, views[1].migrations);
    return judge(d, gm_union_make(d->arena, side->has_start ? &start : NULL, &one, &other, NULL));
}

static verdict by_commits(driver *d)
{
    verdict found = UNKNOWN;
    if (!d->project)
        return UNKNOWN;
    gm_merging_sides sides = gm_merging_sides_find(d->project);
    for (size_t i = 0; i < sides.len && found == UNKNOWN; i++)
        found = unite(d, &sides.items[i]);
    return found;
}

/* ---- the file alone ---- */

/* HEAD has this version, and other heads than it lists: then the file tells nothing of them. */
static bool is_stale(const driver *d)
{
    gm_err ignored = gm_err_new(d->arena);
    gm_view view;
    gm_oid head;
    if (!d->project ||
        gm_repo_resolve(d->project->repo, GM_STR("HEAD"), &head, &ignored) != GM_OK ||
        !is_side(d, &head, d->one, &view))
        return false;
    gm_heads_file listed = gm_heads_file_parse(d->arena, d->one);
    gm_heads_file heads = gm_heads_file_of(d->arena, view.graph);
    gm_heads_file_sort(&listed);
    return !gm_heads_file_same(&listed, &heads);
}

static verdict by_file(driver *d)
{
    if (is_stale(d))
        return conflict(d, true, GM_STR("the list of this side was not written anew"));
    gm_heads_file start = gm_heads_file_parse(d->arena, d->start);
    gm_heads_file one = gm_heads_file_parse(d->arena, d->one);
    gm_heads_file other = gm_heads_file_parse(d->arena, d->other);
    gm_heads_file merged;
    if (d->start.len && !gm_heads_file_sound(&start))
        return conflict(d, true, GM_STR("the version that both began with is no list of heads"));
    if (!gm_heads_file_merge(d->arena, &start, &one, &other, &merged))
        return conflict(d, true, GM_STR("both sides have other heads of one lineage"));
    d->merged = gm_heads_file_text(d->arena, &merged);
    return CLEAN;
}

static bool is_heads_file(const driver *d, gm_str text)
{
    gm_heads_file file = gm_heads_file_parse(d->arena, text);
    return gm_heads_file_sound(&file);
}

static verdict decide(driver *d)
{
    if (d->start.len > VERSION_MAX || d->one.len > VERSION_MAX || d->other.len > VERSION_MAX)
        return conflict(d, false, GM_STR("it is larger than a list of heads may be"));
    if (!is_heads_file(d, d->one) || !is_heads_file(d, d->other))
        return conflict(d, false, GM_STR("this is no list of heads on both sides"));
    verdict found = by_commits(d);
    return found == UNKNOWN ? by_file(d) : found;
}

/* ---- all ---- */

/* The project whose `heads_file` the path is. That none is found is no reason to give up. */
static void find_project(driver *d, gm_project *opened)
{
    gm_err ignored = gm_err_new(d->arena);
    gm_projects projects = {0};
    if (!opened->repo || !gm_repo_top(opened->repo).len ||
        gm_projects_at(opened, GM_STR("worktree"), true, &projects, &ignored) != GM_OK)
        return;
    GM_EACH (gm_project, one, &projects) {
        gm_str path;
        if (gm_heads_file_path(one, &one->config, &path, &ignored) == GM_OK && path.len &&
            gm_str_eq(path, d->call->path))
            d->project = one;
    }
}

static gm_code read_version(const driver *d, gm_str cwd, gm_str name, gm_str *text, gm_err *err)
{
    return gm_file_read(d->arena, gm_path_join(d->arena, cwd, name), GM_BLOB_MAX, text, err);
}

gm_code gm_merge_driver(gm_arena *arena, const gm_project_options *options,
                        const gm_merge_driver_call *call, gm_merge_driver_result *result,
                        gm_err *err)
{
    gm_project *opened GM_CLEANUP(gm_project_drop) = NULL;
    gm_err ignored = gm_err_new(arena);
    driver d = {.arena = arena, .call = call};
    gm_str cwd;
    GM_TRY(gm_project_cwd(arena, options->folder, &cwd, err));
    GM_TRY(read_version(&d, cwd, call->start, &d.start, err));
    GM_TRY(read_version(&d, cwd, call->one, &d.one, err));
    GM_TRY(read_version(&d, cwd, call->other, &d.other, err));
    if (gm_project_open(arena, options, &opened, &ignored) == GM_OK)
        find_project(&d, opened);
    gm_str text = decide(&d) == CLEAN
                      ? d.merged
                      : gm_heads_file_conflict(arena, d.one, d.other, call->marker_size);
    GM_TRY(gm_file_write(gm_path_join(arena, cwd, call->one), text,
                         (gm_write_options){.replace = true}, err));
    *result = d.result;
    return GM_OK;
}
