/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A backup by pg_dump, in its custom format. The password goes to it through its environment, which
 * only its own user can read; arguments can be read by all.
 */

#include "db/postgres/postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/deposit.h"

enum { MAX_WORDS = 16 * 1024 };

/* ---- the child ---- */

typedef struct {
    const char *name;
    char **arguments;
    char **environment;
} child;

/* What it says on stdout and stderr, cut at MAX_WORDS; *interrupted when the child was stopped. */
static gm_str listen_to(gm_arena *arena, gm_db *db, int fd, pid_t pid, bool *interrupted)
{
    gm_buf words = gm_buf_new(arena, MAX_WORDS);
    char chunk[4096];
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = db->wake[0], .events = POLLIN}};
    for (;;) {
        int ready = poll(fds, 2, -1);
        if (ready < 0 && errno == EINTR)
            continue; /* the pipe tells of the signal */
        if (ready < 0)
            break;
        if (!*interrupted && fds[1].revents && gm_db_take_interrupt(db)) {
            *interrupted = true;
            kill(pid, SIGTERM);
        }
        if (!fds[0].revents)
            continue;
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
            break;
        if (got > 0)
            gm_buf_add(&words, gm_str_of(chunk, (size_t)got));
    }
    /* A terminal's Ctrl-C is for the child as well, which may have been faster. */
    if (!*interrupted)
        *interrupted = gm_db_take_interrupt(db);
    return gm_buf_str(&words);
}

static gm_code cannot_start(const char *name, int reason, gm_err *err)
{
    gm_fail(err, GM_E_DATABASE, "cannot run %s: %s", name, strerror(reason));
    return gm_hint(err, "A backup of PostgreSQL needs its client programs: apt-get install "
                        "postgresql-client");
}

static gm_code spawn(const child *c, int out, pid_t *pid, gm_err *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, out, 2);
    /* Ours are ignored for our own reasons. */
    sigemptyset(&signals);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int reason = posix_spawnp(pid, c->name, &actions, &attributes, c->arguments, c->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return reason == 0 ? GM_OK : cannot_start(c->name, reason, err);
}

static gm_code run_child(gm_arena *arena, gm_pg *pg, const child *c, gm_str *words, gm_err *err)
{
    int ends[2];
    pid_t pid = 0;
    int status = 0;
    bool interrupted = false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return cannot_start(c->name, errno, err);
    gm_code code = spawn(c, ends[1], &pid, err);
    close(ends[1]);
    if (code == GM_OK) {
        *words = listen_to(arena, &pg->base, ends[0], pid, &interrupted);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    close(ends[0]);
    if (code != GM_OK)
        return code;
    if (interrupted)
        return gm_db_interrupted(&pg->base, "the backup", err);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return GM_OK;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return cannot_start(c->name, ENOENT, err);
    gm_str clean = gm_pg_scrub(err->arena, pg, gm_str_z(arena, *words));
    gm_str last = gm_str_sub(clean, 0, gm_str_find(clean, '\n', 0));
    gm_fail(err, GM_E_DATABASE, "the backup of %.*s failed: %.*s", GM_ARG(pg->base.options.shown),
            GM_ARG(last));
    err->detail = clean;
    return gm_hint(err, "%s said so; nothing was written.", c->name);
}

/* ---- its arguments and environment ---- */

/* The connection as libpq sees it now, without its secrets, as keyword = 'value' pairs. */
static gm_str open_conninfo(gm_arena *arena, gm_pg *pg, gm_str *password)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    PQconninfoOption *options = pg->pq->PQconninfo(pg->conn);
    for (PQconninfoOption *o = options; o && o->keyword; o++) {
        if (!o->val || !*o->val)
            continue;
        if (strcmp(o->keyword, "password") == 0)
            *password = gm_str_dup(arena, gm_str_from(o->val));
        if (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0 ||
            strcmp(o->keyword, "client_encoding") == 0)
            continue;
        gm_buf_printf(&buf, "%s%s='", buf.len ? " " : "", o->keyword);
        for (const char *p = o->val; *p; p++) {
            if (*p == '\'' || *p == '\\')
                gm_buf_char(&buf, '\\');
            gm_buf_char(&buf, *p);
        }
        gm_buf_char(&buf, '\'');
    }
    pg->pq->PQconninfoFree(options);
    return gm_buf_str(&buf);
}

