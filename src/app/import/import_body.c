/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import_body.h"

enum { CALLS_MAX = 20, CALLED_MAX = 200, CONDITION_MAX = 20 };

typedef enum { NO_CHAIN, CHAIN_OPEN, CHAIN_TAKEN, CHAIN_UNKNOWN } chain;

typedef struct {
    gm_import_writer *w;
    gm_import_scope *scope; /* what w->scope is */
    gm_import_lefts *left;
    gm_map batches;      /* what a batch is called -> gm_import_batch */
    unsigned depth;      /* of functions that call one another */
    unsigned called;     /* how many of them */
    unsigned conditions; /* how deep one is */
    bool returned;
    bool full; /* there is no room for more */
} body;

/* ---- the connection ---- */

/* op.get_bind(), op.get_context().bind, … : whatever has a dialect. */
static bool is_bind(const body *b, const gm_py_expr *expr)
{
    expr = gm_import_value(b->scope, expr);
    if (expr && expr->kind == GM_PY_ATTRIBUTE &&
        (gm_str_is(expr->text, "bind") || gm_str_is(expr->text, "connection") ||
         gm_str_is(expr->text, "engine")))
        return is_bind(b, expr->left);
    gm_str called = gm_import_called(b->scope, expr);
    return gm_str_is(called, "op.get_bind") || gm_str_is(called, "op.get_context") ||
           gm_str_is(called, "context.get_context") || gm_str_is(called, "context.get_bind");
}

/* op.get_bind().dialect.name, also of its engine. */
static bool is_dialect_name(const body *b, const gm_py_expr *expr)
{
    expr = gm_import_value(b->scope, expr);
    if (!expr || expr->kind != GM_PY_ATTRIBUTE || !gm_str_is(expr->text, "name"))
        return false;
    const gm_py_expr *of = gm_import_value(b->scope, expr->left);
    if (of && of->kind == GM_PY_ATTRIBUTE &&
        (gm_str_is(of->text, "dialect") || gm_str_is(of->text, "engine")))
        return is_bind(b, of->left);
    return false;
}

static bool condition(body *b, const gm_py_expr *expr, bool *truth);

/* dialect.name == "postgresql", dialect.name in ("sqlite", "mysql") */
static bool compares_name(const body *b, const gm_py_expr *expr, bool *truth)
{
    gm_str ours = b->w->postgres ? GM_STR("postgresql") : GM_STR("sqlite");
    gm_str name = {0};
    gm_strs names = {0};
    bool equal = gm_str_is(expr->text, "==");
    if (equal || gm_str_is(expr->text, "!=")) {
        bool left = is_dialect_name(b, expr->left);
        const gm_py_expr *other = left ? expr->right : expr->left;
        if ((!left && !is_dialect_name(b, expr->right)) || !gm_import_text(b->scope, other, &name))
            return false;
        *truth = gm_str_eq(name, ours) == equal;
        return true;
    }
    bool in = gm_str_is(expr->text, "in");
    if ((!in && !gm_str_is(expr->text, "not in")) || !is_dialect_name(b, expr->left))
        return false;
    const gm_py_expr *set = gm_import_value(b->scope, expr->right);
    if (!set || (set->kind != GM_PY_SET && set->kind != GM_PY_LIST && set->kind != GM_PY_TUPLE))
        return false;
    GM_EACH (const gm_py_arg, arg, &set->args) {
        if (arg->stars || !gm_import_text(b->scope, arg->value, &name))
            return false;
        gm_vec_push(b->w->arena, &names, name);
    }
    *truth = gm_strs_have(&names, ours) == in;
    return true;
}

