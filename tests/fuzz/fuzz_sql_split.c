/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as SQL of the dialect that the first byte names: splitting one statement again must
 * give that statement. */
#include "fuzz.h"

#include "lang/sql.h"

static void check_statement(gm_dialect dialect, const gm_sql_statement *statement)
{
    /* A mark before the statement is dropped at the begin of a text only. */
    if (gm_str_starts(statement->text, GM_STR("\xef\xbb\xbf")) ||
        (statement->flags & GM_SQL_COPY_IN))
        return;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_sql_statements again = {0};
    MUST(gm_sql_split(arena, dialect, GM_STR("f"), statement->line, statement->text, &again,
                      &err) == GM_OK);
    MUST(again.len == 1);
    MUST(gm_str_eq(again.items[0].text, statement->text));
    MUST(again.items[0].flags == statement->flags && again.items[0].line == statement->line);
    gm_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    gm_dialect dialect = data[0] & 1 ? GM_POSTGRES : GM_SQLITE;
    gm_str text = gm_str_of(data + 1, size - 1);
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_sql_statements statements = {0};
    gm_code code = gm_sql_split(arena, dialect, GM_STR("f"), 1, text, &statements, &err);
    MUST(code == err.code);
    if (code != GM_OK) {
        MUST(code == GM_E_HISTORY && err.text.len && gm_str_starts(err.where, GM_STR("f:")));
        MUST(statements.len == 0);
    }
    const char *behind = text.ptr;
    GM_EACH (const gm_sql_statement, statement, &statements) {
        MUST(statement->text.len > 0 && statement->text.ptr >= behind);
        behind = statement->text.ptr + statement->text.len;
        MUST(behind <= text.ptr + text.len);
        check_statement(dialect, statement);
    }
    gm_arena_free(arena);
    return 0;
}
