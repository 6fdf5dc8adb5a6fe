/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/rebase.h"

#include "app/project/locations.h"
#include "app/write/new_file.h"
#include "app/write/rebase_files.h"
#include "app/write/rebase_proof.h"
#include "app/write/rebase_versions.h"
#include "app/project/shipped.h"
#include "base/clock.h"
#include "base/file.h"
#include "git/worktree.h"
#include "runner/version_table.h"

/* One revision of the work tree. */
typedef struct {
    bool own;
    bool moved; /* it or something below it has other parents now */
    gm_strs parents;
    gm_strs reached; /* heads of the other branch that it stands on now */
    int64_t time;
} place;

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_rebase_options *options;
    gm_view view;  /* of the work tree */
    gm_view onto;  /* of the other branch */
    place *places; /* by the index of the view's nodes */
    gm_map names;  /* id -> gm_str: the other one that it gets */
    gm_rebase_result result;
} rebaser;

/* ---- what is to be moved ---- */

static gm_code need_everything(const rebaser *r, gm_err *err)
{
    gm_strs lacking = {0};
    gm_str name = r->result.onto.name;
    GM_EACH (gm_node *, node, &r->onto.graph->order)
        if (!gm_graph_find(r->view.graph, (*node)->revision->id))
            gm_vec_push(r->arena, &lacking, (*node)->revision->id);
    if (!lacking.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "this checkout lacks %.*s of %.*s",
            GM_ARG(gm_strs_some(r->arena, &lacking, 3)), GM_ARG(name));
    return gm_hint(err, "Bring the files together first: `git rebase %.*s`, or `git merge %.*s`.",
                   GM_ARG(name), GM_ARG(name));
}

static gm_code find_own(rebaser *r, gm_err *err)
{
    gm_map shipped;
    GM_TRY(gm_shipped_by_refs(r->project, &r->view, &shipped, err));
    r->places = gm_new_array(r->arena, r->view.graph->order.len + 1, place);
    GM_EACH (gm_node *, node, &r->view.graph->order) {
        const gm_revision *revision = (*node)->revision;
        place *at = &r->places[(*node)->index];
        bool theirs = gm_graph_find(r->onto.graph, revision->id) != NULL;
        bool elsewhere = gm_map_find(&shipped, revision->id, NULL);
        at->own = !theirs && !elsewhere;
        at->parents = revision->parents;
        at->time = revision->time;
        if (!theirs && elsewhere)
            gm_vec_push(r->arena, &r->result.kept, revision->id);
    }
    return GM_OK;
}

/* ---- new parents ---- */

/*
 * The head of the other branch that stands above `below` (NULL: above nothing) in a lineage of
 * `node`; NULL when there is none, since an own label parts them on purpose.
 */
static gm_code find_head(const rebaser *r, const gm_node *node, gm_node *below,
                         const gm_node **head, gm_err *err)
{
    gm_node_set above = gm_node_set_new(r->arena, r->onto.graph);
    gm_nodes found = {0};
    if (below) {
        gm_nodes start = {0};
        gm_node_set_add(&above, below);
        gm_vec_push(r->arena, &start, below);
        gm_node_set_add_children_of(&above, &start);
    }
    GM_EACH (gm_node *, one, &r->onto.graph->heads) {
        const gm_node *here = gm_graph_find(r->view.graph, (*one)->revision->id);
        if ((!below || gm_node_set_has(&above, *one)) &&
            gm_lineage_shared(here->lineage, node->lineage))
            gm_vec_push(r->arena, &found, *one);
    }
    *head = found.len ? found.items[0] : NULL;
    if (found.len < 2)
        return GM_OK;
    gm_strs ids = {0};
    GM_EACH (gm_node *, one, &found)
        gm_vec_push(r->arena, &ids, (*one)->revision->id);
    gm_fail(err, GM_E_DIVERGENT, "%.*s has several heads that %.*s could stand on: %.*s",
            GM_ARG(r->result.onto.name), GM_ARG(node->revision->id),
            GM_ARG(gm_strs_list(r->arena, &ids)));
    return gm_hint(err, "Merge them there first: `gmig merge`.");
}

static void add_once(gm_arena *arena, gm_strs *list, gm_str id)
{
    if (!gm_strs_have(list, id))
        gm_vec_push(arena, list, id);
}

/* The parents that are own, and what those stand on. */
static void look_at_own_parents(const rebaser *r, const gm_node *node, place *at)
{
    GM_EACH (gm_node *, parent, &node->parents) {
        const place *below = &r->places[(*parent)->index];
        if (!below->own)
            continue;
        at->moved = at->moved || below->moved;
        GM_EACH (const gm_str, head, &below->reached)
            add_once(r->arena, &at->reached, *head);
    }
}

