/* SPDX-License-Identifier: Apache-2.0 */
#include "db_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "db/introspect.h"
#include "schema/diff.h"

static gm_schema *schema_of_sql(gm_arena *arena, const char *sql)
{
    gm_err err = gm_err_new(arena);
    gm_db *db GM_CLEANUP(gm_db_drop) = NULL;
    gm_db_options options = {
        .dialect = GM_SQLITE, .location = GM_STR(":memory:"), .shown = GM_STR(":memory:")};
    assert_ok(gm_db_open(arena, &options, &db, &err), &err);
    gm_sql_statements statements = {0};
    assert_ok(
        gm_sql_split(arena, GM_SQLITE, GM_STR("test"), 1, gm_str_from(sql), &statements, &err),
        &err);
    GM_EACH (gm_sql_statement, statement, &statements)
        assert_ok(gm_db_execute(db, statement->text, NULL, &err), &err);
    gm_schema *schema;
    assert_ok(gm_db_introspect(arena, db, &schema, &err), &err);
    return schema;
}

/* "column t.a: default=1, type=int", one object a line. */
static gm_str listed(gm_arena *arena, const char *sql)
{
    gm_schema *schema = schema_of_sql(arena, sql);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < schema->objects.len; i++) {
        const gm_object *object = schema->objects.items[i];
        gm_buf_add(&buf, gm_object_shown(arena, object));
        for (size_t j = 0; j < object->properties.len; j++)
            gm_buf_printf(&buf, "%s%.*s=%.*s", j ? ", " : ": ",
                          GM_ARG(object->properties.items[j].name),
                          GM_ARG(object->properties.items[j].value));
        gm_buf_char(&buf, '\n');
    }
    return gm_buf_str(&buf);
}

/* ---- what is read ---- */

static void each_part_of_a_table_is_read(void **state)
{
    assert_str(
        listed(
            *state,
            "CREATE TABLE p (id INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT, "
            "u TEXT UNIQUE ON CONFLICT REPLACE);"
            "CREATE TABLE t (\n"
            "  a VARCHAR ( 20 ) CONSTRAINT nn NOT NULL ON CONFLICT IGNORE DEFAULT 'x''y',\n"
            "  b INT COLLATE NOCASE CHECK ((b > 0)) DEFAULT (1 + 2), -- why\n"
            "  c REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,\n"
            "  d AS (a || b) STORED,\n"
            "  e DOUBLE PRECISION GENERATED ALWAYS AS (b * -1.5e-3),\n"
            "  PRIMARY KEY (a, b DESC),\n"
            "  CONSTRAINT fk FOREIGN KEY (c, b) REFERENCES p (u, id) MATCH FULL\n"
            "  CONSTRAINT ck CHECK (a <> '' AND b IN (1, 2))\n"
            ") WITHOUT ROWID"),
        "table p\n"
        "table t: without rowid=true\n"
        "column p.id: type=integer\n"
        "column p.u: type=text\n"
        "primary key pk of p: autoincrement=true, columns=id\n"
        "unique constraint of p: columns=u, on conflict=replace\n"
        "column t.a: default='x''y', not null=true, not null constraint=nn, not null on "
        "conflict=ignore, type=varchar(20)\n"
        "column t.b: collation=nocase, default=1 + 2, not null=true, type=int\n"
        "column t.c\n"
        "column t.d: generated=a || b, stored=true\n"
        "column t.e: generated=b * -1.5e-3, type=double precision\n"
        "primary key of t: columns=a, b DESC\n"
        "check of t: expression=b > 0\n"
        "check ck of t: expression=a <> '' AND b IN (1, 2)\n"
        "foreign key of t: columns=c, deferrable=initially deferred, on delete=cascade, "
        "on update=set null, references=p(id)\n"
        "foreign key fk of t: columns=c, b, match=full, references=p(u, id)\n");
}

