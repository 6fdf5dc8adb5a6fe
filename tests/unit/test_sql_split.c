/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "lang/sql.h"

/* Statements on one line: <line>text|, COPY data as {data}. */
static gm_str draw(gm_arena *arena, const gm_sql_statements *statements)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_sql_statement, s, statements) {
        gm_buf_printf(&buf, "<%zu>%.*s", s->line, GM_ARG(s->text));
        if (s->flags & GM_SQL_COPY_IN)
            gm_buf_printf(&buf, "{%.*s}", GM_ARG(s->data));
        gm_buf_char(&buf, '|');
    }
    return gm_buf_str(&buf);
}

typedef struct {
    gm_dialect dialect;
    const char *text;
    const char *statements;
} split_row;

static void check_splits(const split_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_sql_statements statements = {0};
        assert_ok(gm_sql_split(arena, rows[i].dialect, GM_STR("f.sql"), 1,
                               gm_str_from(rows[i].text), &statements, &err),
                  &err);
        assert_str(draw(arena, &statements), rows[i].statements);
        gm_arena_free(arena);
    }
}

#define CHECK_SPLITS(rows) check_splits(rows, sizeof(rows) / sizeof((rows)[0]))

static void statements_end_at_semicolons_and_keep_their_lines(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "a; b;\nc;", "<1>a|<1>b|<2>c|"},
        {GM_POSTGRES, "a", "<1>a|"},
        {GM_POSTGRES, "a; b", "<1>a|<1>b|"},
        {GM_POSTGRES, "", ""},
        {GM_POSTGRES, " ;\n;-- x\n; /* y */ ;", ""},
        {GM_POSTGRES, "-- one\n/* two\n */\n a -- three\n b -- four\n;", "<4>a -- three\n b|"},
        {GM_POSTGRES, "a\n;\n\nb\n;\n", "<1>a|<4>b|"},
        {GM_POSTGRES, "a\r\n;\r\n\r\nb\r\n;\r\n", "<1>a|<4>b|"},
        {GM_POSTGRES,
         "\xef\xbb\xbf"
         "a;b",
         "<1>a|<1>b|"},
        {GM_SQLITE,
         "\xef\xbb\xbf"
         "a;\nb",
         "<1>a|<2>b|"},
        {GM_SQLITE, "a;;b;", "<1>a|<1>b|"},
        {GM_POSTGRES, "select 'é', ü; b", "<1>select 'é', ü|<1>b|"},
        {GM_POSTGRES, "a) ; b", "<1>a)|<1>b|"},
    };
    CHECK_SPLITS(rows);
}

