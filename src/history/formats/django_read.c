/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A class Migration, read without running it.
 *
 * Django imports the module and takes what the name Migration stands for at its end. So the last
 * class of that name counts, and one whose existence or lists hang on a condition cannot be told.
 */
#include "base/buf.h"
#include "history/formats/django.h"

/* A constant of a constant, a list of lists. A few such can stand for more lists than anyone could
 * count, so their number is bounded too. */
enum { CHAIN_MAX = 16, LISTS_MAX = 10000 };

static const char *const list_names[] = {
    [GM_DJANGO_DEPENDENCIES] = "dependencies",
    [GM_DJANGO_RUN_BEFORE] = "run_before",
    [GM_DJANGO_REPLACES] = "replaces",
};

/* A class of the file. */
typedef struct {
    gm_str name;
    gm_django_class fields;
    bool django; /* false: one of South's, which Django does not read */
} known_class;

typedef struct {
    gm_arena *arena;
    const gm_revision_file *file;
    gm_map constants;
    GM_VEC(known_class) classes;
    size_t migration; /* 1 + place of the last class Migration */
    size_t imported;  /* line where the name comes from elsewhere, and no class follows; 0: none */
    size_t broken;    /* line of the first statement that is no Python */
    gm_err *err;
} reader;

static gm_str where(const reader *r, size_t line)
{
    return gm_where(r->err->arena, r->file->path, line);
}

static gm_code not_static(const reader *r, size_t line, const char *what)
{
    gm_fail_at(r->err, GM_E_HISTORY, where(r, line), "%s cannot be told without running it", what);
    return gm_hint(r->err, "Write it as literals: a list of ('app', 'name') in a class Migration "
                           "at the top level.");
}

/* A map holds what may be changed. */
static gm_py_expr *keep(gm_arena *arena, const gm_py_expr *expr)
{
    gm_py_expr *kept = gm_new(arena, gm_py_expr);
    *kept = *expr;
    return kept;
}

static gm_str last_part(gm_arena *arena, const gm_py_expr *expr)
{
    gm_str dotted = expr ? gm_py_dotted(arena, expr) : (gm_str){0};
    size_t dot = gm_str_rfind(dotted, '.');
    return dot < dotted.len ? gm_str_sub(dotted, dot + 1, dotted.len) : dotted;
}

/* GM_DJANGO_LISTS for any other name. */
static gm_django_list list_of(gm_str name)
{
    gm_django_list list = 0;
    while (list < GM_DJANGO_LISTS && !gm_str_is(name, list_names[list]))
        list++;
    return list;
}

/* ---- the body of a class ---- */

/* Is one of the lists touched by a statement, or by one below it? */
static bool touches_list(const reader *r, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets)
        if (list_of(last_part(r->arena, *target)) < GM_DJANGO_LISTS)
            return true;
    const gm_py_expr *call = statement->kind == GM_PY_EXPR ? statement->value : NULL;
    if (call && call->kind == GM_PY_CALL && call->left && call->left->kind == GM_PY_ATTRIBUTE &&
        list_of(last_part(r->arena, call->left->left)) < GM_DJANGO_LISTS)
        return true;
    if (statement->kind != GM_PY_BLOCK)
        return false;
    GM_EACH (gm_py_statement *, below, &statement->body)
        if (touches_list(r, *below))
            return true;
    return false;
}

static void assign(const reader *r, gm_django_class *fields, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets) {
        if ((*target)->kind != GM_PY_NAME || !statement->value)
            continue;
        gm_django_list list = list_of((*target)->text);
        gm_map_set(&fields->constants, (*target)->text, keep(r->arena, statement->value));
        if (list == GM_DJANGO_LISTS)
            continue;
        fields->lists[list] = (gm_django_value){.line = statement->line};
        gm_vec_push(r->arena, &fields->lists[list].parts, statement->value);
    }
}

