/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fixture.h"

#include "arena_fixture.h"

static const char *const no_renames[] = {NULL};

static gm_renames parse_renames(gm_arena *arena, const char *const *texts)
{
    gm_renames renames = {0};
    gm_err err = gm_err_new(arena);
    for (size_t i = 0; texts[i]; i++) {
        gm_rename rename;
        assert_ok(gm_rename_parse(arena, gm_str_from(texts[i]), &rename, &err), &err);
        gm_vec_push(arena, &renames, rename);
    }
    return renames;
}

static gm_diff diff_in(gm_arena *arena, gm_dialect dialect, const char *from, const char *to,
                       const char *const *texts)
{
    gm_err err = gm_err_new(arena);
    gm_renames renames = parse_renames(arena, texts);
    gm_diff diff;
    assert_ok(gm_schema_diff(arena, schema_of(arena, dialect, from), schema_of(arena, dialect, to),
                             &renames, &diff, &err),
              &err);
    return diff;
}

static gm_str changes(gm_arena *arena, const gm_diff *diff)
{
    gm_strs lines = {0};
    GM_EACH (gm_change, change, &diff->changes)
        gm_vec_push(arena, &lines, gm_change_shown(arena, change));
    return gm_str_join(arena, &lines, GM_STR("; "));
}

static gm_str diffed(gm_arena *arena, const char *from, const char *to, const char *const *texts)
{
    gm_diff diff = diff_in(arena, GM_POSTGRES, from, to, texts);
    return changes(arena, &diff);
}

#define RENAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char users[] = "table users\n"
                            "column users.id type=int\n"
                            "column users.name type=text\n"
                            "index users.users_name_idx columns=name > column users.name\n";

/* ---- without renames ---- */

static void equal_schemas_have_no_changes(void **state)
{
    assert_str(diffed(*state, users, users, no_renames), "");
}

static void changes_are_drops_then_alters_then_adds(void **state)
{
    assert_str(diffed(*state, users,
                      "table users\n"
                      "column users.id type=bigint not_null=true\n"
                      "column users.email type=varchar\n"
                      "view v definition=x\n",
                      no_renames),
               "drop column users.name; drop index users_name_idx of users; "
               "alter column users.id: not null, type; "
               "add view v; add column users.email");
}

static void what_goes_along_with_its_table_is_marked(void **state)
{
    gm_arena *arena = *state;
    gm_diff diff = diff_in(arena, GM_POSTGRES, "", users, no_renames);
    assert_int_equal(diff.changes.len, 4);
    assert_false(diff.changes.items[0].along);
    for (size_t i = 1; i < 4; i++)
        assert_true(diff.changes.items[i].along);
    diff =
        diff_in(arena, GM_POSTGRES, users, "table users\ncolumn users.id type=int\n", no_renames);
    assert_int_equal(diff.changes.len, 2);
    assert_false(diff.changes.items[0].along);
}

static void the_place_of_a_column_is_no_difference(void **state)
{
    assert_str(diffed(*state, "table t\ncolumn t.a type=int\ncolumn t.b type=int\n",
                      "table t\ncolumn t.b type=int\ncolumn t.a type=int\n", no_renames),
               "");
}

static void a_constraint_of_another_name_is_the_same_one(void **state)
{
    assert_str(diffed(*state, "table t\nunique_constraint t.u1 columns=a\n",
                      "table t\nunique_constraint t.u2 columns=a\n", no_renames),
               "rename unique constraint u2 of t, was u1");
    assert_str(diffed(*state, "table t\ncheck t.- expression=a>0\n",
                      "table t\ncheck t.positive expression=a>0\n", no_renames),
               "rename check positive of t, had no name");
    assert_str(diffed(*state, "table t\ncheck t.- expression=a>0\n",
                      "table t\ncheck t.- expression=a>1\n", no_renames),
               "drop check of t; add check of t");
}

