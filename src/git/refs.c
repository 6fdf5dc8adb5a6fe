/* SPDX-License-Identifier: Apache-2.0 */
/* Which refs there are, and what a branch follows. */
#include "git/internal.h"

#include <fnmatch.h>
#include <stdlib.h>

/* As for-each-ref: the whole name, a prefix of it up to a slash, or a pattern whose "*" stops at
 * slashes. "**" matches across them. Both end in NUL. */
static bool matches(gm_str name, gm_str pattern)
{
    if (gm_str_starts(name, pattern) &&
        (name.len == pattern.len || gm_str_ends(pattern, GM_STR("/")) ||
         name.ptr[pattern.len] == '/'))
        return true;
    bool across = gm_str_search(pattern, GM_STR("**")) < pattern.len;
    return fnmatch(pattern.ptr, name.ptr, across ? 0 : FNM_PATHNAME) == 0;
}

/* Every spelling that a glob may be short for. */
static gm_strs spell_out(gm_arena *arena, const gm_strs *globs)
{
    static const char *const before[] = {"", "refs/", "refs/heads/", "refs/remotes/", "refs/tags/"};
    gm_strs patterns = {0};
    for (size_t i = 0; globs && i < globs->len; i++)
        for (size_t j = 0; j < sizeof(before) / sizeof(before[0]); j++)
            gm_vec_push(arena, &patterns,
                        gm_str_printf(arena, "%s%.*s", before[j], GM_ARG(globs->items[i])));
    if (!patterns.len) {
        gm_vec_push(arena, &patterns, GM_STR("refs/heads/"));
        gm_vec_push(arena, &patterns, GM_STR("refs/remotes/"));
    }
    return patterns;
}

static bool wanted(gm_str name, const gm_strs *patterns)
{
    for (size_t i = 0; i < patterns->len; i++)
        if (matches(name, patterns->items[i]))
            return true;
    return false;
}

/* Where a remote's fetch setting puts `ref`, "" when it fetches it not. The plain setting of git
 * clone is "+refs/heads/" and "refs/remotes/origin/", each with a star behind. */
static gm_str map_refspec(gm_arena *arena, gm_str refspec, gm_str ref)
{
    if (gm_str_starts(refspec, GM_STR("+")))
        refspec = gm_str_sub(refspec, 1, refspec.len);
    size_t colon = gm_str_find(refspec, ':', 0);
    gm_str from = gm_str_sub(refspec, 0, colon);
    gm_str to = gm_str_sub(refspec, colon + 1, refspec.len);
    size_t star = gm_str_find(from, '*', 0);
    size_t to_star = gm_str_find(to, '*', 0);
    if (!to.len || gm_str_starts(from, GM_STR("^")))
        return (gm_str){0};
    if (star == from.len)
        return gm_str_eq(from, ref) ? to : (gm_str){0};
    gm_str head = gm_str_sub(from, 0, star);
    gm_str tail = gm_str_sub(from, star + 1, from.len);
    if (to_star == to.len || ref.len < head.len + tail.len || !gm_str_starts(ref, head) ||
        !gm_str_ends(ref, tail))
        return (gm_str){0};
    gm_str middle = gm_str_sub(ref, head.len, ref.len - tail.len);
    return gm_str_printf(arena, "%.*s%.*s%.*s", GM_ARG(gm_str_sub(to, 0, to_star)), GM_ARG(middle),
                         GM_ARG(gm_str_sub(to, to_star + 1, to.len)));
}

/* What `branch.NAME.remote` and `branch.NAME.merge` say. */
typedef struct {
    gm_str remote;
    gm_str merge;
} tracking;

/* By the name of the branch. Of thousands of branches most have no such setting. */
static gm_map load_tracking(gm_repo *repo)
{
    gm_map branches = gm_map_new(repo->arena);
    const gm_settings *settings = gm_repo_settings(repo);
    GM_EACH (const gm_setting, setting, settings) {
        size_t dot = gm_str_rfind(setting->key, '.');
        gm_str last = gm_str_sub(setting->key, dot + 1, setting->key.len);
        bool remote = gm_str_is(last, "remote");
        if (!gm_str_starts(setting->key, GM_STR("branch.")) || dot < 7 ||
            (!remote && !gm_str_is(last, "merge")))
            continue;
        gm_str name = gm_str_sub(setting->key, 7, dot);
        tracking *branch = gm_map_get(&branches, name);
        if (!branch) {
            branch = gm_new(repo->arena, tracking);
            gm_map_add(&branches, name, branch);
        }
        if (remote)
            branch->remote = setting->value;
        else
            branch->merge = setting->value;
    }
    return branches;
}

