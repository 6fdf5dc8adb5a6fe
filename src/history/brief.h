/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_BRIEF_H
#define GM_HISTORY_BRIEF_H

/*
 * Brief: what a graph needs of a revision, as bytes to keep: all of it but its place (path, blob)
 * and its SQL (text, up, down). Numbers are written in base 128, the lowest seven bits first;
 * strings and lists after their length.
 */

#include "history/revision.h"

/* Raise it when these bytes change their meaning, and when a format reads another revision out of
 * the same file. */
enum { GM_BRIEF_ENCODING = 3 };

gm_str gm_brief_write(gm_arena *arena, const gm_revision *revision);

/*
 * The revision, with views of `bytes`. False, and nothing changed, when they are none: whatever the
 * bytes are, ids, labels and counts are such as a file may have.
 */
bool gm_brief_read(gm_arena *arena, gm_str bytes, gm_revision *revision);

#endif
