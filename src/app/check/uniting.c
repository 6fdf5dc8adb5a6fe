/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/uniting.h"

#include "app/project/base_ref.h"
#include "app/project/origin.h"
#include "app/check/uniting_models.h"
#include "runner/part.h"

/* Histories that are merged crosswise again and again have more merge bases the further one looks;
 * no more than so many snapshots are read for one answer. */
enum { SNAPSHOTS_MAX = 200 };

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    gm_base base;
    gm_oids ours; /* HEAD and what is being merged into it, or the commit; none: no commit yet */
    gm_view base_view;
    gm_map sides; /* commit id -> gm_union_side */
} uniter;

/* ---- what each side has ---- */

/* The author of a branch cannot mend what is wrong with the base. */
static gm_code not_told(const uniter *u, const gm_oid *commit, const gm_err *failure, gm_err *err)
{
    gm_str name = gm_oid_eq(commit, &u->base.commit) ? u->base.name : gm_oid_hex(u->arena, commit);
    if (gm_code_exit(failure->code) == 3) {
        *err = *failure;
        return failure->code;
    }
    gm_fail_at(err, GM_E_UNKNOWN,
               gm_str_printf(u->arena, "%.*s:%.*s", GM_ARG(name), GM_ARG(failure->where)),
               "the base's history cannot be read: %.*s", GM_ARG(failure->text));
    return gm_hint(err, "%.*s", GM_ARG(failure->hint));
}

/*
 * A commit without a gmig.yml is read with the examining one. Where that one has come with a folder
 * of another name, the commit's is the one that holds without any.
 */
static gm_code open_old_folder(const uniter *u, const gm_oid *commit, gm_view *view, gm_err *err)
{
    gm_project old = *u->project;
    gm_entry entry;
    bool found = false;
    if (!view->absent || old.has_migrations || !old.config_path.len)
        return GM_OK;
    GM_TRY(gm_snapshot_find(view->snapshot, old.config_path, &entry, &found, err));
    if (found)
        return GM_OK;
    old.config.migrations = gm_config_default(u->arena).migrations;
    return gm_view_open_graph(&old, gm_oid_hex(u->arena, commit), view, err);
}

static gm_code open_side(uniter *u, const gm_oid *commit, gm_view *view, gm_union_side *side,
                         gm_err *err)
{
    gm_err failure = gm_err_new(u->arena);
    if (gm_view_open_graph(u->project, gm_oid_hex(u->arena, commit), view, &failure) != GM_OK ||
        open_old_folder(u, commit, view, &failure) != GM_OK)
        return not_told(u, commit, &failure, err);
    GM_EACH (const gm_problem, problem, &view->graph->problems)
        if (problem->kind == GM_PROBLEM_UNREADABLE) {
            gm_fail_at(&failure, GM_E_HISTORY, gm_where(u->arena, problem->path, problem->line),
                       "%.*s", GM_ARG(problem->message));
            return not_told(u, commit, &failure, err);
        }
    *side = gm_union_side_of(u->arena, view->graph, view->migrations);
    return GM_OK;
}

static gm_code side_at(uniter *u, const gm_oid *commit, gm_union_side **side, gm_err *err)
{
    gm_view view;
    gm_str key = gm_str_dup(u->arena, gm_oid_key(commit));
    *side = gm_map_get(&u->sides, key);
    if (*side)
        return GM_OK;
    if (u->sides.entries.len >= SNAPSHOTS_MAX) {
        gm_fail(err, GM_E_UNKNOWN, "the branches were merged crosswise more than %d times",
                SNAPSHOTS_MAX);
        return gm_hint(err, "Run: git merge %.*s", GM_ARG(u->base.name));
    }
    gm_union_side *read = gm_new(u->arena, gm_union_side);
    GM_TRY(open_side(u, commit, &view, read, err));
    gm_map_add(&u->sides, key, read);
    *side = read;
    return GM_OK;
}

/*
 * Several merge bases as one, each joined to those before it from where they began, as git's
 * recursive merge does. *side is NULL for none. The recursion goes as deep as merges went crosswise
 * in a row, and side_at bounds it.
 */
