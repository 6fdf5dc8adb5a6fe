/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/merge.h"

#include "app/project/locations.h"
#include "app/write/new_file.h"
#include "app/check/uniting.h"
#include "git/worktree.h"

typedef struct {
    gm_project *project;
    const gm_merge_options *options;
    gm_view view;                   /* with `with`: its graph is that of both */
    gm_view here;                   /* with `with`: the work tree alone, with its SQL */
    const gm_union *both;           /* with `with`; else NULL */
    GM_VEC(gm_new_file) files;      /* one a merge */
    GM_VEC(const gm_nodes *) sides; /* what it merges; NULL: it is there */
    gm_merge_result result;
} merger;

static gm_code refuse_conflicts(const merger *m, gm_err *err)
{
    gm_strs paths;
    if (!m->project->repo)
        return GM_OK;
    GM_TRY(gm_locations_conflicts(m->project, &paths, err));
    if (!paths.len)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, paths.items[0], "git has %zu unresolved %s among the revisions",
               paths.len, paths.len == 1 ? "conflict" : "conflicts");
    return gm_hint(err, "Resolve them and `git add` the files; then run `gmig merge` again.");
}

static bool has_node(const gm_nodes *nodes, const gm_node *node)
{
    GM_EACH (gm_node *, other, nodes)
        if (*other == node)
            return true;
    return false;
}

/* "heads" or "L@heads" alone: as many as there are, and one is nothing to merge. */
static bool names_all_heads(const gm_strs *texts)
{
    gm_str text = texts->items[0];
    return texts->len == 1 && (gm_str_is(text, "heads") || gm_str_ends(text, GM_STR("@heads")));
}

/* The revisions that were named, each once. */
static gm_code resolve(const merger *m, gm_nodes *nodes, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_spec_context context = {.graph = m->view.graph, .allow_several = true};
    GM_EACH (const gm_str, text, &m->options->revisions) {
        gm_spec spec;
        GM_TRY(gm_spec_resolve(arena, &context, *text, &spec, err));
        if (spec.base && !names_all_heads(&m->options->revisions)) {
            gm_fail(err, GM_E_USAGE, "'%.*s' is no revision to merge", GM_ARG(*text));
            return gm_hint(err, "Without arguments `gmig merge` merges all divergent heads.");
        }
        GM_EACH (gm_node *, node, &spec.nodes)
            if (!has_node(nodes, *node))
                gm_vec_push(arena, nodes, *node);
    }
    return GM_OK;
}

/* A child that has exactly these parents. */
static const gm_node *find_merge(const gm_nodes *nodes)
{
    GM_EACH (gm_node *, child, &nodes->items[0]->children) {
        bool same = (*child)->parents.len == nodes->len;
        GM_EACH (gm_node *, node, nodes)
            same = same && has_node(&(*child)->parents, *node);
        if (same)
            return *child;
    }
    return NULL;
}

static gm_code refuse_ancestors(const merger *m, const gm_nodes *nodes, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    GM_EACH (gm_node *, node, nodes) {
        gm_node_set below = gm_node_set_new(scratch, m->view.graph);
        gm_node_set_add_ancestors(&below, *node);
        GM_EACH (gm_node *, other, nodes) {
            if (*other == *node || !gm_node_set_has(&below, *other))
                continue;
            gm_fail(err, GM_E_REFUSED, "%.*s has %.*s among its ancestors already",
                    GM_ARG((*node)->revision->id), GM_ARG((*other)->revision->id));
            return gm_hint(err, "Leave %.*s out.", GM_ARG((*other)->revision->id));
        }
    }
    return GM_OK;
}

static gm_code refuse_inner(const merger *m, const gm_nodes *nodes, gm_err *err)
{
    GM_EACH (gm_node *, node, nodes) {
        if (gm_node_is_head(*node) || m->options->splice)
            continue;
        gm_fail(err, GM_E_REFUSED, "revision %.*s is no head", GM_ARG((*node)->revision->id));
        return gm_hint(err, "`gmig heads` lists the heads; --splice merges it all the same.");
    }
    return GM_OK;
}

