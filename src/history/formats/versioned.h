/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_VERSIONED_H
#define GM_HISTORY_FORMATS_VERSIONED_H

/*
 * Versioned: files whose names carry the version that orders them. A preset is one tool's way to
 * name and to write such files.
 *
 * What a name is, and how two of them compare, is as the tool itself has it: Rails, golang-migrate,
 * goose, Ecto and sqlx compare numbers; diesel and dbmate text; Flyway dotted numbers; Prisma, Knex
 * and Laravel whole names; sqitch has a plan.
 */

#include "history/formats/format.h"

typedef enum {
    GM_PART_WHOLE, /* one file is the revision */
    GM_PART_UP,
    GM_PART_DOWN,
    GM_PART_OPTIONS, /* metadata.toml, *.sql.conf */
    GM_PART_PLAN,    /* sqitch.plan */
} gm_version_part;

/* A path as a preset understands it. */
typedef struct {
    gm_version_part part;
    bool repeatable;
    bool code;
    gm_str version; /* a view of the path, as written; empty where there is none */
    gm_str words;   /* what the name says behind it */
    gm_str id;      /* what is the same revision has the same; not made valid yet */
} gm_version_name;

typedef bool gm_version_parser(gm_arena *arena, gm_str path, gm_version_name *name);

/* Where SQL stands in a file. */
typedef enum {
    GM_SQL_NONE,  /* in none: it is code */
    GM_SQL_WHOLE, /* the file is the up, or the down */
    GM_SQL_GOOSE, /* behind `-- +goose Up` and `-- +goose Down` */
    GM_SQL_DBMATE,
    GM_SQL_TERN,
    GM_SQL_NODE, /* behind `-- Up Migration` and `-- Down Migration`, without any all of it is up */
} gm_version_style;

typedef struct {
    gm_format_ops ops; /* first: a gm_revision knows its preset by its format */
    const char *name;  /* as `preset:` has it */
    gm_version_parser *parse;
    const char *off;        /* a line at the top that takes the transaction away, without blanks */
    const char *folders[4]; /* where its files lie by custom; NULL ends them */
    const char *first;      /* the first version, whose punctuation later ones have as well */
    const char *up;         /* a new file: %v and %s stand for version and words */
    const char *down;       /* and the other one of two; NULL: one file */
    gm_version_style style;
    bool off_by_statement; /* the tool sees itself which statements cannot run in one */
    bool in_text;          /* the file's text names its version, too */
} gm_preset;

const gm_preset *gm_preset_find(gm_str name);               /* NULL: there is none */
const gm_preset *gm_preset_of(const gm_format_ops *format); /* NULL: it is no preset */
gm_str gm_preset_names(gm_arena *arena);                    /* "rails, flyway, …" */

/* The presets, in the order of the list above. */
size_t gm_preset_count(void);
const gm_preset *gm_preset_at(size_t index);

/* ---- names: version_names.c ---- */

gm_version_parser gm_name_rails, gm_name_flyway, gm_name_golang_migrate, gm_name_goose,
    gm_name_dbmate, gm_name_diesel, gm_name_prisma, gm_name_knex, gm_name_sqitch, gm_name_atlas,
    gm_name_ecto, gm_name_laravel, gm_name_typeorm, gm_name_node_pg_migrate, gm_name_sqlx,
    gm_name_tern;

int gm_order_numbers(gm_str a, gm_str b); /* digits of any length, then text */
int gm_order_dotted(gm_str a, gm_str b);

/* ---- sections: version_sections.c ---- */

/* Sets what the text of a file says: up, down and their options. */
void gm_version_sections(gm_arena *arena, const gm_preset *preset, gm_version_part part,
                         gm_str text, gm_revision *revision);

/* Does the file only stand beside the one that a revision is known by? */
bool gm_version_is_beside(const gm_format_ops *format, gm_str path);

/* The id that a path says; empty where the format has it in the file, or the path is no revision's.
 */
gm_str gm_version_id(gm_arena *arena, const gm_format_ops *format, gm_str path);

/* Revisions of all their files. Those that share an id stay several, for the graph to tell. */
void gm_version_join(gm_arena *arena, const gm_revisions *read, gm_revisions *whole);

/* ---- sqitch: versioned_sqitch.c ---- */

/* The lines of a plan, checked, for `link` to read. */
gm_code gm_sqitch_read_plan(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                            gm_err *err);
void gm_sqitch_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked);

/* ---- new versions: version_next.c ---- */

/*
 * The version of a new file that sorts behind `newest` (as written; empty: there is none): a time
 * where that is one, else the number after it, with the punctuation of `like`.
 */
gm_str gm_version_next(gm_arena *arena, const gm_preset *preset, gm_str newest, gm_str like,
                       int64_t now);

/* The path with another version in it; the last one that stands there. */
gm_str gm_version_renamed(gm_arena *arena, const gm_preset *preset, gm_str path, gm_str version);

/* The seconds that a version of 10, 13, 14 or 18 digits stands for; 0: it is no time. */
int64_t gm_version_time(gm_str version);

/* A new, empty file. */
gm_str gm_version_file_name(gm_arena *arena, const char *pattern, gm_str version, gm_str words);
gm_str gm_version_empty_text(const gm_preset *preset);

/* What a new revision does. */
typedef struct {
    gm_str up;
    gm_str down;
    bool up_off; /* outside of a transaction */
    bool down_off;
} gm_version_sql;

/*
 * The text of a new file, or of both of a pair, with these sections as the tool marks them; what
 * has no place for a down has none. False where the tool would want another file besides, for
 * what stands outside of a transaction.
 */
bool gm_version_texts(gm_arena *arena, const gm_preset *preset, const gm_version_sql *sql,
                      gm_str texts[2]);

#endif
