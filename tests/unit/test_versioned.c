/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "base/digest.h"
#include "history/formats/versioned.h"
#include "history/graph.h"

/* ---- names ---- */

static void each_tool_names_its_files_its_own_way(void **state)
{
    static const struct {
        const char *preset;
        const char *path; /* below the folder */
        const char *id;   /* NULL: it is none of its files */
        const char *message;
    } names[] = {
        {"rails", "20240101120000_add_users.rb", "20240101120000", "add users"},
        {"rails", "001_a.rb", "1", "a"},
        {"rails", "users.rb", NULL, NULL},
        {"flyway", "V1__init.sql", "1", "init"},
        {"flyway", "V1_81_3__x.sql", "1.81.3", "x"},
        {"flyway", "sub/V1_168.1__x.sql", "1.168.1", "x"},
        {"flyway", "V01.0__x.sql", "1", "x"},
        {"flyway", "V2__Fill.java", "2", "Fill"},
        {"flyway", "R__my_views.sql", "R__my_views", "my views"},
        {"flyway", "U1__init.sql", "1", "init"},
        {"flyway", "B1__init.sql", NULL, NULL},
        {"flyway", "V1_init.sql", NULL, NULL},
        {"flyway", "V1_a__init.sql", NULL, NULL},
        {"golang-migrate", "000012_a_b.up.sql", "12", "a b"},
        {"golang-migrate", "000012_a_b.down.sql", "12", "a b"},
        {"golang-migrate", "000012_a_b.sql", NULL, NULL},
        {"goose", "00003_x.sql", "3", "x"},
        {"goose", "00003_x.go", "3", "x"},
        {"goose", "00003_x_test.go", NULL, NULL},
        {"dbmate", "0012_x.sql", "0012", "x"},
        {"diesel", "2024-03-06-170000_y/up.sql", "20240306170000", "y"},
        {"diesel", "00000000000000_diesel_initial_setup/down.sql", "00000000000000",
         "diesel initial setup"},
        {"diesel", "2024-03-06-170000_y/other.sql", NULL, NULL},
        {"prisma", "20240101120000_init/migration.sql", "20240101120000_init", "init"},
        {"prisma", "migration_lock.toml", NULL, NULL},
        {"knex", "20240101120000_init.js", "20240101120000_init", "init"},
        {"knex", "20240101120000_init.d.ts", NULL, NULL},
        {"sqitch", "deploy/users.sql", "users", "users"},
        {"sqitch", "revert/users.sql", "users", "users"},
        {"sqitch", "verify/users.sql", NULL, NULL},
        {"atlas", "20240101120000_init.sql", "20240101120000", "init"},
        {"atlas", "20240101120000.sql", "20240101120000", ""},
        {"ecto", "20240101120000_create_users.exs", "20240101120000", "create users"},
        {"laravel", "2014_10_12_000000_create_users_table.php",
         "2014_10_12_000000_create_users_table", "create users table"},
        {"laravel", "helpers.php", NULL, NULL},
        {"typeorm", "1690000000000-AddUsers.ts", "1690000000000-AddUsers", "AddUsers"},
        {"node-pg-migrate", "1690000000000_add-users.js", "1690000000000_add-users", "add users"},
        {"node-pg-migrate", "1690000000000_add-users.sql", "1690000000000_add-users", "add users"},
        {"sqlx", "20240101120000_x.sql", "20240101120000", "x"},
        {"sqlx", "1_x.up.sql", "1", "x"},
        {"tern", "001_x.sql", "1", "x"},
    };
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const gm_preset *preset = gm_preset_find(gm_str_from(names[i].preset));
        gm_str path = gm_str_from(names[i].path);
        gm_revision revision = {0};
        gm_err err = gm_err_new(arena);
        gm_revision_file file = {.path = gm_str_printf(arena, "deep/m/%.*s", GM_ARG(path))};
        if (preset->ops.is_revision(path) != (names[i].id != NULL))
            fail_msg("%s: %s", names[i].preset, names[i].path);
        if (!names[i].id)
            continue;
        assert_ok(gm_format_read(arena, &preset->ops, &file, &revision, &err), &err);
        assert_str(revision.id, names[i].id);
        assert_str(revision.message, names[i].message);
        assert_true(gm_revision_id_valid(revision.id));
    }
}