static void a_constraint_keeps_to_its_name_before_its_definition(void **state)
{
    assert_str(diffed(*state, "table t\nindex t.i columns=a\nindex t.j columns=b\n",
                      "table t\nindex t.i columns=b\nindex t.k columns=a\n", no_renames),
               "drop index j of t; alter index i of t: columns; add index k of t");
}

static void names_in_another_case_are_the_same_on_sqlite(void **state)
{
    gm_arena *arena = *state;
    gm_diff diff = diff_in(arena, GM_SQLITE, "table Users\ncolumn Users.Id type=int\n",
                           "table users\ncolumn users.ID type=int\n", no_renames);
    assert_str(changes(arena, &diff), "");
    assert_str(diffed(arena, "table Users\n", "table users\n", no_renames),
               "drop table Users; add table users");
}

/* ---- renames ---- */

static const char people[] = "table people\n"
                             "column people.id type=int\n"
                             "column people.name type=text\n"
                             "index people.users_name_idx columns=name > column people.name\n";

static void a_stated_rename_takes_along_what_belongs_to_the_table(void **state)
{
    assert_str(diffed(*state, users, people, RENAMES("users=people")),
               "rename table people, was users");
}

static void a_column_is_renamed_together_with_its_table(void **state)
{
    static const char to[] = "table people\n"
                             "column people.id type=int\n"
                             "column people.title type=text\n"
                             "index people.users_name_idx columns=title\n";
    static const char *const ways[] = {"people.name=title", "users.name=people.title",
                                       "users.name=title"};
    for (size_t i = 0; i < 3; i++)
        assert_str(diffed(*state, users, to, RENAMES(ways[i], "users=people")),
                   "rename table people, was users; rename column people.title, was name");
}

static void a_text_that_differs_in_renamed_names_only_is_no_change(void **state)
{
    static const char from[] = "table users\n"
                               "column users.id type=int\n"
                               "table pets\n"
                               "column pets.id type=int\n"
                               "check pets.c expression=id>0\n"
                               "foreign_key pets.f definition=(user)_REFERENCES_users(id) "
                               "> table users\n";
    static const char to[] = "table people\n"
                             "column people.key type=int\n"
                             "table pets\n"
                             "column pets.id type=int\n"
                             "check pets.c expression=key>0\n"
                             "foreign_key pets.f definition=(user)_REFERENCES_people(key)\n";
    assert_str(diffed(*state, from, to, RENAMES("users=people", "users.id=key")),
               "rename table people, was users; rename column people.key, was id; "
               "alter check c of pets: expression");
}

static void a_view_is_compared_as_it_is(void **state)
{
    assert_str(diffed(*state, "table a\nview v definition=from_a > table a\n",
                      "table b\nview v definition=from_b\n", RENAMES("a=b")),
               "rename table b, was a; alter view v: definition");
}

static void a_name_in_a_string_follows_its_sequence(void **state)
{
    assert_str(diffed(*state,
                      "sequence s1\ntable t\ncolumn t.a default=nextval('s1'::regclass) "
                      "> sequence s1\ncolumn t.b default='s1' > sequence s1\n",
                      "sequence s2\ntable t\ncolumn t.a default=nextval('s2'::regclass)\n"
                      "column t.b default='s3'\n",
                      RENAMES("s1=s2")),
               "rename sequence s2, was s1; alter column t.b: default");
}

static void the_old_name_may_be_given_to_something_new(void **state)
{
    assert_str(diffed(*state, "table t\ncolumn t.a type=int\n",
                      "table t\ncolumn t.b type=int\ncolumn t.a type=text\n", RENAMES("t.a=b")),
               "rename column t.b, was a; add column t.a");
}

static void names_can_be_swapped(void **state)
{
    assert_str(diffed(*state, "table t\ncolumn t.a type=int\ncolumn t.b type=text\n",
                      "table t\ncolumn t.a type=text\ncolumn t.b type=int\n",
                      RENAMES("t.a=b", "t.b=a")),
               "rename column t.a, was b; rename column t.b, was a");
}

