/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/alembic_values.h"

/* Names of a migration are short; what grows beyond this by "+" is something else. */
enum { ITEMS_MAX = 1000, TEXT_MAX = 4096 };

gm_values gm_values_new(gm_arena *arena)
{
    return (gm_values){.arena = arena, .names = gm_map_new(arena)};
}

const gm_value *gm_values_find(const gm_values *values, const char *name)
{
    return gm_map_get(&values->names, gm_str_from(name));
}

/* ---- expressions ---- */

static gm_value unknown(gm_str why, size_t line)
{
    gm_str first;
    gm_str rest = why;
    if (!gm_str_line(&rest, &first))
        first = why;
    return (gm_value){.kind = GM_VALUE_UNKNOWN, .text = first, .line = line};
}

static gm_value evaluate(const gm_values *values, const gm_py_expr *expr);

/* Adds the items of a display, each a string; false for anything else. */
static bool take_items(const gm_values *values, const gm_py_args *args, gm_strs *items)
{
    GM_EACH (const gm_py_arg, arg, args) {
        gm_value item = evaluate(values, arg->value);
        if (arg->key || arg->name.len || arg->stars > 1)
            return false;
        if (!arg->stars && item.kind == GM_VALUE_STRING)
            gm_vec_push(values->arena, items, item.text);
        else if (arg->stars && item.kind == GM_VALUE_LIST)
            GM_EACH (const gm_str, text, &item.items)
                gm_vec_push(values->arena, items, *text);
        else
            return false;
        if (items->len > ITEMS_MAX)
            return false;
    }
    return true;
}

static gm_value evaluate_display(const gm_values *values, const gm_py_expr *expr)
{
    gm_value value = {.kind = GM_VALUE_LIST, .line = expr->line};
    if (!take_items(values, &expr->args, &value.items))
        return unknown(expr->source, expr->line);
    return value;
}

/* "a" + "b", ("a",) + ("b",) */
static gm_value evaluate_sum(const gm_values *values, const gm_py_expr *expr)
{
    gm_value left = evaluate(values, expr->left);
    gm_value right = evaluate(values, expr->right);
    if (!gm_str_is(expr->text, "+") || left.kind != right.kind)
        return unknown(expr->source, expr->line);
    if (left.kind == GM_VALUE_STRING && left.text.len + right.text.len <= TEXT_MAX) {
        left.text = gm_str_printf(values->arena, "%.*s%.*s", GM_ARG(left.text), GM_ARG(right.text));
        return left;
    }
    if (left.kind != GM_VALUE_LIST || left.items.len + right.items.len > ITEMS_MAX)
        return unknown(expr->source, expr->line);
    gm_value sum = {.kind = GM_VALUE_LIST, .line = expr->line};
    GM_EACH (const gm_str, item, &left.items)
        gm_vec_push(values->arena, &sum.items, *item);
    GM_EACH (const gm_str, item, &right.items)
        gm_vec_push(values->arena, &sum.items, *item);
    return sum;
}

/* tuple([...]) and the like say nothing that their argument does not say. */
static gm_value evaluate_call(const gm_values *values, const gm_py_expr *expr)
{
    gm_str callee = expr->left->kind == GM_PY_NAME ? expr->left->text : (gm_str){0};
    bool sequence = gm_str_is(callee, "tuple") || gm_str_is(callee, "list");
    const gm_py_expr *only = gm_py_positional(&expr->args, 0);
    if (gm_map_find(&values->names, callee, NULL) || expr->args.len > 1)
        return unknown(expr->source, expr->line);
    if (sequence && !expr->args.len)
        return (gm_value){.kind = GM_VALUE_LIST, .line = expr->line};
    if (!only || !(sequence || gm_str_is(callee, "str")))
        return unknown(expr->source, expr->line);
    gm_value value = evaluate(values, only);
    if (value.kind != (sequence ? GM_VALUE_LIST : GM_VALUE_STRING))
        return unknown(expr->source, expr->line);
    return value;
}

static gm_value evaluate(const gm_values *values, const gm_py_expr *expr)
{
    const gm_value *known;
    switch (expr->kind) {
    case GM_PY_STRING:
        return (gm_value){.kind = GM_VALUE_STRING, .text = expr->text, .line = expr->line};
    case GM_PY_CONSTANT:
        if (gm_str_is(expr->text, "None"))
            return (gm_value){.kind = GM_VALUE_NONE, .line = expr->line};
        return unknown(expr->source, expr->line);
    case GM_PY_NAME:
        known = gm_map_get(&values->names, expr->text);
        return known && known->kind != GM_VALUE_UNKNOWN ? *known
                                                        : unknown(expr->source, expr->line);
    case GM_PY_TUPLE:
    case GM_PY_LIST:
    case GM_PY_SET:
        return evaluate_display(values, expr);
    case GM_PY_BINARY:
        return evaluate_sum(values, expr);
    case GM_PY_CALL:
        return evaluate_call(values, expr);
    default:
        return unknown(expr->source, expr->line);
    }
}

gm_value gm_values_evaluate(const gm_values *values, const gm_py_expr *expr)
{
    return evaluate(values, expr);
}

/* ---- statements ---- */

static void set_name(gm_values *values, gm_str name, gm_value value, size_t line)
{
    gm_value *kept = gm_new(values->arena, gm_value);
    *kept = value;
    kept->line = line;
    gm_map_set(&values->names, name, kept);
}

