/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/places.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "git/roots.h"

enum { NAME_MAX_BYTES = 63, SLUG_MIN = 12, HASH_LEN = 8, REF_MAX = 4096 };

static const gm_str branch_mark = GM_STR_INIT("{branch}");
static const gm_str worktree_mark = GM_STR_INIT("{worktree}");

bool gm_has_branch(gm_str url)
{
    return gm_str_search(url, branch_mark) < url.len;
}

bool gm_has_worktree(gm_str url)
{
    return gm_str_search(url, worktree_mark) < url.len;
}

bool gm_has_place(gm_str url)
{
    return gm_has_branch(url) || gm_has_worktree(url);
}

/* ---- where we are ---- */

static gm_str without(gm_str name, gm_str prefix)
{
    return gm_str_starts(name, prefix) ? gm_str_sub(name, prefix.len, name.len) : name;
}

static gm_str read_ref(gm_arena *arena, gm_str folder, const char *name)
{
    gm_err ignored = gm_err_new(arena);
    gm_str text;
    if (gm_file_read(arena, gm_path_join(arena, folder, gm_str_from(name)), REF_MAX, &text,
                     &ignored) != GM_OK)
        return (gm_str){0};
    return gm_str_trim(text);
}

/* HEAD is detached while a branch is rebased. */
static gm_str rebased_branch(gm_project *project)
{
    gm_str folder = gm_repo_git_dir(project->repo);
    gm_str name = read_ref(project->arena, folder, "rebase-merge/head-name");
    if (!name.len)
        name = read_ref(project->arena, folder, "rebase-apply/head-name");
    return gm_str_starts(name, GM_STR("refs/heads/")) ? name : GM_STR("HEAD");
}

gm_code gm_dev_place_here(gm_project *project, gm_dev_place *place, gm_err *err)
{
    gm_ref head;
    bool unborn;
    GM_TRY(gm_project_need_repo(project, "{branch} or {worktree} in a target", err));
    GM_TRY(gm_repo_head(project->repo, &head, &unborn, err));
    if (gm_str_is(head.name, "HEAD"))
        head.name = rebased_branch(project);
    *place = (gm_dev_place){.branch = without(head.name, GM_STR("refs/heads/")),
                            .worktree = project->top};
    return GM_OK;
}

static bool is_ref(gm_project *project, const char *folder, gm_str name)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit;
    gm_str full = gm_str_printf(project->arena, "%s%.*s", folder, GM_ARG(name));
    return gm_repo_resolve(project->repo, full, &commit, &ignored) == GM_OK;
}

/* "main" of "origin/main". */
static gm_str of_remote(gm_str name)
{
    return gm_str_sub(name, gm_str_find(name, '/', 0) + 1, name.len);
}

gm_str gm_trunk_of_git(gm_project *project)
{
    static const gm_str usual[] = {GM_STR_INIT("main"), GM_STR_INIT("master")};
    gm_str mark = GM_STR("ref: refs/remotes/");
    gm_str head =
        read_ref(project->arena, gm_repo_common_dir(project->repo), "refs/remotes/origin/HEAD");
    if (gm_str_starts(head, mark))
        return of_remote(without(head, mark));
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (is_ref(project, "refs/heads/", usual[i]))
            return usual[i];
    return (gm_str){0};
}

static gm_str trunk_branch(gm_project *project)
{
    gm_str trunk =
        without(without(project->config.trunk, GM_STR("refs/heads/")), GM_STR("refs/remotes/"));
    if (!trunk.len)
        return gm_trunk_of_git(project);
    bool remote = !is_ref(project, "refs/heads/", trunk) && gm_str_has(trunk, '/');
    return remote ? of_remote(trunk) : trunk;
}

gm_code gm_dev_place_trunk(gm_project *project, gm_dev_place *place, gm_err *err)
{
    gm_worktrees worktrees = {0};
    gm_dev_place here;
    GM_TRY(gm_dev_place_here(project, &here, err));
    gm_repo_worktrees(project->arena, project->repo, &worktrees);
    gm_str trunk = trunk_branch(project);
    if (trunk.len)
        here.branch = trunk;
    if (worktrees.len && worktrees.items[0].top.len)
        here.worktree = worktrees.items[0].top;
    *place = here;
    return GM_OK;
}

/* ---- names ---- */

static gm_str slug(gm_arena *arena, gm_str name, size_t max)
{
    gm_str lower = gm_str_lower(arena, name);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < lower.len; i++) {
        char c = lower.ptr[i];
        bool safe = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        gm_buf_char(&buf, safe ? c : '-');
    }
    gm_str made = gm_buf_str(&buf);
    if (made.len <= max)
        return made;
    gm_str hash = gm_str_sub(gm_sha256_hex(arena, name), 0, HASH_LEN);
    return gm_str_printf(arena, "%.*s-%.*s", GM_ARG(gm_str_sub(made, 0, max - HASH_LEN - 1)),
                         GM_ARG(hash));
}

/* The bytes that stand around a mark in the same name, and how many marks share it. */
static size_t room(gm_str pattern, size_t at)
{
    static const char ends[] = "/:=?&' \t";
    size_t start = at;
    size_t end = at;
    size_t marks = 0;
    size_t marked = 0;
    while (start > 0 && !strchr(ends, pattern.ptr[start - 1]))
        start--;
    while (end < pattern.len && !strchr(ends, pattern.ptr[end]))
        end++;
    gm_str name = gm_str_sub(pattern, start, end);
    for (size_t i = 0; i < name.len; i++) {
        gm_str rest = gm_str_sub(name, i, name.len);
        bool branch = gm_str_starts(rest, branch_mark);
        if (!branch && !gm_str_starts(rest, worktree_mark))
            continue;
        marks++;
        marked += branch ? branch_mark.len : worktree_mark.len;
    }
    size_t around = name.len - marked;
    return around >= NAME_MAX_BYTES ? 0 : (NAME_MAX_BYTES - around) / (marks ? marks : 1);
}

gm_code gm_dev_place_fill(gm_arena *arena, gm_str pattern, const gm_dev_place *place, gm_str *url,
                          gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str branch = gm_str_is(place->branch, "HEAD") ? GM_STR("detached") : place->branch;
    for (size_t i = 0; i < pattern.len;) {
        gm_str rest = gm_str_sub(pattern, i, pattern.len);
        bool is_branch = gm_str_starts(rest, branch_mark);
        if (!is_branch && !gm_str_starts(rest, worktree_mark)) {
            gm_buf_char(&buf, pattern.ptr[i++]);
            continue;
        }
        size_t max = room(pattern, i);
        if (max < SLUG_MIN) {
            gm_fail(err, GM_E_CONFIG, "the name around %s is too long",
                    is_branch ? "{branch}" : "{worktree}");
            return gm_hint(err, "The name of a database has at most %d bytes.", NAME_MAX_BYTES);
        }
        gm_str name = is_branch ? branch : gm_path_name(place->worktree);
        gm_str made = slug(arena, name, max);
        gm_buf_add(&buf, made);
        i += is_branch ? branch_mark.len : worktree_mark.len;
    }
    *url = gm_buf_str(&buf);
    return GM_OK;
}
