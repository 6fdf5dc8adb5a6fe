/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/clock.h"
#include "history/formats/alembic.h"
#include "history/formats/mako.h"
#include "lang/python.h"

static const char own_template[] = "\"\"\"${message}\n"
                                   "\n"
                                   "Revision ID: ${up_revision}\n"
                                   "Revises: ${down_revision | comma,n}\n"
                                   "Create Date: ${create_date}\n"
                                   "\n"
                                   "\"\"\"\n"
                                   "from alembic import op\n"
                                   "import sqlalchemy as sa\n"
                                   "\n"
                                   "\n"
                                   "# revision identifiers, used by Alembic.\n"
                                   "revision = ${repr(up_revision)}\n"
                                   "down_revision = ${repr(down_revision)}\n"
                                   "branch_labels = ${repr(branch_labels)}\n"
                                   "depends_on = ${repr(depends_on)}\n"
                                   "\n"
                                   "\n"
                                   "def upgrade():\n"
                                   "    pass\n"
                                   "\n"
                                   "\n"
                                   "def downgrade():\n"
                                   "    pass\n";

/* ---- new files ---- */

/* The message stands in a docstring: it must not end it, nor escape what comes behind it. */
static gm_str for_docstring(gm_arena *arena, gm_str message)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (!message.len)
        return GM_STR("empty message");
    for (size_t i = 0; i < message.len; i++) {
        gm_str rest = gm_str_sub(message, i, message.len);
        if (message.ptr[i] == '\\' || gm_str_starts(rest, GM_STR("\"\"\"")) ||
            gm_str_starts(rest, GM_STR("'''")))
            gm_buf_char(&buf, '\\');
        gm_buf_char(&buf, message.ptr[i]);
    }
    return gm_buf_str(&buf);
}

/* As Python prints a datetime; nothing where no time is known. */
static gm_str create_date(gm_arena *arena, int64_t time)
{
    if (!time)
        return (gm_str){0};
    gm_str iso = gm_time_iso(arena, time);
    return gm_str_printf(arena, "%.*s %.*s", GM_ARG(gm_str_sub(iso, 0, 10)),
                         GM_ARG(gm_str_sub(iso, 11, 19)));
}

gm_str gm_alembic_write(gm_arena *arena, const gm_revision_draft *draft)
{
    gm_str made;
    gm_mako_variable variables[] = {
        {.name = "message", .kind = GM_MAKO_TEXT, .text = for_docstring(arena, draft->message)},
        {.name = "up_revision", .kind = GM_MAKO_TEXT, .text = draft->id},
        {.name = "down_revision", .kind = GM_MAKO_LIST, .items = &draft->parents},
        {.name = "branch_labels", .kind = GM_MAKO_LIST, .items = &draft->labels, .tuple = true},
        {.name = "depends_on", .kind = GM_MAKO_LIST, .items = &draft->depends},
        {.name = "create_date", .kind = GM_MAKO_TEXT, .text = create_date(arena, draft->time)},
        {.name = "imports", .kind = GM_MAKO_TEXT},
        {.name = "upgrades", .kind = GM_MAKO_TEXT},
        {.name = "downgrades", .kind = GM_MAKO_TEXT},
    };
    size_t count = sizeof(variables) / sizeof(variables[0]);
    if (!draft->script.len || !gm_mako_render(arena, draft->script, variables, count, &made))
        gm_mako_render(arena, gm_str_from(own_template), variables, count, &made);
    return made;
}

/* ---- other parents ---- */

/* Where something stands in the text that takes its place. */
typedef struct {
    size_t from;
    size_t to; /* 0: nowhere */
} place;

static place place_of(gm_str text, gm_str part)
{
    if (part.ptr < text.ptr || part.ptr + part.len > text.ptr + text.len)
        return (place){0};
    size_t from = (size_t)(part.ptr - text.ptr);
    return (place){from, from + part.len};
}

/* The value that a target of this name gets; NULL when other names get it as well. */
static const gm_py_expr *value_of(const gm_py_statement *statement, const char *name, bool *binds)
{
    const gm_py_expr *target = statement->targets.len ? statement->targets.items[0] : NULL;
    const gm_py_expr *value = statement->value;
    *binds = false;
    if (statement->kind != GM_PY_ASSIGN || !value)
        return NULL;
    GM_EACH (const gm_py_expr *, other, &statement->targets)
        *binds |= gm_str_is((*other)->text, name) && (*other)->kind == GM_PY_NAME;
    if (*binds)
        return statement->targets.len == 1 ? value : NULL;
    if (!target || target->kind != GM_PY_TUPLE)
        return NULL;
    for (size_t i = 0; i < target->args.len; i++) {
        if (!gm_str_is(target->args.items[i].value->text, name))
            continue;
        *binds = true;
        return statement->targets.len == 1 && value->kind == GM_PY_TUPLE &&
                       value->args.len == target->args.len
                   ? value->args.items[i].value
                   : NULL;
    }
    return NULL;
}

/* What is behind "Revises:" in the docstring. */
static place find_revises(gm_str text, gm_str docstring)
{
    gm_str key = GM_STR("Revises:");
    gm_str line;
    while (gm_str_line(&docstring, &line)) {
        gm_str bare = gm_str_trim(line);
        if (!gm_str_starts(bare, key))
            continue;
        place found = place_of(text, line);
        found.from += (size_t)(bare.ptr - line.ptr) + key.len;
        gm_str rest = gm_str_sub(text, found.from, found.to);
        if (gm_str_search(rest, GM_STR("\"\"\"")) < rest.len ||
            gm_str_search(rest, GM_STR("'''")) < rest.len)
            break;
        return found;
    }
    return (place){0};
}

/* With the quotes that the old value has. */
static gm_str parents_literal(gm_arena *arena, const gm_strs *parents, gm_str old)
{
    gm_mako_variable variable = {.kind = GM_MAKO_LIST, .items = parents};
    gm_str made = gm_mako_repr(arena, &variable);
    if (!gm_str_has(old, '"') || gm_str_has(old, '\'') || gm_str_has(made, '"') ||
        gm_str_has(made, '\\'))
        return made;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < made.len; i++)
        gm_buf_char(&buf, made.ptr[i] == '\'' ? '"' : made.ptr[i]);
    return gm_buf_str(&buf);
}

gm_str gm_alembic_with_parents(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                               int64_t time)
{
    gm_str text = revision->text;
    gm_py_reader *python = gm_py_open(arena, text);
    const gm_py_statement *statement;
    const gm_py_expr *value = NULL;
    place revises = {0};
    (void)time;
    for (bool first = true; (statement = gm_py_next(python)); first = false) {
        bool binds;
        const gm_py_expr *found = value_of(statement, "down_revision", &binds);
        if (binds)
            value = found;
        if (first && statement->kind == GM_PY_EXPR && statement->value->kind == GM_PY_STRING)
            revises = find_revises(text, statement->value->source);
    }
    place at = value ? place_of(text, value->source) : (place){0};
    if (!at.to || value->kind == GM_PY_NAME)
        return text;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t done = 0;
    if (revises.to && revises.to <= at.from) {
        gm_buf_add(&buf, gm_str_sub(text, 0, revises.from));
        gm_buf_printf(&buf, " %.*s", GM_ARG(gm_strs_list(arena, parents)));
        done = revises.to;
    }
    gm_buf_add(&buf, gm_str_sub(text, done, at.from));
    gm_buf_add(&buf, parents_literal(arena, parents, value->source));
    gm_buf_add(&buf, gm_str_sub(text, at.to, text.len));
    return gm_buf_str(&buf);
}
