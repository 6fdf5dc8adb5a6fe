/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gmig's own format: a header, then sections of SQL that markers open. docs/formats.md describes
 * it. The file is walked line by line, never by SQL tokens: a marker counts at column 1 whatever
 * quoting surrounds it, so that any editor and `grep` see the sections that gmig sees.
 */
#include "base/clock.h"
#include "history/formats/format.h"
#include "history/formats/gmig_header.h"
#include "history/formats/gmig_write.h"

static const char known_markers[] =
    "Known markers are '-- gmig:up', '-- gmig:down', "
    "'-- gmig:irreversible REASON' and '-- gmig:allow RULE reason'.";
static const char known_options[] =
    "Known options are dialect=sqlite or postgres, transaction=on or "
    "off, lock-timeout=TIME, statement-timeout=TIME.";

typedef struct {
    gm_arena *arena;
    gm_str path;
    gm_err *err;
    gm_revision *revision;
    gm_str text; /* the file without a byte order mark */
    gm_section *open;
    const char *open_at;                        /* where the open section's text begins */
    gm_section *found[2][GM_DIALECT_COUNT + 1]; /* the last is for every dialect */
    bool in_comment; /* inside of C-style comment where no SQL may stand */
} reader;

static gm_code fail_line(const reader *r, size_t line, const char *format, ...) GM_PRINTF(3, 4);

static gm_code fail_line(const reader *r, size_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_str text = gm_str_vprintf(r->arena, format, args);
    va_end(args);
    return gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, line), "%.*s",
                      GM_ARG(text));
}

static gm_str next_word(gm_str *rest)
{
    *rest = gm_str_trim(*rest);
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ' ' && rest->ptr[len] != '\t')
        len++;
    gm_str word = gm_str_sub(*rest, 0, len);
    *rest = gm_str_trim(gm_str_sub(*rest, len, rest->len));
    return word;
}

/* ---- the header ---- */

/* The leading comment block, without blank lines before it; it ends before the first marker. */
static gm_code find_header(const reader *r, gm_str *rest, size_t *line, gm_header_block *block)
{
    gm_str text;
    gm_str ahead = *rest;
    while (gm_str_line(&ahead, &text) && gm_str_trim(text).len == 0) {
        *rest = ahead;
        ++*line;
    }
    const char *start = rest->ptr;
    *block = (gm_header_block){.path = r->path, .first_line = *line};
    ahead = *rest;
    while (gm_str_line(&ahead, &text) && gm_str_starts(text, GM_STR("--")) &&
           !gm_str_starts(text, GM_STR("-- gmig:"))) {
        *rest = ahead;
        ++*line;
    }
    block->lines = gm_str_of(start, (size_t)(rest->ptr - start));
    if (block->lines.len)
        return GM_OK;
    if (gm_str_starts(*rest, GM_STR("version https://git-lfs.github.com/spec/"))) {
        fail_line(r, *line, "the file is a pointer of Git LFS, and not the SQL itself");
        return gm_hint(r->err,
                       "Write '*.sql -filter' into a .gitattributes beside it, fetch the file with "
                       "`git lfs pull`, and run: git add --renormalize -- %.*s",
                       GM_ARG(r->path));
    }
    fail_line(r, *line, "the file has no header");
    return gm_hint(r->err, "Begin it with '-- revision: ID'; `gmig revision` makes such a file.");
}

/* ---- options of a marker ---- */

static gm_code take_timeout(const reader *r, size_t line, gm_str name, gm_str value, gm_str *into)
{
    int64_t ms;
    bool unit = value.len && (value.ptr[value.len - 1] < '0' || value.ptr[value.len - 1] > '9');
    /* PostgreSQL takes a bare number for milliseconds, people mostly mean seconds. */
    if (!gm_duration_parse(value, &ms) || (ms != 0 && !unit)) {
        fail_line(r, line, "'%.*s' is no time for %.*s", GM_ARG(value), GM_ARG(name));
        return gm_hint(r->err, "Write it with its unit, as 500ms, 5s or 1min; 0 means no limit.");
    }
    *into = value;
    return GM_OK;
}