static void a_name_that_is_no_id_becomes_one(void **state)
{
    gm_arena *arena = *state;
    const gm_preset *preset = gm_preset_find(GM_STR("knex"));
    gm_err err = gm_err_new(arena);
    gm_revision revision;
    gm_buf path = gm_buf_new(arena, SIZE_MAX);
    gm_revision_file file = {.path = GM_STR("1_a b+c.js")};
    assert_ok(gm_format_read(arena, &preset->ops, &file, &revision, &err), &err);
    assert_str(revision.id, "1_a_b_c");
    gm_buf_z(&path, "1_");
    for (size_t i = 0; i < 200; i++)
        gm_buf_char(&path, 'x');
    gm_buf_z(&path, ".js");
    file.path = gm_buf_str(&path);
    assert_ok(gm_format_read(arena, &preset->ops, &file, &revision, &err), &err);
    assert_true(gm_revision_id_valid(revision.id));
    assert_true(revision.id.len > 100);
}

/* ---- order ---- */

/* The ids of a history in its order, and what each stands on where that is not the one before. */
static gm_str order_of(gm_arena *arena, const char *preset, const char *names)
{
    gm_revision_files files = {0};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = gm_str_from(names);
    while (rest.len) {
        size_t end = gm_str_find(rest, ' ', 0);
        gm_revision_file file = {.path = gm_str_sub(rest, 0, end), .bytes = GM_STR("SELECT 1;\n")};
        gm_vec_push(arena, &files, file);
        rest = gm_str_sub(rest, end + 1, rest.len);
    }
    const gm_graph *graph = gm_graph_load(arena, &gm_preset_find(gm_str_from(preset))->ops, &files);
    assert_int_equal(graph->problems.len, 0);
    GM_EACH (gm_node *, node, &graph->order) {
        gm_buf_printf(&buf, "%s%.*s", buf.len ? " " : "", GM_ARG((*node)->revision->id));
        assert_true((*node)->parents.len <= 1);
    }
    return gm_buf_str(&buf);
}

static void the_order_is_the_tools_own(void **state)
{
    gm_arena *arena = *state;
    assert_str(order_of(arena, "rails", "10_b.rb 9_a.rb"), "9 10");
    assert_str(order_of(arena, "golang-migrate", "0010_b.up.sql 9_a.up.sql"), "9 10");
    assert_str(order_of(arena, "dbmate", "9_b.sql 10_a.sql"), "10 9");
    assert_str(order_of(arena, "diesel", "2024-03-13_170000_x/up.sql 2024-03-06-170000_y/up.sql"),
               "20240306170000 20240313");
    assert_str(order_of(arena, "flyway", "V1_10__b.sql V1.9__a.sql V1__z.sql V2__c.sql"),
               "1 1.9 1.10 2");
    assert_str(order_of(arena, "flyway", "R__a.sql V1__z.sql R__b.sql V2__c.sql"), "1 2 R__a R__b");
    assert_str(order_of(arena, "typeorm", "1690000000001-B.ts 1690000000000-A.ts"),
               "1690000000000-A 1690000000001-B");
}

static void what_is_repeatable_is_a_lineage_of_its_own(void **state)
{
    gm_arena *arena = *state;
    gm_revision_files files = {0};
    static const char *const names[] = {"R__a.sql", "R__b.sql", "V1__x.sql", "V2__y.sql"};
    for (size_t i = 0; i < 4; i++)
        gm_vec_push(arena, &files, (gm_revision_file){.path = gm_str_from(names[i])});
    const gm_graph *graph = gm_graph_load(arena, &gm_preset_find(GM_STR("flyway"))->ops, &files);
    assert_int_equal(graph->heads.len, 2);
    assert_int_equal(gm_graph_divergent(arena, graph).len, 0);
    const gm_node *first = gm_graph_find(graph, GM_STR("R__a"));
    assert_int_equal(first->depends.len, 1);
    assert_str(first->depends.items[0]->revision->id, "2");
}

