/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_FORMAT_H
#define GM_HISTORY_FORMATS_FORMAT_H

/*
 * A format of revision files: how to tell them, read them and write them. One file a format, one
 * line in formats.c.
 */

#include "base/map.h"
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
    gm_str script;   /* the project's own template of new files; empty: the format's */
    gm_str folder;   /* where the file goes; empty: where new files go */
} gm_revision_draft;

typedef GM_VEC(const gm_revision *) gm_revisions;

/* One file of a snapshot. */
typedef struct {
    gm_str path; /* relative to the repository's top */
    gm_oid blob;
    gm_str bytes;
    gm_str app; /* what its location says it is of; empty: its path says it (revision.h) */
} gm_revision_file;

typedef GM_VEC(gm_revision_file) gm_revision_files;

/*
 * A format whose order is that of the versions in its names. There are no parents to write: ids are
 * versions, chosen by people or clocks, so that two branches may choose the same.
 */
typedef struct {
    const char *tool;                 /* for people */
    int (*order)(gm_str a, gm_str b); /* of two ids */
    const char *late;   /* what the tool does with one that sorts below the newest applied one */
    bool runs_late;     /* that is to run it */
    bool no_downs;      /* it has none, or need not have any */
    bool consecutive;   /* it refuses a history with a number left out */
    const char *off;    /* how a file says that it runs outside of a transaction; NULL: it cannot */
    const char *create; /* the tool's command for a new file; NULL: gmig writes one */
} gm_versions;

typedef struct gm_format_ops {
    const char *name; /* also names what the cache keeps of it: one for each reading of a file */

    bool deep;      /* revision files may lie in sub-folders */
    size_t id_max;  /* characters that the tool's version table has for an id; 0: no limit */
    bool dated;     /* `created` is kept in the order of parents: a rebase moves it with them */
    bool sql;       /* `up` and `down` are SQL for gmig's own runner */
    bool from_path; /* paths say all that a graph needs: no file is read for one */
    const gm_versions *versions; /* NULL: the order is that of parents */

    /* Is that file a revision, or a part of one? The path starts at the folder of revision files.
     */
    bool (*is_revision)(gm_str path);

    /* NULL, or: could a file of these bytes and an unknown name be a revision? */
    bool (*resembles)(gm_str bytes);

    /*
     * Reads one file. GM_E_HISTORY with path:line. `*revision` keeps views of the bytes; without an
     * id the file is no revision after all, and passed over. Who makes it read another revision out
     * of the same bytes raises GM_BRIEF_ENCODING.
     */
    gm_code (*read)(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                    gm_err *err);

    /* NULL, or sets what the path says (the bytes have said, or the cache has kept, the rest). */
    void (*place)(gm_arena *arena, gm_revision *revision);

    /*
     * NULL, or makes revisions of what only their neighbours say: joins two files of one revision,
     * follows the order of versions, resolves names. It gives new values and never changes one that
     * it was given; what it made once it makes again from that.
     */
    void (*link)(gm_arena *arena, const gm_revisions *read, gm_revisions *linked);

    /* The text of a new file. NULL: gmig writes no such files. */
    gm_str (*write)(gm_arena *arena, const gm_revision_draft *draft);

    /* The text of the file with other parents and, where `time` is not 0, another `created`.
     * Nothing else changes. The caller reads it back. NULL: parents are not in the file. */
    gm_str (*with_parents)(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                           int64_t time);

    /* NULL, or the id that a revision gets behind other parents: ids count up. Its file is named by
     * what is behind the first ".". */
    gm_str (*renumber)(gm_arena *arena, const gm_revision *revision, const gm_strs *parents);

    /* With `renumber`: the text with other parents, and with other ids for those that `names` has
     * (id -> gm_str). The caller reads it back. */
    gm_str (*with_names)(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                         const gm_map *names);
} gm_format_ops;

/* Reads one file, what its path says included. */
gm_code gm_format_read(gm_arena *arena, const gm_format_ops *format, const gm_revision_file *file,
                       gm_revision *revision, gm_err *err);

/* The same of a revision whose bytes need not be read: the cache had it, or its path says all. */
void gm_format_recall(gm_arena *arena, const gm_format_ops *format, const gm_revision_file *file,
                      gm_revision *revision);

/* The same file again, with other bytes perhaps. */
gm_revision_file gm_revision_file_of(const gm_revision *revision);

/* What the links of all their formats make of revisions. */
void gm_formats_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked);

/* Must a graph be built to see what hangs together in it? */
bool gm_format_links(const gm_revision *revision);

extern const gm_format_ops gm_format_gmig;
extern const gm_format_ops gm_format_alembic;
extern const gm_format_ops gm_format_django;

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

/* What a merge is called unless it is given a message: "merge A, B". */
gm_str gm_merge_message(gm_arena *arena, const gm_strs *parents);

/* The merge's file name, which neither gmig.yml nor its message changes. */
gm_str gm_merge_file_name(gm_arena *arena, const gm_revision_draft *draft);

#endif
