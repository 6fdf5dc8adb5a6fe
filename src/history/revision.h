/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_REVISION_H
#define GM_HISTORY_REVISION_H

/*
 * Revision: one migration as its file says it. docs/formats.md describes the file.
 */

#include "base/err.h"
#include "base/oid.h"
#include "lang/sql.h"

typedef enum { GM_UP, GM_DOWN } gm_direction;

/* What one `-- gmig:up` or `-- gmig:down` marker opens. */
typedef struct {
    gm_str sql;  /* from the line after the marker up to the next marker or the end */
    size_t line; /* of the first line of `sql` */
    size_t marker_line;
    bool transaction_off; /* transaction=off */
    gm_str lock_timeout;  /* as written ("5s"); empty: not given */
    gm_str statement_timeout;
    bool irreversible; /* `-- gmig:irreversible REASON` in place of a down; `sql` is then empty */
    gm_str reason;
} gm_section;

struct gm_format_ops;

typedef struct {
    const struct gm_format_ops *format; /* that it was read as; NULL: it was made up in a test */

    gm_str id;
    gm_strs parents; /* in the order of the file */
    gm_strs depends;
    gm_strs labels;
    gm_str app; /* Django's, whose lineage it is of; empty in every other format */
    /* Django's as its file says them, "app.name": `link` makes parents and depends of them. */
    gm_strs needs;
    gm_strs run_before;
    gm_strs replaces;
    gm_str message;
    gm_str created; /* as written */
    int64_t time;   /* `created` in seconds UTC; 0 when it is not given */
    gm_str models;  /* the value of `models` as one line of YAML, empty when it is not given */

    /* NULL: the file has none for that dialect. A section without dialect= stands for every dialect
     * that has none of its own. */
    const gm_section *up[GM_DIALECT_COUNT];
    const gm_section *down[GM_DIALECT_COUNT];

    /* sqitch's: what its plan says of the change (formats/sqitch_plan.h); NULL in other formats. */
    const struct gm_sqitch_change *sqitch;

    bool repeatable; /* its file may change, and is then applied again; it comes after all others */
    bool code;       /* among SQL, a revision in another language */

    gm_str path;      /* relative to the repository's top */
    gm_str down_path; /* of the down where that is a file of its own; else empty */
    gm_oid down_blob;
    gm_oid blob; /* none when the content did not come from git */
    gm_str text; /* the whole file */

    /* Lines of the header keys, for findings; 0 when the key is not there. */
    size_t revision_line;
    size_t parents_line;
    size_t depends_line;
    size_t labels_line;
    size_t created_line;
} gm_revision;

/* Is this an id that a file may have? Letters, digits, "_", "-", "."; 1 to 128 bytes; not "head",
 * "heads", "base", "current". */
bool gm_revision_id_valid(gm_str id);

#endif
