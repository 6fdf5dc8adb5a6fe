/* SPDX-License-Identifier: Apache-2.0 */
/* Every test runs twice: on libgit2, and on SHA-256 repositories, which only the git program reads.
 */
#include "git_fixture.h"

#include "base/buf.h"

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
    assert_str(describe(f, snapshot, "README", true), "");
    assert_str(gm_snapshot_name(snapshot), "HEAD");
    gm_repo_close(repo);
}

static void the_index_is_read_as_staged(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; echo three >migrations/3.sql; git add migrations/3.sql; echo 3 >migrations/3.sql;"
          "git rm -q --cached migrations/old/0.sql; echo later >migrations/4.sql;"
          "git add -N migrations/4.sql; : >migrations/5.sql; git add migrations/5.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "index");
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/3.sql=three, "
               "migrations/5.sql=");
    assert_str(describe(f, snapshot, "", false), "README=read, migrations/, models/");
    gm_repo_close(repo);
}

static void the_work_tree_is_what_is_on_disk(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; echo '*.log' >.gitignore; echo new >migrations/3.sql; echo x >migrations/x.log;"
          "rm migrations/1.sql; echo changed >migrations/2.sql; echo ok >migrations/4.sql;"
          "git add migrations/4.sql; ln -s 2.sql migrations/link.sql; mkfifo migrations/fifo;"
          "echo z >migrations/forced.log; git add -f migrations/forced.log;"
          "echo w >migrations/5.sql; git add -N migrations/5.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "worktree");
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/2.sql=changed M, migrations/3.sql=new U, migrations/4.sql=ok M, "
               "migrations/5.sql=w U, migrations/forced.log=z M, migrations/link.sql@ U, "
               "migrations/old/0.sql=zero");
    assert_str(describe(f, snapshot, "", false),
               ".gitignore=*.log U, README=read, migrations/, models/");
    gm_repo_close(repo);
}

static void an_ignored_folder_shows_only_what_the_index_has(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; echo '/gen/\n/out/' >.gitignore; mkdir gen out; echo a >gen/a.sql;"
          "echo b >gen/b.sql; git add -f gen/a.sql; echo c >out/c.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "");
    assert_str(describe(f, snapshot, "gen", true), "gen/a.sql=a M");
    assert_str(describe(f, snapshot, "out", true), "");
    gm_repo_close(repo);
}

static gm_str describe_one(fixture *f, gm_snapshot *snapshot, const char *path)
{
    gm_entry entry;
    bool found;
    static const char *const kind_names[] = {"file", "link", "folder", "submodule"};
    assert_ok(gm_snapshot_find(snapshot, gm_str_from(path), &entry, &found, &f->err), &f->err);
    if (!found)
        return GM_STR("none");
    return gm_str_printf(f->arena, "%s%s%s", kind_names[entry.kind], entry.untracked ? " U" : "",
                         entry.modified ? " M" : "");
}

static void one_path_is_found_as_a_listing_shows_it(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; ln -s README link; git add link; git commit -q -m link; echo '*.log' >.gitignore;"
          "echo x >x.log; echo m >README; echo n >new; rm models/card.yml; mkdir empty;"
          "ln -s migrations way");
    gm_repo *repo = open_repo(f, "r");
    static const struct {
        const char *path;
        const char *worktree;
        const char *index;
        const char *commit;
    } rows[] = {
        {"README", "file M", "file", "file"},
        {"migrations", "folder", "folder", "folder"},
        {"migrations/old/", "folder", "folder", "folder"},
        {"", "folder", "folder", "folder"},
        {"link", "link", "link", "link"},
        {"new", "file U", "none", "none"},
        {"x.log", "none", "none", "none"},
        {"models/card.yml", "none", "file", "file"},
        {"nowhere", "none", "none", "none"},
        {"README/x", "none", "none", "none"},
        {"migrations/1", "none", "none", "none"},
        {"way/1.sql", "none", "none", "none"}, /* links are not followed */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *path = rows[i].path;
        assert_str(describe_one(f, open_snapshot(f, repo, ""), path), rows[i].worktree);
        assert_str(describe_one(f, open_snapshot(f, repo, "index"), path), rows[i].index);
        assert_str(describe_one(f, open_snapshot(f, repo, "HEAD"), path), rows[i].commit);
    }
    gm_entry entry;
    bool found;
    assert_int_equal(
        gm_snapshot_find(open_snapshot(f, repo, ""), GM_STR("../x"), &entry, &found, &f->err),
        GM_E_CONFIG);
    gm_repo_close(repo);
}

