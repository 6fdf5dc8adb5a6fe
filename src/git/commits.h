/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_COMMITS_H
#define GM_GIT_COMMITS_H

/*
 * Commits: all that can be reached from many at once, each looked at once, and those that nothing
 * reaches any more.
 *
 * Nothing is fetched: in a shallow or partial clone the walk ends where its objects end, and says
 * so. A tag counts as a commit without a tree whose parent is what it leads to.
 */

#include "base/map.h"
#include "git/known_commits.h"
#include "git/repo.h"

typedef struct {
    gm_oid oid;
    bool tag;
    bool read;      /* its parents and mark are what git has, or what is known of it */
    uint32_t known; /* its place in what is known, plus one; 0 */
    void *mark;     /* what the walk's `look` or `recall` made of it; NULL */
    uint32_t first; /* its parents are links[first] and on */
    uint32_t parents;
    uint32_t children; /* for the walk alone */
} gm_walk_commit;

typedef struct {
    /* What an earlier walk left (gm_walk_known); the zero value for nothing. */
    gm_known known;
    /* What a mark is that was left; called once for each. */
    void *(*recall)(void *data, gm_str mark);
    /* Called once for each commit that was read; *whole becomes false where that was not enough,
     * and the next walk is to look again. */
    gm_code (*look)(void *data, const gm_oid *commit, const gm_oid *tree, void **mark, bool *whole,
                    gm_err *err);
    void *data;
    size_t max; /* commits; what lies behind them is not walked */
} gm_walk_options;

typedef struct {
    gm_arena *arena;
    gm_repo *repo;
    gm_walk_options options;
    GM_VEC(gm_walk_commit) commits; /* in the order of the walk: those nearest to a root first */
    GM_VEC(uint32_t) links;         /* places in `commits` */
    gm_map places;                  /* id -> its place plus one, of those that are not known */
    uint32_t *met;                  /* the same, of those that are */
    void **marks;                   /* of what is known */
    gm_map boundary;                /* where a shallow clone ends */
    size_t done;
    size_t news;     /* commits that were read and not known */
    bool incomplete; /* some are not here, or lie beyond `max` */
} gm_walk;

void gm_walk_begin(gm_arena *arena, gm_repo *repo, const gm_walk_options *options, gm_walk *walk);

/* Takes a root in; the next gm_walk_run goes on from there. */
void gm_walk_add(gm_walk *walk, const gm_oid *root);

/* GM_E_GIT for a damaged object. */
gm_code gm_walk_run(gm_walk *walk, gm_err *err);

/*
 * What the walk knows now, for the next one: its own commits, and as many as there is room for of
 * those that were known and not met. `write` gives the bytes of a mark; each of them is asked for
 * once. What a shallow clone cuts off is not known.
 */
gm_str gm_walk_known(gm_arena *arena, const gm_walk *walk,
                     gm_str (*write)(gm_arena *arena, const void *mark));

/* The place of a commit; a tag's is that of its commit. False when it was not met. */
bool gm_walk_find(const gm_walk *walk, const gm_oid *oid, size_t *place);

/* True when it was met. */
bool gm_walk_met(const gm_walk *walk, const gm_oid *oid);

/* The places of all, parents before their children. */
uint32_t *gm_walk_order(gm_arena *arena, gm_walk *walk);

/* The loose objects of the repository itself, of any kind; at most `max`. */
gm_oids gm_repo_loose(gm_arena *arena, gm_repo *repo, size_t max);

/* An object if it is here and has at most `max` bytes, as commit, tree, blob or tag (the numbers of
 * git's pack files); its bytes are copied. */
enum { GM_KIND_COMMIT = 1, GM_KIND_BLOB = 3 };
bool gm_repo_peek(gm_arena *arena, gm_repo *repo, const gm_oid *oid, size_t max, int *kind,
                  gm_str *bytes);

/* Every commit of the object database, whether anything leads to it or not. Looks at each object's
 * header. */
gm_code gm_repo_all_commits(gm_arena *arena, gm_repo *repo, gm_oids *commits, gm_err *err);

/* While `here` is true, objects that a partial clone lacks are missing and are not fetched, and the
 * size of trees and commits is not asked for before they are read. */
void gm_repo_stay_here(gm_repo *repo, bool here);

#endif
