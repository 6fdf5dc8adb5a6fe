/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the SQL of a file stands, and whether it runs in a transaction.
 *
 * A section serves every dialect: these tools know none. What a tool's own markers leave inside of
 * a section (`-- +goose StatementBegin`) is a comment to the server, and gmig splits by SQL.
 */
#include "history/formats/versioned.h"

typedef enum { NOT_A_MARK, TO_UP, TO_DOWN, OPTION } mark;

typedef struct {
    gm_arena *arena;
    const gm_preset *preset;
    gm_str path;
    gm_str text;
    gm_section *up;
    gm_section *down;
    bool off; /* for the whole file */
} sections;

static bool take_word(gm_str *rest, const char *word)
{
    gm_str wanted = gm_str_from(word);
    if (!gm_str_eq_nocase(gm_str_sub(*rest, 0, wanted.len), wanted))
        return false;
    *rest = gm_str_trim(gm_str_sub(*rest, wanted.len, rest->len));
    return true;
}

/* What is behind "--" and blanks; false when the line is no comment at column 1. */
static bool comment_of(gm_str line, gm_str *rest)
{
    if (!gm_str_starts(line, GM_STR("--")))
        return false;
    *rest = gm_str_trim(gm_str_sub(line, 2, line.len));
    return true;
}

/* "-- +goose Up", "--+GOOSE up", "-- +goose NO TRANSACTION" */
static mark goose_mark(gm_str rest, bool *off)
{
    if (!take_word(&rest, "+goose"))
        return NOT_A_MARK;
    if (gm_str_eq_nocase(rest, GM_STR("up")))
        return TO_UP;
    if (gm_str_eq_nocase(rest, GM_STR("down")))
        return TO_DOWN;
    *off |= gm_str_eq_nocase(rest, GM_STR("no transaction"));
    return OPTION;
}

/* "-- migrate:up transaction:false", "--migrate:down" */
static mark dbmate_mark(gm_str rest, bool *off)
{
    mark found;
    if (take_word(&rest, "migrate:up"))
        found = TO_UP;
    else if (take_word(&rest, "migrate:down"))
        found = TO_DOWN;
    else
        return NOT_A_MARK;
    *off = gm_str_search(rest, GM_STR("transaction:false")) < rest.len;
    return found;
}

/* "---- create above / drop below ----", "---- tern: disable-tx ----" */
static mark tern_mark(gm_str rest, bool *off)
{
    if (gm_str_is(rest, "-- create above / drop below ----"))
        return TO_DOWN;
    if (!gm_str_is(rest, "-- tern: disable-tx ----"))
        return NOT_A_MARK;
    *off = true;
    return OPTION;
}

/* `^\s*--[\s-]*up\s+migration` in any case (node-pg-migrate, sqlMigration) */
static mark node_mark(gm_str rest)
{
    while (rest.len && (*rest.ptr == '-' || *rest.ptr == ' ' || *rest.ptr == '\t'))
        rest = gm_str_sub(rest, 1, rest.len);
    mark found = take_word(&rest, "up ") ? TO_UP : take_word(&rest, "down ") ? TO_DOWN : NOT_A_MARK;
    return found != NOT_A_MARK && take_word(&rest, "migration") ? found : NOT_A_MARK;
}

static mark mark_of(const sections *s, gm_str line, bool *off)
{
    gm_str rest;
    if (s->preset->style == GM_SQL_NODE)
        line = gm_str_trim(line);
    if (!comment_of(line, &rest))
        return NOT_A_MARK;
    switch (s->preset->style) {
    case GM_SQL_GOOSE:
        return goose_mark(rest, off);
    case GM_SQL_DBMATE:
        return dbmate_mark(rest, off);
    case GM_SQL_TERN:
        return tern_mark(rest, off);
    case GM_SQL_NODE:
        return node_mark(rest);
    default:
        return NOT_A_MARK;
    }
}

static void end_section(gm_section *open, const char *end)
{
    if (open)
        open->sql = gm_str_of(open->sql.ptr, (size_t)(end - open->sql.ptr));
}

static gm_section *begin_section(gm_arena *arena, gm_str rest, size_t line, bool off)
{
    gm_section *section = gm_new(arena, gm_section);
    section->sql = rest;
    section->line = line + 1;
    section->marker_line = line;
    section->transaction_off = off;
    return section;
}

static void read_marked(sections *s)
{
    gm_section *open = NULL;
    gm_str rest = s->text;
    gm_str line;
    size_t number = 0;
    /* Tern's files begin with the up; the others' begin where the mark says so. */
    if (s->preset->style == GM_SQL_TERN) {
        s->up = begin_section(s->arena, rest, 0, false);
        open = s->up;
    }
    for (gm_str at = rest; gm_str_line(&rest, &line); at = rest) {
        bool off = false;
        number++;
        mark found = mark_of(s, line, &off);
        if (found == OPTION)
            s->off |= off;
        if (found != TO_UP && found != TO_DOWN)
            continue;
        end_section(open, at.ptr);
        open = begin_section(s->arena, rest, number, off);
        *(found == TO_UP ? &s->up : &s->down) = open;
    }
    end_section(open, s->text.ptr + s->text.len);
    if (s->preset->style == GM_SQL_NODE && !s->up)
        s->up = begin_section(s->arena, s->text, 0, false);
}

