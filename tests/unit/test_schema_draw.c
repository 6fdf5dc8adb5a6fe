/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fixture.h"

#include "arena_fixture.h"
#include "schema/draw.h"

static void both_engines_ways_to_write_a_key_are_read(void **state)
{
    static const struct {
        gm_dialect dialect;
        const char *lines;
    } cases[] = {
        {GM_SQLITE, "table users\n"
                    "column users.id type=integer not_null=true\n"
                    "primary_key users.users_pkey columns=id\n"
                    "table notes\n"
                    "column notes.id type=integer not_null=true\n"
                    "column notes.owner type=integer\n"
                    "primary_key notes.notes_pkey columns=id_COLLATE_nocase_DESC\n"
                    "foreign_key notes.notes_owner_fkey columns=OWNER references=users(id) > "
                    "table notes > table users\n"},
        {GM_POSTGRES, "table users\n"
                      "column users.id type=integer not_null=true\n"
                      "primary_key users.users_pkey definition=PRIMARY_KEY_(id)\n"
                      "table notes\n"
                      "column notes.id type=integer not_null=true\n"
                      "column notes.owner type=integer\n"
                      "primary_key notes.notes_pkey definition=PRIMARY_KEY_(id)\n"
                      "foreign_key notes.notes_owner_fkey "
                      "definition=FOREIGN_KEY_(owner)_REFERENCES_users(id) > "
                      "column notes.owner > column users.id\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_schema *schema = schema_of(*state, cases[i].dialect, cases[i].lines);
        assert_str(gm_schema_mermaid(*state, schema), "erDiagram\n"
                                                      "    notes {\n"
                                                      "        integer id PK\n"
                                                      "        integer owner FK\n"
                                                      "    }\n"
                                                      "    users {\n"
                                                      "        integer id PK\n"
                                                      "    }\n"
                                                      "    notes }o--o| users : "
                                                      "\"notes_owner_fkey\"\n");
        assert_str(gm_schema_dot(*state, schema),
                   "digraph schema {\n"
                   "    rankdir=LR;\n"
                   "    node [shape=record];\n"
                   "    \"notes\" [label=\"{notes|id integer\\lowner integer null\\l}\"];\n"
                   "    \"users\" [label=\"{users|id integer\\l}\"];\n"
                   "    \"notes\" -> \"users\" [label=\"notes_owner_fkey\"];\n"
                   "}\n");
    }
}

static void a_key_of_its_own_columns_makes_one_row_at_most(void **state)
{
    gm_schema *schema =
        schema_of(*state, GM_POSTGRES,
                  "table a\n"
                  "column a.x type=integer not_null=true\n"
                  "column a.y type=integer not_null=true\n"
                  "unique_constraint a.a_key definition=UNIQUE_(x,_y)\n"
                  "foreign_key a.both definition=FOREIGN_KEY_(x,_y)_REFERENCES_a(x,_y) > table a\n"
                  "foreign_key a.one definition=FOREIGN_KEY_(x)_REFERENCES_a(y) > table a\n");
    gm_str text = gm_schema_mermaid(*state, schema);
    assert_true(gm_str_search(text, GM_STR("    a |o--|| a : \"both\"\n")) < text.len);
    assert_true(gm_str_search(text, GM_STR("    a }o--|| a : \"one\"\n")) < text.len);
}

static void odd_names_stay_in_their_place(void **state)
{
    gm_arena *arena = *state;
    gm_schema *schema = gm_schema_new(arena, GM_POSTGRES);
    gm_object table = {.kind = GM_OBJECT_TABLE, .schema = GM_STR("app"), .name = GM_STR("a\"|\\b")};
    gm_object column = {.kind = GM_OBJECT_COLUMN,
                        .schema = GM_STR("app"),
                        .table = table.name,
                        .name = GM_STR("1, \"x\" )"),
                        .position = 1};
    gm_object key = {.kind = GM_OBJECT_PRIMARY_KEY,
                     .schema = GM_STR("app"),
                     .table = table.name,
                     .name = GM_STR("k")};
    gm_object_set(arena, &column, "type", GM_STR("numeric(10,2)"));
    gm_object_set(arena, &key, "definition", GM_STR("PRIMARY KEY (\"1, \"\"x\"\" )\")"));
    assert_true(gm_schema_add(schema, &table));
    assert_true(gm_schema_add(schema, &column));
    assert_true(gm_schema_add(schema, &key));
    gm_schema_sort(schema);
    assert_str(gm_schema_mermaid(arena, schema), "erDiagram\n"
                                                 "    \"app.a'|\\b\" {\n"
                                                 "        numeric(10_2) _1___x___ PK \"1, 'x' )\"\n"
                                                 "    }\n");
    assert_str(gm_schema_dot(arena, schema),
               "digraph schema {\n"
               "    rankdir=LR;\n"
               "    node [shape=record];\n"
               "    \"app.a\\\"|\\\\b\" [label=\"{app.a\\\"\\|\\\\b|1, \\\"x\\\" ) numeric(10,2) "
               "null\\l}\"];\n"
               "}\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_engines_ways_to_write_a_key_are_read),
        cmocka_unit_test(a_key_of_its_own_columns_makes_one_row_at_most),
        cmocka_unit_test(odd_names_stay_in_their_place),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
