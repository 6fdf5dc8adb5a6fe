/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Introspection and rendering on PostgreSQL: every kind of object made, changed, renamed and
 * dropped, and what must make no difference.
 */

#include "pg_place.h"

#include "db/postgres/introspect.h"
#include "db/postgres/render_plan.h"
#include "db_test.h"

static gm_arena *program;
static pg_place here;
static pg_place there;

typedef struct {
    gm_arena *arena;
    gm_err err;
} session;

static int begin(void **state)
{
    gm_arena *arena = gm_arena_new();
    session *s = gm_new(arena, session);
    *s = (session){.arena = arena, .err = gm_err_new(arena)};
    assert_ok(pg_place_empty(arena, &here, &s->err), &s->err);
    assert_ok(pg_place_empty(arena, &there, &s->err), &s->err);
    *state = s;
    return 0;
}

static int end(void **state)
{
    session *s = *state;
    gm_db_close(here.db);
    gm_db_close(there.db);
    here.db = there.db = NULL;
    gm_arena_free(s->arena);
    return 0;
}

static void load_sql(session *s, pg_place *p, const char *sql)
{
    assert_ok(pg_place_load(s->arena, p, sql, &s->err), &s->err);
}

static void load_file(session *s, pg_place *p, const char *name)
{
    gm_str path = gm_str_printf(s->arena, "%s/tests/data/postgres/%s", getenv("GMIG_SOURCE"), name);
    gm_str text;
    assert_ok(gm_file_read(s->arena, path, 1 << 20, &text, &s->err), &s->err);
    load_sql(s, p, gm_str_z(s->arena, text));
}

static gm_schema *schema_of(session *s, pg_place *p)
{
    gm_schema *schema = NULL;
    assert_ok(gm_db_introspect(s->arena, p->db, &schema, &s->err), &s->err);
    return schema;
}

static gm_renames parse_renames(session *s, const char *const *texts)
{
    gm_renames renames = {0};
    for (; texts && *texts; texts++) {
        gm_rename rename;
        assert_ok(gm_rename_parse(s->arena, gm_str_from(*texts), &rename, &s->err), &s->err);
        gm_vec_push(s->arena, &renames, rename);
    }
    return renames;
}

