/* SPDX-License-Identifier: Apache-2.0 */
/* Names of commits beyond refs are read from the files that gitrepository-layout(5) describes. */
#include "git/roots.h"

#include <dirent.h>

#include "base/file.h"
#include "git/internal.h"

enum { LOG_MAX = 64 * 1024 * 1024, NAME_MAX_BYTES = 1024 * 1024, LOG_DEPTH_MAX = 32 };

typedef struct {
    gm_arena *arena;
    gm_repo *repo;
    gm_roots *roots;
} collector;

static void add(collector *c, gm_root_kind kind, gm_str name, const gm_oid *commit)
{
    if (!gm_oid_none(commit))
        gm_vec_push(c->arena, c->roots, (gm_root){kind, name, *commit});
}

static bool read_file(gm_arena *arena, gm_str path, size_t max, gm_str *text)
{
    gm_err unread = gm_err_new(arena);
    return gm_file_exists(path) && gm_file_read(arena, path, max, text, &unread) == GM_OK;
}

/* The names in a folder, sorted, so that the answer is the same everywhere. */
static gm_strs names_in(gm_arena *arena, gm_str folder)
{
    gm_strs names = {0};
    DIR *dir = opendir(gm_str_z(arena, folder));
    if (!dir)
        return names;
    for (struct dirent *at; (at = readdir(dir));)
        if (at->d_name[0] != '.')
            gm_vec_push(arena, &names, gm_str_dup(arena, gm_str_from(at->d_name)));
    closedir(dir);
    gm_strs_sort(&names);
    return names;
}

/* ---- worktrees ---- */

static void add_worktree(gm_arena *arena, const gm_repo *repo, gm_str top, gm_str git_dir,
                         gm_worktrees *list)
{
    bool current = gm_str_eq(git_dir, repo->layout.git_dir);
    if (current)
        top = repo->layout.top;
    if (current || gm_file_is_folder(top))
        gm_vec_push(arena, list, (gm_worktree){.top = top, .git_dir = git_dir, .current = current});
}

void gm_repo_worktrees(gm_arena *arena, gm_repo *repo, gm_worktrees *worktrees)
{
    gm_str common = repo->layout.common_dir;
    gm_str linked = gm_path_join(arena, common, GM_STR("worktrees"));
    gm_strs names = names_in(arena, linked);
    gm_worktrees list = {0};
    /* Of a bare repository, and of one whose work tree is set elsewhere, the folder above is none
     * of ours. */
    bool usual = gm_str_is(gm_path_name(common), ".git") &&
                 !gm_repo_config(repo, "core.worktree").len &&
                 !gm_str_is(gm_repo_config(repo, "core.bare"), "true");
    if (usual || gm_str_eq(common, repo->layout.git_dir))
        add_worktree(arena, repo, gm_path_folder(common), common, &list);
    GM_EACH (gm_str, name, &names) {
        gm_str folder = gm_path_join(arena, linked, *name);
        gm_str link;
        if (!read_file(arena, gm_path_join(arena, folder, GM_STR("gitdir")), NAME_MAX_BYTES, &link))
            continue;
        /* The path of the worktree's .git file; a relative one starts at this folder. */
        gm_str file = gm_path_absolute(arena, gm_path_join(arena, folder, gm_str_trim(link)));
        add_worktree(arena, repo, gm_path_folder(file), folder, &list);
    }
    *worktrees = list;
}

/* ---- single files ---- */

/* The id that a line begins with. */
static bool leading_oid(gm_str line, gm_oid *oid)
{
    size_t end = 0;
    while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t')
        end++;
    return gm_oid_parse(gm_str_sub(line, 0, end), oid);
}

