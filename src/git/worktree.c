/* SPDX-License-Identifier: Apache-2.0 */
#include "git/worktree.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "git/below.h"
#include "git/internal.h"

static gm_code need_top(const gm_repo *repo, gm_err *err)
{
    if (gm_repo_top(repo).len)
        return GM_OK;
    gm_fail(err, GM_E_NO_REPO, "%.*s is a bare repository, without a work tree",
            GM_ARG(gm_repo_git_dir(repo)));
    return gm_hint(err, "Run the command in a clone that has one.");
}

static bool is_git_folder(gm_str name)
{
    return gm_str_eq_nocase(name, GM_STR(".git"));
}

/* A folder of the way that is there must be a folder, and no link. */
static gm_code check_way(gm_str top, gm_str path, gm_err *err)
{
    struct stat status;
    for (size_t end = gm_str_find(path, '/', 0);; end = gm_str_find(path, '/', end + 1)) {
        gm_str part = gm_str_sub(path, 0, end);
        if (is_git_folder(gm_path_name(part))) {
            gm_fail_at(err, GM_E_IO, path, "is git's own folder");
            return gm_hint(err, "Name another one.");
        }
        if (end == path.len)
            return GM_OK;
        if (!gm_below_stat(top, part, &status)) {
            if (errno == ENOENT)
                continue;
            return gm_fail_at(err, GM_E_IO, part, "cannot look at it: %s", strerror(errno));
        }
        if (S_ISLNK(status.st_mode)) {
            gm_fail_at(err, GM_E_IO, part, "is a symbolic link, which gmig does not write through");
            return gm_hint(err, "Put a folder in its place, or name the folder it leads to.");
        }
        if (!S_ISDIR(status.st_mode)) {
            gm_fail_at(err, GM_E_IO, part, "is there and is no folder");
            return gm_hint(err, "Move it away, or name another folder.");
        }
    }
}

static gm_code write_file(gm_repo *repo, gm_str path, gm_str bytes, bool replace, gm_err *err)
{
    gm_str clean;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    GM_TRY(need_top(repo, err));
    gm_str top = gm_repo_top(repo);
    if (!gm_below_clean(scratch, path, &clean) || !clean.len) {
        gm_fail_at(err, GM_E_IO, path, "is no path below the top of the work tree");
        return gm_hint(err, "Name a path within the work tree.");
    }
    GM_TRY(check_way(top, clean, err));
    gm_str whole = gm_path_join(scratch, top, clean);
    GM_TRY(gm_folder_make(gm_path_folder(whole), err));
    return gm_file_write(whole, bytes, (gm_write_options){.replace = replace}, err);
}

gm_code gm_worktree_write(gm_repo *repo, gm_str path, gm_str bytes, gm_err *err)
{
    return write_file(repo, path, bytes, false, err);
}

gm_code gm_worktree_replace(gm_repo *repo, gm_str path, gm_str bytes, gm_err *err)
{
    return write_file(repo, path, bytes, true, err);
}

void gm_worktree_remove(gm_repo *repo, gm_str path)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    (void)unlink(gm_path_join(scratch, gm_repo_top(repo), path).ptr);
}

gm_code gm_worktree_stage(gm_repo *repo, gm_str path, gm_err *err)
{
    /* The index is git's own to write: it knows every form of it, and locks it. */
    gm_source *git = gm_repo_git(repo);
    GM_TRY(need_top(repo, err));
    gm_code code = git->ops->stage(git, path, err);
    if (code != GM_OK)
        err->where = gm_str_dup(err->arena, path);
    return code;
}

gm_code gm_worktree_conflicts(gm_arena *arena, gm_repo *repo, gm_str folder, gm_strs *paths,
                              gm_err *err)
{
    gm_index index = {0};
    *paths = (gm_strs){0};
    if (!gm_repo_top(repo).len)
        return GM_OK;
    GM_TRY(gm_repo_index(repo, arena, folder, &index, err));
    GM_EACH (const gm_index_entry, entry, &index.entries) {
        bool again = paths->len && gm_str_eq(paths->items[paths->len - 1], entry->path);
        if (entry->unmerged && !again)
            gm_vec_push(arena, paths, entry->path);
    }
    return GM_OK;
}

/* "~/x" and "~name/x" as git expands the paths of its configuration (git-config, "pathname"). */
static gm_str expand_home(gm_arena *arena, gm_str path)
{
    if (!gm_str_starts(path, GM_STR("~")))
        return path;
    size_t slash = gm_str_find(path, '/', 0);
    gm_str user = gm_str_sub(path, 1, slash);
    gm_str home = gm_str_from(getenv("HOME"));
    if (user.len) {
        const struct passwd *known = getpwnam(gm_str_z(arena, user));
        home = known ? gm_str_from(known->pw_dir) : (gm_str){0};
    }
    if (!home.len)
        return path;
    return gm_path_join(arena, home, gm_str_sub(path, slash + 1, path.len));
}

gm_code gm_repo_hooks_folder(gm_repo *repo, gm_str *folder, gm_err *err)
{
    gm_str set = gm_repo_config(repo, "core.hooksPath");
    if (set.ptr && !set.len) {
        gm_fail(err, GM_E_REFUSED, "core.hooksPath is empty, so git runs no hooks");
        return gm_hint(err, "Take it back with: git config --unset core.hooksPath");
    }
    if (repo->settings_failure.code != GM_OK) {
        *err = repo->settings_failure;
        return err->code;
    }
    gm_str top = gm_repo_top(repo);
    /* Relative to where git runs hooks (githooks, "DESCRIPTION"). */
    gm_str base = top.len ? top : gm_repo_git_dir(repo);
    if (!set.len) {
        base = gm_repo_common_dir(repo);
        set = GM_STR("hooks");
    }
    *folder = gm_path_absolute(repo->arena,
                               gm_path_join(repo->arena, base, expand_home(repo->arena, set)));
    return GM_OK;
}
