/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_COMMAND_NOTE_H
#define GM_APP_MOVE_COMMAND_NOTE_H

#include "app/move/database.h"

typedef struct {
    gm_strs brought; /* ids of the view's; noted are those that the table has now */
    gm_strs gone;    /* forgotten are those that it has not */
    gm_str run;      /* empty for a stamp */
} gm_command_change;

/*
 * Notes beside the tool's table, which has been read again, what the project's command has done.
 * Where no notes can be made nothing is done. On failure none is written.
 */
gm_code gm_command_note(gm_database *database, const gm_view *view, const gm_command_change *change,
                        gm_err *err);

#endif
