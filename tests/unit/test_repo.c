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

static void a_broken_git_folder_is_no_repository(void **state)
{
    fixture *f = *state;
    gm_repo *repo = NULL;
    sh(f, "mkdir -p r/.git");
    assert_int_equal(gm_repo_open(f->arena, at(f, "r"), &repo, &f->err), GM_E_NO_REPO);
    sh(f, "rm -r r; mkdir r; echo nonsense >r/.git");
    assert_int_equal(gm_repo_open(f->arena, at(f, "r"), &repo, &f->err), GM_E_GIT);
    assert_null(repo);
}

/* Every one of these holds the commit of make_repo at "r". */
static const struct {
    const char *name;
    const char *script;
    const char *top; /* NULL: bare */
    const char *git_dir;
    const char *common_dir;
} kinds[] = {
    {"main work tree", "", "r", "r/.git", "r/.git"},
    {"linked work tree", "git -C r worktree add -q -b other ../w", "w", "r/.git/worktrees/w",
     "r/.git"},
    {"submodule", "git init -q s; git -C s submodule --quiet add ../r lib", "s/lib",
     "s/.git/modules/lib", "s/.git/modules/lib"},
    {"bare", "git clone -q --bare r b", NULL, "b", "b"},
    {"separate git folder", "git clone -q --separate-git-dir=g r w", "w", "g", "g"},
    {"alternates", "git clone -q --shared r w", "w", "w/.git", "w/.git"},
    {"worktreeConfig",
     "git clone -q r w; cd w; git config core.repositoryFormatVersion 1;"
     "git config extensions.worktreeConfig true; git config --worktree core.autocrlf input",
     "w", "w/.git", "w/.git"},
    {"format v1 with sha1 named",
     "git clone -q r w; cd w; git config core.repositoryFormatVersion 1;"
     "git config extensions.objectFormat sha1",
     "w", "w/.git", "w/.git"},
    {"preciousObjects",
     "git clone -q r w; cd w; git config core.repositoryFormatVersion 1;"
     "git config extensions.preciousObjects true",
     "w", "w/.git", "w/.git"},
    {"legacy partialClone extension",
     "git clone -q r w; cd w; git config core.repositoryFormatVersion 1;"
     "git config extensions.partialClone origin",
     "w", "w/.git", "w/.git"},
    {"split index", "git clone -q r w; cd w; git update-index --split-index", "w", "w/.git",
     "w/.git"},
    {"index version 4", "git clone -q r w; cd w; git update-index --index-version 4", "w", "w/.git",
     "w/.git"},
    {"index.skipHash",
     "git clone -q r w; cd w; git config index.skipHash true; rm .git/index;"
     "git reset -q",
     "w", "w/.git", "w/.git"},
    {"packed", "git clone -q r w; cd w; git gc -q; git pack-refs --all", "w", "w/.git", "w/.git"},
    {"partial",
     "git -C r config uploadpack.allowFilter true;"
     "git clone -q --filter=blob:none \"file://$HOME/r\" w",
     "w", "w/.git", "w/.git"},
    {"shallow", "git clone -q --depth=1 \"file://$HOME/r\" w", "w", "w/.git", "w/.git"},
};

static void check_kind(fixture *f, size_t i)
{
    const char *folder = kinds[i].top ? kinds[i].top : kinds[i].git_dir;
    gm_repo *repo = open_repo(f, folder);
    gm_ref head;
    bool unborn;
    gm_oid commit;
    assert_str(gm_repo_top(repo), kinds[i].top ? at(f, kinds[i].top).ptr : "");
    assert_str(gm_repo_git_dir(repo), at(f, kinds[i].git_dir).ptr);
    assert_str(gm_repo_common_dir(repo), at(f, kinds[i].common_dir).ptr);
    assert_ok(gm_repo_head(repo, &head, &unborn, &f->err), &f->err);
    assert_false(unborn);
    assert_ok(gm_repo_resolve(repo, GM_STR("HEAD"), &commit, &f->err), &f->err);
    assert_true(gm_oid_eq(&commit, &head.commit));
    static const char *const places[] = {"HEAD", "", "index"};
    for (size_t j = 0; j < (kinds[i].top ? 3 : 2); j++)
        assert_str(describe(f, open_snapshot(f, repo, places[j]), "migrations", true),
                   "migrations/1.sql=one, migrations/2.sql=two, migrations/old/0.sql=zero");
    gm_repo_close(repo);
}