static void line_ends_do_not_change_a_blob(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git config core.autocrlf true; printf 'one\\r\\n' >migrations/1.sql;"
          "touch -d '2001-01-01' migrations/1.sql; printf 'a\\r\\nb\\r\\n' >migrations/3.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "");
    gm_entry disk, head;
    gm_str bytes;
    bool found;
    gm_str path = GM_STR("migrations/1.sql");
    assert_ok(gm_snapshot_find(snapshot, path, &disk, &found, &f->err), &f->err);
    assert_ok(gm_snapshot_find(open_snapshot(f, repo, "HEAD"), path, &head, &found, &f->err),
              &f->err);
    assert_true(gm_oid_eq(&disk.blob, &head.blob));
    assert_false(disk.modified);
    assert_ok(gm_snapshot_read(snapshot, &disk, &bytes, &f->err), &f->err);
    assert_str(bytes, "one\n");
    path = GM_STR("migrations/3.sql");
    assert_ok(gm_snapshot_find(snapshot, path, &disk, &found, &f->err), &f->err);
    assert_ok(gm_snapshot_read(snapshot, &disk, &bytes, &f->err), &f->err);
    assert_str(bytes, "a\nb\n");
    gm_repo_close(repo);
}

static void filter_commands_are_never_run(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; : >migrations/empty.sql; git add migrations/empty.sql;"
          "git config filter.evil.clean 'touch \"$HOME/ran\"; cat';"
          "git config filter.two.process 'touch \"$HOME/ran\"'; git config filter.two.required 1;"
          "echo '*.sql filter=evil' >.gitattributes; echo '*.yml filter=two' >>.gitattributes;"
          "echo new >migrations/3.sql; echo new >models/new.yml");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "");
    assert_str(describe(f, snapshot, "models", true), "models/card.yml=card, models/new.yml=new U");
    assert_str(describe(f, snapshot, "migrations", false),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/3.sql=new U, "
               "migrations/empty.sql= M, migrations/old/");
    describe(f, open_snapshot(f, repo, "index"), "migrations", true);
    assert_false(gm_file_exists(at(f, "ran")));
    gm_repo_close(repo);
}

static void names_are_bytes(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; mkdir odd; cd odd; echo 1 >\"$(printf 'a\\377b')\"; echo 2 >\"$(printf 'a\\nb')\";"
          "echo 3 >'q\"\\\\'; git add .; git commit -q -m odd; echo 4 >\"$(printf 'x\\ny')\";"
          "echo 5 >'z\"'; echo 6 >':(glob)*'; echo '\\:*' >.gitignore");
    gm_repo *repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "odd", true),
               "odd/a\nb=2, odd/a\377b=1, odd/q\"\\\\=3");
    assert_str(describe(f, open_snapshot(f, repo, "index"), "odd", true),
               "odd/a\nb=2, odd/a\377b=1, odd/q\"\\\\=3");
    assert_str(describe(f, open_snapshot(f, repo, ""), "odd", true),
               "odd/.gitignore=\\:* U, odd/a\nb=2, odd/a\377b=1, odd/q\"\\\\=3, odd/x\ny=4 U, "
               "odd/z\"=5 U");
    gm_repo_close(repo);
}

