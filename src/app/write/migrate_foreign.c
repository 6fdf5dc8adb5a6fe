/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/migrate_foreign.h"

#include "app/move/command.h"
#include "app/write/new_file.h"

static gm_code refuse_options(const gm_project *project, const gm_migrate_options *options,
                              gm_err *err)
{
    const char *wrong = options->dry           ? "--plan and --sql"
                        : options->amend       ? "--amend"
                        : options->unproved    ? "--unproved"
                        : options->empty       ? "--empty"
                        : options->renames.len ? "--rename"
                        : options->head.len    ? "--head"
                        : options->rev_id.len  ? "--rev-id"
                                               : NULL;
    if (!wrong)
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "%s %s for what gmig writes itself, and `%.*s` writes here", wrong,
            options->dry ? "are" : "is",
            GM_ARG(gm_command_shown(project->arena, &project->config.runner.migrate)));
    return gm_hint(err, "Give that command its own options.");
}

static gm_code need_command(const gm_project *project, const gm_view *view, gm_err *err)
{
    bool django = strcmp(view->format->name, "django") == 0;
    if (project->config.runner.migrate.len)
        return GM_OK;
    gm_fail_at(err, GM_E_CONFIG, project->config.path,
               "the project's own command writes migrations of this format, and none is named");
    return gm_hint(err, "Run it yourself (%s), or name it in gmig.yml: `runner: {migrate: [%s]}`.",
                   django ? "python manage.py makemigrations"
                          : "flask db migrate, or alembic revision --autogenerate",
                   django ? "python, manage.py, makemigrations" : "flask, db, migrate");
}

/* What came since; of several the newest. */
static gm_code find_new(gm_project *project, const gm_view *before, bool stage,
                        gm_migrate_result *result, gm_err *err)
{
    gm_view after;
    gm_migrate_result found = {0};
    GM_TRY(gm_view_open(project, GM_STR("worktree"), &after, err));
    GM_EACH (gm_node *, node, &after.graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (gm_graph_find(before->graph, revision->id))
            continue;
        found.id = revision->id;
        found.path = revision->path;
        found.parents = revision->parents;
        found.text = revision->text;
        if (stage)
            GM_TRY(gm_new_file_write(project, &(gm_new_file){.path = found.path, .there = true},
                                     true, err));
    }
    *result = found;
    return GM_OK;
}

/* Django's files have a name and no message. */
static void add_message(gm_arena *arena, const gm_view *view, gm_str message, gm_strs *words)
{
    bool django = strcmp(view->format->name, "django") == 0;
    if (!message.len)
        return;
    gm_vec_push(arena, words, django ? GM_STR("-n") : GM_STR("-m"));
    gm_vec_push(arena, words, django ? gm_revision_slug(arena, message) : message);
}

gm_code gm_migrate_by_command(gm_project *project, const gm_view *view,
                              const gm_migrate_options *options, gm_heads_written *heads,
                              gm_migrate_result *result, gm_err *err)
{
    int status = 0;
    gm_strs words = {0};
    gm_target target;
    bool aimed = project->config.runner.env.len > 0;
    GM_TRY(need_command(project, view, err));
    GM_TRY(refuse_options(project, options, err));
    if (aimed)
        GM_TRY(gm_project_target(project, (gm_str){0}, &target, err));
    GM_EACH (const gm_str, word, &project->config.runner.migrate)
        gm_vec_push(project->arena, &words, *word);
    add_message(project->arena, view, options->message, &words);
    GM_TRY(gm_command_run(project, &words, aimed ? &target : NULL, &status, err));
    if (status) {
        gm_fail(err, GM_E_REFUSED, "`%.*s` failed with status %d",
                GM_ARG(gm_command_shown(project->arena, &words)), status);
        return gm_hint(err, "Its own message stands above.");
    }
    GM_TRY(find_new(project, view, options->stage, result, err));
    GM_TRY(gm_heads_file_write(project, options->stage, heads, err));
    result->heads = *heads;
    return GM_OK;
}
