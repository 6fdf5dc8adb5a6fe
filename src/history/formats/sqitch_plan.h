/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_SQITCH_PLAN_H
#define GM_HISTORY_FORMATS_SQITCH_PLAN_H

/*
 * sqitch.plan: its lines as sqitch reads them (App::Sqitch::Plan), and the ids that it computes
 * from them (App::Sqitch::Plan::Change and ::Tag): the SHA-1 of a text that names the project, the
 * change and the id of the change before it. An id thus stands for all of the plan up to there.
 */

#include "history/revision.h"

typedef enum {
    GM_SQITCH_NOTHING, /* blank, or a comment */
    GM_SQITCH_PRAGMA,  /* name, and its value as the note */
    GM_SQITCH_CHANGE,
    GM_SQITCH_TAG, /* the name has no "@" */
} gm_sqitch_kind;

/* One line; all are views of it. */
typedef struct {
    gm_sqitch_kind kind;
    gm_str name;
    gm_str needs; /* what stands in brackets */
    gm_str time;  /* as written, and as sqitch writes it */
    gm_str planner;
    gm_str email;
    gm_str note; /* as written */
} gm_sqitch_line;

/* False: it is none of these. */
bool gm_sqitch_line_read(gm_str text, gm_sqitch_line *line);

/* "a", "a@tag", "@tag", "project:a", an id: what a change requires, or conflicts with. */
typedef struct {
    bool conflict;
    gm_str text;    /* as the registry has it */
    gm_str project; /* another one; empty: this */
    gm_str change;
    gm_str tag;
    gm_str id; /* of the change of this plan that it names; empty: it names none */
} gm_sqitch_need;

typedef struct {
    gm_str id;
    gm_str name; /* "@v1" */
    gm_str note;
    gm_str time;
    gm_str planner;
    gm_str email;
} gm_sqitch_tag;

/* What the registry has of a change besides its script. */
typedef struct gm_sqitch_change {
    gm_str project; /* empty: the plan has no `%project`, and no id can be told */
    gm_str uri;     /* of the project; empty: it has none */
    gm_str id;
    gm_str name;
    gm_str note;
    gm_str time;
    gm_str planner;
    gm_str email;
    GM_VEC(gm_sqitch_need) needs;
    GM_VEC(gm_sqitch_tag) tags;
} gm_sqitch_change;

typedef GM_VEC(gm_sqitch_change *) gm_sqitch_changes;

/* The changes of a whole plan, in its order; lines that are none are passed over. */
void gm_sqitch_plan_read(gm_arena *arena, gm_str plan, gm_sqitch_changes *changes);

#endif
