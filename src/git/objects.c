/* SPDX-License-Identifier: Apache-2.0 */
/* Reading objects: which source has them, and what to do where none does. */
#include "base/file.h"
#include "git/internal.h"

enum { ALTERNATES_MAX = 1024 * 1024 };

/* The remote that a partial clone fetches from; empty when the clone is whole. */
static gm_str promisor(gm_repo *repo)
{
    const gm_settings *settings = gm_repo_settings(repo);
    GM_EACH (const gm_setting, setting, settings) {
        if (gm_str_starts(setting->key, GM_STR("remote.")) &&
            gm_str_ends(setting->key, GM_STR(".promisor")) && gm_str_is(setting->value, "true"))
            return gm_str_sub(setting->key, 7, setting->key.len - 9);
    }
    return gm_repo_config(repo, "extensions.partialclone");
}

bool gm_repo_is_partial(const gm_repo *repo)
{
    /* Configuration is read when it is first asked for; to the caller nothing changes. */
    gm_repo *reader;
    memcpy(&reader, &repo, sizeof(reader));
    return promisor(reader).len != 0;
}

/* The first folder of objects/info/alternates that is not there; empty when all are. */
static gm_str lost_alternate(const gm_repo *repo, gm_arena *arena)
{
    gm_err unread = gm_err_new(arena);
    gm_str objects = gm_path_join(arena, repo->layout.common_dir, GM_STR("objects"));
    gm_str list = gm_path_join(arena, objects, GM_STR("info/alternates"));
    gm_str text, line;
    if (gm_file_read(arena, list, ALTERNATES_MAX, &text, &unread) != GM_OK)
        return (gm_str){0};
    while (gm_str_line(&text, &line)) {
        bool names = line.len && line.ptr[0] != '#';
        if (names && !gm_file_is_folder(gm_path_join(arena, objects, line)))
            return line;
    }
    return (gm_str){0};
}

gm_code gm_repo_missing_cure(gm_repo *repo, gm_err *err)
{
    gm_str remote = promisor(repo);
    gm_str alternate = lost_alternate(repo, err->arena);
    if (alternate.len)
        return gm_hint(err,
                       "objects/info/alternates names %.*s, which is not there: bring it back, or "
                       "clone the repository anew.",
                       GM_ARG(alternate));
    if (remote.len)
        return gm_hint(err,
                       "This is a partial clone. With its remote within reach, run: git fetch "
                       "--refetch --no-filter %.*s",
                       GM_ARG(remote));
    if (gm_repo_is_shallow(repo))
        return gm_hint(err, "This is a shallow clone. Run: git fetch --unshallow");
    return gm_hint(err, "The repository lacks an object it refers to. Run: git fsck");
}

static gm_code add_damage_cure(gm_err *err)
{
    return gm_hint(err, "Run `git fsck --full` to see what is damaged, and bring it back from "
                        "another clone.");
}

gm_code gm_repo_damaged(gm_err *err, const gm_oid *oid, const char *kind)
{
    gm_fail(err, GM_E_GIT, "object %.*s is no %s that can be read",
            GM_ARG(gm_oid_hex(err->arena, oid)), kind);
    return add_damage_cure(err);
}

static gm_code read_with_git(gm_repo *repo, const gm_oid *oid, size_t max, gm_object *object,
                             gm_source **from, gm_err *err)
{
    *from = gm_repo_git(repo);
    return repo->git->ops->read(repo->git, oid, max, object, err);
}

gm_code gm_repo_read(gm_repo *repo, const gm_oid *oid, size_t max, gm_object *object,
                     gm_source **from, gm_err *err)
{
    gm_err first = gm_err_new(err->arena);
    /* A search reads a hundred thousand trees and commits, which git reads unasked as well. */
    if (repo->stays_here && max == GM_OBJECT_MAX)
        max = SIZE_MAX;
    gm_code code = repo->main->ops->read(repo->main, oid, max, object, &first);
    bool second = repo->main != repo->git;
    *from = repo->main;
    if (code == GM_E_MISSING_OBJECT && second && !repo->stays_here && gm_repo_is_partial(repo)) {
        first = gm_err_new(err->arena);
        code = read_with_git(repo, oid, max, object, from, &first);
    } else if (code == GM_E_GIT && second) {
        /* Of an object that git cannot read either, libgit2 has said more. */
        gm_err again = gm_err_new(err->arena);
        if (read_with_git(repo, oid, max, object, from, &again) == GM_OK)
            code = GM_OK;
    }
    if (code == GM_OK)
        return GM_OK;
    *err = first;
    if (code == GM_E_MISSING_OBJECT)
        return gm_repo_missing_cure(repo, err);
    return code == GM_E_GIT && !err->hint.len ? add_damage_cure(err) : code;
}

void gm_repo_prefetch(gm_repo *repo, const gm_oid *const *blobs, size_t count)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err err = gm_err_new(scratch);
    gm_strs lacking = {0};
    for (size_t i = 0; i < count; i++)
        if (repo->main->ops->has && !repo->main->ops->has(repo->main, blobs[i]))
            gm_vec_push(scratch, &lacking, gm_oid_hex(scratch, blobs[i]));
    gm_source *git = lacking.len && gm_repo_is_partial(repo) ? gm_repo_git(repo) : NULL;
    if (git)
        git->ops->fetch(git, promisor(repo), &lacking, &err);
}
