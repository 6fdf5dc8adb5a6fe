/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hooks.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hook/husky.h"
#include "base/buf.h"
#include "base/file.h"

/*
 * `update` is not installed unless it is named: it asks what pre-receive has asked already, one ref
 * at a time. post-checkout, post-merge and post-rewrite only tell.
 */
const gm_hook gm_hooks[] = {
    {.name = "pre-commit", .refuses = true, .by_default = true},
    {.name = "pre-merge-commit", .refuses = true, .by_default = true},
    {.name = "pre-push", .refuses = true, .has_input = true, .by_default = true},
    {.name = "post-merge", .by_default = true},
    {.name = "post-checkout", .by_default = true},
    {.name = "post-rewrite", .has_input = true, .by_default = true},
    {.name = "pre-receive", .refuses = true, .has_input = true, .server = true, .by_default = true},
    {.name = "update", .refuses = true, .server = true},
};
const size_t gm_hooks_count = sizeof(gm_hooks) / sizeof(*gm_hooks);

/* A hook larger than this is not ours. */
enum { HOOK_MAX = 1024 * 1024 };

#define KEPT_SUFFIX ".gmig-kept"

const gm_hook *gm_hook_find(gm_str name)
{
    for (size_t i = 0; i < gm_hooks_count; i++) {
        if (gm_str_is(name, gm_hooks[i].name))
            return &gm_hooks[i];
    }
    return NULL;
}

const char *gm_hook_state_name(gm_hook_state state)
{
    static const char *const names[] = {
        [GM_HOOK_ABSENT] = "not installed",
        [GM_HOOK_INSTALLED] = "installed",
        [GM_HOOK_OUTDATED] = "outdated",
        [GM_HOOK_OTHER] = "other",
    };
    return names[state];
}

const char *gm_hooks_layout_name(gm_hooks_layout layout)
{
    static const char *const names[] = {
        [GM_HOOKS_PLAIN] = "git",
        [GM_HOOKS_HUSKY] = "husky",
        [GM_HOOKS_LEFTHOOK] = "lefthook",
    };
    return names[layout];
}

static gm_str script_of(const gm_hook *hook)
{
    for (const gm_hook_text *text = gm_hook_texts; text->name; text++) {
        if (strcmp(text->name, hook->name) == 0)
            return text->text;
    }
    return (gm_str){0};
}

/* ---- what is there ---- */

/* Also true for a link that leads nowhere: git would not run it, and it is still somebody's. */
static bool is_there(gm_arena *arena, gm_str path)
{
    struct stat info;
    return lstat(gm_str_z(arena, path), &info) == 0;
}

static bool is_executable(gm_arena *arena, gm_str path)
{
    return access(gm_str_z(arena, path), X_OK) == 0;
}

static gm_str kept_path(gm_arena *arena, gm_str path)
{
    return gm_str_printf(arena, "%.*s" KEPT_SUFFIX, GM_ARG(path));
}

/* The second line of ours is the licence, the third says whose hook it is. */
static bool is_ours(gm_arena *arena, const gm_hook *hook, gm_str text)
{
    gm_str mark = gm_str_printf(arena, "# gmig hook %s:", hook->name);
    gm_str line;
    for (size_t i = 0; i < 3 && gm_str_line(&text, &line); i++) {
        if (gm_str_starts(line, mark))
            return true;
    }
    return false;
}

static gm_hook_state plain_state(gm_arena *arena, const gm_hook *hook, gm_str path)
{
    gm_err ignored = gm_err_new(arena);
    gm_str text;
    if (!is_there(arena, path))
        return GM_HOOK_ABSENT;
    if (gm_file_read(arena, path, HOOK_MAX, &text, &ignored) != GM_OK)
        return GM_HOOK_OTHER;
    if (!is_ours(arena, hook, text))
        return GM_HOOK_OTHER;
    return gm_str_eq(text, script_of(hook)) && is_executable(arena, path) ? GM_HOOK_INSTALLED
                                                                          : GM_HOOK_OUTDATED;
}

static gm_hook_state husky_state(gm_arena *arena, const gm_hook *hook, gm_str path)
{
    gm_err ignored = gm_err_new(arena);
    gm_str text;
    if (!is_there(arena, path))
        return GM_HOOK_ABSENT;
    if (gm_file_read(arena, path, HOOK_MAX, &text, &ignored) != GM_OK)
        return GM_HOOK_OTHER;
    return gm_husky_state(arena, hook, text);
}

