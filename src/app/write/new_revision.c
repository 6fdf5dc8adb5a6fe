/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/new_revision.h"

#include "app/write/new_file.h"
#include "app/write/new_version.h"
#include "base/clock.h"
#include "history/formats/versioned.h"
#include "models/models.h"

static gm_str ids(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs list = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &list, (*node)->revision->id);
    return gm_strs_list(arena, &list);
}

static gm_code several_heads(const gm_graph *graph, gm_err *err)
{
    bool divergent = gm_graph_divergent(err->arena, graph).len > 0;
    gm_fail(err, divergent ? GM_E_DIVERGENT : GM_E_REFUSED, "there are %zu heads: %.*s",
            graph->heads.len, GM_ARG(ids(err->arena, &graph->heads)));
    if (divergent)
        return gm_hint(err, "Join them with `gmig merge`, or choose one with --head ID.");
    return gm_hint(err, "Choose one with --head LABEL@head or --head ID.");
}

/* The only head, or the only one of the default lineage. */
static gm_code default_parent(const gm_graph *graph, gm_node **parent, gm_err *err)
{
    size_t found = 0;
    *parent = NULL;
    GM_EACH (gm_node *, head, &graph->heads)
        if (graph->heads.len == 1 || gm_lineage_has((*head)->lineage, GM_STR(""))) {
            *parent = *head;
            found++;
        }
    return found == 1 || graph->heads.len == 0 ? GM_OK : several_heads(graph, err);
}

/* *parent is NULL for a base. */
static gm_code choose_parent(gm_project *project, const gm_graph *graph,
                             const gm_new_revision_options *options, gm_node **parent, gm_err *err)
{
    gm_spec_context context = {.graph = graph};
    gm_spec spec;
    if (!options->head.len)
        return default_parent(graph, parent, err);
    if (gm_str_is(options->head, "head") && graph->heads.len > 1)
        return several_heads(graph, err);
    GM_TRY(gm_spec_resolve(project->arena, &context, options->head, &spec, err));
    *parent = spec.base || !spec.nodes.len ? NULL : spec.nodes.items[0];
    if (options->splice)
        return GM_OK;
    if (*parent && !gm_node_is_head(*parent)) {
        gm_fail(err, GM_E_REFUSED, "revision %.*s is no head: %.*s %s after it",
                GM_ARG((*parent)->revision->id), GM_ARG(ids(err->arena, &(*parent)->children)),
                (*parent)->children.len == 1 ? "comes" : "come");
        return gm_hint(err, "--splice starts a branch there all the same.");
    }
    if (!*parent && graph->order.len && !options->labels.len) {
        gm_fail(err, GM_E_REFUSED, "a second base would make the history divergent");
        return gm_hint(err, "Give it a lineage of its own with --label NAME, or add --splice.");
    }
    return GM_OK;
}

/* A label stays a label: it stands for whoever carries it. */
static gm_code resolve_depends(gm_project *project, const gm_graph *graph, const gm_strs *texts,
                               gm_strs *depends, gm_err *err)
{
    gm_spec_context context = {.graph = graph};
    GM_EACH (const gm_str, text, texts) {
        gm_node *node;
        gm_str name = *text;
        if (!gm_map_find(&graph->labels, name, NULL)) {
            GM_TRY(gm_spec_resolve_one(project->arena, &context, name, &node, err));
            name = node->revision->id;
        }
        gm_vec_push(project->arena, depends, name);
    }
    return GM_OK;
}

/* What a revision has added to the models' fingerprint, its undoing takes away again. */
static gm_code undo_fingerprint(gm_arena *arena, const gm_revision *undone, gm_str *models,
                                gm_err *err)
{
    uint64_t values[GM_DIALECT_COUNT];
    bool given[GM_DIALECT_COUNT];
    if (!undone->models.len)
        return GM_OK;
    if (!gm_fingerprint_parse(undone->models, values, given)) {
        gm_fail_at(err, GM_E_HISTORY, undone->path,
                   "'models' wants 16 hex digits for each dialect");
        return gm_hint(err, "Take that line away; 'gmig migrate' writes it again.");
    }
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++)
        values[dialect] = 0 - values[dialect];
    *models = gm_fingerprint_text(arena, values, given);
    return GM_OK;
}

gm_code gm_new_revision_draft(gm_project *project, const gm_graph *graph,
                              const gm_new_revision_options *options, gm_revision_draft *draft,
                              gm_err *err)
{
    gm_spec_context context = {.graph = graph};
    gm_node *undone, *parent = NULL;
    *draft = (gm_revision_draft){0};
    if (options->undo.len) {
        GM_TRY(gm_spec_resolve_one(project->arena, &context, options->undo, &undone, err));
        GM_TRY(gm_undo_draft(project->arena, undone->revision, draft, err));
        GM_TRY(undo_fingerprint(project->arena, undone->revision, &draft->models, err));
    }
    GM_TRY(choose_parent(project, graph, options, &parent, err));
    if (parent)
        gm_vec_push(project->arena, &draft->parents, parent->revision->id);
    GM_TRY(resolve_depends(project, graph, &options->depends, &draft->depends, err));
    GM_TRY(gm_new_labels(graph, &options->labels, err));
    GM_TRY(gm_new_message(options->message, err));
    GM_TRY(gm_new_id(project, graph, options->rev_id, &draft->id, err));
    draft->labels = options->labels;
    if (options->message.len || !options->undo.len)
        draft->message = options->message;
    draft->time = gm_clock_now();
    return GM_OK;
}

gm_code gm_new_revision(gm_project *project, const gm_new_revision_options *options,
                        gm_new_revision_result *result, gm_err *err)
{
    gm_view view;
    gm_revision_draft draft;
    gm_new_file file;
    gm_str name;
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(gm_view_open_sound(project, GM_STR("worktree"), &view, err));
    gm_heads_written heads;
    GM_TRY(gm_heads_file_allowed(project, &view, &heads, err));
    if (gm_preset_of(view.format))
        return gm_new_version(project, &view, options, &heads, result, err);
    GM_TRY(gm_new_revision_draft(project, view.graph, options, &draft, err));
    GM_TRY(gm_new_file_name(project, &view, &draft, false, &name, err));
    GM_TRY(gm_new_file_make(project, &view, &draft, name, &file, err));
    GM_TRY(gm_new_file_write(project, &file, options->stage, err));
    gm_code code = gm_heads_file_write(project, options->stage, &heads, err);
    if (code != GM_OK) {
        gm_new_file_take_back(project, &file, options->stage);
        return code;
    }
    *result = (gm_new_revision_result){
        .id = draft.id, .path = file.path, .parents = draft.parents, .heads = heads};
    return GM_OK;
}
