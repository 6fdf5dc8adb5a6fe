/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lang/python.h reads of each file named on stdin, one JSON value a line, for python_tree.py
 * to compare with what Python's own parser says.
 *
 *     {"depth": 0, "kind": …, …}        each statement, its body behind it and one deeper
 *     {}                                behind the last one of a file
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/python.h"

static const char *const statement_kinds[] = {[GM_PY_ASSIGN] = "assign",
                                              [GM_PY_AUGMENT] = "augment",
                                              [GM_PY_EXPR] = "expr",
                                              [GM_PY_CLASS] = "class",
                                              [GM_PY_FUNCTION] = "function",
                                              [GM_PY_RETURN] = "return",
                                              [GM_PY_IMPORT] = "import",
                                              [GM_PY_BLOCK] = "block",
                                              [GM_PY_PASS] = "pass",
                                              [GM_PY_STATEMENT_OTHER] = "other",
                                              [GM_PY_STATEMENT_BROKEN] = "broken"};

static const char *const kinds[] = {
    [GM_PY_NAME] = "name",       [GM_PY_STRING] = "string",       [GM_PY_NUMBER] = "number",
    [GM_PY_CONSTANT] = "const",  [GM_PY_ATTRIBUTE] = "attribute", [GM_PY_CALL] = "call",
    [GM_PY_SUBSCRIPT] = "index", [GM_PY_TUPLE] = "tuple",         [GM_PY_LIST] = "list",
    [GM_PY_SET] = "set",         [GM_PY_DICT] = "dict",           [GM_PY_BINARY] = "binary",
    [GM_PY_UNARY] = "unary",     [GM_PY_OTHER] = "other"};

/* In hexadecimal: a value may hold any bytes. */
static void bytes(const char *name, gm_str s)
{
    printf(",\"%s\":\"", name);
    for (size_t i = 0; i < s.len; i++)
        printf("%02x", (unsigned char)s.ptr[i]);
    putchar('"');
}

static void expr(const gm_py_expr *e);

static void args(const gm_py_args *list)
{
    printf(",\"args\":[");
    GM_EACH (const gm_py_arg, arg, list) {
        printf("%s{\"stars\":%u", arg == list->items ? "" : ",", arg->stars);
        bytes("name", arg->name);
        printf(",\"key\":");
        expr(arg->key);
        printf(",\"value\":");
        expr(arg->value);
        putchar('}');
    }
    putchar(']');
}

static void expr(const gm_py_expr *e)
{
    if (!e) {
        printf("null");
        return;
    }
    printf("{\"kind\":\"%s\",\"line\":%zu", kinds[e->kind], e->line);
    bytes("source", e->source);
    bytes("text", e->text);
    if (e->bytes)
        printf(",\"bytes\":true");
    if (e->left) {
        printf(",\"left\":");
        expr(e->left);
    }
    if (e->right) {
        printf(",\"right\":");
        expr(e->right);
    }
    args(&e->args);
    putchar('}');
}

static void exprs(const char *name, const gm_py_exprs *list)
{
    printf(",\"%s\":[", name);
    for (size_t i = 0; i < list->len; i++) {
        printf("%s", i ? "," : "");
        expr(list->items[i]);
    }
    putchar(']');
}

static void statement(const gm_py_statement *s, size_t depth)
{
    printf("{\"depth\":%zu,\"kind\":\"%s\",\"line\":%zu,\"last_line\":%zu", depth,
           statement_kinds[s->kind], s->line, s->last_line);
    bytes("source", s->source);
    bytes("name", s->name);
    bytes("text", s->text);
    exprs("targets", &s->targets);
    exprs("decorators", &s->decorators);
    printf(",\"annotation\":");
    expr(s->annotation);
    printf(",\"value\":");
    expr(s->value);
    args(&s->args);
    printf(",\"imports\":[");
    for (size_t i = 0; i < s->imports.len; i++) {
        printf("%s{\"\":0", i ? "," : "");
        bytes("module", s->imports.items[i].module);
        bytes("name", s->imports.items[i].name);
        bytes("as", s->imports.items[i].as);
        putchar('}');
    }
    puts("]}");
    for (size_t i = 0; i < s->body.len; i++)
        statement(s->body.items[i], depth + 1);
}

static void file(const char *name)
{
    FILE *in = fopen(name, "rb");
    if (!in) {
        perror(name);
        exit(1);
    }
    fseek(in, 0, SEEK_END);
    size_t size = (size_t)ftell(in);
    rewind(in);
    char *text = malloc(size + 1);
    if (!text || fread(text, 1, size, in) != size) {
        perror(name);
        exit(1);
    }
    fclose(in);
    gm_arena *arena = gm_arena_new();
    gm_py_reader *reader = gm_py_open(arena, gm_str_of(text, size));
    for (const gm_py_statement *s; (s = gm_py_next(reader));)
        statement(s, 0);
    puts("{}");
    fflush(stdout);
    gm_arena_free(arena);
    free(text);
}

int main(void)
{
    char name[4096];
    while (fgets(name, sizeof(name), stdin)) {
        name[strcspn(name, "\n")] = '\0';
        file(name);
    }
    return ferror(stdout) ? 1 : 0;
}
