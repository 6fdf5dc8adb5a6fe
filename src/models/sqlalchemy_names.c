/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of Python files -> what they stand for, through assignments and imports.
 *
 * Modules are looked for as Python would with the project installed or run from one of its folders:
 * from each folder above the importing file, outermost first, so that a module of the project that
 * is called as one of the standard library does not shadow it. What is in no file is OUTSIDE and
 * known by its dotted name.
 */
#include "base/buf.h"
#include "models/sqlalchemy.h"

typedef struct {
    const gm_py_statement *statement; /* class or function */
    const gm_py_expr *value;
    const gm_py_import *import;
} binding;

bool gm_sa_enter(gm_sa *sa)
{
    if (sa->depth >= GM_SA_DEPTH_MAX || sa->steps >= GM_SA_STEPS_MAX)
        return false;
    sa->depth++;
    sa->steps++;
    return true;
}

void gm_sa_leave(gm_sa *sa)
{
    sa->depth--;
}

static void bind(gm_sa *sa, gm_sa_file *file, gm_str name, binding made, bool replace)
{
    binding *kept = gm_new(sa->arena, binding);
    *kept = made;
    if (replace)
        gm_map_set(&file->names, name, kept);
    else
        gm_map_add(&file->names, name, kept);
}

bool gm_sa_for_types(const gm_py_statement *s)
{
    gm_str word = GM_STR("TYPE_CHECKING");
    return s->kind == GM_PY_BLOCK && s->value &&
           (s->value->kind == GM_PY_NAME || s->value->kind == GM_PY_ATTRIBUTE) &&
           gm_str_eq(s->value->text, word);
}

/* Of two in a row the later holds; of `try` and `except`, `if` and `else` the first, but what is
 * only there for a type checker where nothing else is. */
static void bind_all(gm_sa *sa, gm_sa_file *file, const gm_py_statements *body, bool top)
{
    GM_EACH (gm_py_statement *const, each, body) {
        const gm_py_statement *s = *each;
        switch (s->kind) {
        case GM_PY_CLASS:
        case GM_PY_FUNCTION:
            bind(sa, file, s->name, (binding){.statement = s}, top);
            break;
        case GM_PY_ASSIGN:
            GM_EACH (const gm_py_expr *const, target, &s->targets)
                if ((*target)->kind == GM_PY_NAME && s->value)
                    bind(sa, file, (*target)->text, (binding){.value = s->value}, top);
            break;
        case GM_PY_IMPORT:
            GM_EACH (gm_py_import, import, &s->imports) {
                if (gm_str_is(import->name, "*"))
                    gm_vec_push(sa->arena, &file->stars, import->module);
                else
                    bind(sa, file, import->as, (binding){.import = import}, top);
            }
            break;
        case GM_PY_BLOCK:
            if (!gm_sa_for_types(s))
                bind_all(sa, file, &s->body, false);
            break;
        default:
            break;
        }
    }
    GM_EACH (gm_py_statement *const, each, body)
        if (gm_sa_for_types(*each))
            bind_all(sa, file, &(*each)->body, false);
}

gm_sa_file *gm_sa_open(gm_sa *sa, gm_str path)
{
    void *known;
    gm_str bytes;
    gm_sa_file *file = NULL;
    if (gm_map_find(&sa->files, path, &known))
        return known;
    if (sa->source->read(sa->source->context, path, &bytes)) {
        file = gm_new(sa->arena, gm_sa_file);
        file->path = path;
        file->names = gm_map_new(sa->arena);
        file->statements = gm_py_read_all(gm_py_open(sa->arena, bytes));
        bind_all(sa, file, &file->statements, true);
    }
    gm_map_add(&sa->files, path, file);
    return file;
}

/* ---- modules ---- */

static gm_str folder_of(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash == path.len ? GM_STR("") : gm_str_sub(path, 0, slash);
}

static gm_str with_slashes(gm_arena *arena, gm_str module)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < module.len; i++)
        gm_buf_char(&buf, module.ptr[i] == '.' ? '/' : module.ptr[i]);
    return gm_buf_str(&buf);
}

static bool is_path(const gm_sa *sa, gm_str path)
{
    return gm_map_find(&sa->paths, path, NULL);
}

/* "a/b" below a folder as a file; empty when there is none. */
static gm_str module_below(gm_sa *sa, gm_str folder, gm_str inner)
{
    const char *between = folder.len && inner.len ? "/" : "";
    gm_str stem = gm_str_printf(sa->arena, "%.*s%s%.*s", GM_ARG(folder), between, GM_ARG(inner));
    gm_str file = gm_str_printf(sa->arena, "%.*s.py", GM_ARG(stem));
    if (inner.len && is_path(sa, file))
        return file;
    file = stem.len ? gm_str_printf(sa->arena, "%.*s/__init__.py", GM_ARG(stem))
                    : GM_STR("__init__.py");
    return is_path(sa, file) ? file : GM_STR("");
}