static gm_code add_merge(merger *m, const gm_nodes *nodes, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    const gm_revision **revisions = gm_new_array(arena, nodes->len, const gm_revision *);
    for (size_t i = 0; i < nodes->len; i++)
        revisions[i] = nodes->items[i]->revision;
    gm_revision_draft draft = gm_merge_draft(arena, revisions, nodes->len, m->options->message);
    if (m->options->rev_id.len)
        GM_TRY(gm_new_id(m->project, m->view.graph, m->options->rev_id, &draft.id, err));
    draft.labels = m->options->labels;

    gm_new_file file;
    gm_str name;
    GM_TRY(gm_new_file_name(m->project, &m->view, &draft, true, &name, err));
    GM_TRY(gm_new_file_make(m->project, &m->view, &draft, name, &file, err));
    gm_merged merged = {.id = draft.id,
                        .path = file.path,
                        .parents = draft.parents,
                        .lineage = gm_lineage_name(arena, nodes->items[0]->lineage),
                        .there = file.there};
    if (m->both)
        GM_EACH (const gm_str, id, &draft.parents)
            if (!gm_graph_find(m->here.graph, *id))
                gm_vec_push(arena, &merged.absent, *id);
    gm_nodes *sides = gm_new(arena, gm_nodes);
    *sides = *nodes;
    gm_vec_push(arena, &m->files, file);
    gm_vec_push(arena, &m->sides, sides);
    gm_vec_push(arena, &m->result.merges, merged);
    return GM_OK;
}

static gm_code merge_named(merger *m, gm_err *err)
{
    gm_nodes nodes = {0};
    GM_TRY(resolve(m, &nodes, err));
    if (nodes.len < 2 && names_all_heads(&m->options->revisions))
        return GM_OK;
    if (nodes.len < 2) {
        gm_fail(err, GM_E_USAGE, "a merge needs two revisions or more");
        return gm_hint(err, "Without arguments `gmig merge` merges all divergent heads.");
    }
    const gm_node *done = find_merge(&nodes);
    if (done) {
        gm_arena *arena = m->project->arena;
        gm_merged merged = {.id = done->revision->id,
                            .path = done->revision->path,
                            .parents = done->revision->parents,
                            .lineage = gm_lineage_name(arena, done->lineage),
                            .there = true};
        gm_vec_push(arena, &m->result.merges, merged);
        gm_vec_push(arena, &m->files, (gm_new_file){.path = merged.path, .there = true});
        gm_vec_push(arena, &m->sides, NULL);
        return GM_OK;
    }
    GM_TRY(refuse_ancestors(m, &nodes, err));
    GM_TRY(refuse_inner(m, &nodes, err));
    return add_merge(m, &nodes, err);
}

static gm_code merge_divergent(merger *m, gm_err *err)
{
    gm_node_groups groups = gm_graph_divergent(m->project->arena, m->view.graph);
    if (groups.len > 1 && (m->options->rev_id.len || m->options->labels.len)) {
        gm_fail(err, GM_E_USAGE, "there are %zu merges to make, and one id or label", groups.len);
        return gm_hint(err, "Name the heads of one lineage: `gmig merge REVISION...`.");
    }
    GM_EACH (const gm_nodes, group, &groups)
        GM_TRY(add_merge(m, group, err));
    return GM_OK;
}

/* ---- a branch that is not merged yet ---- */

static gm_code refuse_faults(const merger *m, gm_err *err)
{
    gm_str with = m->options->with;
    if (!m->both->faults.len)
        return gm_graph_sound(m->both->graph, err);
    gm_fail(err, GM_E_REFUSED, "this branch and %.*s do not agree about revision %.*s",
            GM_ARG(with), GM_ARG(m->both->faults.items[0].id));
    return gm_hint(err, "`gmig check --base %.*s` says what is wrong.", GM_ARG(with));
}

/* The graph of both with SQL: of the other branch only headers have been read. */
static gm_code read_both(merger *m, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_revisions revisions = {0};
    GM_EACH (gm_node *, node, &m->both->graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_union_item *item = gm_map_get(&m->both->items, revision->id);
        if (item->revision != item->ours) {
            gm_revision *read = gm_new(arena, gm_revision);
            gm_revision_file file = gm_revision_file_of(revision);
            GM_TRY(gm_repo_read_blob(arena, m->project->repo, &file.blob, &file.bytes, err));
            GM_TRY(gm_format_read(arena, m->here.format, &file, read, err));
            revision = read;
        }
        gm_vec_push(arena, &revisions, revision);
    }
    m->view = m->here;
    m->view.graph = gm_graph_build(arena, &revisions, NULL);
    return GM_OK;
}

