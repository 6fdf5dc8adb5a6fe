/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "config/url.h"

static void sqlite_spellings_name_a_file(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"sqlite:dev.db", "/p/dev.db"},
        {"sqlite:a/../dev.db", "/p/dev.db"},
        {"sqlite:/abs/dev.db", "/abs/dev.db"},
        {"SQLite:dev", "/p/dev"},
        {"  sqlite:dev.db\n", "/p/dev.db"},
        {"sqlite3:dev.db", "/p/dev.db"},
        {"sqlite::memory:", ":memory:"},
        {"sqlite://", ":memory:"},
        {"sqlite:///", ":memory:"},
        {"sqlite:///:memory:", ":memory:"},
        {":memory:", ":memory:"},
        {"sqlite:///dev.db", "/p/dev.db"},
        {"sqlite:////abs/dev.db", "/abs/dev.db"},
        {"sqlite+pysqlite:///dev.db", "/p/dev.db"},
        {"sqlite+aiosqlite:////abs/dev.db", "/abs/dev.db"},
        {"sqlite:///dev.db?check_same_thread=False&timeout=20", "/p/dev.db"},
        {"sqlite:50%25.db", "/p/50%25.db"},
        {"dev.db", "/p/dev.db"},
        {"a/dev.sqlite", "/p/a/dev.sqlite"},
        {"/abs/dev.sqlite3", "/abs/dev.sqlite3"},
        {"file:dev.db", "/p/dev.db"},
        {"file:a%20b%3F.db", "/p/a b?.db"},
        {"file:/abs/dev", "/abs/dev"},
        {"file:///abs/dev", "/abs/dev"},
        {"file://localhost/abs/dev", "/abs/dev"},
        {"file:dev.db#x", "/p/dev.db"},
        {"file:dev.db?mode=rwc", "/p/dev.db"},
        {"file::memory:", ":memory:"},
        {"file:x?mode=memory&cache=shared", ":memory:"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_url url;
        assert_ok(gm_url_parse(arena, gm_str_from(rows[i][0]), GM_STR("/p"), &url, &err), &err);
        assert_int_equal(url.dialect, GM_SQLITE);
        assert_str(url.path, rows[i][1]);
        assert_str(url.shown, gm_str_z(arena, gm_str_printf(arena, "sqlite:%s", rows[i][1])));
        assert_int_equal(url.conninfo.len, 0);
        gm_arena_free(arena);
    }
}

static void a_url_is_spelled_for_other_tools_and_means_the_same(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"sqlite:dev.db", "sqlite:////p/dev.db"},
        {"sqlite::memory:", "sqlite://"},
        {"postgres://ann:p%40ss%2F'%5C@db.example:5433/cards?sslmode=require",
         "postgresql://ann:p%40ss%2F%27%5C@db.example:5433/cards?sslmode=require"},
        {"user=ann dbname=cards host=/run/pg port=5433",
         "postgresql://ann@/cards?host=/run/pg&port=5433"},
        {"postgresql+psycopg2://[::1]:5432/x", "postgresql://[::1]:5432/x"},
        {"dbname=x host=a,b port=,1", "postgresql:///x?host=a%2Cb&port=%2C1"},
        {"service=prod", "postgresql:///?service=prod"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_url url, again;
        assert_ok(gm_url_parse(arena, gm_str_from(rows[i][0]), GM_STR("/p"), &url, &err), &err);
        gm_str spelled = gm_url_spell(arena, &url);
        assert_str(spelled, rows[i][1]);
        assert_ok(gm_url_parse(arena, spelled, GM_STR("/elsewhere"), &again, &err), &err);
        assert_str(again.path, gm_str_z(arena, url.path));
        assert_str(again.conninfo, gm_str_z(arena, url.conninfo));
        gm_arena_free(arena);
    }
}

