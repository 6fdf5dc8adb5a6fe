/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/all_refs.h"
#include "app/project/history_json.h"
#include "app/write/new_file.h"
#include "cmd/heads_file.h"
#include "cmd/revision_text.h"

/* ---- one history ---- */

/* All heads, or those that nobody depends on either. */
static gm_nodes choose(const gm_invocation *invocation, const gm_graph *graph)
{
    gm_nodes heads = {0};
    bool resolve = gm_given(invocation, "resolve-dependencies");
    GM_EACH (gm_node *, head, &graph->heads)
        if (!resolve || !(*head)->dependents.len)
            gm_vec_push(invocation->arena, &heads, *head);
    return heads;
}

/* Of one lineage, where they are told and not listed. */
enum { IDS_SHOWN = 10 };

static void tell_divergent(const gm_invocation *invocation, const gm_view *view)
{
    gm_arena *arena = invocation->arena;
    gm_node_groups groups = gm_graph_divergent(arena, view->graph);
    GM_EACH (const gm_nodes, group, &groups) {
        gm_strs ids = {0};
        GM_EACH (gm_node *, head, group)
            gm_vec_push(arena, &ids, (*head)->revision->id);
        gm_str lineage = gm_lineage_name(arena, group->items[0]->lineage);
        gm_say(invocation, "divergent: lineage %.*s has %zu heads: %.*s",
               GM_ARG(gm_visible(invocation, lineage)), group->len,
               GM_ARG(gm_strs_some(arena, &ids, IDS_SHOWN)));
    }
    if (groups.len)
        gm_say(invocation, "`gmig merge` joins them");
}

static gm_code one(gm_invocation *invocation, gm_project *project, int *status, gm_err *err)
{
    gm_view view;
    GM_TRY(gm_view_open_sound_graph(project, gm_value_of(invocation, "at"), &view, err));
    gm_nodes heads = choose(invocation, view.graph);
    *status = gm_graph_divergent(invocation->arena, view.graph).len ? 1 : 0;
    gm_say_empty(invocation, project, &view);
    if (invocation->json) {
        gm_out_json(invocation, gm_heads_json(invocation->arena, &view, &heads));
        return GM_OK;
    }
    gm_text_style style = gm_text_style_new(invocation, project);
    style.message = style.lineage = true;
    GM_EACH (gm_node *, head, &heads) {
        if (invocation->verbose)
            gm_out("%s%.*s", head > heads.items ? "\n" : "",
                   GM_ARG(gm_revision_block(&style, *head)));
        else
            gm_out("%.*s\n", GM_ARG(gm_revision_line(&style, *head)));
    }
    tell_divergent(invocation, &view);
    return GM_OK;
}

/* ---- the file that lists them ---- */

static gm_code write_file(gm_invocation *invocation, gm_project *project, gm_err *err)
{
    gm_view view;
    gm_heads_written heads;
    bool stage = gm_given(invocation, "stage");
    if (gm_given(invocation, "at")) {
        gm_fail(err, GM_E_USAGE, "--write lists the heads of the work tree");
        return gm_hint(err, "Leave --at out.");
    }
    GM_TRY(gm_new_file_allowed(project, stage, err));
    GM_TRY(gm_view_open_sound_graph(project, GM_STR("worktree"), &view, err));
    GM_TRY(gm_heads_file_allowed(project, &view, &heads, err));
    if (!heads.path.len) {
        gm_fail_at(err, GM_E_CONFIG, project->config.path, "no file is named to list the heads in");
        return gm_hint(err, "Write `heads_file: %.*s/HEADS` into gmig.yml.",
                       GM_ARG(view.config.migrations));
    }
    GM_TRY(gm_heads_file_write(project, stage, &heads, err));
    if (invocation->json) {
        gm_json *document = gm_heads_json(invocation->arena, &view, &view.graph->heads);
        gm_json_set_heads_file(document, &heads);
        gm_out_json(invocation, document);
        return GM_OK;
    }
    if (!heads.written)
        gm_say(invocation, "it lists the heads as they are already");
    gm_out("%.*s\n", GM_ARG(gm_visible(invocation,
                                       gm_project_shown(invocation->arena, project, heads.path))));
    tell_divergent(invocation, &view);
    return GM_OK;
}

/* ---- all refs ---- */