/* What takes the place of one parent; empty: nothing, since another parent stands on it now. */
static gm_code replace_parent(const rebaser *r, const gm_node *node, const gm_node *parent,
                              place *at, gm_str *with, gm_err *err)
{
    const gm_node *head = NULL;
    gm_node *theirs = gm_graph_find(r->onto.graph, parent->revision->id);
    *with = parent->revision->id;
    if (!theirs)
        return GM_OK;
    GM_TRY(find_head(r, node, theirs, &head, err));
    if (!head)
        return GM_OK;
    *with = head->revision->id;
    /* A merge with what has come below it. */
    if (at->moved && gm_strs_have(&at->reached, *with))
        *with = (gm_str){0};
    else
        add_once(r->arena, &at->reached, *with);
    return GM_OK;
}

static bool same_ids(const gm_strs *a, const gm_strs *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (!gm_str_eq(a->items[i], b->items[i]))
            return false;
    return true;
}

static gm_code move_node(const rebaser *r, const gm_node *node, gm_err *err)
{
    place *at = &r->places[node->index];
    gm_strs parents = {0};
    look_at_own_parents(r, node, at);
    GM_EACH (gm_node *, parent, &node->parents) {
        gm_str with;
        GM_TRY(replace_parent(r, node, *parent, at, &with, err));
        if (with.len)
            add_once(r->arena, &parents, with);
    }
    /* A second beginning of the same lineage, as two branches that both began a history make. */
    if (gm_node_is_base(node)) {
        const gm_node *head = NULL;
        GM_TRY(find_head(r, node, NULL, &head, err));
        if (head)
            gm_vec_push(r->arena, &parents, head->revision->id);
        if (head)
            gm_vec_push(r->arena, &at->reached, head->revision->id);
    }
    at->moved = at->moved || !same_ids(&parents, &node->revision->parents);
    at->parents = parents;
    return GM_OK;
}

/* ---- new files ---- */

static int64_t newest_parent(const rebaser *r, const place *at)
{
    int64_t newest = 0;
    GM_EACH (const gm_str, id, &at->parents) {
        const gm_node *parent = gm_graph_find(r->view.graph, *id);
        int64_t time = parent ? r->places[parent->index].time : 0;
        newest = time > newest ? time : newest;
    }
    return newest;
}

/* A name that the template gave gets the new time; any other stays. */
static gm_code name_file(const rebaser *r, const gm_node *node, int64_t time, gm_str *path,
                         gm_err *err)
{
    gm_str old, new;
    const gm_revision *revision = node->revision;
    gm_revision_draft draft = {
        .id = revision->id, .message = revision->message, .time = revision->time};
    GM_TRY(gm_revision_file_name(r->arena, r->view.config.file_template, &draft, &old, err));
    draft.time = time;
    GM_TRY(gm_revision_file_name(r->arena, r->view.config.file_template, &draft, &new, err));
    *path = revision->path;
    if (gm_str_eq(gm_path_name(revision->path), old))
        *path = gm_path_join(r->arena, gm_path_folder(revision->path), new);
    return GM_OK;
}

static gm_code check_committed(const rebaser *r, const gm_revision *revision, gm_err *err)
{
    gm_entry entry;
    bool found = false;
    GM_TRY(gm_snapshot_find(r->view.snapshot, revision->path, &entry, &found, err));
    if (found && gm_rebase_in_git(r->project, &entry))
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, revision->path, "the file of %.*s has uncommitted changes",
               GM_ARG(revision->id));
    return gm_hint(err, "Commit it first: what is rewritten must be in git.");
}

static gm_code not_changed(const rebaser *r, const gm_revision *old, gm_err *err)
{
    gm_fail_at(err, GM_E_REFUSED, gm_where(r->arena, old->path, old->parents_line),
               "the parents of %.*s are written in a way that cannot be changed safely",
               GM_ARG(old->id));
    if (r->view.format->renumber)
        return gm_hint(err, "Write them as one list of literals, as `dependencies = [('app', "
                            "'0001_initial')]`.");
    return gm_hint(err, "Write them on one line, as `%s`.",
                   r->view.format->sql ? "-- parents: [ID]" : "down_revision = \"ID\"");
}

/* An unusual header could come out as something else. */
static gm_code read_back(const rebaser *r, const gm_revision *old, const gm_rebase_move *move,
                         gm_revision *made, gm_err *err)
{
    gm_err failure = gm_err_new(r->arena);
    gm_revision_file file = {.path = move->new_path, .bytes = move->bytes, .app = old->app};
    gm_code code = gm_format_read(r->arena, r->view.format, &file, made, &failure);
    if (code == GM_OK && gm_str_eq(made->id, move->new_id.len ? move->new_id : old->id) &&
        (gm_format_links(made) || same_ids(&made->parents, &move->new_parents)))
        return GM_OK;
    return not_changed(r, old, err);
}