static void quotes_hide_semicolons(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "'a;''b;'; c", "<1>'a;''b;'|<1>c|"},
        {GM_POSTGRES, "'a\\'; b", "<1>'a\\'|<1>b|"},
        {GM_POSTGRES, "E'a\\';b'; c", "<1>E'a\\';b'|<1>c|"},
        {GM_POSTGRES, "e'\\\\'; c", "<1>e'\\\\'|<1>c|"},
        {GM_POSTGRES, "E'a''\\';'; c", "<1>E'a''\\';'|<1>c|"},
        {GM_POSTGRES, "E'a' -- x\n '\\';'; c", "<1>E'a' -- x\n '\\';'|<2>c|"},
        {GM_POSTGRES, "E'a' '\\'; c", "<1>E'a' '\\'|<1>c|"},
        {GM_POSTGRES, "nameE'\\'; c", "<1>nameE'\\'|<1>c|"},
        {GM_POSTGRES, "U&'d\\0061;' UESCAPE '!'; c", "<1>U&'d\\0061;' UESCAPE '!'|<1>c|"},
        {GM_POSTGRES, "U&\"a;\"; c", "<1>U&\"a;\"|<1>c|"},
        {GM_POSTGRES, "B'1;'; X'f;'; N'n\\'; c", "<1>B'1;'|<1>X'f;'|<1>N'n\\'|<1>c|"},
        {GM_POSTGRES, "\"a;\"\"b;\"; c", "<1>\"a;\"\"b;\"|<1>c|"},
        {GM_POSTGRES, "$$a;'$$; c", "<1>$$a;'$$|<1>c|"},
        {GM_POSTGRES, "$x$a;$y$;$$;$x$; c", "<1>$x$a;$y$;$$;$x$|<1>c|"},
        {GM_POSTGRES, "$x$ $b$x$; c", "<1>$x$ $b$x$|<1>c|"},
        {GM_POSTGRES, "$é1$;$é1$; c", "<1>$é1$;$é1$|<1>c|"},
        {GM_POSTGRES, "a$b$; c; d$b$", "<1>a$b$|<1>c|<1>d$b$|"},
        {GM_POSTGRES, "$1;$2", "<1>$1|<1>$2|"},
        {GM_POSTGRES, "limit 1$$;$$; c", "<1>limit 1$$;$$|<1>c|"},
        {GM_POSTGRES, "$1a$;b", "<1>$1a$|<1>b|"},
        {GM_POSTGRES, "`a;b", "<1>`a|<1>b|"},
        {GM_POSTGRES, "x[1;2", "<1>x[1|<1>2|"},
        {GM_SQLITE, "'a\\';b", "<1>'a\\'|<1>b|"},
        {GM_SQLITE, "E'\\'; c", "<1>E'\\'|<1>c|"},
        {GM_SQLITE, "`a;``b;`; c", "<1>`a;``b;`|<1>c|"},
        {GM_SQLITE, "[a;\"]; c", "<1>[a;\"]|<1>c|"},
        {GM_SQLITE, "\"a;\"; c", "<1>\"a;\"|<1>c|"},
        {GM_SQLITE, "$$a;b$$", "<1>$$a|<1>b$$|"},
        {GM_SQLITE, "a(;b", "<1>a(|<1>b|"},
    };
    CHECK_SPLITS(rows);
}

static void comments_hide_semicolons_and_nest_on_postgresql_only(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "a /* ; /* ; */ ; */ ; b", "<1>a|<1>b|"},
        {GM_SQLITE, "a /* ; /* ; */ ; b */ ; c", "<1>a|<1>b */|<1>c|"},
        {GM_POSTGRES, "a -- ; '\n; b", "<1>a|<2>b|"},
        {GM_POSTGRES, "a+--;\n b", "<1>a+--;\n b|"},
        {GM_POSTGRES, "a+/*;*/b", "<1>a+/*;*/b|"},
        {GM_POSTGRES, "a /*/ ; */ ; b", "<1>a|<1>b|"},
        {GM_POSTGRES, "a -- x\r; b", "<1>a|<1>b|"},
        {GM_SQLITE, "a -- x\r; b\n; c", "<1>a|<2>c|"},
        {GM_POSTGRES, "'--'; b", "<1>'--'|<1>b|"},
        {GM_POSTGRES, "\"/*\"; b", "<1>\"/*\"|<1>b|"},
        {GM_POSTGRES, "a - -b; c", "<1>a - -b|<1>c|"},
    };
    CHECK_SPLITS(rows);
}

