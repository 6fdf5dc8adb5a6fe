/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HOOKS_H
#define GM_APP_HOOK_HOOKS_H

/*
 * Hooks: putting gmig behind git's hooks, and taking it away again.
 *
 * Where git looks for hooks is where they go (core.hooksPath, the common folder of linked
 * worktrees). A hook that is there already is renamed to NAME.gmig-kept, and ours runs it first,
 * with the same arguments and input; uninstalling renames it back, so it is as it was. Husky keeps
 * its hooks as tracked files of the work tree, so there a block is put at the top of .husky/NAME
 * instead. What lefthook writes into the hooks folder it writes again, so its own configuration has
 * to call gmig: nothing is changed, and the lines to add are told.
 */

#include "git/worktree.h"

typedef struct {
    const char *name;
    gm_str text;
} gm_hook_text;

/* The scripts of hooks/, ending with a NULL name. Made by the build. */
extern const gm_hook_text gm_hook_texts[];

typedef struct {
    const char *name;
    bool refuses;   /* its failure stops git */
    bool has_input; /* git writes lines to its stdin */
    bool server;    /* runs where a push arrives */
    bool by_default;
} gm_hook;

/* All hooks that gmig has something to say in; NULL for any other name. */
extern const gm_hook gm_hooks[];
extern const size_t gm_hooks_count;
const gm_hook *gm_hook_find(gm_str name);

typedef enum { GM_HOOKS_PLAIN, GM_HOOKS_HUSKY, GM_HOOKS_LEFTHOOK } gm_hooks_layout;

typedef enum {
    GM_HOOK_ABSENT,
    GM_HOOK_INSTALLED,
    GM_HOOK_OUTDATED, /* ours, of another version of gmig */
    GM_HOOK_OTHER,    /* somebody else's, ours is not there */
} gm_hook_state;

typedef struct {
    const gm_hook *hook;
    gm_str path; /* of the script, absolute */
    gm_hook_state state;
    bool kept;        /* another hook is kept beside ours */
    bool kept_active; /* … and is executable, so that it runs */
    bool changed;     /* by this call */
} gm_hook_status;

typedef struct {
    gm_hooks_layout layout;
    gm_str folder; /* where git looks for hooks, absolute */
    bool shared;   /* that is outside of the repository, as a core.hooksPath for all may say */
    GM_VEC(gm_hook_status) hooks;
    gm_str snippet; /* lefthook: what to add to its configuration; else empty */
} gm_hooks_report;

const char *gm_hook_state_name(gm_hook_state state);      /* "installed", … */
const char *gm_hooks_layout_name(gm_hooks_layout layout); /* "git", "husky", "lefthook" */

/*
 * The hooks as they are: `names`, or all when it is empty. GM_E_USAGE for a name that is no hook of
 * gmig's.
 */
gm_code gm_hooks_list(gm_arena *arena, gm_repo *repo, const gm_strs *names, gm_hooks_report *report,
                      gm_err *err);

/*
 * Installs `names`; without any, pre-receive in a bare repository and all client hooks elsewhere.
 * Installing what is installed changes nothing. GM_E_REFUSED, before anything is changed, when a
 * kept hook is in the way.
 */
gm_code gm_hooks_install(gm_arena *arena, gm_repo *repo, const gm_strs *names,
                         gm_hooks_report *report, gm_err *err);

/* Takes `names` away; without any, all that are ours. Others' hooks are left alone. */
gm_code gm_hooks_uninstall(gm_arena *arena, gm_repo *repo, const gm_strs *names,
                           gm_hooks_report *report, gm_err *err);

#endif
