/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "base/file.h"
#include "models/models.h"

typedef struct {
    gm_arena *arena;
    gm_err err;
} fixture;

static int setup(void **state)
{
    fixture *f = test_calloc(1, sizeof(*f));
    f->arena = gm_arena_new();
    f->err = gm_err_new(f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    gm_arena_free(f->arena);
    test_free(f);
    return 0;
}

static gm_code read_file(fixture *f, gm_dialect dialect, const char *path, const char *text,
                         gm_models *models)
{
    gm_model_files files = {0};
    gm_vec_push(f->arena, &files, (gm_model_file){gm_str_from(path), gm_str_from(text)});
    return gm_models_read(f->arena, &files, dialect, models, &f->err);
}

static gm_models models_of(fixture *f, gm_dialect dialect, const char *path, const char *text)
{
    gm_models models = {0};
    assert_ok(read_file(f, dialect, path, text, &models), &f->err);
    return models;
}

static gm_models yaml(fixture *f, gm_dialect dialect, const char *text)
{
    return models_of(f, dialect, "m.yml", text);
}

static gm_models sql(fixture *f, const char *text)
{
    return models_of(f, GM_POSTGRES, "m.sql", text);
}

static gm_str statements(fixture *f, const gm_models *models)
{
    gm_buf buf = gm_buf_new(f->arena, SIZE_MAX);
    GM_EACH (gm_model_statement, statement, &models->statements)
        gm_buf_printf(&buf, "%.*s;\n", GM_ARG(statement->sql));
    return gm_buf_str(&buf);
}

static gm_str facts(fixture *f, const gm_models *models)
{
    gm_buf buf = gm_buf_new(f->arena, SIZE_MAX);
    GM_EACH (gm_fact, fact, &models->facts)
        gm_buf_printf(&buf, "%zu %.*s | %.*s\n", fact->line, GM_ARG(fact->object),
                      GM_ARG(fact->text));
    return gm_buf_str(&buf);
}

static void fails(fixture *f, const char *path, const char *text, const char *where,
                  const char *message)
{
    gm_models models;
    gm_err_clear(&f->err);
    assert_int_equal(read_file(f, GM_SQLITE, path, text, &models), GM_E_MODELS);
    assert_str(f->err.where, where);
    assert_str(f->err.text, message);
}

static const char *const notes = "enums:\n"
                                 "  mood: [glad, sad]\n"
                                 "tables:\n"
                                 "  users:\n"
                                 "    description: people\n"
                                 "    columns:\n"
                                 "      id: {type: bigint, identity: true}\n"
                                 "      email: {type: varchar(80), default: \"''\"}\n"
                                 "      mood: {type: mood, nullable: true}\n"
                                 "      tags: {type: {sqlite: TEXT, postgres: \"text[]\"}}\n"
                                 "      big: {type: bytes, comment: its picture}\n"
                                 "    primary_key: [id]\n"
                                 "    unique:\n"
                                 "      users_email_key: [email]\n"
                                 "    indexes:\n"
                                 "      users_lower_idx: {keys: [lower(email)], unique: true, "
                                 "where: id > 0}\n"
                                 "    checks:\n"
                                 "      users_lite_check: {sqlite: big IS NOT NULL}\n"
                                 "  notes:\n"
                                 "    columns:\n"
                                 "      user_id: {type: bigint}\n"
                                 "    foreign_keys:\n"
                                 "      notes_user_id_fkey: {columns: user_id, references: "
                                 "{table: users, columns: id}, on_delete: set null, deferrable: "
                                 "true}\n";

static void one_model_serves_sqlite(void **state)
{
    fixture *f = *state;
    gm_models models = yaml(f, GM_SQLITE, notes);
    assert_str(statements(f, &models),
               "CREATE TABLE users (\n"
               "    id INTEGER NOT NULL,\n"
               "    email VARCHAR(80) NOT NULL DEFAULT '',\n"
               "    mood TEXT,\n"
               "    tags TEXT NOT NULL,\n"
               "    big BLOB NOT NULL,\n"
               "    CONSTRAINT users_pkey PRIMARY KEY (id),\n"
               "    CONSTRAINT users_email_key UNIQUE (email),\n"
               "    CONSTRAINT users_lite_check CHECK (big IS NOT NULL),\n"
               "    CONSTRAINT users_mood_check CHECK (mood IN ('glad', 'sad'))\n"
               ");\n"
               "CREATE UNIQUE INDEX users_lower_idx ON users (lower(email)) WHERE id > 0;\n"
               "CREATE TABLE notes (\n"
               "    user_id INTEGER NOT NULL,\n"
               "    CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON "
               "DELETE SET NULL DEFERRABLE\n"
               ");\n");
}

static void the_same_model_serves_postgres(void **state)
{
    fixture *f = *state;
    gm_models models = yaml(f, GM_POSTGRES, notes);
    assert_str(statements(f, &models),
               "CREATE TYPE mood AS ENUM ('glad', 'sad');\n"
               "CREATE TABLE users (\n"
               "    id BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL,\n"
               "    email VARCHAR(80) NOT NULL DEFAULT '',\n"
               "    mood mood,\n"
               "    tags text[] NOT NULL,\n"
               "    big BYTEA NOT NULL,\n"
               "    CONSTRAINT users_pkey PRIMARY KEY (id),\n"
               "    CONSTRAINT users_email_key UNIQUE (email)\n"
               ");\n"
               "CREATE UNIQUE INDEX users_lower_idx ON users (lower(email)) WHERE id > 0;\n"
               "COMMENT ON COLUMN users.big IS 'its picture';\n"
               "CREATE TABLE notes (\n"
               "    user_id BIGINT NOT NULL\n"
               ");\n"
               "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) "
               "REFERENCES users (id) ON DELETE SET NULL DEFERRABLE;\n");
}

/* Golden: these texts and their sum are in the files of every project. */
static void facts_are_frozen(void **state)
{
    fixture *f = *state;
    gm_models models = yaml(f, GM_SQLITE, notes);
    assert_str(
        facts(f, &models),
        "16 index users_lower_idx | create unique index users_lower_idx on users ( lower ( email ) "
        ") where id > 0\n"
        "19 table notes | table notes: \n"
        "23 constraint notes_user_id_fkey of notes | table notes: constraint notes_user_id_fkey "
        "foreign key ( user_id ) references users ( id ) on delete set null deferrable\n"
        "21 column user_id of notes | table notes: user_id integer not null\n"
        "4 table users | table users: \n"
        "11 column big of users | table users: big blob not null\n"
        "14 constraint users_email_key of users | table users: constraint users_email_key unique ( "
        "email )\n"
        "18 constraint users_lite_check of users | table users: constraint users_lite_check check "
        "( big is not null )\n"
        "9 constraint users_mood_check of users | table users: constraint users_mood_check check ( "
        "mood in ( 'glad' , 'sad' ) )\n"
        "12 constraint users_pkey of users | table users: constraint users_pkey primary key ( id "
        ")\n"
        "8 column email of users | table users: email varchar ( 80 ) not null default ''\n"
        "7 column id of users | table users: id integer not null\n"
        "9 column mood of users | table users: mood text\n"
        "10 column tags of users | table users: tags text not null\n");
    assert_int_equal(models.fingerprint, 0x4a976ec4bbb0d332);
}

static void layout_comments_and_order_change_no_fingerprint(void **state)
{
    fixture *f = *state;
    gm_models a = sql(f, "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL);\n"
                         "CREATE INDEX i ON t (name);");
    gm_models b = sql(f, "-- what it is\ncreate index I on \"t\"\n(name);\n"
                         "CREATE TABLE public.t (\n  name TEXT NOT NULL, -- the name\n"
                         "  /* key */ id INT\n primary key\n);\n");
    assert_int_equal(a.fingerprint, b.fingerprint);
    assert_int_equal(a.facts.len, 4);
}

static void each_change_changes_the_fingerprint(void **state)
{
    fixture *f = *state;
    static const char *const others[] = {
        "CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE t (id int PRIMARY KEY, name text)",
        "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, more text)",
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE TABLE u (id int PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE t (id int PRIMARY KEY, \"Name\" text NOT NULL)",
        "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL DEFAULT 'a')",
        "CREATE UNLOGGED TABLE t (id int PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL) WITH (fillfactor=70)",
        "CREATE TABLE app.t (id int PRIMARY KEY, name text NOT NULL)",
    };
    uint64_t first = sql(f, "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL)").fingerprint;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_not_equal(sql(f, others[i]).fingerprint, first);
}

static void independent_changes_add_up(void **state)
{
    fixture *f = *state;
    uint64_t base = sql(f, "CREATE TABLE t (id int)").fingerprint;
    uint64_t one = sql(f, "CREATE TABLE t (id int, a text)").fingerprint;
    uint64_t two = sql(f, "CREATE TABLE t (id int, b text)").fingerprint;
    uint64_t both = sql(f, "CREATE TABLE t (id int, b text, a text)").fingerprint;
    assert_int_equal(base + (one - base) + (two - base), both);
}

static void what_pg_dump_writes_around_a_schema_says_nothing(void **state)
{
    fixture *f = *state;
    gm_models plain = sql(f, "CREATE TABLE t (id int);");
    gm_models dump = sql(f, "\\restrict abc\nSET statement_timeout = 0;\n"
                            "SELECT pg_catalog.set_config('search_path', '', false);\n"
                            "CREATE TABLE public.t (id int);\n"
                            "ALTER TABLE public.t OWNER TO somebody;\n"
                            "GRANT SELECT ON TABLE public.t TO PUBLIC;\n\\unrestrict abc\n");
    assert_int_equal(plain.fingerprint, dump.fingerprint);
    assert_int_equal(dump.statements.len, 3);
}

static void renames_are_read_where_they_stand(void **state)
{
    fixture *f = *state;
    gm_models models = sql(f, "-- renamed from: people\n"
                              "CREATE TABLE users (\n"
                              "    id int,\n"
                              "    -- renamed from: name\n"
                              "    full_name text,\n"
                              "    mail text -- renamed from: \"E-Mail\"\n"
                              ");\n"
                              "CREATE TYPE mood AS ENUM ('glad', -- renamed from: 'happy'\n"
                              "  'sad');\n"
                              "CREATE INDEX new_idx ON users (mail); -- renamed from: old_idx\n");
    gm_buf buf = gm_buf_new(f->arena, SIZE_MAX);
    GM_EACH (gm_rename, rename, &models.renames)
        gm_buf_printf(&buf, "%s%s %.*s: %.*s > %.*s at %zu\n", gm_object_word(rename->kind),
                      rename->label ? " label" : "", GM_ARG(rename->table), GM_ARG(rename->from),
                      GM_ARG(rename->to), rename->line);
    assert_str(gm_buf_str(&buf), "table : people > users at 1\n"
                                 "column users: name > full_name at 4\n"
                                 "column users: E-Mail > mail at 6\n"
                                 "enum label mood: happy > glad at 8\n"
                                 "index users: old_idx > new_idx at 10\n");
}

static void a_file_may_serve_one_dialect(void **state)
{
    fixture *f = *state;
    const char *text = "CREATE TABLE t (id int);";
    assert_int_equal(models_of(f, GM_SQLITE, "a.sqlite.sql", text).facts.len, 2);
    assert_int_equal(models_of(f, GM_POSTGRES, "a.sqlite.sql", text).facts.len, 0);
    assert_int_equal(models_of(f, GM_POSTGRES, "a.postgres.sql", text).files, 1);
    assert_int_equal(models_of(f, GM_SQLITE, "a.v2.sql", text).files, 1);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    fixture *f = *state;
    fails(f, "m.yml", "tables:\n  t:\n    columns:\n      a: {type: txt}\n", "m.yml:4:17",
          "unknown type 'txt'");
    assert_str(f->err.hint, "Did you mean 'text'?");
    fails(f, "m.yml", "tables:\n  t:\n    columns:\n      a: {typ: text}\n", "m.yml:4:11",
          "unknown key 'typ' of a column");
    fails(f, "m.yml", "tables:\n  t:\n    columns: [a]\n", "m.yml:3:14",
          "a table has columns: a mapping of their names");
    fails(f, "m.yml", "tables: {\n", "m.yml:2:1",
          "not YAML: did not find expected node content (while parsing a flow node)");
}

static void a_table_that_two_places_define_is_refused(void **state)
{
    fixture *f = *state;
    fails(f, "m.sql", "CREATE TABLE t (a int);\n\nCREATE TABLE T (b int);", "m.sql:3",
          "table t is defined twice");
    assert_str(f->err.hint, "It is defined at m.sql:1 as well; keep one of the two.");
    fails(f, "m.sql", "INSERT INTO t VALUES (1)", "m.sql:1", "insert has no place in a model");
    fails(f, "m.sql", "CREATE TABLE t (a int, a text);", "m.sql:1", "column a of t is there twice");
    fails(f, "m.sql", "CREATE TABLE t (a int)\n-- renamed from: x\n", "m.sql:2",
          "nothing here is renamed from x");
}

static void fingerprints_are_written_and_read(void **state)
{
    fixture *f = *state;
    uint64_t values[GM_DIALECT_COUNT] = {0x4f1c0d9be6a2117c, 0x1};
    bool given[GM_DIALECT_COUNT] = {true, true};
    gm_str text = gm_fingerprint_text(f->arena, values, given);
    assert_str(text, "{sqlite: 4f1c0d9be6a2117c, postgres: 0000000000000001}");
    uint64_t read[GM_DIALECT_COUNT];
    assert_true(gm_fingerprint_parse(text, read, given));
    assert_memory_equal(read, values, sizeof(values));
    assert_true(gm_fingerprint_parse(GM_STR("{postgres: 00000000000000ff}"), read, given));
    assert_false(given[GM_SQLITE]);
    assert_int_equal(read[GM_POSTGRES], 0xff);
    assert_false(gm_fingerprint_parse(GM_STR("{postgres: ff}"), read, given));
    assert_false(gm_fingerprint_parse(GM_STR("{mysql: 00000000000000ff}"), read, given));
    given[GM_SQLITE] = given[GM_POSTGRES] = false;
    assert_str(gm_fingerprint_text(f->arena, values, given), "");
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(one_model_serves_sqlite),
        test(the_same_model_serves_postgres),
        test(facts_are_frozen),
        test(layout_comments_and_order_change_no_fingerprint),
        test(each_change_changes_the_fingerprint),
        test(independent_changes_add_up),
        test(what_pg_dump_writes_around_a_schema_says_nothing),
        test(renames_are_read_where_they_stand),
        test(a_file_may_serve_one_dialect),
        test(what_is_wrong_is_told_with_its_place),
        test(a_table_that_two_places_define_is_refused),
        test(fingerprints_are_written_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