static gm_code read_body(const reader *r, const gm_py_statement *statement, gm_django_class *fields)
{
    GM_EACH (gm_py_statement *, at, &statement->body) {
        const gm_py_statement *one = *at;
        bool plain = one->kind == GM_PY_ASSIGN && one->targets.len &&
                     one->targets.items[0]->kind == GM_PY_NAME;
        bool more = one->kind == GM_PY_AUGMENT && gm_str_is(one->text, "+") &&
                    one->targets.items[0]->kind == GM_PY_NAME;
        if (plain) {
            assign(r, fields, one);
        } else if (touches_list(r, one)) {
            gm_django_list list = more ? list_of(one->targets.items[0]->text) : GM_DJANGO_LISTS;
            if (list == GM_DJANGO_LISTS)
                return not_static(r, one->line, "what the migration depends on");
            gm_vec_push(r->arena, &fields->lists[list].parts, one->value);
        }
    }
    return GM_OK;
}

static const known_class *find_class(const reader *r, gm_str name)
{
    for (size_t i = r->classes.len; name.len && i > 0; i--)
        if (gm_str_eq(r->classes.items[i - 1].name, name))
            return &r->classes.items[i - 1];
    return NULL;
}

/* South's classes have other names above them, or none and no list of operations. */
static bool is_django(const reader *r, const gm_py_statement *statement,
                      const gm_django_class *fields)
{
    bool has_base = false;
    GM_EACH (const gm_py_arg, base, &statement->args) {
        gm_str name = last_part(r->arena, base->value);
        if (base->name.len || gm_str_is(name, "object"))
            continue;
        has_base = true;
        if (gm_str_is(name, "SchemaMigration") || gm_str_is(name, "DataMigration"))
            return false;
    }
    return has_base || fields->lists[GM_DJANGO_DEPENDENCIES].line ||
           gm_map_find(&fields->constants, GM_STR("operations"), NULL);
}

static gm_code add_class(reader *r, const gm_py_statement *statement)
{
    known_class made = {
        .name = statement->name,
        .fields = {.found = true, .line = statement->line, .constants = gm_map_new(r->arena)}};
    GM_EACH (const gm_map_entry, entry, &r->constants.entries)
        gm_map_set(&made.fields.constants, entry->key, entry->value);
    /* The lists of a class above it, in the same file. */
    GM_EACH (const gm_py_arg, base, &statement->args) {
        bool plain = base->value && base->value->kind == GM_PY_NAME && !base->name.len;
        const known_class *above = plain ? find_class(r, base->value->text) : NULL;
        for (int list = 0; above && list < GM_DJANGO_LISTS; list++)
            if (!made.fields.lists[list].line)
                made.fields.lists[list] = above->fields.lists[list];
    }
    GM_TRY(read_body(r, statement, &made.fields));
    made.django = is_django(r, statement, &made.fields);
    gm_vec_push(r->arena, &r->classes, made);
    if (gm_str_is(statement->name, "Migration")) {
        r->migration = r->classes.len;
        r->imported = 0;
    }
    return GM_OK;
}

/* ---- the file ---- */

static bool has_migration(const gm_py_statement *block)
{
    GM_EACH (gm_py_statement *, below, &block->body)
        if (((*below)->kind == GM_PY_CLASS && gm_str_is((*below)->name, "Migration")) ||
            ((*below)->kind == GM_PY_BLOCK && has_migration(*below)))
            return true;
    return false;
}

/* `Migration.dependencies += …`, behind the class */
static bool changes_migration(const reader *r, const gm_py_statement *statement)
{
    if (!r->migration || !touches_list(r, statement))
        return false;
    GM_EACH (const gm_py_expr *, target, &statement->targets)
        if ((*target)->kind == GM_PY_ATTRIBUTE)
            return true;
    return statement->kind == GM_PY_BLOCK || statement->kind == GM_PY_EXPR;
}

static void take_constants(reader *r, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets) {
        if ((*target)->kind != GM_PY_NAME)
            continue;
        if (statement->value)
            gm_map_set(&r->constants, (*target)->text, keep(r->arena, statement->value));
        if (gm_str_is((*target)->text, "Migration"))
            r->imported = statement->line;
    }
}

/* A name that is bound elsewhere too is no constant. */
static void forget_constants(reader *r, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets)
        if ((*target)->kind == GM_PY_NAME)
            gm_map_set(&r->constants, (*target)->text, NULL);
    GM_EACH (gm_py_statement *, below, &statement->body)
        forget_constants(r, *below);
}

