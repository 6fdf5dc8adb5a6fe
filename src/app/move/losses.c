/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/losses.h"

#include "runner/words.h"

enum { REASON_MAX = 60 };

typedef struct {
    gm_arena *arena;
    gm_db *db;
    const gm_run_step *step;
    gm_losses *losses;
} finder;

/* ---- what is told ---- */

/* Tokens of the statement alone are put together, so what is sent has the meaning that it has
 * there. */
static bool count(const finder *find, gm_str table, gm_str column, int64_t *rows)
{
    gm_err err = gm_err_new(find->arena);
    gm_rows found = {0};
    uint64_t number = 0;
    gm_str what = column.len ? column : GM_STR("*");
    gm_str sql =
        gm_str_printf(find->arena, "SELECT count(%.*s) FROM %.*s", GM_ARG(what), GM_ARG(table));
    if (gm_db_query(find->arena, find->db, gm_str_z(find->arena, sql), NULL, 0, &found, &err) !=
            GM_OK ||
        found.rows.len != 1 || !gm_str_u64(found.rows.items[0][0].text, &number))
        return false;
    *rows = (int64_t)number;
    return true;
}

static void add(finder *find, gm_str statement, gm_str table, gm_str column, bool at_most)
{
    gm_str line = gm_str_sub(statement, 0, gm_str_find(statement, '\n', 0));
    gm_loss loss = {.revision = find->step->revision->id,
                    .table = table,
                    .column = column,
                    .at_most = at_most,
                    .reason = gm_str_sub(line, 0, REASON_MAX)};
    GM_EACH (const gm_loss, known, find->losses)
        if (table.len && gm_str_eq_nocase(known->table, table) &&
            gm_str_eq_nocase(known->column, column) && known->at_most == at_most)
            return;
    if (table.len)
        loss.counted = count(find, table, column, &loss.rows);
    if (!loss.counted || loss.rows > 0)
        gm_vec_push(find->arena, find->losses, loss);
}

static void add_unknown(finder *find, gm_str statement)
{
    add(find, statement, (gm_str){0}, (gm_str){0}, false);
}

/* ---- names ---- */

static bool is_name(gm_str word)
{
    return word.len > 1 || (word.len == 1 && !strchr("().,;*=<>+-/%[]'\"`", word.ptr[0]));
}

/* "a", "a.b" or "a.b.c", from its first word on. */
static bool take_name(const finder *find, gm_words *words, gm_str word, gm_str *name)
{
    if (!is_name(word))
        return false;
    *name = word;
    for (;;) {
        gm_words ahead = *words;
        gm_str dot;
        if (!gm_words_next(&ahead, &dot) || !gm_str_is(dot, "."))
            return true;
        if (!gm_words_next(&ahead, &word) || !is_name(word))
            return false;
        *name = gm_str_printf(find->arena, "%.*s.%.*s", GM_ARG(*name), GM_ARG(word));
        *words = ahead;
    }
}

/* The name behind words that may stand before it. */
static bool take_name_behind(const finder *find, gm_words *words, const char *const *before,
                             gm_str *name)
{
    gm_str word;
    do {
        if (!gm_words_next(words, &word))
            return false;
    } while (gm_word_in(word, before));
    return take_name(find, words, word, name);
}

/* ---- tables that are built anew: SQLite ---- */

static gm_str bare(gm_str name)
{
    if (name.len > 1 && (name.ptr[0] == '"' || name.ptr[0] == '`'))
        return gm_str_sub(name, 1, name.len - 1);
    return name;
}

static bool same_name(gm_str a, gm_str b)
{
    return gm_str_eq_nocase(bare(a), bare(b));
}

/* "ALTER TABLE x RENAME TO table" -> x. */
static bool becomes(const finder *find, gm_str statement, gm_str table, gm_str *other)
{
    static const char *const before[] = {"alter", "table", NULL};
    gm_words words = gm_words_of(statement);
    gm_str word;
    return take_name_behind(find, &words, before, other) && gm_words_next(&words, &word) &&
           gm_word_is(word, "rename") && gm_words_next(&words, &word) && gm_word_is(word, "to") &&
           gm_words_next(&words, &word) && same_name(word, table);
}

static bool has_name(gm_str statement, gm_str name)
{
    gm_words words = gm_words_of(statement);
    gm_str word;
    while (gm_words_next(&words, &word))
        if (same_name(word, name))
            return true;
    return false;
}

/* The statement that makes `table` in this step; empty when there is none. */
static gm_str maker(const finder *find, gm_str table)
{
    static const char *const before[] = {"create", "table", "if", "not", "exists", NULL};
    GM_EACH (const gm_sql_statement, statement, &find->step->part.statements) {
        gm_words words = gm_words_of(statement->text);
        gm_str name;
        if (take_name_behind(find, &words, before, &name) && same_name(name, table))
            return statement->text;
    }
    return (gm_str){0};
}

/* Is `table` dropped here only to be followed by one that was filled from it? Then the columns that
 * the new one lacks are lost. */
