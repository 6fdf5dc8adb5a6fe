/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_PROVE_H
#define GM_APP_WRITE_PROVE_H

/*
 * Prove: run a drafted migration in scratch, up and down, and look at what it makes.
 */

#include "app/write/migrate.h"

/*
 * On the state that `base` (a plan) makes: up must give diff.to, down diff.from again; then the
 * same with rows in every table that takes some. Fills migration->unproved, rows_kept and
 * rows_trouble; fails only when scratch itself does.
 */
gm_code gm_prove(gm_project *project, gm_scratch *scratch, const gm_plan *base,
                 gm_migration *migration, gm_err *err);

#endif
