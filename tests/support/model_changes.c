/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the models of a repository's commits say, for measuring (docs/missing-migration.md):
 *
 *     model_changes REPOSITORY [-m FOLDER]... [-t NAME=TYPE]... [-D] facts COMMIT
 *     model_changes REPOSITORY [-m FOLDER]... [-t NAME=TYPE]... [-D] changes < "BEFORE AFTER" lines
 *
 * `-m` is a folder of revision files, `-t` a type hint, `-D` says that the models are Django's,
 * whose folders of revision files are found. A line of changes is "AFTER <tab> new|changed|gone
 * <tab> object <tab> path:line <tab> before <tab> after".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/project/django_apps.h"
#include "app/check/program_models.h"
#include "base/file.h"

static int fail(const gm_err *err)
{
    fprintf(stderr, "%.*s: %.*s\n", GM_ARG(err->where), GM_ARG(err->text));
    return 1;
}

static gm_code find_apps(gm_arena *arena, gm_repo *repo, gm_snapshot *snapshot,
                         gm_program_options *options, gm_err *err)
{
    const gm_project project = {.arena = arena, .repo = repo};
    const gm_config config = {0};
    options->migrations = (gm_strs){0};
    GM_TRY(gm_django_folders(&project, snapshot, &config, &options->migrations, err));
    GM_EACH (const gm_str, folder, &options->migrations) {
        gm_orm_app app = {.folder = gm_path_folder(*folder)};
        GM_TRY(gm_django_label(&project, snapshot, &config, *folder, &app.label, err));
        if (!app.label.len)
            app.label = gm_path_name(app.folder.len ? app.folder : *folder);
        gm_vec_push(arena, &options->apps, app);
    }
    return GM_OK;
}

static gm_code read_at(gm_arena *arena, gm_repo *repo, const char *commit,
                       const gm_program_options *options, gm_orm_facts *facts, gm_err *err)
{
    gm_snapshot *snapshot;
    gm_program_options found = *options;
    GM_TRY(gm_snapshot_open(arena, repo, gm_str_from(commit), &snapshot, err));
    if (options->django)
        GM_TRY(find_apps(arena, repo, snapshot, &found, err));
    return gm_program_models(arena, snapshot, &found, facts, err);
}

static int show_facts(gm_arena *arena, gm_repo *repo, const char *commit,
                      const gm_program_options *options)
{
    gm_orm_facts facts;
    gm_err err = gm_err_new(arena);
    if (read_at(arena, repo, commit, options, &facts, &err) != GM_OK)
        return fail(&err);
    GM_EACH (const gm_orm_fact, fact, &facts)
        printf("%s %.*s\t%.*s:%zu\n", fact->unresolved ? "?" : "-", GM_ARG(fact->text),
               GM_ARG(fact->path), fact->line);
    return 0;
}

static void show_change(const char *commit, const gm_orm_change *change)
{
    const gm_orm_fact *one = change->after ? change->after : change->before;
    const char *how = !change->before ? "new" : !change->after ? "gone" : "changed";
    printf("%s\t%s\t%.*s\t%.*s:%zu\t%.*s\t%.*s\n", commit, how, GM_ARG(one->object),
           GM_ARG(one->path), one->line,
           GM_ARG(change->before ? change->before->text : GM_STR("-")),
           GM_ARG(change->after ? change->after->text : GM_STR("-")));
}

static int show_changes(gm_repo *repo, const gm_program_options *options)
{
    char line[256];
    while (fgets(line, sizeof(line), stdin)) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_orm_facts sides[2];
        char *rest = NULL;
        const char *before = strtok_r(line, " \n", &rest);
        const char *after = strtok_r(NULL, " \n", &rest);
        if (!before || !after)
            continue;
        if (read_at(arena, repo, before, options, &sides[0], &err) != GM_OK ||
            read_at(arena, repo, after, options, &sides[1], &err) != GM_OK) {
            (void)fail(&err);
            continue;
        }
        gm_orm_changes changes = gm_orm_compare(arena, &sides[0], &sides[1]);
        printf("%s\tseen\t%zu\n", after, sides[1].len);
        GM_EACH (const gm_orm_change, change, &changes)
            if (!change->doubtful)
                show_change(after, change);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_program_options options = {0};
    gm_repo *repo;
    int letter;
    while ((letter = getopt(argc, argv, "Dm:t:")) != -1) {
        gm_str text = gm_str_from(optarg ? optarg : "");
        if (letter == 'D')
            options.django = true;
        else if (letter == 'm')
            gm_vec_push(arena, &options.migrations, text);
        else if (letter == 't')
            gm_vec_push(arena, &options.hints,
                        (gm_orm_hint){gm_str_sub(text, 0, gm_str_find(text, '=', 0)),
                                      gm_str_sub(text, gm_str_find(text, '=', 0) + 1, text.len),
                                      0});
        else
            return 2;
    }
    if (optind + 2 > argc)
        return 2;
    if (gm_repo_open(arena, gm_str_from(argv[optind]), &repo, &err) != GM_OK)
        return fail(&err);
    int status = strcmp(argv[optind + 1], "facts") == 0 && optind + 2 < argc
                     ? show_facts(arena, repo, argv[optind + 2], &options)
                     : show_changes(repo, &options);
    gm_repo_close(repo);
    return status;
}