static void every_kind_of_repository_gives_the_same_answers(void **state)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        fixture *f;
        void *own = NULL;
        print_message("           %s\n", kinds[i].name);
        assert_int_equal(fixture_begin(&own), 0);
        f = own;
        make_repo(f, "r");
        sh(f, kinds[i].script);
        check_kind(f, i);
        assert_int_equal(fixture_end(&own), 0);
    }
    (void)state;
}

static void a_sha256_repository_gives_the_same_answers(void **state)
{
    fixture *f = *state;
    setenv("GIT_DEFAULT_HASH", "sha256", 1);
    make_repo(f, "r");
    sh(f, "cd r; git branch other; git commit -q --allow-empty -m 'and more'");
    gm_repo *repo = open_repo(f, "r/migrations");
    gm_oid one, two, base;
    gm_commit commit;
    gm_refs refs = {0};
    bool found;
    assert_str(gm_repo_top(repo), at(f, "r").ptr);
    assert_ok(gm_repo_resolve(repo, GM_STR("main"), &one, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("other"), &two, &f->err), &f->err);
    assert_int_equal(one.len, 32);
    assert_ok(gm_repo_merge_base(repo, &one, &two, &base, &found, &f->err), &f->err);
    assert_true(found && gm_oid_eq(&base, &two));
    assert_ok(gm_repo_commit(repo, &one, &commit, &f->err), &f->err);
    assert_str(commit.subject, "and more");
    assert_true(gm_oid_eq(&commit.parents.items[0], &two));
    assert_ok(gm_repo_refs(repo, NULL, &refs, &f->err), &f->err);
    assert_int_equal(refs.len, 2);
    gm_repo_close(repo);
}

static void extensions_that_git_does_not_know_are_refused_in_its_words(void **state)
{
    fixture *f = *state;
    gm_repo *repo = NULL;
    make_repo(f, "r");
    sh(f, "cd r; git config core.repositoryFormatVersion 1;"
          "printf '[extensions]\\n\\tunheardOf = true\\n' >>.git/config");
    assert_int_equal(gm_repo_open(f->arena, at(f, "r"), &repo, &f->err), GM_E_GIT);
    assert_true(gm_str_search(f->err.text, GM_STR("unheardof")) < f->err.text.len);
}

static void head_is_a_branch_a_commit_or_unborn(void **state)
{
    fixture *f = *state;
    gm_ref head;
    bool unborn;
    sh(f, "git init -q e");
    gm_repo *repo = open_repo(f, "e");
    assert_ok(gm_repo_head(repo, &head, &unborn, &f->err), &f->err);
    assert_true(unborn && gm_oid_none(&head.commit));
    assert_str(head.name, "refs/heads/main");
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "", true), "");
    assert_str(describe(f, open_snapshot(f, repo, "index"), "", true), "");
    put(f, "e/a.sql", "a");
    assert_str(describe(f, open_snapshot(f, repo, ""), "", true), "a.sql=a U");
    sh(f, "git -C e add .");
    gm_repo_close(repo);
    repo = open_repo(f, "e");
    assert_str(describe(f, open_snapshot(f, repo, "index"), "", true), "a.sql=a");
    assert_str(describe(f, open_snapshot(f, repo, ""), "", true), "a.sql=a M");
    gm_repo_close(repo);
    make_repo(f, "r");
    sh(f, "cd r; git checkout -q --detach");
    repo = open_repo(f, "r");
    assert_ok(gm_repo_head(repo, &head, &unborn, &f->err), &f->err);
    assert_false(unborn || gm_oid_none(&head.commit));
    assert_str(head.name, "HEAD");
    gm_repo_close(repo);
}

static gm_str ref_names(fixture *f, gm_repo *repo, const char *glob)
{
    gm_strs globs = {0};
    gm_strs names = {0};
    gm_refs refs = {0};
    if (glob)
        gm_vec_push(f->arena, &globs, gm_str_from(glob));
    assert_ok(gm_repo_refs(repo, &globs, &refs, &f->err), &f->err);
    GM_EACH (gm_ref, ref, &refs)
        gm_vec_push(f->arena, &names, gm_str_sub(ref->name, 5, ref->name.len));
    return gm_str_join(f->arena, &names, GM_STR(" "));
}

