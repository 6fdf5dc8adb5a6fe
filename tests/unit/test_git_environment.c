/* SPDX-License-Identifier: Apache-2.0 */
/* The variables that git sets for hooks, and those that people set. */
#include "git_fixture.h"

static const char *const plain =
    "migrations/1.sql=one, migrations/2.sql=two, migrations/old/0.sql=zero";

static void git_dir_and_work_tree_are_followed(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "mv r/.git g; mkdir else");
    setenv("GIT_DIR", "g", 1);
    setenv("GIT_WORK_TREE", "r", 1);
    gm_repo *repo = open_repo(f, "else");
    assert_str(gm_repo_top(repo), at(f, "r").ptr);
    assert_str(gm_repo_git_dir(repo), at(f, "g").ptr);
    /* The variables are relative to where this process was when it opened the repository. */
    assert_int_equal(chdir("else"), 0);
    assert_str(describe(f, open_snapshot(f, repo, ""), "migrations", true), plain);
    assert_str(describe(f, open_snapshot(f, repo, "index"), "migrations", true), plain);
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "migrations", true), plain);
    gm_repo_close(repo);
}

static void a_hook_of_a_linked_work_tree_reads_that_work_tree(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git worktree add -q -b other ../w; echo here >../w/migrations/3.sql;"
          "git -C ../w add .");
    setenv("GIT_DIR", at(f, "r/.git/worktrees/w").ptr, 1);
    setenv("GIT_INDEX_FILE", at(f, "r/.git/worktrees/w/index").ptr, 1);
    assert_int_equal(chdir("w"), 0);
    gm_repo *repo = open_repo(f, "w");
    gm_ref head;
    bool unborn;
    assert_str(gm_repo_top(repo), at(f, "w").ptr);
    assert_ok(gm_repo_head(repo, &head, &unborn, &f->err), &f->err);
    assert_str(head.name, "refs/heads/other");
    assert_str(describe(f, open_snapshot(f, repo, "index"), "migrations", false),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/3.sql=here, "
               "migrations/old/");
    gm_repo_close(repo);
}

/* Both sources: SHA-256 repositories are read by the git program. */
static void begin_round(fixture *f, int round)
{
    if (round)
        setenv("GIT_DEFAULT_HASH", "sha256", 1);
    sh(f, "rm -rf r");
    make_repo(f, "r");
}

static void a_temporary_index_is_read_from_any_folder(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        begin_round(f, round);
        sh(f, "cd r; cp .git/index .git/other; echo x >models/x.yml;"
              "GIT_INDEX_FILE=.git/other git add models/x.yml");
        setenv("GIT_INDEX_FILE", ".git/other", 1);
        gm_repo *repo = open_repo(f, "r/migrations");
        assert_str(describe(f, open_snapshot(f, repo, "index"), "models", true),
                   "models/card.yml=card, models/x.yml=x");
        gm_repo_close(repo);
        unsetenv("GIT_INDEX_FILE");
        repo = open_repo(f, "r/migrations");
        assert_str(describe(f, open_snapshot(f, repo, "index"), "models", true),
                   "models/card.yml=card");
        gm_repo_close(repo);
    }
}

static void an_index_that_is_not_there_is_no_empty_index(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        begin_round(f, round);
        gm_snapshot *snapshot;
        setenv("GIT_INDEX_FILE", "gone/index", 1);
        gm_repo *repo = open_repo(f, "r");
        static const char *const places[] = {"index", "worktree"};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(
                gm_snapshot_open(f->arena, repo, gm_str_from(places[i]), &snapshot, &f->err),
                GM_E_GIT);
            assert_str(f->err.where, at(f, "r/gone/index").ptr);
        }
        assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "migrations", true), plain);
        gm_repo_close(repo);
        unsetenv("GIT_INDEX_FILE");
    }
}

