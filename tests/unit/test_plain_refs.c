/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

#include "git/internal.h"
#include "git/plain_refs.h"

static bool read_plain(fixture *f, gm_source_refs *refs)
{
    gm_repo *repo = open_repo(f, "r");
    *refs = (gm_source_refs){0};
    bool read = gm_plain_refs_read(f->arena, &repo->layout, refs);
    gm_repo_close(repo);
    return read;
}

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_source_ref *)a)->name, ((const gm_source_ref *)b)->name);
}

/* Tags that are not packed are not peeled here. */
static void assert_as_git(fixture *f, const gm_source_refs *refs)
{
    gm_repo *repo = open_repo(f, "r");
    gm_source *git = gm_repo_git(repo);
    gm_source_refs told = {0};
    assert_ok(git->ops->refs(git, f->arena, &told, &f->err), &f->err);
    gm_sort(refs->items, refs->len, sizeof(gm_source_ref), by_name);
    assert_int_equal(refs->len, told.len);
    for (size_t i = 0; i < told.len; i++) {
        const gm_source_ref *mine = &refs->items[i];
        gm_oid commit = {0};
        gm_oid commit_told = {0};
        assert_str(mine->name, told.items[i].name.ptr);
        assert_int_equal(strlen(mine->name.ptr), mine->name.len);
        assert_int_equal(mine->symbolic, told.items[i].symbolic);
        assert_ok(gm_repo_peel(repo, &mine->oid, &commit, &f->err), &f->err);
        assert_ok(gm_repo_peel(repo, &told.items[i].oid, &commit_told, &f->err), &f->err);
        assert_true(gm_oid_eq(&commit, &commit_told));
        assert_true(!mine->peeled || gm_oid_eq(&mine->oid, &commit));
    }
    gm_repo_close(repo);
}

static void packed_and_loose_refs_are_those_of_git(void **state)
{
    fixture *f = *state;
    gm_source_refs refs;
    make_repo(f, "r");
    sh(f, "cd r; for i in 1 2 3; do git branch a/b$i; git branch a-b$i@x; git tag t$i;"
          "git tag -a -m x v$i; done; git update-ref refs/remotes/origin/main HEAD;"
          "git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main");
    assert_true(read_plain(f, &refs));
    assert_as_git(f, &refs);
    sh(f, "cd r; git pack-refs --all");
    assert_true(read_plain(f, &refs));
    assert_as_git(f, &refs);
    /* Files over what is packed: moved, gone, new, and a lock beside. */
    sh(f, "cd r; git commit -q --allow-empty -m two; git branch -f a/b2; git branch -D a-b1@x;"
          "git tag -f -a -m y v2; git branch z; echo >.git/refs/heads/z2.lock");
    assert_true(read_plain(f, &refs));
    assert_as_git(f, &refs);
    assert_int_equal(refs.len, 6 - 1 + 6 + 2 + 1 + 1);
}

static void what_is_unusual_is_left_to_another(void **state)
{
    fixture *f = *state;
    gm_source_refs refs;
    static const char *const scripts[] = {
        "echo junk >.git/refs/heads/junk",
        "git rev-parse HEAD | tr -d '\\n' >.git/refs/heads/cut",
        "echo 0000000000000000000000000000000000000000 >.git/refs/heads/zero",
        ": >.git/refs/heads/empty",
        "cp .git/refs/heads/main '.git/refs/heads/a b'",
        "cp .git/refs/heads/main .git/refs/heads/a..b",
        "cp .git/refs/heads/main .git/refs/heads/.a",
        "ln -s main .git/refs/heads/link",
        "mkdir .git/refs/heads/a.lock",
        "echo 'ref: refs/heads/nosuch' >.git/refs/heads/nowhere",
        "cd .git; git symbolic-ref refs/heads/s refs/heads/t; git symbolic-ref refs/heads/t HEAD",
        "git pack-refs --all; sed -i 's/ fully-peeled//' .git/packed-refs",
        "git pack-refs --all; sed -i 's/ sorted//' .git/packed-refs",
        "git pack-refs --all; sed -i 1d .git/packed-refs",
        "git pack-refs --all; echo >>.git/packed-refs",
        "git pack-refs --all; sed -n '2p' .git/packed-refs >x; cat x >>.git/packed-refs",
        "git pack-refs --all; printf %s \"$(cat .git/packed-refs)\" >x; cp x .git/packed-refs",
        "git pack-refs --all; sed -i 's: refs/: srefs/:' .git/packed-refs",
        "git pack-refs --all; : >.git/packed-refs",
        "git tag -a -m x t; git pack-refs --all; git symbolic-ref refs/heads/s refs/tags/t",
    };
    for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
        sh(f, "rm -rf r");
        make_repo(f, "r");
        assert_true(read_plain(f, &refs));
        gm_str script = gm_str_printf(f->arena, "cd r; %s", scripts[i]);
        sh(f, script.ptr);
        if (read_plain(f, &refs))
            fail_msg("read nevertheless: %s", scripts[i]);
    }
    sh(f, "rm -rf r s; git init -q s; cd s; git commit -q --allow-empty -m one;"
          "git worktree add -q ../r");
    assert_false(read_plain(f, &refs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packed_and_loose_refs_are_those_of_git, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(what_is_unusual_is_left_to_another, fixture_begin,
                                        fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
