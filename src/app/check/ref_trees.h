/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_REF_TREES_H
#define GM_APP_CHECK_REF_TREES_H

/*
 * Ref trees: trees of revision files -> their heads, for all_refs.c. Of thousands of branches
 * nearly each has a tree of its own, and nearly all of it is in the one before as well: a blob is
 * parsed once, and a tree that is a known one and a few files more is not looked through.
 */

#include "app/check/all_refs.h"

typedef struct gm_ref_trees gm_ref_trees;

/* A folder as one gmig.yml has it: all its files lie in `migrations` itself. It stays where it is.
 */
typedef struct {
    gm_str migrations;
    const gm_format_ops *format;
    gm_map files; /* of ref_trees.c; new to begin with */
} gm_ref_folder;

/* `known`: ids, for what is `added`; NULL: nobody asks for it. */
gm_ref_trees *gm_ref_trees_new(gm_project *project, const gm_map *known);

/* Fails only when the repository cannot be read. */
gm_code gm_ref_trees_read(gm_ref_trees *trees, gm_ref_folder *folder, const gm_oid *tree,
                          gm_ref_heads *history, gm_err *err);

/* How many distinct revision files were read. It is not used any more. */
size_t gm_ref_trees_end(gm_ref_trees *trees);

/* Heads and divergence of a graph, or the failure that says why they cannot be told. */
void gm_ref_judge(gm_arena *arena, const gm_graph *graph, gm_ref_heads *history);

#endif
