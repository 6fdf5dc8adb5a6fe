/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_PG_PLACE_H
#define GM_PG_PLACE_H

/*
 * A database of the test server that tests use one after the other, pg_dump as the judge of what is
 * in it, and carrying it from one schema to another.
 */

#include "pg_fixture.h"

#include "base/buf.h"
#include "db/introspect.h"
#include "db/render.h"

typedef struct {
    gm_arena *arena; /* of the program */
    gm_str url;
    gm_db *db;
} pg_place;

static inline gm_db *pg_place_connect(gm_arena *arena, gm_str url)
{
    gm_err err = gm_err_new(arena);
    gm_db *db = NULL;
    gm_db_options options = {
        .dialect = GM_POSTGRES, .location = url, .shown = GM_STR("a database of the cases")};
    assert_ok(gm_db_open(arena, &options, &db, &err), &err);
    return db;
}

static inline pg_place pg_place_open(gm_arena *arena, const char *name)
{
    gm_str database = pg_fixture_database(arena, name);
    return (pg_place){.arena = arena, .url = pg_fixture_url(arena, "postgres", database)};
}

/* A new session in an empty database. */
static inline gm_code pg_place_empty(gm_arena *arena, pg_place *p, gm_err *err)
{
    gm_db_close(p->db);
    p->db = pg_place_connect(arena, p->url);
    return gm_db_execute(
        p->db,
        GM_STR("DO $$ DECLARE n text; BEGIN "
               "FOR n IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP "
               "EXECUTE format('DROP EXTENSION %I CASCADE', n); END LOOP; "
               "FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' "
               "AND nspname <> 'information_schema' LOOP "
               "EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP; "
               "CREATE SCHEMA public; END $$"),
        NULL, err);
}

/* Statements may stand in any order: those that fail are tried again as long as others succeed. */
static inline gm_code pg_place_load(gm_arena *arena, pg_place *p, const char *sql, gm_err *err)
{
    gm_sql_statements left = {0};
    GM_TRY(gm_sql_split(arena, GM_POSTGRES, GM_STR("case"), 1, gm_str_from(sql), &left, err));
    for (;;) {
        gm_sql_statements again = {0};
        gm_err_clear(err);
        GM_EACH (gm_sql_statement, statement, &left)
            if (gm_db_execute(p->db, statement->text, NULL, err) != GM_OK)
                gm_vec_push(arena, &again, *statement);
        if (again.len == 0 || again.len == left.len)
            return again.len ? err->code : GM_OK;
        left = again;
    }
}

/* ---- pg_dump, as the judge ---- */

static inline gm_str pg_place_raw_dump(gm_arena *arena, const pg_place *p)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    char chunk[4096];
    /* Debian's pg_dump is a Perl script around this one. */
    gm_str bin = pg_fixture_file(arena, "bin");
    gm_str command =
        gm_str_printf(arena, "'%.*s/pg_dump' -s -O -x -d '%.*s' 2>&1", GM_ARG(bin), GM_ARG(p->url));
    /* NOLINTNEXTLINE(cert-env33-c): the URL is the test's own */
    FILE *pipe = popen(command.ptr, "r");
    assert_non_null(pipe);
    for (size_t got; (got = fread(chunk, 1, sizeof(chunk), pipe)) > 0;)
        gm_buf_add(&buf, gm_str_of(chunk, got));
    int status = pclose(pipe);
    if (status != 0)
        fail_msg("pg_dump: %.*s", GM_ARG(gm_buf_str(&buf)));
    return gm_buf_str(&buf);
}

/* The order of columns does not count. */
static inline gm_str pg_place_sort_columns(gm_arena *arena, gm_str statement)
{
    gm_str rest = statement;
    gm_str line;
    gm_strs lines = {0};
    if (!gm_str_starts(statement, GM_STR("CREATE TABLE")) &&
        !gm_str_starts(statement, GM_STR("CREATE UNLOGGED TABLE")))
        return statement;
    while (gm_str_line(&rest, &line))
        gm_vec_push(arena, &lines,
                    gm_str_ends(line, GM_STR(",")) ? gm_str_sub(line, 0, line.len - 1) : line);
    gm_strs_sort(&lines);
    return gm_str_join(arena, &lines, GM_STR("\n"));
}

