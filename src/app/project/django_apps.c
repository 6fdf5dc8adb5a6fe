/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/django_apps.h"

#include "base/file.h"
#include "lang/python.h"

#define PACKAGE "migrations/__init__.py"

static bool is_below(gm_str path, gm_str folder)
{
    return !folder.len ||
           (gm_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/');
}

static void add_folder(const gm_project *project, const gm_config *config, gm_str package,
                       gm_strs *folders)
{
    gm_str folder = gm_path_folder(package);
    if (is_below(package, config->folder) && !gm_strs_have(folders, folder))
        gm_vec_push(project->arena, folders, folder);
}

/* ---- apps that git does not know yet ---- */

static gm_code look_below(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_str parent, gm_strs *folders, gm_err *err)
{
    gm_entries entries = {0};
    GM_TRY(gm_snapshot_list(snapshot, parent, false, &entries, err));
    GM_EACH (const gm_entry, entry, &entries) {
        gm_entry package;
        bool found = false;
        if (entry->kind != GM_ENTRY_FOLDER)
            continue;
        gm_str path = gm_path_join(project->arena, entry->path, GM_STR(PACKAGE));
        GM_TRY(gm_snapshot_find(snapshot, path, &package, &found, err));
        if (found && package.kind == GM_ENTRY_FILE)
            add_folder(project, config, path, folders);
    }
    return GM_OK;
}

/* A whole work tree is not looked through for them: they lie where other apps do. */
static gm_code find_new(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                        gm_strs *folders, gm_err *err)
{
    gm_strs parents = {0};
    gm_strs known = *folders;
    gm_vec_push(project->arena, &parents, config->folder);
    GM_EACH (const gm_str, folder, &known) {
        gm_str app = gm_path_folder(*folder);
        gm_str parent = gm_path_folder(app);
        if (is_below(app, config->folder) && !gm_strs_have(&parents, parent))
            gm_vec_push(project->arena, &parents, parent);
    }
    GM_EACH (const gm_str, parent, &parents)
        GM_TRY(look_below(project, snapshot, config, *parent, folders, err));
    return GM_OK;
}

gm_code gm_django_folders(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_strs *folders, gm_err *err)
{
    gm_strs packages = {0};
    GM_TRY(gm_snapshot_named(snapshot, GM_STR(PACKAGE), &packages, err));
    GM_EACH (const gm_str, package, &packages)
        add_folder(project, config, *package, folders);
    if (project->repo && gm_str_is(gm_snapshot_name(snapshot), "worktree"))
        GM_TRY(find_new(project, snapshot, config, folders, err));
    gm_strs_sort(folders);
    return GM_OK;
}

/* ---- labels ---- */

/* The value of `NAME = "..."` in a class; empty when it is not there or no literal. */
static const gm_py_expr *value_of(const gm_py_statement *class, const char *name)
{
    const gm_py_expr *value = NULL;
    GM_EACH (gm_py_statement *, at, &class->body)
        if ((*at)->kind == GM_PY_ASSIGN && (*at)->targets.len == 1 &&
            (*at)->targets.items[0]->kind == GM_PY_NAME &&
            gm_str_is((*at)->targets.items[0]->text, name))
            value = (*at)->value;
    return value;
}

static bool is_config(gm_arena *arena, const gm_py_statement *statement)
{
    if (statement->kind != GM_PY_CLASS)
        return false;
    GM_EACH (const gm_py_arg, base, &statement->args)
        if (gm_str_ends(gm_py_dotted(arena, base->value), GM_STR("AppConfig")))
            return true;
    return false;
}

/* `name` is the path of the package, so that one with another end is of another app, left over from
 * a copy: Django before 3.2 does not look at it. */
static gm_str label_of(const gm_py_statement *class, gm_str folder)
{
    const gm_py_expr *label = value_of(class, "label");
    const gm_py_expr *name = value_of(class, "name");
    if (!label || !gm_py_is_string(label))
        return (gm_str){0};
    if (!name || !gm_py_is_string(name))
        return label->text;
    size_t dot = gm_str_rfind(name->text, '.');
    gm_str last =
        dot < name->text.len ? gm_str_sub(name->text, dot + 1, name->text.len) : name->text;
    return gm_str_eq(last, folder) ? label->text : (gm_str){0};
}

/* Of several configurations Django takes the one that says `default = True`, else none of them. */
static gm_str label_in(gm_arena *arena, gm_str source, gm_str folder)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_py_reader *python = gm_py_open(scratch, source);
    const gm_py_statement *statement, *chosen = NULL;
    size_t candidates = 0;
    while ((statement = gm_py_next(python)) != NULL) {
        if (!is_config(scratch, statement))
            continue;
        const gm_py_expr *wanted = value_of(statement, "default");
        bool constant = wanted && wanted->kind == GM_PY_CONSTANT;
        if (constant && gm_str_is(wanted->text, "False"))
            continue;
        candidates++;
        chosen = statement;
        if (constant && gm_str_is(wanted->text, "True")) {
            candidates = 1;
            break;
        }
    }
    return candidates == 1 ? gm_str_dup(arena, label_of(chosen, folder)) : (gm_str){0};
}

gm_code gm_django_label(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                        gm_str folder, gm_str *label, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_str app = gm_path_folder(folder);
    gm_entry entry;
    gm_str source;
    bool found = false;
    *label = (gm_str){0};
    GM_EACH (const gm_config_app, named, &config->apps) {
        gm_str path = gm_path_join(arena, config->folder, named->folder);
        if (gm_str_eq(path, folder) || gm_str_eq(path, app)) {
            *label = named->label;
            return GM_OK;
        }
    }
    GM_TRY(gm_snapshot_find(snapshot, gm_path_join(arena, app, GM_STR("apps.py")), &entry, &found,
                            err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    GM_TRY(gm_snapshot_read(snapshot, &entry, &source, err));
    *label = label_in(arena, source, gm_path_name(app));
    return GM_OK;
}