static void refs_are_chosen_as_for_each_ref_does(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch release/1; git branch release/2; git tag v1; git tag -a -m x v2;"
          "git tag tree HEAD^{tree}; git branch other; cd ..; git clone -q r c; cd c;"
          "git checkout -q other; git commit -q --allow-empty -m ahead; git pack-refs --all");
    gm_repo *repo = open_repo(f, "c");
    static const char *const rows[][2] = {
        /* main and its upstream stand at one commit; other went ahead of its own */
        {NULL, "heads/main heads/other remotes/origin/other remotes/origin/release/1 "
               "remotes/origin/release/2"},
        {"refs/heads", "heads/main heads/other"},
        {"refs/heads/", "heads/main heads/other"},
        {"m*", "heads/main"},
        {"origin/release", "remotes/origin/release/1 remotes/origin/release/2"},
        {"origin/release/*", "remotes/origin/release/1 remotes/origin/release/2"},
        {"origin/*", "remotes/origin/main remotes/origin/other"},
        {"mai", ""},
        {"v*", "tags/v1 tags/v2"},
        {"refs/tags", "tags/v1 tags/v2"}, /* a tag of a tree is no commit */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(ref_names(f, repo, rows[i][0]), rows[i][1]);
    gm_strs globs = {0};
    gm_refs refs = {0};
    gm_oid main_commit;
    gm_vec_push(f->arena, &globs, GM_STR("v2"));
    assert_ok(gm_repo_refs(repo, &globs, &refs, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("main"), &main_commit, &f->err), &f->err);
    assert_true(gm_oid_eq(&refs.items[0].commit, &main_commit));
    globs.items[0] = GM_STR("heads/main");
    assert_ok(gm_repo_refs(repo, &globs, &refs, &f->err), &f->err);
    assert_str(refs.items[0].upstream, "refs/remotes/origin/main");
    gm_repo_close(repo);
}

static void loose_annotated_tags_are_peeled(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git tag -a -m x v1; git tag -a -m y v2 v1");
    gm_repo *repo = open_repo(f, "r");
    gm_strs globs = {0};
    gm_refs refs = {0};
    gm_oid commit;
    gm_vec_push(f->arena, &globs, GM_STR("v2"));
    assert_ok(gm_repo_refs(repo, &globs, &refs, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("HEAD"), &commit, &f->err), &f->err);
    assert_int_equal(refs.len, 1);
    assert_true(gm_oid_eq(&refs.items[0].commit, &commit));
    gm_repo_close(repo);
}

static void names_of_commits_are_those_of_git(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git commit -q --allow-empty -m 'second thing'; git tag -a -m x v1;"
          "git branch worktree HEAD~1; git branch -q -u worktree");
    gm_repo *repo = open_repo(f, "r");
    gm_oid head, first, commit;
    assert_ok(gm_repo_resolve(repo, GM_STR("HEAD"), &head, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("HEAD~1"), &first, &f->err), &f->err);
    gm_str hex = gm_oid_hex(f->arena, &head);
    const struct {
        gm_str name;
        const gm_oid *expected;
    } rows[] = {
        {GM_STR("v1"), &head},
        {GM_STR("main"), &head},
        {GM_STR("refs/heads/main"), &head},
        {hex, &head},
        {gm_str_sub(hex, 0, 8), &head},
        {GM_STR(":/second"), &head},
        {GM_STR("main@{upstream}"), &first},
        {GM_STR("refs/heads/worktree"), &first},
        {GM_STR("@^"), &first},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_ok(gm_repo_resolve(repo, rows[i].name, &commit, &f->err), &f->err);
        assert_true(gm_oid_eq(&commit, rows[i].expected));
    }
    static const char *const unknown[] = {"nope",
                                          "",
                                          "--all",
                                          "HEAD~9",
                                          "HEAD:README",
                                          "a b",
                                          "1234567890123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        gm_err_clear(&f->err);
        assert_int_equal(gm_repo_resolve(repo, gm_str_from(unknown[i]), &commit, &f->err),
                         GM_E_UNKNOWN_REF);
    }
    gm_repo_close(repo);
}

static void merge_bases_are_those_of_git(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch a; git commit -q --allow-empty -m b; git checkout -q a;"
          "git commit -q --allow-empty -m a; git checkout -q --orphan far; git commit -q -m far");
    gm_repo *repo = open_repo(f, "r");
    gm_oid a, b, far, first, base;
    bool found;
    assert_ok(gm_repo_resolve(repo, GM_STR("a"), &a, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("main"), &b, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("main~1"), &first, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("far"), &far, &f->err), &f->err);
    assert_ok(gm_repo_merge_base(repo, &a, &b, &base, &found, &f->err), &f->err);
    assert_true(found && gm_oid_eq(&base, &first));
    assert_ok(gm_repo_merge_base(repo, &a, &far, &base, &found, &f->err), &f->err);
    assert_false(found);
    gm_repo_close(repo);
}

