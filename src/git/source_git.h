/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SOURCE_GIT_H
#define GM_GIT_SOURCE_GIT_H

/* What the files of the source on the git program share. */

#include "git/child.h"
#include "git/source.h"

typedef struct {
    gm_source base;
    gm_arena *arena;
    gm_layout layout;
    char **environment;
    gm_child *objects; /* `git cat-file --batch`; NULL until the first object */
    char *buffer;      /* holds the last object read */
    size_t capacity;
    gm_index *index; /* whole; NULL until it is asked for */
    gm_strs neutral; /* arguments that switch filter drivers off */
    bool neutral_known;
} gm_source_git;

enum { GM_GIT_OUTPUT_MAX = 512 * 1024 * 1024, GM_GIT_TIMEOUT_MS = 120 * 1000 };

/*
 * The environment for git. Everything that names a part of the repository is absolute in it, since
 * git runs in a folder of its own. With `layout` NULL the repository is still to be found.
 */
char **gm_git_environment(gm_arena *arena, const gm_layout *layout);

/* Runs `git ARGUMENTS` (NULL-terminated) in the repository. */
gm_code gm_git_run(gm_source_git *git, gm_arena *arena, const char *const *arguments, gm_str input,
                   gm_child_result *result, gm_err *err);

/* The same; a status that is not 0 is GM_E_GIT with git's words. */
gm_code gm_git_output(gm_source_git *git, gm_arena *arena, const char *const *arguments,
                      gm_str input, gm_str *output, gm_err *err);

/* What git said, in one line: the paragraph that begins with "fatal: ", all where there is none. */
gm_str gm_git_words(gm_arena *arena, gm_str messages);

/* GM_E_GIT, or GM_E_NO_REPO, with what git said and its cure. */
gm_code gm_git_refused(gm_err *err, const gm_child_result *result);

/* Takes the next field off `rest`, up to a NUL. */
bool gm_git_field(gm_str *rest, gm_str *field);

gm_code gm_git_read(gm_source *source, const gm_oid *oid, size_t max, gm_object *object,
                    gm_err *err);
void gm_git_release(gm_source *source, gm_object *object);
gm_code gm_git_fetch(gm_source *source, gm_str remote, const gm_strs *ids, gm_err *err);

gm_code gm_git_index(gm_source *source, gm_arena *arena, gm_str prefix, gm_index *index,
                     gm_err *err);
gm_code gm_git_hash(gm_source *source, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                    gm_err *err);
gm_code gm_git_to_git(gm_source *source, gm_arena *arena, gm_str path, gm_str raw, gm_str *bytes,
                      gm_oid *oid, gm_err *err);
gm_code gm_git_ignored(gm_source *source, gm_arena *arena, const gm_strs *paths, bool *ignored,
                       gm_err *err);
gm_code gm_git_stage(gm_source *source, gm_str path, gm_err *err);

#endif
