/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_LEDGER_H
#define GM_RUNNER_LEDGER_H

/*
 * Ledger: what a database says was applied to it, in two tables of its own.
 *
 * gmig_revisions has one row for every applied revision. What is applied is a set: its primary key
 * makes applying twice impossible even without gmig's lock. gmig_journal has everything that was
 * done: runs, the intents and results of statements outside transactions, stamps, repairs,
 * resolutions. Neither ever holds a password.
 *
 * On PostgreSQL both are always named with their schema: gmig.yml's `ledger.schema`, else the
 * schema that was current when the connection was made.
 */

#include "base/map.h"
#include "db/db.h"
#include "history/revision.h"

#define GM_LEDGER_TABLE "gmig_revisions"
#define GM_JOURNAL_TABLE "gmig_journal"

typedef struct {
    gm_str id;
    int64_t sequence; /* counts up in the order of applying */
    gm_strs parents;
    gm_strs depends;
    gm_str message;
    gm_str blob;            /* hex; of the file as applied */
    gm_str up_sha256;       /* of its up statements: gm_part_sha256 */
    const gm_section *down; /* the down as applied, with its options; NULL: it had none */
    gm_str applied_at;      /* ISO 8601, UTC */
    int64_t duration_ms;
    gm_str applied_by;
    gm_str commit; /* hex; empty when it is not known */
    gm_str tool_version;
    gm_str run; /* the run that applied it; empty for a stamp */
} gm_ledger_row;

typedef GM_VEC(gm_ledger_row) gm_ledger_rows;

/*
 * A statement outside a transaction that was begun: `done` when its result is known to be success.
 * Only those of revisions whose section did not come to its end are here.
 */
typedef struct {
    gm_str revision;
    gm_direction direction;
    size_t statement; /* 1-based */
    gm_str hash;      /* gm_statement_sha256 */
    gm_str before;    /* gm_probe_before */
    bool done;
    bool failed; /* the server refused it; neither: nobody knows how it ended */
    bool redo;   /* `gmig resolve REV:N --redo` said to run it again */
    bool doubt;  /* the server refused it, but it may have kept a part of its work */
} gm_intent;

typedef struct gm_ledger {
    gm_arena *arena;
    gm_dialect dialect;
    gm_str schema;    /* unquoted; "main" on SQLite */
    gm_str name;      /* of the first table for people and for the lock: "public.gmig_revisions" */
    gm_str revisions; /* quoted and qualified, ready for SQL */
    gm_str journal;
    bool exists;                  /* the tables are there */
    gm_ledger_rows rows;          /* by sequence */
    gm_map by_id;                 /* id -> gm_ledger_row */
    GM_VEC(gm_intent) unfinished; /* by revision and statement */

    /* Of another tool's version table (runner/version_table.h); NULL: gmig's own tables. */
    const struct gm_version_table *table;
    const struct gm_graph *graph;
    gm_str actor;
    void *tool;                                                  /* of its gm_version_table_ops */
    const gm_revision *(*find_elsewhere)(void *data, gm_str id); /* NULL: nobody knows */
    void *data;
    struct gm_ledger *notes; /* gmig's own tables beside it (runner/version_notes.h); NULL: none */
    gm_str notes_lack;       /* why none could be made */
} gm_ledger;

/*
 * Finds the ledger and reads it. Never writes: without tables `exists` is false and there are no
 * rows. `schema` is gmig.yml's ledger.schema, or empty.
 */
gm_code gm_ledger_open(gm_arena *arena, gm_db *db, gm_str schema, gm_ledger **ledger, gm_err *err);

/* Reads again, after the lock was taken or the tables were made. */
gm_code gm_ledger_read(gm_db *db, gm_ledger *ledger, gm_err *err);

/* Makes the schema (when gmig.yml names one) and the tables unless they are there. Two runners may
 * do so at once. */
gm_code gm_ledger_create(gm_db *db, gm_ledger *ledger, gm_err *err);

/* The statements that make the tables, for offline SQL as well. */
gm_strs gm_ledger_ddl(gm_arena *arena, const gm_ledger *ledger, bool with_schema);

/* A ledger without a database, for offline SQL. `schema` may be empty: names are then bare. */
gm_ledger *gm_ledger_offline(gm_arena *arena, gm_dialect dialect, gm_str schema);

const gm_ledger_row *gm_ledger_find(const gm_ledger *ledger, gm_str id); /* NULL */

/* Ids of the rows that are no other row's parent, newest first. */
gm_strs gm_ledger_heads(gm_arena *arena, const gm_ledger *ledger);

/* ---- writing; each in the caller's transaction, or on its own ---- */

/* `*inserted` is false when the row is there already: another runner was faster. The statement does
 * not fail then, and the transaction goes on. */
gm_code gm_ledger_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                         bool *inserted, gm_err *err);
/* `*deleted` is false when there is no such row any more. */
gm_code gm_ledger_delete(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err);
/* Parents, depends, message, blob, checksum, down and commit as `row` has them. */
gm_code gm_ledger_update(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row, gm_err *err);
gm_code gm_ledger_set_duration(gm_db *db, const gm_ledger *ledger, gm_str id, int64_t ms,
                               gm_err *err);

typedef struct {
    gm_str run;
    const char *kind; /* run, applied, reverted, intent, done, failed, doubt, end, stamp, unstamp,
                         update, repair, abandoned, resolve-done, resolve-redo */
    gm_str revision;
    gm_direction direction;
    size_t statement; /* 0: none */
    gm_str hash;
    gm_str detail;
    gm_str actor;
    gm_str commit;
} gm_journal_entry;

gm_code gm_journal_add(gm_db *db, const gm_ledger *ledger, const gm_journal_entry *entry,
                       gm_err *err);

/* The entry, and how long its revision took, in one round trip. */
gm_code gm_ledger_finish(gm_db *db, const gm_ledger *ledger, const gm_journal_entry *entry,
                         int64_t duration_ms, gm_err *err);

/* The insertion as text, with literals, for offline SQL. */
gm_str gm_ledger_insert_sql(gm_arena *arena, const gm_ledger *ledger, const gm_ledger_row *row);
gm_str gm_journal_sql(gm_arena *arena, const gm_ledger *ledger, const gm_journal_entry *entry);

#endif