/* Both ways of asking, since SHA-256 repositories are git's to answer. */
static void branches_that_were_merged_crosswise_have_several_merge_bases(void **state)
{
    fixture *f = *state;
    for (int kind = 0; kind < 2; kind++) {
        const char *name = kind ? "new" : "old";
        setenv("GIT_DEFAULT_HASH", kind ? "sha256" : "sha1", 1);
        make_repo(f, name);
        sh(f, gm_str_printf(f->arena,
                            "cd %s; git checkout -qb a; git commit -q --allow-empty -m a;"
                            "git checkout -q main; git commit -q --allow-empty -m b;"
                            "git tag b; git tag a1 a; git merge -qm one a; git checkout -q a;"
                            "git merge -qm two b",
                            name)
                  .ptr);
        gm_repo *repo = open_repo(f, name);
        gm_oid main, a;
        gm_oids others = {0};
        gm_oids bases = {0};
        assert_ok(gm_repo_resolve(repo, GM_STR("main"), &main, &f->err), &f->err);
        assert_ok(gm_repo_resolve(repo, GM_STR("a"), &a, &f->err), &f->err);
        gm_vec_push(f->arena, &others, a);
        assert_ok(gm_repo_merge_bases(repo, &main, &others, &bases, &f->err), &f->err);
        assert_int_equal(bases.len, 2);
        assert_false(gm_oid_eq(&bases.items[0], &bases.items[1]));
        /* With one that has both sides, there is one again. */
        gm_vec_push(f->arena, &others, main);
        assert_ok(gm_repo_merge_bases(repo, &main, &others, &bases, &f->err), &f->err);
        assert_int_equal(bases.len, 1);
        assert_true(gm_oid_eq(&bases.items[0], &main));
        gm_repo_close(repo);
    }
    unsetenv("GIT_DEFAULT_HASH");
}

static void a_merge_in_progress_names_what_it_brings(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git checkout -qb a; git commit -q --allow-empty -m a; git checkout -q main;"
          "git commit -q --allow-empty -m b");
    gm_repo *repo = open_repo(f, "r");
    gm_oids merging = {0};
    gm_oid a;
    assert_ok(gm_repo_resolve(repo, GM_STR("a"), &a, &f->err), &f->err);
    assert_ok(gm_repo_merging(repo, &merging, &f->err), &f->err);
    assert_int_equal(merging.len, 0);
    sh(f, "cd r; git merge -q --no-commit a");
    assert_ok(gm_repo_merging(repo, &merging, &f->err), &f->err);
    assert_int_equal(merging.len, 1);
    assert_true(gm_oid_eq(&merging.items[0], &a));
    put(f, "r/.git/MERGE_HEAD", "junk\n");
    assert_int_equal(gm_repo_merging(repo, &merging, &f->err), GM_E_GIT);
    gm_repo_close(repo);
}

static void a_shallow_clone_says_where_it_ends(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch a; git commit -q --allow-empty -m b; git checkout -q a;"
          "git commit -q --allow-empty -m a; cd ..;"
          "git clone -q --depth=1 --no-single-branch \"file://$HOME/r\" s");
    gm_repo *repo = open_repo(f, "s");
    gm_oid a, b, base;
    gm_commit commit;
    bool found;
    assert_true(gm_repo_is_shallow(repo));
    assert_ok(gm_repo_resolve(repo, GM_STR("origin/a"), &a, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("origin/main"), &b, &f->err), &f->err);
    assert_ok(gm_repo_commit(repo, &a, &commit, &f->err), &f->err);
    assert_int_equal(commit.parents.len, 1);
    assert_int_equal(gm_repo_merge_base(repo, &a, &b, &base, &found, &f->err), GM_E_MISSING_OBJECT);
    assert_true(gm_str_search(f->err.hint, GM_STR("git fetch --unshallow")) < f->err.hint.len);
    assert_int_equal(gm_repo_resolve(repo, GM_STR("HEAD~1"), &b, &f->err), GM_E_MISSING_OBJECT);
    assert_int_equal(gm_repo_commit(repo, &commit.parents.items[0], &commit, &f->err),
                     GM_E_MISSING_OBJECT);
    gm_repo_close(repo);
}

