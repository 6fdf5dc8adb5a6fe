/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/new_revision.h"
#include "cmd/heads_file.h"

static void print_json(const gm_invocation *invocation, const gm_new_revision_result *result)
{
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "revision", result->id);
    gm_json_set_str(document, "path", result->path);
    gm_json_set_strs(document, "parents", &result->parents);
    gm_json_set_heads_file(document, &result->heads);
    gm_out_json(invocation, document);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_new_revision_result result;
    gm_new_revision_options options = {.message = gm_value_of(invocation, "message"),
                                       .head = gm_value_of(invocation, "head"),
                                       .splice = gm_given(invocation, "splice"),
                                       .labels = *gm_values_of(invocation, "label"),
                                       .depends = *gm_values_of(invocation, "depends-on"),
                                       .rev_id = gm_value_of(invocation, "rev-id"),
                                       .undo = gm_value_of(invocation, "undo"),
                                       .stage = gm_given(invocation, "stage")};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_new_revision(project, &options, &result, err));
    if (invocation->json)
        print_json(invocation, &result);
    if (result.parents.len)
        gm_say(invocation, "revision %.*s follows %.*s", GM_ARG(result.id),
               GM_ARG(gm_strs_list(invocation->arena, &result.parents)));
    else
        gm_say(invocation, "revision %.*s is a base", GM_ARG(result.id));
    gm_say_heads_file(invocation, project, &result.heads, false);
    if (!invocation->json) {
        gm_str path = gm_project_shown(invocation->arena, project, result.path);
        gm_out("%.*s\n", GM_ARG(gm_visible(invocation, path)));
    }
    return GM_OK;
}

static const gm_option options[] = {
    {"message", 'm', GM_OPTION_VALUE, "TEXT", "what it does, in one line"},
    {"undo", 0, GM_OPTION_VALUE, "REVISION",
     "revert REVISION: its down becomes the up, and its up the down"},
    {"head", 0, GM_OPTION_VALUE, "REVISION", "the parent; `base` for none"},
    {"splice", 0, GM_OPTION_FLAG, NULL, "allow a parent that is no head"},
    {"label", 0, GM_OPTION_LIST, "NAME", "start a lineage of that name; may be repeated"},
    {"branch-label", 0, GM_OPTION_ALIAS, "label", NULL},
    {"depends-on", 0, GM_OPTION_LIST, "REVISION",
     "what must be applied before, besides the parent; may be repeated"},
    {"rev-id", 0, GM_OPTION_VALUE, "ID", "the id, in place of 12 random hex digits"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the file to git's index"},
    GM_OPTION_END,
};

const gm_command gm_cmd_revision = {
    .name = "revision",
    .synopsis = "",
    .summary = "Write a new revision file on top of the head",
    .details = "The file has an empty up and an empty down, for you to fill. Its path is printed. "
               "With several heads, one of them without a label is the parent when it is the only "
               "such; else --head must choose.",
    .options = options,
    .run = run,
};