static gm_code take_option(const reader *r, size_t line, gm_str name, gm_str value,
                           gm_section *section, size_t *dialect)
{
    gm_dialect wanted;
    if (gm_str_is(name, "dialect")) {
        if (!gm_dialect_parse(value, &wanted)) {
            fail_line(r, line, "there is no dialect '%.*s'", GM_ARG(value));
            return gm_hint(r->err, "Write dialect=sqlite or dialect=postgres.");
        }
        *dialect = (size_t)wanted;
    } else if (gm_str_is(name, "transaction")) {
        if (!gm_str_is(value, "on") && !gm_str_is(value, "off")) {
            fail_line(r, line, "transaction=%.*s: it is on or off", GM_ARG(value));
            return gm_hint(r->err, "Write transaction=off for statements that cannot run in one.");
        }
        section->transaction_off = gm_str_is(value, "off");
    } else if (gm_str_is(name, "lock-timeout")) {
        return take_timeout(r, line, name, value, &section->lock_timeout);
    } else if (gm_str_is(name, "statement-timeout")) {
        return take_timeout(r, line, name, value, &section->statement_timeout);
    } else {
        fail_line(r, line, "the marker has no option '%.*s'", GM_ARG(name));
        return gm_hint(r->err, "%s", known_options);
    }
    return GM_OK;
}

static gm_code take_options(const reader *r, size_t line, gm_str rest, gm_section *section,
                            size_t *dialect)
{
    enum { OPTIONS = 4 };
    gm_str seen[OPTIONS];
    size_t count = 0;
    while (rest.len) {
        gm_str word = next_word(&rest);
        size_t equals = gm_str_find(word, '=', 0);
        gm_str name = gm_str_sub(word, 0, equals);
        if (equals == word.len) {
            fail_line(r, line, "'%.*s' after the marker is no option", GM_ARG(word));
            return gm_hint(r->err, "%s", known_options);
        }
        for (size_t i = 0; i < count; i++)
            if (gm_str_eq(seen[i], name))
                return fail_line(r, line, "the marker has the option '%.*s' twice", GM_ARG(name));
        GM_TRY(
            take_option(r, line, name, gm_str_sub(word, equals + 1, word.len), section, dialect));
        /* Known names only get here, so there are at most as many as options. */
        seen[count++] = name;
    }
    return GM_OK;
}

/* ---- markers ---- */

static gm_code unknown_marker(const reader *r, size_t line, gm_str word)
{
    fail_line(r, line, "there is no marker 'gmig:%.*s'", GM_ARG(word));
    return gm_hint(r->err, "%s", known_markers);
}

static void close_section(reader *r, const char *end)
{
    if (r->open && !r->open->irreversible)
        r->open->sql = gm_str_of(r->open_at, (size_t)(end - r->open_at));
    r->open = NULL;
}

/* "irreversible dialect=sqlite REASON": the dialect is an option, the rest is free text. */
static gm_code take_reason(const reader *r, size_t line, gm_str rest, gm_section *section,
                           size_t *dialect)
{
    section->irreversible = true;
    if (gm_str_starts(rest, GM_STR("dialect="))) {
        gm_str word = next_word(&rest);
        GM_TRY(take_options(r, line, word, section, dialect));
    }
    section->reason = rest;
    return GM_OK;
}

static const char *dialect_phrase(size_t dialect)
{
    static const char *const phrases[] = {
        [GM_SQLITE] = " for sqlite", [GM_POSTGRES] = " for postgres", [GM_DIALECT_COUNT] = ""};
    return phrases[dialect];
}

/* `rest` is what follows "-- gmig:"; `next` is where the line after it begins. */
static gm_code take_marker(reader *r, size_t line, gm_str rest, const char *start, const char *next)
{
    gm_str word = next_word(&rest);
    if (gm_str_is(word, "allow"))
        return GM_OK;
    bool up = gm_str_is(word, "up");
    bool irreversible = gm_str_is(word, "irreversible");
    if (!up && !irreversible && !gm_str_is(word, "down"))
        return unknown_marker(r, line, word);
    gm_section *section = gm_new(r->arena, gm_section);
    size_t dialect = GM_DIALECT_COUNT;
    section->marker_line = line;
    section->line = line + 1;
    if (irreversible)
        GM_TRY(take_reason(r, line, rest, section, &dialect));
    else
        GM_TRY(take_options(r, line, rest, section, &dialect));
    gm_section **slot = &r->found[up ? GM_UP : GM_DOWN][dialect];
    if (*slot) {
        fail_line(r, line, "a second %s%s; the first is on line %zu", up ? "up" : "down",
                  dialect_phrase(dialect), (*slot)->marker_line);
        return gm_hint(r->err, "Join the two sections, or give one of them another dialect=.");
    }
    close_section(r, start);
    *slot = r->open = section;
    r->open_at = next;
    r->in_comment = false;
    return GM_OK;
}