static bool is_of_libraries(gm_str module)
{
    static const char *const known[] = {
        "sqlalchemy", "flask_sqlalchemy", "enum",      "typing",  "datetime",
        "uuid",       "decimal",          "functools", "alembic", "typing_extensions",
        "sqlmodel",   "pydantic",         "django"};
    gm_str first = gm_str_sub(module, 0, gm_str_find(module, '.', 0));
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (gm_str_is(first, known[i]))
            return true;
    return false;
}

/* The path of a module as a file imports it; empty when it is none of the project's. */
static gm_str module_path(gm_sa *sa, const gm_sa_file *from, gm_str module)
{
    gm_str folder = folder_of(from->path);
    size_t dots = 0;
    while (dots < module.len && module.ptr[dots] == '.')
        dots++;
    gm_str inner = with_slashes(sa->arena, gm_str_sub(module, dots, module.len));
    if (dots) {
        for (size_t i = 1; i < dots; i++)
            folder = folder_of(folder);
        return module_below(sa, folder, inner);
    }
    if (is_of_libraries(module))
        return GM_STR("");
    for (size_t end = 0;; end = gm_str_find(folder, '/', end + 1)) {
        gm_str found = module_below(sa, gm_str_sub(folder, 0, end), inner);
        if (found.len || end >= folder.len)
            return found;
    }
}

static gm_sa_thing outside(gm_str dotted)
{
    return (gm_sa_thing){.kind = GM_SA_OUTSIDE, .dotted = dotted};
}

static bool module_thing(gm_sa *sa, const gm_sa_file *from, gm_str module, gm_sa_thing *thing)
{
    gm_str path = module_path(sa, from, module);
    gm_sa_file *file = path.len ? gm_sa_open(sa, path) : NULL;
    if (!file)
        return false;
    *thing = (gm_sa_thing){.kind = GM_SA_MODULE, .file = file, .dotted = module};
    return true;
}

static gm_str joined(gm_arena *arena, gm_str left, gm_str right)
{
    if (!left.len)
        return right;
    const char *between = gm_str_ends(left, GM_STR(".")) ? "" : ".";
    return gm_str_printf(arena, "%.*s%s%.*s", GM_ARG(left), between, GM_ARG(right));
}

static bool bound_in(gm_sa *sa, gm_sa_file *file, gm_str name)
{
    if (gm_map_find(&file->names, name, NULL))
        return true;
    if (file->lookup == sa->lookups || !gm_sa_enter(sa))
        return false;
    bool found = false;
    file->lookup = sa->lookups;
    GM_EACH (gm_str, star, &file->stars) {
        gm_sa_thing module;
        found =
            found || (module_thing(sa, file, *star, &module) && bound_in(sa, module.file, name));
    }
    gm_sa_leave(sa);
    return found;
}

static bool is_bound(gm_sa *sa, gm_sa_file *file, gm_str name)
{
    sa->lookups++;
    return bound_in(sa, file, name);
}

gm_sa_file *gm_sa_module(gm_sa *sa, const gm_sa_file *from, gm_str module)
{
    gm_str path = module_path(sa, from, module);
    return path.len ? gm_sa_open(sa, path) : NULL;
}

/* A name of a module: what it binds, else a module below it. */
static gm_sa_thing member(gm_sa *sa, const gm_sa_file *from, gm_str module, gm_str name)
{
    gm_sa_thing thing;
    if (module_thing(sa, from, module, &thing) && is_bound(sa, thing.file, name))
        return gm_sa_name(sa, thing.file, name);
    gm_str inner = joined(sa->arena, module, name);
    return module_thing(sa, from, inner, &thing) ? thing : outside(inner);
}

static gm_sa_thing imported(gm_sa *sa, gm_sa_file *file, const gm_py_import *import)
{
    gm_sa_thing thing;
    if (import->name.len)
        return member(sa, file, import->module, import->name);
    gm_str first = gm_str_sub(import->module, 0, gm_str_find(import->module, '.', 0));
    gm_str module = gm_str_eq(import->as, first) ? first : import->module;
    return module_thing(sa, file, module, &thing) ? thing : outside(module);
}

static gm_sa_thing starred(gm_sa *sa, gm_sa_file *file, gm_str name)
{
    gm_sa_thing thing;
    gm_str library = {0};
    GM_EACH (gm_str, star, &file->stars) {
        if (!module_thing(sa, file, *star, &thing))
            library = *star;
        else if (thing.file != file && is_bound(sa, thing.file, name))
            return gm_sa_name(sa, thing.file, name);
    }
    return outside(joined(sa->arena, library, name));
}

gm_sa_thing gm_sa_name(gm_sa *sa, gm_sa_file *file, gm_str name)
{
    gm_sa_thing thing = outside(name);
    const binding *bound = gm_map_get(&file->names, name);
    if (!gm_sa_enter(sa))
        return thing;
    if (!bound)
        thing = starred(sa, file, name);
    else if (bound->import)
        thing = imported(sa, file, bound->import);
    else if (bound->value)
        thing = (gm_sa_thing){.kind = GM_SA_VALUE, .file = file, .value = bound->value};
    else
        thing = (gm_sa_thing){.kind = bound->statement->kind == GM_PY_CLASS ? GM_SA_CLASS
                                                                            : GM_SA_FUNCTION,
                              .file = file,
                              .statement = bound->statement};
    gm_sa_leave(sa);
    if (!thing.dotted.len)
        thing.dotted = name;
    return thing;
}

