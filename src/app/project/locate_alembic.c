/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/locate_alembic.h"

#include "base/file.h"
#include "config/alembic_ini.h"

enum { FOLDERS_MAX = 10000 };

typedef struct {
    const gm_project *project;
    gm_arena *arena;
    gm_snapshot *snapshot;
    gm_str folder; /* gmig.yml's, relative to the top */
    gm_str here;   /* the configuration's */
    gm_str section;
    gm_str named; /* gmig.yml names the configuration */
    gm_alembic_config config;
    gm_alembic_place place;
} locator;

/* Without "." and "..", relative to the top. */
static gm_str clean(gm_arena *arena, gm_str path)
{
    gm_str whole = gm_path_absolute(arena, gm_str_printf(arena, "/%.*s", GM_ARG(path)));
    return gm_str_sub(whole, 1, whole.len);
}

/* ---- the configuration ---- */

static bool parse(const locator *l, gm_str path, gm_str text, gm_alembic_config *config)
{
    gm_arena *arena = l->project->alembic->arena;
    gm_str here = gm_str_dup(arena, gm_path_folder(path));
    text = gm_str_dup(arena, text);
    if (gm_str_ends(path, GM_STR(".toml")))
        return gm_alembic_read_toml(arena, text, here, config);
    return gm_alembic_read_ini(arena, text, l->section, here, config);
}

/* One file at many commits is parsed once. NULL: it says nothing of Alembic. */
static const gm_alembic_config *recall(const locator *l, gm_str path, const gm_entry *entry,
                                       bool *known)
{
    gm_str key =
        gm_str_printf(l->arena, "%.*s:%.*s:%.*s", GM_ARG(gm_oid_hex(l->arena, &entry->blob)),
                      GM_ARG(l->section), GM_ARG(path));
    void *found = NULL;
    *known = !gm_oid_none(&entry->blob) && gm_map_find(l->project->alembic, key, &found);
    return found;
}

static void remember(const locator *l, gm_str path, const gm_entry *entry,
                     const gm_alembic_config *config)
{
    gm_arena *arena = l->project->alembic->arena;
    gm_str key = gm_str_printf(arena, "%.*s:%.*s:%.*s", GM_ARG(gm_oid_hex(arena, &entry->blob)),
                               GM_ARG(l->section), GM_ARG(path));
    gm_alembic_config *kept = config ? gm_new(arena, gm_alembic_config) : NULL;
    if (kept)
        *kept = *config;
    gm_map_add(l->project->alembic, key, kept);
}

/* Is that a configuration of Alembic? */
static gm_code try_file(locator *l, gm_str path, bool *good, gm_err *err)
{
    gm_entry entry;
    gm_str text;
    gm_alembic_config config = {0};
    bool known;
    *good = false;
    GM_TRY(gm_snapshot_find(l->snapshot, path, &entry, good, err));
    *good = *good && entry.kind == GM_ENTRY_FILE;
    if (!*good)
        return GM_OK;
    const gm_alembic_config *found = recall(l, path, &entry, &known);
    if (!known) {
        GM_TRY(gm_snapshot_read(l->snapshot, &entry, &text, err));
        found = parse(l, path, text, &config) ? &config : NULL;
        if (!gm_oid_none(&entry.blob))
            remember(l, path, &entry, found);
    }
    *good = found != NULL;
    if (!*good)
        return GM_OK;
    l->config = *found;
    l->place.file = path;
    l->here = gm_path_folder(path);
    return GM_OK;
}

/* The only alembic.ini below gmig.yml's folder. */
static gm_code try_below(locator *l, gm_err *err)
{
    gm_strs named = {0}, below = {0};
    bool good;
    GM_TRY(gm_snapshot_named(l->snapshot, GM_STR("alembic.ini"), &named, err));
    gm_str beginning = gm_path_as_folder(l->arena, l->folder);
    GM_EACH (const gm_str, path, &named)
        if (!l->folder.len || gm_str_starts(*path, beginning))
            gm_vec_push(l->arena, &below, *path);
    if (below.len == 1)
        return try_file(l, below.items[0], &good, err);
    if (!below.len)
        return GM_OK;
    gm_fail_at(err, GM_E_CONFIG, below.items[0], "there are %zu alembic.ini: %.*s", below.len,
               GM_ARG(gm_strs_some(l->arena, &below, 3)));
    return gm_hint(err, "Put a gmig.yml with `format: alembic` beside each, or write `migrations:` "
                        "with the folder of revision files.");
}

static gm_code find_config(locator *l, gm_err *err)
{
    static const char *const names[] = {"alembic.ini", "pyproject.toml", "migrations/alembic.ini"};
    gm_str named = l->named;
    if (named.len) {
        bool good;
        GM_TRY(try_file(l, gm_path_join(l->arena, l->folder, named), &good, err));
        return GM_OK;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        bool good;
        GM_TRY(try_file(l, gm_path_join(l->arena, l->folder, gm_str_from(names[i])), &good, err));
        /* Flask-Migrate's says nothing of its place: it is where it lies. */
        if (good && i == 2 && !l->config.script_location.len)
            return GM_OK;
        if (good && (l->config.script_location.len || l->config.version_locations.len))
            return GM_OK;
        l->place.file = (gm_str){0};
    }
    return l->project->repo ? try_below(l, err) : GM_OK;
}

/* ---- its paths ---- */

static gm_code is_folder(const locator *l, gm_str path, bool *yes, gm_err *err)
{
    gm_entry entry;
    GM_TRY(gm_snapshot_find(l->snapshot, path, &entry, yes, err));
    *yes = *yes && entry.kind == GM_ENTRY_FOLDER;
    return GM_OK;
}

