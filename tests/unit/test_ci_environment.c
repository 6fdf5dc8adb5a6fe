/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "app/check/ci_environment.h"

#define OLD "1111111111111111111111111111111111111111"
#define ZERO "0000000000000000000000000000000000000000"

/* "NAME=value" */
static const char *look_up(const void *table, const char *name)
{
    size_t len = strlen(name);
    for (const char *const *entry = table; *entry; entry++)
        if (strncmp(*entry, name, len) == 0 && (*entry)[len] == '=')
            return *entry + len + 1;
    return NULL;
}

typedef struct {
    const char *environment[12];
    const char *system;
    const char *report;
    gm_ci_event event;
    const char *branch;
    const char *trunk;
    const char *before;
} row;

static const row rows[] = {
    {{NULL}, NULL, "text", GM_CI_OTHER, "", "", ""},
    {{"CI=true", NULL}, NULL, "text", GM_CI_OTHER, "", "", ""},

    {{"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=pull_request", "GITHUB_REF=refs/pull/7/merge",
      "GITHUB_BASE_REF=main", NULL},
     "GitHub Actions",
     "github",
     GM_CI_PULL_REQUEST,
     "",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=merge_group",
      "GITHUB_REF=refs/heads/gh-readonly-queue/main/pr-7-abc", NULL},
     "GitHub Actions",
     "github",
     GM_CI_MERGE_QUEUE,
     "gh-readonly-queue/main/pr-7-abc",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/feature/a",
      "GITHUB_REF_TYPE=branch", NULL},
     "GitHub Actions",
     "github",
     GM_CI_PUSH,
     "feature/a",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/tags/v1",
      "GITHUB_REF_TYPE=tag", NULL},
     "GitHub Actions",
     "github",
     GM_CI_TAG,
     "",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=schedule", "GITHUB_REF=refs/heads/main", NULL},
     "GitHub Actions",
     "github",
     GM_CI_OTHER,
     "main",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "FORGEJO_ACTIONS=true", "GITHUB_EVENT_NAME=pull_request", NULL},
     "Forgejo Actions",
     "text",
     GM_CI_PULL_REQUEST,
     "",
     "",
     ""},
    {{"GITHUB_ACTIONS=true", "GITEA_ACTIONS=true", "GITHUB_EVENT_NAME=push",
      "GITHUB_REF=refs/heads/main", NULL},
     "Gitea Actions",
     "text",
     GM_CI_PUSH,
     "main",
     "",
     ""},

    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=merge_request_event", "CI_DEFAULT_BRANCH=main",
      "CI_COMMIT_BEFORE_SHA=0000000000000000000000000000000000000000", NULL},
     "GitLab CI",
     "text",
     GM_CI_PULL_REQUEST,
     "",
     "main",
     ""},
    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=merge_request_event",
      "CI_MERGE_REQUEST_EVENT_TYPE=merge_train", "CI_DEFAULT_BRANCH=main", NULL},
     "GitLab CI",
     "text",
     GM_CI_MERGE_QUEUE,
     "",
     "main",
     ""},
    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main",
      "CI_DEFAULT_BRANCH=main", "CI_COMMIT_BEFORE_SHA=1111111111111111111111111111111111111111",
      NULL},
     "GitLab CI",
     "text",
     GM_CI_PUSH,
     "main",
     "main",
     OLD},
    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=new", "CI_DEFAULT_BRANCH=main",
      "CI_COMMIT_BEFORE_SHA=0000000000000000000000000000000000000000", NULL},
     "GitLab CI",
     "text",
     GM_CI_PUSH,
     "new",
     "main",
     ""},
    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=push", "CI_COMMIT_TAG=v1", NULL},
     "GitLab CI",
     "text",
     GM_CI_TAG,
     "",
     "",
     ""},
    {{"GITLAB_CI=true", "CI_PIPELINE_SOURCE=web", "CI_COMMIT_BRANCH=main", NULL},
     "GitLab CI",
     "text",
     GM_CI_OTHER,
     "main",
     "",
     ""},

    {{"BITBUCKET_BUILD_NUMBER=3", "BITBUCKET_PR_ID=7", "BITBUCKET_BRANCH=topic",
      "BITBUCKET_PR_DESTINATION_BRANCH=main", NULL},
     "Bitbucket Pipelines",
     "text",
     GM_CI_PULL_REQUEST,
     "topic",
     "",
     ""},
    {{"BITBUCKET_BUILD_NUMBER=3", "BITBUCKET_BRANCH=main", NULL},
     "Bitbucket Pipelines",
     "text",
     GM_CI_PUSH,
     "main",
     "",
     ""},
    {{"BITBUCKET_BUILD_NUMBER=3", "BITBUCKET_TAG=v1", NULL},
     "Bitbucket Pipelines",
     "text",
     GM_CI_TAG,
     "",
     "",
     ""},

    {{"TF_BUILD=True", "BUILD_REASON=PullRequest", "BUILD_SOURCEBRANCH=refs/pull/7/merge", NULL},
     "Azure Pipelines",
     "azure",
     GM_CI_PULL_REQUEST,
     "",
     "",
     ""},
    {{"TF_BUILD=True", "BUILD_REASON=BatchedCI", "BUILD_SOURCEBRANCH=refs/heads/main", NULL},
     "Azure Pipelines",
     "azure",
     GM_CI_PUSH,
     "main",
     "",
     ""},
    {{"TF_BUILD=True", "BUILD_REASON=IndividualCI", "BUILD_SOURCEBRANCH=refs/tags/v1", NULL},
     "Azure Pipelines",
     "azure",
     GM_CI_TAG,
     "",
     "",
     ""},
    {{"TF_BUILD=True", "BUILD_REASON=Schedule", "BUILD_SOURCEBRANCH=refs/heads/main", NULL},
     "Azure Pipelines",
     "azure",
     GM_CI_OTHER,
     "main",
     "",
     ""},

    {{"BUILDKITE=true", "BUILDKITE_PULL_REQUEST=7", "BUILDKITE_BRANCH=topic",
      "BUILDKITE_PIPELINE_DEFAULT_BRANCH=main", NULL},
     "Buildkite",
     "text",
     GM_CI_PULL_REQUEST,
     "topic",
     "main",
     ""},
    {{"BUILDKITE=true", "BUILDKITE_PULL_REQUEST=false", "BUILDKITE_BRANCH=main",
      "BUILDKITE_PIPELINE_DEFAULT_BRANCH=main", NULL},
     "Buildkite",
     "text",
     GM_CI_PUSH,
     "main",
     "main",
     ""},
    {{"BUILDKITE=true", "BUILDKITE_PULL_REQUEST=false", "BUILDKITE_BRANCH=v1", "BUILDKITE_TAG=v1",
      NULL},
     "Buildkite",
     "text",
     GM_CI_TAG,
     "v1",
     "",
     ""},

    {{"CI=woodpecker", "CI_PIPELINE_EVENT=pull_request", "CI_COMMIT_BRANCH=main",
      "CI_REPO_DEFAULT_BRANCH=main", "CI_PREV_COMMIT_SHA=1111111111111111111111111111111111111111",
      NULL},
     "Woodpecker CI",
     "text",
     GM_CI_PULL_REQUEST,
     "main",
     "main",
     ""},
    {{"CI=woodpecker", "CI_PIPELINE_EVENT=push", "CI_COMMIT_BRANCH=main",
      "CI_REPO_DEFAULT_BRANCH=main", "CI_PREV_COMMIT_SHA=1111111111111111111111111111111111111111",
      NULL},
     "Woodpecker CI",
     "text",
     GM_CI_PUSH,
     "main",
     "main",
     OLD},
    {{"CI=woodpecker", "CI_PIPELINE_EVENT=cron", "CI_COMMIT_BRANCH=main", NULL},
     "Woodpecker CI",
     "text",
     GM_CI_OTHER,
     "main",
     "",
     ""},

    {{"CI=true", "DRONE=true", "DRONE_BUILD_EVENT=pull_request", "DRONE_BRANCH=main",
      "DRONE_TARGET_BRANCH=main", "DRONE_REPO_BRANCH=main", NULL},
     "Drone",
     "text",
     GM_CI_PULL_REQUEST,
     "main",
     "main",
     ""},
    {{"CI=true", "DRONE=true", "DRONE_BUILD_EVENT=push", "DRONE_BRANCH=topic",
      "DRONE_REPO_BRANCH=main", "DRONE_COMMIT_BEFORE=1111111111111111111111111111111111111111",
      NULL},
     "Drone",
     "text",
     GM_CI_PUSH,
     "topic",
     "main",
     OLD},

    {{"JENKINS_URL=https://ci.example.org/", "CHANGE_ID=7", "CHANGE_TARGET=main",
      "BRANCH_NAME=PR-7", NULL},
     "Jenkins",
     "text",
     GM_CI_PULL_REQUEST,
     "PR-7",
     "",
     ""},
    {{"JENKINS_URL=https://ci.example.org/", "BRANCH_NAME=main", "BRANCH_IS_PRIMARY=true",
      "GIT_PREVIOUS_COMMIT=1111111111111111111111111111111111111111", NULL},
     "Jenkins",
     "text",
     GM_CI_PUSH,
     "main",
     "main",
     OLD},
    {{"JENKINS_URL=https://ci.example.org/", "GIT_BRANCH=origin/main", NULL},
     "Jenkins",
     "text",
     GM_CI_PUSH,
     "main",
     "",
     ""},
    {{"JENKINS_URL=https://ci.example.org/", "BRANCH_NAME=v1", "TAG_NAME=v1", NULL},
     "Jenkins",
     "text",
     GM_CI_TAG,
     "v1",
     "",
     ""},

    {{"TEAMCITY_VERSION=2026.1", "BUILD_VCS_NUMBER=1111111111111111111111111111111111111111", NULL},
     "TeamCity",
     "teamcity",
     GM_CI_OTHER,
     "",
     "",
     ""},
};

