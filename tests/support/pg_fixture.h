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

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
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

/* A running pgproxy before the server; see tests/support/pgproxy.c for its rules. */
typedef struct {
    pid_t pid;
    gm_str folder; /* of its socket: the host to connect to */
    FILE *said;
} pg_fixture_proxy;

/* `rules` ends with NULL. */
static inline pg_fixture_proxy pg_fixture_proxy_start(gm_arena *arena, const char *const *rules)
{
    pg_fixture_proxy proxy = {0};
    char folder[] = "/tmp/gmig-px.XXXXXX";
    char line[64] = "";
    int ends[2];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(pipe(ends), 0);
    proxy.folder = gm_str_dup(arena, gm_str_from(folder));
    gm_str url = pg_fixture_file(arena, "url");
    size_t host = gm_str_search(url, GM_STR("host=")) + 5;
    gm_str server = gm_str_sub(url, host, gm_str_find(url, '&', host));
    const char *words[16] = {
        getenv("GMIG_PGPROXY"),
        gm_str_printf(arena, "%s/.s.PGSQL.5432", folder).ptr,
        gm_str_printf(arena, "%.*s/.s.PGSQL.5432", GM_ARG(server)).ptr,
    };
    assert_non_null(words[0]);
    for (size_t i = 0; rules[i]; i++)
        words[3 + i] = rules[i];
    proxy.pid = fork();
    if (proxy.pid == 0) {
        char *copy[16];
        memcpy(copy, words, sizeof(copy));
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(copy[0], copy);
        _exit(127);
    }
    close(ends[1]);
    proxy.said = fdopen(ends[0], "r");
    assert_non_null(fgets(line, sizeof(line), proxy.said));
    assert_string_equal(line, "listening 0\n");
    return proxy;
}

static inline gm_str pg_fixture_proxy_url(gm_arena *arena, const pg_fixture_proxy *proxy,
                                          gm_str database)
{
    return gm_str_printf(arena, "postgresql://postgres@/%.*s?host=%.*s", GM_ARG(database),
                         GM_ARG(proxy->folder));
}

/* Stops it; false when its rule never fired. */
static inline bool pg_fixture_proxy_stop(gm_arena *arena, pg_fixture_proxy *proxy)
{
    char line[64] = "";
    kill(proxy->pid, SIGCONT);
    kill(proxy->pid, SIGTERM);
    waitpid(proxy->pid, NULL, 0);
    bool fired = fgets(line, sizeof(line), proxy->said) && strcmp(line, "fired\n") == 0;
    fclose(proxy->said);
    unlink(gm_str_printf(arena, "%.*s/.s.PGSQL.5432", GM_ARG(proxy->folder)).ptr);
    rmdir(gm_str_z(arena, proxy->folder));
    return fired;
}

#endif
