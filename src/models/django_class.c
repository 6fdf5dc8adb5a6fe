/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes -> which are models, of which app, and which table is theirs.
 *
 * As django/db/models/base.py has it: only bases that are models hand on fields; an abstract one
 * hands on its `class Meta` besides, but not that it is abstract; the table of one that is not is
 * joined by a key of its own. A library's class counts as a model where it is one of Django's, or
 * comes from a module called models; what columns it has is not known.
 */
#include "base/file.h"
#include "models/django.h"

/* ---- bases of libraries ---- */

/* Of Django's own: what has columns. Managers, forms and the like are no models. */
static bool is_contrib_model(gm_str word)
{
    static const char *const words[] = {"AbstractUser",
                                        "AbstractBaseUser",
                                        "User",
                                        "PermissionsMixin",
                                        "Group",
                                        "Permission",
                                        "AbstractBaseSession",
                                        "Session",
                                        "Site",
                                        "ContentType",
                                        "FlatPage",
                                        "LogEntry",
                                        "Redirect",
                                        NULL};
    for (size_t i = 0; words[i]; i++)
        if (gm_str_is(word, words[i]))
            return true;
    return false;
}

static bool is_plain_model(gm_str dotted)
{
    return gm_dj_is_django(dotted) && gm_str_is(gm_dj_last(dotted), "Model");
}

static bool in_models(gm_str dotted)
{
    gm_str rest = dotted;
    while (rest.len) {
        size_t dot = gm_str_find(rest, '.', 0);
        if (gm_str_is(gm_str_sub(rest, 0, dot), "models"))
            return true;
        rest = gm_str_sub(rest, dot + (dot < rest.len), rest.len);
    }
    return false;
}

static bool is_other_kind(gm_str word)
{
    static const char *const ends[] = {"Manager", "QuerySet", "Choices", "Field", "Form",
                                       "Admin",   "Enum",     "Error",   "View",  NULL};
    for (size_t i = 0; ends[i]; i++)
        if (gm_str_ends(word, gm_str_from(ends[i])))
            return true;
    return false;
}

static bool is_library_model(gm_str dotted)
{
    gm_str word = gm_dj_last(dotted);
    if (gm_dj_is_django(dotted))
        return is_contrib_model(word);
    return in_models(dotted) && !is_other_kind(word) && word.len && *word.ptr >= 'A' &&
           *word.ptr <= 'Z';
}

/* A class of a library that is not known, and fields of Django's: what else should it be? */
static bool has_fields(gm_dj *dj, const gm_sa_class *class)
{
    const gm_sa_scope scope = {.file = class->file, .within = class->statement};
    GM_EACH (gm_py_statement *const, s, &class->statement->body) {
        gm_dj_call call;
        if ((*s)->kind == GM_PY_ASSIGN &&
            gm_dj_find_call(dj, &scope, (*s)->value, &call) == GM_DJ_FIELD && call.django)
            return true;
    }
    return false;
}

static bool is_strange(gm_str dotted)
{
    static const char *const plain[] = {"object",     "ABC",   "Protocol", "Generic",
                                        "NamedTuple", "tuple", "dict",     NULL};
    gm_str word = gm_dj_last(dotted);
    for (size_t i = 0; plain[i]; i++)
        if (gm_str_is(word, plain[i]))
            return false;
    return !gm_dj_is_django(dotted);
}

static void find_libraries(gm_dj *dj, gm_dj_class *model)
{
    bool strange = false;
    GM_EACH (gm_sa_class *const, each, &model->class->order)
        GM_EACH (const gm_str, base, &(*each)->outside) {
            if (is_plain_model(*base))
                model->is_model = true;
            else if (is_library_model(*base) || (is_strange(*base) && !is_other_kind(*base)))
                gm_vec_push(dj->sa.arena, &model->libraries, *base);
            model->is_model = model->is_model || is_library_model(*base);
            strange = strange || is_strange(*base);
        }
    if (!model->is_model && strange && has_fields(dj, model->class))
        model->is_model = true;
}

/* ---- class Meta ---- */

static const gm_py_statement *meta_in(const gm_py_statement *class)
{
    GM_EACH (gm_py_statement *const, s, &class->body)
        if ((*s)->kind == GM_PY_CLASS && gm_str_is((*s)->name, "Meta"))
            return *s;
    return NULL;
}

static const gm_py_expr *assigned(const gm_py_statement *class, const char *name)
{
    const gm_py_expr *value = NULL;
    GM_EACH (gm_py_statement *const, s, &class->body)
        if ((*s)->kind == GM_PY_ASSIGN)
            GM_EACH (const gm_py_expr *const, target, &(*s)->targets)
                if ((*target)->kind == GM_PY_NAME && gm_str_is((*target)->text, name))
                    value = (*s)->value;
    return value;
}

/* In a Meta and those that it inherits from. */
static const gm_py_expr *in_meta(gm_dj *dj, gm_sa_file *file, const gm_py_statement *meta,
                                 const char *name, gm_sa_scope *scope)
{
    const gm_py_expr *value = assigned(meta, name);
    *scope = (gm_sa_scope){.file = file, .within = meta};
    if (value || !gm_sa_enter(&dj->sa))
        return value;
    GM_EACH (const gm_py_arg, base, &meta->args) {
        const gm_sa_scope there = {.file = file};
        gm_sa_thing thing = gm_sa_resolve(&dj->sa, &there, base->value);
        if (!value && thing.kind == GM_SA_CLASS && thing.statement != meta)
            value = in_meta(dj, thing.file, thing.statement, name, scope);
    }
    gm_sa_leave(&dj->sa);
    return value;
}