static void each_system_is_told_by_what_it_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const row *want = &rows[i];
        gm_ci ci = gm_ci_read(look_up, want->environment);
        print_message("%s %s\n", want->environment[0] ? want->environment[0] : "nothing",
                      want->environment[0] && want->environment[1] ? want->environment[1] : "");
        if (want->system)
            assert_string_equal(ci.system, want->system);
        else
            assert_null(ci.system);
        assert_string_equal(ci.report, want->report);
        assert_int_equal(ci.event, want->event);
        assert_str(ci.branch, want->branch);
        assert_str(ci.trunk, want->trunk);
        assert_str(ci.before, want->before);
    }
}

static void a_push_on_github_has_its_past_in_the_events_file(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        const char *trunk;
        const char *before;
    } events[] = {
        {"push", "{\"before\": \"" OLD "\", \"repository\": {\"default_branch\": \"main\"}}",
         "main", OLD},
        {"push", "{\"before\": \"" ZERO "\", \"repository\": {\"default_branch\": 7}}", "", ""},
        {"push", "{\"before\": \"--upload-pack=x\"}", "", ""},
        {"push", "[1, 2", "", ""},
        {"push", "", "", ""},
        {"pull_request",
         "{\"before\": \"" OLD "\", \"repository\": {\"default_branch\": \"trunk\"}}", "trunk", ""},
    };
    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_str name = gm_str_printf(arena, "GITHUB_EVENT_NAME=%s", events[i].name);
        const char *table[] = {"GITHUB_ACTIONS=true", name.ptr, "GITHUB_REF=refs/heads/main",
                               "GITHUB_EVENT_PATH=/event.json", NULL};
        gm_ci ci = gm_ci_read(look_up, table);
        assert_str(ci.event_path, "/event.json");
        gm_ci_read_event(arena, gm_str_from(events[i].text), &ci);
        assert_str(ci.trunk, events[i].trunk);
        assert_str(ci.before, events[i].before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_system_is_told_by_what_it_sets),
        cmocka_unit_test(a_push_on_github_has_its_past_in_the_events_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
