/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_TABLE_H
#define GM_RUNNER_VERSION_TABLE_H

/*
 * Version table: where another tool keeps what it has applied. For a history of that tool's format
 * it is the truth, and takes the place of the ledger. Where revisions are SQL, gmig's runner writes
 * it as the tool does, so that both can be used on one database; gmig puts nothing else there, and
 * so has no journal: a section outside of a transaction that was cut off is not resumed.
 *
 * Sources of tables, columns and what a row means: Alembic runtime/migration.py; Django
 * db/migrations/recorder.py; golang-migrate database/postgres and database/sqlite3; dbmate
 * pkg/driver; goose internal/dialect; diesel migrations/migrations_internals; and the version
 * tables that the other tools leave behind.
 */

#include "history/graph.h"
#include "runner/ledger.h"

typedef struct gm_version_table {
    const char *format; /* name of the gm_format_ops */
    const char *tool;   /* for people */
    const char *name;   /* of the table */
    const char *query;  /* its ids, oldest first; the table stands where %.*s is */
    bool tips;          /* ids are the newest ones alone: what they need is applied too */
    bool others;        /* it also has ids of histories that are not this project's */

    /* Of those that the runner writes; NULL: only the tool does. */
    const char *create[GM_DIALECT_COUNT]; /* unless it is there */
    const char *first;                    /* what the tool writes into a new one; NULL: nothing */
    const char *insert;                   /* $1: the id; one that is there already gives no row */
    const char *remove;                   /* $1: the id, and $2 the one before it, or NULL */
    const char
        *dirty; /* gives a row where the tool itself has failed half way; NULL: it never says */
} gm_version_table;

size_t gm_version_table_count(void);
const gm_version_table *gm_version_table_at(size_t index);

/* NULL: gmig's own format, and formats whose table is not known. */
const gm_version_table *gm_version_table_of(const char *format);

/* What a table's ids are looked up in; all of it outlives the ledger. */
typedef struct {
    const gm_graph *graph; /* NULL: nothing is known of ancestors */

    /* A revision that the graph lacks, as another branch has it: a tip of a table of tips stands
     * for its ancestors too. NULL when there is none, or it is not the same everywhere. The
     * function may be NULL. */
    const gm_revision *(*find_elsewhere)(void *data, gm_str id);
    void *data;
} gm_version_table_source;

/* The current schema, unless gmig.yml names one. Reads it as gm_ledger_open does the ledger. */
gm_code gm_version_table_open(gm_arena *arena, gm_db *db, gm_str schema,
                              const gm_version_table *table, const gm_version_table_source *source,
                              gm_ledger **ledger, gm_err *err);

/* ---- what ledger.h does for such a ledger ---- */

gm_code gm_version_table_read(gm_db *db, gm_ledger *ledger, gm_err *err);
gm_code gm_version_table_create(gm_db *db, gm_ledger *ledger, gm_err *err);
gm_code gm_version_table_insert(gm_db *db, const gm_ledger *ledger, gm_str id, bool *inserted,
                                gm_err *err);
gm_code gm_version_table_remove(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted,
                                gm_err *err);

#endif
