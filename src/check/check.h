/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CHECK_CHECK_H
#define GM_CHECK_CHECK_H

/*
 * Check: rules over one history -> findings. Pure: what git, gmig.yml and the environment say comes
 * in as values.
 *
 * rules.def has every rule. A finding that somebody allows stays in the list, marked and with the
 * reason, and counts for nothing.
 */

#include "base/severity.h"
#include "history/crowds.h"
#include "history/union.h"
#include "schema/diff.h"

typedef enum {
#define X(name, id, severity, summary) GM_RULE_##name,
#include "check/rules.def"
#undef X
    GM_RULE_COUNT
} gm_rule;

const char *gm_rule_id(gm_rule rule);
const char *gm_rule_summary(gm_rule rule);
gm_severity gm_rule_default_severity(gm_rule rule);
bool gm_rule_parse(gm_str id, gm_rule *rule);

typedef struct {
    gm_rule rule;
    gm_severity severity; /* never off */
    gm_str path;          /* relative to the repository's top; empty: no file in particular */
    size_t line;          /* 0: the file as a whole */
    gm_str revision;      /* empty: none in particular */
    gm_str message;
    gm_str fix;        /* what to do next, a sentence; may be empty */
    gm_str other_path; /* of what it collides with, in the base; empty: nothing, or one place */
    size_t other_line;
    bool allowed;
    gm_str reason; /* of the allowance */
} gm_finding;

typedef GM_VEC(gm_finding) gm_findings;

/* `rules:` of gmig.yml */
typedef struct {
    gm_str rule;
    gm_severity severity;
    size_t line;
} gm_check_weight;

typedef GM_VEC(gm_check_weight) gm_check_weights;

/* `allow:` of gmig.yml */
typedef struct {
    gm_str rule;
    gm_str revision; /* empty: every revision */
    gm_str reason;
    size_t line; /* 0: the file that is checked has no such line, the base's has */
} gm_check_allowance;

typedef GM_VEC(gm_check_allowance) gm_check_allowances;

/* What one gmig.yml says that rules are made lighter or heavier with. */
typedef struct {
    gm_check_weights weights;
    gm_check_allowances allowances;
    gm_str trunk;
    size_t trunk_line; /* 0: it is not set */
    gm_strs shipped;
    size_t shipped_line;
    gm_str heads_file; /* empty: it is not set */
    size_t heads_file_line;
    bool merges_first;
} gm_check_settings;

/* Something that a branch's gmig.yml makes lighter than its base's. */
typedef struct {
    gm_str message;
    gm_str revision; /* of an allowance */
    size_t line;     /* 0: a line that is gone */
} gm_check_weakening;

/* One thing that the models say otherwise than at the base. */
typedef struct {
    gm_str object; /* "column email of users" */
    gm_str path;
    size_t line;     /* 0: it is gone from the file */
    const char *how; /* "is new", "has changed", "is gone" */
} gm_model_change;

/* What models that are classes of a program say otherwise than at the base, and no revision that
 * came since names. */
typedef struct {
    GM_VEC(gm_model_change) changes;
    GM_VEC(gm_model_change) doubtful; /* it cannot be told whether they have changed */
    GM_VEC(gm_model_change) broken;   /* lines that are new, and no Python */
    gm_str command;                   /* that writes a revision: "flask db migrate" */
} gm_check_program;

/*
 * What the models and the history say of each other in one dialect, as fingerprints
 * (models/models.h).
 */
typedef struct {
    gm_dialect dialect;
    uint64_t models;    /* of the model files */
    uint64_t history;   /* the sum over the revisions */
    bool fingerprinted; /* a revision has a fingerprint for this dialect */
    bool has_base;      /* the same is known of the base: what is checked was made from it */
    uint64_t base_models;
    uint64_t base_history;
    GM_VEC(gm_model_change) changes; /* since the base */
    gm_str path;                     /* of a model file or their folder, for findings */
} gm_check_models;

/* A revision that does not run, or whose down does not lead back. */
typedef struct {
    const gm_revision *revision;
    gm_direction direction;
    gm_str path;
    size_t line;
    bool ran;       /* a down that does not lead back */
    gm_str message; /* then what is still to do; else the server's */
} gm_replay_failure;

/* What a replay of the whole history in scratch has shown, in one dialect. */
typedef struct {
    gm_dialect dialect;
    GM_VEC(gm_replay_failure) failures;
    bool compared; /* with models, or with a database */
    gm_strs drift; /* what is to do to what the history makes, a line each */
    gm_str target; /* of the database; empty: the models */
    gm_str path;   /* of the models */
} gm_check_replay;

/* Models that cannot be read, as path:line:column says. */
typedef struct {
    gm_str path;
    size_t line;
    gm_str message;
    gm_str fix;
} gm_models_problem;

/* Who brought the file of a revision to its branch. */
typedef struct {
    bool known;
    gm_str commit; /* hex; empty: nobody has committed it */
    gm_str author;
} gm_check_origin;

/* Something that had to be looked at and could not be. */
typedef struct {
    gm_code code;
    gm_str message;
    gm_str where;
    gm_str hint;
} gm_unseen;