static void postgresql_urls_become_keywords_and_show_no_password(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *conninfo;
        const char *shown;
    } rows[] = {
        {"postgresql://", "", "postgresql://"},
        {"postgres://h", "host='h'", "postgresql://h"},
        {"postgresql://u:pw@h:5433/db", "user='u' password='pw' host='h' port='5433' dbname='db'",
         "postgresql://u@h:5433/db"},
        {"PostgreSQL+psycopg2://u@h/db", "user='u' host='h' dbname='db'", "postgresql://u@h/db"},
        {"postgresql:///db?host=/run/pg&user=u&password=pw",
         "dbname='db' host='/run/pg' user='u' password='pw'", "postgresql://u@%2Frun%2Fpg/db"},
        {"postgresql://%2Frun%2Fpg/db", "host='/run/pg' dbname='db'",
         "postgresql://%2Frun%2Fpg/db"},
        {"postgresql://[::1]:5433/db", "host='::1' port='5433' dbname='db'",
         "postgresql://[::1]:5433/db"},
        {"postgresql://a:1,b,c:3/db?target_session_attrs=any",
         "host='a,b,c' port='1,,3' dbname='db' target_session_attrs='any'",
         "postgresql://a:1,b,c:3/db"},
        {"postgresql+psycopg://u:p@/db?host=a:1&host=b:2",
         "user='u' password='p' dbname='db' host='a,b' port='1,2'", "postgresql://u@a:1,b:2/db"},
        {"postgresql://h/db?host=::1", "host='h' dbname='db' host='::1'", "postgresql://[::1]/db"},
        {"postgresql+asyncpg://h/db?ssl=verify-full&prepared_statement_cache_size=0",
         "host='h' dbname='db' sslmode='verify-full'", "postgresql://h/db"},
        {"postgresql://h/db?ssl=true", "host='h' dbname='db' sslmode='require'",
         "postgresql://h/db"},
        {"postgresql://h/db?sslpassword=x&sslkey=k&options=-c%20a%3Db",
         "host='h' dbname='db' sslpassword='x' sslkey='k' options='-c a=b'", "postgresql://h/db"},
        {"postgresql://?service=prod", "service='prod'", "postgresql://?service=prod"},
        {"postgresql://h/a%20b%27%5C", "host='h' dbname='a b\\'\\\\'",
         "postgresql://h/a%20b%27%5C"},
        {"postgresql://us%40er:p%40%2F%3A@h", "user='us@er' password='p@/:' host='h'",
         "postgresql://us%40er@h"},
        /* Passwords that were pasted without encoding. */
        {"postgresql://u:s3cr#t@h/db", "user='u' password='s3cr#t' host='h' dbname='db'",
         "postgresql://u@h/db"},
        {"postgresql://u:s3@cr@h/db", "user='u' password='s3@cr' host='h' dbname='db'",
         "postgresql://u@h/db"},
        {"postgresql://u:s3/cr@h/db", "user='u' password='s3/cr' host='h' dbname='db'",
         "postgresql://u@h/db"},
        {"postgresql://u:100%@h/db", "user='u' password='100%' host='h' dbname='db'",
         "postgresql://u@h/db"},
        {"postgresql://u:a%zz:b@h/db", "user='u' password='a%zz:b' host='h' dbname='db'",
         "postgresql://u@h/db"},
        {"postgresql://h/db@x", "host='h' dbname='db@x'", "postgresql://h/db%40x"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_url url;
        assert_ok(gm_url_parse(arena, gm_str_from(rows[i].text), GM_STR("/p"), &url, &err), &err);
        assert_int_equal(url.dialect, GM_POSTGRES);
        assert_str(url.conninfo, rows[i].conninfo);
        assert_str(url.shown, rows[i].shown);
        assert_int_equal(url.path.len, 0);
        gm_arena_free(arena);
    }
}

static void libpq_keywords_keep_their_values_and_show_no_password(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *conninfo;
        const char *shown;
    } rows[] = {
        {"host=h dbname=db", "host='h' dbname='db'", "host=h dbname=db"},
        {"host = h\tport =5433  user= u", "host='h' port='5433' user='u'",
         "user=u host=h port=5433"},
        {"service=prod", "service='prod'", "service=prod"},
        {"password=x", "password='x'", "postgresql://"},
        {"password='it\\'s \\\\' host=h", "password='it\\'s \\\\' host='h'", "host=h"},
        {"password=a\\ b host=h", "password='a b' host='h'", "host=h"},
        {"password = ' host=x ' host=h", "password=' host=x ' host='h'", "host=h"},
        {"host=h password=", "host='h' password=''", "host=h"},
        {"host=h sslpassword=x passfile=/f oauth_client_secret=y",
         "host='h' sslpassword='x' passfile='/f' oauth_client_secret='y'", "host=h"},
        {"dbname='a b' host=''", "dbname='a b' host=''", "host='' dbname='a b'"},
        {"host=a host=b", "host='a' host='b'", "host=b"},
        {"dbname=x.db", "dbname='x.db'", "dbname=x.db"},
        {"user=u password=a'b", "user='u' password='a\\'b'", "user=u"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_url url;
        assert_ok(gm_url_parse(arena, gm_str_from(rows[i].text), GM_STR("/p"), &url, &err), &err);
        assert_int_equal(url.dialect, GM_POSTGRES);
        assert_str(url.conninfo, rows[i].conninfo);
        assert_str(url.shown, rows[i].shown);
        gm_arena_free(arena);
    }
}