/* Whatever is bound by a target that is more than a name is not known. */
static void forget(gm_values *values, const gm_py_expr *target, gm_str why, size_t line)
{
    if (target->kind == GM_PY_NAME)
        set_name(values, target->text, unknown(why, line), line);
    else if (target->kind == GM_PY_TUPLE || target->kind == GM_PY_LIST)
        GM_EACH (const gm_py_arg, arg, &target->args)
            forget(values, arg->value, why, line);
}

static bool has_stars(const gm_py_args *args)
{
    GM_EACH (const gm_py_arg, arg, args)
        if (arg->stars)
            return true;
    return false;
}

static bool is_sequence(const gm_py_expr *expr)
{
    return expr->kind == GM_PY_TUPLE || expr->kind == GM_PY_LIST;
}

/* `a, b = "x", "y"` binds each to its own. */
static void assign(gm_values *values, const gm_py_statement *statement, const gm_py_expr *target,
                   const gm_py_expr *value)
{
    if (target->kind == GM_PY_NAME) {
        set_name(values, target->text, evaluate(values, value), statement->line);
        return;
    }
    if (!is_sequence(target) || !is_sequence(value) || target->args.len != value->args.len ||
        has_stars(&target->args) || has_stars(&value->args)) {
        forget(values, target, statement->source, statement->line);
        return;
    }
    /* All values are made before the first name is bound. */
    gm_value *made = gm_new_array(values->arena, value->args.len, gm_value);
    for (size_t i = 0; i < value->args.len; i++)
        made[i] = evaluate(values, value->args.items[i].value);
    for (size_t i = 0; i < value->args.len; i++) {
        const gm_py_expr *one = target->args.items[i].value;
        if (one->kind == GM_PY_NAME)
            set_name(values, one->text, made[i], statement->line);
        else
            forget(values, one, statement->source, statement->line);
    }
}

static void take_augmented(gm_values *values, const gm_py_statement *statement)
{
    const gm_py_expr *target = statement->targets.items[0];
    gm_py_expr sum = {.kind = GM_PY_BINARY,
                      .line = statement->line,
                      .source = statement->source,
                      .text = statement->text,
                      .left = target,
                      .right = statement->value};
    if (target->kind == GM_PY_NAME)
        set_name(values, target->text, evaluate(values, &sum), statement->line);
}

static bool is_word_char(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* "=" behind blanks, and no "==". */
static bool is_bound_at(gm_str source, size_t at)
{
    while (at < source.len && (source.ptr[at] == ' ' || source.ptr[at] == '\t'))
        at++;
    gm_str rest = gm_str_sub(source, at, at + 2);
    return gm_str_starts(rest, GM_STR("=")) && !gm_str_is(rest, "==");
}

/* The words of a statement that is not understood: all of `del` and `global`, else those that it
 * may bind. */
static void forget_words(gm_values *values, const gm_py_statement *statement)
{
    gm_str source = statement->source;
    bool broken = statement->kind == GM_PY_STATEMENT_BROKEN;
    if (!broken && !gm_str_is(statement->text, "del") && !gm_str_is(statement->text, "global"))
        return;
    for (size_t at = 0; at < source.len;) {
        size_t from = at;
        while (at < source.len && is_word_char(source.ptr[at]))
            at++;
        if (at > from && (!broken || is_bound_at(source, at)))
            set_name(values, gm_str_sub(source, from, at), unknown(source, statement->line),
                     statement->line);
        else if (at == from)
            at++;
    }
}

/* What runs under a condition, or is imported, may bind a name or not. */
static void forget_bound(gm_values *values, const gm_py_statement *statement, gm_str why)
{
    GM_EACH (const gm_py_expr *, target, &statement->targets)
        if (statement->value)
            forget(values, *target, why, statement->line);
    for (size_t i = 0; i < statement->imports.len; i++)
        set_name(values, statement->imports.items[i].as, unknown(why, statement->line),
                 statement->line);
    if (statement->kind == GM_PY_STATEMENT_BROKEN)
        forget_words(values, statement);
    if (statement->kind == GM_PY_BLOCK)
        GM_EACH (gm_py_statement *, inner, &statement->body)
            forget_bound(values, *inner, why);
}

static void take_globals(gm_values *values, const gm_py_statements *body)
{
    GM_EACH (gm_py_statement *, inner, body) {
        if (gm_str_is((*inner)->text, "global"))
            forget_words(values, *inner);
        else if ((*inner)->kind == GM_PY_FUNCTION || (*inner)->kind == GM_PY_BLOCK)
            take_globals(values, &(*inner)->body);
    }
}

void gm_values_take(gm_values *values, const gm_py_statement *statement)
{
    switch (statement->kind) {
    case GM_PY_ASSIGN:
        if (statement->value)
            GM_EACH (const gm_py_expr *, target, &statement->targets)
                assign(values, statement, *target, statement->value);
        break;
    case GM_PY_AUGMENT:
        take_augmented(values, statement);
        break;
    case GM_PY_IMPORT:
    case GM_PY_BLOCK:
        forget_bound(values, statement, statement->source);
        break;
    case GM_PY_FUNCTION:
        take_globals(values, &statement->body);
        break;
    case GM_PY_STATEMENT_OTHER:
    case GM_PY_STATEMENT_BROKEN:
        forget_words(values, statement);
        break;
    default:
        break;
    }
}
