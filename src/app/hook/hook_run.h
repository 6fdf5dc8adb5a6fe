/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HOOK_RUN_H
#define GM_APP_HOOK_HOOK_RUN_H

/*
 * Hook run: what gmig has to say when git calls one of its hooks, as githooks(5) describes them.
 *
 * A hook that refuses looks at what git is about to take: the index of a commit, the commits of a
 * push. Where that leaves gmig.yml and the migrations folder as they were, it has nothing to say,
 * whatever state they are in: a history that is broken already must not stop an innocent commit.
 * The others look at the index after git is done, and tell about several heads only; after a
 * rebase, which revisions to move; after a checkout, that a development database may have to
 * follow.
 *
 * Nothing is ever written but by post-checkout where git configuration says so, and no code,
 * command or database of what is pushed is used.
 */

#include "app/check/checking.h"
#include "app/hook/hooks.h"

typedef struct {
    const gm_hook *hook;
    gm_strs args;
    gm_str input;     /* what git wrote to stdin */
    gm_str allow_now; /* GMIG_ALLOW */
} gm_hook_call;

/* One snapshot that was looked at. */
typedef struct {
    gm_str ref; /* the pushed ref; empty for a commit */
    gm_checked checked;
} gm_hook_look;

typedef struct {
    GM_VEC(gm_hook_look)
    looks;         /* of a hook that refuses: only where something changes, and of a
                      push only where something was found */
    gm_strs tells; /* a line each */
} gm_hook_answer;

/* GM_E_USAGE for arguments or input that git does not give. */
gm_code gm_hook_run(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                    gm_err *err);

/* What git is told: GM_E_REFUSED for an error that nobody allowed, else GM_E_UNKNOWN for something
 * that could not be told, else GM_OK. */
gm_code gm_hook_verdict(const gm_hook_answer *answer);

#endif
