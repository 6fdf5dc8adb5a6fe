/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/revert.h"

#include "app/write/new_revision.h"
#include "app/check/replaying.h"
#include "base/clock.h"
#include "base/file.h"

typedef struct {
    gm_project *project;
    const gm_revert_options *options;
    gm_arena *arena;
    gm_view then;           /* at the commit */
    gm_view view;           /* of the work tree; its graph becomes that with the new revisions */
    gm_revisions revisions; /* of that graph */
    gm_revert_result *result;
} reverter;

/* ---- what the commit brought ---- */

/* The file was there already, and could not be read: its id is then not known. */
static bool was_unreadable(const gm_graph *before, gm_str path)
{
    gm_str name = gm_path_name(path);
    GM_EACH (const gm_problem, problem, &before->problems)
        if (problem->kind == GM_PROBLEM_UNREADABLE && gm_str_eq(gm_path_name(problem->path), name))
            return true;
    return false;
}

/* By id: what a commit only edits, moves or repairs, it did not bring. */
static gm_code brought(reverter *r, gm_nodes *nodes, gm_err *err)
{
    gm_commit commit = {0};
    gm_view before = {0};
    gm_str hex = gm_oid_hex(r->arena, &r->result->commit);
    GM_TRY(gm_repo_commit(r->project->repo, &r->result->commit, &commit, err));
    GM_TRY(gm_view_open_sound(r->project, hex, &r->then, err));
    if (commit.parents.len)
        GM_TRY(gm_view_open_graph(r->project, gm_oid_hex(r->arena, &commit.parents.items[0]),
                                  &before, err));
    GM_EACH (gm_node *, node, &r->then.graph->order)
        if (!before.graph || (!gm_graph_find(before.graph, (*node)->revision->id) &&
                              !was_unreadable(before.graph, (*node)->revision->path)))
            gm_vec_push(r->arena, nodes, *node);
    if (nodes->len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "commit %.*s has brought no revision",
            GM_ARG(gm_str_sub(hex, 0, 12)));
    return gm_hint(err, "`git revert` takes the rest of it back.");
}

static gm_code need_format(const gm_view *view, gm_err *err)
{
    if (view->config.format == GM_FORMAT_GMIG)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "gmig turns only revisions of its own format round");
    return gm_hint(err, "Write the revision with the project's own tool.");
}

/* Parents may be missing where git has taken files away; everything else stops it. */
static gm_code need_readable(const gm_graph *graph, gm_err *err)
{
    GM_EACH (const gm_problem, problem, &graph->problems)
        if (problem->kind != GM_PROBLEM_MISSING_PARENT &&
            problem->kind != GM_PROBLEM_UNKNOWN_DEPENDENCY)
            return gm_graph_sound(graph, err);
    return GM_OK;
}

/* ---- the history as it will be ---- */

static gm_code rebuild(reverter *r, gm_err *err)
{
    r->view.graph = gm_graph_build(r->arena, &r->revisions, NULL);
    return gm_graph_sound(r->view.graph, err);
}

/* Reads the file as it will be there. */
static gm_code add_file(reverter *r, const gm_new_file *file, gm_err *err)
{
    gm_revision *made = gm_new(r->arena, gm_revision);
    gm_revision_file bytes = {.path = file->path, .bytes = file->bytes};
    GM_TRY(gm_format_read(r->arena, r->view.format, &bytes, made, err));
    gm_vec_push(r->arena, &r->revisions, made);
    return GM_OK;
}

static gm_code restore(reverter *r, const gm_nodes *nodes, gm_err *err)
{
    GM_EACH (gm_node *, node, nodes) {
        const gm_revision *revision = (*node)->revision;
        /* The folder may have moved since. */
        gm_new_file file = {
            .path = gm_path_join(r->arena, r->view.migrations, gm_path_name(revision->path))};
        if (gm_graph_find(r->view.graph, revision->id))
            continue;
        GM_TRY(gm_repo_read_blob(r->arena, r->project->repo, &revision->blob, &file.bytes, err));
        GM_TRY(add_file(r, &file, err));
        gm_vec_push(r->arena, &r->result->restored, file);
    }
    return rebuild(r, err);
}

/* ---- the new revisions ---- */

static bool is_empty(const gm_revision *revision)
{
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++)
        if (revision->up[i] && gm_str_trim(revision->up[i]->sql).len)
            return false;
    return revision->models.len == 0;
}

/* The head that stands on it: the undoing comes behind all that may use what it takes away. */
static gm_code head_above(const reverter *r, const gm_node *node, gm_str *head, gm_err *err)
{
    const gm_node *first = node;
    const gm_node *second = NULL;
    size_t count = 0;
    gm_node_set above = gm_node_set_new(r->arena, r->view.graph);
    gm_node_set_add_descendants(&above, node);
    GM_EACH (gm_node *, other, &r->view.graph->heads) {
        if (!gm_node_set_has(&above, *other))
            continue;
        if (count++ == 0)
            first = *other;
        else if (!second)
            second = *other;
    }
    *head = first->revision->id;
    if (!second)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, node->revision->path,
               "%zu heads stand on revision %.*s: %.*s, %.*s%s", count, GM_ARG(node->revision->id),
               GM_ARG(*head), GM_ARG(second->revision->id), count > 2 ? ", …" : "");
    return gm_hint(err,
                   "Join them first with `gmig merge`; where they stay apart: `gmig revision "
                   "--undo %.*s --head HEAD`.",
                   GM_ARG(node->revision->id));
}

