/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a repository, its places and its configuration; which of the two sources answers. */
#include "git/internal.h"

#include <stdlib.h>

#include "base/file.h"

static bool has(gm_arena *arena, gm_str folder, const char *name)
{
    return gm_file_exists(gm_path_join(arena, folder, gm_str_from(name)));
}

/* Rules out most folders without a repository for the price of a few stats. */
static bool may_have_repo(gm_str folder)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    if (getenv("GIT_DIR"))
        return true;
    for (gm_str at = folder;; at = gm_path_folder(at)) {
        if (has(scratch, at, ".git") ||
            (has(scratch, at, "HEAD") && has(scratch, at, "objects") && has(scratch, at, "refs")))
            return true;
        if (at.len <= 1)
            return false;
    }
}

static gm_code open_source(gm_arena *arena, gm_str folder, gm_repo *repo, gm_err *err)
{
    /* libgit2 refuses both. */
    bool refused = getenv("GIT_WORK_TREE") || getenv("GIT_COMMON_DIR");
    if (!refused && gm_source_open_libgit2(arena, folder, &repo->layout, &repo->main, err) == GM_OK)
        return GM_OK;
    GM_TRY(gm_source_find_git(arena, folder, &repo->layout, err));
    gm_err_clear(err);
    repo->main = gm_source_new_git(arena, &repo->layout);
    repo->git = repo->main;
    return GM_OK;
}

gm_code gm_repo_open(gm_arena *arena, gm_str folder, gm_repo **repo, gm_err *err)
{
    if (!may_have_repo(folder)) {
        gm_fail_at(err, GM_E_NO_REPO, folder,
                   "not a git repository (or any of the parent directories)");
        return gm_hint(err, "Run gmig inside a git repository, or make one with: git init");
    }
    gm_repo *opened = gm_new(arena, gm_repo);
    gm_err own = gm_err_new(arena);
    opened->arena = arena;
    opened->settings = gm_map_new(arena);
    opened->subtrees = gm_map_new(arena);
    gm_code code = open_source(arena, folder, opened, &own);
    if (code != GM_OK) {
        gm_fail_at(err, code, folder, "%.*s", GM_ARG(own.text));
        return own.hint.len ? gm_hint(err, "%.*s", GM_ARG(own.hint)) : code;
    }
    *repo = opened;
    return GM_OK;
}

void gm_repo_close(gm_repo *repo)
{
    if (!repo)
        return;
    if (repo->git && repo->git != repo->main)
        repo->git->ops->close(repo->git);
    if (repo->main)
        repo->main->ops->close(repo->main);
    repo->main = NULL;
    repo->git = NULL;
}

void gm_repo_drop(gm_repo **repo)
{
    gm_repo_close(*repo);
    *repo = NULL;
}

gm_str gm_repo_top(const gm_repo *repo)
{
    return repo->layout.top;
}

gm_str gm_repo_git_dir(const gm_repo *repo)
{
    return repo->layout.git_dir;
}

gm_str gm_repo_common_dir(const gm_repo *repo)
{
    return repo->layout.common_dir;
}

static bool has_in(const gm_repo *repo, gm_str folder, const char *name)
{
    (void)repo;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return has(scratch, folder, name);
}

bool gm_repo_is_shallow(const gm_repo *repo)
{
    return has_in(repo, repo->layout.common_dir, "shallow");
}

gm_repo_state gm_repo_get_state(const gm_repo *repo)
{
    /* As `git status` looks (wt-status.c): a rebase that stopped at a pick has CHERRY_PICK_HEAD
     * too. */
    static const struct {
        const char *file;
        gm_repo_state state;
    } signs[] = {
        {"rebase-merge", GM_REPO_REBASE}, {"rebase-apply", GM_REPO_REBASE},
        {"MERGE_HEAD", GM_REPO_MERGE},    {"CHERRY_PICK_HEAD", GM_REPO_CHERRY_PICK},
        {"REVERT_HEAD", GM_REPO_REVERT},  {"BISECT_LOG", GM_REPO_BISECT},
    };
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (has_in(repo, repo->layout.git_dir, signs[i].file))
            return signs[i].state;
    return GM_REPO_CLEAN;
}

gm_source *gm_repo_git(gm_repo *repo)
{
    if (!repo->git)
        repo->git = gm_source_new_git(repo->arena, &repo->layout);
    return repo->git;
}

bool gm_repo_ask_git(gm_repo *repo, gm_code code, gm_err *err)
{
    if (code != GM_E_GIT || repo->main == repo->git)
        return false;
    gm_err_clear(err);
    gm_repo_git(repo);
    return repo->main != repo->git;
}

