/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HUSKY_H
#define GM_APP_HOOK_HUSKY_H

/*
 * Husky 9 sets core.hooksPath to .husky/_ and runs .husky/NAME with `sh -e`, its arguments and its
 * input (https://typicode.github.io/husky/how-to.html). gmig puts a block at the top of that file,
 * so that taking it out leaves every byte as it was. Pure: texts in, texts out.
 */

#include "app/hook/hooks.h"

/* Is our block in it, and is it the one this version writes? */
gm_hook_state gm_husky_state(gm_arena *arena, const gm_hook *hook, gm_str text);

/* `text` with our block; `exists` is false when there is no file yet. An older block is replaced.
 */
gm_str gm_husky_with_block(gm_arena *arena, const gm_hook *hook, gm_str text, bool exists);

/* `text` without our block; *remove when the file was made for the block alone. */
gm_str gm_husky_without_block(gm_arena *arena, gm_str text, bool *remove);

#endif