static gm_code take_statement(reader *r, const gm_py_statement *statement)
{
    if (changes_migration(r, statement))
        return not_static(r, statement->line, "what the migration depends on");
    switch (statement->kind) {
    case GM_PY_CLASS:
        return add_class(r, statement);
    case GM_PY_ASSIGN:
        take_constants(r, statement);
        return GM_OK;
    case GM_PY_AUGMENT:
        forget_constants(r, statement);
        return GM_OK;
    case GM_PY_BLOCK:
        if (has_migration(statement))
            return not_static(r, statement->line, "which class Migration the file has");
        forget_constants(r, statement);
        return GM_OK;
    case GM_PY_IMPORT:
        for (size_t i = 0; i < statement->imports.len; i++)
            if (gm_str_is(statement->imports.items[i].as, "Migration"))
                r->imported = statement->line;
        return GM_OK;
    case GM_PY_STATEMENT_BROKEN:
        if (!r->broken)
            r->broken = statement->line;
        return GM_OK;
    default:
        return GM_OK;
    }
}

/* Is it named as makemigrations names its files? */
static bool is_numbered(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    size_t at = slash < path.len ? slash + 1 : 0;
    return at < path.len && path.ptr[at] >= '0' && path.ptr[at] <= '9';
}

/* Django refuses it; but a folder called migrations need not be one of Django's. */
static gm_code no_class(const reader *r)
{
    if (!is_numbered(r->file->path) && !r->imported)
        return GM_OK;
    if (r->imported)
        return not_static(r, r->imported, "a Migration that comes from elsewhere");
    if (r->broken) {
        gm_fail_at(r->err, GM_E_HISTORY, where(r, r->broken), "this is no Python that gmig reads");
        return gm_hint(r->err, "`python3 -m py_compile FILE` says what is wrong with it.");
    }
    gm_fail_at(r->err, GM_E_HISTORY, where(r, 1), "the file has no class Migration");
    return gm_hint(r->err, "Django refuses it as well; move what is no migration elsewhere.");
}

gm_code gm_django_find_class(gm_arena *arena, const gm_revision_file *file, gm_django_class *found,
                             gm_err *err)
{
    reader r = {.arena = arena, .file = file, .constants = gm_map_new(arena), .err = err};
    gm_py_reader *python = gm_py_open(arena, file->bytes);
    const gm_py_statement *statement;
    *found = (gm_django_class){0};
    while ((statement = gm_py_next(python)) != NULL)
        GM_TRY(take_statement(&r, statement));
    if (r.imported || !r.migration)
        return no_class(&r);
    if (r.classes.items[r.migration - 1].django)
        *found = r.classes.items[r.migration - 1].fields;
    return GM_OK;
}

/* ---- the lists ---- */

typedef struct {
    gm_arena *arena;
    const gm_revision_file *file;
    const gm_django_class *found;
    const char *name;
    gm_django_items *items;
    size_t *lists; /* looked at */
    gm_err *err;
} lister;

static gm_code not_literal(const lister *l, const gm_py_expr *expr, const char *what)
{
    enum { SHOWN = 60 };
    gm_str source = gm_str_sub(expr->source, 0, gm_str_find(expr->source, '\n', 0));
    gm_fail_at(l->err, GM_E_HISTORY, gm_where(l->err->arena, l->file->path, expr->line),
               "'%.*s' in %s is not %s", GM_ARG(gm_str_sub(source, 0, SHOWN)), l->name, what);
    return gm_hint(l->err, "Write it as literals, such as ('app', '0001_initial'): gmig runs no "
                           "code.");
}

/* What a constant stands for. */
static const gm_py_expr *resolve(const lister *l, const gm_py_expr *expr)
{
    for (int i = 0; i < CHAIN_MAX && expr && expr->kind == GM_PY_NAME; i++) {
        const gm_py_expr *value = gm_map_get(&l->found->constants, expr->text);
        if (!value)
            break;
        expr = value;
    }
    return expr;
}

