/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_ARENA_FIXTURE_H
#define GM_ARENA_FIXTURE_H

/* An arena a test, which is all the state that it has. */

#include "base/arena.h"

static int make_arena(void **state)
{
    *state = gm_arena_new();
    return 0;
}

static int free_arena(void **state)
{
    gm_arena_free(*state);
    return 0;
}

#endif