/* The first of these that is a folder; else the first. */
static gm_code choose(const locator *l, const gm_strs *paths, gm_str *path, gm_err *err)
{
    *path = paths->items[0];
    GM_EACH (const gm_str, candidate, paths) {
        bool yes;
        GM_TRY(is_folder(l, *candidate, &yes, err));
        if (!yes)
            continue;
        *path = *candidate;
        return GM_OK;
    }
    return GM_OK;
}

static void add_path(const locator *l, gm_strs *paths, gm_str from, gm_str path)
{
    gm_vec_push(l->arena, paths, clean(l->arena, gm_path_join(l->arena, from, path)));
}

/* "package.part:folder": where the package would be found. */
static void add_package(const locator *l, gm_strs *paths, gm_str text)
{
    size_t colon = gm_str_find(text, ':', 0);
    char *path = gm_arena_array(l->arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++)
        path[i] =
            (char)(text.ptr[i] == ':' || (i < colon && text.ptr[i] == '.') ? '/' : text.ptr[i]);
    gm_str below = gm_str_of(path, text.len);
    gm_str top = GM_STR(GM_ALEMBIC_TOP);
    add_path(l, paths, l->here, below);
    GM_EACH (const gm_str, sys, &l->config.sys_path) {
        bool from_top = gm_str_starts(*sys, top);
        gm_str start = l->here;
        if (from_top)
            start = (gm_str){0};
        gm_str from = from_top ? gm_str_sub(*sys, top.len, sys->len) : *sys;
        add_path(l, paths, start, gm_path_join(l->arena, from, below));
    }
    add_path(l, paths, gm_path_join(l->arena, l->here, GM_STR("src")), below);
    add_path(l, paths, l->folder, below);
}

static gm_code resolve(const locator *l, gm_str text, gm_str *path, gm_err *err)
{
    gm_strs paths = {0};
    gm_str top = GM_STR(GM_ALEMBIC_TOP);
    if (gm_str_starts(text, GM_STR("/"))) {
        gm_fail_at(err, GM_E_CONFIG, l->place.file, "'%.*s' is a folder of one machine",
                   GM_ARG(text));
        return gm_hint(err, "Write it as %%(here)s/…, or write `migrations:` in gmig.yml.");
    }
    if (gm_str_starts(text, top)) {
        *path = clean(l->arena, gm_str_sub(text, top.len, text.len));
        return GM_OK;
    }
    if (gm_str_has(text, ':')) {
        add_package(l, &paths, text);
    } else {
        add_path(l, &paths, l->here, text);
        add_path(l, &paths, l->folder, text);
    }
    return choose(l, &paths, path, err);
}

static bool is_searched(gm_str path)
{
    gm_str name = gm_path_name(path);
    return !gm_str_is(name, "__pycache__") && !gm_str_starts(name, GM_STR("."));
}

/* A folder and, where they are searched, all below it. */
static gm_code add_folder(locator *l, gm_str folder, gm_err *err)
{
    gm_strs *folders = &l->place.folders;
    size_t at = folders->len;
    if (gm_strs_have(folders, folder))
        return GM_OK;
    gm_vec_push(l->arena, folders, folder);
    for (; l->config.recursive && at < folders->len; at++) {
        gm_entries entries = {0};
        if (folders->len > FOLDERS_MAX) {
            gm_fail_at(err, GM_E_CONFIG, folder, "more than %d folders below it", FOLDERS_MAX);
            return gm_hint(err,
                           "Name the folder of the revision files with `migrations:` in gmig.yml.");
        }
        GM_TRY(gm_snapshot_list(l->snapshot, folders->items[at], false, &entries, err));
        GM_EACH (const gm_entry, entry, &entries)
            if (entry->kind == GM_ENTRY_FOLDER && is_searched(entry->path))
                gm_vec_push(l->arena, folders, entry->path);
    }
    return GM_OK;
}

static gm_code find_folders(locator *l, gm_err *err)
{
    gm_str path;
    l->place.several = l->config.version_locations.len > 1;
    l->place.script_folder = l->here;
    if (l->config.script_location.len)
        GM_TRY(resolve(l, l->config.script_location, &l->place.script_folder, err));
    GM_EACH (const gm_str, location, &l->config.version_locations) {
        GM_TRY(resolve(l, *location, &path, err));
        GM_TRY(add_folder(l, path, err));
    }
    if (l->config.version_locations.len)
        return GM_OK;
    return add_folder(l, gm_path_join(l->arena, l->place.script_folder, GM_STR("versions")), err);
}

gm_code gm_locate_alembic(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_alembic_place *place, gm_err *err)
{
    locator l = {.project = project,
                 .arena = project->arena,
                 .snapshot = snapshot,
                 .folder = config->folder,
                 .section = config->alembic_name,
                 .named = config->alembic_config};
    if (!l.section.len)
        l.section = GM_STR("alembic");
    l.place.file_template = GM_STR(GM_ALEMBIC_FILE_TEMPLATE);
    GM_TRY(find_config(&l, err));
    if (l.place.file.len) {
        l.place.file_template = l.config.file_template;
        GM_TRY(find_folders(&l, err));
    }
    *place = l.place;
    return GM_OK;
}

gm_code gm_locate_alembic_folders(const gm_project *project, gm_snapshot *snapshot,
                                  const gm_config *config, gm_strs *folders, gm_err *err)
{
    gm_alembic_place place;
    GM_TRY(gm_locate_alembic(project, snapshot, config, &place, err));
    *folders = place.folders;
    return GM_OK;
}