static void a_rename_that_is_done_is_passed_over(void **state)
{
    assert_str(diffed(*state, people, people, RENAMES("users=people")), "");
    assert_str(diffed(*state, "enum mood labels=happy\n", "enum mood labels=happy\n",
                      RENAMES("mood.glad=happy")),
               "");
}

static void a_label_is_renamed_in_place(void **state)
{
    gm_arena *arena = *state;
    gm_diff diff = diff_in(arena, GM_POSTGRES,
                           "enum mood labels=sad,glad\ntable t\n"
                           "column t.m default='glad'::mood > enum mood\n",
                           "enum mood labels=sad,happy,wild\ntable t\n"
                           "column t.m default='happy'::mood\n",
                           RENAMES("mood.glad=happy"));
    assert_str(changes(arena, &diff), "alter enum mood: labels, label glad renamed to happy");
    diff = diff_in(arena, GM_POSTGRES, "enum mood labels=sad,glad\n",
                   "enum mood labels=sad,happy\n", RENAMES("mood.glad=happy"));
    assert_str(changes(arena, &diff), "alter enum mood: label glad renamed to happy");
}

static void what_speaks_of_a_name_that_another_column_has_now_changes(void **state)
{
    static const char before[] = "table t\ncolumn t.a type=a\ncolumn t.b type=text\n"
                                 "column t.g generated=b\nindex t.i columns=a\n"
                                 "index t.j columns=g\nview v definition=SELECT_a > table t\n";
    static const char after[] = "table t\ncolumn t.b type=a\ncolumn t.a type=text\n"
                                "column t.g generated=b\nindex t.i columns=a\n"
                                "index t.j columns=g\nview v definition=SELECT_a > table t\n";
    assert_str(diffed(*state, before, after, RENAMES("t.a=b", "t.b=a")),
               "alter view v: definition; rename column t.b, was a; rename column t.a, was b; "
               "alter column t.g: generated; alter index i of t: columns");
}

static void a_key_names_columns_of_two_tables(void **state)
{
    static const char before[] = "table p\ncolumn p.a type=int\ncolumn p.b type=int\ntable t\n"
                                 "column t.a type=int\ncolumn t.c type=int\n"
                                 "foreign_key t.k definition=(c)_REFERENCES_p(a) > table p\n"
                                 "foreign_key t.l columns=c references=p(a) > table p\n";
    static const char own[] = "table p\ncolumn p.a type=int\ncolumn p.b type=int\ntable t\n"
                              "column t.id type=int\ncolumn t.c type=int\n"
                              "foreign_key t.k definition=(c)_REFERENCES_p(a) > table p\n"
                              "foreign_key t.l columns=c references=p(a) > table p\n";
    assert_str(diffed(*state, before, own, RENAMES("t.a=id")), "rename column t.id, was a");
    assert_str(diffed(*state, before, before, RENAMES("p.a=b", "p.b=a")),
               "rename column p.a, was b; rename column p.b, was a; "
               "alter foreign key k of t: definition; alter foreign key l of t: references");
}

static void a_key_of_a_table_to_itself_names_its_columns_twice(void **state)
{
    static const char lines[] = "table t\ncolumn t.a type=int\ncolumn t.b type=int\n"
                                "column t.c type=int\n"
                                "foreign_key t.k definition=(c)_REFERENCES_t(a,_b) > column t.a\n"
                                "foreign_key t.l columns=c references=t(b) > column t.b\n";
    assert_str(diffed(*state, lines, lines, RENAMES("t.a=b", "t.b=a")),
               "rename column t.a, was b; rename column t.b, was a; "
               "alter foreign key k of t: definition; alter foreign key l of t: references");
    static const char other[] = "table t\ncolumn t.a type=int\ncolumn t.b type=int\n"
                                "column t.c type=int\n"
                                "foreign_key t.k definition=(c)_REFERENCES_t(b,_a) > column t.a\n"
                                "foreign_key t.l columns=c references=t(a) > column t.b\n";
    assert_str(diffed(*state, lines, other, RENAMES("t.a=b", "t.b=a")),
               "rename column t.a, was b; rename column t.b, was a");
}

