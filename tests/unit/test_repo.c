/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

static void a_folder_without_a_repository_is_told_so(void **state)
{
    fixture *f = *state;
    gm_repo *repo = NULL;
    assert_int_equal(gm_repo_open(f->arena, f->home, &repo, &f->err), GM_E_NO_REPO);
    assert_str(f->err.where, f->home.ptr);
    assert_null(repo);
}

static void a_repository_is_found_from_a_folder_below_its_top(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    gm_repo *repo = open_repo(f, "r/migrations/old");
    assert_str(gm_repo_top(repo), at(f, "r").ptr);
    assert_str(gm_repo_git_dir(repo), at(f, "r/.git").ptr);
    assert_str(gm_repo_common_dir(repo), at(f, "r/.git").ptr);
    gm_ref head;
    bool unborn;
    assert_ok(gm_repo_head(repo, &head, &unborn, &f->err), &f->err);
    assert_str(head.name, "refs/heads/main");
    assert_false(unborn);
    gm_commit commit;
    assert_ok(gm_repo_commit(repo, &head.commit, &commit, &f->err), &f->err);
    assert_str(commit.subject, "first one");
    assert_str(commit.author, "Ada <ada@example.org>");
    gm_repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_folder_without_a_repository_is_told_so),
        fixture_test(a_repository_is_found_from_a_folder_below_its_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
