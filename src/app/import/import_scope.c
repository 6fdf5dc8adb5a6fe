/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import_scope.h"

/* A file of more names than that has none that can be followed; sums of sums of names stop at the
 * others. */
enum {
    FOLLOW_MAX = 16,
    TEXT_MAX = 1024 * 1024,
    NAMES_MAX = 500,
    DEPTH_MAX = 100,
    SUMS_MAX = 10000,
    SUMS_BYTES_MAX = 64 * 1024 * 1024
};

struct gm_import_limits {
    unsigned depth;
    unsigned sums;
    size_t bytes; /* of the sums */
    size_t bound;
};

gm_import_scope gm_import_scope_new(gm_arena *arena)
{
    return (gm_import_scope){.arena = arena,
                             .imports = gm_map_new(arena),
                             .values = gm_map_new(arena),
                             .functions = gm_map_new(arena),
                             .limits = gm_new(arena, struct gm_import_limits)};
}

static gm_map copy(gm_arena *arena, const gm_map *map)
{
    gm_map made = gm_map_new(arena);
    GM_EACH (const gm_map_entry, entry, &map->entries)
        gm_map_add(&made, entry->key, entry->value);
    return made;
}

gm_import_scope gm_import_scope_copy(const gm_import_scope *scope)
{
    return (gm_import_scope){.arena = scope->arena,
                             .imports = copy(scope->arena, &scope->imports),
                             .values = copy(scope->arena, &scope->values),
                             .functions = copy(scope->arena, &scope->functions),
                             .limits = scope->limits};
}

/* ---- binding ---- */

static bool mentions(const gm_py_expr *expr, gm_str name)
{
    if (!expr)
        return false;
    if (expr->kind == GM_PY_NAME && gm_str_eq(expr->text, name))
        return true;
    GM_EACH (const gm_py_arg, arg, &expr->args)
        if (mentions(arg->value, name) || mentions(arg->key, name))
            return true;
    return mentions(expr->left, name) || mentions(expr->right, name);
}

/*
 * Values are looked at when they are used. What was made with another value of a name, or before
 * the name was bound, is not known any more: so no name is found in its own value either.
 */
static void bind(gm_import_scope *scope, gm_str name, const gm_py_expr *value)
{
    const gm_py_expr **kept = gm_new(scope->arena, const gm_py_expr *);
    scope->limits->bound++;
    GM_EACH (gm_map_entry, entry, &scope->values.entries) {
        const gm_py_expr *const *other = entry->value;
        if (other && mentions(*other, name))
            entry->value = NULL;
    }
    if (scope->values.entries.len >= NAMES_MAX)
        value = NULL;
    gm_map_set(&scope->imports, name, NULL);
    gm_map_set(&scope->functions, name, NULL);
    *kept = value;
    gm_map_set(&scope->values, name, value ? kept : NULL);
}

size_t gm_import_scope_bound(const gm_import_scope *scope)
{
    return scope->limits->bound;
}

static void forget(gm_import_scope *scope, const gm_py_expr *target)
{
    if (target->kind == GM_PY_NAME)
        bind(scope, target->text, NULL);
    else if (target->kind == GM_PY_TUPLE || target->kind == GM_PY_LIST)
        GM_EACH (const gm_py_arg, arg, &target->args)
            forget(scope, arg->value);
}

static void assign(gm_import_scope *scope, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets) {
        if ((*target)->kind == GM_PY_NAME && !mentions(statement->value, (*target)->text))
            bind(scope, (*target)->text, statement->value);
        else
            forget(scope, *target);
    }
}

static void import(gm_import_scope *scope, const gm_py_statement *statement)
{
    for (size_t i = 0; i < statement->imports.len; i++) {
        gm_str module = statement->imports.items[i].module;
        gm_str name = statement->imports.items[i].name;
        gm_str as = statement->imports.items[i].as;
        gm_str *whole = gm_new(scope->arena, gm_str);
        /* `import a.b` binds a, `import a.b as c` a.b. */
        gm_str first = gm_str_sub(module, 0, gm_str_find(module, '.', 0));
        *whole = name.len ? gm_str_printf(scope->arena, "%.*s.%.*s", GM_ARG(module), GM_ARG(name))
                 : gm_str_eq(as, first) ? as
                                        : module;
        bind(scope, as, NULL);
        gm_map_set(&scope->imports, as, whole);
    }
}

static void forget_all(gm_import_scope *scope, const gm_py_statements *body);

