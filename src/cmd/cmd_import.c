/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import.h"
#include "cmd/output.h"

static void print_json(const gm_invocation *invocation, const gm_import_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (const gm_import_revision, one, &result->revisions) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "from", one->from);
        gm_json_set_str(item, "revision", one->id);
        gm_json_set_str(item, "path", one->path);
        gm_json_set_bool(item, "written", !one->there);
        gm_json_add(list, item);
    }
    gm_json_set_str(document, "folder", result->folder);
    gm_json_set(document, "revisions", list);
    gm_json_set_strs(document, "notes", &result->notes);
    gm_json_set_str(document, "config", result->config);
    gm_out_json(invocation, document);
}

static void tell(const gm_invocation *invocation, const gm_project *project,
                 const gm_import_result *result)
{
    size_t kept = 0;
    GM_EACH (const gm_import_revision, one, &result->revisions)
        kept += one->there;
    gm_str folder = gm_project_shown(invocation->arena, project, result->folder);
    gm_say(invocation, "%zu revisions are in %.*s/%s", result->revisions.len,
           GM_ARG(gm_visible(invocation, folder)),
           kept == result->revisions.len && kept ? ", as they were" : "");
    GM_EACH (const gm_str, note, &result->notes)
        gm_say(invocation, "%.*s", GM_ARG(gm_visible(invocation, *note)));
    gm_say(invocation, "these lines are for gmig.yml, in place of its format, preset and "
                       "migrations; then `gmig stamp --verify head` adopts a database that has "
                       "all of them");
    if (project->config.heads_file.len)
        gm_say(invocation,
               "then `gmig heads --write` lists the new heads in the file of the heads");
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_import_result result;
    gm_import_options options = {.into = gm_value_of(invocation, "into"),
                                 .stage = gm_given(invocation, "stage")};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_import(project, &options, &result, err));
    tell(invocation, project, &result);
    if (invocation->json) {
        print_json(invocation, &result);
        return GM_OK;
    }
    gm_str line;
    while (gm_str_line(&result.config, &line))
        gm_out("%.*s\n", GM_ARG(gm_visible(invocation, line)));
    return GM_OK;
}

static const gm_option options[] = {
    {"into", 0, GM_OPTION_VALUE, "DIR", "the new folder; `revisions` by default"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the files to git's index"},
    GM_OPTION_END,
};

const gm_command gm_cmd_import = {
    .name = "import",
    .synopsis = "",
    .summary = "Turn another tool's history into gmig's own format",
    .details = "The history that gmig.yml describes (`format`, `preset`) is written to a new "
               "folder, one revision a file, with the same SQL. The old files stay, and gmig.yml, "
               "too: what to put there is printed. The same history always gives the same files.",
    .options = options,
    .run = run,
};
