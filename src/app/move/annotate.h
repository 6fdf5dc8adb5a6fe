/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_ANNOTATE_H
#define GM_APP_MOVE_ANNOTATE_H

/*
 * Annotate: change what the ledger says without running any revision: stamp, resolve, repair. Each
 * takes the lock, changes the ledger in one transaction, and leaves an entry in the journal.
 */

#include "app/move/move.h"

typedef struct {
    gm_str target;
    gm_str at;
    int64_t wait_ms;
    bool plan;   /* only say what would be done */
    bool purge;  /* stamp: empty the ledger first, phantoms included */
    bool verify; /* stamp: only where the database has what the recorded revisions make */
    void (*announce)(void *data, const gm_target *target);
    gm_db_waiting *waiting;
    void *data;
} gm_annotate_options;

typedef struct {
    gm_target target;
    gm_strs added; /* ids, in the order of the graph */
    gm_strs removed;
    gm_strs updated;
    gm_strs forgotten; /* half-done revisions whose statements are no longer counted */
    gm_strs heads;     /* of the ledger afterwards */
    gm_strs phantoms;  /* recorded, of no file, and left as they are */
} gm_annotate_result;

/*
 * Records that the database has X and its ancestors (base: nothing of the lineage, or of all), and
 * nothing above X in the lineages of X; other lineages stay as they are. Several X at once are
 * their union. With `verify` GM_E_REFUSED, with what differs, when the database has not what the
 * recorded revisions make in scratch; GM_E_UNKNOWN when revisions stay recorded that no file has.
 */
gm_code gm_stamp(gm_project *project, const gm_strs *goals, const gm_annotate_options *options,
                 gm_annotate_result *result, gm_err *err);

/* Says of a statement outside a transaction, "REV:N", whose end nobody knows: it is done, or it is
 * to be run again. */
gm_code gm_resolve(gm_project *project, gm_str which, bool done, const gm_annotate_options *options,
                   gm_annotate_result *result, gm_err *err);

/*
 * Accepts the files of applied revisions as they are now (`revisions` empty: all that differ):
 * checksum, blob, parents, message and down. Of a half-done revision it forgets what has run.
 */
gm_code gm_repair(gm_project *project, const gm_strs *revisions, const gm_annotate_options *options,
                  gm_annotate_result *result, gm_err *err);

#endif