static void a_key_is_not_taken_for_its_neighbour_with_a_column_of_one_name(void **state)
{
    static const char lines[] = "table p\ncolumn p.a type=int\ncolumn p.b type=int\ntable t\n"
                                "column t.a type=int\n"
                                "foreign_key t.k definition=(a)_REFERENCES_p(a) > table p\n";
    static const char other[] = "table p\ncolumn p.a type=int\ncolumn p.b type=int\ntable t\n"
                                "column t.b type=int\n"
                                "foreign_key t.k definition=(b)_REFERENCES_p(b) > table p\n";
    assert_str(diffed(*state, lines, other, RENAMES("t.a=b")),
               "rename column t.b, was a; alter foreign key k of t: definition");
}

static void a_name_that_moves_is_seen_beside_one_that_is_carried_along(void **state)
{
    static const char before[] = "table t\ncolumn t.a type=int\ncolumn t.b type=int\n"
                                 "column t.c type=int\nindex t.i columns=a,_c\n";
    static const char after[] = "table t\ncolumn t.a type=int\ncolumn t.b type=int\n"
                                "column t.d type=int\nindex t.i columns=a,_d\n";
    assert_str(diffed(*state, before, after, RENAMES("t.a=b", "t.b=a", "t.c=d")),
               "rename column t.a, was b; rename column t.b, was a; rename column t.d, was c; "
               "alter index i of t: columns");
}

static void the_renames_of_a_diff_lead_back(void **state)
{
    gm_arena *arena = *state;
    gm_err err = gm_err_new(arena);
    static const char before[] = "enum mood labels=sad,glad\ntable users\n"
                                 "column users.name type=text\nindex users.i columns=name\n";
    static const char after[] = "enum temper labels=sad,happy\ntable people\n"
                                "column people.title type=text\n"
                                "column people.name type=int\nindex people.j columns=title\n";
    gm_diff up =
        diff_in(arena, GM_POSTGRES, before, after,
                RENAMES("mood=temper", "temper.glad=happy", "users=people", "people.name=title"));
    gm_renames back = gm_diff_renames_back(arena, &up);
    gm_diff down;
    assert_ok(gm_schema_diff(arena, up.to, up.from, &back, &down, &err), &err);
    assert_str(changes(arena, &down),
               "drop column people.name; alter enum mood, was temper: label happy renamed to "
               "glad; rename table users, was people; rename column users.name, was title; "
               "rename index i of users, was j");
    /* What a model says may have been done long ago: then the other one is no rename's. */
    back.items[back.len - 2].path = GM_STR("models/a.yml");
    assert_int_equal(gm_schema_diff(arena, up.to, up.from, &back, &down, &err), GM_E_USAGE);
}

static gm_err refused(gm_arena *arena, const char *from, const char *to, gm_rename rename)
{
    gm_err err = gm_err_new(arena);
    gm_diff diff;
    gm_renames renames = {0};
    gm_vec_push(arena, &renames, rename);
    assert_int_equal(gm_schema_diff(arena, schema_of(arena, GM_POSTGRES, from),
                                    schema_of(arena, GM_POSTGRES, to), &renames, &diff, &err),
                     GM_E_USAGE);
    return err;
}