/* As https://lefthook.dev/configuration/ lists them. */
static bool uses_lefthook(gm_arena *arena, gm_str top)
{
    static const char *const names[] = {"lefthook",         ".lefthook",
                                        ".config/lefthook", "lefthook-local",
                                        ".lefthook-local",  ".config/lefthook-local"};
    static const char *const kinds[] = {"yml", "yaml", "toml", "json", "jsonc"};
    for (size_t i = 0; top.len && i < sizeof(names) / sizeof(*names); i++) {
        for (size_t j = 0; j < sizeof(kinds) / sizeof(*kinds); j++) {
            gm_str name = gm_str_printf(arena, "%s.%s", names[i], kinds[j]);
            if (gm_file_exists(gm_path_join(arena, top, name)))
                return true;
        }
    }
    return false;
}

static bool is_below(gm_str path, gm_str folder)
{
    return folder.len && path.len > folder.len && gm_str_starts(path, folder) &&
           path.ptr[folder.len] == '/';
}

static gm_code find_layout(gm_arena *arena, gm_repo *repo, gm_hooks_report *report, gm_err *err)
{
    GM_TRY(gm_repo_hooks_folder(repo, &report->folder, err));
    report->shared = !is_below(report->folder, gm_repo_top(repo)) &&
                     !is_below(report->folder, gm_repo_common_dir(repo));
    if (gm_str_ends(report->folder, GM_STR("/.husky/_")))
        report->layout = GM_HOOKS_HUSKY;
    else if (uses_lefthook(arena, gm_repo_top(repo)))
        report->layout = GM_HOOKS_LEFTHOOK;
    return GM_OK;
}

static gm_hook_status look_at(gm_arena *arena, const gm_hooks_report *report, const gm_hook *hook)
{
    gm_hook_status status = {.hook = hook};
    gm_str name = gm_str_from(hook->name);
    if (report->layout == GM_HOOKS_HUSKY) {
        status.path = gm_path_join(arena, gm_path_folder(report->folder), name);
        status.state = husky_state(arena, hook, status.path);
        return status;
    }
    status.path = gm_path_join(arena, report->folder, name);
    status.state = plain_state(arena, hook, status.path);
    gm_str kept = kept_path(arena, status.path);
    status.kept = is_there(arena, kept);
    status.kept_active = status.kept && is_executable(arena, kept);
    return status;
}

typedef enum { EVERY_HOOK, DEFAULT_HOOKS } when_unnamed;

static gm_code collect(gm_arena *arena, gm_repo *repo, const gm_strs *names, when_unnamed unnamed,
                       gm_hooks_report *report, gm_err *err)
{
    GM_TRY(find_layout(arena, repo, report, err));
    GM_EACH (const gm_str, name, names) {
        const gm_hook *hook = gm_hook_find(*name);
        if (!hook) {
            gm_fail(err, GM_E_USAGE, "gmig has no hook '%.*s'", GM_ARG(*name));
            return gm_hint(err, "Hooks are pre-commit, pre-merge-commit, pre-push, post-merge, "
                                "post-checkout, post-rewrite, pre-receive and update.");
        }
        gm_vec_push(arena, &report->hooks, look_at(arena, report, hook));
    }
    bool bare = gm_repo_top(repo).len == 0;
    for (size_t i = 0; !names->len && i < gm_hooks_count; i++) {
        if (unnamed == EVERY_HOOK || (gm_hooks[i].by_default && gm_hooks[i].server == bare))
            gm_vec_push(arena, &report->hooks, look_at(arena, report, &gm_hooks[i]));
    }
    return GM_OK;
}

gm_code gm_hooks_list(gm_arena *arena, gm_repo *repo, const gm_strs *names, gm_hooks_report *report,
                      gm_err *err)
{
    gm_hooks_report found = {0};
    GM_TRY(collect(arena, repo, names, EVERY_HOOK, &found, err));
    *report = found;
    return GM_OK;
}

/* ---- installing ---- */

/* As https://lefthook.dev/configuration/ describes; only one command gets the input. */
static gm_str lefthook_snippet(gm_arena *arena, const gm_hooks_report *report)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_hook_status, status, &report->hooks) {
        gm_buf_printf(&buf, "%s:\n  commands:\n    gmig:\n      run: gmig hook run %s {0}\n",
                      status->hook->name, status->hook->name);
        if (status->hook->has_input)
            gm_buf_z(&buf, "      use_stdin: true\n");
    }
    return gm_buf_str(&buf);
}

static gm_code move(gm_arena *arena, gm_str from, gm_str to, gm_err *err)
{
    if (rename(gm_str_z(arena, from), gm_str_z(arena, to)) == 0)
        return GM_OK;
    return gm_fail_at(err, GM_E_IO, from, "cannot be renamed to %.*s: %s", GM_ARG(to),
                      strerror(errno));
}

static gm_code take_away(gm_arena *arena, gm_str path, gm_err *err)
{
    if (unlink(gm_str_z(arena, path)) == 0)
        return GM_OK;
    return gm_fail_at(err, GM_E_IO, path, "cannot be removed: %s", strerror(errno));
}

