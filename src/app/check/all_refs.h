/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_ALL_REFS_H
#define GM_APP_CHECK_ALL_REFS_H

/*
 * All refs: the heads of very many branches.
 *
 * Thousands of branches share few gmig.yml, few trees of revision files and few revision files;
 * each of them is read and judged once. A ref is read with its own gmig.yml.
 */

#include "app/project/project.h"

/* What refs with the same gmig.yml and the same revision files have in common. */
typedef struct {
    gm_strs heads;  /* ids, newest first */
    bool divergent; /* two of them share a lineage */
    size_t revisions;
    bool unreadable;    /* a file cannot be read as a revision */
    gm_revisions added; /* those whose ids are not known, where that was asked for */
    gm_err failure;     /* code GM_OK, or why the history cannot be told */
} gm_ref_heads;

typedef struct {
    gm_ref ref;
    const gm_ref_heads *history;
} gm_ref_view;

typedef struct {
    GM_VEC(gm_ref_view) refs; /* in the order of their names */
    size_t revisions;         /* distinct revision files that were read */
    size_t divergent;         /* refs */
    size_t failed;            /* refs */
    gm_err first_failure;
} gm_all_refs;

/* `globs` as gm_repo_refs takes them; empty: all heads and remotes. GM_E_UNKNOWN_REF when globs
 * match nothing. */
gm_code gm_all_refs_read(gm_project *project, const gm_strs *globs, gm_all_refs *all, gm_err *err);

/* The same, and what each history has besides the ids that `known` maps. */
gm_code gm_all_refs_read_beyond(gm_project *project, const gm_strs *globs, const gm_map *known,
                                gm_all_refs *all, gm_err *err);

#endif
