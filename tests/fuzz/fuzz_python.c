/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a Python file: statements come in order, lie in the source and in what they belong
 * to, nest as deep as the header says at most, and what is left is what a new reader gives. */
#include "fuzz.h"

#include "lang/python.h"

static void check_expr(gm_str text, const gm_py_expr *expr, unsigned depth)
{
    if (!expr)
        return;
    MUST(depth < GM_PY_DEPTH_MAX && expr->height < GM_PY_DEPTH_MAX);
    MUST(expr->source.ptr >= text.ptr);
    MUST(expr->source.ptr + expr->source.len <= text.ptr + text.len);
    MUST(expr->source.len > 0 && expr->line > 0);
    MUST((expr->kind == GM_PY_BINARY) == (expr->left && expr->right));
    check_expr(text, expr->left, depth + 1);
    check_expr(text, expr->right, depth + 1);
    GM_EACH (const gm_py_arg, arg, &expr->args) {
        MUST(arg->value != NULL && arg->stars <= 2);
        check_expr(text, arg->key, depth + 1);
        check_expr(text, arg->value, depth + 1);
    }
}

static void check_exprs(gm_str text, const gm_py_exprs *list)
{
    for (size_t i = 0; i < list->len; i++) {
        MUST(list->items[i] != NULL);
        check_expr(text, list->items[i], 0);
    }
}

static void check_statement(gm_str text, const gm_py_statement *statement, unsigned depth)
{
    MUST(depth < GM_PY_DEPTH_MAX);
    MUST(statement->source.ptr >= text.ptr);
    MUST(statement->source.ptr + statement->source.len <= text.ptr + text.len);
    MUST(statement->last_line >= statement->line && statement->line > 0);
    MUST(statement->source.len > 0 || statement->kind == GM_PY_STATEMENT_BROKEN);
    check_exprs(text, &statement->targets);
    check_exprs(text, &statement->decorators);
    check_expr(text, statement->annotation, 0);
    check_expr(text, statement->value, 0);
    const char *behind = statement->source.ptr;
    for (size_t i = 0; i < statement->body.len; i++) {
        const gm_py_statement *inner = statement->body.items[i];
        MUST(inner->source.ptr >= behind);
        behind = inner->source.ptr + inner->source.len;
        check_statement(statement->source, inner, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_str text = gm_str_of(data, size);
    gm_arena *arena = gm_arena_new();
    gm_py_reader *reader = gm_py_open(arena, text);
    gm_str rest = gm_py_rest(reader);
    for (const gm_py_statement *statement; (statement = gm_py_next(reader));) {
        check_statement(text, statement, 0);
        MUST(statement->source.ptr >= rest.ptr || statement->source.len == 0);
        gm_str less = gm_py_rest(reader);
        /* Each statement takes something: reading ends. */
        MUST(less.len < rest.len);
        MUST(less.ptr + less.len == text.ptr + text.len);
        MUST(statement->source.ptr + statement->source.len <= less.ptr);
        rest = less;
    }
    gm_arena_free(arena);
    return 0;
}
