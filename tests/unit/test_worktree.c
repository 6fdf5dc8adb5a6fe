/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

static void a_new_file_is_written_and_staged(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        if (round) /* the git program reads it */
            setenv("GIT_DEFAULT_HASH", "sha256", 1);
        sh(f, "rm -rf r");
        make_repo(f, "r");
        gm_repo *repo = open_repo(f, "r/models");
        gm_str path = GM_STR("migrations/new/*3.sql");
        assert_ok(gm_worktree_write(repo, path, GM_STR("three\n"), &f->err), &f->err);
        assert_str(describe(f, open_snapshot(f, repo, ""), "migrations/new", true),
                   "migrations/new/*3.sql=three U");
        assert_ok(gm_worktree_stage(repo, path, &f->err), &f->err);
        gm_repo_close(repo);
        repo = open_repo(f, "r");
        assert_str(describe(f, open_snapshot(f, repo, "index"), "migrations/new", true),
                   "migrations/new/*3.sql=three");
        gm_repo_close(repo);
    }
}

static void what_is_there_is_not_overwritten(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r");
    assert_int_equal(gm_worktree_write(repo, GM_STR("README"), GM_STR("x"), &f->err), GM_E_IO);
    assert_str(describe(f, open_snapshot(f, repo, ""), "", false),
               "README=read, migrations/, models/");
    gm_repo_close(repo);
}

static void nothing_is_written_out_of_the_work_tree(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "mkdir out; cd r; ln -s ../out link; ln -s ../gone dangling");
    static const char *const paths[] = {
        "../x.sql",     "/tmp/x.sql",   "link/x.sql", "link/a/x.sql",           "dangling/x",
        "README/x.sql", ".git/hooks/x", "a/.GIT/x",   "migrations/../../x.sql", "",
        "link"};
    gm_repo *repo = open_repo(f, "r");
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        gm_err_clear(&f->err);
        assert_int_equal(gm_worktree_write(repo, gm_str_from(paths[i]), GM_STR("x"), &f->err),
                         GM_E_IO);
    }
    gm_err_clear(&f->err);
    gm_worktree_write(repo, GM_STR("link/x.sql"), GM_STR("x"), &f->err);
    assert_str(f->err.where, "link");
    assert_str(f->err.text, "is a symbolic link, which gmig does not write through");
    sh(f, "test -z \"$(ls out)\"; test ! -e x.sql; test ! -e gone");
    gm_repo_close(repo);
}

static void staging_what_git_refuses_tells_its_words(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r");
    assert_int_equal(gm_worktree_stage(repo, GM_STR("none.sql"), &f->err), GM_E_GIT);
    assert_str(f->err.where, "none.sql");
    assert_str(f->err.text, "pathspec 'none.sql' did not match any files");
    gm_repo_close(repo);
}

static void a_bare_repository_takes_no_files(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "git clone -q --bare r b");
    gm_repo *repo = open_repo(f, "b");
    assert_int_equal(gm_worktree_write(repo, GM_STR("x"), GM_STR("x"), &f->err), GM_E_NO_REPO);
    assert_int_equal(gm_worktree_stage(repo, GM_STR("x"), &f->err), GM_E_NO_REPO);
    gm_repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_new_file_is_written_and_staged),
        fixture_test(what_is_there_is_not_overwritten),
        fixture_test(nothing_is_written_out_of_the_work_tree),
        fixture_test(staging_what_git_refuses_tells_its_words),
        fixture_test(a_bare_repository_takes_no_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