/* What a ref of `shipped:` has, and was changed here. */
typedef struct {
    gm_str ref;
    size_t others; /* refs that have it as well */
    gm_union_fault fault;
} gm_check_shipped;

/* The history to be once what is checked and its base have met. */
typedef struct {
    const gm_union *made;
    const gm_graph *base; /* the base's own history */
    gm_str base_name;     /* "origin/main" */
    gm_str ours_name;     /* "topic" */
    gm_map origins;       /* id -> gm_check_origin *, of what gm_check_union_named lists */
    gm_map same_sql;      /* ids of revisions that differ, and whose statements are the same */
    GM_VEC(gm_check_shipped) shipped; /* besides the base; what the base itself did is not here */
    GM_VEC(gm_model_change) twice; /* what both sides say of the models, each with its revision */
    gm_check_program program;      /* what both together say of them, and neither alone */
    gm_unseen models_unseen;       /* what kept the united models from being read; GM_OK: nothing */
    bool warn_only;                /* no finding weighs more than a warning */
} gm_check_union;

/* What is where a file should be. */
typedef enum { GM_PLACE_EMPTY, GM_PLACE_FILE, GM_PLACE_OTHER } gm_check_place;

typedef struct {
    const gm_graph *graph;
    const gm_check_union *united; /* NULL: there is no base */
    gm_crowds crowds;             /* of open branches, … */
    gm_str crowds_base;           /* … once they are in this one */
    gm_str checksum_path; /* of a file of checksums; empty: the format has none, or nobody looked */
    gm_str checksum;      /* its text */
    bool has_checksum;    /* it is there */
    gm_str heads_path;    /* of the file that lists the heads; empty: the project has none */
    gm_str heads_text;
    gm_check_place heads_place;
    GM_VEC(gm_check_models) models; /* one a dialect that has models */
    GM_VEC(gm_models_problem) models_problems;
    gm_check_program program;
    GM_VEC(gm_check_replay) replays; /* of --replay and --database */
    GM_VEC(gm_dialect) dialects;     /* those that every revision must serve */
    gm_str config_path;              /* of the gmig.yml that the following come from */
    gm_check_weights weights;
    gm_check_allowances allowances;
    GM_VEC(gm_check_weakening) weakenings; /* of the same file */
    bool merges_first;                     /* a fork is mended by a merge rather than by a rebase */
    gm_str allow_now;                      /* GMIG_ALLOW: rule ids with commas or blanks between */
} gm_check_input;

/*
 * Appends the findings of one history, by path and line. GM_E_CONFIG with the line of gmig.yml, or
 * GM_E_USAGE for GMIG_ALLOW, when a rule is named that does not exist.
 */
gm_code gm_check_history(gm_arena *arena, const gm_check_input *input, gm_findings *findings,
                         gm_err *err);

/*
 * Whose settings count where a base is examined: the base's, so that a branch cannot lower the bar
 * for itself. What the branch itself makes heavier counts at once. Fills weights, allowances and
 * weakenings of `input`. `start` is where the branch began, so that it does not answer for what the
 * base has changed since; NULL where that is not one commit, or unknown. `base_name` is for people.
 * Rules of the base that this version does not know are passed over.
 */
void gm_check_settle(gm_arena *arena, const gm_check_settings *ours, const gm_check_settings *base,
                     const gm_check_settings *start, gm_str base_name, gm_check_input *input);

/* The revisions whose origin findings about a union will tell. */
gm_revisions gm_check_union_named(gm_arena *arena, const gm_union *made, const gm_graph *ours);

/* ---- what a whole run found, for reports ---- */

/* The base that a project was united with. */
typedef struct {
    gm_str name;      /* empty: there is none */
    gm_str commit;    /* hex */
    gm_str why;       /* it was taken, or what was looked for; empty: nobody looked */
    gm_strs starts;   /* hex ids of the merge bases; none: the branches share no commit */
    bool wanted;      /* there is none, in a clone that could have one */
    bool united;      /* false: that could not be told */
    size_t revisions; /* of the union */
    gm_strs heads;
} gm_seen_base;

/* One project that was looked at. */
typedef struct {
    gm_str folder;     /* of its gmig.yml, relative to the top; empty for the top */
    gm_str migrations; /* relative to the top; of several folders the first */
    size_t others;     /* of those, besides */
    bool absent;       /* the migrations folder is not there */
    size_t revisions;
    gm_strs heads;
    gm_strs dialects;
    gm_seen_base base;
} gm_seen_project;

/* Many branches that were looked at together. */
typedef struct {
    size_t seen; /* refs; 0: it was one snapshot */
    size_t open; /* refs with revisions that the base lacks */
} gm_seen_refs;

typedef struct {
    gm_seen_refs refs;
    gm_str at;     /* "worktree", "index", or what was asked for */
    gm_str commit; /* hex; of the index and the work tree HEAD's; empty: none */
    GM_VEC(gm_seen_project) projects;
    GM_VEC(gm_unseen) unseen;
    gm_findings findings;
} gm_checked;

/* How many findings of at least `severity` nobody allowed. */
size_t gm_findings_count(const gm_findings *findings, gm_severity severity);

#endif
