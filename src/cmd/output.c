/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

void gm_out(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stdout, format, args);
    va_end(args);
}

void gm_out_str(gm_str s)
{
    if (s.len)
        fwrite(s.ptr, 1, s.len, stdout);
}

void gm_out_json(const gm_invocation *invocation, gm_json *json)
{
    gm_out_str(gm_json_text(invocation->arena, json));
    gm_json_free(json);
}

/* What was printed before on standard output comes first where both go to one terminal. */
__attribute__((format(printf, 2, 0))) static void message(const char *lead, const char *format,
                                                          va_list args)
{
    fflush(stdout);
    fputs(lead, stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void gm_say(const gm_invocation *invocation, const char *format, ...)
{
    if (invocation->quiet)
        return;
    va_list args;
    va_start(args, format);
    message("gmig: ", format, args);
    va_end(args);
}

void gm_warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message("gmig: warning: ", format, args);
    va_end(args);
}

gm_str gm_visible(const gm_invocation *invocation, gm_str s)
{
    return gm_term_visible(invocation->arena, s, false);
}

static const gm_paint *paint(bool colour)
{
    static const gm_paint plain = {"", "", "", "", "", "", "", "", ""};
    static const gm_paint coloured = {
        .id = "\033[33m",
        .head = "\033[1;36m",
        .label = "\033[1;32m",
        .good = "\033[32m",
        .bad = "\033[1;31m",
        .warning = "\033[1;33m",
        .dim = "\033[2m",
        .bold = "\033[1m",
        .reset = "\033[m",
    };
    return colour ? &coloured : &plain;
}

const gm_paint *gm_paint_out(const gm_invocation *invocation)
{
    return paint(gm_term_colour(invocation->colour, stdout));
}

const gm_paint *gm_paint_err(const gm_invocation *invocation)
{
    return paint(gm_term_colour(invocation->colour, stderr));
}

bool gm_can_ask(const gm_invocation *invocation)
{
    return !invocation->json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool gm_confirm(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs(" [y/N] ", stderr);

    char answer[16] = "";
    if (!fgets(answer, sizeof(answer), stdin)) {
        fputc('\n', stderr);
        return false;
    }
    gm_str word = gm_str_trim(gm_str_from(answer));
    return gm_str_eq_nocase(word, GM_STR("y")) || gm_str_eq_nocase(word, GM_STR("yes"));
}

gm_json *gm_error_json(const gm_err *err)
{
    gm_json *error = gm_json_object();
    gm_json_set_str(error, "code", gm_str_from(gm_code_name(err->code)));
    gm_json_set_str(error, "message", err->text);
    gm_json_set_str(error, "hint", err->hint);
    gm_json_set_str(error, "where", err->where);
    if (err->statement.len)
        gm_json_set_str(error, "statement", err->statement);
    if (err->sqlstate.len)
        gm_json_set_str(error, "sqlstate", err->sqlstate);
    if (err->detail.len)
        gm_json_set_str(error, "detail", err->detail);
    return error;
}

static void print_error_json(const gm_err *err)
{
    gm_json *document = gm_json_object();
    gm_json_set(document, "error", gm_error_json(err));
    gm_out_str(gm_json_text(err->arena, document));
    gm_json_free(document);
}

/* Each line of `text` under the error, with `lead` before the first and its width before the
 * others. */
static void print_part(gm_arena *arena, const char *lead, gm_str text)
{
    gm_str line;
    bool first = true;
    while (gm_str_line(&text, &line)) {
        line = gm_term_visible(arena, line, false);
        fprintf(stderr, "  %*s%.*s\n", (int)strlen(lead), first ? lead : "", GM_ARG(line));
        first = false;
    }
}

void gm_print_error(const gm_err *err, bool json, gm_colour_mode colour)
{
    if (json) {
        print_error_json(err);
        return;
    }
    const gm_paint *p = paint(gm_term_colour(colour, stderr));
    fflush(stdout);
    gm_str rest = err->text, line;
    for (bool first = true; gm_str_line(&rest, &line); first = false) {
        line = gm_term_visible(err->arena, line, false);
        if (first)
            fprintf(stderr, "%sgmig:%s %.*s\n", p->bad, p->reset, GM_ARG(line));
        else
            fprintf(stderr, "  %.*s\n", GM_ARG(line));
    }
    print_part(err->arena, "at ", err->where);
    print_part(err->arena, "statement: ", err->statement);
    print_part(err->arena, "SQLSTATE: ", err->sqlstate);
    print_part(err->arena, "", err->detail);
    print_part(err->arena, "hint: ", err->hint);
}

gm_code gm_out_finish(gm_err *err)
{
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int reason = errno;
    if (!failed && !ferror(stdout))
        return GM_OK;
    /* Of an earlier write stdio keeps that it failed, and not why. */
    return gm_fail(err, GM_E_IO, "cannot write to standard output%s%s", reason ? ": " : "",
                   reason ? strerror(reason) : "");
}
