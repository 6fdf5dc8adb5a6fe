/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/program_facts.h"

#include "app/project/locations.h"
#include "app/check/program_told.h"
#include "base/file.h"

static bool is_django(const gm_view *view)
{
    return view->config.format == GM_FORMAT_DJANGO;
}

bool gm_program_has_models(const gm_view *view)
{
    return view->config.format == GM_FORMAT_ALEMBIC || is_django(view);
}

/* ---- how models are read ---- */

static gm_str folder_of(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash == path.len ? GM_STR("") : gm_str_sub(path, 0, slash);
}

/* Does env.py ask autogenerate to compare server defaults? It is off unless it says so. */
static bool compares_defaults(gm_project *project, const gm_view *view)
{
    gm_str bytes, line;
    gm_str folder = folder_of(view->migrations);
    if (!gm_told_bytes(project->arena, view, gm_path_join(project->arena, folder, GM_STR("env.py")),
                       &bytes))
        return false;
    while (gm_str_line(&bytes, &line)) {
        gm_str code = gm_str_trim(gm_str_sub(line, 0, gm_str_find(line, '#', 0)));
        if (gm_str_search(code, GM_STR("compare_server_default=True")) < code.len ||
            gm_str_search(code, GM_STR("compare_server_default = True")) < code.len)
            return true;
    }
    return false;
}

/* Where Django looks for models, and how it calls the apps they are of. */
static gm_code find_apps(gm_project *project, const gm_view *view, gm_program_options *options,
                         gm_err *err)
{
    gm_orm_app app;
    GM_EACH (const gm_str, folder, &view->folders) {
        GM_TRY(gm_locations_app(project, view->snapshot, &view->config, *folder, &app.label, err));
        app.folder = gm_path_folder(*folder);
        if (!app.label.len)
            app.label = gm_path_name(app.folder.len ? app.folder : *folder);
        gm_vec_push(project->arena, &options->apps, app);
    }
    return GM_OK;
}

/* Beside env.py lie scripts, and no models. */
static void leave_out_env(gm_project *project, const gm_view *view, gm_program_options *options)
{
    gm_str env, parent = folder_of(view->migrations);
    if (!parent.len || !gm_told_bytes(project->arena, view,
                                      gm_path_join(project->arena, parent, GM_STR("env.py")), &env))
        return;
    options->migrations = (gm_strs){0};
    GM_EACH (const gm_str, folder, &view->folders)
        gm_vec_push(project->arena, &options->migrations, *folder);
    gm_vec_push(project->arena, &options->migrations, parent);
}

gm_code gm_program_options_of(gm_project *project, const gm_view *view, gm_program_options *options,
                              gm_err *err)
{
    const gm_config *config = &view->config;
    *options = (gm_program_options){.migrations = view->folders, .folder = config->folder};
    if (is_django(view)) {
        options->django = true;
        GM_TRY(find_apps(project, view, options, err));
    } else {
        options->defaults = compares_defaults(project, view);
        leave_out_env(project, view, options);
    }
    for (size_t i = 0; config->has_models && i < config->models.len; i++) {
        gm_str path;
        GM_TRY(gm_project_below(project, config, "models", config->models.items[i], &path, err));
        gm_vec_push(project->arena, &options->models, path);
    }
    GM_EACH (const gm_config_type_hint, hint, &config->type_hints)
        gm_vec_push(project->arena, &options->hints,
                    (gm_orm_hint){hint->name, hint->value, hint->line});
    return GM_OK;
}

gm_code gm_program_facts(gm_project *project, const gm_view *view, const gm_view *examined,
                         gm_orm_facts *facts, gm_err *err)
{
    gm_program_options options;
    GM_TRY(gm_program_options_of(project, view, &options, err));
    /* What the models are called and stand for is said once, by what is examined. */
    gm_program_options own;
    GM_TRY(gm_program_options_of(project, examined, &own, err));
    options.hints = own.hints;
    options.defaults = own.defaults;
    return gm_program_models(project->arena, view->snapshot, &options, facts, err);
}

/* ---- what writes a revision ---- */

gm_str gm_program_command(gm_project *project, const gm_view *view)
{
    const gm_strs *migrate = &view->config.runner.migrate;
    gm_str parent = folder_of(view->migrations);
    gm_str ini = gm_path_join(project->arena, parent, GM_STR("alembic.ini"));
    gm_str bytes;
    if (migrate->len)
        return gm_str_printf(project->arena, "%.*s%s",
                             GM_ARG(gm_str_join(project->arena, migrate, GM_STR(" "))),
                             is_django(view) ? "" : " -m TEXT");
    if (is_django(view))
        return GM_STR("python manage.py makemigrations");
    /* Flask-Migrate keeps it beside env.py, Alembic at the top. */
    if (parent.len && gm_told_bytes(project->arena, view, ini, &bytes))
        return GM_STR("flask db migrate -m TEXT");
    return GM_STR("alembic revision --autogenerate -m TEXT");
}