const gm_py_expr *gm_dj_option(gm_dj *dj, const gm_dj_class *model, const char *name,
                               gm_sa_scope *scope)
{
    GM_EACH (gm_sa_class *const, each, &model->class->order) {
        const gm_py_statement *meta = meta_in((*each)->statement);
        if (!meta || (*each != model->class && !gm_dj_class_of(dj, *each)->abstract))
            continue;
        return in_meta(dj, (*each)->file, meta, name, scope);
    }
    return NULL;
}

static bool own_flag(gm_dj *dj, const gm_dj_class *model, const char *name, bool otherwise)
{
    const gm_py_statement *meta = meta_in(model->class->statement);
    const gm_py_expr *value = meta ? assigned(meta, name) : NULL;
    const gm_sa_scope scope = {.file = model->class->file, .within = meta};
    bool known = true;
    if (!value)
        return otherwise;
    bool truth = gm_dj_truth(dj, &scope, value, &known);
    return known ? truth : otherwise;
}

/* ---- app and table ---- */

static const gm_orm_app *app_in(const gm_dj *dj, gm_str folder)
{
    GM_EACH (const gm_orm_app, app, &dj->sa.source->apps)
        if (gm_str_eq(app->folder, folder))
            return app;
    return NULL;
}

/* A project has its own things at the top, and folders beside them that are none of theirs. */
static bool is_at_top(gm_str path)
{
    return !gm_str_has(path, '/') || gm_str_starts(path, GM_STR("models/"));
}

/* The innermost app above a file; a folder with an apps.py is one, also where it has no migrations.
 */
static const gm_orm_app *app_of(const gm_dj *dj, gm_str path)
{
    gm_str folder = path;
    while (folder.len) {
        folder = gm_path_folder(folder);
        const gm_orm_app *app = app_in(dj, folder);
        if (app)
            return folder.len || is_at_top(path) ? app : NULL;
        if (gm_map_find(&dj->sa.paths, gm_path_join(dj->sa.arena, folder, GM_STR("apps.py")), NULL))
            return NULL;
    }
    return NULL;
}

static void find_app(gm_dj *dj, gm_dj_class *model)
{
    gm_sa_scope scope;
    const gm_py_expr *named = gm_dj_option(dj, model, "app_label", &scope);
    if (named && gm_sa_string(&dj->sa, &scope, named, &model->app)) {
        GM_EACH (const gm_orm_app, app, &dj->sa.source->apps)
            model->has_app = model->has_app || gm_str_eq(app->label, model->app);
        return;
    }
    const gm_orm_app *app = app_of(dj, model->class->file->path);
    model->has_app = app != NULL;
    if (app)
        model->app = app->label;
}

static void find_table(gm_dj *dj, gm_dj_class *model)
{
    gm_arena *arena = dj->sa.arena;
    gm_sa_scope scope;
    gm_str name = gm_str_lower(arena, model->class->statement->name);
    const gm_py_expr *named = gm_dj_option(dj, model, "db_table", &scope);
    model->label =
        gm_str_printf(arena, "%.*s.%.*s", GM_ARG(gm_str_lower(arena, model->app)), GM_ARG(name));
    model->table =
        (gm_sa_table){.name = gm_str_printf(arena, "%.*s_%.*s", GM_ARG(model->app), GM_ARG(name)),
                      .known = true,
                      .path = model->class->file->path,
                      .line = model->class->statement->line};
    if (named && !gm_py_is_none(named) &&
        !gm_sa_string(&dj->sa, &scope, named, &model->table.name)) {
        model->table.known = false;
        model->table.name =
            gm_str_printf(arena, "(of class %.*s)", GM_ARG(model->class->statement->name));
    }
}

gm_dj_class *gm_dj_class_of(gm_dj *dj, gm_sa_class *class)
{
    gm_str key = gm_str_of(&class, sizeof(class));
    gm_dj_class *model = gm_map_get(&dj->classes, key);
    if (model)
        return model;
    model = gm_new(dj->sa.arena, gm_dj_class);
    model->class = class;
    gm_map_add(&dj->classes, gm_str_of(&model->class, sizeof(class)), model);
    find_libraries(dj, model);
    model->abstract = !model->is_model || own_flag(dj, model, "abstract", false);
    model->proxy = own_flag(dj, model, "proxy", false);
    find_app(dj, model);
    find_table(dj, model);
    gm_sa_scope scope;
    bool known = true;
    const gm_py_expr *managed = gm_dj_option(dj, model, "managed", &scope);
    /* What only the settings know is nobody's fault. */
    model->unmanaged = managed && !gm_dj_truth(dj, &scope, managed, &known);
    const gm_py_expr *with = gm_dj_option(dj, model, "order_with_respect_to", &scope);
    if (with && !gm_py_is_none(with))
        model->order_with = gm_sa_shown(dj->sa.arena, with);
    return model;
}

gm_dj_class *gm_dj_parent(gm_dj *dj, const gm_dj_class *model)
{
    GM_EACH (gm_sa_class *const, each, &model->class->order) {
        gm_dj_class *parent = gm_dj_class_of(dj, *each);
        if (*each != model->class && !parent->abstract && !parent->proxy)
            return parent;
    }
    return NULL;
}

const gm_dj_class *gm_dj_concrete(gm_dj *dj, const gm_dj_class *model)
{
    const gm_dj_class *parent = model->proxy ? gm_dj_parent(dj, model) : NULL;
    return parent ? parent : model;
}
