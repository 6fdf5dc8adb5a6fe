/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_FORMAT_H
#define GM_HISTORY_FORMATS_FORMAT_H

/*
 * A format of revision files: how to tell them, read them and write them. One file a format, one
 * line in formats.c.
 */

#include "history/revision.h"

/* What a writer is given; the strings go into the file as the format wants them. */
typedef struct {
    gm_str id;
    gm_strs parents;
    gm_strs depends;
    gm_strs labels;
    gm_str message;
    int64_t time;
    gm_str models; /* empty: none */
    gm_str up;     /* SQL, may be empty */
    gm_str down;
    bool irreversible;
    gm_str reason;
    gm_str sections; /* markers with their SQL, written as they are in place of `up` and `down`;
                        empty: none */
} gm_revision_draft;

typedef struct gm_format_ops {
    const char *name;

    /* Is the file of that name (without folders) a revision file? */
    bool (*is_revision)(gm_str name);

    /*
     * Reads one file. GM_E_HISTORY with path:line. `*revision` keeps views of `bytes`. Who makes it
     * read another revision out of the same bytes raises GM_BRIEF_ENCODING.
     */
    gm_code (*read)(gm_arena *arena, gm_str path, gm_oid blob, gm_str bytes, gm_revision *revision,
                    gm_err *err);

    /* The text of a new file. */
    gm_str (*write)(gm_arena *arena, const gm_revision_draft *draft);
} gm_format_ops;

extern const gm_format_ops gm_format_gmig;

/* The name of a new file where gmig.yml does not say otherwise. */
#define GM_FILE_TEMPLATE "%(created)_%(id)_%(slug).sql"

/*
 * The name of a new file from a template: %(created) as YYYYMMDDHHMMSS, %(id), %(slug) of the
 * message. GM_E_CONFIG for an unknown %(…), and for a result that is no plain file name.
 */
gm_code gm_revision_file_name(gm_arena *arena, gm_str file_template, const gm_revision_draft *draft,
                              gm_str *name, gm_err *err);

/* Lower-case ASCII letters and digits of the message, "_" between, at most 40 characters;
 * "revision" when there are none. */
gm_str gm_revision_slug(gm_arena *arena, gm_str message);

/*
 * The draft of the merge of these heads: id, created and parents are determined by them alone, and
 * so is the message when `message` is empty.
 */
gm_revision_draft gm_merge_draft(gm_arena *arena, const gm_revision *const *heads, size_t count,
                                 gm_str message);

/*
 * The draft of a revision that reverts `undone`: for each dialect its down becomes the up and its
 * up the down, with the options of their markers. Without id, parents and time. GM_E_REFUSED when
 * it has no down, or is irreversible, for a dialect that it has an up for.
 */
gm_code gm_undo_draft(gm_arena *arena, const gm_revision *undone, gm_revision_draft *draft,
                      gm_err *err);

/* The text of gmig's own file with another `models` in its header; an empty one takes it away. */
gm_str gm_revision_with_models(gm_arena *arena, const gm_revision *revision, gm_str models);

/*
 * The text of gmig's own file with other parents in its header and, where `time` is not 0, another
 * `created`. Nothing else changes. The caller reads it back: of a header that is written in an
 * unusual way the result may be no revision, and never another one.
 */
gm_str gm_revision_with_parents(gm_arena *arena, const gm_revision *revision,
                                const gm_strs *parents, int64_t time);

/* The merge's file name, which neither gmig.yml nor its message changes. */
gm_str gm_merge_file_name(gm_arena *arena, const gm_revision_draft *draft);

#endif