static gm_code add_key(const lister *l, const gm_py_expr *expr, const gm_py_expr *name, gm_str app,
                       gm_str migration)
{
    gm_str key = gm_str_printf(l->arena, "%.*s.%.*s", GM_ARG(app), GM_ARG(migration));
    if (!app.len || !migration.len || gm_str_has(app, '.') || !gm_revision_id_valid(key))
        return not_literal(l, expr, "an app and a migration");
    if (l->items->len == GM_DJANGO_NAMES_MAX)
        return gm_fail_at(l->err, GM_E_HISTORY, gm_where(l->err->arena, l->file->path, expr->line),
                          "more than %d names in %s", GM_DJANGO_NAMES_MAX, l->name);
    gm_vec_push(l->arena, l->items, (gm_django_item){expr, name, key});
    return GM_OK;
}

/* "accounts.User", settings.NAME or getattr(settings, "NAME", …) */
static gm_code add_swappable(const lister *l, const gm_py_expr *call, const gm_py_expr *written)
{
    gm_str first = GM_STR("__first__");
    const gm_py_expr *value = resolve(l, written);
    if (value && gm_py_is_string(value)) {
        size_t dot = gm_str_find(value->text, '.', 0);
        return add_key(l, call, NULL, gm_str_sub(value->text, 0, dot), first);
    }
    gm_str setting = {0};
    if (value && value->kind == GM_PY_ATTRIBUTE)
        setting = value->text;
    else if (value && value->kind == GM_PY_CALL &&
             gm_str_is(gm_py_dotted(l->arena, value->left), "getattr")) {
        const gm_py_expr *name = resolve(l, gm_py_positional(&value->args, 1));
        setting = name && gm_py_is_string(name) ? name->text : setting;
    }
    if (!setting.len)
        return not_literal(l, call, "a setting or a model");
    gm_str app = gm_str_printf(l->arena, GM_DJANGO_SETTING "%.*s", GM_ARG(setting));
    return add_key(l, call, NULL, app, first);
}

static gm_code add_pair(const lister *l, const gm_py_expr *written)
{
    const gm_py_expr *pair = resolve(l, written);
    if (pair->kind == GM_PY_CALL && pair->args.len) {
        gm_str function = last_part(l->arena, pair->left);
        if (gm_str_is(function, "swappable_dependency"))
            return add_swappable(l, written, gm_py_positional(&pair->args, 0));
        const gm_py_expr *inner = gm_py_positional(&pair->args, 0);
        if (gm_str_is(function, "SwappableTuple") && inner && inner->kind == GM_PY_TUPLE)
            return add_pair(l, inner);
    }
    if ((pair->kind != GM_PY_TUPLE && pair->kind != GM_PY_LIST) || pair->args.len != 2 ||
        pair->args.items[0].stars || pair->args.items[1].stars)
        return not_literal(l, written, "a pair of strings");
    const gm_py_expr *app = resolve(l, pair->args.items[0].value);
    const gm_py_expr *name = resolve(l, pair->args.items[1].value);
    if (!gm_py_is_string(app) || !gm_py_is_string(name))
        return not_literal(l, written, "a pair of strings");
    return add_key(l, written, name, app->text, name->text);
}

static gm_code add_list(const lister *l, const gm_py_expr *written, int depth)
{
    const gm_py_expr *list = resolve(l, written);
    if (depth > CHAIN_MAX || ++*l->lists > LISTS_MAX)
        return not_literal(l, written, "a list of pairs");
    if (list->kind == GM_PY_LIST || list->kind == GM_PY_TUPLE || list->kind == GM_PY_SET) {
        GM_EACH (const gm_py_arg, element, &list->args)
            GM_TRY(element->stars ? add_list(l, element->value, depth + 1)
                                  : add_pair(l, element->value));
        return GM_OK;
    }
    if (list->kind == GM_PY_BINARY && gm_str_is(list->text, "+")) {
        GM_TRY(add_list(l, list->left, depth + 1));
        return add_list(l, list->right, depth + 1);
    }
    return not_literal(l, written, "a list of pairs");
}

gm_code gm_django_items_of(gm_arena *arena, const gm_revision_file *file,
                           const gm_django_class *found, gm_django_list list,
                           gm_django_items *items, gm_err *err)
{
    size_t lists = 0;
    lister l = {arena, file, found, list_names[list], items, &lists, err};
    GM_EACH (const gm_py_expr *, part, &found->lists[list].parts)
        GM_TRY(add_list(&l, *part, 0));
    return GM_OK;
}
