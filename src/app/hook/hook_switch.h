/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HOOK_SWITCH_H
#define GM_APP_HOOK_HOOK_SWITCH_H

/*
 * Hook switch: what post-checkout has to say about development databases, and to do. For
 * hook_run.c.
 *
 * Git configuration alone decides, never a file of the tree:
 *
 *     gmig.switch   never (or false)   nothing is said
 *                   tell (default)     from the two histories, without a database
 *                   look               the database is looked at
 *                   auto (or true)     the database is switched, if that loses nothing
 *
 * A gmig.yml that has come with the checkout may name any database, so only a target that the trunk
 * has too is opened; and a commit that is no branch may be anybody's.
 */

#include "app/project/project.h"

/* `before` is the commit that was checked out before; `view` the history now. What fails is told:
 * the checkout is done. */
void gm_hook_switch(gm_project *project, gm_str before, const gm_view *view, gm_strs *tells);

#endif