static gm_code start_of(uniter *u, const gm_oids *commits, gm_union_side **side, gm_err *err)
{
    *side = NULL;
    for (size_t i = 0; i < commits->len; i++) {
        gm_oids before = {commits->items, i, i};
        gm_oids starts = {0};
        gm_union_side *one, *start;
        GM_TRY(side_at(u, &commits->items[i], &one, err));
        if (i == 0) {
            *side = one;
            continue;
        }
        GM_TRY(gm_repo_merge_bases(u->project->repo, &commits->items[i], &before, &starts, err));
        GM_TRY(start_of(u, &starts, &start, err));
        gm_union_side *joined = gm_new(u->arena, gm_union_side);
        *joined = gm_union_join(u->arena, start, *side, one);
        *side = joined;
    }
    return GM_OK;
}

/* ---- what findings tell ---- */

static bool is_commit(const gm_view *view)
{
    gm_str name = gm_snapshot_name(view->snapshot);
    return !gm_str_is(name, "worktree") && !gm_str_is(name, "index");
}

static gm_str name_of_ours(const uniter *u)
{
    gm_err ignored = gm_err_new(u->arena);
    gm_ref head;
    bool unborn;
    gm_str heads = GM_STR("refs/heads/");
    gm_str name = gm_snapshot_name(u->view->snapshot);
    gm_oid oid;
    if (is_commit(u->view))
        return gm_oid_parse(name, &oid) ? GM_STR("here") : name;
    if (gm_repo_head(u->project->repo, &head, &unborn, &ignored) == GM_OK &&
        gm_str_starts(head.name, heads))
        return gm_str_sub(head.name, heads.len, head.name.len);
    return GM_STR("here");
}

static void find_origins(const uniter *u, gm_check_union *united)
{
    gm_revisions named = gm_check_union_named(u->arena, united->made, u->view->graph);
    GM_EACH (const gm_revision *, revision, &named) {
        const gm_union_item *item = gm_map_get(&united->made->items, (*revision)->id);
        bool ours = gm_union_is_ours(item, *revision);
        gm_oid tip = ours ? gm_snapshot_commit(u->view->snapshot) : u->base.commit;
        gm_check_origin *origin = gm_new(u->arena, gm_check_origin);
        *origin = gm_origin_find(u->project, &tip, (*revision)->path);
        /* What is being merged in has its history behind another commit than HEAD. */
        for (size_t i = 1; ours && !origin->commit.len && i < u->ours.len; i++)
            *origin = gm_origin_find(u->project, &u->ours.items[i], (*revision)->path);
        gm_map_add(&united->origins, (*revision)->id, origin);
    }
}

/* As the runner compares what was applied with a file. */
static bool same_up(const uniter *u, const gm_revision *a, const gm_revision *b)
{
    gm_err ignored = gm_err_new(u->arena);
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
        gm_str one, other;
        if (gm_part_up_sha256(u->arena, a, (gm_dialect)dialect, &one, &ignored) != GM_OK ||
            gm_part_up_sha256(u->arena, b, (gm_dialect)dialect, &other, &ignored) != GM_OK ||
            !gm_str_eq(one, other))
            return false;
    }
    return true;
}

/* Code cannot be compared by what it does: with the other's parents it has to be the other. */
static bool same_but_parents(const uniter *u, const gm_revision *theirs, const gm_revision *ours)
{
    gm_err ignored = gm_err_new(u->arena);
    gm_str bytes;
    return ours->format->with_parents && ours->text.len &&
           gm_repo_read_blob(u->arena, u->project->repo, &theirs->blob, &bytes, &ignored) ==
               GM_OK &&
           gm_str_eq(bytes, ours->format->with_parents(u->arena, ours, &theirs->parents, 0));
}

/* Of a base's revision only the header was read. */
static bool same_sql(const uniter *u, const gm_revision *theirs, const gm_revision *ours)
{
    if (ours->format && !ours->format->sql)
        return same_but_parents(u, theirs, ours);
    gm_err ignored = gm_err_new(u->arena);
    gm_revision whole = {0};
    gm_revision_file file = gm_revision_file_of(theirs);
    return gm_repo_read_blob(u->arena, u->project->repo, &file.blob, &file.bytes, &ignored) ==
               GM_OK &&
           gm_format_read(u->arena, u->base_view.format, &file, &whole, &ignored) == GM_OK &&
           same_up(u, &whole, ours);
}

static void compare_sql(const uniter *u, gm_check_union *united)
{
    GM_EACH (const gm_union_fault, fault, &united->made->faults)
        if ((fault->kind == GM_UNION_CHANGED || fault->kind == GM_UNION_SAME_ID) &&
            same_sql(u, fault->base ? fault->base : fault->start, fault->ours))
            gm_map_add(&united->same_sql, fault->id, NULL);
    GM_EACH (const gm_check_shipped, shipped, &united->shipped)
        if (shipped->fault.kind == GM_UNION_CHANGED &&
            same_sql(u, shipped->fault.base, shipped->fault.ours))
            gm_map_add(&united->same_sql, shipped->fault.id, NULL);
}

