/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/revert.h"
#include "base/file.h"
#include "cmd/heads_file.h"

static gm_str proof(const gm_revert_result *result)
{
    return result->proved ? GM_STR("proved") : result->unproved;
}

static void print_json(const gm_invocation *invocation, const gm_revert_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *revisions = gm_json_array();
    gm_strs restored = {0};
    GM_EACH (const gm_undoing, undoing, &result->undoings) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "revision", undoing->id);
        gm_json_set_str(item, "undoes", undoing->undoes);
        gm_json_set_str(item, "path", undoing->file.path);
        gm_json_set_strs(item, "parents", &undoing->parents);
        gm_json_add(revisions, item);
    }
    GM_EACH (const gm_new_file, file, &result->restored)
        gm_vec_push(invocation->arena, &restored, file->path);
    gm_json_set_str(document, "commit", gm_oid_hex(invocation->arena, &result->commit));
    gm_json_set_strs(document, "restored", &restored);
    gm_json_set(document, "revisions", revisions);
    gm_json_set_strs(document, "divergent", &result->divergent);
    gm_json_set_str(document, "proof", proof(result));
    gm_json_set_bool(document, "written", result->written);
    gm_json_set_heads_file(document, &result->heads);
    gm_out_json(invocation, document);
}

static void path_line(const gm_invocation *invocation, const gm_project *project, gm_str path)
{
    gm_out("%.*s\n",
           GM_ARG(gm_visible(invocation, gm_project_shown(invocation->arena, project, path))));
}

static void say_divergent(const gm_invocation *invocation, const gm_revert_result *result)
{
    if (result->divergent.len)
        gm_say(invocation, "the history %s %zu heads%s: `gmig merge` joins them",
               result->written ? "has" : "would have", result->divergent.len,
               result->written ? " now" : "");
}

static void print_text(const gm_invocation *invocation, const gm_project *project,
                       const gm_revert_result *result)
{
    const char *comes = result->written ? "comes" : "would come";
    GM_EACH (const gm_new_file, file, &result->restored) {
        gm_say(invocation, "%.*s %s back: databases may have run it",
               GM_ARG(gm_visible(invocation, gm_path_name(file->path))), comes);
        path_line(invocation, project, file->path);
    }
    GM_EACH (const gm_undoing, undoing, &result->undoings) {
        gm_say(invocation, "revision %.*s undoes %.*s", GM_ARG(undoing->id),
               GM_ARG(gm_visible(invocation, undoing->undoes)));
        path_line(invocation, project, undoing->file.path);
    }
    gm_say_heads_file(invocation, project, &result->heads,
                      !result->written && result->undoings.len);
    if (result->empty.len)
        gm_say(invocation, "nothing is to be undone in %.*s",
               GM_ARG(gm_visible(invocation, gm_strs_some(invocation->arena, &result->empty, 5))));
    if (result->undoings.len)
        gm_say(invocation, "%s%.*s", result->proved ? "" : "not proved: ",
               GM_ARG(result->proved ? GM_STR("they run behind the others, up and down, in scratch")
                                     : gm_visible(invocation, result->unproved)));
    say_divergent(invocation, result);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_revert_result result;
    gm_revert_options options = {.plan = gm_given(invocation, "plan"),
                                 .stage = gm_given(invocation, "stage"),
                                 .unproved = gm_given(invocation, "unproved")};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (!invocation->operands.len) {
        gm_fail(err, GM_E_USAGE, "which commit is to be taken back?");
        return gm_hint(err, "Name it: `gmig revert HEAD~1`. Single revisions are undone by `gmig "
                            "revision --undo REVISION`.");
    }
    options.commit = invocation->operands.items[0];
    GM_TRY(gm_revert(project, &options, &result, err));
    if (invocation->json)
        print_json(invocation, &result);
    else
        print_text(invocation, project, &result);
    return GM_OK;
}

static const gm_option options[] = {
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would be written, and write nothing"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the files to git's index"},
    {"unproved", 0, GM_OPTION_FLAG, NULL, "write them although they do not run behind the others"},
    GM_OPTION_END,
};

const gm_command gm_cmd_revert = {
    .name = "revert",
    .synopsis = "COMMIT",
    .summary = "Take back what a commit brought, with new revisions",
    .details = "Each revision that COMMIT brought gets one that undoes it, on top of the head and "
               "newest first: its down becomes the up, and its up the down. Of a merge that is "
               "all that came into its first parent. Files that `git revert` has taken away come "
               "back, since databases may have run them. One that is irreversible refuses all.\n\n"
               "The new revisions are run in scratch behind the others before anything is written. "
               "Models and code are left to git.",
    .options = options,
    .max_operands = 1,
    .run = run,
};
