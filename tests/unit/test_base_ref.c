/* SPDX-License-Identifier: Apache-2.0 */
#include "git_fixture.h"

#include "app/project/base_ref.h"

/* A clone of a repository with the branches main, next and topic, at topic. */
static void make_clone(fixture *f)
{
    sh(f, "git init -q far; cd far; echo 1 >a; git add .; git commit -qm one;"
          "git checkout -qb next; echo 2 >a; git commit -qam two;"
          "git checkout -qb topic main; echo 3 >b; git add .; git commit -qm three;"
          "git checkout -q main; cd ..; git clone -q far near; cd near; git checkout -q topic");
}

/* "NAME, WHY", or what failed. */
static gm_str found_in(fixture *f, const char *folder, const char *named)
{
    gm_project *project;
    gm_base base;
    gm_err err = gm_err_new(f->arena);
    gm_project_options options = {.folder = at(f, folder)};
    assert_ok(gm_project_open(f->arena, &options, &project, &f->err), &f->err);
    gm_code code = gm_base_find(project, gm_str_from(named), &base, &err);
    gm_project_close(project);
    if (code != GM_OK)
        return gm_str_printf(f->arena, "%s: %.*s. %.*s", gm_code_name(code), GM_ARG(err.text),
                             GM_ARG(err.hint));
    if (gm_oid_none(&base.commit))
        return gm_str_printf(f->arena, "none: %.*s", GM_ARG(base.why));
    return gm_str_printf(f->arena, "%.*s, %.*s%s%.*s", GM_ARG(base.name), GM_ARG(base.why),
                         base.missing.len ? ", not " : "", GM_ARG(base.missing));
}

/* CI sets them for the tests themselves. */
static const char *const variables[] = {
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_PATH",
    "GITHUB_REF",
    "GITHUB_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_REF_PATH",
    "CI_COMMIT_SHA",
    "CI_COMMIT_TARGET_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "CHANGE_TARGET",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "DRONE_TARGET_BRANCH",
    "DRONE_BUILD_EVENT",
    "BUILD_SOURCEBRANCH",
    "BUILD_SOURCEVERSION",
};

static int begin(void **state)
{
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        unsetenv(variables[i]);
    return fixture_begin(state);
}

static void without_anything_there_is_no_base(void **state)
{
    fixture *f = *state;
    sh(f, "git init -q alone; mkdir plain; printf 'trunk: origin/main\\n' >alone/gmig.yml");
    gm_str none = found_in(f, "alone", "");
    assert_true(gm_str_starts(none, GM_STR("none: no --base, no pull request of a CI system")));
    assert_str(found_in(f, "plain", ""), "none: there is no git repository");
    assert_str(found_in(f, "plain", "main"),
               "no-repository: --base needs a git repository, and there is none here. Run it in a "
               "clone, or name one with -C DIR.");
}

static void a_clone_has_trunk_else_upstream_else_origin_head(void **state)
{
    fixture *f = *state;
    make_clone(f);
    /* The branch's own copy comes after origin/HEAD. */
    assert_str(found_in(f, "near", ""), "origin/main, from origin/HEAD");
    sh(f, "cd near; git checkout -qb work --track origin/next");
    assert_str(found_in(f, "near", ""), "origin/next, the upstream of work");
    sh(f, "cd near; git checkout -q main");
    assert_str(found_in(f, "near", ""), "origin/main, the upstream of main");
    sh(f, "cd near; git checkout -q topic; git remote set-head origin -d");
    assert_str(found_in(f, "near", ""), "origin/topic, the upstream of topic");
    put(f, "near/gmig.yml", "trunk: main\n");
    assert_str(found_in(f, "near", ""), "origin/main, from trunk: of gmig.yml");
    put(f, "near/gmig.yml", "trunk: origin/gone\n");
    assert_str(found_in(f, "near", ""),
               "missing-object: the base origin/gone (from trunk: of gmig.yml) is not in this "
               "clone. Run: git fetch origin +refs/heads/gone:refs/remotes/origin/gone");
}

static void base_names_the_remote_branch_first(void **state)
{
    fixture *f = *state;
    make_clone(f);
    assert_str(found_in(f, "near", "main"), "origin/main, from --base");
    assert_str(found_in(f, "near", "refs/heads/main"), "main, from --base");
    assert_str(found_in(f, "near", "HEAD~1"), "HEAD~1, from --base");
    assert_true(gm_str_starts(found_in(f, "near", "nowhere"),
                              GM_STR("unknown-ref: git knows no commit 'nowhere'")));
}

