/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_OPS_H
#define GM_DB_OPS_H

/*
 * Ops: what an engine does behind db.h. Inside db/ only; each function keeps the contract of the
 * gm_db_ function of its name. A NULL one has the answer that db.c gives for it.
 */

#include <stdatomic.h>

#include "db/introspect.h"
#include "db/render.h"

typedef struct {
    void (*close)(gm_db *db);
    gm_str (*version)(gm_db *db);
    gm_code (*execute)(gm_db *db, gm_str sql, size_t *position, gm_err *err);
    gm_code (*copy_in)(gm_db *db, gm_str sql, gm_str data, gm_err *err);
    gm_code (*query)(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                     size_t count, gm_rows *rows, gm_err *err);
    gm_tx_state (*tx_state)(gm_db *db);
    gm_code (*begin)(gm_db *db, gm_err *err);
    gm_code (*commit)(gm_db *db, gm_err *err);
    gm_code (*rollback)(gm_db *db, gm_err *err);
    /* One try. *holder (in `arena`, may stay empty) when another has it. */
    gm_code (*try_lock)(gm_arena *arena, gm_db *db, gm_str name, bool *got, gm_str *holder,
                        gm_err *err);
    bool (*lock_held)(gm_db *db);
    void (*unlock)(gm_db *db);
    gm_code (*refuse_pooler)(gm_db *db, gm_err *err);
    gm_code (*reset_session)(gm_db *db, gm_err *err);
    gm_code (*set_timeouts)(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err);
    gm_code (*foreign_keys)(gm_db *db, bool on, bool *was, gm_err *err);
    gm_code (*foreign_key_violations)(gm_arena *arena, gm_db *db, gm_violations *found,
                                      gm_err *err);
    gm_code (*table_exists)(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err);
    gm_code (*current_schema)(gm_arena *arena, gm_db *db, gm_str *schema, gm_err *err);
    gm_code (*tables)(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err);
    gm_code (*backup)(gm_db *db, gm_str path, gm_err *err);
    gm_code (*attach_beside)(gm_db *db, gm_str name, bool create, bool *there,
                             gm_err *err); /* NULL: there */
    /* Into an empty schema; sorting it is db's. */
    gm_code (*introspect)(gm_db *db, gm_schema *schema, gm_err *err);
} gm_db_ops;

/* First member of each engine's own struct, which lives in `arena`. */
struct gm_db {
    const gm_db_ops *ops;
    gm_arena *arena;
    gm_db_options options;
    int64_t changed_rows;
    unsigned reconnects;
    atomic_bool interrupted; /* set by gm_db_interrupt; taken back by gm_db_take_interrupt */
    int wake[2];             /* a pipe: readable from gm_db_interrupt to gm_db_take_interrupt */
};

/* `start` has everything but `ops`; the engine begins with a copy of it. */
gm_code gm_sqlite_open(const gm_db *start, gm_db **db, gm_err *err);
gm_code gm_postgres_open(const gm_db *start, gm_db **db, gm_err *err);

/*
 * Is an interrupt waiting? Then it is used up, and the caller fails with gm_db_interrupted.
 */
bool gm_db_take_interrupt(gm_db *db);
gm_code gm_db_interrupted(gm_db *db, const char *what, gm_err *err);

/* Sleeps; false, at once, when an interrupt comes. */
bool gm_db_pause(gm_db *db, int64_t ms);

/* The only value of the only row; an empty string when there is none or it is NULL. */
gm_str gm_rows_only(const gm_rows *rows);

#endif
