/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "config/config.h"

static const char whole[] =
    "migrations: ./db//migrations/\n"
    "file_template: '%(id)_%(slug).sql'\n"
    "heads_file: ./db//HEADS\n"
    "format: alembic\n"
    "models: [models, ./extra.sql]\n"
    "dialects: [postgres, sqlite3]\n"
    "trunk: origin/main\n"
    "shipped: [origin/release/*, v*]\n"
    "policy: merge\n"
    "targets:\n"
    "  dev: {url: 'sqlite:dev.db', development: true}\n"
    "  prod.eu: ${DATABASE_URL}\n"
    "ledger: {schema: ops}\n"
    "scratch: {postgres: 'service=scratch', setup: ci/roles.sql, deadline: 90s}\n"
    "rules: {missing-down: warning, drop-table: off}\n"
    "allow:\n"
    "  - {rule: drop-table, revision: 8c1f, reason: empty}\n"
    "  - {rule: x, reason: y}\n";

static void every_key_is_read(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_config c;
    assert_ok(
        gm_config_parse(arena, GM_STR("db/gmig.yml"), GM_STR("db"), gm_str_from(whole), &c, &err),
        &err);
    assert_str(c.path, "db/gmig.yml");
    assert_str(c.folder, "db");
    assert_str(c.migrations, "db/migrations");
    assert_str(c.file_template, "%(id)_%(slug).sql");
    assert_str(c.heads_file, "db/HEADS");
    assert_int_equal(c.heads_file_line, 3);
    assert_int_equal(c.format, GM_FORMAT_ALEMBIC);
    assert_str(gm_strs_list(arena, &c.models), "models, extra.sql");
    assert_int_equal(c.dialects.len, 2);
    assert_int_equal(c.dialects.items[0], GM_POSTGRES);
    assert_int_equal(c.dialects.items[1], GM_SQLITE);
    assert_true(c.has_dialects);
    assert_str(c.trunk, "origin/main");
    assert_str(gm_strs_list(arena, &c.shipped), "origin/release/*, v*");
    assert_int_equal(c.targets.len, 2);
    assert_str(c.targets.items[0].name, "dev");
    assert_str(c.targets.items[0].url, "sqlite:dev.db");
    assert_true(c.targets.items[0].development);
    assert_int_equal(c.targets.items[0].line, 11);
    assert_true(c.merges_first);
    assert_str(c.targets.items[1].name, "prod.eu");
    assert_str(c.targets.items[1].url, "${DATABASE_URL}");
    assert_false(c.targets.items[1].development);
    assert_str(c.ledger_schema, "ops");
    assert_str(c.scratch_postgres, "service=scratch");
    assert_str(c.scratch_setup, "ci/roles.sql");
    assert_int_equal(c.scratch_deadline_ms, 90000);
    assert_int_equal(c.rules.len, 2);
    assert_str(c.rules.items[0].rule, "missing-down");
    assert_int_equal(c.rules.items[0].severity, GM_SEVERITY_WARNING);
    assert_int_equal(c.rules.items[1].severity, GM_SEVERITY_OFF);
    assert_int_equal(c.rules.items[1].line, 15);
    assert_int_equal(c.allow.len, 2);
    assert_str(c.allow.items[0].revision, "8c1f");
    assert_str(c.allow.items[0].reason, "empty");
    assert_int_equal(c.allow.items[0].line, 17);
    assert_str(c.allow.items[1].rule, "x");
    assert_int_equal(c.allow.items[1].revision.len, 0);
    gm_arena_free(arena);
}

static void what_is_missing_or_null_keeps_its_default(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "# nothing\n",
                                       ("migrations:\nmodels: ~\ndialects: null\ntargets:\nrules:\n"
                                        "allow:\nledger:\nscratch: {setup: }\nfile_template:\n")};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_config c;
        assert_ok(
            gm_config_parse(arena, GM_STR("gmig.yml"), GM_STR(""), gm_str_from(rows[i]), &c, &err),
            &err);
        assert_str(c.migrations, "migrations");
        assert_str(c.file_template, "%(created)_%(id)_%(slug).sql");
        assert_int_equal(c.format, GM_FORMAT_GMIG);
        assert_str(gm_strs_list(arena, &c.models), "models");
        assert_int_equal(c.dialects.len, 1);
        assert_int_equal(c.dialects.items[0], GM_SQLITE);
        assert_false(c.has_dialects);
        assert_int_equal(c.trunk.len + c.ledger_schema.len + c.scratch_setup.len, 0);
        assert_int_equal(c.targets.len + c.rules.len + c.allow.len + c.shipped.len, 0);
        gm_arena_free(arena);
    }
}