static void a_file_in_conflict_is_refused(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch a; git rm -q migrations/1.sql; git commit -q -m b; git checkout -q a;"
          "echo 1 >migrations/1.sql; git commit -q -a -m a; git merge main || true");
    gm_repo *repo = open_repo(f, "r");
    static const char *const places[] = {"worktree", "index"};
    for (size_t i = 0; i < 2; i++) {
        gm_entries entries = {0};
        gm_entry entry;
        bool found;
        gm_snapshot *snapshot = open_snapshot(f, repo, places[i]);
        assert_int_equal(gm_snapshot_list(snapshot, GM_STR("migrations"), true, &entries, &f->err),
                         GM_E_REFUSED);
        assert_str(f->err.where, "migrations/1.sql");
        assert_int_equal(
            gm_snapshot_find(snapshot, GM_STR("migrations/1.sql"), &entry, &found, &f->err),
            GM_E_REFUSED);
        assert_str(describe(f, snapshot, "models", true), "models/card.yml=card");
    }
    gm_repo_close(repo);
}

static void a_conflict_in_a_file_that_is_derived_does_not_matter(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch a; echo b >migrations/HEADS; git add .; git commit -q -m b;"
          "git checkout -q a; echo a >migrations/HEADS; git add .; git commit -q -m a;"
          "git merge main || true");
    gm_repo *repo = open_repo(f, "r");
    gm_entries entries = {0};
    gm_entry entry;
    gm_str bytes;
    bool found;
    gm_str path = GM_STR("migrations/HEADS");
    gm_snapshot *snapshot = open_snapshot(f, repo, "worktree");
    assert_int_equal(gm_snapshot_list(snapshot, GM_STR("migrations"), true, &entries, &f->err),
                     GM_E_REFUSED);
    gm_snapshot_derived(snapshot, path);
    entries.len = 0;
    assert_ok(gm_snapshot_list(snapshot, GM_STR("migrations"), true, &entries, &f->err), &f->err);
    assert_true(entries.len > 1);
    assert_ok(gm_snapshot_find(snapshot, path, &entry, &found, &f->err), &f->err);
    assert_true(found);
    assert_ok(gm_snapshot_read(snapshot, &entry, &bytes, &f->err), &f->err);
    assert_true(gm_str_starts(bytes, GM_STR("<<<<<<< ")));
    gm_repo_close(repo);
}

static void a_link_in_the_place_of_a_folder_hides_what_was_below_it(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "mv r/migrations outside; ln -s ../outside r/migrations; echo s >outside/secret.sql");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "");
    assert_str(describe(f, snapshot, "migrations", true), "");
    assert_str(describe(f, snapshot, "", false), "README=read, migrations@ U, models/");
    gm_repo_close(repo);
}

static void submodules_and_inner_repositories_are_not_entered(void **state)
{
    fixture *f = *state;
    make_repo(f, "lib");
    make_repo(f, "r");
    sh(f, "cd r; git submodule --quiet add ../lib migrations/lib; git commit -q -m lib;"
          "git init -q migrations/inner; echo x >migrations/inner/x.sql");
    gm_repo *repo = open_repo(f, "r");
    const char *expected = "migrations/1.sql=one, migrations/2.sql=two, migrations/lib#, "
                           "migrations/old/0.sql=zero";
    assert_str(describe(f, open_snapshot(f, repo, ""), "migrations", true), expected);
    assert_str(describe(f, open_snapshot(f, repo, "index"), "migrations", true), expected);
    assert_str(describe(f, open_snapshot(f, repo, "HEAD"), "migrations", true), expected);
    gm_repo_close(repo);
}

