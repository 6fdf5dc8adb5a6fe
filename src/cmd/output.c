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

void gm_out_text(const gm_invocation *invocation, gm_str text)
{
    gm_out_str(isatty(STDOUT_FILENO) ? gm_term_visible(invocation->arena, text, true) : text);
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

/* The question, and the line that answers it; an end of input is an empty one. */
static void ask(const char *format, va_list args, const char *end, char *answer, int size)
    GM_PRINTF(1, 0);

static void ask(const char *format, va_list args, const char *end, char *answer, int size)
{
    fflush(stdout);
    vfprintf(stderr, format, args);
    fputs(end, stderr);
    answer[0] = '\0';
    if (!fgets(answer, size, stdin))
        fputc('\n', stderr);
}

bool gm_confirm(const char *format, ...)
{
    char answer[16];
    va_list args;
    va_start(args, format);
    ask(format, args, " [y/N] ", answer, sizeof(answer));
    va_end(args);
    gm_str word = gm_str_trim(gm_str_from(answer));
    return gm_str_eq_nocase(word, GM_STR("y")) || gm_str_eq_nocase(word, GM_STR("yes"));
}

gm_str gm_ask(gm_arena *arena, const char *format, ...)
{
    char answer[256];
    va_list args;
    va_start(args, format);
    ask(format, args, " ", answer, sizeof(answer));
    va_end(args);
    return gm_str_dup(arena, gm_str_trim(gm_str_from(answer)));
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

/* One line behind what stands there already (`used` columns); on a terminal its words go on in
 * lines of their own, `indent` columns in. */
static void print_words(gm_str line, size_t used, size_t indent, size_t width)
{
    bool first = true;
    while (line.len) {
        size_t end = gm_str_find(line, ' ', 0);
        gm_str word = gm_str_sub(line, 0, end);
        line = gm_str_sub(line, end + 1, line.len);
        if (!first && used + 1 + word.len > width) {
            fprintf(stderr, "\n%*s", (int)indent, "");
            used = indent;
            first = true;
        }
        used += word.len + !first;
        fprintf(stderr, "%s%.*s", first ? "" : " ", GM_ARG(word));
        first = false;
    }
    fputc('\n', stderr);
}

/* The columns of a terminal; elsewhere lines stay whole, so that they can be searched. */
static size_t wrap_width(void)
{
    return isatty(STDERR_FILENO) ? gm_term_width(stderr) : SIZE_MAX;
}

/* Each line of `text` under the error, with `lead` before the first and its width before the
 * others. */
static void print_part(gm_arena *arena, const char *lead, gm_str text, bool words)
{
    gm_str line;
    bool first = true;
    size_t indent = 2 + strlen(lead);
    while (gm_str_line(&text, &line)) {
        line = gm_term_visible(arena, line, false);
        fprintf(stderr, "  %*s", (int)strlen(lead), first ? lead : "");
        if (words)
            print_words(line, indent, indent, wrap_width());
        else
            fprintf(stderr, "%.*s\n", GM_ARG(line));
        first = false;
    }
}

void gm_print_error(const gm_err *err, bool json, gm_colour_mode colour)
{
    if (json) {
        print_error_json(err);
        return;
    }
    gm_arena *arena = err->arena;
    const gm_paint *p = paint(gm_term_colour(colour, stderr));
    fflush(stdout);
    gm_str rest = err->text, line;
    for (bool first = true; gm_str_line(&rest, &line); first = false) {
        /* Messages of a database indent their own second lines with tabs. */
        line = gm_term_visible(arena, gm_str_trim(line), false);
        if (first)
            fprintf(stderr, "%sgmig:%s ", p->bad, p->reset);
        else
            fputs("  ", stderr);
        print_words(line, first ? strlen("gmig: ") : 2, 2, wrap_width());
    }
    print_part(arena, "at ", gm_term_visible(arena, err->where, false), false);
    print_part(arena, "statement: ", err->statement, false);
    print_part(arena, "SQLSTATE: ", err->sqlstate, false);
    print_part(arena, "", err->detail, true);
    print_part(arena, "hint: ", err->hint, true);
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