static void sql_bodies_of_functions_are_one_statement(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "create function f() begin atomic a; b; end; c",
         "<1>create function f() begin atomic a; b; end|<1>c|"},
        {GM_POSTGRES, "CREATE OR REPLACE PROCEDURE p() BEGIN /* x */ ATOMIC a; END; c",
         "<1>CREATE OR REPLACE PROCEDURE p() BEGIN /* x */ ATOMIC a; END|<1>c|"},
        {GM_POSTGRES,
         "create function f() begin atomic select case when a then case b when 1 then 2 end end; "
         "x; end; c",
         "<1>create function f() begin atomic select case when a then case b when 1 then 2 end "
         "end; x; end|<1>c|"},
        {GM_POSTGRES, "create function f() begin atomic select (case when a then b end); x; end; c",
         "<1>create function f() begin atomic select (case when a then b end); x; end|<1>c|"},
        {GM_POSTGRES, "create function f() begin atomic select 1 as end, t.case; x; end; c",
         "<1>create function f() begin atomic select 1 as end, t.case; x; end|<1>c|"},
        {GM_POSTGRES, "create function f() begin atomic select \"end\"; x; end; c",
         "<1>create function f() begin atomic select \"end\"; x; end|<1>c|"},
        {GM_POSTGRES, "create function begin() returns int return 1; c",
         "<1>create function begin() returns int return 1|<1>c|"},
        {GM_POSTGRES, "create function fn_atomic() as $$ begin; a; end $$; c",
         "<1>create function fn_atomic() as $$ begin; a; end $$|<1>c|"},
        {GM_POSTGRES, "create function atomic() as 'x'; begin; a; end; c",
         "<1>create function atomic() as 'x'|<1>begin|<1>a|<1>end|<1>c|"},
        {GM_POSTGRES, "begin; atomic; end", "<1>begin|<1>atomic|<1>end|"},
        {GM_POSTGRES, "create table begin atomic; c", "<1>create table begin atomic|<1>c|"},
        {GM_POSTGRES, "create view f as begin atomic; c", "<1>create view f as begin atomic|<1>c|"},
        {GM_POSTGRES, "do $$ begin a; end $$; c", "<1>do $$ begin a; end $$|<1>c|"},
        {GM_POSTGRES, "create or function f() begin atomic a; end",
         "<1>create or function f() begin atomic a|<1>end|"},
    };
    CHECK_SPLITS(rows);
}

static void parentheses_of_rules_hide_semicolons_on_postgresql(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "create rule r as on insert to t do also (a; (b); c); d",
         "<1>create rule r as on insert to t do also (a; (b); c)|<1>d|"},
        {GM_POSTGRES, "select ('(;'); b", "<1>select ('(;')|<1>b|"},
    };
    CHECK_SPLITS(rows);
}

static void triggers_are_one_statement_on_sqlite(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_SQLITE, "create trigger t after insert on a begin b; c; end; d",
         "<1>create trigger t after insert on a begin b; c; end|<1>d|"},
        {GM_SQLITE, "CREATE TEMP TRIGGER t BEGIN b; END; d",
         "<1>CREATE TEMP TRIGGER t BEGIN b; END|<1>d|"},
        {GM_SQLITE, "create temporary /* x */ trigger t begin b; end; d",
         "<1>create temporary /* x */ trigger t begin b; end|<1>d|"},
        {GM_SQLITE,
         "create trigger t begin select case when 1 then 2 end; update a set b = case c when 1 "
         "then 2 end; end; d",
         "<1>create trigger t begin select case when 1 then 2 end; update a set b = case c when 1 "
         "then 2 end; end|<1>d|"},
        {GM_SQLITE, "create trigger t begin b; end", "<1>create trigger t begin b; end|"},
        {GM_SQLITE, "create trigger t begin b; -- x\n /* y */ end ; d",
         "<1>create trigger t begin b; -- x\n /* y */ end|<2>d|"},
        {GM_SQLITE, "create trigger t begin b; \"end\"; end; d",
         "<1>create trigger t begin b; \"end\"; end|<1>d|"},
        {GM_SQLITE, "explain query plan create trigger t begin b; end; d",
         "<1>explain query plan create trigger t begin b; end|<1>d|"},
        {GM_SQLITE, "create table trigger (a); b", "<1>create table trigger (a)|<1>b|"},
        {GM_SQLITE, "drop trigger t; b; end; c", "<1>drop trigger t|<1>b|<1>end|<1>c|"},
        {GM_SQLITE, "create trigger t begin ';'; end; d",
         "<1>create trigger t begin ';'; end|<1>d|"},
        {GM_POSTGRES, "create trigger t begin b; end; d",
         "<1>create trigger t begin b|<1>end|<1>d|"},
    };
    CHECK_SPLITS(rows);
}

