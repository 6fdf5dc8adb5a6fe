/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each system's documentation has a page of the variables that it sets: "Variables reference"
 * (GitHub), "Predefined CI/CD variables reference" (GitLab), "Variables and secrets" (Bitbucket),
 * "Predefined variables" (Azure), "Environment variables" (Buildkite, Drone, Woodpecker, Forgejo),
 * "Predefined build parameters" (TeamCity), and the pages of Jenkins' git and branch plugins.
 */
#include "app/check/ci_environment.h"

#include "base/json.h"
#include "base/oid.h"

typedef struct {
    gm_ci_lookup lookup;
    const void *table;
} environment;

static gm_str get(const environment *env, const char *name)
{
    return gm_str_trim(gm_str_from(env->lookup(env->table, name)));
}

static bool has(const environment *env, const char *name)
{
    return get(env, name).len > 0;
}

static gm_str without(gm_str text, gm_str start)
{
    return gm_str_starts(text, start) ? gm_str_sub(text, start.len, text.len) : text;
}

/* A commit; zeros stand for a branch that is new. */
static gm_str commit_of(gm_str text)
{
    gm_oid oid;
    return gm_oid_parse(text, &oid) && !gm_oid_none(&oid) ? text : GM_STR("");
}

/* The event as its name stands in `names`. */
typedef struct {
    const char *name;
    gm_ci_event event;
} event_name;

static gm_ci_event event_of(gm_str name, const event_name *names)
{
    for (; names->name; names++)
        if (gm_str_is(name, names->name))
            return names->event;
    return GM_CI_OTHER;
}

/* Of systems that have no word for it: what is set says what it is. */
static gm_ci_event event_by(bool pull_request, bool tag, bool branch)
{
    if (pull_request)
        return GM_CI_PULL_REQUEST;
    if (tag)
        return GM_CI_TAG;
    return branch ? GM_CI_PUSH : GM_CI_OTHER;
}

static void read_github(const environment *env, gm_ci *ci)
{
    static const event_name names[] = {{"pull_request", GM_CI_PULL_REQUEST},
                                       {"pull_request_target", GM_CI_PULL_REQUEST},
                                       {"merge_group", GM_CI_MERGE_QUEUE},
                                       {"push", GM_CI_PUSH},
                                       {NULL, GM_CI_OTHER}};
    ci->event = event_of(get(env, "GITHUB_EVENT_NAME"), names);
    if (ci->event == GM_CI_PUSH && gm_str_is(get(env, "GITHUB_REF_TYPE"), "tag"))
        ci->event = GM_CI_TAG;
    if (gm_str_starts(get(env, "GITHUB_REF"), GM_STR("refs/heads/")))
        ci->branch = without(get(env, "GITHUB_REF"), GM_STR("refs/heads/"));
    ci->event_path = get(env, "GITHUB_EVENT_PATH");
}

static void read_gitlab(const environment *env, gm_ci *ci)
{
    static const event_name names[] = {{"merge_request_event", GM_CI_PULL_REQUEST},
                                       {"external_pull_request_event", GM_CI_PULL_REQUEST},
                                       {"push", GM_CI_PUSH},
                                       {NULL, GM_CI_OTHER}};
    ci->event = event_of(get(env, "CI_PIPELINE_SOURCE"), names);
    if (gm_str_is(get(env, "CI_MERGE_REQUEST_EVENT_TYPE"), "merge_train"))
        ci->event = GM_CI_MERGE_QUEUE;
    if (ci->event == GM_CI_PUSH && has(env, "CI_COMMIT_TAG"))
        ci->event = GM_CI_TAG;
    ci->branch = get(env, "CI_COMMIT_BRANCH");
    ci->trunk = get(env, "CI_DEFAULT_BRANCH");
    if (ci->event == GM_CI_PUSH)
        ci->before = commit_of(get(env, "CI_COMMIT_BEFORE_SHA"));
}

static void read_bitbucket(const environment *env, gm_ci *ci)
{
    ci->branch = get(env, "BITBUCKET_BRANCH");
    ci->event = event_by(has(env, "BITBUCKET_PR_ID"), has(env, "BITBUCKET_TAG"), ci->branch.len);
}

static void read_azure(const environment *env, gm_ci *ci)
{
    static const event_name names[] = {{"PullRequest", GM_CI_PULL_REQUEST},
                                       {"IndividualCI", GM_CI_PUSH},
                                       {"BatchedCI", GM_CI_PUSH},
                                       {NULL, GM_CI_OTHER}};
    gm_str ref = get(env, "BUILD_SOURCEBRANCH");
    ci->event = event_of(get(env, "BUILD_REASON"), names);
    if (ci->event == GM_CI_PUSH && gm_str_starts(ref, GM_STR("refs/tags/")))
        ci->event = GM_CI_TAG;
    if (gm_str_starts(ref, GM_STR("refs/heads/")))
        ci->branch = without(ref, GM_STR("refs/heads/"));
}