static bool is_rebuilt(finder *find, const gm_sql_statement *drop, gm_str table)
{
    gm_str other = {0};
    gm_str made = {0};
    GM_EACH (const gm_sql_statement, statement, &find->step->part.statements)
        if (statement > drop && becomes(find, statement->text, table, &other))
            made = maker(find, other);
    if (!made.len || gm_db_dialect(find->db) != GM_SQLITE)
        return false;
    gm_err err = gm_err_new(find->arena);
    gm_rows columns = {0};
    gm_value parameter = {.text = bare(table)};
    if (gm_db_query(find->arena, find->db, "SELECT name FROM pragma_table_info($1)", &parameter, 1,
                    &columns, &err) != GM_OK)
        return false;
    GM_EACH (gm_value *, row, &columns.rows)
        if (!has_name(made, (*row)[0].text))
            add(find, drop->text, table, gm_db_quote_name(find->arena, (*row)[0].text), false);
    return true;
}

/* ---- statements ---- */

static const char *const before_table[] = {"table", "if", "exists", "only", NULL};

/* Names with commas between: of DROP TABLE and TRUNCATE. */
static void look_at_list(finder *find, const gm_sql_statement *statement, gm_words words)
{
    gm_str name, word;
    while (take_name_behind(find, &words, before_table, &name)) {
        if (!is_rebuilt(find, statement, name))
            add(find, statement->text, name, (gm_str){0}, false);
        if (!gm_words_next(&words, &word) || !gm_str_is(word, ","))
            return;
    }
    add_unknown(find, statement->text);
}

static void look_at_alter(finder *find, gm_str statement, gm_words words)
{
    static const char *const before_column[] = {"column", "if", "exists", NULL};
    static const char *const kept[] = {"constraint", "default",   "not",     "expression",
                                       "identity",   "attribute", "foreign", NULL};
    gm_str table, column, word;
    bool any = false;
    if (!take_name_behind(find, &words, before_table, &table)) {
        add_unknown(find, statement);
        return;
    }
    while (gm_words_next(&words, &word)) {
        gm_words ahead = words;
        if (!gm_word_is(word, "drop") || !gm_words_next(&ahead, &word) || gm_word_in(word, kept))
            continue;
        if (!take_name_behind(find, &words, before_column, &column))
            break;
        add(find, statement, table, column, false);
        any = true;
    }
    if (!any || gm_words_have(statement, "type"))
        add_unknown(find, statement);
}

static void look_at(finder *find, const gm_sql_statement *statement)
{
    static const char *const before_from[] = {"from", "only", NULL};
    gm_words words = gm_words_of(statement->text);
    gm_words behind = words;
    gm_str first = {0};
    gm_str second = {0};
    gm_str table;
    gm_words_next(&words, &first);
    behind = words;
    gm_words_next(&behind, &second);
    bool of_table = gm_word_is(second, "table");
    if ((gm_word_is(first, "drop") && of_table) || gm_word_is(first, "truncate"))
        look_at_list(find, statement, words);
    else if (gm_word_is(first, "alter") && of_table)
        look_at_alter(find, statement->text, words);
    else if ((gm_word_is(first, "delete") || gm_word_is(first, "update")) &&
             take_name_behind(find, &words, before_from, &table)) {
        /* SQLite's own, of tables that are built anew. */
        if (!gm_str_is(table, "sqlite_sequence"))
            add(find, statement->text, table, (gm_str){0}, true);
    } else
        add_unknown(find, statement->text);
}

void gm_losses_find(gm_arena *arena, gm_db *db, const gm_run_steps *steps, gm_losses *losses)
{
    if (db == NULL)
        return;
    GM_EACH (const gm_run_step, step, steps) {
        finder find = {arena, db, step, losses};
        if (step->part.direction != GM_DOWN || !step->part.loses_data)
            continue;
        GM_EACH (const gm_sql_statement, statement, &step->part.statements)
            if (!gm_statement_keeps_data(statement->text))
                look_at(&find, statement);
    }
}

gm_str gm_loss_words(gm_arena *arena, const gm_loss *loss)
{
    if (!loss->table.len)
        return gm_str_printf(arena, "what nobody has counted (%.*s)", GM_ARG(loss->reason));
    gm_str name = loss->column.len
                      ? gm_str_printf(arena, "%.*s.%.*s", GM_ARG(loss->table), GM_ARG(loss->column))
                      : loss->table;
    if (!loss->counted)
        return gm_str_printf(arena, "%.*s: what nobody could count (%.*s)", GM_ARG(name),
                             GM_ARG(loss->reason));
    const char *what = loss->column.len ? "value" : "row";
    gm_str number = gm_str_printf(arena, "%.*s: %lld %s%s", GM_ARG(name), (long long)loss->rows,
                                  what, loss->rows == 1 ? "" : "s");
    if (!loss->at_most)
        return number;
    return gm_str_printf(arena, "%.*s at most (%.*s)", GM_ARG(number), GM_ARG(loss->reason));
}
