/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_TEST_H
#define GM_DB_TEST_H

/* Short words for tests that speak to a database. */

#include "gm_test.h"

#include "db/db.h"

static inline void do_sql(gm_db *db, const char *sql)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    assert_ok(gm_db_execute(db, gm_str_from(sql), NULL, &err), &err);
    gm_arena_free(arena);
}

/* The statement must fail with this code; the error is in `err`. */
static inline void fail_sql(gm_db *db, const char *sql, gm_code code, gm_err *err)
{
    assert_int_equal(gm_db_execute(db, gm_str_from(sql), NULL, err), code);
    assert_int_equal(err->code, code);
}

/* The first value of the first row. */
static inline gm_str ask_sql(gm_arena *arena, gm_db *db, const char *sql)
{
    gm_err err = gm_err_new(arena);
    gm_rows rows = {0};
    assert_ok(gm_db_query(arena, db, sql, NULL, 0, &rows, &err), &err);
    return rows.rows.len && rows.columns.len ? rows.rows.items[0][0].text : (gm_str){0};
}

#define assert_has(text, part)                                                                     \
    do {                                                                                           \
        gm_str has_text = (text);                                                                  \
        if (gm_str_search(has_text, GM_STR(part)) == has_text.len)                                 \
            fail_msg("\"%s\" is not in \"%.*s\"", (part), GM_ARG(has_text));                       \
    } while (0)

#endif