/* What runs under a condition may bind a name or not. */
static void forget_bound(gm_import_scope *scope, const gm_py_statement *statement)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets)
        forget(scope, *target);
    for (size_t i = 0; i < statement->imports.len; i++)
        bind(scope, statement->imports.items[i].as, NULL);
    if (statement->name.len)
        bind(scope, statement->name, NULL);
    if (statement->kind == GM_PY_BLOCK || statement->kind == GM_PY_STATEMENT_BROKEN)
        forget_all(scope, &statement->body);
}

static void forget_all(gm_import_scope *scope, const gm_py_statements *body)
{
    GM_EACH (gm_py_statement *, inner, body)
        forget_bound(scope, *inner);
}

static void keep_function(gm_import_scope *scope, const gm_py_statement *statement)
{
    gm_import_local *kept = gm_new(scope->arena, gm_import_local);
    *kept = (gm_import_local){.statement = statement, .home = scope};
    gm_map_set(&scope->functions, statement->name, kept);
}

const gm_import_local *gm_import_local_of(const gm_import_scope *scope, gm_str name)
{
    return gm_map_get(&scope->functions, name);
}

const gm_py_statement *gm_import_function(const gm_import_scope *scope, gm_str name)
{
    const gm_import_local *kept = gm_import_local_of(scope, name);
    return kept ? kept->statement : NULL;
}

void gm_import_scope_take(gm_import_scope *scope, const gm_py_statement *statement)
{
    switch (statement->kind) {
    case GM_PY_ASSIGN:
        if (statement->value)
            assign(scope, statement);
        break;
    case GM_PY_IMPORT:
        import(scope, statement);
        break;
    case GM_PY_FUNCTION:
        bind(scope, statement->name, NULL);
        keep_function(scope, statement);
        break;
    default:
        forget_bound(scope, statement);
        break;
    }
}

/* ---- names ---- */

const gm_py_expr *gm_import_value(const gm_import_scope *scope, const gm_py_expr *expr)
{
    for (size_t i = 0; expr && expr->kind == GM_PY_NAME && i < FOLLOW_MAX; i++) {
        const gm_py_expr *const *value = gm_map_get(&scope->values, expr->text);
        if (!value)
            return expr;
        expr = *value;
    }
    return expr;
}

/* What SQLAlchemy's modules have is in `sqlalchemy` as well, dialects apart. */
static gm_str of_sqlalchemy(gm_arena *arena, gm_str whole)
{
    static const char *const dialects[] = {"postgresql", "sqlite", "mysql", "mssql", "oracle"};
    gm_str last = gm_str_sub(whole, gm_str_rfind(whole, '.') + 1, whole.len);
    if (gm_str_search(whole, GM_STR(".ext.")) < whole.len)
        return whole;
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
        gm_str part = gm_str_printf(arena, ".dialects.%s.", dialects[i]);
        if (gm_str_search(whole, part) < whole.len)
            return gm_str_printf(arena, "%s.%.*s", dialects[i], GM_ARG(last));
    }
    size_t func = gm_str_search(whole, GM_STR(".func."));
    return gm_str_printf(arena, func < whole.len ? "func.%.*s" : "sa.%.*s", GM_ARG(last));
}

gm_str gm_import_known(const gm_import_scope *scope, const gm_py_expr *expr)
{
    expr = gm_import_value(scope, expr);
    gm_str dotted = gm_py_dotted(scope->arena, expr);
    size_t dot = gm_str_find(dotted, '.', 0);
    gm_str head = gm_str_sub(dotted, 0, dot);
    const gm_str *from = gm_map_get(&scope->imports, head);
    if (!from)
        return (gm_str){0};
    gm_str whole = gm_str_printf(scope->arena, "%.*s%.*s", GM_ARG(*from),
                                 GM_ARG(gm_str_sub(dotted, dot, dotted.len)));
    if (gm_str_starts(whole, GM_STR("sqlalchemy.")))
        return of_sqlalchemy(scope->arena, whole);
    if (gm_str_starts(whole, GM_STR("sqlmodel.")) && gm_str_ends(whole, GM_STR(".AutoString")))
        return GM_STR("sa.String");
    return gm_str_starts(whole, GM_STR("alembic.")) ? gm_str_sub(whole, 8, whole.len) : whole;
}

gm_str gm_import_called(const gm_import_scope *scope, const gm_py_expr *expr)
{
    expr = gm_import_value(scope, expr);
    return expr && expr->kind == GM_PY_CALL ? gm_import_known(scope, expr->left) : (gm_str){0};
}