static void files_of_a_sparse_checkout_are_there(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git sparse-checkout set --cone models; test ! -e migrations/1.sql");
    for (int sparse_index = 0; sparse_index < 2; sparse_index++) {
        gm_repo *repo = open_repo(f, "r");
        gm_snapshot *snapshot = open_snapshot(f, repo, "");
        assert_str(describe(f, snapshot, "migrations", true),
                   "migrations/1.sql=one, migrations/2.sql=two, migrations/old/0.sql=zero");
        assert_str(describe(f, snapshot, "", false), "README=read, migrations/, models/");
        assert_str(describe_one(f, snapshot, "migrations/1.sql"), "file");
        assert_str(describe_one(f, snapshot, "migrations/old"), "folder");
        assert_str(describe(f, open_snapshot(f, repo, "index"), "migrations", false),
                   "migrations/1.sql=one, migrations/2.sql=two, migrations/old/");
        gm_repo_close(repo);
        sh(f, "cd r; git sparse-checkout set --cone --sparse-index models");
    }
}

/* An index that notes the file's true stat data and another content: what a change within one tick
 * of the clock leaves behind. */
static void put_stale_entry(fixture *f, const char *before_add, const char *after_add)
{
    sh(f, gm_str_printf(
              f->arena,
              "cd r; echo '3.sql filter=x' >.git/info/attributes; echo BBB >migrations/3.sql;"
              "%s; git -c filter.x.clean='echo AAA' add migrations/3.sql; %s;"
              "rm .git/info/attributes",
              before_add, after_add)
              .ptr);
}

static void a_change_within_the_clock_tick_of_the_index_is_seen(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    put_stale_entry(f, ":", "touch -r migrations/3.sql .git/index");
    gm_repo *repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, ""), "migrations", false),
               "migrations/1.sql=one, migrations/2.sql=two, migrations/3.sql=BBB M, "
               "migrations/old/");
    gm_repo_close(repo);
}

static void a_file_as_the_index_noted_it_is_not_hashed_again(void **state)
{
    fixture *f = *state;
    gm_entry disk, staged;
    bool found;
    gm_str path = GM_STR("migrations/3.sql");
    make_repo(f, "r");
    put_stale_entry(f, "touch -d 2001-01-01 migrations/3.sql", ":");
    gm_repo *repo = open_repo(f, "r");
    assert_ok(gm_snapshot_find(open_snapshot(f, repo, ""), path, &disk, &found, &f->err), &f->err);
    assert_ok(gm_snapshot_find(open_snapshot(f, repo, "index"), path, &staged, &found, &f->err),
              &f->err);
    assert_true(gm_oid_eq(&disk.blob, &staged.blob));
    gm_repo_close(repo);
    sh(f, "touch r/migrations/3.sql"); /* now it must be looked at */
    repo = open_repo(f, "r");
    assert_ok(gm_snapshot_find(open_snapshot(f, repo, ""), path, &disk, &found, &f->err), &f->err);
    assert_false(gm_oid_eq(&disk.blob, &staged.blob));
    gm_repo_close(repo);
}

static void a_huge_file_is_listed_and_not_read(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r/migrations; truncate -s 20M 3.sql; git add 3.sql; git commit -q -m huge;"
          "truncate -s 30M 3.sql; truncate -s 40M 4.sql");
    gm_repo *repo = open_repo(f, "r");
    static const char *const places[] = {"worktree", "index", "HEAD"};
    for (size_t i = 0; i < 3; i++) {
        gm_entries entries = {0};
        gm_str bytes;
        gm_snapshot *snapshot = open_snapshot(f, repo, places[i]);
        assert_ok(gm_snapshot_list(snapshot, GM_STR("migrations"), false, &entries, &f->err),
                  &f->err);
        assert_int_equal(entries.len, i ? 4 : 5);
        for (size_t j = 2; j < entries.len - 1; j++) {
            gm_err_clear(&f->err);
            assert_int_equal(gm_snapshot_read(snapshot, &entries.items[j], &bytes, &f->err),
                             GM_E_HISTORY);
            assert_true(f->err.where.len > 0);
        }
        /* The next object is still read right. */
        assert_ok(gm_snapshot_read(snapshot, &entries.items[0], &bytes, &f->err), &f->err);
        assert_str(bytes, "one\n");
    }
    gm_repo_close(repo);
}