static void indexes_views_and_triggers_are_read(void **state)
{
    assert_str(
        listed(*state,
               "CREATE TABLE t (a, b TEXT);"
               "CREATE UNIQUE INDEX i ON t (\"a\" COLLATE NOCASE DESC, lower( B )) WHERE a>1;"
               "CREATE VIEW v (x) AS SELECT a AS Foo /* c */ FROM t;"
               "CREATE TRIGGER tr UPDATE OF a ON T FOR EACH ROW WHEN NEW.a=='x' BEGIN "
               "SELECT 1; DELETE FROM t WHERE a!=OLD.a; END;"),
        "table t\n"
        "view v: definition=(x) AS SELECT a AS Foo FROM t\n"
        "column t.a\n"
        "column t.b: type=text\n"
        "index i of t: columns=a COLLATE nocase DESC, lower(b), unique=true, where=a > 1\n"
        "trigger tr of t: definition=BEFORE UPDATE OF a ON t WHEN new.a = 'x' BEGIN "
        "SELECT 1; DELETE FROM t WHERE a <> old.a; END\n");
}

static void virtual_tables_are_read_without_their_shadows(void **state)
{
    assert_str(
        listed(*state, "CREATE VIRTUAL TABLE s USING fts5(title, body,  tokenize = 'porter')"),
        "table s: virtual=fts5(title, body, tokenize = 'porter')\n");
}

static void what_is_ours_or_the_engines_is_left_out(void **state)
{
    assert_str(listed(*state,
                      "CREATE TABLE gmig_revisions (a); CREATE INDEX i ON gmig_revisions(a);"
                      "CREATE TABLE gmig_journal (a INTEGER PRIMARY KEY AUTOINCREMENT);"
                      "CREATE TEMP TABLE t (a); CREATE TABLE u (a); ANALYZE"),
               "table u\ncolumn u.a\n");
}

static void constraints_that_share_a_name_or_say_the_same_are_all_kept(void **state)
{
    assert_str(listed(*state, "CREATE TABLE t (a UNIQUE, UNIQUE (a), CONSTRAINT c CHECK (a), "
                              "CONSTRAINT c CHECK (a + 1))"),
               "table t\n"
               "column t.a\n"
               "unique constraint of t: again=2, columns=a\n"
               "unique constraint of t: columns=a\n"
               "check of t: expression=a + 1, name=c\n"
               "check c of t: expression=a\n");
}

/* ---- what makes no difference, and what does ---- */