static void ci_systems_name_the_base(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *variable;
        const char *value;
        const char *expected;
    } cases[] = {
        {"GITHUB_BASE_REF", "next", "origin/next, from GITHUB_BASE_REF"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/next",
         "origin/next, from SYSTEM_PULLREQUEST_TARGETBRANCH"},
        {"BITBUCKET_PR_DESTINATION_BRANCH", "next",
         "origin/next, from BITBUCKET_PR_DESTINATION_BRANCH"},
        {"CHANGE_TARGET", "next", "origin/next, from CHANGE_TARGET"},
        {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "next",
         "origin/next, from BUILDKITE_PULL_REQUEST_BASE_BRANCH"},
        {"CI_COMMIT_TARGET_BRANCH", "next", "origin/next, from CI_COMMIT_TARGET_BRANCH"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "next",
         "origin/next, from CI_MERGE_REQUEST_TARGET_BRANCH_NAME"},
        {"DRONE_TARGET_BRANCH", "next", "origin/main, from origin/HEAD"},
        {"GITHUB_BASE_REF", "it's gone",
         "missing-object: the base it's gone (from GITHUB_BASE_REF) is not in this clone. Run: git "
         "fetch origin '+refs/heads/it'\\''s gone:refs/remotes/origin/it'\\''s gone'"},
    };
    make_clone(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setenv(cases[i].variable, cases[i].value, 1);
        assert_str(found_in(f, "near", ""), cases[i].expected);
        assert_str(found_in(f, "near", "main"), "origin/main, from --base");
        unsetenv(cases[i].variable);
    }
    setenv("DRONE_TARGET_BRANCH", "next", 1);
    setenv("DRONE_BUILD_EVENT", "pull_request", 1);
    assert_str(found_in(f, "near", ""), "origin/next, from DRONE_TARGET_BRANCH");
    unsetenv("DRONE_TARGET_BRANCH");
    unsetenv("DRONE_BUILD_EVENT");
}

/* The hex id of a commit of the clone. */
static gm_str id_of(fixture *f, const char *name)
{
    gm_repo *repo = open_repo(f, "near");
    gm_oid commit;
    assert_ok(gm_repo_resolve(repo, gm_str_from(name), &commit, &f->err), &f->err);
    gm_repo_close(repo);
    return gm_oid_hex(f->arena, &commit);
}

static void gitlab_knows_the_start_of_a_branch_when_its_target_is_not_here(void **state)
{
    fixture *f = *state;
    make_clone(f);
    gm_str start = id_of(f, "origin/main");
    setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "gone", 1);
    assert_true(gm_str_starts(found_in(f, "near", ""),
                              GM_STR("missing-object: the base gone (from CI_MERGE_REQUEST_TAR")));
    setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", start.ptr, 1);
    assert_str(
        found_in(f, "near", ""),
        gm_str_printf(f->arena, "%s, from CI_MERGE_REQUEST_DIFF_BASE_SHA, not gone", start.ptr)
            .ptr);
    setenv("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", id_of(f, "origin/next").ptr, 1);
    assert_true(
        gm_str_ends(found_in(f, "near", ""), GM_STR(", from CI_MERGE_REQUEST_TARGET_BRANCH_SHA")));
    unsetenv("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
    unsetenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    assert_true(
        gm_str_ends(found_in(f, "near", ""), GM_STR(", from CI_MERGE_REQUEST_DIFF_BASE_SHA")));
    unsetenv("CI_MERGE_REQUEST_DIFF_BASE_SHA");
}

static void a_merge_queue_names_the_commit_it_builds_on(void **state)
{
    fixture *f = *state;
    make_clone(f);
    gm_str tip = id_of(f, "origin/next");
    put(f, "event.json",
        gm_str_printf(f->arena, "{\"merge_group\": {\"base_sha\": \"%s\"}}", tip.ptr).ptr);
    setenv("GITHUB_EVENT_PATH", at(f, "event.json").ptr, 1);
    assert_str(
        found_in(f, "near", ""),
        gm_str_printf(f->arena, "%s, from merge_group.base_sha of GITHUB_EVENT_PATH", tip.ptr).ptr);
    put(f, "event.json", "{\"pull_request\": {\"base\": {\"sha\": \"00\"}}}");
    assert_str(found_in(f, "near", ""), "origin/main, from origin/HEAD");
    put(f, "event.json", "no json");
    assert_str(found_in(f, "near", ""), "origin/main, from origin/HEAD");
    unsetenv("GITHUB_EVENT_PATH");
}

