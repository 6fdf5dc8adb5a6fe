/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/project.h"

#include <stdlib.h>

#include "app/project/places.h"

static gm_str target_names(gm_arena *arena, const gm_config *config)
{
    gm_strs names = {0};
    GM_EACH (const gm_config_target, target, &config->targets)
        gm_vec_push(arena, &names, target->name);
    return gm_strs_list(arena, &names);
}

/* The URL of here, and what it was made from. */
static gm_code fill_places(gm_project *project, gm_str *text, gm_str *pattern, gm_err *err)
{
    gm_dev_place here;
    if (!gm_has_place(*text))
        return GM_OK;
    *pattern = *text;
    GM_TRY(gm_dev_place_here(project, &here, err));
    return gm_dev_place_fill(project->arena, *pattern, &here, text, err);
}

gm_code gm_project_named_target(gm_project *project, const gm_config_target *named,
                                gm_target *target, gm_err *err)
{
    gm_str text;
    gm_str pattern = {0};
    gm_url url;
    gm_code code = gm_config_expand(project->arena, named->url, &text, err);
    if (code == GM_OK)
        code = fill_places(project, &text, &pattern, err);
    if (code == GM_OK)
        code = gm_url_parse(project->arena, text, project->folder, &url, err);
    if (code != GM_OK) {
        if (!err->where.len)
            err->where = gm_where(err->arena, project->config.path, named->line);
        return code;
    }
    *target = (gm_target){
        .name = named->name, .url = url, .guarded = !named->development, .pattern = pattern};
    return GM_OK;
}

static bool same_database(const gm_url *a, const gm_url *b)
{
    return a->dialect == b->dialect && gm_str_eq(a->path, b->path) &&
           gm_str_eq(a->conninfo, b->conninfo);
}

/* A URL that gmig.yml has under a name is that target, with its name and treatment. */
static void find_name(gm_project *project, gm_target *target)
{
    GM_EACH (const gm_config_target, named, &project->config.targets) {
        gm_err ignored = gm_err_new(project->arena);
        gm_target other;
        if (gm_project_named_target(project, named, &other, &ignored) == GM_OK &&
            same_database(&other.url, &target->url)) {
            *target = other;
            return;
        }
    }
}

static gm_code open_url(gm_project *project, gm_str text, gm_str source, gm_target *target,
                        gm_err *err)
{
    gm_url url;
    gm_code code = gm_url_parse(project->arena, text, project->cwd, &url, err);
    if (code != GM_OK) {
        if (!err->where.len)
            err->where = source;
        return code;
    }
    *target = (gm_target){.name = url.shown, .url = url, .guarded = true};
    find_name(project, target);
    return GM_OK;
}

static gm_code open_wanted(gm_project *project, gm_str wanted, gm_str source, gm_target *target,
                           gm_err *err)
{
    bool plain = true; /* it has no character that only a URL has */
    GM_EACH (const gm_config_target, named, &project->config.targets)
        if (gm_str_eq(named->name, wanted))
            return gm_project_named_target(project, named, target, err);
    for (size_t i = 0; i < wanted.len; i++)
        plain = plain && !strchr(":/=.", wanted.ptr[i]);
    if (!plain)
        return open_url(project, wanted, source, target, err);

    gm_fail_at(err, GM_E_CONFIG, source, "there is no target '%.*s'", GM_ARG(wanted));
    if (!project->config.targets.len)
        return gm_hint(err, "gmig.yml names no targets; give a URL, such as sqlite:dev.db.");
    return gm_hint(err, "%.*s has %.*s.", GM_ARG(project->config.path),
                   GM_ARG(target_names(err->arena, &project->config)));
}

gm_code gm_project_target(gm_project *project, gm_str wanted, gm_target *target, gm_err *err)
{
    if (wanted.len)
        return open_wanted(project, wanted, GM_STR("--target"), target, err);
    gm_str name = gm_str_from(getenv("GMIG_TARGET"));
    if (name.len)
        return open_wanted(project, name, GM_STR("GMIG_TARGET"), target, err);
    gm_str url = gm_str_from(getenv("GMIG_DATABASE_URL"));
    if (url.len)
        return open_url(project, url, GM_STR("GMIG_DATABASE_URL"), target, err);

    const gm_config *config = &project->config;
    if (config->targets.len == 1)
        return gm_project_named_target(project, &config->targets.items[0], target, err);
    if (config->targets.len == 0) {
        gm_fail(err, GM_E_CONFIG, "no database is named");
        return gm_hint(err, "Add one to `targets:` in gmig.yml, or give --target URL, such as "
                            "--target sqlite:dev.db.");
    }
    gm_fail_at(err, GM_E_CONFIG, config->path, "there are several targets: %.*s",
               GM_ARG(target_names(err->arena, config)));
    return gm_hint(err, "Choose one with --target NAME or GMIG_TARGET.");
}
