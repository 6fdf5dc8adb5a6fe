/* SPDX-License-Identifier: Apache-2.0 */
/* Which refs there are, and what a branch follows. */
#include "git/internal.h"

#include <fnmatch.h>
#include <stdlib.h>

/* As for-each-ref: the whole name, a prefix of it up to a slash, or a pattern whose "*" stops at
 * slashes. "**" matches across them. */
static bool matches(gm_arena *arena, gm_str name, gm_str pattern)
{
    bool exact = gm_str_starts(name, pattern) &&
                 (name.len == pattern.len || gm_str_ends(pattern, GM_STR("/")) ||
                  name.ptr[pattern.len] == '/');
    bool across = gm_str_search(pattern, GM_STR("**")) < pattern.len;
    return exact ||
           fnmatch(gm_str_z(arena, pattern), gm_str_z(arena, name), across ? 0 : FNM_PATHNAME) == 0;
}

static bool wanted(gm_str name, const gm_strs *globs)
{
    static const gm_str before[] = {GM_STR_INIT(""), GM_STR_INIT("refs/"),
                                    GM_STR_INIT("refs/heads/"), GM_STR_INIT("refs/remotes/"),
                                    GM_STR_INIT("refs/tags/")};
    if (!globs || !globs->len)
        return gm_str_starts(name, GM_STR("refs/heads/")) ||
               gm_str_starts(name, GM_STR("refs/remotes/"));
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    for (size_t i = 0; i < globs->len; i++)
        for (size_t j = 0; j < sizeof(before) / sizeof(before[0]); j++)
            if (matches(
                    scratch, name,
                    gm_str_printf(scratch, "%.*s%.*s", GM_ARG(before[j]), GM_ARG(globs->items[i]))))
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

static gm_str upstream_of(gm_repo *repo, gm_str branch)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str name = gm_str_sub(branch, 11, branch.len); /* without "refs/heads/" */
    gm_str remote =
        gm_repo_config(repo, gm_str_printf(scratch, "branch.%.*s.remote", GM_ARG(name)).ptr);
    gm_str merge =
        gm_repo_config(repo, gm_str_printf(scratch, "branch.%.*s.merge", GM_ARG(name)).ptr);
    if (!remote.len || !merge.len)
        return (gm_str){0};
    if (gm_str_is(remote, "."))
        return merge;
    gm_str key = gm_str_printf(scratch, "remote.%.*s.fetch", GM_ARG(remote));
    const gm_settings *settings = gm_repo_settings(repo);
    GM_EACH (const gm_setting, setting, settings) {
        gm_str to = gm_str_eq(setting->key, key) ? map_refspec(repo->arena, setting->value, merge)
                                                 : (gm_str){0};
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
static gm_code add_ref(gm_repo *repo, const gm_source_ref *from, gm_refs *refs, gm_err *err)
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
        ref.upstream = upstream_of(repo, from->name);
    gm_vec_push(repo->arena, refs, ref);
    return GM_OK;
}

static gm_code list(gm_repo *repo, gm_source_refs *all, gm_err *err)
{
    gm_code code = repo->main->ops->refs(repo->main, repo->arena, all, err);
    if (code != GM_E_GIT || repo->main == repo->git)
        return code;
    gm_err_clear(err);
    *all = (gm_source_refs){0};
    gm_source *git = gm_repo_git(repo);
    return git->ops->refs(git, repo->arena, all, err);
}

gm_code gm_repo_refs(gm_repo *repo, const gm_strs *globs, gm_refs *refs, gm_err *err)
{
    gm_source_refs all = {0};
    gm_refs found = {0};
    GM_TRY(list(repo, &all, err));
    GM_EACH (gm_source_ref, ref, &all)
        if (wanted(ref->name, globs))
            GM_TRY(add_ref(repo, ref, &found, err));
    drop_doubles(repo->arena, &found);
    if (found.len)
        qsort(found.items, found.len, sizeof(gm_ref), by_name);
    *refs = found;
    return GM_OK;
}
