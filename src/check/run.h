/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CHECK_RUN_H
#define GM_CHECK_RUN_H

/*
 * Run: what the files of check/ share while one history is looked at. Private to check/.
 */

#include "check/check.h"

/* A finding, and where a comment that allows it may stand. */
typedef struct {
    gm_finding finding;
    bool at_statement;    /* it is about one statement: the comment stands right before it … */
    size_t previous_ends; /* … and below this line, where the statement before it ends */
    bool of_union;        /* it is about what two branches make together */
    bool mild;            /* it weighs no more than a warning */
    bool of_base;         /* the base has it by itself: told, and nothing that this branch did */
} gm_found;

typedef struct {
    gm_arena *arena;
    const gm_check_input *input;
    gm_severity severity[GM_RULE_COUNT];
    GM_VEC(gm_found) found;
} gm_check_run;

/* A finding in a file, and one of a revision in its own. A line of 0 is the file as a whole. */
gm_found gm_check_found_at(gm_rule rule, gm_str path, size_t line, gm_str message, gm_str fix);
gm_found gm_check_found_of(gm_rule rule, const gm_revision *revision, size_t line, gm_str message,
                           gm_str fix);

/* The line that names its parents; where none does, that of its id. */
size_t gm_check_parents_line(const gm_revision *revision);

/* Adds `found` with the severity of its rule, unless that is off. */
void gm_check_add(gm_check_run *run, gm_found found);

void gm_check_weakenings(gm_check_run *run);   /* settings.c: a gmig.yml that asks for less */
void gm_check_graph(gm_check_run *run);        /* graph_rules.c: problems and divergent heads */
void gm_check_versions(gm_check_run *run);     /* version_rules.c: what versions and sums say */
void gm_check_heads_file(gm_check_run *run);   /* heads_rules.c: a file that lists the heads */
void gm_check_late(gm_check_run *run);         /* version_rules.c: what sorts below the base */
void gm_check_union_rules(gm_check_run *run);  /* union_rules.c: what two branches make together */
void gm_check_crowds(gm_check_run *run);       /* crowd_rules.c: what open branches make together */
void gm_check_sections(gm_check_run *run);     /* section_rules.c: what each file's sections hold */
void gm_check_models_rules(gm_check_run *run); /* model_rules.c: models against history */
void gm_check_replays(gm_check_run *run);      /* replay_rules.c: what scratch has shown */

/* Of graph_rules.c, for union_rules.c. */
extern const gm_rule gm_check_rule_of_problem[GM_PROBLEM_COUNT];
gm_str gm_check_name_heads(gm_arena *arena, const gm_nodes *heads);
/* Which revisions are heads is not known while a parent is in doubt. */
bool gm_check_in_doubt(const gm_graph *graph);

/* allow.c: marks what is allowed and adds unknown-rule and unused-allow. Fails on a rule in
 * gmig.yml or GMIG_ALLOW that does not exist. */
gm_code gm_check_allow(gm_check_run *run, gm_err *err);

/* GM_E_CONFIG or GM_E_USAGE: there is no rule `id`. */
gm_code gm_check_no_rule(gm_err *err, gm_code code, gm_str where, gm_str id);

#endif
