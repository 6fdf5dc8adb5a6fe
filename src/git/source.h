/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SOURCE_H
#define GM_GIT_SOURCE_H

/*
 * Source: what a repository must answer, with two implementations: libgit2 and the `git` program.
 * For src/git only.
 *
 * Blobs are never converted by filter drivers (`filter.*.clean` and the like are commands): of what
 * git does to a file on its way into the repository only line ends, ident and encodings count.
 * Replace refs are ignored: an object is what its id says.
 */

#include "git/repo.h"

/* The numbers are those of pack files. */
typedef enum {
    GM_OBJECT_COMMIT = 1,
    GM_OBJECT_TREE = 2,
    GM_OBJECT_BLOB = 3,
    GM_OBJECT_TAG = 4,
} gm_object_kind;

/* Its bytes live until it is released, and the next object is read only after that. */
typedef struct {
    gm_object_kind kind;
    gm_str bytes;
    void *handle;
} gm_object;

typedef struct {
    gm_str name; /* ends in NUL */
    gm_oid oid;
    bool peeled;   /* oid is known to be no tag */
    bool symbolic; /* as refs/remotes/origin/HEAD */
} gm_source_ref;

typedef GM_VEC(gm_source_ref) gm_source_refs;

typedef struct {
    int64_t mtime;
    int64_t ctime;
    uint32_t mtime_ns;
    uint32_t ctime_ns;
    uint32_t ino;
    uint32_t uid;
    uint32_t gid;
    uint32_t size;
} gm_index_stat;

typedef struct {
    gm_str path;
    gm_oid oid;
    uint32_t mode;
    bool unmerged; /* one side of a conflict */
    bool skip;     /* skip-worktree: absent from the work tree on purpose */
    bool has_stat;
    gm_index_stat stat; /* of the file when it was last known to hold `oid` */
} gm_index_entry;

typedef GM_VEC(gm_index_entry) gm_index_entries;

typedef struct {
    gm_index_entries entries; /* in byte order of their paths */
    int64_t mtime;            /* of the index file */
    int64_t mtime_ns;
} gm_index;

typedef struct {
    gm_str key; /* section and name in lower case */
    gm_str value;
} gm_setting;

typedef GM_VEC(gm_setting) gm_settings;

/* Where the repository is. Absolute paths. */
typedef struct {
    gm_str top; /* empty when bare */
    gm_str git_dir;
    gm_str common_dir;
    gm_str index_file; /* of GIT_INDEX_FILE; empty when that is not set */
} gm_layout;

typedef struct gm_source gm_source;

typedef struct {
    /* GM_E_MISSING_OBJECT; GM_E_HISTORY when it is larger than `max` bytes, which is looked at
     * first unless `max` is SIZE_MAX: of a delta that costs as much as reading it. */
    gm_code (*read)(gm_source *source, const gm_oid *oid, size_t max, gm_object *object,
                    gm_err *err);
    void (*release)(gm_source *source, gm_object *object);
    /* Is it here, without a fetch? NULL where that cannot be asked. */
    bool (*has)(gm_source *source, const gm_oid *oid);
    /* Fetches what a partial clone lacks, all at once. NULL where `read` cannot fetch either. */
    gm_code (*fetch)(gm_source *source, gm_str remote, const gm_strs *ids, gm_err *err);
    gm_code (*head)(gm_source *source, gm_arena *arena, gm_ref *head, bool *unborn, gm_err *err);
    gm_code (*refs)(gm_source *source, gm_arena *arena, gm_source_refs *refs, gm_err *err);
    /* The object that `name` names: a commit, or a tag that may lead to one. GM_E_UNKNOWN_REF. */
    gm_code (*resolve)(gm_source *source, gm_str name, gm_oid *oid, gm_err *err);
    /* Of `one` and a merge of `others`, all best ones. */
    gm_code (*merge_bases)(gm_source *source, const gm_oid *one, const gm_oids *others,
                           gm_oids *bases, gm_err *err);
    gm_code (*config)(gm_source *source, gm_arena *arena, gm_settings *settings, gm_err *err);
    /* Entries at `prefix` or below it. Intent-to-add entries are left out. */
    gm_code (*index)(gm_source *source, gm_arena *arena, gm_str prefix, gm_index *index,
                     gm_err *err);
    /* The blob ids that `git add` would give these files of the work tree. */
    gm_code (*hash)(gm_source *source, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                    gm_err *err);
    /* What `git add` would store for a file with these bytes, and its id. */
    gm_code (*to_git)(gm_source *source, gm_arena *arena, gm_str path, gm_str raw, gm_str *bytes,
                      gm_oid *oid, gm_err *err);
    /* Folders end in "/". */
    gm_code (*ignored)(gm_source *source, gm_arena *arena, const gm_strs *paths, bool *ignored,
                       gm_err *err);
    /* All commits of the object database, in any order. */
    gm_code (*commits)(gm_source *source, gm_arena *arena, gm_oids *commits, gm_err *err);
    /* What all reflogs have. NULL where that cannot be asked. */
    gm_code (*logged)(gm_source *source, gm_arena *arena, gm_oids *commits, gm_err *err);
    gm_code (*stage)(gm_source *source, gm_str path, gm_err *err);
    void (*close)(gm_source *source);
} gm_source_operations;

struct gm_source {
    const gm_source_operations *ops;
};

/*
 * Opens the repository of `folder` with libgit2. GM_E_NO_REPO or GM_E_GIT; both leave the question
 * to git.
 */
gm_code gm_source_open_libgit2(gm_arena *arena, gm_str folder, gm_layout *layout,
                               gm_source **source, gm_err *err);

/* Finds the repository of `folder` with the git program. GM_E_NO_REPO; GM_E_GIT in git's words. */
gm_code gm_source_find_git(gm_arena *arena, gm_str folder, gm_layout *layout, gm_err *err);

/* The git program on a repository that was found already. */
gm_source *gm_source_new_git(gm_arena *arena, const gm_layout *layout);

/* The absolute path of GIT_INDEX_FILE, "" when it is not set. git takes a relative one from the top
 * of the work tree. */
gm_str gm_source_index_file(gm_arena *arena, gm_str top);

/* Where the index is: the file that GIT_INDEX_FILE names, else git's own. */
gm_str gm_layout_index(gm_arena *arena, const gm_layout *layout);

/* An index of some ten million files. */
#define GM_INDEX_MAX ((size_t)2 * 1024 * 1024 * 1024)

/* GM_E_GIT when GIT_INDEX_FILE names a file that is not there: taken for an empty index it would
 * hide every file. */
gm_code gm_source_check_index(const gm_layout *layout, bool unborn, gm_err *err);

/* For who asks for the index itself: also GM_E_GIT when git has none (a bare repository, a clone
 * without a checkout). A repository without a commit needs none. */
gm_code gm_source_need_index(const gm_layout *layout, bool unborn, gm_err *err);

/* The id of a blob with these bytes; `like` tells the kind of id. */
gm_oid gm_source_blob_oid(gm_arena *arena, gm_str bytes, const gm_oid *like);

#endif