const gm_settings *gm_repo_settings(gm_repo *repo)
{
    gm_err err = gm_err_new(repo->arena);
    gm_settings *list = &repo->setting_list;
    if (repo->settings_known)
        return list;
    gm_code code = repo->main->ops->config(repo->main, repo->arena, list, &err);
    if (gm_repo_ask_git(repo, code, &err)) {
        *list = (gm_settings){0};
        code = repo->git->ops->config(repo->git, repo->arena, list, &err);
    }
    if (code != GM_OK)
        repo->settings_failure = err;
    GM_EACH (gm_setting, setting, list)
        gm_map_set(&repo->settings, setting->key, &setting->value);
    repo->settings_known = true;
    return list;
}

/* Section and name in lower case, what is between them as it is (git-config, "Syntax"). */
static gm_str canonical_key(gm_arena *arena, gm_str key)
{
    size_t first = gm_str_find(key, '.', 0);
    size_t last = gm_str_rfind(key, '.');
    gm_str section = gm_str_lower(arena, gm_str_sub(key, 0, first));
    gm_str name = gm_str_lower(arena, gm_str_sub(key, last, key.len));
    gm_str middle = gm_str_sub(key, first, last);
    return gm_str_printf(arena, "%.*s%.*s%.*s", GM_ARG(section), GM_ARG(middle), GM_ARG(name));
}

gm_str gm_repo_config(gm_repo *repo, const char *key)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_repo_settings(repo);
    const gm_str *value = gm_map_get(&repo->settings, canonical_key(scratch, gm_str_from(key)));
    return value ? *value : (gm_str){0};
}

gm_code gm_repo_index(gm_repo *repo, gm_arena *arena, gm_str prefix, gm_index *index, gm_err *err)
{
    gm_code code = repo->main->ops->index(repo->main, arena, prefix, index, err);
    if (gm_repo_ask_git(repo, code, err))
        code = repo->git->ops->index(repo->git, arena, prefix, index, err);
    return code;
}

gm_code gm_repo_hash(gm_repo *repo, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                     gm_err *err)
{
    gm_code code = repo->main->ops->hash(repo->main, arena, paths, oids, err);
    if (gm_repo_ask_git(repo, code, err))
        code = repo->git->ops->hash(repo->git, arena, paths, oids, err);
    return code;
}

gm_code gm_repo_to_git(gm_repo *repo, gm_arena *arena, gm_str path, gm_str raw, gm_str *bytes,
                       gm_oid *oid, gm_err *err)
{
    gm_code code = repo->main->ops->to_git(repo->main, arena, path, raw, bytes, oid, err);
    if (gm_repo_ask_git(repo, code, err))
        code = repo->git->ops->to_git(repo->git, arena, path, raw, bytes, oid, err);
    return code;
}

gm_code gm_repo_ignored(gm_repo *repo, gm_arena *arena, const gm_strs *paths, bool *ignored,
                        gm_err *err)
{
    gm_code code = repo->main->ops->ignored(repo->main, arena, paths, ignored, err);
    if (gm_repo_ask_git(repo, code, err))
        code = repo->git->ops->ignored(repo->git, arena, paths, ignored, err);
    return code;
}

gm_code gm_repo_head(gm_repo *repo, gm_ref *head, bool *unborn, gm_err *err)
{
    gm_ref found = {0};
    gm_code code = repo->main->ops->head(repo->main, repo->arena, &found, unborn, err);
    if (gm_repo_ask_git(repo, code, err))
        code = repo->git->ops->head(repo->git, repo->arena, &found, unborn, err);
    if (code == GM_OK)
        *head = found;
    return code;
}

/* GM_OK, or what is wrong with it; only then is another source worth asking. */
static gm_code resolve_with(gm_repo *repo, gm_source *source, gm_str name, gm_oid *commit,
                            gm_err *err)
{
    gm_oid oid;
    GM_TRY(source->ops->resolve(source, name, &oid, err));
    return gm_repo_peel(repo, &oid, commit, err);
}

/* A branch by its whole name, of which git knows no more than libgit2. */
static bool is_whole_ref(gm_str name)
{
    static const char grammar[] = "~^:@{";
    for (size_t i = 0; i < name.len; i++)
        if (memchr(grammar, name.ptr[i], sizeof(grammar) - 1))
            return false;
    return gm_str_starts(name, GM_STR("refs/heads/")) ||
           gm_str_starts(name, GM_STR("refs/remotes/"));
}