/* ---- what has shipped besides the base ---- */

static bool same_version(const gm_union_version *a, const gm_union_version *b)
{
    return a && b && gm_str_eq(a->name, b->name) &&
           gm_oid_eq(&a->revision->blob, &b->revision->blob) &&
           gm_oid_eq(&a->revision->down_blob, &b->revision->down_blob);
}

/* Most refs have nothing that is otherwise here: where they began need not be known then. */
static bool differs(const gm_union_side *shipped, const gm_union_side *ours)
{
    GM_EACH (const gm_map_entry, entry, &shipped->entries)
        if (!same_version(entry->value, gm_map_get(ours, entry->key)))
            return true;
    return false;
}

/* What the base itself did to it was judged when it landed. */
static bool is_of_base(const gm_union_side *start, const gm_union_side *base,
                       const gm_union_side *ours, const gm_union_fault *fault)
{
    const gm_union_version *there = gm_map_get(base, fault->id);
    if (fault->kind == GM_UNION_DELETED)
        return !there && start && gm_map_get(start, fault->id);
    return same_version(there, gm_map_get(ours, fault->id));
}

static void add_shipped(const uniter *u, gm_str ref, const gm_union_fault *fault,
                        gm_check_union *united)
{
    GM_EACH (const gm_union_fault, told, &united->made->faults)
        if (gm_str_eq(told->id, fault->id))
            return;
    GM_EACH (gm_check_shipped, known, &united->shipped)
        if (gm_str_eq(known->fault.id, fault->id)) {
            known->others++;
            return;
        }
    gm_vec_push(u->arena, &united->shipped, (gm_check_shipped){.ref = ref, .fault = *fault});
}

static gm_code look_at_shipped(uniter *u, const gm_ref *ref, const gm_union_side *start,
                               const gm_union_side *base, const gm_union_side *ours,
                               gm_check_union *united, gm_err *err)
{
    gm_view view;
    gm_oids starts = {0};
    gm_union_side shipped = {0}, *began = NULL;
    GM_TRY(open_side(u, &ref->commit, &view, &shipped, err));
    if (!differs(&shipped, ours))
        return GM_OK;
    GM_TRY(gm_repo_merge_bases(u->project->repo, &ref->commit, &u->ours, &starts, err));
    if (!starts.len)
        return GM_OK;
    GM_TRY(start_of(u, &starts, &began, err));
    const gm_union *made =
        gm_union_make(u->arena, began, &shipped, ours, &u->view->graph->problems);
    GM_EACH (const gm_union_fault, fault, &made->faults)
        if (fault->base && fault->kind != GM_UNION_SAME_ID && fault->kind != GM_UNION_TWICE &&
            !is_of_base(start, base, ours, fault))
            add_shipped(u, gm_ref_short(ref->name), fault, united);
    return GM_OK;
}

/* Of many tags most have the same folder: each is looked at once. */
static gm_code find_shipped(uniter *u, const gm_union_side *start, const gm_union_side *base,
                            const gm_union_side *ours, gm_check_union *united, gm_err *err)
{
    gm_refs refs = {0};
    gm_map trees = gm_map_new(u->arena);
    if (!u->base_view.config.shipped.len || !u->ours.len)
        return GM_OK;
    GM_TRY(gm_repo_refs(u->project->repo, &u->base_view.config.shipped, &refs, err));
    GM_EACH (const gm_ref, ref, &refs) {
        gm_tree_entry entry = {0};
        bool found = false;
        GM_TRY(gm_repo_entry(u->project->repo, &ref->commit, u->view->migrations, &entry, &found,
                             err));
        gm_oid *tree = gm_new(u->arena, gm_oid);
        *tree = entry.oid;
        if (gm_oid_eq(&ref->commit, &u->base.commit) ||
            (found && !gm_map_add(&trees, gm_oid_key(tree), NULL)))
            continue;
        GM_TRY(look_at_shipped(u, ref, start, base, ours, united, err));
    }
    return GM_OK;
}

/* ---- models ---- */

/* The files of several merge bases as one, each merged with those before it from where they began.
 */
