/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fixture.h"

#include "arena_fixture.h"
#include "base/buf.h"

static gm_str shown(gm_arena *arena, const gm_objects *objects)
{
    gm_strs lines = {0};
    for (size_t i = 0; i < objects->len; i++)
        gm_vec_push(arena, &lines, gm_object_shown(arena, objects->items[i]));
    return gm_str_join(arena, &lines, GM_STR("; "));
}

static gm_str order_of(gm_arena *arena, const char *lines)
{
    gm_objects ordered = gm_schema_ordered(arena, schema_of(arena, GM_POSTGRES, lines));
    return shown(arena, &ordered);
}

/* ---- objects ---- */

static void properties_are_kept_by_name_and_an_empty_one_is_gone(void **state)
{
    gm_arena *arena = *state;
    gm_object object = {0};
    gm_object_set(arena, &object, "type", GM_STR("text"));
    gm_object_set(arena, &object, "default", GM_STR("1"));
    gm_object_set(arena, &object, "not null", GM_STR("true"));
    gm_object_set(arena, &object, "type", GM_STR("int"));
    assert_int_equal(object.properties.len, 3);
    assert_str(object.properties.items[0].name, "default");
    assert_str(object.properties.items[2].name, "type");
    assert_str(gm_object_get(&object, "type"), "int");
    gm_object_set(arena, &object, "not null", GM_STR(""));
    assert_false(gm_object_has(&object, "not null"));
    assert_str(gm_object_get(&object, "type"), "int");
    gm_object_set(arena, &object, "comment", GM_STR(""));
    assert_int_equal(object.properties.len, 2);
}

static void an_object_is_known_by_its_name_and_a_nameless_one_by_what_it_says(void **state)
{
    gm_arena *arena = *state;
    gm_schema *schema = schema_of(arena, GM_POSTGRES,
                                  "table users\n"
                                  "check users.- expression=a>0\n"
                                  "check users.- expression=a>1\n");
    gm_object again = {.kind = GM_OBJECT_TABLE, .name = GM_STR("users")};
    assert_false(gm_schema_add(schema, &again));
    gm_object check = {.kind = GM_OBJECT_CHECK, .table = GM_STR("users")};
    gm_object_set(arena, &check, "expression", GM_STR("a>1"));
    assert_false(gm_schema_add(schema, &check));
    gm_object other = {.kind = GM_OBJECT_CHECK, .table = GM_STR("users")};
    gm_object_set(arena, &other, "expression", GM_STR("a>2"));
    assert_true(gm_schema_add(schema, &other));
}

static void the_case_of_a_name_counts_on_postgres_and_not_on_sqlite(void **state)
{
    gm_arena *arena = *state;
    gm_schema *sqlite = schema_of(arena, GM_SQLITE, "table Users\ncolumn Users.Id\n");
    gm_schema *postgres = schema_of(arena, GM_POSTGRES, "table Users\ncolumn Users.Id\n");
    gm_str none = {0};
    assert_non_null(gm_schema_find(sqlite, GM_OBJECT_TABLE, none, none, GM_STR("USERS")));
    assert_null(gm_schema_find(postgres, GM_OBJECT_TABLE, none, none, GM_STR("USERS")));
    gm_object *column =
        gm_schema_find(sqlite, GM_OBJECT_COLUMN, none, GM_STR("users"), GM_STR("ID"));
    assert_non_null(column);
    assert_str(gm_schema_owner(sqlite, column)->name, "Users");
}

static void people_read_kind_name_and_table(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        gm_object object;
        const char *shown;
    } rows[] = {
        {{.kind = GM_OBJECT_TABLE, .schema = GM_STR_INIT("public"), .name = GM_STR_INIT("users")},
         "table users"},
        {{.kind = GM_OBJECT_TABLE, .schema = GM_STR_INIT("app"), .name = GM_STR_INIT("users")},
         "table app.users"},
        {{.kind = GM_OBJECT_COLUMN,
          .schema = GM_STR_INIT("app"),
          .table = GM_STR_INIT("users"),
          .name = GM_STR_INIT("email")},
         "column app.users.email"},
        {{.kind = GM_OBJECT_INDEX,
          .table = GM_STR_INIT("users"),
          .name = GM_STR_INIT("users_email_idx")},
         "index users_email_idx of users"},
        {{.kind = GM_OBJECT_CHECK, .schema = GM_STR_INIT("app"), .table = GM_STR_INIT("cards")},
         "check of app.cards"},
        {{.kind = GM_OBJECT_FUNCTION, .name = GM_STR_INIT("area(integer, integer)")},
         "function area(integer, integer)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_object_shown(arena, &rows[i].object), rows[i].shown);
}

/* ---- order ---- */

static void a_good_order_stays_as_it_is(void **state)
{
    assert_str(order_of(*state, "table b\ntable a\nview v > table a\nfunction f\n"),
               "function f; table a; table b; view v");
}

static void what_is_needed_comes_first(void **state)
{
    assert_str(order_of(*state, "view a > view c\nview b\nview c > view d\nview d\n"),
               "view b; view d; view c; view a");
}

static void a_circle_is_cut_at_a_foreign_key(void **state)
{
    assert_str(order_of(*state, "table a > foreign_key b.f\n"
                                "table b > table a\n"
                                "foreign_key b.f > table b\n"),
               "foreign key f of b; table a; table b");
}

static void a_circle_without_a_foreign_key_is_cut_at_its_last_object(void **state)
{
    assert_str(order_of(*state, "view a > view b\nview b > view c\nview c > view a\nview d\n"),
               "view d; view c; view b; view a");
}

static void a_need_of_a_cut_object_outside_the_circle_still_counts(void **state)
{
    assert_str(order_of(*state, "view c > view a > view z\nview a > view c\n"
                                "view z > view y\nview y > view z\n"),
               "view z; view c; view a; view y");
}

static void a_long_chain_is_no_trouble(void **state)
{
    gm_arena *arena = *state;
    enum { COUNT = 20000 };
    gm_schema *schema = gm_schema_new(arena, GM_POSTGRES);
    gm_object *before = NULL;
    for (int i = 0; i < COUNT; i++) {
        gm_object *view = gm_new(arena, gm_object);
        view->kind = GM_OBJECT_VIEW;
        view->name = gm_str_printf(arena, "v%05d", COUNT - i);
        gm_schema_add(schema, view);
        if (before)
            gm_object_need(arena, view, before);
        before = view;
    }
    gm_schema_sort(schema);
    gm_objects ordered = gm_schema_ordered(arena, schema);
    assert_int_equal(ordered.len, COUNT);
    assert_str(ordered.items[0]->name, "v20000");
    assert_str(ordered.items[COUNT - 1]->name, "v00001");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(properties_are_kept_by_name_and_an_empty_one_is_gone),
        cmocka_unit_test(an_object_is_known_by_its_name_and_a_nameless_one_by_what_it_says),
        cmocka_unit_test(the_case_of_a_name_counts_on_postgres_and_not_on_sqlite),
        cmocka_unit_test(people_read_kind_name_and_table),
        cmocka_unit_test(a_good_order_stays_as_it_is),
        cmocka_unit_test(what_is_needed_comes_first),
        cmocka_unit_test(a_circle_is_cut_at_a_foreign_key),
        cmocka_unit_test(a_circle_without_a_foreign_key_is_cut_at_its_last_object),
        cmocka_unit_test(a_need_of_a_cut_object_outside_the_circle_still_counts),
        cmocka_unit_test(a_long_chain_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