static gm_str upstream_of(gm_repo *repo, const tracking *branch)
{
    if (!branch || !branch->remote.len || !branch->merge.len)
        return (gm_str){0};
    if (gm_str_is(branch->remote, "."))
        return branch->merge;
    gm_str key = gm_str_printf(repo->arena, "remote.%.*s.fetch", GM_ARG(branch->remote));
    const gm_settings *settings = gm_repo_settings(repo);
    GM_EACH (const gm_setting, setting, settings) {
        gm_str to = {0};
        if (gm_str_eq(setting->key, key))
            to = map_refspec(repo->arena, setting->value, branch->merge);
        if (to.len)
            return to;
    }
    return (gm_str){0};
}

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_ref *)a)->name, ((const gm_ref *)b)->name);
}

/* Leaves out the upstream where a branch stands at the same commit. */
static void drop_doubles(gm_arena *arena, gm_refs *refs)
{
    gm_map upstreams = gm_map_new(arena);
    GM_EACH (gm_ref, ref, refs)
        if (ref->upstream.len)
            gm_map_add(&upstreams, ref->upstream, ref);
    size_t kept = 0;
    bool *drop = gm_new_array(arena, refs->len + 1, bool);
    for (size_t i = 0; i < refs->len; i++) {
        const gm_ref *branch = gm_map_get(&upstreams, refs->items[i].name);
        drop[i] = branch && gm_oid_eq(&branch->commit, &refs->items[i].commit);
    }
    for (size_t i = 0; i < refs->len; i++)
        if (!drop[i])
            refs->items[kept++] = refs->items[i];
    refs->len = kept;
}

static bool is_branch(gm_str name)
{
    return gm_str_starts(name, GM_STR("refs/heads/"));
}

/* git keeps anything but commits out of branches; elsewhere the object must be looked at. */
static gm_code add_ref(gm_repo *repo, const gm_map *branches, const gm_source_ref *from,
                       gm_refs *refs, gm_err *err)
{
    gm_ref ref = {.name = from->name, .commit = from->oid};
    bool remote = gm_str_starts(from->name, GM_STR("refs/remotes/"));
    if (remote && gm_str_ends(from->name, GM_STR("/HEAD")))
        return GM_OK;
    if (!is_branch(from->name) && !remote) {
        gm_code code = gm_repo_peel(repo, &from->oid, &ref.commit, err);
        if (code == GM_E_UNKNOWN_REF) {
            gm_err_clear(err);
            return GM_OK;
        }
        GM_TRY(code);
    }
    if (is_branch(from->name))
        ref.upstream =
            upstream_of(repo, gm_map_get(branches, gm_str_sub(from->name, 11, from->name.len)));
    gm_vec_push(repo->arena, refs, ref);
    return GM_OK;
}

gm_code gm_repo_all_refs(gm_repo *repo, gm_arena *arena, gm_source_refs *refs, gm_err *err)
{
    gm_code code = repo->main->ops->refs(repo->main, arena, refs, err);
    if (!gm_repo_ask_git(repo, code, err))
        return code;
    *refs = (gm_source_refs){0};
    return repo->git->ops->refs(repo->git, arena, refs, err);
}

gm_code gm_repo_refs(gm_repo *repo, const gm_strs *globs, gm_refs *refs, gm_err *err)
{
    gm_source_refs all = {0};
    gm_refs found = {0};
    GM_TRY(gm_repo_all_refs(repo, repo->arena, &all, err));
    gm_strs patterns = spell_out(repo->arena, globs);
    gm_map branches = load_tracking(repo);
    if (!globs || !globs->len)
        gm_vec_reserve(repo->arena, &found, all.len);
    GM_EACH (gm_source_ref, ref, &all)
        if (wanted(ref->name, &patterns))
            GM_TRY(add_ref(repo, &branches, ref, &found, err));
    drop_doubles(repo->arena, &found);
    gm_sort(found.items, found.len, sizeof(gm_ref), by_name);
    *refs = found;
    return GM_OK;
}

/* Without the first of `folders` that it is in. */
static gm_str below_first(gm_str ref, const gm_str *folders, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (gm_str_starts(ref, folders[i]))
            return gm_str_sub(ref, folders[i].len, ref.len);
    return ref;
}

gm_str gm_branch_name(gm_str ref)
{
    static const gm_str folders[] = {GM_STR_INIT("refs/heads/"), GM_STR_INIT("refs/remotes/")};
    return below_first(ref, folders, sizeof(folders) / sizeof(folders[0]));
}

gm_str gm_ref_short(gm_str ref)
{
    static const gm_str folders[] = {GM_STR_INIT("refs/heads/"), GM_STR_INIT("refs/remotes/"),
                                     GM_STR_INIT("refs/tags/"), GM_STR_INIT("refs/")};
    return below_first(ref, folders, sizeof(folders) / sizeof(folders[0]));
}