static const struct {
    const char *a;
    const char *b;
    bool same;
} pairs[] = {
    {"CREATE TABLE t (a INT NOT NULL)", "create table IF NOT EXISTS T(A int not  null--x\n)", true},
    {"CREATE TABLE t (a, b)", "CREATE TABLE \"t\" ([a], `b`)", true},
    {"CREATE TABLE t (a, b)", "CREATE TABLE 't' ('a', 'b')", true},
    {"CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)", true},
    {"CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE t (id INTEGER, PRIMARY KEY (id))",
     true},
    {"CREATE TABLE t (id INTEGER PRIMARY KEY DESC)",
     "CREATE TABLE t (id INTEGER, PRIMARY KEY (id DESC))", false},
    {"CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a, UNIQUE (a ASC))", true},
    {"CREATE TABLE t (a CHECK (a>0))", "CREATE TABLE t (a, CHECK (((\"A\" > 0))))", true},
    {"CREATE TABLE t (a CHECK (a==0))", "CREATE TABLE t (a CHECK (a = 0))", true},
    {"CREATE TABLE t (a CHECK (a>0))", "CREATE TABLE t (a CHECK (a>=0))", false},
    {"CREATE TABLE t (a CHECK (a>-1))", "CREATE TABLE t (a CHECK (a > - 1))", true},
    {"CREATE TABLE t (a CHECK (a <> 'x'))", "CREATE TABLE t (a CHECK (a <> 'X'))", false},
    {"CREATE TABLE t (a CHECK (a <> \"x\"))", "CREATE TABLE t (a CHECK (a <> \"X\"))", false},
    {"CREATE TABLE t (key CHECK (key > 0))", "CREATE TABLE t (key CHECK (\"key\" > 0))", true},
    {"CREATE TABLE t (a CHECK (a = x'0A'))", "CREATE TABLE t (a CHECK (a = X'0a'))", true},
    {"CREATE TABLE t (a DEFAULT 1)", "CREATE TABLE t (a DEFAULT (1))", true},
    {"CREATE TABLE t (a DEFAULT foo)", "CREATE TABLE t (a DEFAULT 'foo')", true},
    {"CREATE TABLE t (a DEFAULT foo)", "CREATE TABLE t (a DEFAULT \"Foo\")", false},
    {"CREATE TABLE t (a DEFAULT NULL)", "CREATE TABLE t (a)", true},
    {"CREATE TABLE t (a DEFAULT -1.5e-3)", "CREATE TABLE t (a DEFAULT (-1.5E-3))", true},
    {"CREATE TABLE t (a DEFAULT current_timestamp)",
     "CREATE TABLE t (a DEFAULT (CURRENT_TIMESTAMP))", true},
    {"CREATE TABLE t (a DEFAULT 1 NOT NULL)", "CREATE TABLE t (a NOT NULL DEFAULT 1)", true},
    {"CREATE TABLE t (a COLLATE BINARY)", "CREATE TABLE t (a)", true},
    {"CREATE TABLE t (a COLLATE nocase)", "CREATE TABLE t (a COLLATE NOCASE)", true},
    {"CREATE TABLE t (a INT)", "CREATE TABLE t (a INTEGER)", false},
    {"CREATE TABLE t (a INT)", "CREATE TABLE t (a)", false},
    {"CREATE TABLE t (a INT NULL)", "CREATE TABLE t (a INT)", true},
    {"CREATE TABLE t (a NOT NULL ON CONFLICT ABORT)", "CREATE TABLE t (a NOT NULL)", true},
    {"CREATE TABLE t (a NOT NULL ON CONFLICT FAIL)", "CREATE TABLE t (a NOT NULL)", false},
    {"CREATE TABLE t (b, a AS (1))", "CREATE TABLE t (b, a GENERATED ALWAYS AS (1) VIRTUAL)", true},
    {"CREATE TABLE t (b, a AS (1))", "CREATE TABLE t (b, a AS (1) STORED)", false},
    {"CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID",
     "CREATE TABLE t (a NOT NULL, PRIMARY KEY (a)) without rowid", true},
    {"CREATE TABLE t (a INT) STRICT", "CREATE TABLE t (a INT)", false},
    {"CREATE TABLE p (i PRIMARY KEY); CREATE TABLE t (a REFERENCES p)",
     "CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES P (i) ON DELETE NO ACTION MATCH SIMPLE "
     "NOT DEFERRABLE); CREATE TABLE p (i PRIMARY KEY)",
     true},
    {"CREATE TABLE p (i PRIMARY KEY); CREATE TABLE t (a REFERENCES p ON DELETE CASCADE)",
     "CREATE TABLE p (i PRIMARY KEY); CREATE TABLE t (a REFERENCES p)", false},
    {"CREATE TABLE t (a CONSTRAINT x UNIQUE)", "CREATE TABLE t (a CONSTRAINT y UNIQUE)", false},
    {"CREATE TABLE t (a CONSTRAINT x NOT NULL)", "CREATE TABLE t (a NOT NULL)", false},
    {"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
     "CREATE TABLE t (a); CREATE INDEX i ON t (a ASC)", true},
    {"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
     "CREATE TABLE t (a); CREATE INDEX i ON t (a DESC)", false},
    {"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t",
     "CREATE TABLE t (a); CREATE VIEW v AS\n  select \"a\" from t", true},
    {"CREATE TABLE t (a); CREATE VIEW v AS SELECT a AS b FROM t",
     "CREATE TABLE t (a); CREATE VIEW v AS SELECT a AS B FROM t", false},
    {"CREATE TABLE t (a); CREATE TRIGGER r BEFORE DELETE ON t BEGIN SELECT 1; END",
     "CREATE TABLE t (a); create trigger if not exists main.r delete on T for each row begin "
     "select 1; end",
     true},
};