/* "--gmig:up" and "--  gmig:up" look like markers and are none: say so instead of running less. */
static bool looks_like_marker(gm_str line)
{
    if (!gm_str_starts(line, GM_STR("--")))
        return false;
    size_t at = 2;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return gm_str_starts(gm_str_sub(line, at, line.len), GM_STR("gmig:"));
}

/* Blank lines and comments may stand where no section is open; SQL would never run. */
static gm_code check_idle_line(reader *r, size_t number, gm_str line)
{
    gm_str rest = gm_str_trim(line);
    while (rest.len) {
        if (r->in_comment) {
            size_t end = gm_str_search(rest, GM_STR("*/"));
            if (end == rest.len)
                return GM_OK;
            r->in_comment = false;
            rest = gm_str_trim(gm_str_sub(rest, end + 2, rest.len));
        } else if (gm_str_starts(rest, GM_STR("/*"))) {
            r->in_comment = true;
            rest = gm_str_sub(rest, 2, rest.len);
        } else if (gm_str_starts(rest, GM_STR("--"))) {
            return GM_OK;
        } else if (r->open) {
            fail_line(r, number, "text below '-- gmig:irreversible' would never run");
            return gm_hint(r->err, "Remove it, or write '-- gmig:down' in place of the marker.");
        } else {
            fail_line(r, number, "text before the first marker would never run");
            return gm_hint(r->err, "Put '-- gmig:up' on a line of its own above it.");
        }
    }
    return GM_OK;
}

static gm_code read_sections(reader *r, gm_str rest, size_t line)
{
    gm_str text;
    const char *start = rest.ptr;
    for (; gm_str_line(&rest, &text); line++, start = rest.ptr) {
        if (gm_str_starts(text, GM_STR("-- gmig:"))) {
            GM_TRY(take_marker(r, line, gm_str_sub(text, 8, text.len), start, rest.ptr));
        } else if (looks_like_marker(text)) {
            fail_line(r, line, "a marker begins with '-- gmig:' at the start of the line");
            return gm_hint(r->err, "Write two hyphens, one blank, then gmig:.");
        } else if (!r->open || r->open->irreversible) {
            GM_TRY(check_idle_line(r, line, text));
        }
    }
    close_section(r, rest.ptr);
    return GM_OK;
}

static void serve_dialects(const reader *r)
{
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++) {
        gm_section *const *up = r->found[GM_UP];
        gm_section *const *down = r->found[GM_DOWN];
        r->revision->up[i] = up[i] ? up[i] : up[GM_DIALECT_COUNT];
        r->revision->down[i] = down[i] ? down[i] : down[GM_DIALECT_COUNT];
    }
}

static gm_code check_nul(const reader *r)
{
    size_t nul = gm_str_find(r->text, '\0', 0);
    size_t line = 1;
    if (nul == r->text.len)
        return GM_OK;
    for (size_t i = 0; i < nul; i++)
        line += r->text.ptr[i] == '\n';
    fail_line(r, line, "the file has a NUL byte");
    return gm_hint(r->err, "Save it as text in UTF-8 (not UTF-16).");
}

static bool is_revision(gm_str name)
{
    return gm_str_ends(name, GM_STR(".sql")) && !gm_str_starts(name, GM_STR("."));
}

static bool resembles(gm_str bytes)
{
    return gm_str_starts(bytes, GM_STR("-- "));
}

static gm_code read_file(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                         gm_err *err)
{
    gm_revision made = {.path = file->path, .blob = file->blob, .text = file->bytes};
    reader r = {
        .arena = arena, .path = file->path, .err = err, .revision = &made, .text = file->bytes};
    if (gm_str_starts(r.text, GM_STR("\xef\xbb\xbf")))
        r.text = gm_str_sub(r.text, 3, r.text.len);
    GM_TRY(check_nul(&r));
    gm_str rest = r.text;
    size_t line = 1;
    gm_header_block block;
    GM_TRY(find_header(&r, &rest, &line, &block));
    GM_TRY(gm_header_read(arena, &block, &made, err));
    GM_TRY(read_sections(&r, rest, line));
    serve_dialects(&r);
    *revision = made;
    return GM_OK;
}

const gm_format_ops gm_format_gmig = {
    .name = "gmig",
    .dated = true,
    .sql = true,
    .is_revision = is_revision,
    .resembles = resembles,
    .read = read_file,
    .write = gm_revision_write,
    .with_parents = gm_revision_with_parents,
};