static bool condition(body *b, const gm_py_expr *expr, bool *truth)
{
    expr = gm_import_value(b->scope, expr);
    bool left;
    bool right;
    if (!expr)
        return false;
    if (gm_import_bool(b->scope, expr, truth))
        return true;
    if (expr->kind == GM_PY_UNARY && gm_str_is(expr->text, "not")) {
        if (!condition(b, expr->right, &left))
            return false;
        *truth = !left;
        return true;
    }
    if (expr->kind != GM_PY_BINARY)
        return false;
    bool both = gm_str_is(expr->text, "and");
    if (!both && !gm_str_is(expr->text, "or"))
        return compares_name(b, expr, truth);
    /* `x = y and y` twice over and over doubles the work each time. */
    if (b->conditions >= CONDITION_MAX)
        return false;
    b->conditions++;
    bool known = condition(b, expr->left, &left) && condition(b, expr->right, &right);
    b->conditions--;
    if (!known)
        return false;
    *truth = both ? left && right : left || right;
    return true;
}

/* ---- what does nothing ---- */

static bool is_quiet(const body *b, const gm_py_expr *expr);

static bool are_quiet(const body *b, const gm_py_args *args)
{
    GM_EACH (const gm_py_arg, arg, args)
        if (!is_quiet(b, arg->value) || (arg->key && !is_quiet(b, arg->key)))
            return false;
    return true;
}

/* SQLAlchemy's objects only do something once they are given to somebody. */
static bool is_quiet_call(const body *b, const gm_py_expr *expr)
{
    static const char *const makers[] = {
        "sa.",         "func.",          "postgresql.", "sqlite.",
        "op.get_bind", "op.get_context", "op.f",        "context.get_context"};
    gm_str called = gm_import_known(b->scope, expr->left);
    if (expr->left->kind == GM_PY_ATTRIBUTE && gm_str_is(expr->left->text, "with_variant"))
        return is_quiet(b, expr->left->left);
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        if (gm_str_starts(called, gm_str_from(makers[i])))
            return true;
    return false;
}

static bool is_quiet(const body *b, const gm_py_expr *expr)
{
    if (!expr)
        return true;
    switch (expr->kind) {
    case GM_PY_OTHER:
        return false;
    case GM_PY_CALL:
        return is_quiet_call(b, expr) && are_quiet(b, &expr->args);
    default:
        return is_quiet(b, expr->left) && is_quiet(b, expr->right) && are_quiet(b, &expr->args);
    }
}

/* print("…"), logger.info("…") */
static bool is_talk(const gm_py_expr *call)
{
    static const char *const methods[] = {"info", "debug", "warning", "warn"};
    if (call->left->kind == GM_PY_NAME)
        return gm_str_is(call->left->text, "print");
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (call->left->kind == GM_PY_ATTRIBUTE && call->left->left->kind == GM_PY_NAME &&
            gm_str_is(call->left->text, methods[i]))
            return true;
    return false;
}

/* ---- calls ---- */

static void walk(body *b, const gm_py_statements *statements);

static void leave(body *b, const gm_py_statement *statement)
{
    gm_vec_push(b->w->arena, b->left, (gm_import_left){.statement = statement, .why = b->w->why});
}

/* `def name():` alone: what a parameter stands for is not read. */
static bool takes_nothing(const gm_py_statement *function)
{
    gm_str rest = function->source;
    size_t open = gm_str_find(rest, '(', 0);
    gm_str inside = gm_str_sub(rest, open + 1, gm_str_find(rest, ')', open));
    return open < rest.len && !gm_str_trim(inside).len;
}

/*
 * A function of the file that takes nothing. It sees the names of where it is defined and not its
 * caller's, and the batches that are open there: the module has none.
 */
static bool call_local(body *b, const gm_py_expr *call)
{
    const gm_import_local *local =
        call->left->kind == GM_PY_NAME ? gm_import_local_of(b->scope, call->left->text) : NULL;
    if (!local || call->args.len || local->statement->decorators.len ||
        !takes_nothing(local->statement) || b->depth >= CALLS_MAX || b->called++ >= CALLED_MAX)
        return false;
    gm_import_scope inner = gm_import_scope_copy(local->home);
    gm_import_scope *outer = b->scope;
    gm_map batches = b->batches;
    if (local->home != outer)
        b->batches = gm_map_new(b->w->arena);
    b->scope = &inner;
    b->w->scope = &inner;
    b->depth++;
    walk(b, &local->statement->body);
    b->depth--;
    b->returned = false;
    b->batches = batches;
    b->scope = outer;
    b->w->scope = outer;
    return true;
}