/* ---- expressions ---- */

bool gm_sa_is_chain(const gm_py_expr *expr)
{
    return expr->kind == GM_PY_NAME || expr->kind == GM_PY_ATTRIBUTE;
}

const gm_py_expr *gm_sa_assigned(const gm_py_statement *class, gm_str name)
{
    const gm_py_expr *found = NULL;
    GM_EACH (gm_py_statement *const, s, &class->body)
        if ((*s)->kind == GM_PY_ASSIGN)
            GM_EACH (const gm_py_expr *const, target, &(*s)->targets)
                if ((*target)->kind == GM_PY_NAME && gm_str_eq((*target)->text, name))
                    found = (*s)->value;
    return found;
}

/* `cls.attribute`, in the order in which Python would look */
static bool of_owner(const gm_sa_scope *scope, const gm_py_expr *expr, gm_sa_thing *thing)
{
    if (!scope->owner || expr->left->kind != GM_PY_NAME || !gm_str_is(expr->left->text, "cls"))
        return false;
    GM_EACH (gm_sa_class *const, class, &scope->owner->order) {
        const gm_py_expr *value = gm_sa_assigned((*class)->statement, expr->text);
        if (value) {
            *thing = (gm_sa_thing){.kind = GM_SA_VALUE, .file = (*class)->file, .value = value};
            return true;
        }
    }
    return false;
}

/* A constant of the class whose body it stands in. */
static bool of_class_body(const gm_sa_scope *scope, const gm_py_expr *expr, gm_sa_thing *thing)
{
    const gm_py_expr *value = scope->within ? gm_sa_assigned(scope->within, expr->text) : NULL;
    if (!value || (value->kind != GM_PY_NUMBER && value->kind != GM_PY_CONSTANT &&
                   value->kind != GM_PY_TUPLE))
        return false;
    *thing = (gm_sa_thing){.kind = GM_SA_VALUE, .file = scope->file, .value = value};
    return true;
}

static gm_sa_thing attribute(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    gm_sa_thing owned;
    if (of_owner(scope, expr, &owned))
        return owned;
    gm_sa_thing left = gm_sa_resolve(sa, scope, expr->left);
    gm_sa_thing none = outside(joined(sa->arena, left.dotted, expr->text));
    if (left.kind == GM_SA_MODULE)
        return is_bound(sa, left.file, expr->text) ? gm_sa_name(sa, left.file, expr->text)
                                                   : member(sa, left.file, GM_STR("."), expr->text);
    if (left.kind != GM_SA_CLASS)
        return none;
    GM_EACH (gm_py_statement *const, s, &left.statement->body)
        if ((*s)->kind == GM_PY_CLASS && gm_str_eq((*s)->name, expr->text))
            return (gm_sa_thing){
                .kind = GM_SA_CLASS, .file = left.file, .statement = *s, .dotted = none.dotted};
    const gm_py_expr *value = gm_sa_assigned(left.statement, expr->text);
    if (!value)
        return none;
    return (gm_sa_thing){
        .kind = GM_SA_VALUE, .file = left.file, .value = value, .dotted = none.dotted};
}

gm_sa_thing gm_sa_resolve(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    gm_sa_thing thing = {0};
    if (!expr || !gm_sa_enter(sa))
        return thing;
    if (expr->kind == GM_PY_NAME && !of_class_body(scope, expr, &thing))
        thing = gm_sa_name(sa, scope->file, expr->text);
    else if (expr->kind == GM_PY_ATTRIBUTE)
        thing = attribute(sa, scope, expr);
    if (thing.kind == GM_SA_VALUE && gm_sa_is_chain(thing.value) && thing.value != expr) {
        gm_sa_scope there = {.file = thing.file};
        thing = gm_sa_resolve(sa, &there, thing.value);
    }
    gm_sa_leave(sa);
    return thing;
}

gm_sa_thing gm_sa_callee(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call)
{
    if (!call || call->kind != GM_PY_CALL)
        return (gm_sa_thing){0};
    return gm_sa_resolve(sa, scope, call->left);
}

gm_str gm_sa_word(const gm_sa_thing *thing)
{
    /* They have a Table or a Column of their own. */
    static const char *const others[] = {"rich",      "wtforms", "django",      "reportlab",
                                         "textual",   "bokeh",   "docx",        "openpyxl",
                                         "cassandra", "peewee",  "flask_table", "prettytable"};
    if (thing->kind != GM_SA_OUTSIDE)
        return GM_STR("");
    gm_str first = gm_str_sub(thing->dotted, 0, gm_str_find(thing->dotted, '.', 0));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (gm_str_is(first, others[i]))
            return GM_STR("");
    size_t dot = gm_str_rfind(thing->dotted, '.');
    return dot == thing->dotted.len ? thing->dotted
                                    : gm_str_sub(thing->dotted, dot + 1, thing->dotted.len);
}

bool gm_sa_is(const gm_sa_thing *thing, const char *word)
{
    return gm_str_is(gm_sa_word(thing), word);
}