static gm_code make_move(rebaser *r, const gm_node *node, gm_err *err)
{
    place *at = &r->places[node->index];
    const gm_revision *old = node->revision;
    int64_t below = newest_parent(r, at);
    bool late = r->view.format->dated && old->time && old->time < below;
    if (!same_ids(&at->parents, &old->parents) || late) {
        int64_t now = gm_clock_now();
        int64_t time = now > below ? now : below + 1;
        gm_rebase_move move = {.id = old->id,
                               .path = old->path,
                               .new_path = old->path,
                               .parents = old->parents,
                               .new_parents = at->parents,
                               .blob = old->blob};
        if (late) {
            at->time = time;
            GM_TRY(name_file(r, node, time, &move.new_path, err));
        }
        GM_TRY(check_committed(r, old, err));
        move.bytes = r->view.format->with_parents(r->arena, old, &at->parents, late ? time : 0);
        gm_revision made;
        GM_TRY(read_back(r, old, &move, &made, err));
        gm_vec_push(r->arena, &r->result.moves, move);
    }
    return GM_OK;
}

/* ---- ids that count up ---- */

static gm_str new_name(const rebaser *r, gm_str id)
{
    const gm_str *other = gm_map_get(&r->names, id);
    return other ? *other : id;
}

static void renumber(rebaser *r)
{
    GM_EACH (gm_node *, node, &r->view.graph->order) {
        place *at = &r->places[(*node)->index];
        gm_strs parents = {0};
        if (!at->own || !at->moved)
            continue;
        GM_EACH (const gm_str, id, &at->parents)
            gm_vec_push(r->arena, &parents, new_name(r, *id));
        at->parents = parents;
        gm_str *id = gm_new(r->arena, gm_str);
        *id = r->view.format->renumber(r->arena, (*node)->revision, &parents);
        if (!gm_str_eq(*id, (*node)->revision->id))
            gm_map_add(&r->names, (*node)->revision->id, id);
    }
}

static bool names_any(const rebaser *r, const gm_revision *revision)
{
    const gm_strs *lists[] = {&revision->needs, &revision->run_before, &revision->replaces};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        GM_EACH (const gm_str, id, lists[i])
            if (gm_map_find(&r->names, *id, NULL))
                return true;
    return gm_map_find(&r->names, revision->id, NULL);
}

static gm_code make_renamed(rebaser *r, const gm_node *node, gm_err *err)
{
    const place *at = &r->places[node->index];
    const gm_revision *old = node->revision;
    gm_str file = gm_path_name(old->path);
    gm_rebase_move move = {.id = old->id,
                           .path = old->path,
                           .new_path = old->path,
                           .parents = old->parents,
                           .new_parents = at->parents,
                           .blob = old->blob};
    gm_revision made;
    if (!names_any(r, old) && same_ids(&at->parents, &old->parents))
        return GM_OK;
    if (gm_map_find(&r->names, old->id, NULL)) {
        move.new_id = new_name(r, old->id);
        size_t dot = gm_str_find(move.new_id, '.', 0);
        gm_str ending = gm_str_sub(file, gm_str_rfind(file, '.'), file.len);
        gm_str name = gm_str_printf(r->arena, "%.*s%.*s",
                                    GM_ARG(gm_str_sub(move.new_id, dot + 1, move.new_id.len)),
                                    GM_ARG(ending));
        move.new_path = gm_path_join(r->arena, gm_path_folder(old->path), name);
    }
    GM_TRY(check_committed(r, old, err));
    move.bytes = r->view.format->with_names(r->arena, old, &at->parents, &r->names);
    GM_TRY(read_back(r, old, &move, &made, err));
    gm_vec_push(r->arena, &r->result.moves, move);
    return GM_OK;
}

static gm_code plan(rebaser *r, gm_err *err)
{
    const gm_format_ops *format = r->view.format;
    GM_EACH (gm_node *, node, &r->view.graph->order)
        if (r->places[(*node)->index].own)
            GM_TRY(move_node(r, *node, err));
    r->names = gm_map_new(r->arena);
    if (format->renumber)
        renumber(r);
    GM_EACH (gm_node *, node, &r->view.graph->order) {
        const place *at = &r->places[(*node)->index];
        if (at->own && format->renumber)
            GM_TRY(make_renamed(r, *node, err));
        else if (at->own && at->moved)
            GM_TRY(make_move(r, *node, err));
        if (at->own && gm_node_is_head(*node))
            gm_vec_push(r->arena, &r->result.heads, new_name(r, (*node)->revision->id));
    }
    return GM_OK;
}

/* ---- the proof ---- */