static void a_shallow_clone_that_is_deep_enough_has_the_merge_base(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git commit -q --allow-empty -m base; git branch a;"
          "git commit -q --allow-empty -m b; git checkout -q a; git commit -q --allow-empty -m a;"
          "cd ..; git clone -q --depth=2 --no-single-branch \"file://$HOME/r\" s");
    gm_repo *repo = open_repo(f, "s");
    gm_oid a, b, base;
    gm_commit commit;
    bool found;
    assert_ok(gm_repo_resolve(repo, GM_STR("origin/a"), &a, &f->err), &f->err);
    assert_ok(gm_repo_resolve(repo, GM_STR("origin/main"), &b, &f->err), &f->err);
    assert_ok(gm_repo_merge_base(repo, &a, &b, &base, &found, &f->err), &f->err);
    assert_true(found);
    assert_ok(gm_repo_commit(repo, &base, &commit, &f->err), &f->err);
    assert_str(commit.subject, "base");
    gm_repo_close(repo);
}

static void a_partial_clone_fetches_what_it_lacks(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "git -C r config uploadpack.allowFilter true;"
          "git clone -q --no-checkout --filter=blob:none \"file://$HOME/r\" p");
    gm_repo *repo = open_repo(f, "p");
    assert_true(gm_repo_is_partial(repo));
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "models", true), "models/card.yml=card");
    gm_repo_close(repo);
}

static void a_partial_clone_fetches_a_whole_listing_at_once(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "git -C r config uploadpack.allowFilter true;"
          "git clone -q --no-checkout --filter=blob:none \"file://$HOME/r\" p; rm -f trace");
    setenv("GIT_TRACE", at(f, "trace").ptr, 1);
    gm_repo *repo = open_repo(f, "p");
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "migrations", true),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/old/0.sql=zero");
    gm_repo_close(repo);
    sh(f, "test $(grep -c 'built-in: git fetch ' trace) = 1");
}

static void a_partial_clone_without_its_remote_names_the_cure(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "git -C r config uploadpack.allowFilter true;"
          "git clone -q --no-checkout --filter=blob:none \"file://$HOME/r\" p; mv r away");
    gm_repo *repo = open_repo(f, "p");
    gm_snapshot *snapshot = open_snapshot(f, repo, "HEAD");
    gm_entry entry;
    gm_str bytes;
    bool found;
    gm_str path = GM_STR("models/card.yml");
    assert_ok(gm_snapshot_find(snapshot, path, &entry, &found, &f->err), &f->err);
    assert_true(found);
    for (int twice = 0; twice < 2; twice++) {
        assert_int_equal(gm_snapshot_read(snapshot, &entry, &bytes, &f->err), GM_E_MISSING_OBJECT);
        assert_str(f->err.where, "models/card.yml");
        assert_str(f->err.hint, "This is a partial clone. With its remote within reach, run: "
                                "git fetch --refetch --no-filter origin");
    }
    sh(f, "mv away r; cd p; git fetch -q --refetch --no-filter origin");
    assert_ok(gm_snapshot_read(snapshot, &entry, &bytes, &f->err), &f->err);
    assert_str(bytes, "card\n");
    gm_repo_close(repo);
}

static void what_git_is_in_the_middle_of_is_told(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch a; echo b >README; git commit -q -a -m b; git checkout -q a;"
          "echo a >README; git commit -q -a -m a; git worktree add -q -b w ../w");
    static const struct {
        const char *script;
        gm_repo_state expected;
    } rows[] = {
        {"", GM_REPO_CLEAN},
        {"git merge main || true", GM_REPO_MERGE},
        {"git merge --abort; git rebase main || true", GM_REPO_REBASE},
        {"git rebase --abort; git cherry-pick main || true", GM_REPO_CHERRY_PICK},
        {"git cherry-pick --abort; git bisect start", GM_REPO_BISECT},
        {"git bisect reset", GM_REPO_CLEAN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sh(f, gm_str_printf(f->arena, "cd r; %s", rows[i].script).ptr);
        gm_repo *repo = open_repo(f, "r");
        assert_int_equal(gm_repo_get_state(repo), rows[i].expected);
        gm_repo_close(repo);
        repo = open_repo(f, "w"); /* is in the middle of nothing */
        assert_int_equal(gm_repo_get_state(repo), GM_REPO_CLEAN);
        gm_repo_close(repo);
    }
}