static void copy_data_belongs_to_its_statement(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "COPY t (a) FROM stdin;\n1\n2;'\n\\.\nb;",
         "<1>COPY t (a) FROM stdin{1\n2;'\n}|<5>b|"},
        {GM_POSTGRES, "copy t from stdin with (format csv);\r\n1\r\n\\.\r\nb",
         "<1>copy t from stdin with (format csv){1\r\n}|<4>b|"},
        {GM_POSTGRES, "copy t from stdin; -- x\n\\.\nb", "<1>copy t from stdin{}|<3>b|"},
        {GM_POSTGRES, "copy t from stdin\n;\n\\.x\n \\.\n\\.",
         "<1>copy t from stdin{\\.x\n \\.\n}|"},
        {GM_POSTGRES, "copy t from stdin;\n/*\n'\n\\.\nb", "<1>copy t from stdin{/*\n'\n}|<5>b|"},
        {GM_POSTGRES, "copy t to stdout; b", "<1>copy t to stdout|<1>b|"},
        {GM_POSTGRES, "copy t from '/stdin'; b", "<1>copy t from '/stdin'|<1>b|"},
        {GM_POSTGRES, "copy (select 1 from stdin) to 'x'; b",
         "<1>copy (select 1 from stdin) to 'x'|<1>b|"},
        {GM_POSTGRES, "select 1 from stdin; b", "<1>select 1 from stdin|<1>b|"},
        {GM_SQLITE, "copy t from stdin; b", "<1>copy t from stdin|<1>b|"},
    };
    CHECK_SPLITS(rows);
}

static void restrict_lines_of_pg_dump_are_skipped(void **state)
{
    (void)state;
    static const split_row rows[] = {
        {GM_POSTGRES, "-- x\n\\restrict aB;'\n\na;\n\\unrestrict aB\n", "<4>a|"},
        {GM_POSTGRES, "\\restrict aB\r\na", "<2>a|"},
        {GM_POSTGRES, "a;\n\\unrestrict", "<1>a|"},
    };
    CHECK_SPLITS(rows);
}

