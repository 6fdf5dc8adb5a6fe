/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CHECK_UNION_RULES_H
#define GM_CHECK_UNION_RULES_H

/*
 * What two branches make together, and neither alone: what union_rules.c, union_heads.c,
 * union_faults.c and union_takeover.c share.
 *
 * What the checked history has by itself is told by the other rules, once. A finding stands in a
 * file of the checked side where there is one: a host shows only what is in the lines of a pull
 * request.
 */

#include "check/run.h"

void gm_check_union_faults(gm_check_run *run); /* union_faults.c: of single revisions */
void gm_check_union_heads(gm_check_run *run);  /* union_heads.c: heads, and merges of old ones */

/* ---- union_takeover.c: a history that goes over to gmig's own format ---- */

/* `gmig import` has made another file of it, or a first revision stands for it: what the two say
 * cannot be compared. */
bool gm_check_is_taken_over(const gm_check_run *run, const gm_union_fault *fault);

/* One finding for all that is taken over, and one for each revision that nobody will read. */
void gm_check_takeover(gm_check_run *run);

/* ---- union_rules.c ---- */

/* As gm_check_found_at and gm_check_found_of, of the union. */
gm_found gm_check_union_at(gm_rule rule, gm_str path, size_t line, gm_str message, gm_str fix);
gm_found gm_check_union_of(gm_rule rule, const gm_revision *revision, size_t line, gm_str message,
                           gm_str fix);

/* "bbbb2 (migrations/bbbb2.sql; origin/main, 1a2b3c4d5e6f by Ada <ada@example.org>)" */
gm_str gm_check_who(const gm_check_run *run, const gm_revision *revision);

#endif