static void add_note(collector *c, gm_str folder, gm_str name, const char *file, gm_root_kind kind)
{
    gm_str text, line;
    gm_oid oid;
    gm_str path = gm_path_join(c->arena, folder, gm_str_from(file));
    if (!read_file(c->arena, path, NAME_MAX_BYTES, &text))
        return;
    while (gm_str_line(&text, &line)) /* FETCH_HEAD has a line for each branch */
        if (leading_oid(line, &oid))
            add(c, kind, name, &oid);
}

static void add_notes(collector *c)
{
    static const char *const files[] = {"ORIG_HEAD",
                                        "FETCH_HEAD",
                                        "MERGE_HEAD",
                                        "CHERRY_PICK_HEAD",
                                        "REVERT_HEAD",
                                        "REBASE_HEAD",
                                        "rebase-merge/orig-head",
                                        "rebase-apply/orig-head"};
    gm_worktrees list = {0};
    gm_repo_worktrees(c->arena, c->repo, &list);
    GM_EACH (const gm_worktree, at, &list) {
        gm_str where = at->current ? GM_STR("")
                                   : gm_str_printf(c->arena, " of %.*s",
                                                   GM_ARG(at->top.len ? at->top : at->git_dir));
        for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
            add_note(c, at->git_dir, gm_str_printf(c->arena, "%s%.*s", files[i], GM_ARG(where)),
                     files[i], GM_ROOT_NOTE);
        /* A branch is among the refs already. */
        add_note(c, at->git_dir, gm_str_printf(c->arena, "HEAD%.*s", GM_ARG(where)), "HEAD",
                 GM_ROOT_WORKTREE);
    }
}

/* ---- reflogs ---- */

/* "OLD NEW Name <mail> SECONDS ZONE\tMESSAGE", the oldest first. */
static gm_roots read_log(collector *c, gm_str path, gm_str name, gm_root_kind kind)
{
    gm_roots entries = {0};
    gm_str text, line;
    gm_strs lines = {0};
    if (!read_file(c->arena, path, LOG_MAX, &text))
        return entries;
    while (gm_str_line(&text, &line))
        gm_vec_push(c->arena, &lines, line);
    gm_oid oid;
    for (size_t i = lines.len; i > 0; i--) {
        size_t blank = gm_str_find(lines.items[i - 1], ' ', 0);
        gm_str rest = gm_str_sub(lines.items[i - 1], blank + 1, lines.items[i - 1].len);
        if (!leading_oid(rest, &oid) || gm_oid_none(&oid))
            continue;
        gm_vec_push(c->arena, &entries,
                    (gm_root){kind,
                              gm_str_printf(c->arena, "%.*s@{%zu}", GM_ARG(name), lines.len - i),
                              oid});
    }
    /* What was there before the log's first entry. */
    if (lines.len && leading_oid(lines.items[0], &oid) && !gm_oid_none(&oid))
        gm_vec_push(
            c->arena, &entries,
            (gm_root){kind, gm_str_printf(c->arena, "%.*s@{%zu}", GM_ARG(name), lines.len), oid});
    return entries;
}

static void add_log(collector *c, gm_str path, gm_str name)
{
    gm_roots entries = read_log(c, path, name, GM_ROOT_REFLOG);
    GM_EACH (const gm_root, entry, &entries)
        add(c, entry->kind, entry->name, &entry->commit);
}

static void add_logs_below(collector *c, gm_str folder, gm_str name, int depth)
{
    if (depth > LOG_DEPTH_MAX || gm_str_is(name, "refs/stash"))
        return;
    gm_str path = gm_path_join(c->arena, folder, name);
    if (!gm_file_is_folder(path)) {
        add_log(c, path, gm_branch_name(name));
        return;
    }
    gm_strs names = names_in(c->arena, path);
    GM_EACH (gm_str, child, &names)
        add_logs_below(c, folder, gm_path_join(c->arena, name, *child), depth + 1);
}