static void a_wrong_file_says_where_and_what_is_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
        const char *message;
        const char *hint; /* NULL: whatever it is */
    } rows[] = {
        {"[]", "1:1", "gmig.yml must be a mapping, not a list", NULL},
        {"a word", "1:1", "gmig.yml must be a mapping", NULL},
        {"a: 1\n", "1:1", "gmig.yml has no key 'a'",
         "Its keys are migrations, file_template, heads_file, format, preset, models, dialects, "
         "trunk, "
         "shipped, policy, targets, ledger, scratch, runner, alembic, type_hints, rules, allow, "
         "django."},
        {"trunk: x\nmigration: y\n", "2:1", "gmig.yml has no key 'migration'",
         "Did you mean 'migrations'?"},
        {"\"a\\e[1m\": 1\n", "1:1", "gmig.yml has no key 'a\\x1b[1m'", NULL},
        {"migrations: {a: b}", "1:13",
         "migrations must be a word or a list of words, not a mapping", NULL},
        {"migrations: ''", "1:13", "migrations must be a word, not ''", NULL},
        {"migrations: /a", "1:13",
         "migrations must be a path inside the folder of gmig.yml, not '/a'", NULL},
        {"migrations: a/../..", "1:13",
         "migrations must be a path inside the folder of gmig.yml, not 'a/../..'", NULL},
        {"models: [a, ../b]", "1:13",
         "models must be a path inside the folder of gmig.yml, not '../b'", NULL},
        {"models: {a: b}", "1:9", "models must be a word or a list of words, not a mapping", NULL},
        {"models: [[a]]", "1:10", "models must be a list of words, not a list", NULL},
        {"scratch: {setup: ../x}", "1:18",
         "setup must be a path inside the folder of gmig.yml, not '../x'", NULL},
        {"scratch: {deadline: 0}", "1:21",
         "deadline must be a time of at most 24 hours, such as 30s or 10min, not '0'", NULL},
        {"scratch: {deadline: 25h}", "1:21",
         "deadline must be a time of at most 24 hours, such as 30s or 10min, not '25h'", NULL},
        {"file_template: 'a/%(id)'", "1:16",
         "file_template must be a file name without '/', not 'a/%(id)'", NULL},
        {"file_template: '%(slug)'", "1:16",
         "file_template must be a file name with %(id) in it, not '%(slug)'", NULL},
        {"format: flyway", "1:9", "format must be gmig, alembic, django or versioned, not 'flyway'",
         NULL},
        {"dialects: []", "1:11", "dialects names none",
         "Write sqlite, postgres or a list of them; without the line it is sqlite."},
        {"dialects: [sqlite, mysql]", "1:20",
         "dialects must be sqlite, postgres or a list of them, not 'mysql'", NULL},
        {"dialects: [pg, postgres]", "1:11", "dialects names postgres twice", NULL},
        {"targets: [a]", "1:10", "targets must be a mapping of names to URLs, not a list", NULL},
        {"targets:\n  dev: [a]", "2:8", "targets must be a mapping of names to URLs, not a list",
         NULL},
        {"targets:\n  dev:\n", "2:3", "the target 'dev' has no url", NULL},
        {"targets: {dev: {development: true}}", "1:11", "the target 'dev' has no url", NULL},
        {"targets: {dev: {url: x, development: yes}}", "1:38", "development must be true or false",
         NULL},
        {"targets: {dev: {urll: s3cret}}", "1:17", "a target has no key 'urll'",
         "Did you mean 'url'?"},
        {"targets: {'a:b': x}", "1:11",
         "a target's name has other characters than letters, digits, '_', '-' and '.'", NULL},
        {"targets: {./dev.db: x}", "1:11",
         "a target's name has other characters than letters, digits, '_', '-' and '.'", NULL},
        {"ledger: ops", "1:9", "ledger must be a mapping", NULL},
        {"ledger: {schema: "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}",
         "1:18",
         "schema must be a name of at most 63 bytes, not "
         "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
         NULL},
        {"rules: [a]", "1:8", "rules must be a mapping of rules to severities, not a list", NULL},
        {"rules: {a: fatal}", "1:12", "a must be error, warning, info or off, not 'fatal'", NULL},
        {"allow: {rule: a}", "1:8", "allow must be a list of mappings, not a mapping", NULL},
        {"allow: [a]", "1:9", "an entry of allow must be a mapping", NULL},
        {"allow: [{rule: a}]", "1:9", "an entry of allow has no reason", NULL},
        {"allow: [{reason: a}]", "1:9", "an entry of allow has no rule", NULL},
        {"trunk: a\ntrunk: b\n", "2:1", "the key 'trunk' is on line 1 already", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_config c = {.path = GM_STR("untouched")};
        assert_int_equal(
            gm_config_parse(arena, GM_STR("f"), GM_STR(""), gm_str_from(rows[i].text), &c, &err),
            GM_E_CONFIG);
        assert_str(err.text, rows[i].message);
        assert_str(err.where, gm_str_z(arena, gm_str_printf(arena, "f:%s", rows[i].where)));
        if (rows[i].hint)
            assert_str(err.hint, rows[i].hint);
        assert_str(c.path, "untouched");
        gm_arena_free(arena);
    }
}