static gm_code unite(merger *m, gm_err *err)
{
    gm_uniting_options options = {.base = m->options->with};
    gm_check_input input = {0};
    gm_seen_base seen = {0};
    GM_TRY(gm_project_need_repo(m->project, "merge --with", err));
    GM_TRY(gm_view_open_sound(m->project, GM_STR("worktree"), &m->here, err));
    GM_TRY(gm_uniting(m->project, &m->here, &options, &input, &seen, err));
    m->both = input.united->made;
    GM_TRY(refuse_faults(m, err));
    return read_both(m, err);
}

/* ---- the proof ---- */

/* The graph has no SQL as long as there is nothing to prove. */
static gm_code prove(merger *m, gm_err *err)
{
    gm_view whole = m->both ? m->view : (gm_view){0};
    for (size_t i = 0; i < m->sides.len; i++) {
        gm_merged *merged = &m->result.merges.items[i];
        gm_nodes nodes = {0};
        if (!m->sides.items[i])
            continue;
        if (!whole.graph)
            GM_TRY(gm_view_open_sound(m->project, GM_STR("worktree"), &whole, err));
        GM_EACH (gm_node *, node, m->sides.items[i])
            gm_vec_push(m->project->arena, &nodes,
                        gm_graph_find(whole.graph, (*node)->revision->id));
        GM_TRY(gm_commute(m->project, &whole, &nodes, &merged->proof, err));
        m->result.refused |= merged->proof.conflicts.len && !m->options->allow_conflict;
    }
    return GM_OK;
}

gm_code gm_merge_refused(const gm_merge_result *result, gm_err *err)
{
    gm_strs details = {0};
    GM_EACH (const gm_merged, merged, &result->merges)
        GM_EACH (const gm_conflict, conflict, &merged->proof.conflicts) {
            gm_str text = gm_conflict_text(err->arena, conflict);
            if (details.len)
                gm_vec_push(err->arena, &details, text);
            else
                gm_fail_at(err, GM_E_REFUSED,
                           gm_where(err->arena, conflict->second.path, conflict->second.line),
                           "%.*s", GM_ARG(text));
            gm_vec_push(err->arena, &details, gm_conflict_detail(err->arena, conflict));
        }
    err->detail = gm_str_join(err->arena, &details, GM_STR("\n"));
    return gm_hint(err, "Put one behind the other and change it so that it runs there: `gmig "
                        "rebase REF`, with the branch of the other; or merge them as they are: "
                        "`gmig merge --allow-conflict`.");
}

/* ---- all ---- */

/* All, or none; and the list of heads also where there was nothing to merge: a conflict in it is
 * what one comes here with. */
static gm_code write_files(merger *m, gm_err *err)
{
    bool stage = m->options->stage;
    gm_code code = GM_OK;
    size_t done = 0;
    while (code == GM_OK && done < m->files.len)
        code = gm_new_file_write(m->project, &m->files.items[done++], stage, err);
    if (code == GM_OK)
        code = gm_heads_file_write(m->project, stage, &m->result.heads, err);
    else
        done--; /* it has taken itself back */
    while (code != GM_OK && done)
        gm_new_file_take_back(m->project, &m->files.items[--done], stage);
    return code;
}

gm_code gm_merge(gm_project *project, const gm_merge_options *options, gm_merge_result *result,
                 gm_err *err)
{
    merger m = {.project = project, .options = options};
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(gm_new_message(options->message, err));
    /* Conflicts first: one side may have taken a file away, and with it a head. */
    GM_TRY(refuse_conflicts(&m, err));
    GM_TRY(options->with.len ? unite(&m, err)
                             : gm_view_open_sound_graph(project, GM_STR("worktree"), &m.view, err));
    GM_TRY(gm_heads_file_allowed(project, options->with.len ? &m.here : &m.view, &m.result.heads,
                                 err));
    GM_TRY(gm_new_labels(m.view.graph, &options->labels, err));
    GM_TRY(options->revisions.len ? merge_named(&m, err) : merge_divergent(&m, err));
    GM_TRY(prove(&m, err));
    if (!m.result.refused)
        GM_TRY(write_files(&m, err));
    *result = m.result;
    return GM_OK;
}