/* A union links what was linked already. */
static void what_is_linked_links_to_the_same_again(void **state)
{
    gm_arena *arena = *state;
    gm_revision_files files = {0};
    static const char *const names[] = {"1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_c.down.sql"};
    for (size_t i = 0; i < 4; i++) {
        gm_revision_file file = {.path = gm_str_from(names[i]), .bytes = gm_str_from(names[i])};
        file.blob = gm_blob_oid(file.bytes);
        gm_vec_push(arena, &files, file);
    }
    const gm_graph *graph =
        gm_graph_load(arena, &gm_preset_find(GM_STR("golang-migrate"))->ops, &files);
    for (int round = 0; round < 2; round++) {
        gm_revisions again = {0};
        assert_int_equal(graph->problems.len, 0);
        assert_int_equal(graph->order.len, 2);
        const gm_revision *first = graph->order.items[0]->revision;
        assert_str(first->path, "1_a.up.sql");
        assert_str(first->down_path, "1_a.down.sql");
        assert_str(first->up[GM_SQLITE]->sql, "1_a.up.sql");
        assert_str(first->down[GM_POSTGRES]->sql, "1_a.down.sql");
        /* A down belongs to its version, whatever else it is called. */
        assert_str(graph->order.items[1]->revision->down_path, "2_c.down.sql");
        GM_EACH (gm_node *, node, &graph->order)
            gm_vec_push(arena, &again, (*node)->revision);
        graph = gm_graph_build(arena, &again, NULL);
    }
}

/* ---- sections ---- */

static gm_str shown(gm_arena *arena, const gm_section *section)
{
    if (!section)
        return GM_STR("none");
    return gm_str_printf(arena, "%zu%s:%.*s", section->line, section->transaction_off ? " off" : "",
                         GM_ARG(gm_str_trim(section->sql)));
}

static void sections_are_where_the_tool_puts_them(void **state)
{
    static const struct {
        const char *preset, *path, *text;
        const char *up, *down;
    } texts[] = {
        {"goose", "1_a.sql", "-- +goose Up\nA;\n-- +goose Down\nB;\n", "2:A;", "4:B;"},
        {"goose", "1_a.sql", "--+GOOSE up\nA;\n", "2:A;", "none"},
        {"goose", "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nA;\n", "3 off:A;", "none"},
        {"goose", "1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n",
         "2:-- +goose StatementBegin\nA;\n-- +goose StatementEnd", "none"},
        {"goose", "1_a.go", "-- +goose Up\nA;\n", "none", "none"},
        {"dbmate", "1_a.sql", "-- migrate:up\nA;\n\n-- migrate:down\nB;\n", "2:A;", "5:B;"},
        {"node-pg-migrate", "1_a.sql", "-- Up Migration\nA;\n\n-- Down Migration\nB;\n", "2:A;",
         "5:B;"},
        {"node-pg-migrate", "1_a.sql", "  ---- up  MIGRATION of a\nA;\n--down migration\nB;\n",
         "2:A;", "4:B;"},
        {"node-pg-migrate", "1_a.sql", "-- Uplift\nA;\n", "1:-- Uplift\nA;", "none"},
        {"node-pg-migrate", "1_a.js", "exports.up = (pgm) => {}\n", "none", "none"},
        {"dbmate", "1_a.sql", "--migrate:up\nA;\n--migrate:down\n", "2:A;", "4:"},
        {"dbmate", "1_a.sql", "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;\n",
         "2 off:A;", "4:B;"},
        {"tern", "1_a.sql", "A;\n---- create above / drop below ----\nB;\n", "1:A;", "3:B;"},
        {"tern", "1_a.sql", "---- tern: disable-tx ----\nA;\n",
         "1 off:---- tern: disable-tx ----\nA;", "none"},
        {"golang-migrate", "1_a.up.sql", "A;\n", "1:A;", "none"},
        {"golang-migrate", "1_a.down.sql", "B;\n", "none", "1:B;"},
        {"golang-migrate", "1_a.up.sql", "-- x\nBEGIN;\nA;\nCOMMIT;\n", "2:A;", "none"},
        {"golang-migrate", "1_a.up.sql", "BEGIN;\nA;\nCOMMIT;\nC;\n", "1:BEGIN;\nA;\nCOMMIT;\nC;",
         "none"},
        {"golang-migrate", "1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (x);\n",
         "1 off:CREATE INDEX CONCURRENTLY i ON t (x);", "none"},
        {"diesel", "1_a/up.sql", "A;\n", "1:A;", "none"},
        {"diesel", "1_a/metadata.toml", "run_in_transaction = false\n", "2 off:", "2 off:"},
        {"diesel", "1_a/metadata.toml", "run_in_transaction = true\n", "none", "none"},
        {"flyway", "V1__a.sql",
         "\xef\xbb\xbf"
         "A;\n",
         "1:A;", "none"},
        {"flyway", "U1__a.sql", "B;\n", "none", "1:B;"},
        {"flyway", "V1__a.java", "class\n", "none", "none"},
        {"atlas", "1_a.sql", "-- atlas:txmode none\n\nA;\n", "1 off:-- atlas:txmode none\n\nA;",
         "none"},
        {"sqlx", "1_a.sql", "-- no-transaction\nA;\n", "1 off:-- no-transaction\nA;", "none"},
        {"prisma", "1_a/migration.sql", "A;\n", "1:A;", "none"},
        {"sqitch", "deploy/a.sql", "-- Deploy a\nBEGIN;\n\nA;\n\nCOMMIT;\n", "2:A;", "none"},
        {"rails", "1_a.rb", "class A\nend\n", "none", "none"},
    };
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        const gm_preset *preset = gm_preset_find(gm_str_from(texts[i].preset));
        gm_revision revision;
        gm_err err = gm_err_new(arena);
        gm_revision_file file = {.path = gm_str_from(texts[i].path),
                                 .bytes = gm_str_from(texts[i].text)};
        assert_ok(gm_format_read(arena, &preset->ops, &file, &revision, &err), &err);
        for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
            assert_str(shown(arena, revision.up[dialect]), texts[i].up);
            assert_str(shown(arena, revision.down[dialect]), texts[i].down);
        }
    }
}