static const gm_rebase_move *move_of(const rebaser *r, gm_str id)
{
    GM_EACH (const gm_rebase_move, move, &r->result.moves)
        if (gm_str_eq(move->id, id))
            return move;
    return NULL;
}

/* The history as it will be. */
static gm_code new_history(const rebaser *r, gm_view *view, gm_err *err)
{
    gm_revisions revisions = {0};
    *view = r->view;
    GM_EACH (gm_node *, node, &r->view.graph->order) {
        const gm_rebase_move *move = move_of(r, (*node)->revision->id);
        gm_revision *made = gm_new(r->arena, gm_revision);
        if (!move) {
            gm_vec_push(r->arena, &revisions, (*node)->revision);
            continue;
        }
        GM_TRY(read_back(r, (*node)->revision, move, made, err));
        gm_vec_push(r->arena, &revisions, made);
    }
    view->graph = gm_graph_build(r->arena, &revisions, NULL);
    GM_TRY(gm_graph_sound(view->graph, err));
    /* What links make of a file is known only now. */
    GM_EACH (const gm_rebase_move, move, &r->result.moves) {
        const gm_node *node = gm_graph_find(view->graph, new_name(r, move->id));
        bool same = node && node->parents.len == move->new_parents.len;
        for (size_t i = 0; same && i < node->parents.len; i++)
            same = gm_strs_have(&move->new_parents, node->parents.items[i]->revision->id);
        if (!same)
            return not_changed(r, gm_graph_find(r->view.graph, move->id)->revision, err);
    }
    return GM_OK;
}

static gm_code prove(rebaser *r, gm_err *err)
{
    gm_view after;
    GM_TRY(new_history(r, &after, err));
    return gm_rebase_prove(r->project, r->options, &after, &r->result, err);
}

/* ---- all ---- */

static gm_code find_onto(rebaser *r, gm_err *err)
{
    gm_base *base = &r->result.onto;
    GM_TRY(gm_base_find(r->project, r->options->onto, base, err));
    if (gm_oid_none(&base->commit)) {
        gm_fail(err, GM_E_UNKNOWN_REF, "there is no branch to rebase onto (%.*s)",
                GM_ARG(base->why));
        return gm_hint(err, "Name one: `gmig rebase origin/main`; or set `trunk:` in gmig.yml.");
    }
    return gm_view_open_sound_graph(r->project, gm_oid_hex(r->arena, &base->commit), &r->onto, err);
}

static gm_code refuse_conflicts(const rebaser *r, gm_err *err)
{
    gm_strs paths;
    GM_TRY(gm_locations_conflicts(r->project, &paths, err));
    if (!paths.len)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, paths.items[0],
               "git has unresolved conflicts among the revisions");
    return gm_hint(err, "Resolve them and `git add` the files; then run `gmig rebase` again.");
}

static gm_code rebase_parents(rebaser *r, gm_err *err)
{
    if (!r->view.format->with_parents && !r->view.format->renumber) {
        gm_fail_at(err, GM_E_REFUSED, r->view.migrations,
                   "the order of these revisions is not one that gmig writes");
        return gm_hint(err,
                       "With sqitch, put the lines of yours behind those of %.*s in sqitch.plan; "
                       "`sqitch rebase` then brings a database along.",
                       GM_ARG(r->result.onto.name));
    }
    GM_TRY(gm_graph_sound(r->view.graph, err));
    GM_TRY(need_everything(r, err));
    GM_TRY(find_own(r, err));
    GM_TRY(plan(r, err));
    return r->result.moves.len ? prove(r, err) : GM_OK;
}

gm_code gm_rebase(gm_project *project, const gm_rebase_options *options, gm_rebase_result *result,
                  gm_err *err)
{
    rebaser r = {.project = project, .arena = project->arena, .options = options};
    GM_TRY(gm_project_need_repo(project, "rebase", err));
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(refuse_conflicts(&r, err));
    GM_TRY(find_onto(&r, err));
    GM_TRY(gm_view_open(project, GM_STR("worktree"), &r.view, err));
    GM_TRY(gm_heads_file_allowed(project, &r.view, &r.result.heads_file, err));
    if (r.view.format->versions)
        GM_TRY(gm_rebase_versions(project, options, &r.view, &r.onto, &r.result, err));
    else
        GM_TRY(rebase_parents(&r, err));
    const gm_version_table *table = gm_version_table_of(r.view.format->name);
    r.result.tips = table && table->tips ? table->tool : NULL;
    r.result.written = r.result.moves.len && !options->plan;
    if (r.result.written)
        GM_TRY(gm_rebase_write(project, &r.result.moves, options->stage, err));
    /* Also where nothing moves: a conflict in it is what one comes here with. */
    if (!options->plan)
        GM_TRY(gm_heads_file_write(project, options->stage, &r.result.heads_file, err));
    *result = r.result;
    return GM_OK;
}
