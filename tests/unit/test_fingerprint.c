/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fingerprint under mutation: whatever the models say of the schema changes it, whatever they
 * say otherwise does not.
 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "lang/sql_scan.h"
#include "models/models.h"

/* False where the models cannot be read. */
static bool fingerprint(gm_arena *arena, gm_dialect dialect, const char *path, gm_str text,
                        uint64_t *value)
{
    gm_model_files files = {0};
    gm_models models;
    gm_err err = gm_err_new(arena);
    gm_vec_push(arena, &files, (gm_model_file){gm_str_from(path), text});
    if (gm_models_read(arena, &files, dialect, &models, &err) != GM_OK)
        return false;
    *value = models.fingerprint;
    return true;
}

/* ---- YAML: what one edit changes, and for which dialect ---- */

static const char *const notes =
    "schemas: [app]\n"
    "enums:\n"
    "  mood: [glad, sad]\n"
    "tables:\n"
    "  users:\n"
    "    description: people\n"
    "    comment: who learns\n"
    "    columns:\n"
    "      id: {type: bigint, identity: true}\n"
    "      email: {type: varchar(80), default: \"''\"}\n"
    "      mood: {type: mood, nullable: true}\n"
    "      tags: {type: {sqlite: TEXT, postgres: \"text[]\"}}\n"
    "      first: {type: text, generated: \"substr(email, 1, 1)\"}\n"
    "    primary_key: [id]\n"
    "    unique:\n"
    "      users_email_key: [email]\n"
    "    indexes:\n"
    "      users_lower_idx: {keys: [lower(email)], unique: true, where: id > 0}\n"
    "    checks:\n"
    "      users_lite_check: {sqlite: tags <> ''}\n"
    "  notes:\n"
    "    columns:\n"
    "      user_id: {type: bigint}\n"
    "    foreign_keys:\n"
    "      notes_user_id_fkey: {columns: user_id, references: {table: users, columns: id}, "
    "on_delete: set null, deferrable: true}\n"
    "    options: {sqlite: STRICT, postgres: WITH (fillfactor=70)}\n"
    "views:\n"
    "  readers: SELECT id FROM users\n";

enum { NONE = 0, LITE = 1 << GM_SQLITE, PG = 1 << GM_POSTGRES, BOTH = LITE | PG };