static void what_cannot_be_split_says_where_and_why(void **state)
{
    (void)state;
    static const struct {
        gm_dialect dialect;
        gm_str text;
        const char *where;
        const char *message;
    } rows[] = {
        {GM_POSTGRES, GM_STR_INIT("a;\n'b;\n\n"), "f.sql:11",
         "the string that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("E'b\\'"), "f.sql:10",
         "the string that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("E'b\\"), "f.sql:10", "the string that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("a\n\"b''"), "f.sql:11",
         "the quoted identifier that begins here does not end"},
        {GM_SQLITE, GM_STR_INIT("[b"), "f.sql:10",
         "the quoted identifier that begins here does not end"},
        {GM_SQLITE, GM_STR_INIT("`b"), "f.sql:10",
         "the quoted identifier that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("$x$ $y$ $x"), "f.sql:10",
         "the dollar-quoted string that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("\n/* /* */\n"), "f.sql:11",
         "the comment that begins here does not end"},
        {GM_SQLITE, GM_STR_INIT("/*/"), "f.sql:10", "the comment that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("a\n(b\n;c);\n(d(;e)"), "f.sql:13",
         "the parenthesis that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("create function f()\nbegin\natomic a; b;"), "f.sql:12",
         "the BEGIN ATOMIC body that begins here does not end"},
        {GM_SQLITE, GM_STR_INIT("a;\ncreate\ntrigger t begin b;"), "f.sql:11",
         "the trigger that begins here does not end"},
        {GM_SQLITE, GM_STR_INIT("create trigger t begin b; end x"), "f.sql:10",
         "the trigger that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("a;\nb\0c"), "f.sql:11", "a NUL byte in SQL text"},
        {GM_POSTGRES, GM_STR_INIT("a;\n\\copy t from 'x'\n"), "f.sql:11",
         "'\\copy' is a command of psql, not SQL"},
        {GM_POSTGRES, GM_STR_INIT("a \\gexec\n"), "f.sql:10",
         "'\\gexec' is a command of psql, not SQL"},
        {GM_POSTGRES, GM_STR_INIT("a\n\\restrict x\n"), "f.sql:11",
         "'\\restrict' is a command of psql, not SQL"},
        {GM_POSTGRES, GM_STR_INIT("\\restricted x\n"), "f.sql:10",
         "'\\restricted' is a command of psql, not SQL"},
        {GM_POSTGRES, GM_STR_INIT("\\.\n"), "f.sql:10", "'\\.' is a command of psql, not SQL"},
        {GM_SQLITE, GM_STR_INIT("a;\n.read x\n"), "f.sql:11",
         "'.read' is a command of the sqlite3 shell, not SQL"},
        {GM_POSTGRES, GM_STR_INIT("copy t from stdin;\n1\n"), "f.sql:10",
         "the data of COPY … FROM STDIN does not end"},
        {GM_POSTGRES, GM_STR_INIT("copy t from stdin;"), "f.sql:10",
         "the data of COPY … FROM STDIN does not end"},
        {GM_POSTGRES, GM_STR_INIT("copy t from stdin"), "f.sql:10",
         "the COPY … FROM STDIN that begins here does not end"},
        {GM_POSTGRES, GM_STR_INIT("copy t from stdin; b;\n\\.\n"), "f.sql:10",
         "something follows COPY … FROM STDIN on its line"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_sql_statements statements = {0};
        assert_int_equal(gm_sql_split(arena, rows[i].dialect, GM_STR("f.sql"), 10, rows[i].text,
                                      &statements, &err),
                         GM_E_HISTORY);
        assert_str(err.text, rows[i].message);
        assert_str(err.where, rows[i].where);
        assert_true(err.hint.len > 0);
        assert_int_equal(statements.len, 0);
        gm_arena_free(arena);
    }
}

static void a_long_line_splits_in_linear_time(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (int i = 0; i < 400000; i++)
        gm_buf_z(&buf, "a b;");
    gm_sql_statements statements = {0};
    /* Quadratic counting of lines took minutes here; ctest's limit would end it. */
    assert_ok(gm_sql_split(arena, GM_POSTGRES, GM_STR("f"), 1, gm_buf_str(&buf), &statements, &err),
              &err);
    assert_int_equal(statements.len, 400000);
    gm_arena_free(arena);
}

static void dialects_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int dialect; /* -1: none */
    } rows[] = {{"sqlite", GM_SQLITE},
                {"sqlite3", GM_SQLITE},
                {"postgres", GM_POSTGRES},
                {"postgresql", GM_POSTGRES},
                {"pg", GM_POSTGRES},
                {"mysql", -1},
                {"", -1}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_dialect dialect;
        bool known = gm_dialect_parse(gm_str_from(rows[i].name), &dialect);
        assert_int_equal(known ? (int)dialect : -1, rows[i].dialect);
    }
    assert_string_equal(gm_dialect_name(GM_SQLITE), "sqlite");
    assert_string_equal(gm_dialect_name(GM_POSTGRES), "postgres");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_end_at_semicolons_and_keep_their_lines),
        cmocka_unit_test(quotes_hide_semicolons),
        cmocka_unit_test(comments_hide_semicolons_and_nest_on_postgresql_only),
        cmocka_unit_test(sql_bodies_of_functions_are_one_statement),
        cmocka_unit_test(parentheses_of_rules_hide_semicolons_on_postgresql),
        cmocka_unit_test(triggers_are_one_statement_on_sqlite),
        cmocka_unit_test(copy_data_belongs_to_its_statement),
        cmocka_unit_test(restrict_lines_of_pg_dump_are_skipped),
        cmocka_unit_test(what_cannot_be_split_says_where_and_why),
        cmocka_unit_test(a_long_line_splits_in_linear_time),
        cmocka_unit_test(dialects_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
