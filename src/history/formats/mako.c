/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/mako.h"

#include "base/buf.h"

/* ---- Python's repr ---- */

gm_str gm_python_repr(gm_arena *arena, gm_str text)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    char quote = gm_str_has(text, '\'') && !gm_str_has(text, '"') ? '"' : '\'';
    gm_buf_char(&buf, quote);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n')
            gm_buf_z(&buf, "\\n");
        else if (c == '\r')
            gm_buf_z(&buf, "\\r");
        else if (c == '\t')
            gm_buf_z(&buf, "\\t");
        else if (c == quote || c == '\\')
            gm_buf_printf(&buf, "\\%c", c);
        else if ((unsigned char)c < ' ' || c == 0x7f)
            gm_buf_printf(&buf, "\\x%02x", (unsigned)(unsigned char)c);
        else
            gm_buf_char(&buf, c);
    }
    gm_buf_char(&buf, quote);
    return gm_buf_str(&buf);
}

gm_str gm_mako_repr(gm_arena *arena, const gm_mako_variable *variable)
{
    const gm_strs *items = variable->items;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (variable->kind == GM_MAKO_TEXT)
        return gm_python_repr(arena, variable->text);
    if (variable->kind == GM_MAKO_NONE || !items->len)
        return GM_STR("None");
    if (items->len == 1 && !variable->tuple)
        return gm_python_repr(arena, items->items[0]);
    gm_buf_char(&buf, '(');
    for (size_t i = 0; i < items->len; i++) {
        gm_buf_z(&buf, i ? ", " : "");
        gm_buf_add(&buf, gm_python_repr(arena, items->items[i]));
    }
    gm_buf_z(&buf, items->len == 1 ? ",)" : ")");
    return gm_buf_str(&buf);
}

/* ---- expressions ---- */

typedef struct {
    gm_arena *arena;
    const gm_mako_variable *variables;
    size_t count;
    gm_buf buf;
} renderer;

static const gm_mako_variable *find_variable(const renderer *r, gm_str name)
{
    name = gm_str_trim(name);
    for (size_t i = 0; i < r->count; i++)
        if (gm_str_is(name, r->variables[i].name))
            return &r->variables[i];
    return NULL;
}

static bool is_true(const gm_mako_variable *variable)
{
    return variable->kind == GM_MAKO_LIST ? variable->items->len > 0 : variable->text.len > 0;
}

/* As str() shows it. */
static gm_str shown(const renderer *r, const gm_mako_variable *variable)
{
    if (variable->kind == GM_MAKO_TEXT)
        return variable->text;
    if (variable->kind == GM_MAKO_LIST && variable->items->len == 1 && !variable->tuple)
        return variable->items->items[0];
    return gm_mako_repr(r->arena, variable);
}

/* Alembic's filter: the items with ", " between. */
static gm_str with_commas(const renderer *r, const gm_mako_variable *variable)
{
    if (variable->kind == GM_MAKO_LIST)
        return gm_strs_list(r->arena, variable->items);
    return variable->text;
}

/* A string literal without an escape. */
static bool take_literal(gm_str text, gm_str *value)
{
    text = gm_str_trim(text);
    if (text.len < 2 || (text.ptr[0] != '"' && text.ptr[0] != '\'') ||
        text.ptr[text.len - 1] != text.ptr[0])
        return false;
    *value = gm_str_sub(text, 1, text.len - 1);
    return !gm_str_has(*value, text.ptr[0]) && !gm_str_has(*value, '\\');
}

/* `a if a else "text"` */
static bool take_choice(const renderer *r, gm_str text, gm_str *made)
{
    gm_str words_if = GM_STR(" if ");
    gm_str words_else = GM_STR(" else ");
    size_t at_if = gm_str_search(text, words_if);
    size_t at_else = gm_str_search(text, words_else);
    if (at_if >= at_else || at_else == text.len)
        return false;
    const gm_mako_variable *first = find_variable(r, gm_str_sub(text, 0, at_if));
    const gm_mako_variable *asked =
        find_variable(r, gm_str_sub(text, at_if + words_if.len, at_else));
    if (!first || !asked ||
        !take_literal(gm_str_sub(text, at_else + words_else.len, text.len), made))
        return false;
    if (is_true(asked))
        *made = shown(r, first);
    return true;
}

static bool take_plain(const renderer *r, gm_str text, bool comma, gm_str *made)
{
    gm_str call = GM_STR("repr(");
    const gm_mako_variable *variable = find_variable(r, text);
    if (variable) {
        *made = comma ? with_commas(r, variable) : shown(r, variable);
        return true;
    }
    if (comma || !gm_str_starts(text, call) || !gm_str_ends(text, GM_STR(")")))
        return false;
    variable = find_variable(r, gm_str_sub(text, call.len, text.len - 1));
    if (variable)
        *made = gm_mako_repr(r->arena, variable);
    return variable != NULL;
}

/* What stands between "${" and "}". */
static bool add_expression(renderer *r, gm_str text)
{
    gm_str made, filter;
    bool comma = false;
    size_t bar = gm_str_find(text, '|', 0);
    gm_str filters = gm_str_sub(text, bar + 1, text.len);
    while (filters.len) {
        size_t end = gm_str_find(filters, ',', 0);
        filter = gm_str_trim(gm_str_sub(filters, 0, end));
        filters = gm_str_sub(filters, end + 1, filters.len);
        if (gm_str_is(filter, "comma"))
            comma = true;
        else if (!gm_str_is(filter, "n"))
            return false;
    }
    text = gm_str_trim(gm_str_sub(text, 0, bar));
    if (!take_plain(r, text, comma, &made) && (comma || !take_choice(r, text, &made)))
        return false;
    gm_buf_add(&r->buf, made);
    return true;
}

/* ---- lines ---- */

/* `line` with its end. */
static bool add_line(renderer *r, gm_str line)
{
    gm_str open = GM_STR("${");
    while (line.len) {
        size_t at = gm_str_search(line, open);
        gm_str before = gm_str_sub(line, 0, at);
        if (gm_str_search(before, GM_STR("<%")) < before.len ||
            gm_str_search(before, GM_STR("</%")) < before.len)
            return false;
        gm_buf_add(&r->buf, before);
        if (at == line.len)
            return true;
        size_t end = gm_str_find(line, '}', at);
        if (end == line.len || !add_expression(r, gm_str_sub(line, at + open.len, end)))
            return false;
        line = gm_str_sub(line, end + 1, line.len);
    }
    return true;
}

bool gm_mako_render(gm_arena *arena, gm_str text, const gm_mako_variable *variables, size_t count,
                    gm_str *made)
{
    renderer r = {
        .arena = arena, .variables = variables, .count = count, .buf = gm_buf_new(arena, SIZE_MAX)};
    gm_str line;
    while (text.len) {
        gm_str before = text;
        gm_str_line(&text, &line);
        bool ended = text.len || before.ptr[before.len - 1] == '\n';
        gm_str bare = gm_str_trim(line);
        if (gm_str_starts(bare, GM_STR("##")))
            continue;
        if (gm_str_starts(bare, GM_STR("%")))
            return false;
        bool joined = gm_str_ends(line, GM_STR("\\"));
        if (!add_line(&r, gm_str_sub(line, 0, line.len - joined)))
            return false;
        if (ended && !joined)
            gm_buf_char(&r.buf, '\n');
    }
    *made = gm_buf_str(&r.buf);
    return true;
}