/* A reftable keeps the logs itself. git tells them all, without their names. */
static gm_code add_logs_of_git(collector *c, gm_err *err)
{
    gm_source *git = gm_repo_git(c->repo);
    gm_oids found = {0};
    GM_TRY(git->ops->logged(git, c->arena, &found, err));
    GM_EACH (const gm_oid, oid, &found)
        add(c, GM_ROOT_REFLOG, GM_STR("a reflog"), oid);
    return GM_OK;
}

static gm_code add_logs(collector *c, gm_err *err)
{
    gm_str common = c->repo->layout.common_dir;
    gm_worktrees list = {0};
    if (gm_file_is_folder(gm_path_join(c->arena, common, GM_STR("reftable"))))
        return add_logs_of_git(c, err);
    gm_repo_worktrees(c->arena, c->repo, &list);
    GM_EACH (const gm_worktree, at, &list) {
        gm_str name =
            at->current ? GM_STR("HEAD") : gm_str_printf(c->arena, "HEAD of %.*s", GM_ARG(at->top));
        add_log(c, gm_path_join(c->arena, at->git_dir, GM_STR("logs/HEAD")), name);
    }
    add_logs_below(c, gm_path_join(c->arena, common, GM_STR("logs")), GM_STR("refs"), 0);
    return GM_OK;
}

/* ---- stashes ---- */

/*
 * A stash is a commit whose parents are HEAD, the index and, with --include-untracked, the
 * untracked files (git-stash, "DISCUSSION").
 */
static void add_stash(collector *c, gm_str name, const gm_oid *oid)
{
    static const char *const parts[] = {"", " (index)", " (untracked files)"};
    gm_commit commit;
    gm_err unread = gm_err_new(c->arena);
    add(c, GM_ROOT_STASH, name, oid);
    if (gm_repo_commit(c->repo, oid, &commit, &unread) != GM_OK)
        return;
    for (size_t i = 1; i < commit.parents.len && i < sizeof(parts) / sizeof(parts[0]); i++)
        add(c, GM_ROOT_STASH, gm_str_printf(c->arena, "%.*s%s", GM_ARG(name), parts[i]),
            &commit.parents.items[i]);
}

static void add_stashes(collector *c, const gm_oid *top)
{
    gm_str log = gm_path_join(c->arena, c->repo->layout.common_dir, GM_STR("logs/refs/stash"));
    gm_roots entries = read_log(c, log, GM_STR("stash"), GM_ROOT_STASH);
    GM_EACH (const gm_root, entry, &entries)
        add_stash(c, entry->name, &entry->commit);
    if (!entries.len)
        add_stash(c, GM_STR("stash@{0}"), top);
}

/* ---- all ---- */

static gm_code add_refs(collector *c, gm_err *err)
{
    gm_source_refs refs = {0};
    gm_oid stash = {0};
    GM_TRY(gm_repo_all_refs(c->repo, c->arena, &refs, err));
    GM_EACH (const gm_source_ref, ref, &refs) {
        if (gm_str_is(ref->name, "refs/stash"))
            stash = ref->oid;
        else if (!ref->symbolic)
            add(c, GM_ROOT_REF, ref->name, &ref->oid);
    }
    add_stashes(c, &stash);
    return GM_OK;
}

/* By kind; the order within one stays. */
static void sort_by_kind(gm_arena *arena, gm_roots *roots)
{
    gm_roots sorted = {0};
    for (int kind = GM_ROOT_REF; kind <= GM_ROOT_UNREACHABLE; kind++)
        GM_EACH (const gm_root, root, roots)
            if ((int)root->kind == kind)
                gm_vec_push(arena, &sorted, *root);
    *roots = sorted;
}

gm_code gm_repo_roots(gm_arena *arena, gm_repo *repo, gm_roots *roots, gm_err *err)
{
    gm_roots found = {0};
    collector c = {.arena = arena, .repo = repo, .roots = &found};
    GM_TRY(add_refs(&c, err));
    add_notes(&c);
    GM_TRY(add_logs(&c, err));
    sort_by_kind(arena, &found);
    *roots = found;
    return GM_OK;
}