static void options_beside_a_file_reach_its_sections(void **state)
{
    gm_arena *arena = *state;
    gm_revision_files files = {0};
    static const char *const texts[][2] = {{"1_a/up.sql", "A;"},
                                           {"1_a/down.sql", "B;"},
                                           {"1_a/metadata.toml", "run_in_transaction=false"}};
    for (size_t i = 0; i < 3; i++)
        gm_vec_push(arena, &files,
                    (gm_revision_file){.path = gm_str_from(texts[i][0]),
                                       .bytes = gm_str_from(texts[i][1])});
    const gm_graph *graph = gm_graph_load(arena, &gm_preset_find(GM_STR("diesel"))->ops, &files);
    assert_int_equal(graph->order.len, 1);
    const gm_revision *revision = graph->order.items[0]->revision;
    assert_str(shown(arena, revision->up[GM_POSTGRES]), "1 off:A;");
    assert_str(shown(arena, revision->down[GM_SQLITE]), "1 off:B;");
}

/* ---- sqitch ---- */

static const char plan[] = "%syntax-version=1.0.0\n%project=flipr\n\n"
                           "users 2013-12-31T19:26:59Z Ada <ada@example.org># Makes users.\n"
                           "flips [users] 2012-12-31T19:26:59Z Ada <ada@example.org>\n"
                           "@v1 2014-01-01T00:00:00Z Ada <ada@example.org> # Tag\n"
                           "users [users@v1] 2014-02-01T00:00:00Z Ada <ada@example.org> # Again\n";

static gm_graph *sqitch(gm_arena *arena, const char *text)
{
    gm_revision_files files = {0};
    const char *const texts[][2] = {{"db/deploy/flips.sql", "F;"},
                                    {"db/deploy/users.sql", "U2;"},
                                    {"db/deploy/users@v1.sql", "U1;"},
                                    {"db/revert/flips.sql", "R;"},
                                    {"db/sqitch.plan", text}};
    for (size_t i = 0; i < 5; i++)
        gm_vec_push(arena, &files,
                    (gm_revision_file){.path = gm_str_from(texts[i][0]),
                                       .bytes = gm_str_from(texts[i][1])});
    return gm_graph_load(arena, &gm_preset_find(GM_STR("sqitch"))->ops, &files);
}

