/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/base_ref.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"

/* GitHub's events have some hundred kilobytes. */
enum { EVENT_MAX = 32 * 1024 * 1024 };

static gm_str environment(const char *name)
{
    return gm_str_trim(gm_str_from(getenv(name)));
}

/* ---- names ---- */

/* Nothing that git reads as more than the name of a branch: HEAD, an id, "main~2". */
static bool is_plain(gm_str name)
{
    gm_oid oid;
    return !gm_str_is(name, "HEAD") && !gm_oid_parse(name, &oid) && !gm_str_has(name, '~') &&
           !gm_str_has(name, '^') && !gm_str_has(name, ':') && !gm_str_has(name, '@') &&
           !gm_str_starts(name, GM_STR("refs/"));
}

static bool try_name(gm_project *project, gm_str name, gm_base *base)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit;
    if (gm_repo_resolve(project->repo, name, &commit, &ignored) != GM_OK)
        return false;
    base->commit = commit;
    base->name = gm_ref_short(name);
    return true;
}

static bool find_name(gm_project *project, gm_str name, gm_base *base)
{
    if (is_plain(name) &&
        try_name(project, gm_str_printf(project->arena, "refs/remotes/origin/%.*s", GM_ARG(name)),
                 base))
        return true;
    return try_name(project, name, base);
}

/* ---- what is not here ---- */

/* As a POSIX shell takes it; names of branches may hold nearly everything. */
static gm_str shell_word(gm_arena *arena, gm_str word)
{
    gm_strs parts = {0};
    bool plain = true;
    for (size_t i = 0, from = 0; i <= word.len; i++) {
        char c = i < word.len ? word.ptr[i] : '\'';
        plain &= i == word.len || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 (c >= '0' && c <= '9') || strchr("+,-./:=@_", c);
        if (c == '\'') {
            gm_vec_push(arena, &parts, gm_str_sub(word, from, i));
            from = i + 1;
        }
    }
    if (plain)
        return word;
    gm_str inside = gm_str_join(arena, &parts, GM_STR("'\\''"));
    return gm_str_printf(arena, "'%.*s'", GM_ARG(inside));
}

/* Splits "upstream/main" where there is such a remote; else the remote is origin. */
static gm_str remote_of(gm_project *project, gm_str *branch)
{
    gm_str first = gm_str_sub(*branch, 0, gm_str_find(*branch, '/', 0));
    gm_str key = gm_str_printf(project->arena, "remote.%.*s.url", GM_ARG(first));
    if (first.len == branch->len || !gm_repo_config(project->repo, key.ptr).len)
        return GM_STR("origin");
    *branch = gm_str_sub(*branch, first.len + 1, branch->len);
    return first;
}

gm_code gm_base_not_here(gm_project *project, gm_str name, const char *why, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_oid oid;
    gm_str branch = gm_ref_short(name);
    gm_str remote = remote_of(project, &branch);
    gm_str what = gm_oid_parse(name, &oid)
                      ? name
                      : gm_str_printf(arena, "+refs/heads/%.*s:refs/remotes/%.*s/%.*s",
                                      GM_ARG(branch), GM_ARG(remote), GM_ARG(branch));
    gm_fail(err, GM_E_MISSING_OBJECT, "the base %.*s (%s) is not in this clone", GM_ARG(name), why);
    return gm_hint(err, "Run: git fetch %s%.*s %.*s",
                   gm_repo_is_shallow(project->repo) ? "--unshallow " : "",
                   GM_ARG(shell_word(arena, remote)), GM_ARG(shell_word(arena, what)));
}

/* ---- the merge that a host makes of a pull request ---- */