/* What `here` holds goes to what `there` holds, and back. */
static void carry_both_ways(session *s, const char *const *up_names, const char *const *down_names)
{
    gm_schema *from = schema_of(s, &here);
    gm_schema *to = schema_of(s, &there);
    gm_renames up_renames = parse_renames(s, up_names);
    gm_renames down_renames = parse_renames(s, down_names);
    gm_diff up;
    gm_diff down;
    assert_ok(gm_schema_diff(s->arena, from, to, &up_renames, &up, &s->err), &s->err);
    assert_ok(gm_schema_diff(s->arena, to, from, &down_renames, &down, &s->err), &s->err);
    gm_str before = pg_place_dump(s->arena, &here);
    gm_str after = pg_place_dump(s->arena, &there);
    bool print = getenv("GMIG_TEST_PRINT") != NULL;
    gm_str why = pg_place_carry(s->arena, &here, &up, after, "up", print);
    if (!why.len)
        why = pg_place_carry(s->arena, &here, &down, before, "down", print);
    if (why.len)
        fail_msg("%.*s", GM_ARG(why));
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- every kind ---- */

static void every_kind_is_made_and_dropped(void **state)
{
    session *s = *state;
    load_file(s, &there, "every_kind.sql");
    carry_both_ways(s, NULL, NULL);
}

static void every_kind_is_changed_and_changed_back(void **state)
{
    session *s = *state;
    load_file(s, &here, "every_kind.sql");
    load_file(s, &there, "every_kind.sql");
    load_file(s, &there, "every_kind_changed.sql");
    carry_both_ways(s, NULL, NULL);
}

static void every_kind_is_renamed_and_renamed_back(void **state)
{
    session *s = *state;
    load_file(s, &here, "every_kind.sql");
    load_file(s, &there, "every_kind.sql");
    load_sql(s, &there,
             "ALTER TYPE mood RENAME TO temper; ALTER DOMAIN email RENAME TO mail; "
             "ALTER DOMAIN mail RENAME CONSTRAINT short TO shorter; "
             "ALTER TYPE pair RENAME ATTRIBUTE a TO aa; ALTER FUNCTION trg RENAME TO trg2; "
             "ALTER VIEW v RENAME TO vv; ALTER TABLE ev RENAME at TO att; "
             "ALTER TRIGGER t1 ON users RENAME TO t11; ALTER POLICY p1 ON users RENAME TO p11; "
             "ALTER RULE r1 ON vv RENAME TO r11; ALTER STATISTICS st RENAME TO st1; "
             "ALTER SEQUENCE s1 RENAME TO s2; ALTER TYPE fr RENAME TO frr; "
             "ALTER COLLATION german RENAME TO g; ALTER FUNCTION op RENAME TO \"Op op\"; "
             "ALTER PROCEDURE pr RENAME TO \"values\"; ALTER AGGREGATE mysum(int) RENAME TO summ; "
             "ALTER MATERIALIZED VIEW mv RENAME TO mvv; ALTER INDEX mv_n_idx RENAME TO q; "
             "ALTER TABLE ev2 RENAME TO evd");
    carry_both_ways(s,
                    NAMES("mood=temper", "email=mail", "email.short=shorter", "pair.a=aa", "v=vv",
                          "ev.at=att", "users.t1=t11", "users.p1=p11", "users.st=st1", "s1=s2",
                          "fr=frr", "german=g", "mv=mvv", "ev2=evd"),
                    NAMES("temper=mood", "mail=email", "mail.shorter=short", "pair.aa=a", "vv=v",
                          "ev.att=at", "users.t11=t1", "users.p11=p1", "users.st1=st", "s2=s1",
                          "frr=fr", "g=german", "mvv=mv", "evd=ev2"));
}

static void a_schema_and_a_table_are_renamed_with_what_is_in_them(void **state)
{
    session *s = *state;
    load_file(s, &here, "every_kind.sql");
    load_file(s, &there, "every_kind.sql");
    load_sql(s, &there,
             "ALTER SCHEMA app RENAME TO blog; ALTER TABLE blog.posts RENAME TO articles; "
             "ALTER SEQUENCE blog.posts_id_seq RENAME TO articles_id_seq");
    carry_both_ways(s, NAMES("app=blog", "app.posts=blog.articles"),
                    NAMES("blog=app", "articles=posts"));
}

static void names_are_swapped_by_a_third(void **state)
{
    session *s = *state;
    load_sql(s, &here,
             "CREATE TABLE t (a int, b text); CREATE TABLE u (x int PRIMARY KEY); "
             "CREATE TABLE q (x text)");
    load_sql(s, &there,
             "CREATE TABLE t (b int, a text); CREATE TABLE q (x int PRIMARY KEY); "
             "CREATE TABLE u (x text)");
    carry_both_ways(s, NAMES("t.a=b", "t.b=a", "u=q", "q=u"),
                    NAMES("t.a=b", "t.b=a", "u=q", "q=u"));
}

/* ---- rows ---- */

static void rows_survive_changes_of_types_and_names(void **state)
{
    session *s = *state;
    load_sql(s, &here,
             "CREATE TYPE mood AS ENUM ('sad', 'ok'); "
             "CREATE TABLE users (id serial PRIMARY KEY, m mood DEFAULT 'sad', n text, "
             "k int); "
             "INSERT INTO users (m, n, k) VALUES ('ok', '7', 1), ('sad', '8', 2)");
    load_sql(s, &there,
             "CREATE TYPE mood AS ENUM ('ok', 'sad'); "
             "CREATE TABLE people (id serial PRIMARY KEY, m mood DEFAULT 'ok', n int, "
             "k int[])");
    gm_renames renames = parse_renames(s, NAMES("users=people"));
    gm_diff up;
    gm_render render = {0};
    gm_schema *from = schema_of(s, &here);
    assert_ok(gm_schema_diff(s->arena, from, schema_of(s, &there), &renames, &up, &s->err),
              &s->err);
    assert_ok(gm_db_render(s->arena, &up, &render, &s->err), &s->err);
    assert_ok(pg_place_apply(&here, &render, &s->err), &s->err);
    assert_str(ask_sql(s->arena, here.db,
                       "SELECT string_agg(id || ' ' || m || ' ' || n + 1 || ' ' || k[1], ', ' "
                       "ORDER BY id) FROM people"),
               "1 ok 8 1, 2 sad 9 2");
    /* The sequence goes on where it was. */
    do_sql(here.db, "INSERT INTO people (n) VALUES (1)");
    assert_str(ask_sql(s->arena, here.db, "SELECT max(id)::text FROM people"), "3");
    assert_int_equal(render.lost.len, 0);
}

static void what_is_lost_is_said(void **state)
{
    session *s = *state;
    load_sql(s, &here, "CREATE TABLE a (x int, y int); CREATE TABLE b (x int)");
    load_sql(s, &there, "CREATE TABLE a (x int)");
    gm_diff up = gm_schema_compare(s->arena, schema_of(s, &here), schema_of(s, &there));
    gm_render render = {0};
    assert_ok(gm_db_render(s->arena, &up, &render, &s->err), &s->err);
    assert_int_equal(render.lost.len, 2);
    gm_strs_sort(&render.lost);
    assert_str(render.lost.items[0], "column a.y");
    assert_str(render.lost.items[1], "the rows of table b");
}

static void what_it_cannot_make_is_refused(void **state)
{
    session *s = *state;
    gm_render render = {0};
    load_sql(s, &there, "CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple)");
    gm_diff up = gm_schema_compare(s->arena, schema_of(s, &here), schema_of(s, &there));
    assert_int_equal(gm_db_render(s->arena, &up, &render, &s->err), GM_E_REFUSED);
    assert_has(s->err.text, "text search configuration plain");
    assert_has(s->err.hint, "gmig revision");
}

static void a_value_that_is_used_at_once_is_added_outside(void **state)
{
    session *s = *state;
    gm_render render = {0};
    load_sql(s, &here, "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood)");
    load_sql(s, &there,
             "CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s'); "
             "CREATE TABLE t (m mood DEFAULT 'ok')");
    gm_diff up = gm_schema_compare(s->arena, schema_of(s, &here), schema_of(s, &there));
    assert_ok(gm_db_render(s->arena, &up, &render, &s->err), &s->err);
    assert_str(render.statements.items[0].sql, "ALTER TYPE mood ADD VALUE 'ok'");
    assert_true(render.statements.items[0].outside);
    assert_str(render.statements.items[1].sql, "ALTER TYPE mood ADD VALUE 'it''s'");
    assert_false(render.statements.items[1].outside);
}

static void the_first_revision_reads_well(void **state)
{
    session *s = *state;
    gm_render render = {0};
    gm_buf buf = gm_buf_new(s->arena, SIZE_MAX);
    load_sql(s, &there,
             "CREATE TABLE \"order\" (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES "
             "users ON DELETE CASCADE, \"Total\" numeric(10,2) DEFAULT 0); "
             "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text "
             "NOT NULL UNIQUE, parent bigint REFERENCES users); "
             "CREATE INDEX ON \"order\" (user_id); COMMENT ON TABLE users IS 'who may log in'");
    gm_diff up = gm_schema_compare(s->arena, schema_of(s, &here), schema_of(s, &there));
    assert_ok(gm_db_render(s->arena, &up, &render, &s->err), &s->err);
    GM_EACH (gm_render_statement, statement, &render.statements)
        gm_buf_printf(&buf, "%.*s;\n", GM_ARG(statement->sql));
    assert_str(gm_buf_str(&buf),
               "CREATE TABLE users (\n"
               "    id bigint GENERATED ALWAYS AS IDENTITY,\n"
               "    email text NOT NULL,\n"
               "    parent bigint,\n"
               "    CONSTRAINT users_pkey PRIMARY KEY (id),\n"
               "    CONSTRAINT users_email_key UNIQUE (email),\n"
               "    CONSTRAINT users_parent_fkey FOREIGN KEY (parent) REFERENCES users(id)\n"
               ");\n"
               "COMMENT ON TABLE users IS 'who may log in';\n"
               "CREATE TABLE \"order\" (\n"
               "    id serial,\n"
               "    user_id integer NOT NULL,\n"
               "    \"Total\" numeric(10,2) DEFAULT 0,\n"
               "    CONSTRAINT order_pkey PRIMARY KEY (id),\n"
               "    CONSTRAINT order_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) "
               "ON DELETE CASCADE\n"
               ");\n"
               "CREATE INDEX order_user_id_idx ON \"order\" (user_id);\n");
}

static void a_circle_of_foreign_keys_is_cut(void **state)
{
    session *s = *state;
    load_sql(s, &there,
             "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, "
             "a int REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b");
    carry_both_ways(s, NULL, NULL);
}

/* ---- what makes no difference ---- */

static void settings_of_the_session_make_no_difference(void **state)
{
    session *s = *state;
    load_file(s, &here, "every_kind.sql");
    gm_schema *before = schema_of(s, &here);
    do_sql(here.db, "SET search_path = app, pg_temp");
    do_sql(here.db, "SET quote_all_identifiers = on");
    do_sql(here.db, "SET datestyle = 'German'");
    do_sql(here.db, "SET standard_conforming_strings = off");
    gm_diff diff = gm_schema_compare(s->arena, before, schema_of(s, &here));
    assert_str(pg_changes_shown(s->arena, &diff), "");
    assert_str(ask_sql(s->arena, here.db, "SHOW search_path"), "app, pg_temp");
}

static void an_open_transaction_stays_as_it_is(void **state)
{
    session *s = *state;
    do_sql(here.db, "CREATE SCHEMA app");
    do_sql(here.db, "BEGIN");
    do_sql(here.db, "SET LOCAL search_path = app");
    do_sql(here.db, "CREATE TABLE t (id int)");
    gm_schema *schema = schema_of(s, &here);
    assert_non_null(
        gm_schema_find(schema, GM_OBJECT_TABLE, GM_STR("app"), (gm_str){0}, GM_STR("t")));
    assert_int_equal(gm_db_tx_state(here.db), GM_TX_OPEN);
    assert_str(ask_sql(s->arena, here.db, "SHOW search_path"), "app");
    do_sql(here.db, "ROLLBACK");
}

/* Whoever may make functions must not have them run by who introspects. */
static void functions_of_strangers_are_not_called(void **state)
{
    session *s = *state;
    load_sql(s, &here,
             "CREATE TABLE caught (x int); "
             "CREATE FUNCTION trap(name, text) RETURNS bool LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''caught''; END'; "
             "CREATE OPERATOR ~ (FUNCTION = trap, LEFTARG = name, RIGHTARG = text); "
             "CREATE OPERATOR !~ (FUNCTION = trap, LEFTARG = name, RIGHTARG = text); "
             "CREATE OPERATOR <> (FUNCTION = trap, LEFTARG = name, RIGHTARG = text); "
             "CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''caught''; END'; "
             "CREATE FUNCTION format_type(oid, int) RETURNS text LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''caught''; END'; "
             "CREATE VIEW pg_class AS SELECT 1/0 AS oid");
    do_sql(here.db, "SET search_path = public, pg_catalog");
    gm_schema *schema = schema_of(s, &here);
    assert_non_null(
        gm_schema_find(schema, GM_OBJECT_TABLE, GM_STR("public"), (gm_str){0}, GM_STR("caught")));
}

static void our_own_tables_are_left_out(void **state)
{
    session *s = *state;
    load_sql(s, &here,
             "CREATE SCHEMA gmig; CREATE TABLE gmig.gmig_revisions (seq serial, id text "
             "PRIMARY KEY); CREATE TABLE gmig.gmig_journal (id int GENERATED ALWAYS AS "
             "IDENTITY, r text REFERENCES gmig.gmig_revisions); "
             "CREATE INDEX ON gmig.gmig_journal (r)");
    assert_int_equal(schema_of(s, &here)->objects.len, 0);
}

/* ---- names ---- */

static void keywords_are_those_of_the_server(void **state)
{
    session *s = *state;
    gm_rows rows = {0};
    assert_ok(gm_db_query(s->arena, here.db,
                          "SELECT word, quote_ident(word) FROM pg_get_keywords()", NULL, 0, &rows,
                          &s->err),
              &s->err);
    assert_true(rows.rows.len > 400);
    for (size_t i = 0; i < rows.rows.len; i++) {
        gm_str word = rows.rows.items[i][0].text;
        bool quoted = !gm_str_eq(rows.rows.items[i][1].text, word);
        if (quoted)
            assert_str(gm_pg_name(s->arena, word), rows.rows.items[i][1].text.ptr);
    }
    assert_str(gm_pg_name(s->arena, GM_STR("name")), "name");
    assert_str(gm_pg_name(s->arena, GM_STR("Name")), "\"Name\"");
    assert_str(gm_pg_name(s->arena, GM_STR("1st")), "\"1st\"");
    assert_str(gm_pg_name(s->arena, GM_STR("a\"b")), "\"a\"\"b\"");
}

static void default_names_are_those_of_the_server(void **state)
{
    static const char *const names[][2] = {
        {"t", "c"},
        {"a_table_with_a_name_of_more_than_thirty_bytes", "and_a_column_with_one_of_more"},
        {"short", "a_column_whose_name_is_very_very_very_very_very_very_long_ind"},
        {"表表表表表表表表表表表表表表表表表表", "列列列列列列列列列列"},
        {"tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt", "c"},
    };
    session *s = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        gm_str make = gm_str_printf(s->arena, "CREATE TABLE \"%s\" (\"%s\" serial)", names[i][0],
                                    names[i][1]);
        do_sql(here.db, make.ptr);
        gm_str expected = gm_postgres_default_name(s->arena, gm_str_from(names[i][0]),
                                                   gm_str_from(names[i][1]), "seq");
        assert_str(ask_sql(s->arena, here.db, "SELECT relname FROM pg_class WHERE relkind = 'S'"),
                   gm_str_z(s->arena, expected));
        do_sql(here.db, gm_str_printf(s->arena, "DROP TABLE \"%s\"", names[i][0]).ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(every_kind_is_made_and_dropped),
        TEST(every_kind_is_changed_and_changed_back),
        TEST(every_kind_is_renamed_and_renamed_back),
        TEST(a_schema_and_a_table_are_renamed_with_what_is_in_them),
        TEST(names_are_swapped_by_a_third),
        TEST(rows_survive_changes_of_types_and_names),
        TEST(what_is_lost_is_said),
        TEST(what_it_cannot_make_is_refused),
        TEST(a_value_that_is_used_at_once_is_added_outside),
        TEST(the_first_revision_reads_well),
        TEST(a_circle_of_foreign_keys_is_cut),
        TEST(settings_of_the_session_make_no_difference),
        TEST(an_open_transaction_stays_as_it_is),
        TEST(functions_of_strangers_are_not_called),
        TEST(our_own_tables_are_left_out),
        TEST(keywords_are_those_of_the_server),
        TEST(default_names_are_those_of_the_server),
#undef TEST
    };
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    program = gm_arena_new();
    here = pg_place_open(program, "schema_here");
    there = pg_place_open(program, "schema_there");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gm_arena_free(program);
    return failed;
}
