/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_TABLE_H
#define GM_RUNNER_VERSION_TABLE_H

/*
 * Version table: where another tool keeps what it has applied. For a history of that tool's format
 * it is the truth, and a ledger is made of it; gmig puts nothing into such a database.
 *
 * Sources: Alembic, runtime/migration.py (rows are the newest revisions; what they need is applied
 * too); Django, db/migrations/recorder.py (a row for each).
 */

#include "history/graph.h"
#include "runner/ledger.h"

typedef struct gm_version_table {
    const char *format; /* name of the gm_format_ops */
    const char *tool;   /* for people */
    const char *name;   /* of the table */
    const char *query;  /* its ids, oldest first; the qualified table stands where %.*s is */
    bool tips;          /* ids are the newest ones alone */
    bool others;        /* it also has ids of histories that are not this project's */
} gm_version_table;

/* NULL: gmig's own format, and formats whose table is not known. */
const gm_version_table *gm_version_table_of(const char *format);

/* The current schema, unless gmig.yml names one. Reads it as gm_ledger_open does the ledger.
 * `graph` (may be NULL: then nothing is known of ancestors) must outlive the ledger. */
gm_code gm_version_table_open(gm_arena *arena, gm_db *db, gm_str schema,
                              const gm_version_table *table, const gm_graph *graph,
                              gm_ledger **ledger, gm_err *err);

/* gm_ledger_read of such a ledger. */
gm_code gm_version_table_read(gm_db *db, gm_ledger *ledger, gm_err *err);

#endif
