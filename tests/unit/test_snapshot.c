/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

static void a_commit_lists_a_folder_with_and_without_its_sub_folders(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "HEAD");
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/old/0.sql=zero");
    assert_str(describe(f, snapshot, "migrations", false),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/old/");
    assert_str(describe(f, snapshot, "", false), "README=read, migrations/, models/");
    assert_str(describe(f, snapshot, "./models//", true), "models/card.yml=card");
    assert_str(describe(f, snapshot, "nowhere", true), "");
    gm_repo_close(repo);
}

static void the_index_is_read_as_staged(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; echo three >migrations/3.sql; git add migrations/3.sql; echo 3 >migrations/3.sql;"
          "git rm -q --cached migrations/old/0.sql; echo later >migrations/4.sql;"
          "git add -N migrations/4.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "index");
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/3.sql=three");
    assert_str(describe(f, snapshot, "", false), "README=read, migrations/, models/");
    gm_repo_close(repo);
}

static void the_work_tree_is_what_is_on_disk(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; echo '*.log' >.gitignore; echo new >migrations/3.sql; echo x >migrations/x.log;"
          "rm migrations/1.sql; echo changed >migrations/2.sql; echo ok >migrations/4.sql;"
          "git add migrations/4.sql; ln -s 2.sql migrations/link.sql; mkdir build;"
          "echo z >migrations/forced.log; git add -f migrations/forced.log");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "worktree");
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/2.sql=changed M, migrations/3.sql=new U, migrations/4.sql=ok M, "
               "migrations/forced.log=z M, migrations/link.sql@ U, migrations/old/0.sql=zero");
    gm_repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_commit_lists_a_folder_with_and_without_its_sub_folders),
        fixture_test(the_index_is_read_as_staged),
        fixture_test(the_work_tree_is_what_is_on_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
