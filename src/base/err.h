/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_ERR_H
#define GM_BASE_ERR_H

/*
 * Err: errors are values.
 *
 * A function that can fail returns gm_code and takes `gm_err *err` last. It fills `err` once, where
 * most is known, and returns the code; on success `err` is untouched. Outputs are written on
 * success only. What a person reads has three parts: text (what failed, on which thing), where
 * (file:line, revision or ref) and hint (what to do next). Texts start lower case and have no full
 * stop, hints are sentences.
 *
 *     return gm_fail(err, GM_E_REFUSED, "revision %.*s is applied already", GM_ARG(id));
 *
 *     gm_fail_at(err, GM_E_HISTORY, gm_where(arena, path, line), "unknown key '%.*s'",
 * GM_ARG(key)); return gm_hint(err, "Known keys are revision, parents, ….");
 */

#include "base/str.h"

typedef enum {
    GM_OK = 0,
#define X(name, code, exit_status, meaning) GM_E_##name,
#include "base/err.def"
#undef X
    GM_E_COUNT
} gm_code;

typedef struct {
    gm_arena *arena; /* where the texts go; set by gm_err_new */
    gm_code code;
    gm_str text;
    gm_str hint;
    gm_str where;
    gm_str unknown;   /* GM_E_UNKNOWN_REVISION: what may be an id that is elsewhere; else empty */
    gm_str statement; /* SQL as it was sent, when a statement failed */
    gm_str sqlstate;  /* five characters on PostgreSQL; the extended result code's name on SQLite */
    gm_str detail;    /* the server's own DETAIL, HINT and CONTEXT, one a line */
} gm_err;

gm_err gm_err_new(gm_arena *arena);

gm_code gm_fail(gm_err *err, gm_code code, const char *format, ...) GM_PRINTF(3, 4);
gm_code gm_fail_at(gm_err *err, gm_code code, gm_str where, const char *format, ...)
    GM_PRINTF(4, 5);

/* Adds the hint to an error just made, and returns its code. */
gm_code gm_hint(gm_err *err, const char *format, ...) GM_PRINTF(2, 3);

/* Back to "no error", for callers that handle a failure and go on. */
void gm_err_clear(gm_err *err);

/* "path:line", or the path alone for line 0. */
gm_str gm_where(gm_arena *arena, gm_str path, size_t line);

const char *gm_code_name(gm_code code); /* "refused"; "ok" for GM_OK */
const char *gm_code_meaning(gm_code code);
int gm_code_exit(gm_code code);

#ifdef __clang_analyzer__
/* clang's analyser sees one file at a time: tell it that these never return GM_OK, or it follows
 * paths on which a function failed, "succeeded", and left its outputs unset. */
#define gm_fail(err, code, ...) (gm_fail((err), (code), __VA_ARGS__), (code))
#define gm_fail_at(err, code, where, ...) (gm_fail_at((err), (code), (where), __VA_ARGS__), (code))
#define gm_hint(err, ...) (gm_hint((err), __VA_ARGS__), GM_E_BUG)
#endif

/* The only macro that hides a return. */
#define GM_TRY(call)                                                                               \
    do {                                                                                           \
        gm_code gm_try_code = (call);                                                              \
        if (gm_try_code != GM_OK)                                                                  \
            return gm_try_code;                                                                    \
    } while (0)

#endif
