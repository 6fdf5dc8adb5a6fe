/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_PLAIN_REFS_H
#define GM_GIT_PLAIN_REFS_H

/*
 * Plain refs: `packed-refs` and the files below `refs/`, as gitrepository-layout(5) describes them
 * and git writes them. libgit2 takes five times as long, which with thousands of branches is most
 * of what a listing costs.
 *
 * Whatever is not exactly as git of the last ten years writes it is left to libgit2, and so is what
 * to say of it.
 */

#include "git/source.h"

/* Every ref of the repository. False: ask another. */
bool gm_plain_refs_read(gm_arena *arena, const gm_layout *layout, gm_source_refs *refs);

/* What a `packed-refs` with ids of SHA-1 says, in its order. False for anything unusual. */
bool gm_packed_refs_parse(gm_arena *arena, gm_str text, gm_source_refs *refs);

#endif
