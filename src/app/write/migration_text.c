/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations -> the sections of a revision file.
 */
#include "app/write/migrate.h"
#include "base/buf.h"
#include "lang/sql_text.h"

static void add_comment(gm_buf *buf, gm_str text)
{
    gm_str line;
    while (gm_str_line(&text, &line))
        gm_buf_printf(buf, "-- %.*s\n", GM_ARG(line));
}

static gm_str statements_text(gm_arena *arena, gm_dialect dialect, const gm_render *render)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_render_statement, statement, &render->statements) {
        if (buf.len)
            gm_buf_char(&buf, '\n');
        add_comment(&buf, statement->note);
        gm_buf_printf(&buf, "%.*s\n", GM_ARG(gm_sql_closed(arena, dialect, statement->sql)));
    }
    return gm_buf_str(&buf);
}

bool gm_migration_outside(const gm_render *render)
{
    GM_EACH (const gm_render_statement, statement, &render->statements)
        if (statement->outside)
            return true;
    return false;
}

static void add_section(gm_arena *arena, gm_buf *buf, const char *word, gm_dialect dialect,
                        bool shared, const gm_render *render, gm_str comment)
{
    gm_str statements = statements_text(arena, dialect, render);
    gm_buf_printf(buf, "%s-- gmig:%s", buf->len ? "\n" : "", word);
    if (!shared)
        gm_buf_printf(buf, " dialect=%s", gm_dialect_name(dialect));
    gm_buf_z(buf, gm_migration_outside(render) ? " transaction=off\n" : "\n");
    add_comment(buf, comment);
    gm_buf_add(buf, statements);
}

/* What a person who runs the down must know before. */
static gm_str down_comment(gm_arena *arena, const gm_migration *migration)
{
    if (!migration->up.lost.len)
        return GM_STR("");
    return gm_str_printf(arena, "Does not bring back %.*s.",
                         GM_ARG(gm_strs_list(arena, &migration->up.lost)));
}

static gm_str up_comment(gm_arena *arena, const gm_migration *migration)
{
    if (!migration->unproved.len)
        return GM_STR("");
    return gm_str_printf(arena, "Not proved: %.*s", GM_ARG(migration->unproved));
}

static bool same_text(gm_arena *arena, const gm_migrations *migrations, bool down)
{
    const gm_migration *first = &migrations->items[0];
    gm_str text = statements_text(arena, first->dialect, down ? &first->down : &first->up);
    GM_EACH (const gm_migration, other, migrations) {
        const gm_render *render = down ? &other->down : &other->up;
        if (!gm_str_eq(statements_text(arena, other->dialect, render), text) ||
            gm_migration_outside(render) !=
                gm_migration_outside(down ? &first->down : &first->up) ||
            !gm_str_eq(up_comment(arena, other), up_comment(arena, first)))
            return false;
    }
    return true;
}

static void add_sections(gm_arena *arena, gm_buf *buf, const gm_migrations *migrations, bool down,
                         bool shared)
{
    GM_EACH (const gm_migration, migration, migrations) {
        add_section(arena, buf, down ? "down" : "up", migration->dialect, shared,
                    down ? &migration->down : &migration->up,
                    down ? down_comment(arena, migration) : up_comment(arena, migration));
        if (shared)
            return;
    }
}

gm_str gm_migration_sections(gm_arena *arena, const gm_migrations *migrations, bool all)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (!migrations->len)
        return GM_STR("-- gmig:up\n\n-- gmig:down\n");
    bool shared = all && same_text(arena, migrations, false) && same_text(arena, migrations, true);
    add_sections(arena, &buf, migrations, false, shared);
    add_sections(arena, &buf, migrations, true, shared);
    return gm_buf_str(&buf);
}

static bool is_split(gm_str closed)
{
    size_t end = gm_str_search(closed, GM_STR(";\n"));
    return end + 2 < closed.len;
}

gm_str gm_migration_sql(gm_arena *arena, const gm_migration *migration, gm_direction direction,
                        const char *begin, const char *end)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    bool up = direction == GM_UP;
    const gm_render *render = up ? &migration->up : &migration->down;
    add_comment(&buf, up ? up_comment(arena, migration) : down_comment(arena, migration));
    GM_EACH (const gm_render_statement, statement, &render->statements) {
        gm_str closed = gm_sql_closed(arena, migration->dialect, statement->sql);
        bool wrapped = *begin && is_split(closed);
        add_comment(&buf, statement->note);
        if (wrapped)
            gm_buf_printf(&buf, "%s\n%.*s\n%s\n", begin, GM_ARG(closed), end);
        else
            gm_buf_printf(&buf, "%.*s\n", GM_ARG(closed));
    }
    return gm_buf_str(&buf);
}
