/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_KNOWN_COMMITS_H
#define GM_GIT_KNOWN_COMMITS_H

/*
 * Known commits: what a walk (commits.h) has read of very many, as one string of bytes that can be
 * kept and is used where it lies.
 *
 *     size of an id, count of commits, of parents, of marks, bytes of all marks
 *     the ids, each greater than the one before
 *     where the parents of each commit begin, and where the last ones end
 *     the mark of each commit: 0 for none, or its number from 1 on; UNREAD for one whose id alone
 *     is known, as a parent
 *     the parents, each the place of its id
 *     where each mark begins, and where the last one ends
 *     the marks, whose meaning is the caller's
 *
 * Numbers have four bytes, the lowest first. The bytes may be any: reading stays inside of them,
 * and a number that leads out of them is passed over.
 */

#include "base/oid.h"

enum { GM_KNOWN_MAX = 300000 }; /* commits that are written */

/* A view of the bytes; the zero value knows nothing. */
typedef struct {
    size_t id_len;
    size_t count;
    size_t links;
    size_t marks;
    const char *ids;
    const char *firsts;
    const char *mark_of;
    const char *parents;
    const char *mark_starts;
    gm_str mark_bytes;
} gm_known;

/* False, and nothing changed, when the parts do not fill the bytes. */
bool gm_known_open(gm_str bytes, gm_known *known);

bool gm_known_find(const gm_known *known, const gm_oid *commit, size_t *place);
gm_oid gm_known_id(const gm_known *known, size_t place);

/* False when no more than its id is known. *mark is a number from 1 on, or 0. */
bool gm_known_read(const gm_known *known, size_t place, size_t *mark, size_t *first,
                   size_t *parents);

/* A parent's place, of `first` and on; false for one that is none. */
bool gm_known_parent(const gm_known *known, size_t link, size_t *place);

/* Of a number from 1 on. */
gm_str gm_known_mark(const gm_known *known, size_t mark);

/* ---- writing ---- */

typedef struct {
    gm_oid oid;
    bool read;
    uint32_t mark;  /* a number from 1 on; 0 */
    uint32_t first; /* of `links`: places in `commits` */
    uint32_t parents;
} gm_known_commit;

typedef struct {
    GM_VEC(gm_known_commit) commits; /* each id once, all of one length */
    GM_VEC(uint32_t) links;
    gm_strs marks;
} gm_known_draft;

gm_str gm_known_write(gm_arena *arena, const gm_known_draft *draft);

#endif