static bool is_merge_ref(gm_str ref)
{
    static const char *const folders[] = {"refs/pull/", "refs/remotes/pull/", "refs/pull-requests/",
                                          "refs/merge-requests/"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (gm_str_starts(ref, gm_str_from(folders[i])) && gm_str_ends(ref, GM_STR("/merge")))
            return true;
    return false;
}

/* What CI says it has checked out; the workflow may have gone on to something else. */
static bool is_merge_in_ci(gm_arena *arena, const gm_commit *head)
{
    static const struct {
        const char *ref;
        const char *commit;
    } systems[] = {{"GITHUB_REF", "GITHUB_SHA"},
                   {"CI_MERGE_REQUEST_REF_PATH", "CI_COMMIT_SHA"},
                   {"BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION"}};
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
        if (is_merge_ref(environment(systems[i].ref)) &&
            gm_str_eq(environment(systems[i].commit), gm_oid_hex(arena, &head->oid)))
            return true;
    return false;
}

/* GitHub's own words, which a clone of depth 2 has too. */
static bool says_merge(gm_arena *arena, const gm_commit *head)
{
    gm_str words = gm_str_printf(arena, "Merge %.*s into %.*s",
                                 GM_ARG(gm_oid_hex(arena, &head->parents.items[1])),
                                 GM_ARG(gm_oid_hex(arena, &head->parents.items[0])));
    return gm_str_eq(head->subject, words);
}

static gm_code is_merge_here(gm_project *project, const gm_commit *head, bool *is, gm_err *err)
{
    gm_strs globs = {0};
    gm_refs refs = {0};
    gm_vec_push(project->arena, &globs, GM_STR("refs/pull/*/merge"));
    gm_vec_push(project->arena, &globs, GM_STR("refs/remotes/pull/*/merge"));
    gm_vec_push(project->arena, &globs, GM_STR("refs/pull-requests/*/merge"));
    gm_vec_push(project->arena, &globs, GM_STR("refs/merge-requests/*/merge"));
    GM_TRY(gm_repo_refs(project->repo, &globs, &refs, err));
    GM_EACH (const gm_ref, ref, &refs)
        *is |= gm_oid_eq(&ref->commit, &head->oid);
    return GM_OK;
}

static gm_code from_merge(gm_project *project, gm_base *base, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_ref head = {0};
    gm_commit commit = {0};
    bool unborn = false;
    GM_TRY(gm_repo_head(project->repo, &head, &unborn, err));
    if (unborn)
        return GM_OK;
    GM_TRY(gm_repo_commit(project->repo, &head.commit, &commit, err));
    if (commit.parents.len != 2)
        return GM_OK;
    bool is = is_merge_in_ci(arena, &commit) || says_merge(arena, &commit);
    if (!is)
        GM_TRY(is_merge_here(project, &commit, &is, err));
    if (!is)
        return GM_OK;
    gm_str first = gm_oid_hex(arena, &commit.parents.items[0]);
    base->why = GM_STR("the first parent of HEAD, which is the merge of a pull request");
    if (try_name(project, first, base))
        return GM_OK;
    gm_fail(err, GM_E_MISSING_OBJECT,
            "HEAD is the merge of a pull request, and its first parent is not in this clone");
    return gm_hint(err, "Run: git fetch --deepen=1 origin %.*s",
                   GM_ARG(gm_oid_hex(arena, &commit.oid)));
}

/* ---- CI ---- */

static gm_code take(gm_project *project, gm_str name, const char *why, gm_base *base, gm_err *err)
{
    base->why = gm_str_from(why);
    if (find_name(project, name, base))
        return GM_OK;
    return gm_base_not_here(project, name, why, err);
}

/* The commit that a merge queue puts the changes on. */
static gm_str merge_group(gm_arena *arena)
{
    gm_err ignored = gm_err_new(arena);
    gm_str path = environment("GITHUB_EVENT_PATH");
    gm_str text;
    if (!path.len || gm_file_read(arena, path, EVENT_MAX, &text, &ignored) != GM_OK)
        return (gm_str){0};
    gm_json *event GM_CLEANUP(gm_json_drop) = gm_json_parse(text);
    return gm_json_get_str(arena, gm_json_get(event, "merge_group"), "base_sha");
}

/*
 * GitLab names the target branch, which its runners seldom fetch, and the commit at which this
 * branch left it, which is older than the tip: no branch collides with that one.
 */
static gm_code from_gitlab(gm_project *project, gm_base *base, gm_err *err)
{
    static const char name_why[] = "from CI_MERGE_REQUEST_TARGET_BRANCH_NAME";
    gm_str name = gm_ref_short(environment("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
    gm_str start = environment("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    if (!name.len)
        return start.len ? take(project, start, "from CI_MERGE_REQUEST_DIFF_BASE_SHA", base, err)
                         : GM_OK;
    base->why = gm_str_from(name_why);
    if (find_name(project, name, base))
        return GM_OK;
    if (!start.len || !try_name(project, start, base))
        return gm_base_not_here(project, name, name_why, err);
    base->why = GM_STR("from CI_MERGE_REQUEST_DIFF_BASE_SHA");
    base->missing = name;
    return GM_OK;
}

static gm_code from_ci(gm_project *project, gm_base *base, gm_err *err)
{
    static const struct {
        const char *variable;
        const char *why;
    } pulls[] = {
#define FROM(name) {name, "from " name}
        FROM("SYSTEM_PULLREQUEST_TARGETBRANCH"),
        FROM("BITBUCKET_PR_DESTINATION_BRANCH"),
        FROM("CHANGE_TARGET"), /* Jenkins */
        FROM("BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
        FROM("CI_COMMIT_TARGET_BRANCH"), /* Woodpecker */
#undef FROM
    };
    gm_str name = gm_ref_short(environment("GITHUB_BASE_REF"));
    if (name.len)
        return take(project, name, "from GITHUB_BASE_REF", base, err);
    gm_str commit = merge_group(project->arena);
    if (commit.len)
        return take(project, commit, "from merge_group.base_sha of GITHUB_EVENT_PATH", base, err);
    commit = environment("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
    if (commit.len)
        return take(project, commit, "from CI_MERGE_REQUEST_TARGET_BRANCH_SHA", base, err);
    GM_TRY(from_gitlab(project, base, err));
    if (base->name.len)
        return GM_OK;
    for (size_t i = 0; i < sizeof(pulls) / sizeof(pulls[0]); i++) {
        name = gm_ref_short(environment(pulls[i].variable));
        if (name.len)
            return take(project, name, pulls[i].why, base, err);
    }
    /* Drone sets its variable for pushes as well, to the branch itself. */
    name = gm_ref_short(environment("DRONE_TARGET_BRANCH"));
    if (name.len && gm_str_is(environment("DRONE_BUILD_EVENT"), "pull_request"))
        return take(project, name, "from DRONE_TARGET_BRANCH", base, err);
    return GM_OK;
}

/* ---- a developer's clone ---- */

static gm_code from_trunk(gm_project *project, gm_base *base, gm_err *err)
{
    static const char why[] = "from trunk: of gmig.yml";
    gm_str trunk = project->config.trunk;
    base->why = gm_str_from(why);
    if (!trunk.len || find_name(project, trunk, base))
        return GM_OK;
    /* A repository that was never cloned has no trunk to fetch. */
    gm_str branch = gm_ref_short(trunk);
    gm_str remote = remote_of(project, &branch);
    gm_str key = gm_str_printf(project->arena, "remote.%.*s.url", GM_ARG(remote));
    if (!gm_repo_config(project->repo, key.ptr).len)
        return GM_OK;
    return gm_base_not_here(project, trunk, why, err);
}

/* The branch that origin/HEAD stands for; origin/HEAD itself where git keeps refs in another way.
 */
static gm_str default_branch(gm_project *project)
{
    enum { REF_MAX = 4096 };
    gm_err ignored = gm_err_new(project->arena);
    gm_str text, head = GM_STR("refs/remotes/origin/HEAD");
    gm_str path = gm_path_join(project->arena, gm_repo_common_dir(project->repo), head);
    gm_str mark = GM_STR("ref: refs/remotes/");
    if (gm_file_read(project->arena, path, REF_MAX, &text, &ignored) != GM_OK ||
        !gm_str_starts(text, mark))
        return head;
    return gm_str_trim(gm_str_sub(text, sizeof("ref: ") - 1, text.len));
}

static gm_code from_clone(gm_project *project, gm_base *base, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_ref head = {0};
    gm_refs refs = {0};
    gm_strs globs = {0};
    bool unborn = false;
    gm_str upstream = {0};
    GM_TRY(gm_repo_head(project->repo, &head, &unborn, err));
    gm_vec_push(arena, &globs, head.name);
    if (!unborn && !gm_str_is(head.name, "HEAD"))
        GM_TRY(gm_repo_refs(project->repo, &globs, &refs, err));
    if (refs.len)
        upstream = refs.items[0].upstream;

    gm_base other = {.why = GM_STR("from origin/HEAD")};
    gm_str branch = gm_ref_short(head.name);
    bool own = gm_str_ends(upstream, gm_str_printf(arena, "/%.*s", GM_ARG(branch)));
    bool has_other = try_name(project, default_branch(project), &other);
    if (upstream.len && try_name(project, upstream, base) &&
        (!own || !has_other || gm_oid_eq(&base->commit, &other.commit))) {
        base->why = gm_str_printf(arena, "the upstream of %.*s", GM_ARG(branch));
        return GM_OK;
    }
    *base = has_other ? other : (gm_base){0};
    return GM_OK;
}

/* A shallow clone of a CI system has one branch; elsewhere a --base that is not there is a slip. */
static gm_code not_known(gm_project *project, gm_str named, gm_err *err)
{
    gm_oid commit;
    if (is_plain(named) && gm_repo_is_shallow(project->repo))
        return gm_base_not_here(project, named, "from --base", err);
    return gm_repo_resolve(project->repo, named, &commit, err);
}

/* One place to look; base->name stays empty where there is none. */
typedef gm_code finder(gm_project *project, gm_base *base, gm_err *err);

gm_code gm_base_find(gm_project *project, gm_str named, gm_base *base, gm_err *err)
{
    static finder *const places[] = {from_merge, from_ci, from_trunk, from_clone};
    gm_base found = {.why = GM_STR("from --base")};
    if (named.len) {
        GM_TRY(gm_project_need_repo(project, "--base", err));
        if (!find_name(project, named, &found))
            return not_known(project, named, err);
        *base = found;
        return GM_OK;
    }
    for (size_t i = 0; project->repo && i < sizeof(places) / sizeof(places[0]); i++) {
        found = (gm_base){0};
        GM_TRY(places[i](project, &found, err));
        if (found.name.len) {
            *base = found;
            return GM_OK;
        }
    }
    *base = (gm_base){.why = project->repo
                                 ? GM_STR("no --base, no pull request of a CI system, no trunk: "
                                          "that is here, no upstream, no origin/HEAD")
                                 : GM_STR("there is no git repository")};
    return GM_OK;
}
