/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_ALEMBIC_H
#define GM_HISTORY_FORMATS_ALEMBIC_H

/*
 * Alembic's revision files as text: what alembic.c and app/ share. How they are read is in
 * alembic.c; their sources are Alembic's own script.py.mako and script/base.py.
 */

#include "history/formats/format.h"

/*
 * The text of a new file: from draft->script, the project's script.py.mako, where that uses only
 * what gm_mako_render knows, else as Alembic's own template writes it.
 */
gm_str gm_alembic_write(gm_arena *arena, const gm_revision_draft *draft);

/*
 * Only down_revision's value and what follows "Revises:" in the docstring change; `time` changes
 * nothing, for the order of such files does not come from it. The text as it is where down_revision
 * is bound in a way that cannot be changed alone.
 */
gm_str gm_alembic_with_parents(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                               int64_t time);

/*
 * The name of a new file from Alembic's file_template, with its ".py". GM_E_CONFIG for what is no
 * plain file name, or has a field that Alembic does not fill.
 */
gm_code gm_alembic_file_name(gm_arena *arena, gm_str file_template, const gm_revision_draft *draft,
                             gm_str *name, gm_err *err);

#endif
