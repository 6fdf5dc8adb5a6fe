/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GMIG_GMIG_H
#define GMIG_GMIG_H

/*
 * The public API of libgmig: what the commands do, for programs. Its ABI is unstable until 1.0.
 *
 *     gmig *project = gmig_open("/srv/app");
 *     gmig_move_options options = GMIG_MOVE_OPTIONS_INIT;
 *     if (gmig_upgrade(project, &options) != 0)
 *         fprintf(stderr, "%s\n", gmig_error_message(project));
 *     gmig_close(project);
 *
 * Functions that return an int return an exit status of the commands: 0 done, 1 the answer is no, 2
 * usage or configuration, 3 cannot tell, 4 the database, 5 locked, 6 the outcome of a COMMIT is
 * unknown, 130 interrupted. Where it is not 0, gmig_error_message says why; it is empty after a 1
 * that is an answer (divergent heads, findings) and no failure.
 *
 * Strings are UTF-8 and end in NUL. Those that come out belong to the handle, until the next call
 * with it. A handle is used by one thread at a time; each call reads the project anew.
 */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GMIG_API __attribute__((visibility("default")))

/* "0.1.0" */
GMIG_API const char *gmig_version(void);

typedef struct gmig gmig;

/* A project by its folder, or one below it; NULL or "": the current folder. Nothing is read yet. */
GMIG_API gmig *gmig_open(const char *folder);
GMIG_API void gmig_close(gmig *project); /* NULL is fine */

/* ---- the error of the last call; empty strings where there was none ---- */

GMIG_API const char *gmig_error_code(const gmig *project); /* "locked"; docs/exit-codes.md */
GMIG_API const char *gmig_error_message(const gmig *project);
GMIG_API const char *gmig_error_hint(const gmig *project);
GMIG_API const char *gmig_error_where(const gmig *project);
GMIG_API const char *gmig_error_sqlstate(const gmig *project);

/* ---- histories, as the JSON of docs/formats.md ---- */

/* `at`: "worktree", "index" or a commit; NULL: the work tree. 1 when heads are divergent. */
GMIG_API int gmig_heads_json(gmig *project, const char *at, const char **json);
GMIG_API int gmig_history_json(gmig *project, const char *at, const char **json);

/* ---- rules ---- */

typedef struct {
    const char *rule;     /* "divergent-heads" */
    const char *severity; /* "error", "warning", "info" */
    const char *path;     /* relative to the repository's top; "" for none */
    size_t line;          /* 0: the file as a whole */
    const char *message;
    const char *fix;
    int allowed; /* somebody let it pass */
} gmig_finding;

typedef void gmig_finding_function(void *data, const gmig_finding *finding);

/* Tells each finding; 1 when one of error severity is not allowed, 3 when something could not be
 * looked at. */
GMIG_API int gmig_check(gmig *project, const char *at, gmig_finding_function *tell, void *data);

/* ---- databases ---- */

typedef struct {
    const char *revision;
    const char *message;
    int up;        /* applied, else reverted */
    size_t number; /* from 1 */
    size_t count;  /* of all in this run */
} gmig_step;

/* A revision is applied or reverted, and its commit is confirmed. */
typedef void gmig_step_function(void *data, const gmig_step *step);

typedef struct {
    size_t size;        /* of this struct, as the caller knows it */
    const char *target; /* a name in gmig.yml or a URL; NULL: as the commands choose */
    const char *goal;   /* a revision specifier; NULL: all heads, or one step down */
    const char *at;     /* where revisions are read; NULL: the work tree */
    int yes;            /* go on where data may be lost */
    int allow_dirty;    /* run revisions that are not committed */
    long wait_ms;       /* for another gmig */
    long lock_timeout_ms;
    gmig_step_function *tell; /* may be NULL */
    void *data;
} gmig_move_options;

#define GMIG_MOVE_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(gmig_move_options), NULL, NULL, NULL, 0, 0, 60000, 5000, NULL, NULL                 \
    }

/*
 * Take the database up or down to the goal; `options` may be NULL. While revisions run, SIGINT,
 * SIGTERM and SIGHUP cancel the running statement and roll back; afterwards their handlers are as
 * they were.
 */
GMIG_API int gmig_upgrade(gmig *project, const gmig_move_options *options);
GMIG_API int gmig_downgrade(gmig *project, const gmig_move_options *options);

#ifdef __cplusplus
}
#endif

#endif
