/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

#include "git/index_peek.h"

#define NAME GM_STR("gmig.yml")

/* Folders and blobs that git itself names for what is in the index and at HEAD. */
static gm_str git_says(const fixture *f, const char *question)
{
    gm_str script = gm_str_printf(f->arena, "cd r; git rev-parse %s >../answer", question);
    sh(f, script.ptr);
    gm_str answer;
    gm_err err = gm_err_new(f->arena);
    assert_ok(gm_file_read(f->arena, at(f, "answer"), 4096, &answer, &err), &err);
    return gm_str_dup(f->arena, gm_str_trim(answer));
}

static void make_projects(const fixture *f, const char *format)
{
    gm_str script = gm_str_printf(
        f->arena,
        "git init -q %s r; cd r; mkdir -p migrations/old src/deep/er shop/db;"
        "for i in 1 2 3 4 5; do echo $i >migrations/$i.sql; echo $i >src/deep/er/$i.c; done;"
        "echo 0 >migrations/old/0.sql; echo a >gmig.yml; echo b >shop/gmig.yml; echo c "
        ">shop/db/1.sql;"
        "echo no >shop/not-gmig.yml; git add .; git commit -q -m one",
        format);
    sh(f, script.ptr);
}

static void assert_folder(fixture *f, const gm_index_peek *peek, const char *folder)
{
    gm_oid tree;
    gm_str question = gm_str_printf(f->arena, "'HEAD:%s'", folder);
    assert_int_equal(gm_index_peek_folder(peek, gm_str_from(folder), &tree), GM_PEEK_FOUND);
    assert_str(gm_oid_hex(f->arena, &tree), git_says(f, question.ptr).ptr);
}

static void files_of_a_name_and_trees_of_folders_are_found(void **state)
{
    fixture *f = *state;
    static const char *const prepare[] = {
        "git update-index --index-version 2",
        "git update-index --index-version 4",
        /* an entry with extended flags makes it version 3 */
        "git update-index --skip-worktree src/deep/er/1.c",
        "git update-index --index-version 4; git update-index --skip-worktree src/deep/er/1.c",
        "git -c index.threads=2 -c index.recordEndOfIndexEntries=true read-tree HEAD",
        "git update-index --untracked-cache",
    };
    for (size_t i = 0; i < sizeof(prepare) / sizeof(*prepare); i++) {
        sh(f, "rm -rf r");
        make_projects(f, "");
        gm_str script =
            gm_str_printf(f->arena, "cd r; git reset -q --hard; %s; git write-tree", prepare[i]);
        sh(f, script.ptr);
        gm_repo *repo = open_repo(f, "r");
        gm_index_peek peek;
        assert_true(gm_repo_peek_index(f->arena, repo, NAME, &peek));
        assert_int_equal(peek.hits.len, 2);
        assert_str(peek.hits.items[0].path, "gmig.yml");
        assert_str(peek.hits.items[1].path, "shop/gmig.yml");
        assert_str(gm_oid_hex(f->arena, &peek.hits.items[1].blob),
                   git_says(f, "HEAD:shop/gmig.yml").ptr);
        assert_folder(f, &peek, "");
        assert_folder(f, &peek, "migrations");
        assert_folder(f, &peek, "migrations/old");
        assert_folder(f, &peek, "shop/db");
        assert_folder(f, &peek, "src/deep/er");
        gm_oid tree;
        assert_int_equal(gm_index_peek_folder(&peek, GM_STR("no"), &tree), GM_PEEK_ABSENT);
        assert_int_equal(gm_index_peek_folder(&peek, GM_STR("src/no"), &tree), GM_PEEK_ABSENT);
        assert_int_equal(gm_index_peek_folder(&peek, GM_STR("gmig.yml"), &tree), GM_PEEK_ABSENT);
        gm_repo_close(repo);
    }
}

static void a_folder_with_staged_changes_is_not_known_and_its_neighbours_are(void **state)
{
    fixture *f = *state;
    make_projects(f, "");
    sh(f, "cd r; git reset -q --hard; echo new >migrations/6.sql; git add migrations");
    gm_repo *repo = open_repo(f, "r");
    gm_index_peek peek;
    gm_oid tree;
    assert_true(gm_repo_peek_index(f->arena, repo, NAME, &peek));
    assert_int_equal(gm_index_peek_folder(&peek, GM_STR("migrations"), &tree), GM_PEEK_UNKNOWN);
    assert_int_equal(gm_index_peek_folder(&peek, GM_STR(""), &tree), GM_PEEK_UNKNOWN);
    assert_int_equal(gm_index_peek_folder(&peek, GM_STR("no"), &tree), GM_PEEK_UNKNOWN);
    assert_folder(f, &peek, "shop/db");
    gm_repo_close(repo);
}

