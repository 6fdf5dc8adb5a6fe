/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_REFERENCES_H
#define GM_RUNNER_REFERENCES_H

/*
 * References (SQLite): foreign keys while revisions run.
 *
 * With foreign keys on, DROP TABLE in a rebuild deletes the children's rows (ON DELETE CASCADE); so
 * they are off while revisions run, as https://www.sqlite.org/lang_altertable.html says, and what
 * is broken is looked for before COMMIT. What was broken before is not this run's doing. Nobody
 * outside runner/ includes this.
 */

#include "runner/run.h"

/* Before a step's statements: what is broken already. */
gm_code gm_run_references_before(gm_run_context *run, const gm_run_step *step, gm_err *err);

/* After them: GM_E_SQL when more rows than before point to rows that are not there; the text and
 * detail name tables and rows. */
gm_code gm_run_references_after(gm_run_context *run, const gm_run_step *step, gm_err *err);

#endif