static const struct {
    const char *from;
    const char *to;
    int changes;
} edits[] = {
    {"schemas: [app]", "schemas: [app, more]", PG},
    {"mood: [glad, sad]", "mood: [sad, glad]", BOTH},
    {"mood: [glad, sad]", "mood: [glad, sad, meh]", BOTH},
    {"mood: [glad, sad]", "mood: [glad, bad]", BOTH},
    {"who learns", "who reads", PG},
    {"    comment: who learns\n", "", PG},
    {"bigint, identity: true", "integer, identity: true", PG},
    {"identity: true", "identity: always", PG},
    {"varchar(80)", "varchar(81)", BOTH},
    {"varchar(80)", "text", BOTH},
    {"default: \"''\"", "default: \"'a'\"", BOTH},
    {", default: \"''\"", "", BOTH},
    {"nullable: true", "nullable: false", BOTH},
    {"sqlite: TEXT", "sqlite: BLOB", LITE},
    {"text[]", "int[]", PG},
    {"substr(email, 1, 1)", "substr(email, 1, 2)", BOTH},
    {"      first:", "      initial:", BOTH},
    {"    primary_key: [id]\n", "", BOTH},
    {"primary_key: [id]", "primary_key: [id, email]", BOTH},
    {"primary_key: [id]", "primary_key: {name: pk, columns: [id]}", BOTH},
    {"users_email_key: [email]", "users_mail_key: [email]", BOTH},
    {"users_email_key: [email]", "users_email_key: [email, id]", BOTH},
    {"users_lower_idx", "users_upper_idx", BOTH},
    {"lower(email)", "upper(email)", BOTH},
    {"unique: true", "unique: false", BOTH},
    {"where: id > 0", "where: id > 1", BOTH},
    {", where: id > 0", "", BOTH},
    {"tags <> ''", "tags <> 'a'", LITE},
    {"users_lite_check:", "lite_check:", LITE},
    {"columns: user_id", "columns: [user_id, id]", BOTH},
    {"table: users", "table: persons", BOTH},
    {"on_delete: set null", "on_delete: cascade", BOTH},
    {"deferrable: true", "deferrable: initially deferred", BOTH},
    {", deferrable: true", "", BOTH},
    {"sqlite: STRICT", "sqlite: WITHOUT ROWID", LITE},
    {"fillfactor=70", "fillfactor=80", PG},
    {"SELECT id FROM", "SELECT email FROM", BOTH},
    {"  readers:", "  people:", BOTH},

    {"description: people", "description: folk", NONE},
    {"    description: people\n", "", NONE},
    {"    description: people\n", "    x-note: [1, 2]\n", NONE},
    {"    description: people\n", "    renamed_from: persons\n", NONE},
    {"  users:\n", "  # what comes\n\n  users:\n", NONE},
    {"type: bigint, identity: true", "identity: true, type: bigint", NONE},
    {"{type: bigint}\n", "\n        type: bigint\n", NONE},
    {"primary_key: [id]", "primary_key: {columns: [id], name: users_pkey}", NONE},
    {"users_email_key: [email]", "users_email_key: {columns: [email]}", NONE},
    {"columns: user_id", "columns: [user_id]", NONE},
    {"{type: varchar(80), default", "{type: VARCHAR(80), default", NONE},
    {"where: id > 0", "where: \"ID  >  0\"", NONE},
    {"SELECT id FROM users", "select  ID from /* all */ users", NONE},
    {"      email: {type: varchar(80), default: \"''\"}\n      mood: {type: mood, nullable: "
     "true}\n",
     "      mood: {type: mood, nullable: true}\n      email: {type: varchar(80), default: "
     "\"''\"}\n",
     NONE},
};

static gm_str edited(gm_arena *arena, gm_str text, const char *from, const char *to)
{
    gm_str old = gm_str_from(from);
    size_t at = gm_str_search(text, old);
    if (at == text.len)
        fail_msg("the model has no: %s", from);
    return gm_str_printf(arena, "%.*s%s%.*s", GM_ARG(gm_str_sub(text, 0, at)), to,
                         GM_ARG(gm_str_sub(text, at + old.len, text.len)));
}

static void an_edit_of_yaml_changes_it_where_the_schema_changes(void **state)
{
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        gm_str text = edited(arena, gm_str_from(notes), edits[i].from, edits[i].to);
        for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
            uint64_t before = 0;
            uint64_t after = 0;
            assert_true(
                fingerprint(arena, (gm_dialect)dialect, "m.yml", gm_str_from(notes), &before));
            if (!fingerprint(arena, (gm_dialect)dialect, "m.yml", text, &after))
                fail_msg("%s: cannot be read", edits[i].to);
            if ((before != after) != ((edits[i].changes >> dialect & 1) == 1))
                fail_msg("%s -> %s: %s for %s", edits[i].from, edits[i].to,
                         before == after ? "no change" : "a change",
                         gm_dialect_name((gm_dialect)dialect));
        }
    }
}

/* ---- SQL: every token of a text ---- */

static const char *const ddl =
    "CREATE TYPE mood AS ENUM ('glad', 'sad');\n"
    "CREATE TABLE users (id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,\n"
    "  \"E-Mail\" varchar(80) DEFAULT 'a''b' COLLATE nocase, score numeric(10, 2) DEFAULT 1.5,\n"
    "  CONSTRAINT users_pkey PRIMARY KEY (id),\n"
    "  CONSTRAINT score_check CHECK (score >= 0 AND score <> 7)) WITH (fillfactor=70);\n"
    "CREATE UNIQUE INDEX users_idx ON users (lower(\"E-Mail\") DESC) WHERE score > 1;\n"
    "CREATE VIEW good AS SELECT id, $$a;b$$ AS word FROM users WHERE score > 5;\n"
    "COMMENT ON TABLE users IS 'people';\n";