static void an_unreadable_url_is_never_echoed(void **state)
{
    (void)state;
    static const gm_str rows[] = {
        GM_STR_INIT(""),
        GM_STR_INIT("s3cret"),
        GM_STR_INIT("s3cret://u@h/db"),
        GM_STR_INIT("mysql://u:s3cret@h/db"),
        GM_STR_INIT("postgresql:u:s3cret@h"),
        GM_STR_INIT("postgresql:/s3cret"),
        GM_STR_INIT("postgresql://u:p@h:s3cret/db"),
        GM_STR_INIT("postgresql://u:12/s3cret@h/db"),
        GM_STR_INIT("postgresql://u:/s3cret@h/db"),
        GM_STR_INIT("postgresql://u:s3cret@h/db@x"),
        GM_STR_INIT("postgresql://a/b:s3cret@h/db"),
        GM_STR_INIT("postgresql://u:s3cret?x@h/db"),
        GM_STR_INIT("postgresql://u:s3cret%00@h/db"),
        GM_STR_INIT("postgresql://h/db?s3cret"),
        GM_STR_INIT("postgresql://h/db?=s3cret"),
        GM_STR_INIT("postgresql://h/db?password=%zzs3cret"),
        GM_STR_INIT("postgresql://[::1/db?password=s3cret"),
        GM_STR_INIT("postgresql://[::1]x/db?password=s3cret"),
        GM_STR_INIT("postgresql://[]/db?password=s3cret"),
        GM_STR_INIT("postgresql://u:s3cret@h%/db"),
        GM_STR_INIT("postgresql://u:s3cret@h/%zz"),
        GM_STR_INIT("postgresql://u:s3cret\x01@h/db"),
        GM_STR_INIT("postgresql://u:s3cret\0@h/db"),
        GM_STR_INIT("postgresql://h/?dbname=postgresql://u:s3cret@h/db"),
        GM_STR_INIT("dbname=postgresql://u:s3cret@h/db"),
        GM_STR_INIT("dbname='host=h password=s3cret'"),
        GM_STR_INIT("host=h password='s3cret"),
        GM_STR_INIT("host=h password='s3cret\\'"),
        GM_STR_INIT("host=h s3cret"),
        GM_STR_INIT("host=h =s3cret"),
        GM_STR_INIT("host=h s3cret'=x"),
        GM_STR_INIT("postgresql://h?host%3Ds3cret%20x=y"),
        GM_STR_INIT("host=h port=s3cret"),
        GM_STR_INIT("sqlite:"),
        GM_STR_INIT("sqlite:folder/"),
        GM_STR_INIT("sqlite://s3cret/dev.db"),
        GM_STR_INIT("sqlite:///dev.db?key=s3cret"),
        GM_STR_INIT("sqlite:///dev.db?s3cret"),
        GM_STR_INIT("sqlite+pysqlcipher://:s3cret@/dev.db"),
        GM_STR_INIT("file://s3cret/dev.db"),
        GM_STR_INIT("file:%zzs3cret"),
        GM_STR_INIT("file:dev.db?vfs=s3cret"),
        GM_STR_INIT("file:dev.db?mode=ro"),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_url url;
        if (gm_url_parse(arena, rows[i], GM_STR("/p"), &url, &err) != GM_E_URL)
            fail_msg("%.*s is read", GM_ARG(rows[i]));
        gm_str all = gm_str_printf(arena, "%.*s %.*s %.*s", GM_ARG(err.text), GM_ARG(err.hint),
                                   GM_ARG(err.where));
        if (gm_str_search(all, GM_STR("s3cret")) < all.len)
            fail_msg("%.*s is echoed: %.*s", GM_ARG(rows[i]), GM_ARG(all));
        assert_true(err.text.len > 0 && err.hint.len > 0);
        gm_arena_free(arena);
    }
}

static void a_url_beyond_16_kib_is_refused(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_buf text = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&text, "sqlite:");
    while (text.len < 20000)
        gm_buf_z(&text, "a");
    gm_url url;
    assert_int_equal(gm_url_parse(arena, gm_buf_str(&text), GM_STR("/p"), &url, &err), GM_E_URL);
    assert_ok(
        gm_url_parse(arena, gm_str_sub(gm_buf_str(&text), 0, 16384), GM_STR("/p"), &url, &err),
        &err);
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_spellings_name_a_file),
        cmocka_unit_test(a_url_is_spelled_for_other_tools_and_means_the_same),
        cmocka_unit_test(postgresql_urls_become_keywords_and_show_no_password),
        cmocka_unit_test(libpq_keywords_keep_their_values_and_show_no_password),
        cmocka_unit_test(an_unreadable_url_is_never_echoed),
        cmocka_unit_test(a_url_beyond_16_kib_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