static void a_file_that_changes_after_its_listing_is_not_mistaken(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    put(f, "r/migrations/1.sql", "mine");
    gm_repo *repo = open_repo(f, "r");
    gm_snapshot *snapshot = open_snapshot(f, repo, "");
    gm_entries entries = {0};
    gm_str bytes;
    assert_ok(gm_snapshot_list(snapshot, GM_STR("migrations"), true, &entries, &f->err), &f->err);
    put(f, "r/migrations/1.sql", "later");
    assert_int_equal(gm_snapshot_read(snapshot, &entries.items[0], &bytes, &f->err), GM_E_IO);
    assert_str(f->err.where, "migrations/1.sql");
    gm_repo_close(repo);
}

static void a_bare_repository_has_only_commits(void **state)
{
    fixture *f = *state;
    gm_snapshot *snapshot;
    make_repo(f, "r");
    sh(f, "git clone -q --bare r b");
    gm_repo *repo = open_repo(f, "b");
    assert_str(describe(f, open_snapshot(f, repo, ""), "models", true), "models/card.yml=card");
    assert_int_equal(gm_snapshot_open(f->arena, repo, GM_STR("worktree"), &snapshot, &f->err),
                     GM_E_NO_REPO);
    gm_repo_close(repo);
}

static void branches_named_as_places_are_reached_by_their_full_names(void **state)
{
    fixture *f = *state;
    make_repo(f, "r");
    sh(f, "cd r; git branch index; git branch worktree; echo new >models/new.yml; git add .");
    gm_repo *repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, "refs/heads/index"), "models", true),
               "models/card.yml=card");
    assert_str(describe(f, open_snapshot(f, repo, "index"), "models", true),
               "models/card.yml=card, models/new.yml=new");
    gm_repo_close(repo);
}

/* A branch "evil" whose tree holds the blob of README under `name`, which git would not write. */
static void put_hostile_tree(fixture *f, const char *name)
{
    gm_entry entry;
    bool found;
    gm_repo *repo = open_repo(f, "r");
    assert_ok(
        gm_snapshot_find(open_snapshot(f, repo, "HEAD"), GM_STR("README"), &entry, &found, &f->err),
        &f->err);
    gm_repo_close(repo);
    gm_buf tree = gm_buf_new(f->arena, SIZE_MAX);
    gm_buf_printf(&tree, "100644 %s", name);
    gm_buf_char(&tree, '\0');
    gm_buf_add(&tree, gm_oid_key(&entry.blob));
    put_bytes(f, "tree", gm_buf_str(&tree));
    sh(f, "cd r; tree=$(git hash-object -t tree --literally -w ../tree);"
          "git update-ref refs/heads/evil $(git commit-tree -m evil $tree)");
}

static void hostile_names_in_a_tree_are_refused(void **state)
{
    fixture *f = *state;
    gm_entries entries = {0};
    make_repo(f, "r");
    put_hostile_tree(f, "../x");
    gm_repo *repo = open_repo(f, "r");
    assert_int_equal(gm_snapshot_list(open_snapshot(f, repo, "refs/heads/evil"), GM_STR(""), true,
                                      &entries, &f->err),
                     GM_E_GIT);
    gm_repo_close(repo);
    put_hostile_tree(f, "x"); /* the same tree with a good name is read */
    repo = open_repo(f, "r");
    assert_str(describe(f, open_snapshot(f, repo, "refs/heads/evil"), "", true), "x=read");
    gm_repo_close(repo);
}

static void a_tree_that_holds_itself_many_times_over_has_a_limit(void **state)
{
    needs_speed();
    fixture *f = *state;
    gm_entries entries = {0};
    make_repo(f, "r");
    sh(f, "cd r; id=$(git rev-parse HEAD:models); for i in 1 2 3 4 5 6 7; do"
          " id=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\\t%s\\n' $id $n; done |"
          " git mktree); done; git update-ref refs/heads/bomb $(git commit-tree -m bomb $id)");
    gm_repo *repo = open_repo(f, "r");
    assert_int_equal(
        gm_snapshot_list(open_snapshot(f, repo, "bomb"), GM_STR(""), true, &entries, &f->err),
        GM_E_HISTORY);
    gm_repo_close(repo);
}