static bool call_method(body *b, const gm_py_expr *call)
{
    const gm_py_expr *callee = call->left;
    if (callee->kind != GM_PY_ATTRIBUTE)
        return false;
    gm_import_batch *batch =
        callee->left->kind == GM_PY_NAME ? gm_map_get(&b->batches, callee->left->text) : NULL;
    if (batch && gm_str_is(callee->text, "execute"))
        return gm_import_execute(b->w, call);
    if (batch)
        return gm_import_batch_add(b->w, batch, call);
    if (is_bind(b, callee->left) && gm_str_is(callee->text, "execute"))
        return gm_import_execute(b->w, call);
    if (is_bind(b, callee->left) && gm_str_is(callee->text, "commit") && !call->args.len) {
        b->w->outside |= b->w->postgres;
        return true;
    }
    return gm_import_enum_call(b->w, call);
}

static bool operate(body *b, const gm_py_expr *call)
{
    gm_str called = gm_import_known(b->scope, call->left);
    if (!gm_str_starts(called, GM_STR("op.")))
        return call_local(b, call) || call_method(b, call) ||
               (is_talk(call) && are_quiet(b, &call->args));
    gm_str operation = gm_str_sub(called, 3, called.len);
    if (gm_str_has(operation, '.'))
        return false;
    if (gm_str_is(operation, "execute"))
        return gm_import_execute(b->w, call);
    if (gm_str_is(operation, "bulk_insert"))
        return gm_import_bulk_insert(b->w, call);
    gm_import_operation o = {.call = call, .operation = operation};
    return gm_import_operate(b->w, &o);
}

/* ---- statements ---- */

static bool with(body *b, const gm_py_statement *statement)
{
    const gm_py_expr *value = statement->value;
    if (!value || value->kind != GM_PY_CALL)
        return false;
    /* op.get_context().autocommit_block() */
    if (value->left->kind == GM_PY_ATTRIBUTE && gm_str_is(value->left->text, "autocommit_block") &&
        is_bind(b, value->left->left)) {
        b->w->outside |= b->w->postgres;
        walk(b, &statement->body);
        return true;
    }
    gm_import_batch batch;
    if (!gm_import_calls(b->scope, value, "op.batch_alter_table") || statement->targets.len != 1 ||
        statement->targets.items[0]->kind != GM_PY_NAME ||
        !gm_import_batch_open(b->w, value, &batch))
        return false;
    size_t left = b->left->len;
    gm_str name = statement->targets.items[0]->text;
    gm_map_set(&b->batches, name, &batch);
    walk(b, &statement->body);
    gm_map_set(&b->batches, name, NULL);
    b->w->why = (gm_str){0};
    return b->left->len > left || gm_import_batch_close(b->w, &batch);
}

/* One of if, elif and else; false: its condition cannot be told. */
static bool branch(body *b, const gm_py_statement *statement, chain *state)
{
    bool truth = true;
    bool first = gm_str_is(statement->text, "if");
    if (!first && *state != CHAIN_OPEN)
        return *state == CHAIN_TAKEN || *state == CHAIN_UNKNOWN;
    if (statement->value && !condition(b, statement->value, &truth)) {
        *state = CHAIN_UNKNOWN;
        return false;
    }
    *state = truth ? CHAIN_TAKEN : CHAIN_OPEN;
    if (truth)
        walk(b, &statement->body);
    return true;
}

static bool assignment(body *b, const gm_py_statement *statement)
{
    bool good = true;
    if (gm_import_calls(b->scope, statement->value, "op.create_table"))
        good = operate(b, statement->value);
    else
        good = is_quiet(b, statement->value);
    gm_import_scope_take(b->scope, statement);
    return good;
}

static bool is_branch(const gm_py_statement *statement)
{
    return statement->kind == GM_PY_BLOCK &&
           (gm_str_is(statement->text, "if") || gm_str_is(statement->text, "elif") ||
            gm_str_is(statement->text, "else"));
}