static void a_push_in_quarantine_is_seen(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        begin_round(f, round);
        sh(f, "rm -rf b; git clone -q --bare r b; cd b; mkdir objects/incoming;"
              "export GIT_OBJECT_DIRECTORY=$PWD/objects/incoming;"
              "export GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/objects;"
              "blob=$(echo pushed | git hash-object -w --stdin);"
              "tree=$(printf '100644 blob %s\\tp.sql\\n' $blob | git mktree);"
              "git commit-tree -p HEAD -m pushed $tree >../id");
        gm_str hex;
        gm_oid commit;
        gm_snapshot *snapshot;
        assert_ok(gm_file_read(f->arena, at(f, "id"), 100, &hex, &f->err), &f->err);
        assert_true(gm_oid_parse(gm_str_trim(hex), &commit));
        assert_int_equal(chdir("b"), 0);
        setenv("GIT_DIR", ".", 1);
        setenv("GIT_QUARANTINE_PATH", at(f, "b/objects/incoming").ptr, 1);
        setenv("GIT_OBJECT_DIRECTORY", "./objects/incoming", 1);
        setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", at(f, "b/objects").ptr, 1);
        /* libgit2 must see it by itself. */
        gm_str path = gm_str_dup(f->arena, gm_str_from(getenv("PATH")));
        if (!round)
            setenv("PATH", "/nonexistent", 1);
        gm_repo *repo = NULL;
        gm_code code = gm_repo_open(f->arena, at(f, "b"), &repo, &f->err);
        setenv("PATH", path.ptr, 1);
        assert_int_equal(code, GM_OK);
        assert_str(gm_repo_git_dir(repo), at(f, "b").ptr);
        assert_ok(gm_snapshot_open_commit(f->arena, repo, &commit, &snapshot, &f->err), &f->err);
        assert_str(describe(f, snapshot, "", true), "p.sql=pushed");
        assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "migrations", true), plain);
        gm_repo_close(repo);
        fixture_clear_environment();
        assert_int_equal(chdir(".."), 0);
    }
}

static void configuration_of_one_command_counts(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f,
       "cd r; printf 'one\\r\\n' >migrations/1.sql; echo skip >../skip; echo x >migrations/skip");
    setenv("GIT_CONFIG_COUNT", "2", 1);
    setenv("GIT_CONFIG_KEY_0", "core.autocrlf", 1);
    setenv("GIT_CONFIG_VALUE_0", "true", 1);
    setenv("GIT_CONFIG_KEY_1", "core.excludesFile", 1);
    setenv("GIT_CONFIG_VALUE_1", at(f, "skip").ptr, 1);
    gm_repo *repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, ""), "migrations", true), plain);
    gm_repo_close(repo);
}

static void pathspec_variables_do_not_confuse_the_fallback(void **state)
{
    fixture *f = *state;
    setenv("GIT_DEFAULT_HASH", "sha256", 1);
    setenv("GIT_LITERAL_PATHSPECS", "1", 1);
    setenv("GIT_TRACE", "1", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, ""), "migrations", true), plain);
    gm_repo_close(repo);
    unsetenv("LC_ALL");
}

static void without_a_git_program_libgit2_still_answers(void **state)
{
    fixture *f = *state;
    gm_repo *repo = NULL;
    gm_repo *other = NULL;
    needs_posix_spawn();
    make_repo(f, "r");
    sh(f, "GIT_DEFAULT_HASH=sha256 git init -q s");
    gm_str path = gm_str_dup(f->arena, gm_str_from(getenv("PATH")));
    setenv("PATH", "/nonexistent", 1);
    gm_code code = gm_repo_open(f->arena, at(f, "r"), &repo, &f->err);
    gm_code refused = gm_repo_open(f->arena, at(f, "s"), &other, &f->err);
    gm_str listed =
        code == GM_OK ? describe(f, open_snapshot(f, repo, ""), "migrations", true) : (gm_str){0};
    setenv("PATH", path.ptr, 1);
    gm_repo_close(repo);
    assert_int_equal(code, GM_OK);
    assert_str(listed, plain);
    assert_int_equal(refused, GM_E_GIT);
    assert_str(f->err.hint, "Install git, or put it on PATH.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(git_dir_and_work_tree_are_followed),
        fixture_test(a_hook_of_a_linked_work_tree_reads_that_work_tree),
        fixture_test(a_temporary_index_is_read_from_any_folder),
        fixture_test(an_index_that_is_not_there_is_no_empty_index),
        fixture_test(a_push_in_quarantine_is_seen),
        fixture_test(configuration_of_one_command_counts),
        fixture_test(pathspec_variables_do_not_confuse_the_fallback),
        fixture_test(without_a_git_program_libgit2_still_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