static void configuration_comes_from_every_place_git_reads(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git config --add a.b one; git config --add A.B two; git config X.Some.Key here;"
          "git config core.repositoryFormatVersion 1; git config extensions.worktreeConfig true;"
          "git config --worktree w.t yes; printf '[flag]\\n\\ton\\n' >>.git/config;"
          "git config include.path extra; git config -f .git/extra inc.luded yes");
    static const char *const rows[][2] = {
        {"a.b", "two"},       {"x.Some.KEY", "here"}, {"x.some.key", ""},
        {"user.name", "Ada"}, {"w.t", "yes"},         {"flag.on", "true"},
        {"inc.luded", "yes"}, {"un.set", ""},         {"nodot", ""}};
    for (int from_git = 0; from_git < 2; from_git++) {
        gm_repo *repo = open_repo(f, "r");
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            assert_str(gm_repo_config(repo, rows[i][0]), rows[i][1]);
        assert_str(gm_repo_config(repo, "en.v"), from_git ? "set" : "");
        gm_repo_close(repo);
        setenv("GIT_CONFIG_COUNT", "1", 1);
        setenv("GIT_CONFIG_KEY_0", "en.v", 1);
        setenv("GIT_CONFIG_VALUE_0", "set", 1);
    }
}

static void the_hooks_folder_is_where_git_looks(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "git clone -q --bare r b; git -C r worktree add -q ../w");
    const struct {
        const char *repo;
        const char *set;
        gm_str expected;
    } rows[] = {
        {"r", NULL, at(f, "r/.git/hooks")},
        {"w", NULL, at(f, "r/.git/hooks")},
        {"b", NULL, at(f, "b/hooks")},
        {"r", ".husky/_", at(f, "r/.husky/_")},
        {"b", "../h", at(f, "h")},
        {"r", "~/hooks", at(f, "hooks")},
        {"r", "/etc/hooks", GM_STR("/etc/hooks")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str folder;
        if (rows[i].set)
            sh(f, gm_str_printf(f->arena, "git -C %s config core.hooksPath '%s'", rows[i].repo,
                                rows[i].set)
                      .ptr);
        gm_repo *repo = open_repo(f, rows[i].repo);
        assert_ok(gm_repo_hooks_folder(repo, &folder, &f->err), &f->err);
        assert_true(gm_str_eq(folder, rows[i].expected));
        gm_repo_close(repo);
    }
}

static void a_foreign_owner_is_refused_with_the_line_that_cures_it(void **state)
{
    fixture *f = *state;
    gm_repo *repo = NULL;
    if (geteuid() != 0)
        skip(); /* only root can give files away */
    make_repo(f, "r");
    sh(f, "chown -R 12345 r");
    assert_int_equal(gm_repo_open(f->arena, at(f, "r"), &repo, &f->err), GM_E_GIT);
    gm_str line = gm_str_printf(f->arena, "git config --global --add safe.directory %.*s",
                                GM_ARG(at(f, "r")));
    assert_true(gm_str_search(f->err.hint, line) < f->err.hint.len);
    sh(f, "git config --global safe.directory '*'");
    gm_err_clear(&f->err);
    repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "models", true), "models/card.yml=card");
    gm_repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_folder_without_a_repository_is_told_so),
        fixture_test(a_broken_git_folder_is_no_repository),
        cmocka_unit_test(every_kind_of_repository_gives_the_same_answers),
        fixture_test(a_sha256_repository_gives_the_same_answers),
        fixture_test(extensions_that_git_does_not_know_are_refused_in_its_words),
        fixture_test(head_is_a_branch_a_commit_or_unborn),
        fixture_test(refs_are_chosen_as_for_each_ref_does),
        fixture_test(loose_annotated_tags_are_peeled),
        fixture_test(names_of_commits_are_those_of_git),
        fixture_test(branches_that_were_merged_crosswise_have_several_merge_bases),
        fixture_test(a_merge_in_progress_names_what_it_brings),
        fixture_test(merge_bases_are_those_of_git),
        fixture_test(a_shallow_clone_says_where_it_ends),
        fixture_test(a_shallow_clone_that_is_deep_enough_has_the_merge_base),
        fixture_test(a_partial_clone_fetches_what_it_lacks),
        fixture_test(a_partial_clone_fetches_a_whole_listing_at_once),
        fixture_test(a_partial_clone_without_its_remote_names_the_cure),
        fixture_test(what_git_is_in_the_middle_of_is_told),
        fixture_test(configuration_comes_from_every_place_git_reads),
        fixture_test(the_hooks_folder_is_where_git_looks),
        fixture_test(a_foreign_owner_is_refused_with_the_line_that_cures_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