static gm_code resolve_name(gm_repo *repo, gm_str name, gm_oid *commit, gm_err *err)
{
    gm_oid oid;
    if (!name.len || name.ptr[0] == '-' || gm_str_has(name, '\0'))
        return gm_fail(err, GM_E_UNKNOWN_REF, "no name of a commit");
    if (gm_oid_parse(name, &oid))
        return gm_repo_peel(repo, &oid, commit, err);
    gm_code code = resolve_with(repo, repo->main, name, commit, err);
    /* git's grammar of names is richer than libgit2's (":/text", "@{upstream}"). */
    if (code == GM_E_UNKNOWN_REF && repo->main != repo->git && !is_whole_ref(name)) {
        gm_err_clear(err);
        code = resolve_with(repo, gm_repo_git(repo), name, commit, err);
    }
    return code;
}

gm_code gm_repo_resolve(gm_repo *repo, gm_str name, gm_oid *commit, gm_err *err)
{
    gm_oid oid;
    gm_code code = resolve_name(repo, name, commit, err);
    if (code == GM_OK)
        return code;
    /* An id that a whole clone lacks is a wrong id; a ref to nothing is damage. */
    bool wrong = gm_oid_parse(name, &oid) && !gm_repo_is_shallow(repo) && !gm_repo_is_partial(repo);
    if (code == GM_E_GIT || (code == GM_E_MISSING_OBJECT && !wrong))
        return code;
    bool walks = gm_str_has(name, '~') || gm_str_has(name, '^');
    if (walks && gm_repo_is_shallow(repo)) {
        gm_fail(err, GM_E_MISSING_OBJECT, "'%.*s' lies behind the end of this shallow clone",
                GM_ARG(name));
        return gm_repo_missing_cure(repo, err);
    }
    gm_fail(err, GM_E_UNKNOWN_REF, "git knows no commit '%.*s'", GM_ARG(name));
    return gm_hint(err, "`git branch --all` and `git tag` list the names there are; `git fetch` "
                        "brings those of the remote.");
}

gm_code gm_repo_merge_bases(gm_repo *repo, const gm_oid *one, const gm_oids *others, gm_oids *bases,
                            gm_err *err)
{
    /* libgit2 1.5 fails at the boundary of a shallow clone, where git stops. */
    bool shallow = gm_repo_is_shallow(repo);
    gm_source *source = shallow ? gm_repo_git(repo) : repo->main;
    gm_err failure = gm_err_new(repo->arena); /* found bases live there, too */
    gm_oids found = {0};
    gm_code code = source->ops->merge_bases(source, one, others, &found, &failure);
    if (gm_repo_ask_git(repo, code, &failure))
        code = repo->git->ops->merge_bases(repo->git, one, others, &found, &failure);
    if (code == GM_OK && !found.len && shallow)
        code = gm_fail(&failure, GM_E_MISSING_OBJECT,
                       "no common ancestor within the commits of this shallow clone");
    if (code != GM_OK) {
        gm_fail(err, code, "%.*s", GM_ARG(failure.text));
        return code == GM_E_MISSING_OBJECT ? gm_repo_missing_cure(repo, err) : code;
    }
    *bases = found;
    return GM_OK;
}

gm_code gm_repo_merge_base(gm_repo *repo, const gm_oid *a, const gm_oid *b, gm_oid *base,
                           bool *found, gm_err *err)
{
    gm_oid other = *b;
    gm_oids others = {&other, 1, 1};
    gm_oids bases = {0};
    GM_TRY(gm_repo_merge_bases(repo, a, &others, &bases, err));
    if (bases.len)
        *base = bases.items[0];
    *found = bases.len > 0;
    return GM_OK;
}

gm_code gm_repo_merging(gm_repo *repo, gm_oids *commits, gm_err *err)
{
    enum { MERGE_HEAD_MAX = 1024 * 1024 };
    gm_str path = gm_path_join(repo->arena, repo->layout.git_dir, GM_STR("MERGE_HEAD"));
    gm_str text, line;
    gm_oids found = {0};
    if (!gm_file_exists(path))
        return GM_OK;
    GM_TRY(gm_file_read(repo->arena, path, MERGE_HEAD_MAX, &text, err));
    while (gm_str_line(&text, &line)) {
        gm_oid commit;
        if (!gm_oid_parse(line, &commit))
            return gm_fail_at(err, GM_E_GIT, path, "this is no list of commits");
        gm_vec_push(repo->arena, &found, commit);
    }
    *commits = found;
    return GM_OK;
}