/* ---- a whole file ---- */

static bool split(const sections *s, gm_str sql, gm_sql_statements *statements)
{
    static const gm_dialect dialects[] = {GM_POSTGRES, GM_SQLITE};
    for (size_t i = 0; i < 2; i++) {
        gm_err ignored = gm_err_new(s->arena);
        gm_sql_statements found = {0};
        if (gm_sql_split(s->arena, dialects[i], s->path, 1, sql, &found, &ignored) != GM_OK)
            continue;
        *statements = found;
        return true;
    }
    return false;
}

/* "BEGIN" and "COMMIT" around everything are what a runner does anyway. */
static bool is_wrapped(const gm_sql_statements *statements)
{
    if (statements->len < 2)
        return false;
    const gm_sql_statement *last = &statements->items[statements->len - 1];
    if (!(statements->items[0].flags & GM_SQL_BEGIN) ||
        !gm_str_eq_nocase(last->text, GM_STR("commit")))
        return false;
    for (size_t i = 1; i + 1 < statements->len; i++)
        if (statements->items[i].flags & (GM_SQL_BEGIN | GM_SQL_END))
            return false;
    return true;
}

static size_t lines_before(gm_str text, const char *end)
{
    size_t lines = 0;
    for (const char *at = text.ptr; at < end; at++)
        lines += *at == '\n';
    return lines;
}

/* From behind the semicolon of the first statement up to the last one. */
static void unwrap(gm_section *section, const gm_sql_statements *statements)
{
    gm_str begin = statements->items[0].text;
    const char *from = begin.ptr + begin.len;
    const char *to = statements->items[statements->len - 1].text.ptr;
    while (from < to && from[-1] != ';')
        from++;
    section->line += lines_before(section->sql, from);
    section->sql = gm_str_of(from, (size_t)(to - from));
}

static bool needs_off(const gm_sql_statements *statements)
{
    GM_EACH (const gm_sql_statement, statement, statements)
        if (statement->flags & (GM_SQL_NO_TX | GM_SQL_PRAGMA_NO_TX))
            return true;
    return false;
}

static void look_at_statements(const sections *s, gm_section *section)
{
    gm_sql_statements statements = {0};
    if (!section || !split(s, section->sql, &statements))
        return;
    if (s->preset->style == GM_SQL_WHOLE && is_wrapped(&statements))
        unwrap(section, &statements);
    /* golang-migrate sends a file as it is: what stands alone in it is in no transaction. */
    section->transaction_off |= s->preset->off_by_statement && needs_off(&statements);
}

static bool has_off_line(const sections *s)
{
    gm_str rest = s->text;
    gm_str line;
    while (s->preset->off && gm_str_line(&rest, &line)) {
        gm_str said = {0};
        if (gm_str_trim(line).len && !comment_of(line, &said))
            return false;
        if (gm_str_trim(line).len && gm_str_eq(said, gm_str_from(s->preset->off)))
            return true;
    }
    return false;
}

/* ---- options in a file of their own ---- */

/* "run_in_transaction = false" (diesel), "executeInTransaction=false" (Flyway) */
static bool takes_transaction_away(gm_str text)
{
    gm_str line;
    while (gm_str_line(&text, &line)) {
        size_t equals = gm_str_find(line, '=', 0);
        gm_str key = gm_str_trim(gm_str_sub(line, 0, equals));
        gm_str value = gm_str_trim(gm_str_sub(line, equals + 1, line.len));
        if ((gm_str_is(key, "run_in_transaction") || gm_str_is(key, "executeInTransaction")) &&
            gm_str_starts(value, GM_STR("false")))
            return true;
    }
    return false;
}

/* ---- all ---- */

static void set_all(const gm_section **of, const gm_section *section)
{
    for (int i = 0; i < GM_DIALECT_COUNT; i++)
        of[i] = section;
}

void gm_version_sections(gm_arena *arena, const gm_preset *preset, gm_version_part part,
                         gm_str text, gm_revision *revision)
{
    sections s = {.arena = arena, .preset = preset, .path = revision->path, .text = text};
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        s.text = gm_str_sub(text, 3, text.len);
    if (preset->style == GM_SQL_NONE || revision->code || part == GM_PART_PLAN)
        return;
    if (part == GM_PART_OPTIONS) {
        if (takes_transaction_away(text))
            s.up = s.down = begin_section(arena, GM_STR(""), 1, true);
    } else if (preset->style != GM_SQL_WHOLE) {
        read_marked(&s);
    } else {
        *(part == GM_PART_DOWN ? &s.down : &s.up) = begin_section(arena, s.text, 0, false);
    }
    if (part != GM_PART_OPTIONS) {
        bool off = s.off || has_off_line(&s);
        look_at_statements(&s, s.up);
        look_at_statements(&s, s.down);
        if (s.up)
            s.up->transaction_off |= off;
        if (s.down)
            s.down->transaction_off |= off;
    }
    set_all(revision->up, s.up);
    set_all(revision->down, s.down);
}