static gm_code install_plain(gm_arena *arena, gm_hook_status *status, gm_err *err)
{
    gm_str kept = kept_path(arena, status->path);
    bool moved = status->state == GM_HOOK_OTHER;
    if (moved)
        GM_TRY(move(arena, status->path, kept, err));
    gm_code code = gm_file_write(status->path, script_of(status->hook),
                                 (gm_write_options){.replace = true, .executable = true}, err);
    if (code != GM_OK && moved) {
        gm_err second = gm_err_new(arena);
        (void)move(arena, kept, status->path, &second);
    }
    return code;
}

static gm_code install_husky(gm_arena *arena, gm_hook_status *status, gm_err *err)
{
    gm_str text = {0};
    bool exists = status->state != GM_HOOK_ABSENT;
    if (exists)
        GM_TRY(gm_file_read(arena, status->path, HOOK_MAX, &text, err));
    return gm_file_write(
        status->path, gm_husky_with_block(arena, status->hook, text, exists),
        (gm_write_options){.replace = true, .executable = is_executable(arena, status->path)}, err);
}

static gm_code refuse_what_is_in_the_way(gm_arena *arena, const gm_hooks_report *report,
                                         gm_err *err)
{
    GM_EACH (const gm_hook_status, status, &report->hooks) {
        if (status->state == GM_HOOK_OTHER && status->kept) {
            gm_fail_at(err, GM_E_REFUSED, status->path,
                       "there is a hook here, and another one kept as %.*s",
                       GM_ARG(gm_path_name(kept_path(arena, status->path))));
            return gm_hint(err, "Make one of the two, or remove one, and install again.");
        }
        if (gm_file_is_folder(status->path)) {
            gm_fail_at(err, GM_E_REFUSED, status->path, "this is a folder, not a hook");
            return gm_hint(err, "Move it away, and run it again.");
        }
    }
    return GM_OK;
}

gm_code gm_hooks_install(gm_arena *arena, gm_repo *repo, const gm_strs *names,
                         gm_hooks_report *report, gm_err *err)
{
    gm_hooks_report found = {0};
    GM_TRY(collect(arena, repo, names, DEFAULT_HOOKS, &found, err));
    if (found.layout == GM_HOOKS_LEFTHOOK) {
        found.snippet = lefthook_snippet(arena, &found);
        *report = found;
        return GM_OK;
    }
    if (is_there(arena, found.folder) && !gm_file_is_folder(found.folder)) {
        gm_fail_at(err, GM_E_REFUSED, found.folder, "this is no folder, so git runs no hooks");
        return gm_hint(err, "`git config --show-origin core.hooksPath` tells who said so.");
    }
    GM_TRY(refuse_what_is_in_the_way(arena, &found, err));
    GM_TRY(gm_folder_make(found.folder, err));
    GM_EACH (gm_hook_status, status, &found.hooks) {
        if (status->state == GM_HOOK_INSTALLED)
            continue;
        GM_TRY(found.layout == GM_HOOKS_HUSKY ? install_husky(arena, status, err)
                                              : install_plain(arena, status, err));
        *status = look_at(arena, &found, status->hook);
        status->changed = true;
    }
    *report = found;
    return GM_OK;
}

/* ---- taking away ---- */

static gm_code uninstall_plain(gm_arena *arena, gm_hook_status *status, gm_err *err)
{
    if (status->kept)
        return move(arena, kept_path(arena, status->path), status->path, err);
    return take_away(arena, status->path, err);
}

static gm_code uninstall_husky(gm_arena *arena, gm_hook_status *status, gm_err *err)
{
    gm_str text;
    bool remove;
    GM_TRY(gm_file_read(arena, status->path, HOOK_MAX, &text, err));
    gm_str rest = gm_husky_without_block(arena, text, &remove);
    if (remove)
        return take_away(arena, status->path, err);
    return gm_file_write(
        status->path, rest,
        (gm_write_options){.replace = true, .executable = is_executable(arena, status->path)}, err);
}

gm_code gm_hooks_uninstall(gm_arena *arena, gm_repo *repo, const gm_strs *names,
                           gm_hooks_report *report, gm_err *err)
{
    gm_hooks_report found = {0};
    GM_TRY(collect(arena, repo, names, EVERY_HOOK, &found, err));
    GM_EACH (gm_hook_status, status, &found.hooks) {
        if (status->state != GM_HOOK_INSTALLED && status->state != GM_HOOK_OUTDATED)
            continue;
        GM_TRY(found.layout == GM_HOOKS_HUSKY ? uninstall_husky(arena, status, err)
                                              : uninstall_plain(arena, status, err));
        *status = look_at(arena, &found, status->hook);
        status->changed = true;
    }
    *report = found;
    return GM_OK;
}