static bool translate(body *b, const gm_py_statement *statement, chain *state)
{
    switch (statement->kind) {
    case GM_PY_PASS:
        return true;
    case GM_PY_EXPR:
        if (statement->value->kind == GM_PY_CALL)
            return operate(b, statement->value);
        return gm_py_is_string(statement->value) || statement->value->kind == GM_PY_CONSTANT;
    case GM_PY_IMPORT:
    case GM_PY_FUNCTION:
        gm_import_scope_take(b->scope, statement);
        return true;
    case GM_PY_ASSIGN:
        return assignment(b, statement);
    case GM_PY_RETURN:
        b->returned = true;
        return gm_py_is_none(statement->value);
    case GM_PY_BLOCK:
        if (is_branch(statement))
            return branch(b, statement, state);
        return gm_str_is(statement->text, "with") && with(b, statement);
    default:
        return false;
    }
}

/* "-- gmig:down" on a line of a string would end the section; `--gmig:` makes a file unreadable. */
static bool is_marker(gm_str line)
{
    size_t at = 2;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return gm_str_starts(line, GM_STR("--")) &&
           gm_str_starts(gm_str_sub(line, at, line.len), GM_STR("gmig:"));
}

/* Can what was written from `before` on stand in a file of gmig's? */
static bool stands(body *b, size_t before)
{
    gm_str text = gm_buf_str(b->w->out);
    gm_str rest = gm_str_sub(text, before, text.len);
    gm_str line;
    b->full = b->w->out->overflow;
    if (b->full)
        return gm_import_refuse(b->w, "more SQL up to here than a file or an import may have");
    while (gm_str_line(&rest, &line))
        if (is_marker(line))
            return gm_import_refuse(b->w, "a line of it begins as gmig's markers do");
    return true;
}

static void walk(body *b, const gm_py_statements *statements)
{
    chain state = NO_CHAIN;
    GM_EACH (gm_py_statement *, at, statements) {
        size_t before = b->w->out->len;
        size_t left = b->left->len;
        if (b->returned || b->full)
            return;
        if (!is_branch(*at))
            state = NO_CHAIN;
        b->w->why = (gm_str){0};
        if (translate(b, *at, &state) && stands(b, before))
            continue;
        /* Half of a statement is worse than none. */
        if (b->left->len == left)
            b->w->out->len = before;
        leave(b, *at);
        gm_import_scope_take(b->scope, *at);
    }
}

void gm_import_body(gm_import_writer *w, const gm_py_statement *function, gm_import_lefts *left)
{
    const gm_import_scope *file = w->scope;
    gm_import_scope inner = gm_import_scope_copy(file);
    body b = {.w = w, .scope = &inner, .left = left, .batches = gm_map_new(w->arena)};
    w->scope = &inner;
    walk(&b, &function->body);
    w->scope = file;
}

bool gm_import_body_raises(gm_arena *arena, const gm_py_statement *function, gm_str *what)
{
    GM_EACH (gm_py_statement *, at, &function->body) {
        const gm_py_statement *one = *at;
        if (one->kind == GM_PY_EXPR && gm_py_is_string(one->value))
            continue;
        if (one->kind != GM_PY_STATEMENT_OTHER || !gm_str_is(one->text, "raise"))
            return false;
        gm_str rest = one->source;
        gm_str line = {0};
        gm_str_line(&rest, &line);
        *what = gm_str_dup(arena, gm_str_trim(line));
        return true;
    }
    return false;
}

bool gm_import_acts(const gm_py_statement *statement)
{
    switch (statement->kind) {
    case GM_PY_ASSIGN:
    case GM_PY_AUGMENT:
    case GM_PY_IMPORT:
    case GM_PY_FUNCTION:
    case GM_PY_CLASS:
    case GM_PY_PASS:
        return false;
    case GM_PY_EXPR:
        return statement->value->kind == GM_PY_CALL || statement->value->kind == GM_PY_OTHER;
    case GM_PY_BLOCK:
        GM_EACH (gm_py_statement *, inner, &statement->body)
            if (gm_import_acts(*inner))
                return true;
        return false;
    default:
        return true;
    }
}