static void a_plain_folder_is_a_snapshot_too(void **state)
{
    fixture *f = *state;
    gm_snapshot *snapshot;
    gm_entry entry;
    bool found;
    put(f, "p/migrations/1.sql", "one");
    put(f, "p/migrations/old/0.sql", "zero");
    sh(f, "ln -s 1.sql p/migrations/link; mkfifo p/migrations/fifo; ln -s migrations p/way");
    assert_ok(gm_snapshot_open_folder(f->arena, at(f, "p"), &snapshot, &f->err), &f->err);
    assert_str(describe(f, snapshot, "migrations", true),
               "migrations/1.sql=one, migrations/link@, migrations/old/0.sql=zero");
    assert_str(describe(f, snapshot, "", false), "migrations/, way@");
    assert_str(describe(f, snapshot, "way", true), "");
    assert_str(describe_one(f, snapshot, "migrations/1.sql"), "file");
    assert_str(describe_one(f, snapshot, "way/1.sql"), "none");
    assert_ok(gm_snapshot_find(snapshot, GM_STR("migrations/1.sql"), &entry, &found, &f->err),
              &f->err);
    /* printf one | git hash-object --stdin */
    assert_str(gm_oid_hex(f->arena, &entry.blob), "43dd47ea691c90a5fa7827892c70241913351963");
    gm_oid commit = gm_snapshot_commit(snapshot);
    assert_true(gm_oid_none(&commit));
    assert_int_equal(gm_snapshot_open_folder(f->arena, at(f, "none"), &snapshot, &f->err), GM_E_IO);
}

#define SNAPSHOT_TESTS(test)                                                                       \
    test(a_commit_lists_a_folder_with_and_without_its_sub_folders),                                \
        test(the_index_is_read_as_staged), test(the_work_tree_is_what_is_on_disk),                 \
        test(an_ignored_folder_shows_only_what_the_index_has),                                     \
        test(one_path_is_found_as_a_listing_shows_it), test(line_ends_do_not_change_a_blob),       \
        test(filter_commands_are_never_run), test(names_are_bytes),                                \
        test(a_file_in_conflict_is_refused),                                                       \
        test(a_conflict_in_a_file_that_is_derived_does_not_matter),                                \
        test(a_link_in_the_place_of_a_folder_hides_what_was_below_it),                             \
        test(submodules_and_inner_repositories_are_not_entered),                                   \
        test(files_of_a_sparse_checkout_are_there),                                                \
        test(a_change_within_the_clock_tick_of_the_index_is_seen),                                 \
        test(a_huge_file_is_listed_and_not_read),                                                  \
        test(a_file_that_changes_after_its_listing_is_not_mistaken),                               \
        test(a_bare_repository_has_only_commits),                                                  \
        test(branches_named_as_places_are_reached_by_their_full_names),                            \
        test(hostile_names_in_a_tree_are_refused),                                                 \
        test(a_tree_that_holds_itself_many_times_over_has_a_limit)

static int begin_sha256(void **state)
{
    int failed = fixture_begin(state);
    setenv("GIT_DEFAULT_HASH", "sha256", 1);
    return failed;
}

#define sha256_test(function) cmocka_unit_test_setup_teardown(function, begin_sha256, fixture_end)

int main(void)
{
    const struct CMUnitTest by_libgit2[] = {
        SNAPSHOT_TESTS(fixture_test),
        fixture_test(a_file_as_the_index_noted_it_is_not_hashed_again),
        fixture_test(a_plain_folder_is_a_snapshot_too)};
    const struct CMUnitTest by_git[] = {SNAPSHOT_TESTS(sha256_test)};
    int failed = cmocka_run_group_tests_name("by libgit2", by_libgit2, NULL, NULL);
    return failed + cmocka_run_group_tests_name("by git", by_git, NULL, NULL);
}
