/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_NOTES_H
#define GM_RUNNER_VERSION_NOTES_H

/*
 * Version notes: gmig's own two tables beside another tool's version table, out of that tool's
 * sight: in the schema gmig_TOOL on PostgreSQL (gmig_TOOL_SCHEMA for a version table that is not in
 * public; where that is too long, with a part of SCHEMA's SHA-256 in its place), in a file
 * NAME.gmig_TOOL beside a SQLite database. Two tools in one database have the same ids for other
 * files, so each has notes of its own.
 *
 * The version table is the truth, and they only annotate it: which file a revision was applied
 * from, its down, when, by whom and from which commit; and the journal that sections outside of a
 * transaction are resumed by. Whatever is applied without gmig has no note, and where they cannot
 * be made everything goes on without them. That the tool itself has taken a revision back is seen
 * when gmig writes next; one that it has also applied again by then keeps its note. Where the
 * version table is not there, nothing that was noted is true of this database.
 */

#include "runner/ledger.h"

/*
 * Sets ledger->notes, NULL where there are none or this user may not read them, and
 * ledger->unfinished. Fails where they cannot be read now.
 */
gm_code gm_version_notes_read(gm_db *db, gm_ledger *ledger, gm_err *err);

/*
 * Where the version table is not there, and will be made: clears what was noted beside an earlier
 * one. GM_E_REFUSED where that cannot be. Not within a transaction.
 */
gm_code gm_version_notes_start(gm_db *db, gm_ledger *ledger, gm_err *err);

/*
 * Makes them, and forgets what is not applied any more. Where that is not possible ledger->notes is
 * NULL and notes_lack says why. Fails on an interrupt, a lock that is not free and a lost
 * connection, and where a revision is half way. Not within a transaction.
 */
gm_code gm_version_notes_create(gm_db *db, gm_ledger *ledger, gm_err *err);

/* In the caller's transaction; nothing where there are no notes. */
gm_code gm_version_notes_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                                gm_err *err);
gm_code gm_version_notes_delete(gm_db *db, const gm_ledger *ledger, gm_str id, gm_err *err);

#endif