static void a_rename_of_nothing_is_refused_with_its_place(void **state)
{
    gm_arena *arena = *state;
    gm_rename rename = {.kind = GM_OBJECT_COLUMN,
                        .table = GM_STR("users"),
                        .from = GM_STR("nmae"),
                        .to = GM_STR("title"),
                        .path = GM_STR("models/a.yml"),
                        .line = 7};
    gm_err err = refused(arena, users, users, rename);
    assert_str(err.where, "models/a.yml:7");
    assert_str(err.text, "cannot rename users.nmae to title: neither schema has these names");
    rename.to = GM_STR("name");
    rename.from = GM_STR("id");
    rename.path = (gm_str){0};
    err = refused(arena, users, users, rename);
    assert_str(err.where, "--rename");
    assert_str(err.text, "cannot rename users.id to name: both names are there already");
    rename.to = GM_STR("title");
    assert_str(refused(arena, users, users, rename).text,
               "cannot rename users.id to title: the new schema has nothing of that name");
    rename.from = GM_STR("name");
    rename.to = GM_STR("id");
    assert_str(refused(arena, "table users\ncolumn users.x type=int\n", users, rename).text,
               "cannot rename users.name to id: the present schema has nothing of that name");
}

static void a_statement_in_a_table_that_is_all_new_is_moot(void **state)
{
    gm_arena *arena = *state;
    gm_err err = gm_err_new(arena);
    gm_diff diff;
    gm_renames renames = {0};
    gm_vec_push(arena, &renames,
                (gm_rename){.kind = GM_OBJECT_COLUMN,
                            .table = GM_STR("users"),
                            .from = GM_STR("title"),
                            .to = GM_STR("name"),
                            .path = GM_STR("models/a.yml")});
    assert_ok(gm_schema_diff(arena, schema_of(arena, GM_POSTGRES, "table a\n"),
                             schema_of(arena, GM_POSTGRES, users), &renames, &diff, &err),
              &err);
    assert_int_equal(diff.changes.items[1].kind, GM_CHANGE_ADD);
}

static void renames_are_read_from_the_command_line(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *text;
        const char *read; /* NULL: refused */
    } rows[] = {
        {"users=people", "[][] users people"},
        {"users.name=full_name", "[][users] name full_name"},
        {"users.name=users.full_name", "[][users] name full_name"},
        {"users.name=people.full_name", "[][people] name full_name"},
        {"app.users=app.people", "[][app] users people"},
        {"app.users.name=full_name", "[app][users] name full_name"},
        {"\"a.b\".\"c=\"\"d\"=e", "[][a.b] c=\"d e"},
        {"users", NULL},
        {"=people", NULL},
        {"users=", "[][] users "},
        {"app.users.name=", "[app][users] name "},
        {"users=a.b", NULL},
        {"a.b.c.d=e", NULL},
        {"\"users=people", NULL},
        {"users..name=x", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_rename r;
        gm_code code = gm_rename_parse(arena, gm_str_from(rows[i].text), &r, &err);
        if (!rows[i].read) {
            assert_int_equal(code, GM_E_USAGE);
            continue;
        }
        assert_ok(code, &err);
        assert_str(gm_str_printf(arena, "[%.*s][%.*s] %.*s %.*s", GM_ARG(r.schema), GM_ARG(r.table),
                                 GM_ARG(r.from), GM_ARG(r.to)),
                   rows[i].read);
    }
}

/* ---- likely renames ---- */

static gm_str likely(gm_arena *arena, const char *from, const char *to, const char *const *texts)
{
    gm_diff diff = diff_in(arena, GM_POSTGRES, from, to, texts);
    gm_renames found = gm_diff_likely_renames(arena, &diff);
    gm_strs lines = {0};
    GM_EACH (gm_rename, each, &found)
        gm_vec_push(arena, &lines,
                    gm_str_printf(arena, "%s %.*s%s%.*s=%.*s",
                                  each->label ? "label" : gm_object_word(each->kind),
                                  GM_ARG(each->table), each->table.len ? "." : "",
                                  GM_ARG(each->from), GM_ARG(each->to)));
    return gm_str_join(arena, &lines, GM_STR("; "));
}