static void a_file_that_no_hand_has_written_is_refused(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_config c;
    for (size_t over = 0; over < 2; over++) {
        gm_err err = gm_err_new(arena);
        char *bytes = gm_arena_alloc(arena, GM_CONFIG_MAX + over);
        memset(bytes, '#', GM_CONFIG_MAX + over);
        gm_str text = {bytes, GM_CONFIG_MAX + over};
        assert_int_equal(gm_config_parse(arena, GM_STR("f"), GM_STR(""), text, &c, &err),
                         over ? GM_E_CONFIG : GM_OK);
    }
    gm_arena_free(arena);
}

static void a_conflict_that_git_left_is_told(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_config c;
    gm_str text = GM_STR("<<<<<<< ours\ntrunk: a\n=======\ntrunk: b\n>>>>>>> theirs\n");
    assert_int_equal(gm_config_parse(arena, GM_STR("f"), GM_STR(""), text, &c, &err), GM_E_CONFIG);
    assert_str(err.hint, "git left a conflict in it: resolve that, then: git add -- f");
    gm_arena_free(arena);
}

static void the_projects_folder_itself_is_the_empty_path(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_config c;
    assert_ok(gm_config_parse(arena, GM_STR("f"), GM_STR(""), GM_STR("migrations: ./"), &c, &err),
              &err);
    assert_str(c.migrations, "");
    assert_ok(
        gm_config_parse(arena, GM_STR("f"), GM_STR(""), GM_STR("migrations: [./a, b/]"), &c, &err),
        &err);
    assert_str(c.migrations, "a");
    assert_int_equal(c.more_migrations.len, 1);
    assert_str(c.more_migrations.items[0], "b");
    gm_arena_free(arena);
}

static void variables_are_read_from_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expanded; /* NULL: an error */
        const char *message;
    } rows[] = {
        {"plain $X $", "plain $X $", NULL},
        {"a${GM_TEST_A}b${GM_TEST_A}", "aonebone", NULL},
        {"${GM_TEST_EMPTY}", "", NULL},
        {"$${GM_TEST_A}", "${GM_TEST_A}", NULL},
        {"${GM_TEST_NESTED}", "${GM_TEST_A}", NULL},
        {"${GM_TEST_MISSING}", NULL, "the environment variable 'GM_TEST_MISSING' is not set"},
        {"s3cret${}", NULL, "a '${' has no variable's name and '}' behind it"},
        {"${1A}", NULL, "a '${' has no variable's name and '}' behind it"},
        {"${A:-b}", NULL, "a '${' has no variable's name and '}' behind it"},
        {"${A", NULL, "a '${' has no variable's name and '}' behind it"},
    };
    setenv("GM_TEST_A", "one", 1);
    setenv("GM_TEST_EMPTY", "", 1);
    setenv("GM_TEST_NESTED", "${GM_TEST_A}", 1);
    unsetenv("GM_TEST_MISSING");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_str expanded;
        gm_code code = gm_config_expand(arena, gm_str_from(rows[i].text), &expanded, &err);
        if (rows[i].expanded) {
            assert_ok(code, &err);
            assert_str(expanded, rows[i].expanded);
        } else {
            assert_int_equal(code, GM_E_CONFIG);
            assert_str(err.text, rows[i].message);
        }
        gm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_missing_or_null_keeps_its_default),
        cmocka_unit_test(a_wrong_file_says_where_and_what_is_expected),
        cmocka_unit_test(a_file_that_no_hand_has_written_is_refused),
        cmocka_unit_test(a_conflict_that_git_left_is_told),
        cmocka_unit_test(the_projects_folder_itself_is_the_empty_path),
        cmocka_unit_test(variables_are_read_from_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