static gm_code merge_starts(const uniter *u, const gm_oids *starts, gm_view *began, gm_err *err)
{
    for (size_t i = 1; i < starts->len; i++) {
        gm_oids before = {starts->items, i, i};
        gm_oids bases = {0};
        gm_snapshot *one, *start;
        GM_TRY(gm_repo_merge_bases(u->project->repo, &starts->items[i], &before, &bases, err));
        const gm_oid *base = bases.len ? &bases.items[0] : &starts->items[0];
        GM_TRY(gm_snapshot_open_commit(u->arena, u->project->repo, base, &start, err));
        GM_TRY(gm_snapshot_open_commit(u->arena, u->project->repo, &starts->items[i], &one, err));
        began->snapshot = gm_snapshot_merge(u->arena, start, began->snapshot, one);
    }
    return GM_OK;
}

static gm_code unite_models(uniter *u, const gm_oids *starts, gm_check_union *united, gm_err *err)
{
    gm_view began;
    gm_union_side unused;
    if (!starts->len)
        return GM_OK;
    GM_TRY(open_side(u, &starts->items[0], &began, &unused, err));
    if (starts->len == 1)
        gm_uniting_models(u->project, u->view, &u->base_view, &began, united);
    GM_TRY(merge_starts(u, starts, &began, err));
    gm_uniting_program(u->project, u->view, &u->base_view, &began, united);
    return GM_OK;
}

/* ---- all ---- */

static gm_code find_ours(uniter *u, gm_err *err)
{
    gm_oids merging = {0};
    gm_oid commit = gm_snapshot_commit(u->view->snapshot);
    if (gm_oid_none(&commit))
        return GM_OK;
    gm_vec_push(u->arena, &u->ours, commit);
    if (!is_commit(u->view))
        GM_TRY(gm_repo_merging(u->project->repo, &merging, err));
    GM_EACH (const gm_oid, one, &merging)
        gm_vec_push(u->arena, &u->ours, *one);
    return GM_OK;
}

static void tell(const uniter *u, const gm_check_union *united, const gm_oids *starts,
                 gm_seen_base *seen)
{
    seen->united = true;
    seen->revisions = united->made->graph->order.len;
    GM_EACH (const gm_oid, start, starts)
        gm_vec_push(u->arena, &seen->starts, gm_oid_hex(u->arena, start));
    GM_EACH (gm_node *, head, &united->made->graph->heads)
        gm_vec_push(u->arena, &seen->heads, (*head)->revision->id);
}

gm_code gm_uniting(gm_project *project, const gm_view *view, const gm_uniting_options *options,
                   gm_check_input *input, gm_seen_base *seen, gm_err *err)
{
    gm_arena *arena = project->arena;
    uniter u = {.project = project, .arena = arena, .view = view, .sides = gm_map_new(arena)};
    gm_oids starts = {0};
    gm_union_side base, *start = NULL;
    GM_TRY(gm_base_find(project, options->base, &u.base, err));
    seen->why = options->why.len ? options->why : u.base.why;
    if (!u.base.name.len) {
        seen->wanted = project->repo && gm_repo_config(project->repo, "remote.origin.url").len;
        return GM_OK;
    }
    seen->name = u.base.name;
    seen->commit = gm_oid_hex(arena, &u.base.commit);
    GM_TRY(find_ours(&u, err));
    GM_TRY(open_side(&u, &u.base.commit, &u.base_view, &base, err));
    if (options->replaces)
        gm_vec_push(arena, &starts, u.base.commit);
    else if (u.ours.len)
        GM_TRY(gm_repo_merge_bases(project->repo, &u.base.commit, &u.ours, &starts, err));
    GM_TRY(start_of(&u, &starts, &start, err));

    gm_union_side ours = gm_union_side_of(arena, view->graph, view->migrations);
    gm_check_union *united = gm_new(arena, gm_check_union);
    *united = (gm_check_union){
        .made = gm_union_make(arena, start, &base, &ours, &view->graph->problems),
        .base = u.base_view.graph,
        .base_name = u.base.name,
        .ours_name = name_of_ours(&u),
        .origins = gm_map_new(arena),
        .same_sql = gm_map_new(arena),
        .warn_only = options->warn_only,
    };
    GM_TRY(unite_models(&u, &starts, united, err));
    GM_TRY(find_shipped(&u, start, &base, &ours, united, err));
    find_origins(&u, united);
    compare_sql(&u, united);
    tell(&u, united, &starts, seen);
    input->united = united;
    return u.base.missing.len
               ? gm_base_not_here(project, u.base.missing, "only an older commit of it", err)
               : GM_OK;
}