static void an_index_of_sha256_ids_is_read(void **state)
{
    fixture *f = *state;
    make_projects(f, "--object-format=sha256");
    sh(f, "cd r; git reset -q --hard");
    gm_repo *repo = open_repo(f, "r");
    gm_index_peek peek;
    assert_true(gm_repo_peek_index(f->arena, repo, NAME, &peek));
    assert_int_equal(peek.hits.len, 2);
    assert_folder(f, &peek, "migrations");
    gm_repo_close(repo);
}

static void the_index_of_the_environment_counts(void **state)
{
    fixture *f = *state;
    make_projects(f, "");
    sh(f, "cd r; cp .git/index ../other; GIT_INDEX_FILE=../other git rm -q --cached gmig.yml");
    setenv("GIT_INDEX_FILE", at(f, "other").ptr, 1);
    gm_repo *repo = open_repo(f, "r");
    unsetenv("GIT_INDEX_FILE");
    gm_index_peek peek;
    assert_true(gm_repo_peek_index(f->arena, repo, NAME, &peek));
    assert_int_equal(peek.hits.len, 1);
    gm_repo_close(repo);
}

static void an_index_out_of_the_ordinary_is_not_known(void **state)
{
    fixture *f = *state;
    static const char *const prepare[] = {
        "git update-index --split-index",
        "git sparse-checkout set --cone --sparse-index migrations",
        "sh ../conflict",
        "rm .git/index",
        "git checkout -q --orphan unborn",
        "printf DIRC >.git/index",
    };
    put(f, "conflict",
        "echo x >gmig.yml; git commit -qam x; git checkout -q HEAD~1\n"
        "echo y >gmig.yml; git commit -qam y; ! git merge -q main\n");
    for (size_t i = 0; i < sizeof(prepare) / sizeof(*prepare); i++) {
        sh(f, "rm -rf r");
        make_projects(f, "");
        gm_str script = gm_str_printf(f->arena, "cd r; %s", prepare[i]);
        sh(f, script.ptr);
        gm_repo *repo = open_repo(f, "r");
        gm_index_peek peek;
        if (gm_repo_peek_index(f->arena, repo, NAME, &peek))
            fail_msg("known: %s", prepare[i]);
        gm_repo_close(repo);
    }
}

/* Each byte in turn cut off, and changed: no answer may read behind the end. */
static void no_damage_leads_out_of_the_file(void **state)
{
    fixture *f = *state;
    make_projects(f, "");
    sh(f, "cd r; git reset -q --hard; git update-index --index-version 4");
    gm_str bytes;
    assert_ok(gm_file_read(f->arena, at(f, "r/.git/index"), 65536, &bytes, &f->err), &f->err);
    static const char *const folders[] = {"", "migrations/old", "src/deep/er", "no"};
    for (size_t i = 0; i < 2 * bytes.len; i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        size_t len = i < bytes.len ? i : bytes.len;
        char *copy = gm_arena_alloc(arena, len);
        memcpy(copy, bytes.ptr, len);
        if (i >= bytes.len)
            copy[i - bytes.len] = (char)(copy[i - bytes.len] ^ 0x55);
        gm_index_peek peek;
        gm_oid tree;
        if (!gm_index_peek_read(arena, gm_str_of(copy, len), 20, NAME, &peek))
            continue;
        for (size_t n = 0; n < sizeof(folders) / sizeof(*folders); n++)
            gm_index_peek_folder(&peek, gm_str_from(folders[n]), &tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(files_of_a_name_and_trees_of_folders_are_found),
        fixture_test(a_folder_with_staged_changes_is_not_known_and_its_neighbours_are),
        fixture_test(an_index_of_sha256_ids_is_read),
        fixture_test(the_index_of_the_environment_counts),
        fixture_test(an_index_out_of_the_ordinary_is_not_known),
        fixture_test(no_damage_leads_out_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