/* Statements in byte order, without settings, comments of the program and blank lines. */
static inline gm_str pg_place_dump(gm_arena *arena, const pg_place *p)
{
    gm_str rest = pg_place_raw_dump(arena, p);
    gm_str line;
    gm_strs statements = {0};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    while (gm_str_line(&rest, &line)) {
        bool noise = line.len == 0 || gm_str_starts(line, GM_STR("--")) ||
                     gm_str_starts(line, GM_STR("SET ")) || line.ptr[0] == '\\' ||
                     gm_str_starts(line, GM_STR("SELECT pg_catalog.set_config"));
        if (noise)
            continue;
        gm_buf_add(&buf, line);
        gm_buf_char(&buf, '\n');
        if (!gm_str_ends(line, GM_STR(";")))
            continue;
        gm_vec_push(arena, &statements,
                    pg_place_sort_columns(arena, gm_str_dup(arena, gm_buf_str(&buf))));
        buf = gm_buf_new(arena, SIZE_MAX);
    }
    gm_strs_sort(&statements);
    return gm_str_join(arena, &statements, GM_STR("\n"));
}

/* ---- carrying a schema to another ---- */

static inline gm_str pg_changes_shown(gm_arena *arena, const gm_diff *diff)
{
    gm_strs lines = {0};
    GM_EACH (gm_change, change, &diff->changes)
        gm_vec_push(arena, &lines, gm_change_shown(arena, change));
    return gm_str_join(arena, &lines, GM_STR("\n  "));
}

static inline void pg_render_print(const gm_render *render, const char *direction)
{
    printf("---- %s\n", direction);
    GM_EACH (gm_render_statement, statement, &render->statements)
        printf("%s%.*s%s%.*s;\n", statement->note.len ? "-- " : "", GM_ARG(statement->note),
               statement->note.len ? "\n" : "", GM_ARG(statement->sql));
}

/* In one transaction, unless a statement must be outside it. */
static inline gm_code pg_place_apply(pg_place *p, const gm_render *render, gm_err *err)
{
    bool outside = false;
    GM_EACH (gm_render_statement, statement, &render->statements)
        outside = outside || statement->outside;
    if (!outside)
        GM_TRY(gm_db_begin(p->db, err));
    GM_EACH (gm_render_statement, statement, &render->statements) {
        gm_code code = gm_db_execute(p->db, statement->sql, NULL, err);
        gm_err ignored = gm_err_new(err->arena);
        if (code != GM_OK && !outside)
            gm_db_rollback(p->db, &ignored);
        if (code != GM_OK)
            return code;
    }
    return outside ? GM_OK : gm_db_commit(p->db, err);
}

/*
 * Carries what p holds (the diff's old schema) to the new one; what is there then must be that, for
 * introspection and for pg_dump. Empty, or what is wrong.
 */
static inline gm_str pg_place_carry(gm_arena *arena, pg_place *p, const gm_diff *diff,
                                    gm_str expected, const char *direction, bool print)
{
    gm_err err = gm_err_new(arena);
    gm_render render = {0};
    gm_schema *now = NULL;
    gm_code code = gm_db_render(arena, diff, &render, &err);
    if (print)
        pg_render_print(&render, direction);
    if (code == GM_OK)
        code = pg_place_apply(p, &render, &err);
    if (code == GM_OK)
        code = gm_db_introspect(arena, p->db, &now, &err);
    if (code != GM_OK)
        return gm_str_printf(arena, "%s: %.*s\n%.*s", direction, GM_ARG(err.text),
                             GM_ARG(err.statement));
    gm_diff left = gm_schema_compare(arena, now, diff->to);
    gm_str dumped = pg_place_dump(arena, p);
    if (left.changes.len == 0 && gm_str_eq(dumped, expected))
        return (gm_str){0};
    if (print)
        printf("---- expected\n%.*s\n---- got\n%.*s\n", GM_ARG(expected), GM_ARG(dumped));
    return gm_str_printf(arena, "%s leaves a difference:\n  %.*s", direction,
                         GM_ARG(pg_changes_shown(arena, &left)));
}

#endif