static void a_hosted_merge_has_its_base_as_first_parent(void **state)
{
    fixture *f = *state;
    make_clone(f);
    sh(f, "cd near; git checkout -q --detach origin/next; git merge -q -m 'Merge by hand' topic");
    gm_str base = id_of(f, "HEAD^1");
    gm_str expected = gm_str_printf(
        f->arena, "%s, the first parent of HEAD, which is the merge of a pull request", base.ptr);

    /* By its name in the environment, only while HEAD is what CI has checked out. */
    assert_str(found_in(f, "near", ""), "origin/main, from origin/HEAD");
    setenv("GITHUB_BASE_REF", "main", 1);
    setenv("GITHUB_REF", "refs/pull/7/merge", 1);
    setenv("GITHUB_SHA", id_of(f, "topic").ptr, 1);
    assert_str(found_in(f, "near", ""), "origin/main, from GITHUB_BASE_REF");
    setenv("GITHUB_SHA", id_of(f, "HEAD").ptr, 1);
    assert_str(found_in(f, "near", ""), expected.ptr);
    unsetenv("GITHUB_REF");
    unsetenv("GITHUB_SHA");
    unsetenv("GITHUB_BASE_REF");

    /* By a ref. */
    sh(f, "cd near; git update-ref refs/remotes/pull/7/merge HEAD");
    assert_str(found_in(f, "near", ""), expected.ptr);
    sh(f, "cd near; git update-ref -d refs/remotes/pull/7/merge");

    /* By the host's words, also where nothing else is here. */
    sh(f, "cd near; git commit -q --amend -m \"Merge $(git rev-parse HEAD^2) into "
          "$(git rev-parse HEAD^1)\"; git update-ref refs/heads/merged HEAD; cd ..;"
          "git clone -q --depth 2 -b merged file://$PWD/near two;"
          "git clone -q --depth 1 -b merged file://$PWD/near one");
    assert_str(found_in(f, "near", ""), expected.ptr);
    assert_str(found_in(f, "two", ""), expected.ptr);
    gm_str head = id_of(f, "HEAD");
    assert_str(found_in(f, "one", ""),
               gm_str_printf(f->arena,
                             "missing-object: HEAD is the merge of a pull request, and its first "
                             "parent is not in this clone. Run: git fetch --deepen=1 origin %s",
                             head.ptr)
                   .ptr);
    sh(f, gm_str_printf(f->arena, "cd one; git fetch -q --deepen=1 origin %s", head.ptr).ptr);
    assert_str(found_in(f, "one", ""), expected.ptr);
}

static void a_shallow_clone_says_how_to_fetch_the_base(void **state)
{
    fixture *f = *state;
    make_clone(f);
    sh(f, "git clone -q --depth 1 -b topic file://$PWD/far flat");
    assert_str(found_in(f, "flat", "main"),
               "missing-object: the base main (from --base) is not in this clone. Run: git fetch "
               "--unshallow origin +refs/heads/main:refs/remotes/origin/main");
    sh(f, "cd flat; git fetch -q --unshallow origin +refs/heads/main:refs/remotes/origin/main");
    assert_str(found_in(f, "flat", "main"), "origin/main, from --base");
    sh(f, "cd flat; git merge-base origin/main topic");
}

int main(void)
{
#define base_test(function) cmocka_unit_test_setup_teardown(function, begin, fixture_end)
    const struct CMUnitTest tests[] = {
        base_test(without_anything_there_is_no_base),
        base_test(a_clone_has_trunk_else_upstream_else_origin_head),
        base_test(base_names_the_remote_branch_first),
        base_test(ci_systems_name_the_base),
        base_test(gitlab_knows_the_start_of_a_branch_when_its_target_is_not_here),
        base_test(a_merge_queue_names_the_commit_it_builds_on),
        base_test(a_hosted_merge_has_its_base_as_first_parent),
        base_test(a_shallow_clone_says_how_to_fetch_the_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
