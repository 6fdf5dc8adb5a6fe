/* SPDX-License-Identifier: Apache-2.0 */
#include "app/merge.h"
#include "cmd/output.h"

static gm_json *merged_json(const gm_merged *merged)
{
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "revision", merged->id);
    gm_json_set_str(item, "path", merged->path);
    gm_json_set_strs(item, "parents", &merged->parents);
    gm_json_set_str(item, "lineage", merged->lineage);
    gm_json_set_bool(item, "written", !merged->there);
    return item;
}

/* The first merge stands at the top as well: mostly there is one. */
static void print_json(const gm_invocation *invocation, const gm_merge_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (const gm_merged, merged, &result->merges)
        gm_json_add(list, merged_json(merged));
    if (result->merges.len) {
        const gm_merged *first = &result->merges.items[0];
        gm_json_set_str(document, "revision", first->id);
        gm_json_set_str(document, "path", first->path);
        gm_json_set_strs(document, "parents", &first->parents);
    } else {
        gm_json_set(document, "revision", gm_json_null());
        gm_json_set(document, "path", gm_json_null());
        gm_json_set(document, "parents", gm_json_array());
    }
    gm_json_set(document, "revisions", list);
    gm_out_json(invocation, document);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_merge_result result;
    gm_merge_options options = {.revisions = invocation->operands,
                                .message = gm_value_of(invocation, "message"),
                                .rev_id = gm_value_of(invocation, "rev-id"),
                                .labels = *gm_values_of(invocation, "label"),
                                .splice = gm_given(invocation, "splice"),
                                .stage = gm_given(invocation, "stage")};
    (void)status;
    GM_TRY(gm_invocation_project(invocation, &project, err));
    GM_TRY(gm_merge(project, &options, &result, err));
    if (invocation->json)
        print_json(invocation, &result);
    if (!result.merges.len)
        gm_say(invocation, invocation->operands.len
                               ? "nothing to merge: there is one head at most"
                               : "nothing to merge: no lineage has several heads");
    GM_EACH (const gm_merged, merged, &result.merges) {
        gm_str path = gm_project_shown(invocation->arena, project, merged->path);
        path = gm_visible(invocation, path);
        gm_str parents = gm_strs_list(invocation->arena, &merged->parents);
        gm_say(invocation, "revision %.*s %s %.*s", GM_ARG(merged->id),
               merged->there ? "is there already and merges" : "merges", GM_ARG(parents));
        if (!invocation->json)
            gm_out("%.*s\n", GM_ARG(path));
    }
    return GM_OK;
}

static const gm_option options[] = {
    {"message", 'm', GM_OPTION_VALUE, "TEXT", "message of the merge; `merge A, B` by default"},
    {"rev-id", 0, GM_OPTION_VALUE, "ID", "id of the merge, in place of the one its parents give"},
    {"label", 0, GM_OPTION_LIST, "NAME", "label of the merge; may be repeated"},
    {"branch-label", 0, GM_OPTION_ALIAS, "label", NULL},
    {"splice", 0, GM_OPTION_FLAG, NULL, "merge revisions that are no heads, too"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the file to git's index"},
    GM_OPTION_END,
};

const gm_command gm_cmd_merge = {
    .name = "merge",
    .synopsis = "[REVISION...]",
    .summary = "Join divergent heads with a merge revision",
    .details = "Without REVISION the heads of each divergent lineage are merged, one merge a "
               "lineage; nothing to merge is fine. The same heads give the same file on every "
               "machine, so that two people may both merge them. The path of the file is printed.",
    .options = options,
    .max_operands = SIZE_MAX,
    .run = run,
};
