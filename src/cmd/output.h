/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_OUTPUT_H
#define GM_CMD_OUTPUT_H

/*
 * Output: data goes to standard output, messages to standard error.
 *
 * A write to standard output that fails (full disk, closed pipe) is found by gm_out_finish at the
 * end: commands print and do not look back.
 */

#include "base/json.h"
#include "cmd/command.h"

/* Data. Text from files goes through gm_visible first. */
void gm_out(const char *format, ...) GM_PRINTF(1, 2);
void gm_out_str(gm_str s); /* the bytes as they are */

/* SQL and the like, of several lines: as it is for a file or a program, on a terminal with control
 * characters made visible. */
void gm_out_text(const gm_invocation *invocation, gm_str text);

/* The one document of --json; frees it. */
void gm_out_json(const gm_invocation *invocation, gm_json *json);

/* A message to the person, with "gmig: " before it; not with --quiet. */
void gm_say(const gm_invocation *invocation, const char *format, ...) GM_PRINTF(2, 3);

/* "gmig: warning: …" on standard error, also with --quiet. */
void gm_warn(const char *format, ...) GM_PRINTF(1, 2);

/* One line, control characters made visible. */
gm_str gm_visible(const gm_invocation *invocation, gm_str s);

/* Colours: what to print before and after; empty strings where colour is off. */
typedef struct {
    const char *id;      /* yellow */
    const char *head;    /* bold cyan */
    const char *label;   /* bold green */
    const char *good;    /* green */
    const char *bad;     /* bold red */
    const char *warning; /* bold yellow */
    const char *dim;
    const char *bold;
    const char *reset;
} gm_paint;

/* For standard output, or for standard error. */
const gm_paint *gm_paint_out(const gm_invocation *invocation);
const gm_paint *gm_paint_err(const gm_invocation *invocation);

/* Are standard input and standard error both a terminal, so that a person can be asked? Never with
 * --json. */
bool gm_can_ask(const gm_invocation *invocation);

/* Asks on standard error and reads one line; true for "y" and "yes". An end of input is a no. Only
 * where gm_can_ask. */
bool gm_confirm(const char *format, ...) GM_PRINTF(1, 2);

/* The same for a question that words answer; "" for an end of input. */
gm_str gm_ask(gm_arena *arena, const char *format, ...) GM_PRINTF(2, 3);

/* {"code", "message", "hint", "where", …}, for documents that hold an error among other things. */
gm_json *gm_error_json(const gm_err *err);

/* The error as text on standard error, broken to the width of a terminal, or as JSON on standard
 * output. */
void gm_print_error(const gm_err *err, bool json, gm_colour_mode colour);

/* The end of the program: GM_E_IO when standard output could not take everything. */
gm_code gm_out_finish(gm_err *err);

/* Help. */
void gm_help_overview(void);
void gm_help_command(const gm_command *command);

#endif