bool gm_import_calls(const gm_import_scope *scope, const gm_py_expr *expr, const char *name)
{
    return gm_str_is(gm_import_called(scope, expr), name);
}

/* ---- constants ---- */

static bool sum(const gm_import_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    gm_str left = {0};
    gm_str right = {0};
    if (scope->limits->depth >= DEPTH_MAX || scope->limits->sums++ >= SUMS_MAX)
        return false;
    scope->limits->depth++;
    bool good =
        gm_import_text(scope, expr->left, &left) && gm_import_text(scope, expr->right, &right);
    scope->limits->depth--;
    if (!good || left.len + right.len > TEXT_MAX ||
        scope->limits->bytes + left.len + right.len > SUMS_BYTES_MAX)
        return false;
    scope->limits->bytes += left.len + right.len;
    *text = gm_str_printf(scope->arena, "%.*s%.*s", GM_ARG(left), GM_ARG(right));
    return true;
}

bool gm_import_text(const gm_import_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    expr = gm_import_value(scope, expr);
    if (!expr)
        return false;
    if (expr->kind == GM_PY_BINARY && gm_str_is(expr->text, "+"))
        return sum(scope, expr, text);
    if (expr->kind == GM_PY_CALL && expr->left->kind == GM_PY_ATTRIBUTE &&
        gm_str_is(expr->left->text, "f") && gm_import_only(expr, 1, NULL) &&
        expr->left->left->kind == GM_PY_NAME)
        return gm_import_text(scope, gm_py_positional(&expr->args, 0), text);
    if (!gm_py_is_string(expr) || expr->bytes || memchr(expr->text.ptr, 0, expr->text.len))
        return false;
    *text = expr->text;
    return true;
}

bool gm_import_number(const gm_import_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    expr = gm_import_value(scope, expr);
    bool negative = expr && expr->kind == GM_PY_UNARY && gm_str_is(expr->text, "-");
    const gm_py_expr *number = negative ? expr->right : expr;
    uint64_t value;
    if (!number || number->kind != GM_PY_NUMBER || !gm_str_u64(number->text, &value))
        return false;
    *text = gm_str_printf(scope->arena, "%s%llu", negative ? "-" : "", (unsigned long long)value);
    return true;
}

bool gm_import_bool(const gm_import_scope *scope, const gm_py_expr *expr, bool *value)
{
    expr = gm_import_value(scope, expr);
    if (!expr || expr->kind != GM_PY_CONSTANT)
        return false;
    *value = gm_str_is(expr->text, "True");
    return *value || gm_str_is(expr->text, "False");
}

bool gm_import_none(const gm_import_scope *scope, const gm_py_expr *expr)
{
    return gm_py_is_none(gm_import_value(scope, expr));
}

bool gm_import_list(const gm_import_scope *scope, const gm_py_expr *expr, const gm_py_args **items)
{
    expr = gm_import_value(scope, expr);
    if (!expr || (expr->kind != GM_PY_LIST && expr->kind != GM_PY_TUPLE))
        return false;
    GM_EACH (const gm_py_arg, arg, &expr->args)
        if (arg->stars)
            return false;
    *items = &expr->args;
    return true;
}

bool gm_import_texts(const gm_import_scope *scope, const gm_py_expr *expr, gm_strs *texts)
{
    const gm_py_args *items;
    gm_str text = {0};
    if (!gm_import_list(scope, expr, &items))
        return false;
    GM_EACH (const gm_py_arg, arg, items) {
        if (!gm_import_text(scope, arg->value, &text))
            return false;
        gm_vec_push(scope->arena, texts, text);
    }
    return true;
}

/* ---- arguments ---- */

static bool matches(gm_str name, const char *pattern)
{
    size_t len = strlen(pattern);
    return len && pattern[len - 1] == '*' ? gm_str_starts(name, gm_str_of(pattern, len - 1))
                                          : gm_str_is(name, pattern);
}

bool gm_import_only(const gm_py_expr *call, size_t positional, const char *const *names)
{
    size_t count = 0;
    GM_EACH (const gm_py_arg, arg, &call->args) {
        bool known = !arg->name.len && ++count <= positional;
        for (size_t i = 0; arg->name.len && names && names[i]; i++)
            known |= matches(arg->name, names[i]);
        if (arg->stars || !known)
            return false;
    }
    return true;
}

const gm_py_expr *gm_import_argument(const gm_py_expr *call, size_t at, const char *name)
{
    const gm_py_expr *named = name ? gm_py_keyword(&call->args, name) : NULL;
    return named ? named : gm_py_positional(&call->args, at);
}