static void layout_is_no_difference_and_meaning_is(void **state)
{
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        gm_diff diff = gm_schema_compare(arena, schema_of_sql(arena, pairs[i].a),
                                         schema_of_sql(arena, pairs[i].b));
        if ((diff.changes.len == 0) != pairs[i].same)
            fail_msg("%s\n%s\n%s", pairs[i].a, pairs[i].b,
                     diff.changes.len ? gm_change_shown(arena, &diff.changes.items[0]).ptr
                                      : "are the same");
    }
}

static void what_alter_table_writes_reads_like_what_people_write(void **state)
{
    gm_arena *arena = *state;
    gm_diff diff = gm_schema_compare(
        arena,
        schema_of_sql(arena,
                      "CREATE TABLE a (x CHECK (x > 0), b, UNIQUE (x)); "
                      "CREATE TABLE c (p REFERENCES a (x)); CREATE INDEX i ON a (x) WHERE x > 1;"
                      "ALTER TABLE a RENAME COLUMN x TO \"key\"; ALTER TABLE a RENAME TO d;"
                      "ALTER TABLE d ADD COLUMN z INT NOT NULL DEFAULT 1; ALTER TABLE d DROP "
                      "COLUMN b"),
        schema_of_sql(arena, "CREATE TABLE d (key CHECK (key > 0), z INT NOT NULL DEFAULT 1, "
                             "UNIQUE (key)); CREATE TABLE c (p REFERENCES d (key)); "
                             "CREATE INDEX i ON d (key) WHERE key > 1"));
    if (diff.changes.len)
        fail_msg("%s", gm_change_shown(arena, &diff.changes.items[0]).ptr);
}

static void the_text_of_a_column_s_own_constraint_lies_in_the_column_s(void **state)
{
    gm_arena *arena = *state;
    gm_schema *schema = schema_of_sql(arena, "CREATE TABLE t (a INT CONSTRAINT f REFERENCES t (a) "
                                             "NOT NULL DEFERRABLE INITIALLY DEFERRED -- x\n"
                                             ", b, CONSTRAINT c CHECK (b))");
    gm_str none = {0};
    assert_str(gm_schema_find(schema, GM_OBJECT_COLUMN, none, GM_STR("t"), GM_STR("a"))->text,
               "a INT CONSTRAINT f REFERENCES t (a) NOT NULL DEFERRABLE INITIALLY DEFERRED");
    assert_str(gm_schema_find(schema, GM_OBJECT_FOREIGN_KEY, none, GM_STR("t"), GM_STR("f"))->text,
               "CONSTRAINT f REFERENCES t (a) NOT NULL DEFERRABLE INITIALLY DEFERRED");
    assert_str(gm_schema_find(schema, GM_OBJECT_CHECK, none, GM_STR("t"), GM_STR("c"))->text,
               "CONSTRAINT c CHECK (b)");
}

static void views_and_triggers_need_what_they_name(void **state)
{
    gm_arena *arena = *state;
    gm_schema *schema =
        schema_of_sql(arena, "CREATE VIEW a AS SELECT * FROM \"B\";"
                             "CREATE VIEW b AS SELECT 'c' FROM d; CREATE TABLE d (x);"
                             "CREATE TABLE c (x);");
    gm_str none = {0};
    const gm_object *a = gm_schema_find(schema, GM_OBJECT_VIEW, none, none, GM_STR("a"));
    assert_int_equal(a->needs.len, 1);
    assert_str(a->needs.items[0]->name, "b");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_of_a_table_is_read),
        cmocka_unit_test(indexes_views_and_triggers_are_read),
        cmocka_unit_test(virtual_tables_are_read_without_their_shadows),
        cmocka_unit_test(what_is_ours_or_the_engines_is_left_out),
        cmocka_unit_test(constraints_that_share_a_name_or_say_the_same_are_all_kept),
        cmocka_unit_test(layout_is_no_difference_and_meaning_is),
        cmocka_unit_test(what_alter_table_writes_reads_like_what_people_write),
        cmocka_unit_test(the_text_of_a_column_s_own_constraint_lies_in_the_column_s),
        cmocka_unit_test(views_and_triggers_need_what_they_name),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
