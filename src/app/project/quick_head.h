/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_QUICK_HEAD_H
#define GM_APP_PROJECT_QUICK_HEAD_H

/*
 * Quick head: the commonest history of a branch is sound and has one head, and that can be told
 * without building a graph. For ref_trees.c, which asks it of thousands of histories that differ in
 * a file or two.
 */

#include "base/map.h"
#include "history/formats/format.h"

/* A revision file, with its ids as numbers. */
typedef struct {
    const gm_revision *revision;
    size_t id;
    size_t *parents;
} gm_quick_file;

/* What is known of an id in the history that was asked about last. */
typedef struct {
    const gm_quick_file *file;
    size_t round;    /* of the question that filled this in */
    size_t children; /* those not reached yet */
} gm_quick_slot;

typedef struct {
    gm_arena *arena;
    gm_map numbers; /* id -> its number, as a pointer */
    GM_VEC(gm_quick_slot) slots;
    GM_VEC(const gm_quick_file *) reached;
    size_t round;
} gm_quick;

gm_quick gm_quick_new(gm_arena *arena);

/* The revision must live as long as `quick`. */
void gm_quick_read(gm_quick *quick, const gm_revision *revision, gm_quick_file *file);

/*
 * True, and the head, when these files are surely a sound history with exactly one. False says
 * nothing: then the graph must tell.
 */
bool gm_quick_head(gm_quick *quick, const gm_quick_file *const *files, size_t count,
                   const gm_quick_file **head);

/* A history that gm_quick_head was sure of. */
typedef struct {
    const gm_quick_file *head;
    const bool *has; /* by number */
    size_t numbers;
} gm_quick_base;

gm_quick_base gm_quick_keep(gm_arena *arena, const gm_quick *quick,
                            const gm_quick_file *const *files, size_t count,
                            const gm_quick_file *head);

/* As gm_quick_head, of `base` and these files more. */
bool gm_quick_head_with(const gm_quick_base *base, const gm_quick_file *const *more, size_t count,
                        const gm_quick_file **head);

#endif
