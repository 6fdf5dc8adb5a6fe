/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_MOVE_WORK_H
#define GM_APP_MOVE_MOVE_WORK_H

/* What move's files share. Nobody else includes this. */

#include "app/move/move.h"

typedef struct {
    gm_arena *arena;
    gm_project *project;
    const gm_move_options *options;
    gm_view view; /* empty with from_ledger */
    gm_target target;
    gm_database database;
    const gm_graph *graph;
    gm_state *state;
    gm_plan plan;
    gm_run_steps steps;
    gm_err refusal; /* switching: why the plan cannot be had; GM_OK: it can */
    gm_losses losses;
} gm_move_work;

/* The plan from the state at hand. */
gm_code gm_move_make_plan(gm_move_work *work, gm_err *err);

/* The ledger as it would be where options->from stands, in place of one of a database. */
gm_code gm_move_imagine(gm_move_work *work, gm_dialect dialect, gm_err *err);

/* A graph of the ledger's rows alone. */
gm_graph *gm_move_ledger_graph(gm_arena *arena, const gm_ledger *ledger);

/*
 * All that can be refused once the plan is known; a person is asked last, by gm_move_ask. Nothing
 * is written.
 */
gm_code gm_move_check(gm_move_work *work, gm_err *err);
gm_code gm_move_ask(gm_move_work *work, gm_err *err);

/* ---- switch_plan.c ---- */

/* The plan of a switch; what is wrong with it is told by gm_switch_check. */
gm_code gm_switch_plan(gm_move_work *work, gm_err *err);
gm_code gm_switch_check(gm_move_work *work, gm_err *err);
bool gm_switch_goes_down(const gm_move_work *work);

/* ---- backups.c ---- */

/*
 * The copy that was asked for, or that a switch keeps of itself; of SQLite also of what lies beside
 * the database and must agree with it: gmig's notes and sqitch's registry. All of them or none.
 */
gm_code gm_backup_make(const gm_move_work *work, gm_move_result *result, gm_err *err);

/*
 * Removes what switches have kept of themselves of this database, but for the newest ten and those
 * of the last seven days, and says so. Nothing but what has such a name; a copy that was asked for
 * has another.
 */
void gm_backups_prune(const gm_move_work *work, const gm_move_result *result);

/* ---- move_foreign.c ---- */

/* Is it a history that the project's own command runs? */
bool gm_move_is_foreign(const gm_move_work *work);
/* GM_OK for any other; else refuses what that command cannot do, or is not there for. */
gm_code gm_move_check_foreign(const gm_move_work *work, gm_err *err);
/* Carries the plan out by one call of it, and looks at what the tool's table says afterwards. */
gm_code gm_move_by_command(gm_move_work *work, gm_move_result *result, gm_err *err);

/* Says why there are no notes beside another tool's table. */
void gm_move_note_lack(const gm_move_work *work);
void gm_move_note(const gm_move_work *work, gm_str text);

#endif