static void read_buildkite(const environment *env, gm_ci *ci)
{
    gm_str number = get(env, "BUILDKITE_PULL_REQUEST");
    bool pull_request = number.len && !gm_str_is(number, "false");
    ci->branch = get(env, "BUILDKITE_BRANCH");
    ci->event = event_by(pull_request, has(env, "BUILDKITE_TAG"), ci->branch.len);
    ci->trunk = get(env, "BUILDKITE_PIPELINE_DEFAULT_BRANCH");
}

static void read_woodpecker(const environment *env, gm_ci *ci)
{
    static const event_name names[] = {{"pull_request", GM_CI_PULL_REQUEST},
                                       {"push", GM_CI_PUSH},
                                       {"tag", GM_CI_TAG},
                                       {NULL, GM_CI_OTHER}};
    ci->event = event_of(get(env, "CI_PIPELINE_EVENT"), names);
    ci->branch = get(env, "CI_COMMIT_BRANCH");
    ci->trunk = get(env, "CI_REPO_DEFAULT_BRANCH");
    if (ci->event == GM_CI_PUSH)
        ci->before = commit_of(get(env, "CI_PREV_COMMIT_SHA"));
}

static void read_drone(const environment *env, gm_ci *ci)
{
    static const event_name names[] = {{"pull_request", GM_CI_PULL_REQUEST},
                                       {"push", GM_CI_PUSH},
                                       {"tag", GM_CI_TAG},
                                       {NULL, GM_CI_OTHER}};
    ci->event = event_of(get(env, "DRONE_BUILD_EVENT"), names);
    ci->branch = get(env, "DRONE_BRANCH");
    ci->trunk = get(env, "DRONE_REPO_BRANCH");
    if (ci->event == GM_CI_PUSH)
        ci->before = commit_of(get(env, "DRONE_COMMIT_BEFORE"));
}

static void read_jenkins(const environment *env, gm_ci *ci)
{
    ci->branch = has(env, "BRANCH_NAME") ? get(env, "BRANCH_NAME")
                                         : without(get(env, "GIT_BRANCH"), GM_STR("origin/"));
    ci->event = event_by(has(env, "CHANGE_ID"), has(env, "TAG_NAME"), ci->branch.len);
    if (gm_str_is(get(env, "BRANCH_IS_PRIMARY"), "true"))
        ci->trunk = ci->branch;
    if (ci->event == GM_CI_PUSH)
        ci->before = commit_of(get(env, "GIT_PREVIOUS_COMMIT"));
}

/* Nothing of a build is in TeamCity's environment but that it is one. */
static void read_teamcity(const environment *env, gm_ci *ci)
{
    (void)env;
    (void)ci;
}

gm_ci gm_ci_read(gm_ci_lookup lookup, const void *table)
{
    /* Forgejo and Gitea set what GitHub sets as well; a Jenkins may be started by any other. */
    static const struct {
        const char *variable;
        const char *value; /* NULL: any */
        const char *system;
        const char *report;
        void (*read)(const environment *env, gm_ci *ci);
    } systems[] = {
        {"FORGEJO_ACTIONS", NULL, "Forgejo Actions", "text", read_github},
        {"GITEA_ACTIONS", NULL, "Gitea Actions", "text", read_github},
        {"GITHUB_ACTIONS", NULL, "GitHub Actions", "github", read_github},
        {"GITLAB_CI", NULL, "GitLab CI", "text", read_gitlab},
        {"BITBUCKET_BUILD_NUMBER", NULL, "Bitbucket Pipelines", "text", read_bitbucket},
        {"TF_BUILD", NULL, "Azure Pipelines", "azure", read_azure},
        {"BUILDKITE", NULL, "Buildkite", "text", read_buildkite},
        {"CI", "woodpecker", "Woodpecker CI", "text", read_woodpecker},
        {"DRONE", NULL, "Drone", "text", read_drone},
        {"TEAMCITY_VERSION", NULL, "TeamCity", "teamcity", read_teamcity},
        {"JENKINS_URL", NULL, "Jenkins", "text", read_jenkins},
    };
    environment env = {lookup, table};
    gm_ci ci = {.report = "text"};
    for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
        gm_str value = get(&env, systems[i].variable);
        if (!value.len || (systems[i].value && !gm_str_is(value, systems[i].value)))
            continue;
        ci.system = systems[i].system;
        ci.report = systems[i].report;
        systems[i].read(&env, &ci);
        break;
    }
    return ci;
}

void gm_ci_read_event(gm_arena *arena, gm_str text, gm_ci *ci)
{
    gm_json *event GM_CLEANUP(gm_json_drop) = gm_json_parse(text);
    gm_str trunk = gm_json_get_str(arena, gm_json_get(event, "repository"), "default_branch");
    if (trunk.len)
        ci->trunk = trunk;
    if (ci->event == GM_CI_PUSH)
        ci->before = commit_of(gm_json_get_str(arena, event, "before"));
}

const char *gm_ci_event_name(gm_ci_event event)
{
    static const char *const names[] = {
        [GM_CI_OTHER] = "no push and no pull request",
        [GM_CI_PULL_REQUEST] = "a pull request",
        [GM_CI_MERGE_QUEUE] = "a merge queue",
        [GM_CI_PUSH] = "a push",
        [GM_CI_TAG] = "a tag",
    };
    return names[event];
}