static void a_plan_orders_changes_and_finds_reworked_ones(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = sqitch(arena, plan);
    GM_EACH (const gm_problem, problem, &graph->problems)
        fail_msg("%.*s", GM_ARG(problem->message));
    assert_int_equal(graph->order.len, 3);
    static const char *const shown_as[][3] = {
        {"users_v1", "Makes users.", "U1;"}, {"flips", "flips", "F;"}, {"users", "Again", "U2;"}};
    for (size_t i = 0; i < 3; i++) {
        const gm_revision *revision = graph->order.items[i]->revision;
        assert_str(revision->id, shown_as[i][0]);
        assert_str(revision->message, shown_as[i][1]);
        assert_str(revision->up[GM_POSTGRES]->sql, shown_as[i][2]);
    }
    assert_str(graph->order.items[1]->revision->down[GM_POSTGRES]->sql, "R;");
    graph = sqitch(arena, "%project=x\nusers not-a-time\n");
    assert_int_equal(graph->problems.len, 1);
    assert_int_equal(graph->problems.items[0].line, 2);
}

/* ---- new versions ---- */

static void a_new_version_sorts_behind_the_newest_and_looks_like_the_others(void **state)
{
    static const struct {
        const char *preset, *newest, *like;
        const char *next;
    } cases[] = {
        {"golang-migrate", "000009", "", "000010"},
        {"golang-migrate", "9", "", "10"},
        {"golang-migrate", "999", "", "1000"},
        {"flyway", "4_106", "", "4_107"},
        {"flyway", "1.9", "", "1.10"},
        {"flyway", "1.9", "1_4", "1_10"},
        {"flyway", "", "", "1"},
        {"tern", "", "", "001"},
        {"dbmate", "20240101120000", "", "20260101000000"},
        {"dbmate", "20270101120000", "", "20270101120001"},
        {"dbmate", "", "", "20260101000000"},
        {"diesel", "2024-03-06-170000", "", "2026-01-01-000000"},
        {"diesel", "", "", "2026-01-01-000000"},
        {"typeorm", "1690000000000", "", "1767225600000"},
        {"laravel", "2024_01_01_000000", "2024_01_01_000000", "2026_01_01_000000"},
    };
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const gm_preset *preset = gm_preset_find(gm_str_from(cases[i].preset));
        enum { YEAR_2026 = 1767225600 };
        assert_str(gm_version_next(arena, preset, gm_str_from(cases[i].newest),
                                   gm_str_from(cases[i].like), YEAR_2026),
                   cases[i].next);
    }
}

static void only_what_is_a_time_is_taken_for_one(void **state)
{
    (void)state;
    assert_int_equal(gm_version_time(GM_STR("19700101000001")), 1);
    assert_int_equal(gm_version_time(GM_STR("2024-03-06-170000")), 1709744400);
    assert_int_equal(gm_version_time(GM_STR("1690000000000")), 1690000000);
    assert_int_equal(gm_version_time(GM_STR("1690000000")), 1690000000);
    assert_int_equal(gm_version_time(GM_STR("20241399000000")), 0);
    assert_int_equal(gm_version_time(GM_STR("0000000012")), 0);
    assert_int_equal(gm_version_time(GM_STR("12")), 0);
    assert_int_equal(gm_version_time(GM_STR("99999999999999999999")), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_tool_names_its_files_its_own_way),
        TEST(a_name_that_is_no_id_becomes_one),
        TEST(the_order_is_the_tools_own),
        TEST(what_is_repeatable_is_a_lineage_of_its_own),
        TEST(what_is_linked_links_to_the_same_again),
        TEST(sections_are_where_the_tool_puts_them),
        TEST(options_beside_a_file_reach_its_sections),
        TEST(a_plan_orders_changes_and_finds_reworked_ones),
        TEST(a_new_version_sorts_behind_the_newest_and_looks_like_the_others),
        TEST(only_what_is_a_time_is_taken_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