static gm_code undo(reverter *r, gm_str id, gm_err *err)
{
    gm_revision_draft draft;
    gm_undoing undoing = {.undoes = id};
    gm_new_revision_options options = {.undo = id};
    gm_str name;
    const gm_node *node = gm_graph_find(r->view.graph, id);
    if (is_empty(node->revision)) {
        gm_vec_push(r->arena, &r->result->empty, id);
        return GM_OK;
    }
    GM_TRY(head_above(r, node, &options.head, err));
    GM_TRY(gm_new_revision_draft(r->project, r->view.graph, &options, &draft, err));
    GM_TRY(gm_new_file_name(r->project, &r->view, &draft, false, &name, err));
    GM_TRY(gm_new_file_make(r->project, &r->view, &draft, name, &undoing.file, err));
    undoing.id = draft.id;
    undoing.parents = draft.parents;
    gm_vec_push(r->arena, &r->result->undoings, undoing);
    GM_TRY(add_file(r, &undoing.file, err));
    return rebuild(r, err);
}

/* What git's own revert has taken away comes back where it stood: maybe beside what came since. */
static void note_divergent(reverter *r)
{
    gm_node_groups groups = gm_graph_divergent(r->arena, r->view.graph);
    GM_EACH (const gm_nodes, heads, &groups)
        GM_EACH (gm_node *, head, heads)
            gm_vec_push(r->arena, &r->result->divergent, (*head)->revision->id);
}

/* ---- the proof ---- */

static bool is_made(const reverter *r, const gm_revision *revision)
{
    GM_EACH (const gm_undoing, undoing, &r->result->undoings)
        if (gm_str_eq(undoing->id, revision->id))
            return true;
    return false;
}

/* Of a new revision in whichever dialect; else of one that keeps the new ones from being run. */
static const gm_replay_failure *first_failure(const reverter *r, const gm_check_input *input)
{
    const gm_replay_failure *old = NULL;
    GM_EACH (const gm_check_replay, replay, &input->replays)
        GM_EACH (const gm_replay_failure, failure, &replay->failures) {
            if (is_made(r, failure->revision))
                return failure;
            if (!old && failure->direction == GM_UP)
                old = failure;
        }
    return old;
}

static gm_code prove(reverter *r, gm_err *err)
{
    gm_check_input input = {0};
    gm_err failure = gm_err_new(r->arena);
    gm_code code = gm_replaying_models(r->project, &r->view, &input, &failure);
    if (code == GM_E_INTERRUPTED) {
        *err = failure;
        return code;
    }
    if (code != GM_OK) {
        r->result->unproved = failure.text;
        return GM_OK;
    }
    const gm_replay_failure *failed = first_failure(r, &input);
    r->result->proved = input.replays.len && !failed;
    if (!failed)
        return GM_OK;
    r->result->unproved = gm_str_printf(
        r->arena, "the %s of %.*s %s: %.*s", failed->direction == GM_UP ? "up" : "down",
        GM_ARG(failed->revision->id), failed->message.len ? "fails" : "does not lead back",
        GM_ARG(failed->message.len ? failed->message : GM_STR("the schema is another one")));
    /* What fails without the new revisions as well is no word about them. */
    if (!is_made(r, failed->revision) || r->options->unproved || r->options->plan)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "it cannot be taken back like that: %.*s",
            GM_ARG(r->result->unproved));
    return gm_hint(err, "Write the revision by hand: `gmig revision`; or begin with what this "
                        "makes: --unproved.");
}

/* ---- writing ---- */

static gm_code write_all(reverter *r, gm_new_files *files, gm_err *err)
{
    GM_EACH (const gm_new_file, file, &r->result->restored)
        gm_vec_push(r->arena, files, *file);
    GM_EACH (const gm_undoing, undoing, &r->result->undoings)
        gm_vec_push(r->arena, files, undoing->file);
    gm_code code = GM_OK;
    size_t done = 0;
    while (code == GM_OK && done < files->len)
        code = gm_new_file_write(r->project, &files->items[done++], r->options->stage, err);
    if (code == GM_OK)
        code = gm_heads_file_write(r->project, r->options->stage, &r->result->heads, err);
    else
        done--; /* it has taken itself back */
    while (code != GM_OK && done)
        gm_new_file_take_back(r->project, &files->items[--done], r->options->stage);
    r->result->written = code == GM_OK;
    return code;
}

gm_code gm_revert(gm_project *project, const gm_revert_options *options, gm_revert_result *result,
                  gm_err *err)
{
    reverter r = {
        .project = project, .options = options, .arena = project->arena, .result = result};
    gm_nodes nodes = {0};
    gm_new_files files = {0};
    *result = (gm_revert_result){0};
    result->unproved = GM_STR("nothing was run");
    GM_TRY(gm_project_need_repo(project, "revert", err));
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(gm_repo_resolve(project->repo, options->commit, &result->commit, err));
    GM_TRY(gm_view_open(project, GM_STR("worktree"), &r.view, err));
    GM_TRY(need_readable(r.view.graph, err));
    GM_TRY(need_format(&r.view, err));
    GM_TRY(gm_heads_file_allowed(project, &r.view, &result->heads, err));
    GM_TRY(brought(&r, &nodes, err));
    GM_TRY(need_format(&r.then, err));
    GM_EACH (gm_node *, node, &r.view.graph->order)
        gm_vec_push(r.arena, &r.revisions, (*node)->revision);
    GM_TRY(restore(&r, &nodes, err));
    for (size_t i = nodes.len; i > 0; i--)
        GM_TRY(undo(&r, nodes.items[i - 1]->revision->id, err));
    if (!result->undoings.len && !result->restored.len)
        return GM_OK;
    note_divergent(&r);
    GM_TRY(prove(&r, err));
    return options->plan ? GM_OK : write_all(&r, &files, err);
}
