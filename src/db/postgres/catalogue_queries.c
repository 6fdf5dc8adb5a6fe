/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/catalogue_queries.h"

#include <ctype.h>

static const struct {
    const char *name;
    const char *text; /* # is the argument */
} words[] = {
    {"user", "#.nspname <> 'information_schema' AND #.nspname !~ '^pg_'"},
    {"theirs", "AND #.relname NOT IN ('gmig_revisions', 'gmig_journal')"},
    {"options",
     "CASE WHEN # IS NOT NULL THEN (SELECT string_agg(CASE WHEN o ~ "
     "'=(-?[0-9.]+|[A-Za-z_][A-Za-z0-9_]*)$' THEN o "
     "ELSE split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)) END, "
     "', ' ORDER BY o) FROM unnest(#) o) END"},
    {"least", "(CASE # WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 "
              "ELSE -9223372036854775808 END)"},
    {"greatest", "(CASE # WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 "
                 "ELSE 9223372036854775807 END)"},
};

static void add(gm_buf *buf, gm_str sql, int version);

/* Index of the `}` that closes the `{` before `from`; *bar: the first single | at its level. */
static size_t closing(gm_str sql, size_t from, size_t *bar)
{
    int depth = 1;
    size_t i = from;
    *bar = sql.len;
    for (; i < sql.len; i++) {
        depth += sql.ptr[i] == '{' ? 1 : 0;
        depth -= sql.ptr[i] == '}' ? 1 : 0;
        if (depth == 0)
            break;
        if (sql.ptr[i] != '|')
            continue;
        if (sql.ptr[i + 1] == '|')
            i++; /* the operator */
        else if (depth == 1 && *bar == sql.len)
            *bar = i;
    }
    return i;
}

static void add_word(gm_buf *buf, gm_str word, gm_str argument, int version)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!gm_str_is(word, words[i].name))
            continue;
        for (const char *c = words[i].text; *c; c++) {
            if (*c == '#')
                add(buf, argument, version);
            else
                gm_buf_char(buf, *c);
        }
    }
}

static void add_braces(gm_buf *buf, gm_str inside, size_t bar, int version)
{
    uint64_t least;
    size_t colon = gm_str_find(inside, ':', 0);
    size_t blank = gm_str_find(inside, ' ', 0);
    gm_str word = gm_str_sub(inside, 0, blank);
    gm_str argument = gm_str_sub(inside, blank + 1, inside.len);
    if (gm_str_u64(gm_str_sub(inside, 0, colon), &least)) {
        bool newer = version >= (int)least;
        add(buf,
            newer ? gm_str_sub(inside, colon + 1, bar) : gm_str_sub(inside, bar + 1, inside.len),
            version);
    } else if (gm_str_is(word, "own")) {
        size_t end = gm_str_find(argument, ' ', 0);
        /* NOT IN: the server makes one table of hashes for all rows. */
        gm_buf_printf(buf,
                      "AND %.*s NOT IN (SELECT e.objid FROM pg_depend e WHERE e.classid = %.*s "
                      "AND e.deptype = 'e')",
                      GM_ARG(gm_str_sub(argument, end + 1, argument.len)),
                      GM_ARG(gm_str_sub(argument, 0, end)));
    } else {
        add_word(buf, word, argument, version);
    }
}

static void add(gm_buf *buf, gm_str sql, int version)
{
    for (size_t i = 0; i < sql.len; i++) {
        /* '{0}' is an array */
        if (sql.ptr[i] != '{' || (i && sql.ptr[i - 1] == '\'')) {
            gm_buf_char(buf, sql.ptr[i]);
            continue;
        }
        size_t bar;
        size_t end = closing(sql, i + 1, &bar);
        add_braces(buf, gm_str_sub(sql, i + 1, end), bar - i - 1, version);
        i = end;
    }
}

void gm_pg_add_query(gm_buf *buf, const char *name, int version)
{
    for (const gm_pg_catalogue_query *query = gm_pg_catalogue_queries; query->name; query++)
        if (strcmp(query->name, name) == 0)
            add(buf, query->sql, version);
}
