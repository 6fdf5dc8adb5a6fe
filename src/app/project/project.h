/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_PROJECT_H
#define GM_APP_PROJECT_PROJECT_H

/*
 * Project: a folder with a gmig.yml, the repository around it (if there is one), and what the
 * command line says.
 *
 * gmig.yml is found by walking up from the current folder to the repository's root; without one the
 * defaults hold at the root. Targets come from the work tree's gmig.yml alone, whatever ref is
 * examined.
 */

#include "app/project/cache.h"
#include "config/config.h"
#include "config/url.h"
#include "db/db.h"
#include "git/snapshot.h"
#include "history/plan.h"

typedef struct {
    gm_str folder;      /* -C DIR; empty: the current folder */
    gm_str config_path; /* --config FILE; empty: look for it */
    gm_str migrations;  /* -d DIR: the folder of revision files, as seen from the current folder, in
                           place of every gmig.yml's; empty: as gmig.yml says */
} gm_project_options;

typedef struct {
    gm_arena *arena;
    gm_repo *repo; /* NULL: there is no repository; see gm_project_need_repo */
    gm_cache *cache;
    gm_map *alembic; /* configurations of Alembic by blob; locate_alembic.c */
    gm_str top; /* absolute: the repository's work tree (its git dir when bare), else the project's
                   folder */
    gm_str folder;       /* absolute folder of gmig.yml */
    gm_str cwd;          /* absolute: where paths from flags and environment start */
    gm_config config;    /* of the work tree; of HEAD in a bare repository */
    gm_str config_path;  /* its gmig.yml relative to the top, where a ref has its own; empty: the
                            file  lies outside of the repository and serves every ref */
    gm_str migrations;   /* -d, relative to the top; empty: as gmig.yml says */
    bool has_migrations; /* -d was given */
    gm_str option;       /* "-C web", which gmig needs to find it from the current folder; empty:
                            it is found without */
} gm_project;

/* For main() alone, before anything else: the process is gmig's own, and so is the memory of the
 * libraries in it. */
void gm_project_own_process(void);

gm_code gm_project_open(gm_arena *arena, const gm_project_options *options, gm_project **project,
                        gm_err *err);
void gm_project_close(gm_project *project);
void gm_project_drop(gm_project **project); /* for GM_CLEANUP */

/* The folder that -C names ("" for the current one), absolute and without links. GM_E_USAGE. */
gm_code gm_project_cwd(gm_arena *arena, gm_str folder, gm_str *cwd, gm_err *err);

/* GM_E_NO_REPO, saying what needs it, when there is no repository. */
gm_code gm_project_need_repo(const gm_project *project, const char *what, gm_err *err);

/*
 * The history of one snapshot, read with that snapshot's own gmig.yml (else with the examining
 * one). Targets, ledger and scratch in view.config are those of the work tree, whatever was
 * examined.
 */
typedef struct {
    gm_snapshot *snapshot;
    gm_config config;
    gm_strs folders;   /* of revision files, relative to the top; locations.h */
    gm_str migrations; /* the first of them, where new ones go */
    bool absent;       /* none of them is there */
    const gm_format_ops *format;
    gm_graph *graph;
} gm_view;

/* `where` as --at takes it. */
gm_code gm_view_open(gm_project *project, gm_str where, gm_view *view, gm_err *err);

/* The same, and GM_E_HISTORY when the graph has problems: for every command but check. */
gm_code gm_view_open_sound(gm_project *project, gm_str where, gm_view *view, gm_err *err);

/*
 * The same pair for commands that look at the graph alone: revisions have no SQL (`text`, `up` and
 * `down` are empty), and those that the cache knows are not read.
 */
gm_code gm_view_open_graph(gm_project *project, gm_str where, gm_view *view, gm_err *err);
gm_code gm_view_open_sound_graph(gm_project *project, gm_str where, gm_view *view, gm_err *err);

/*
 * The gmig.yml that holds at a ref: `text` parsed when the ref has one, else the project's.
 * Targets, ledger and scratch are the work tree's. For callers that look at many refs.
 */
gm_code gm_project_ref_config(const gm_project *project, const gm_str *text, gm_config *config,
                              gm_err *err);

/* The folder of revision files that a config names, relative to the top. GM_E_CONFIG when it leads
 * out. */
gm_code gm_project_migrations(const gm_project *project, const gm_config *config,
                              gm_str *migrations, gm_err *err);

/* What `key` of a config names, relative to the top. GM_E_CONFIG when it leads out. */
gm_code gm_project_below(const gm_project *project, const gm_config *config, const char *key,
                         gm_str name, gm_str *path, gm_err *err);

/* GM_E_CONFIG for a format that gmig does not read. */
gm_code gm_project_format(const gm_config *config, const gm_format_ops **format, gm_err *err);

/* GM_E_UNKNOWN when its revisions are not SQL that gmig could run by itself. */
gm_code gm_view_need_sql(const gm_view *view, gm_err *err);

/* A path relative to the top as seen from the current folder, for people. */
gm_str gm_project_shown(gm_arena *arena, const gm_project *project, gm_str path);

/* One database, with how it may be treated. */
typedef struct {
    gm_str name; /* of gmig.yml; the shown URL when it was given as one */
    gm_url url;
    bool guarded;   /* not `development: true` */
    gm_str pattern; /* the URL with its {branch} or {worktree}; empty: one database for all */
} gm_target;

/* A target of gmig.yml. */
gm_code gm_project_named_target(gm_project *project, const gm_config_target *named,
                                gm_target *target, gm_err *err);

/*
 * `wanted` (--target NAME|URL), else GMIG_TARGET, else GMIG_DATABASE_URL, else the only target.
 * GM_E_CONFIG when there is none or there are several to choose from. Relative SQLite paths start
 * at gmig.yml's folder when they come from it, else at the current folder.
 */
gm_code gm_project_target(gm_project *project, gm_str wanted, gm_target *target, gm_err *err);

#endif
