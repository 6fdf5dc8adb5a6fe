/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hooks.h"
#include "app/init/init.h"
#include "app/init/init_database.h"
#include "cmd/output.h"

/* All that `gmig hook install` would install is there. */
static gm_code are_installed(gm_arena *arena, gm_repo *repo, bool *installed, gm_err *err)
{
    gm_strs all = {0};
    gm_hooks_report report;
    *installed = false;
    if (!repo)
        return GM_OK;
    GM_TRY(gm_hooks_list(arena, repo, &all, &report, err));
    *installed = true;
    GM_EACH (const gm_hook_status, one, &report.hooks)
        if (one->hook->by_default && !one->hook->server && one->state != GM_HOOK_INSTALLED)
            *installed = false;
    return GM_OK;
}

/* Asks a person where there is one; else only an option decides. */
static bool wants_hooks(const gm_invocation *invocation, const gm_init_result *result,
                        bool installed)
{
    if (!result->repo || gm_given(invocation, "no-hooks"))
        return false;
    if (gm_given(invocation, "hooks"))
        return true;
    return !installed && gm_can_ask(invocation) &&
           gm_confirm("Put gmig behind git's hooks, to check each commit and merge?");
}

/* Nothing is recorded unasked: whether other databases are like this one, only their owner knows.
 */
static void tell_stamp(const gm_invocation *invocation, const gm_init_database_result *first)
{
    gm_str target = gm_visible(invocation, first->target);
    gm_say(invocation,
           "revision %.*s makes what the database has; `gmig stamp --verify head%s%.*s` records "
           "that it is there already",
           GM_ARG(first->revision), target.len ? " -t " : "", GM_ARG(target));
}

static void tell(const gm_invocation *invocation, const gm_init_result *result,
                 const gm_init_database_result *first, bool hooks)
{
    if (result->above.len)
        gm_say(invocation, "%.*s above is another project, and stays one",
               GM_ARG(gm_visible(invocation, result->above)));
    if (!result->new_config && (gm_given(invocation, "target") || gm_given(invocation, "dialect")))
        gm_say(invocation, "gmig.yml is as it was: --target and --dialect are for a new one");
    if (result->secret && result->new_config)
        gm_say(invocation, "the URL has a password, so ${DATABASE_URL} is written in its place");
    if (result->database.len)
        gm_say(invocation, "a line `%.*s*` in .gitignore keeps the database out of git",
               GM_ARG(gm_visible(invocation, result->database)));
    if (!hooks && result->repo && !gm_given(invocation, "no-hooks"))
        gm_say(invocation, "`gmig hook install` puts gmig behind git's hooks");
    if (first->revision.len)
        tell_stamp(invocation, first);
    else if (result->detected.format)
        gm_say(
            invocation,
            "these are migrations of %s, as %.*s says%s; `gmig heads` and `gmig check` read them",
            result->detected.tool, GM_ARG(gm_visible(invocation, result->detected.seen)),
            result->detected.postgres ? ", for PostgreSQL by their words" : "");
    else if (result->created.len)
        gm_say(invocation, "`gmig revision -m TEXT` writes the first revision");
    else
        gm_say(invocation, "nothing to do; `gmig status` shows where the project stands");
}

static gm_code install(gm_invocation *invocation, gm_repo *repo, gm_hooks_report *report,
                       gm_err *err)
{
    gm_strs all = {0};
    GM_TRY(gm_hooks_install(invocation->arena, repo, &all, report, err));
    GM_EACH (const gm_hook_status, hook, &report->hooks)
        if (hook->changed)
            gm_say(invocation, "hook %s is installed", hook->hook->name);
    if (report->snippet.len)
        gm_say(invocation, "lefthook keeps the hooks here; `gmig hook install` shows what to add");
    return GM_OK;
}