/* Where one more letter makes another token of it. */
static size_t place_in(const gm_token *token)
{
    if (token->kind == GM_TOKEN_WORD || token->kind == GM_TOKEN_NUMBER)
        return token->text.len;
    return gm_str_starts(token->text, GM_STR("$$")) ? 2 : 1;
}

static gm_str with(gm_arena *arena, gm_str text, size_t at, const char *more)
{
    return gm_str_printf(arena, "%.*s%s%.*s", GM_ARG(gm_str_sub(text, 0, at)), more,
                         GM_ARG(gm_str_sub(text, at, text.len)));
}

static gm_str shouted(gm_arena *arena, gm_str text, const gm_token *token)
{
    size_t at = (size_t)(token->text.ptr - text.ptr);
    char *copy = gm_arena_alloc(arena, text.len);
    memcpy(copy, text.ptr, text.len);
    for (size_t i = at; i < at + token->text.len; i++)
        if (copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    return gm_str_of(copy, text.len);
}

static void expect(gm_arena *arena, gm_dialect dialect, gm_str text, bool same)
{
    uint64_t before = 0;
    uint64_t after = 0;
    assert_true(fingerprint(arena, dialect, "m.sql", gm_str_from(ddl), &before));
    bool read = fingerprint(arena, dialect, "m.sql", text, &after);
    if (same ? !read || before != after : read && before == after)
        fail_msg("%s:\n%.*s", same ? "a change" : "no change", GM_ARG(text));
}

static void every_token_of_sql_counts_and_nothing_between_them_does(void **state)
{
    static const char *const between[] = {" ", "\n\t", " /* a ; b */ ", " -- a ; b\n"};
    gm_arena *arena = *state;
    gm_str text = gm_str_from(ddl);
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
        gm_scanner scanner = {.dialect = (gm_dialect)dialect, .text = text, .line = 1};
        size_t tokens = 0;
        for (gm_token token = gm_scan_next(&scanner); token.kind != GM_TOKEN_END;
             token = gm_scan_next(&scanner)) {
            size_t at = (size_t)(token.text.ptr - text.ptr);
            tokens++;
            for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
                expect(arena, (gm_dialect)dialect, with(arena, text, at, between[i]), true);
            if (token.kind == GM_TOKEN_WORD)
                expect(arena, (gm_dialect)dialect, shouted(arena, text, &token), true);
            if (token.kind != GM_TOKEN_MARK)
                expect(arena, (gm_dialect)dialect, with(arena, text, at + place_in(&token), "7"),
                       false);
        }
        assert_true(tokens > 100);
    }
}

/* Statements and the clauses of a table may stand in any order; each of them counts. */
static void the_order_of_statements_says_nothing_and_each_says_something(void **state)
{
    static const char *const statements[] = {
        "CREATE TABLE a (x int, y int);", "CREATE TABLE b (x int);", "CREATE INDEX i ON a (x);",
        "CREATE VIEW v AS SELECT 1;", "COMMENT ON TABLE a IS 'a';"};
    enum { COUNT = sizeof(statements) / sizeof(statements[0]) };
    gm_arena *arena = *state;
    uint64_t whole = 0;
    for (size_t first = 0; first < COUNT; first++) {
        gm_str text = GM_STR("");
        uint64_t value = 0;
        for (size_t i = 1; i < COUNT; i++)
            text = gm_str_printf(arena, "%.*s%s\n", GM_ARG(text), statements[(first + i) % COUNT]);
        assert_true(fingerprint(arena, GM_POSTGRES, "m.sql", text, &value));
        uint64_t less = value;
        text = gm_str_printf(arena, "%.*s%s\n", GM_ARG(text), statements[first]);
        assert_true(fingerprint(arena, GM_POSTGRES, "m.sql", text, &value));
        assert_int_not_equal(value, less);
        if (first)
            assert_int_equal(value, whole);
        whole = value;
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edit_of_yaml_changes_it_where_the_schema_changes),
        cmocka_unit_test(every_token_of_sql_counts_and_nothing_between_them_does),
        cmocka_unit_test(the_order_of_statements_says_nothing_and_each_says_something),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
