/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init/init_detect.h"

#include "app/init/init_detect_versioned.h"
#include "base/file.h"
#include "config/alembic_ini.h"

typedef struct {
    gm_arena *arena;
    gm_snapshot *snapshot;
    gm_str folder;
    gm_err *err;
} detector;

/* A file below the folder; empty: it is not there. */
static gm_code read_below(const detector *d, gm_str name, gm_str *bytes)
{
    gm_entry entry;
    bool found = false;
    *bytes = (gm_str){0};
    gm_str path = gm_path_join(d->arena, d->folder, name);
    GM_TRY(gm_snapshot_find(d->snapshot, path, &entry, &found, d->err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    return gm_snapshot_read(d->snapshot, &entry, bytes, d->err);
}

/* What is called so below the folder, relative to it. */
static gm_code find_below(const detector *d, gm_str name, gm_strs *paths)
{
    gm_strs all = {0};
    GM_TRY(gm_snapshot_named(d->snapshot, name, &all, d->err));
    GM_EACH (const gm_str, path, &all) {
        size_t start = d->folder.len ? d->folder.len + 1 : 0;
        if (!d->folder.len || (gm_str_starts(*path, d->folder) && path->len > start &&
                               path->ptr[d->folder.len] == '/'))
            gm_vec_push(d->arena, paths, gm_str_sub(*path, start, path->len));
    }
    return GM_OK;
}

/* ---- Django ---- */

static gm_code tell_django(const detector *d, gm_str path, gm_detected *detected)
{
    gm_str bytes;
    GM_TRY(read_below(d, path, &bytes));
    if (gm_str_search(bytes, GM_STR("DJANGO_SETTINGS_MODULE")) < bytes.len)
        *detected = (gm_detected){.format = "django", .tool = "Django", .seen = path};
    return GM_OK;
}

/* manage.py as startproject writes it; git need not know it yet where it lies in the folder. */
static gm_code detect_django(const detector *d, gm_detected *detected)
{
    gm_strs paths = {0};
    GM_TRY(tell_django(d, GM_STR("manage.py"), detected));
    if (!detected->format)
        GM_TRY(find_below(d, GM_STR("manage.py"), &paths));
    for (size_t i = 0; i < paths.len && !detected->format; i++)
        GM_TRY(tell_django(d, paths.items[i], detected));
    return GM_OK;
}

/* ---- Alembic ---- */

static gm_code tell_alembic(const detector *d, gm_str path, gm_detected *detected)
{
    gm_str bytes;
    gm_alembic_config config;
    GM_TRY(read_below(d, path, &bytes));
    bool toml = gm_str_ends(path, GM_STR(".toml"));
    if (!(toml ? gm_alembic_read_toml(d->arena, bytes, (gm_str){0}, &config)
               : gm_alembic_read_ini(d->arena, bytes, GM_STR("alembic"), (gm_str){0}, &config)))
        return GM_OK;
    /* Flask-Migrate's has no place of its own, for it lies there. */
    bool flask = !toml && !config.script_location.len;
    if (toml && !config.script_location.len && !config.version_locations.len)
        return GM_OK;
    *detected = (gm_detected){
        .format = "alembic", .tool = flask ? "Flask-Migrate" : "Alembic", .seen = path};
    return GM_OK;
}

/* The folder of revisions beside the only template for new ones; empty: there is none. */
static gm_code find_versions(const detector *d, gm_str *template, gm_str *versions)
{
    gm_strs paths = {0};
    gm_entry entry;
    bool found = false;
    *versions = (gm_str){0};
    GM_TRY(find_below(d, GM_STR("script.py.mako"), &paths));
    if (paths.len != 1)
        return GM_OK;
    gm_str folder = gm_path_join(d->arena, gm_path_folder(paths.items[0]), GM_STR("versions"));
    gm_str path = gm_path_join(d->arena, d->folder, folder);
    GM_TRY(gm_snapshot_find(d->snapshot, path, &entry, &found, d->err));
    if (!found || entry.kind != GM_ENTRY_FOLDER)
        return GM_OK;
    *template = paths.items[0];
    *versions = folder;
    return GM_OK;
}

/* Where locate_alembic.c finds it; git need not know it yet in the customary places. A program that
 * makes Alembic's configuration itself has no file of it. */
static gm_code detect_alembic(const detector *d, gm_detected *detected)
{
    static const char *const names[] = {"alembic.ini", "pyproject.toml", "migrations/alembic.ini"};
    gm_strs paths = {0};
    gm_str template, versions;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !detected->format; i++)
        GM_TRY(tell_alembic(d, gm_str_from(names[i]), detected));
    if (!detected->format)
        GM_TRY(find_below(d, GM_STR("alembic.ini"), &paths));
    if (paths.len == 1)
        GM_TRY(tell_alembic(d, paths.items[0], detected));
    GM_TRY(find_versions(d, &template, &versions));
    if (!detected->format && !paths.len && versions.len) {
        *detected = (gm_detected){.format = "alembic", .tool = "Alembic", .seen = template};
        gm_vec_push(d->arena, &detected->migrations, versions);
    }
    if (detected->format && versions.len)
        detected->folder = gm_path_join(d->arena, d->folder, versions);
    return GM_OK;
}

/* ---- numbered files ---- */

static gm_code detect_versioned(const detector *d, gm_detected *detected)
{
    return gm_init_detect_versioned(d->arena, d->snapshot, d->folder, detected, d->err);
}

/* ---- all ---- */

/* Sets `format` where it is so. */
static gm_code (*const detectors[])(const detector *d, gm_detected *detected) = {
    detect_django,
    detect_alembic,
    detect_versioned,
};

gm_code gm_init_detect(gm_arena *arena, gm_snapshot *snapshot, gm_str folder, gm_detected *detected,
                       bool *found, gm_err *err)
{
    detector d = {arena, snapshot, folder, err};
    gm_detected made = {0};
    for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]) && !made.format; i++)
        GM_TRY(detectors[i](&d, &made));
    *found = made.format != NULL;
    if (*found)
        *detected = made;
    return GM_OK;
}