static void a_like_column_is_a_likely_rename_and_another_type_is_none(void **state)
{
    assert_str(likely(*state, "table t\ncolumn t.a type=int\n", "table t\ncolumn t.b type=int\n",
                      no_renames),
               "column t.a=b");
    assert_str(likely(*state, "table t\ncolumn t.a type=int\n", "table t\ncolumn t.b type=text\n",
                      no_renames),
               "");
    assert_str(likely(*state, "table t\ncolumn t.a type=int\n", "table u\ncolumn u.b type=int\n",
                      no_renames),
               "");
}

static void a_table_with_most_columns_alike_is_a_likely_rename(void **state)
{
    assert_str(likely(*state, users, people, no_renames), "table users=people");
    assert_str(likely(*state, users, "table people\ncolumn people.id type=int\n", no_renames), "");
    assert_str(likely(*state, users, people, RENAMES("users=people")), "");
}

static void the_column_in_the_same_place_is_the_likelier_one(void **state)
{
    assert_str(likely(*state, "table t\ncolumn t.a type=int\ncolumn t.b type=int\n",
                      "table t\ncolumn t.y type=int\ncolumn t.x type=int\n", no_renames),
               "column t.a=y; column t.b=x");
}

static void a_label_in_the_place_of_another_is_a_likely_rename(void **state)
{
    assert_str(likely(*state, "enum m labels=a,b\n", "enum m labels=a,c\n", no_renames),
               "label m.b=c");
    assert_str(likely(*state, "enum m labels=a,b\n", "enum m labels=b,a\n", no_renames), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_schemas_have_no_changes),
        cmocka_unit_test(changes_are_drops_then_alters_then_adds),
        cmocka_unit_test(what_goes_along_with_its_table_is_marked),
        cmocka_unit_test(the_place_of_a_column_is_no_difference),
        cmocka_unit_test(a_constraint_of_another_name_is_the_same_one),
        cmocka_unit_test(a_constraint_keeps_to_its_name_before_its_definition),
        cmocka_unit_test(names_in_another_case_are_the_same_on_sqlite),
        cmocka_unit_test(a_stated_rename_takes_along_what_belongs_to_the_table),
        cmocka_unit_test(a_column_is_renamed_together_with_its_table),
        cmocka_unit_test(a_text_that_differs_in_renamed_names_only_is_no_change),
        cmocka_unit_test(a_view_is_compared_as_it_is),
        cmocka_unit_test(a_name_in_a_string_follows_its_sequence),
        cmocka_unit_test(the_old_name_may_be_given_to_something_new),
        cmocka_unit_test(names_can_be_swapped),
        cmocka_unit_test(a_rename_that_is_done_is_passed_over),
        cmocka_unit_test(a_label_is_renamed_in_place),
        cmocka_unit_test(what_speaks_of_a_name_that_another_column_has_now_changes),
        cmocka_unit_test(a_key_names_columns_of_two_tables),
        cmocka_unit_test(a_key_of_a_table_to_itself_names_its_columns_twice),
        cmocka_unit_test(a_key_is_not_taken_for_its_neighbour_with_a_column_of_one_name),
        cmocka_unit_test(a_name_that_moves_is_seen_beside_one_that_is_carried_along),
        cmocka_unit_test(the_renames_of_a_diff_lead_back),
        cmocka_unit_test(a_rename_of_nothing_is_refused_with_its_place),
        cmocka_unit_test(a_statement_in_a_table_that_is_all_new_is_moot),
        cmocka_unit_test(renames_are_read_from_the_command_line),
        cmocka_unit_test(a_like_column_is_a_likely_rename_and_another_type_is_none),
        cmocka_unit_test(a_table_with_most_columns_alike_is_a_likely_rename),
        cmocka_unit_test(the_column_in_the_same_place_is_the_likelier_one),
        cmocka_unit_test(a_label_in_the_place_of_another_is_a_likely_rename),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