static void print_refs_json(const gm_invocation *invocation, const gm_all_refs *all)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (const gm_ref_view, view, &all->refs) {
        const gm_err *failure = &view->history->failure;
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "ref", view->ref.name);
        gm_json_set_str(item, "commit", gm_oid_hex(invocation->arena, &view->ref.commit));
        gm_json_set_strs(item, "heads", &view->history->heads);
        gm_json_set_bool(item, "divergent", view->history->divergent);
        if (failure->code != GM_OK) {
            gm_json *error = gm_json_object();
            gm_json_set_str(error, "code", gm_str_from(gm_code_name(failure->code)));
            gm_json_set_str(error, "message", failure->text);
            gm_json_set_str(error, "hint", failure->hint);
            gm_json_set_str(error, "where", failure->where);
            gm_json_set(item, "error", error);
        }
        gm_json_add(list, item);
    }
    gm_json_set(document, "refs", list);
    gm_json_set_int(document, "revisions", (int64_t)all->revisions);
    gm_out_json(invocation, document);
}

static void print_refs(const gm_invocation *invocation, const gm_all_refs *all)
{
    const gm_paint *p = gm_paint_out(invocation);
    GM_EACH (const gm_ref_view, view, &all->refs) {
        const gm_err *failure = &view->history->failure;
        gm_out("%.*s:", GM_ARG(gm_visible(invocation, gm_branch_name(view->ref.name))));
        GM_EACH (const gm_str, id, &view->history->heads)
            gm_out(" %s%.*s%s", p->id, GM_ARG(*id), p->reset);
        if (view->history->divergent)
            gm_out(" %s(divergent)%s", p->bad, p->reset);
        if (failure->code != GM_OK)
            gm_out(" %s(cannot tell)%s %.*s%s%.*s", p->bad, p->reset,
                   GM_ARG(gm_visible(invocation, failure->where)), failure->where.len ? ": " : "",
                   GM_ARG(gm_visible(invocation, failure->text)));
        gm_out("\n");
    }
    if (all->failed && all->first_failure.hint.len)
        gm_say(invocation, "%zu of %zu refs cannot be told; the first: %.*s", all->failed,
               all->refs.len, GM_ARG(gm_visible(invocation, all->first_failure.hint)));
    if (all->divergent)
        gm_say(invocation, "heads diverge in %zu of %zu ref%s", all->divergent, all->refs.len,
               all->refs.len == 1 ? "" : "s");
}

static gm_code all_refs(gm_invocation *invocation, gm_project *project, int *status, gm_err *err)
{
    gm_all_refs all;
    if (gm_given(invocation, "write")) {
        gm_fail(err, GM_E_USAGE, "--write looks at the work tree, --all-refs and --refs at many");
        return gm_hint(err, "Leave one of them out.");
    }
    if (gm_given(invocation, "at")) {
        gm_fail(err, GM_E_USAGE, "--at looks at one place, --all-refs and --refs at many");
        return gm_hint(err, "Leave one of them out.");
    }
    GM_TRY(gm_all_refs_read(project, gm_values_of(invocation, "refs"), &all, err));
    if (invocation->json)
        print_refs_json(invocation, &all);
    else
        print_refs(invocation, &all);
    if (all.divergent)
        *status = 1;
    else if (all.failed)
        *status = gm_code_exit(GM_E_UNKNOWN);
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_given(invocation, "all-refs") || gm_given(invocation, "refs"))
        return all_refs(invocation, project, status, err);
    if (gm_given(invocation, "write"))
        return write_file(invocation, project, err);
    if (gm_given(invocation, "stage")) {
        gm_fail(err, GM_E_USAGE, "--stage goes with --write");
        return gm_hint(err, "`gmig heads --write --stage` writes the file of the heads.");
    }
    return one(invocation, project, status, err);
}

static const gm_option options[] = {
    GM_OPTION_AT,
    {"all-refs", 0, GM_OPTION_FLAG, NULL, "look at every branch, local and remote"},
    {"refs", 0, GM_OPTION_LIST, "GLOB", "look at the refs that match; may be repeated"},
    {"resolve-dependencies", 0, GM_OPTION_FLAG, NULL,
     "leave out heads that another revision depends on"},
    {"write", 0, GM_OPTION_FLAG, NULL, "write the file that `heads_file` in gmig.yml names"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add that file to git's index"},
    GM_OPTION_END,
};

const gm_command gm_cmd_heads = {
    .name = "heads",
    .synopsis = "",
    .summary = "Show the revisions that have no children",
    .details = "Ends with 1 when heads are divergent: when two of them share a lineage. With "
               "--all-refs each branch is read with its own gmig.yml, and one that cannot be read "
               "makes it end with 3.\n\n--write makes the file of the heads list what they are "
               "in the work tree, be they divergent or not, and ends with 0.",
    .options = options,
    .run = run,
};
