/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GIT_FIXTURE_H
#define GIT_FIXTURE_H

/*
 * Throw-away repositories, made by real git.
 *
 * Each test begins in a folder of its own that is also HOME, without any GIT_ variable, and removes
 * it at its end. Paths are relative to it.
 */

#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gm_test.h"

#include "base/file.h"
#include "git/snapshot.h"
#include "git/subtree.h"
#include "git/worktree.h"

typedef struct {
    gm_arena *arena;
    gm_str home; /* absolute */
    gm_err err;
} fixture;

__attribute__((unused)) static void fixture_clear_environment(void)
{
    for (char **at = environ; *at;) {
        gm_str pair = gm_str_from(*at);
        gm_arena *arena = gm_arena_new();
        const char *name = gm_str_z(arena, gm_str_sub(pair, 0, gm_str_find(pair, '=', 0)));
        if (strncmp(name, "GIT_", 4) == 0) {
            unsetenv(name);
            at = environ;
        } else {
            at++;
        }
        gm_arena_free(arena);
    }
}

__attribute__((unused)) static int fixture_spawn(const char *const *argv)
{
    pid_t pid;
    int status;
    char *const *words;
    memcpy(&words, &argv, sizeof(words));
    if (posix_spawnp(&pid, words[0], NULL, NULL, words, environ) != 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A shell script in the fixture's folder; it must succeed. */
__attribute__((unused)) static void sh(const fixture *f, const char *script)
{
    gm_str whole = gm_str_printf(f->arena, "set -e; exec >/dev/null 2>fixture.log; cd '%.*s'; %s",
                                 GM_ARG(f->home), script);
    const char *argv[] = {"sh", "-c", whole.ptr, NULL};
    int status = fixture_spawn(argv);
    if (status != 0)
        fail_msg("script ended with %d: %s", status, script);
}

__attribute__((unused)) static gm_str at(const fixture *f, const char *path)
{
    return gm_path_join(f->arena, f->home, gm_str_from(path));
}

__attribute__((unused)) static void put_bytes(const fixture *f, const char *path, gm_str bytes)
{
    gm_err err = gm_err_new(f->arena);
    gm_str whole = at(f, path);
    assert_ok(gm_folder_make(gm_path_folder(whole), &err), &err);
    assert_ok(gm_file_write(whole, bytes, (gm_write_options){.replace = true}, &err), &err);
}

__attribute__((unused)) static void put(const fixture *f, const char *path, const char *text)
{
    put_bytes(f, path, gm_str_from(text));
}

__attribute__((unused)) static int fixture_begin(void **state)
{
    char folder[] = "/tmp/gmig-fixture-XXXXXX";
    gm_arena *arena = gm_arena_new();
    fixture *f = gm_new(arena, fixture);
    if (!mkdtemp(folder))
        return -1;
    f->arena = arena;
    f->err = gm_err_new(arena);
    f->home = gm_str_dup(arena, gm_str_from(folder));
    fixture_clear_environment();
    setenv("HOME", folder, 1);
    setenv("GIT_CEILING_DIRECTORIES", "/tmp", 1);
    unsetenv("XDG_CONFIG_HOME");
    put(f, ".gitconfig",
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
        "[advice]\n\tdetachedHead = false\n[protocol \"file\"]\n\tallow = always\n");
    *state = f;
    return chdir(folder);
}

__attribute__((unused)) static int fixture_end(void **state)
{
    fixture *f = *state;
    gm_arena *arena = f->arena;
    const char *argv[] = {"rm", "-rf", f->home.ptr, NULL};
    int status = chdir("/") == 0 ? fixture_spawn(argv) : -1;
    gm_arena_free(arena);
    return status;
}

/* A repository with one commit of two migrations, a model and a README. */
__attribute__((unused)) static void make_repo(const fixture *f, const char *name)
{
    gm_str script = gm_str_printf(f->arena,
                                  "git init -q %s; cd %s; mkdir -p migrations/old models;"
                                  "echo one >migrations/1.sql; echo two >migrations/2.sql;"
                                  "echo zero >migrations/old/0.sql; echo card >models/card.yml;"
                                  "echo read >README; git add .; git commit -q -m 'first one'",
                                  name, name);
    sh(f, script.ptr);
}

__attribute__((unused)) static gm_repo *open_repo(fixture *f, const char *name)
{
    gm_repo *repo = NULL;
    assert_ok(gm_repo_open(f->arena, at(f, name), &repo, &f->err), &f->err);
    return repo;
}

__attribute__((unused)) static gm_snapshot *open_snapshot(fixture *f, gm_repo *repo,
                                                          const char *where)
{
    gm_snapshot *snapshot = NULL;
    assert_ok(gm_snapshot_open(f->arena, repo, gm_str_from(where), &snapshot, &f->err), &f->err);
    return snapshot;
}

/* "PATH=CONTENT" for files, "PATH/" for folders and so on, in one line; flags U and M behind. */
__attribute__((unused)) static gm_str describe(fixture *f, gm_snapshot *snapshot,
                                               const char *folder, bool deep)
{
    gm_entries entries = {0};
    gm_strs parts = {0};
    assert_ok(gm_snapshot_list(snapshot, gm_str_from(folder), deep, &entries, &f->err), &f->err);
    GM_EACH (gm_entry, entry, &entries) {
        gm_str bytes = {0};
        static const char *const marks[] = {"=", "@", "/", "#"};
        if (entry->kind == GM_ENTRY_FILE)
            assert_ok(gm_snapshot_read(snapshot, entry, &bytes, &f->err), &f->err);
        bytes = gm_str_trim(bytes);
        gm_vec_push(f->arena, &parts,
                    gm_str_printf(f->arena, "%.*s%s%.*s%s%s", GM_ARG(entry->path),
                                  marks[entry->kind], GM_ARG(bytes), entry->untracked ? " U" : "",
                                  entry->modified ? " M" : ""));
    }
    return gm_str_join(f->arena, &parts, GM_STR(", "));
}

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)

#endif
