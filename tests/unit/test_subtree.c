/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

static void branches_that_share_a_folder_share_its_tree(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        if (round)
            setenv("GIT_DEFAULT_HASH", "sha256", 1);
        sh(f, "rm -rf r");
        make_repo(f, "r");
        sh(f, "cd r; git checkout -q -b code; echo x >README; git commit -q -a -m code;"
              "git checkout -q -b sql; echo 3 >migrations/3.sql; git add .; git commit -q -m sql;"
              "git checkout -q -b none; git rm -q -r migrations; echo m >migrations; git add .;"
              "git commit -q -m none");
        gm_repo *repo = open_repo(f, "r");
        static const char *const names[] = {"main", "code", "sql", "none"};
        gm_oid commits[4], trees[4], deep[4], roots[4];
        bool found[4], found_deep[4], found_root;
        for (size_t i = 0; i < 4; i++) {
            assert_ok(gm_repo_resolve(repo, gm_str_from(names[i]), &commits[i], &f->err), &f->err);
            assert_ok(gm_repo_subtree(repo, &commits[i], GM_STR("migrations"), &trees[i], &found[i],
                                      &f->err),
                      &f->err);
            assert_ok(gm_repo_subtree(repo, &commits[i], GM_STR("migrations/old"), &deep[i],
                                      &found_deep[i], &f->err),
                      &f->err);
            assert_ok(
                gm_repo_subtree(repo, &commits[i], GM_STR(""), &roots[i], &found_root, &f->err),
                &f->err);
            assert_true(found_root);
        }
        assert_true(found[0] && found[1] && found[2] && !found[3] && !found_deep[3]);
        assert_true(gm_oid_eq(&trees[0], &trees[1]));
        assert_false(gm_oid_eq(&trees[0], &trees[2]));
        assert_true(gm_oid_eq(&deep[0], &deep[2]));
        assert_false(gm_oid_eq(&roots[0], &roots[1]));
        gm_tree_entries entries = {0};
        assert_ok(gm_repo_list_tree(f->arena, repo, &trees[2], &entries, &f->err), &f->err);
        assert_int_equal(entries.len, 4);
        assert_str(entries.items[2].name, "3.sql");
        assert_int_equal(entries.items[2].mode, 0100644);
        assert_int_equal(entries.items[3].mode, GM_MODE_FOLDER);
        gm_tree_entry entry;
        bool there;
        assert_ok(gm_repo_entry(repo, &commits[3], GM_STR("migrations"), &entry, &there, &f->err),
                  &f->err);
        assert_true(there);
        assert_int_equal(entry.mode, 0100644);
        gm_repo_close(repo);
    }
}

static void a_commit_that_is_not_here_is_missing(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r");
    gm_oid nowhere, tree;
    bool found;
    assert_true(gm_oid_parse(GM_STR("1234567890123456789012345678901234567890"), &nowhere));
    assert_int_equal(gm_repo_subtree(repo, &nowhere, GM_STR("a"), &tree, &found, &f->err),
                     GM_E_MISSING_OBJECT);
    assert_true(gm_str_search(f->err.hint, GM_STR("git fsck")) < f->err.hint.len);
    gm_repo_close(repo);
}

static void damaged_trees_and_commits_are_told(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    static const char *const bad_trees[] = {"100644 a", "9 a", "100644", "xx\\0yy",
                                            "100644 cut\\0abc"};
    for (size_t i = 0; i < sizeof(bad_trees) / sizeof(bad_trees[0]); i++) {
        sh(f, gm_str_printf(f->arena,
                            "cd r; tree=$(printf '%s' | git hash-object -t tree --literally -w "
                            "--stdin); git update-ref refs/heads/bad $(printf 'tree %%s\\n\\nx' "
                            "$tree | git hash-object -t commit --literally -w --stdin)",
                            bad_trees[i])
                  .ptr);
        gm_repo *repo = open_repo(f, "r");
        gm_oid commit, tree;
        gm_tree_entries entries = {0};
        bool found;
        assert_ok(gm_repo_resolve(repo, GM_STR("bad"), &commit, &f->err), &f->err);
        assert_ok(gm_repo_subtree(repo, &commit, GM_STR(""), &tree, &found, &f->err), &f->err);
        assert_int_equal(gm_repo_list_tree(f->arena, repo, &tree, &entries, &f->err), GM_E_GIT);
        assert_int_equal(gm_repo_subtree(repo, &commit, GM_STR("b"), &tree, &found, &f->err),
                         GM_E_GIT);
        assert_int_equal(gm_repo_subtree(repo, &tree, GM_STR(""), &tree, &found, &f->err),
                         GM_E_GIT); /* a tree is no commit */
        gm_repo_close(repo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(branches_that_share_a_folder_share_its_tree),
        fixture_test(a_commit_that_is_not_here_is_missing),
        fixture_test(damaged_trees_and_commits_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
