/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Renames by ALTER TABLE, which carries them into what refers to them. Names may go round in a
 * circle (a is b, and b is a), or be those of columns that are dropped afterwards.
 */
#include "db/sqlite/render.h"
#include "lang/sql_text.h"

static bool is_taken(const gm_schema *schema, gm_str name)
{
    GM_EACH (gm_object *, object, &schema->objects)
        if (gm_str_eq_nocase((*object)->name, name))
            return true;
    return false;
}

gm_str gm_sqlite_unused_name(const gm_sqlite_renderer *r, gm_str base, const char *ending)
{
    gm_str name = gm_str_printf(r->arena, "%.*s%s", GM_ARG(base), ending);
    for (size_t n = 2; is_taken(r->diff->from, name) || is_taken(r->diff->to, name); n++)
        name = gm_str_printf(r->arena, "%.*s%s%zu", GM_ARG(base), ending, n);
    return name;
}

/* SQLite cannot change the case of a name alone, and does not tell it apart. */
static bool is_done(const gm_sqlite_naming *naming)
{
    return !naming->to.len || gm_str_eq_nocase(naming->now, naming->to);
}

static gm_sqlite_naming *in_the_way(gm_sqlite_namings *namings, const gm_sqlite_naming *wanting)
{
    GM_EACH (gm_sqlite_naming, other, namings)
        if (other != wanting && gm_str_eq_nocase(other->now, wanting->to))
            return other;
    return NULL;
}

static void rename_to(gm_sqlite_renderer *r, gm_str table, gm_sqlite_naming *naming, gm_str to)
{
    gm_str old_name = gm_sql_name(r->arena, naming->now);
    gm_str new_name = gm_sql_name(r->arena, to);
    if (table.len)
        gm_sqlite_add(r, GM_STR(""), "ALTER TABLE %.*s RENAME COLUMN %.*s TO %.*s",
                      GM_ARG(gm_sql_name(r->arena, table)), GM_ARG(old_name), GM_ARG(new_name));
    else
        gm_sqlite_add(r, GM_STR(""), "ALTER TABLE %.*s RENAME TO %.*s", GM_ARG(old_name),
                      GM_ARG(new_name));
    naming->now = to;
}

/* One rename whose new name is free, else one that makes a name free. False when all is done. */
static bool rename_next(gm_sqlite_renderer *r, gm_str table, gm_sqlite_namings *namings)
{
    gm_sqlite_naming *stuck = NULL;
    GM_EACH (gm_sqlite_naming, naming, namings) {
        if (is_done(naming))
            continue;
        gm_sqlite_naming *other = in_the_way(namings, naming);
        if (!other) {
            rename_to(r, table, naming, naming->to);
            return true;
        }
        stuck = stuck ? stuck : other;
    }
    if (stuck)
        rename_to(r, table, stuck, gm_sqlite_unused_name(r, stuck->now, "_old"));
    return stuck != NULL;
}

void gm_sqlite_rename_all(gm_sqlite_renderer *r, gm_str table, gm_sqlite_namings *namings)
{
    while (rename_next(r, table, namings)) {
    }
}