/* posix_spawn takes pointers to what it does not change. */
static char *word(gm_arena *arena, gm_str s)
{
    char *copy = gm_arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

static char **environment_with(gm_arena *arena, gm_str password)
{
    size_t count = 0;
    size_t kept = 0;
    while (environ[count])
        count++;
    char **copy = gm_new_array(arena, count + 3, char *);
    for (size_t i = 0; i < count; i++)
        if (!gm_str_starts(gm_str_from(environ[i]), GM_STR("PGPASSWORD=")))
            copy[kept++] = environ[i];
    if (password.len)
        copy[kept++] = word(arena, gm_str_printf(arena, "PGPASSWORD=%.*s", GM_ARG(password)));
    return copy;
}

/* ---- pg_dump and pg_restore ---- */

/* An older pg_dump refuses a newer server in words of its own, which do not name the cure. */
static gm_code check_version(gm_arena *arena, gm_pg *pg, char **environment, gm_err *err)
{
    char *arguments[] = {word(arena, GM_STR("pg_dump")), word(arena, GM_STR("--version")), NULL};
    child c = {"pg_dump", arguments, environment};
    gm_str words = {0};
    uint64_t major;
    GM_TRY(run_child(arena, pg, &c, &words, err));
    gm_str version = gm_str_trim(gm_str_sub(words, gm_str_find(words, ')', 0) + 1, words.len));
    size_t digits = 0;
    while (digits < version.len && version.ptr[digits] >= '0' && version.ptr[digits] <= '9')
        digits++;
    int server = pg->pq->PQserverVersion(pg->conn) / 10000;
    if (!gm_str_u64(gm_str_sub(version, 0, digits), &major) || major >= (uint64_t)server)
        return GM_OK;
    gm_fail(err, GM_E_DATABASE, "pg_dump %llu cannot back up a server of version %d",
            (unsigned long long)major, server);
    return gm_hint(err,
                   "Install the client programs of the server's version: apt-get install "
                   "postgresql-client-%d",
                   server);
}

static gm_code dump(gm_arena *arena, gm_pg *pg, const char *file, gm_err *err)
{
    gm_str password = {0};
    gm_str conninfo = open_conninfo(arena, pg, &password);
    char **environment = environment_with(arena, password);
    gm_str words = {0};
    GM_TRY(check_version(arena, pg, environment, err));
    int64_t wait = pg->lock_timeout_ms ? pg->lock_timeout_ms : 30000;
    char *dumping[] = {
        word(arena, GM_STR("pg_dump")),
        word(arena, GM_STR("--format=custom")),
        word(arena, GM_STR("--no-password")),
        word(arena, gm_str_printf(arena, "--lock-wait-timeout=%lld", (long long)wait)),
        word(arena, gm_str_printf(arena, "--file=%s", file)),
        word(arena, gm_str_printf(arena, "--dbname=%.*s", GM_ARG(conninfo))),
        NULL,
    };
    child c = {"pg_dump", dumping, environment};
    GM_TRY(run_child(arena, pg, &c, &words, err));
    char *listing[] = {word(arena, GM_STR("pg_restore")), word(arena, GM_STR("--list")),
                       word(arena, gm_str_from(file)), NULL};
    child list = {"pg_restore", listing, environment};
    return run_child(arena, pg, &list, &words, err);
}

gm_code gm_pg_backup(gm_db *db, gm_str path, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_deposit copy;
    gm_pg *pg = gm_pg_of(db);
    if (pg->lost)
        return gm_pg_lost(pg, "it was lost before", err);
    /* How large a dump will be nobody knows before. */
    GM_TRY(gm_deposit_begin(&copy, scratch, path, 0, err));
    return gm_deposit_end(&copy, dump(scratch, pg, copy.temporary, err), 0600, err);
}