/* The models and the first revision of a database; where that fails, gmig.yml is taken back. */
static gm_code start_from_database(gm_invocation *invocation, gm_init_result *result,
                                   gm_init_database_result *first, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_code code = gm_invocation_project(invocation, &project, err);
    if (code == GM_OK)
        code = gm_init_database(project, gm_value_of(invocation, "from-database"),
                                gm_value_of(invocation, "models"), first, err);
    if (code != GM_OK) {
        gm_init_take_back(invocation->arena, result);
        return code;
    }
    GM_EACH (const gm_str, path, &first->models)
        gm_vec_push(invocation->arena, &result->created,
                    gm_project_shown(invocation->arena, project, *path));
    gm_vec_push(invocation->arena, &result->created,
                gm_project_shown(invocation->arena, project, first->path));
    return GM_OK;
}

static void print_json(const gm_invocation *invocation, const gm_init_result *result,
                       const gm_init_database_result *first, const gm_hooks_report *hooks)
{
    gm_json *document = gm_json_object();
    gm_json *installed = gm_json_array();
    GM_EACH (const gm_hook_status, hook, &hooks->hooks)
        if (hook->state == GM_HOOK_INSTALLED)
            gm_json_add(installed, gm_json_str(gm_str_from(hook->hook->name)));
    gm_json_set_strs(document, "created", &result->created);
    gm_json_set_strs(document, "kept", &result->kept);
    gm_json_set(document, "hooks", installed);
    if (result->detected.format)
        gm_json_set_str(document, "format", gm_str_from(result->detected.format));
    gm_json_set(document, "revision",
                first->revision.len ? gm_json_str(first->revision) : gm_json_null());
    gm_out_json(invocation, document);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_init_options options = {.project = invocation->project,
                               .dialects = *gm_values_of(invocation, "dialect"),
                               .target = gm_value_of(invocation, "target"),
                               .existing = gm_value_of(invocation, "from-database")};
    gm_init_result result;
    gm_init_database_result first = {0};
    gm_hooks_report hooks = {0};
    (void)status;
    GM_TRY(gm_init(invocation->arena, &options, &result, err));
    gm_repo *repo GM_CLEANUP(gm_repo_drop) = result.repo;
    if (options.existing.len)
        GM_TRY(start_from_database(invocation, &result, &first, err));
    if (!invocation->json) {
        GM_EACH (const gm_str, path, &result.created)
            gm_out("created %.*s\n", GM_ARG(gm_visible(invocation, *path)));
        GM_EACH (const gm_str, path, &result.kept)
            gm_out("kept %.*s\n", GM_ARG(gm_visible(invocation, *path)));
    }
    if (gm_given(invocation, "hooks") && !repo) {
        gm_fail_at(err, GM_E_NO_REPO, GM_STR("--hooks"), "there is no git repository here");
        return gm_hint(err, "Run `git init` first, then `gmig hook install`.");
    }
    bool installed;
    GM_TRY(are_installed(invocation->arena, repo, &installed, err));
    bool wanted = wants_hooks(invocation, &result, installed);
    if (wanted)
        GM_TRY(install(invocation, repo, &hooks, err));
    if (invocation->json)
        print_json(invocation, &result, &first, &hooks);
    tell(invocation, &result, &first, wanted || installed);
    return GM_OK;
}

static const gm_option options[] = {
    {"dialect", 0, GM_OPTION_LIST, "NAME", "sqlite or postgres; may be repeated"},
    {"target", 0, GM_OPTION_VALUE, "URL", "URL of the target `dev`; sqlite:dev.db by default"},
    {"from-database", 0, GM_OPTION_VALUE, "NAME|URL",
     "write models and the first revision from what that database has"},
    {"models", 0, GM_OPTION_VALUE, "yaml|sql",
     "the language of those models; that of the file in `models:`, else sql"},
    {"hooks", 0, GM_OPTION_FLAG, NULL, "put gmig behind git's hooks, without a question"},
    {"no-hooks", 0, GM_OPTION_FLAG, NULL, "leave git's hooks alone, without a question"},
    GM_OPTION_END,
};

const gm_command gm_cmd_init = {
    .name = "init",
    .synopsis = "",
    .summary = "Start a project: gmig.yml and a folder for revision files",
    .details =
        "Files that are there are kept. A question about hooks is asked on a terminal only.\n\n"
        "--from-database describes a database that is there already in models/ and writes "
        "the revision that makes it, proved in a throw-away database. The database is only "
        "looked at; `gmig stamp --verify head` records that it has that revision.",
    .options = options,
    .run = run,
};
