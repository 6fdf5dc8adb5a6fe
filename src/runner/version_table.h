/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_TABLE_H
#define GM_RUNNER_VERSION_TABLE_H

/*
 * Version table: where another tool keeps what it has applied. For a history of that tool's format
 * it is the truth, and takes the place of the ledger. Where revisions are SQL, gmig's runner writes
 * it as the tool does, so that both can be used on one database. What gmig itself has to remember
 * stands beside it, where the tool does not look: runner/version_notes.h.
 *
 * Sources of tables, columns and what a row means: Alembic runtime/migration.py; Django
 * db/migrations/recorder.py; golang-migrate database/postgres and database/sqlite3; dbmate
 * pkg/driver; goose internal/dialect; diesel migrations/migrations_internals; and the version
 * tables that the other tools leave behind.
 */

#include "history/graph.h"
#include "runner/ledger.h"

/* For a tool that keeps more than one table. Each does what ledger.h says of its own. */
typedef struct {
    bool beside; /* on SQLite it is another file, attached while it is written */
    bool notes;  /* gmig's notes stand beside it */

    const char *apart; /* a schema where its table may be instead of the current one; NULL */

    /* Sets schema, name and revisions; `schema` is what gmig.yml says, or empty. */
    gm_code (*open)(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err);
    /* Sets `exists`, and gives the ids as this history has them; those of phantoms are made up. */
    gm_code (*read)(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err);
    /* Is the revision of another branch that has a phantom's id what was applied? */
    bool (*is)(const gm_ledger *ledger, gm_str id, const gm_revision *revision);
    gm_code (*create)(gm_db *db, gm_ledger *ledger, gm_err *err);
    gm_code (*insert)(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row, bool *inserted,
                      gm_err *err);
    gm_code (*remove)(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err);
    /* NULL, or: must the tool itself run this file? */
    gm_code (*refuse)(const gm_revision *revision, gm_err *err);
    /* NULL, or what follows a transaction that has written to it, whichever way it ended. */
    void (*rest)(gm_db *db, const gm_ledger *ledger);
    /* NULL, or the path of that other file; empty: there is none. */
    gm_str (*file)(const gm_ledger *ledger);
} gm_version_table_ops;

typedef struct gm_version_table {
    const char *format; /* name of the gm_format_ops */
    const char *tool;   /* for people */
    const char *name;   /* of the table */
    const char *filled; /* how a place begins that the tool fills in before it runs a file; NULL */
    const char *query;  /* its ids, oldest first; the table stands where %.*s is */
    bool tips;          /* ids are the newest ones alone: what they need is applied too */
    bool others;        /* it also has ids of histories that are not this project's */
    bool numbers;       /* the number alone that an id of this history begins with */
    const gm_version_table_ops *ops; /* NULL: one table, as the rest of this says */

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

/* Is it in `schema`, or in one of its own? *where is that of both where it is. */
gm_code gm_version_table_is_there(gm_db *db, gm_str schema, const gm_version_table *table,
                                  gm_str *where, bool *there, gm_err *err);

/* What a table's ids are looked up in; all of it outlives the ledger. */
typedef struct {
    const gm_graph *graph; /* NULL: nothing is known of ancestors */
    gm_str actor;          /* "user@host", for tools that keep who it was */

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

/* Names the one table in the current schema, or in that of gmig.yml. */
gm_code gm_version_table_name(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err);

/* A statement with ledger->revisions wherever %.*s stands. */
gm_code gm_version_table_ask(gm_db *db, const gm_ledger *ledger, const char *statement,
                             const gm_value *values, size_t count, gm_rows *rows, gm_err *err);

/* Must its row be written behind the statements of a revision? They would see its tables else. */
bool gm_version_table_is_last(const gm_ledger *ledger);
void gm_version_table_rest(gm_db *db, const gm_ledger *ledger);

gm_code gm_version_table_read(gm_db *db, gm_ledger *ledger, gm_err *err);
gm_code gm_version_table_create(gm_db *db, gm_ledger *ledger, gm_err *err);
gm_code gm_version_table_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                                bool *inserted, gm_err *err);
gm_code gm_version_table_remove(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted,
                                gm_err *err);

#endif
