/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_PG_FIXTURE_H
#define GM_PG_FIXTURE_H

/*
 * PostgreSQL for unit tests. Including this header makes ctest start the server of
 * tests/support/postgres.sh first. In main, before the tests:
 *
 *     if (!pg_fixture_ready())
 *         return pg_fixture_absent();
 */

#include <stdio.h>
#include <unistd.h>

#include "gm_test.h"

#include "base/file.h"
#include "db/db.h"

static inline gm_str pg_fixture_file(gm_arena *arena, const char *name)
{
    gm_err err = gm_err_new(arena);
    gm_str folder = gm_str_from(getenv("GMIG_TEST_POSTGRES_FOLDER"));
    gm_str text = {0};
    if (!folder.len || gm_file_read(arena, gm_path_join(arena, folder, gm_str_from(name)), 4096,
                                    &text, &err) != GM_OK)
        return (gm_str){0};
    return gm_str_trim(text);
}

static inline bool pg_fixture_ready(void)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return pg_fixture_file(arena, "url").len > 0;
}

/* The exit status of a program that cannot test for want of a server. */
static inline int pg_fixture_absent(void)
{
    const char *required = getenv("GMIG_TEST_REQUIRE_POSTGRES");
    puts("skipped: no PostgreSQL server to test with (see tests/support/postgres.sh)");
    return required && *required == '1' ? 1 : 77;
}

/* URL of a database of the server, as `user`; the password of gmig_scram is put in. */
static inline gm_str pg_fixture_url(gm_arena *arena, const char *user, gm_str database)
{
    gm_str url = pg_fixture_file(arena, "url"); /* postgresql://postgres@/postgres?host=…&port=… */
    gm_str tail = gm_str_sub(url, gm_str_find(url, '?', 0), url.len);
    gm_str password = {0};
    if (strcmp(user, "postgres") != 0)
        password = pg_fixture_file(arena, "password");
    return gm_str_printf(arena, "postgresql://%s%s%.*s@/%.*s%.*s", user, password.len ? ":" : "",
                         GM_ARG(password), GM_ARG(database), GM_ARG(tail));
}

/* Makes an empty database of its own for this program; gives its name, for pg_fixture_url. */
static inline gm_str pg_fixture_database(gm_arena *arena, const char *name)
{
    gm_err err = gm_err_new(arena);
    gm_db *db = NULL;
    gm_db_options options = {.dialect = GM_POSTGRES,
                             .location = pg_fixture_url(arena, "postgres", GM_STR("postgres")),
                             .shown = GM_STR("test server")};
    gm_str database = gm_str_printf(arena, "%s_%ld", name, (long)getpid());
    assert_ok(gm_db_open(arena, &options, &db, &err), &err);
    gm_str drop =
        gm_str_printf(arena, "DROP DATABASE IF EXISTS \"%.*s\" (FORCE)", GM_ARG(database));
    assert_ok(gm_db_execute(db, drop, NULL, &err), &err);
    gm_str create = gm_str_printf(arena, "CREATE DATABASE \"%.*s\"", GM_ARG(database));
    assert_ok(gm_db_execute(db, create, NULL, &err), &err);
    gm_db_close(db);
    return database;
}

#endif
