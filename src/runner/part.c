/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/part.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "runner/words.h"
#include "history/formats/format.h"

/* ---- checksums ---- */

static void add_lf(gm_buf *buf, gm_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
            gm_buf_char(buf, text.ptr[i]);
}

static void add_statement(gm_buf *buf, const gm_sql_statement *statement)
{
    add_lf(buf, statement->text);
    gm_buf_z(buf, ";\n");
    if (statement->flags & GM_SQL_COPY_IN) {
        add_lf(buf, statement->data);
        gm_buf_z(buf, "\\.\n");
    }
}

gm_str gm_statement_sha256(gm_arena *arena, const gm_sql_statement *statement)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(scratch, SIZE_MAX);
    add_statement(&buf, statement);
    return gm_sha256_hex(arena, gm_buf_str(&buf));
}

gm_str gm_part_statements_sha256(gm_arena *arena, const gm_sql_statements *statements)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(scratch, SIZE_MAX);
    GM_EACH (gm_sql_statement, statement, statements)
        add_statement(&buf, statement);
    return gm_sha256_hex(arena, gm_buf_str(&buf));
}

static gm_code split(gm_arena *arena, const gm_revision *revision, const gm_section *section,
                     gm_dialect dialect, gm_sql_statements *statements, gm_err *err)
{
    return gm_sql_split(arena, dialect, revision->path, section->line, section->sql, statements,
                        err);
}

gm_code gm_part_up_sha256(gm_arena *arena, const gm_revision *revision, gm_dialect dialect,
                          gm_str *hex, gm_err *err)
{
    const gm_section *up = revision->up[dialect];
    if (up == NULL) {
        *hex = GM_STR("");
        return GM_OK;
    }
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_sql_statements statements = {0};
    GM_TRY(split(scratch, revision, up, dialect, &statements, err));
    *hex = gm_part_statements_sha256(arena, &statements);
    return GM_OK;
}

/* ---- what a statement may do ---- */

/* PostgreSQL statements that leave the session as it was, unless a function is called to change it.
 */
static bool keeps_session(gm_dialect dialect, gm_str statement)
{
    static const char *const sqlite[] = {"pragma", "attach", "detach", NULL};
    static const char *const plain[] = {"create", "alter",     "drop",   "comment", "insert",
                                        "update", "delete",    "grant",  "revoke",  "truncate",
                                        "copy",   "analyze",   "vacuum", "reindex", "refresh",
                                        "lock",   "savepoint", NULL};
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    if (!gm_words_next(&words, &first))
        return true;
    if (dialect == GM_SQLITE)
        return !gm_word_in(first, sqlite) && !gm_words_have(statement, "temp") &&
               !gm_words_have(statement, "temporary");
    return (gm_word_in(first, plain) && !gm_words_have(statement, "set_config"));
}

/* CREATE, and DROP of what holds no rows; TEMP and the like may stand between. */
static bool drops_no_rows(gm_words words)
{
    static const char *const rowless[] = {
        "index",     "view", "trigger", "function",   "procedure", "rule", "policy", "operator",
        "aggregate", "cast", "event",   "statistics", "role",      "user", NULL};
    gm_str kind = {0};
    return gm_words_next(&words, &kind) && gm_word_in(kind, rowless);
}

/* ALTER … without DROP (but of constraints and defaults), TYPE or another way to lose rows. */
static bool alters_no_rows(gm_words words)
{
    static const char *const rowless[] = {"constraint", "default",   "not",     "expression",
                                          "identity",   "attribute", "foreign", NULL};
    gm_str word = {0};
    while (gm_words_next(&words, &word)) {
        if (gm_word_is(word, "type"))
            return false;
        if (gm_word_is(word, "drop") &&
            (!gm_words_next(&words, &word) || !gm_word_in(word, rowless)))
            return false;
    }
    return true;
}

bool gm_statement_keeps_data(gm_str statement)
{
    static const char *const harmless[] = {"create",  "comment", "grant",  "revoke", "insert",
                                           "analyze", "vacuum",  "pragma", "set",    "reset",
                                           "reindex", "refresh", NULL};
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    if (!gm_words_next(&words, &first) || gm_word_in(first, harmless))
        return true;
    if (gm_word_is(first, "drop"))
        return drops_no_rows(words);
    return gm_word_is(first, "alter") && alters_no_rows(words);
}

/* SQLite, foreign keys off: can no row lose the row it points to? */
static bool keeps_references(gm_str statement)
{
    static const char *const plain[] = {"create", "pragma", "analyze", "reindex", "vacuum", NULL};
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    if (!gm_words_next(&words, &first) || gm_word_in(first, plain))
        return true;
    if (gm_word_is(first, "drop"))
        return drops_no_rows(words);
    return gm_word_is(first, "alter") && gm_words_have(statement, "add") &&
           !gm_words_have(statement, "references");
}

static gm_str first_words(gm_arena *arena, gm_str statement)
{
    gm_strs two = {0};
    gm_words words = gm_words_of(statement);
    gm_str word;
    while (two.len < 2 && gm_words_next(&words, &word) && word.len > 1)
        gm_vec_push(arena, &two, word);
    return gm_str_join(arena, &two, GM_STR(" "));
}

static gm_code refuse(gm_arena *arena, const gm_part *part, const gm_sql_statement *statement,
                      const char *what, const char *hint, gm_err *err)
{
    gm_fail_at(err, GM_E_REFUSED, gm_where(arena, part->path, statement->line),
               "revision %.*s: %.*s %s", GM_ARG(part->revision),
               GM_ARG(first_words(arena, statement->text)), what);
    err->statement = gm_str_dup(arena, statement->text);
    return gm_hint(err, "%s", hint);
}

/* Takes the next run of letters and digits, whatever stands before it. */
static gm_str take_letters(gm_str *rest)
{
    size_t start = 0;
    while (start < rest->len && !isalnum((unsigned char)rest->ptr[start]))
        start++;
    size_t end = start;
    while (end < rest->len && isalnum((unsigned char)rest->ptr[end]))
        end++;
    gm_str taken = gm_str_sub(*rest, start, end);
    *rest = gm_str_sub(*rest, end, rest->len);
    return taken;
}

/* PostgreSQL: SET or set_config() that gives backslashes in strings another meaning than that by
 * which the file was split. */
static bool changes_strings(gm_str statement)
{
    static const char *const setters[] = {"set", "select", NULL};
    static const char *const off[] = {"off", "of", "false", "f", "no", "n", "0", NULL};
    static const gm_str name = GM_STR_INIT("standard_conforming_strings");
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    if (!gm_words_next(&words, &first) || !gm_word_in(first, setters))
        return false;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str lower = gm_str_lower(scratch, statement);
    size_t at = gm_str_search(lower, name);
    gm_str rest = gm_str_sub(lower, at + name.len, lower.len);
    gm_str value = take_letters(&rest);
    if (gm_str_is(value, "to"))
        value = take_letters(&rest);
    return at < lower.len && gm_word_in(value, off);
}

static gm_code look(gm_arena *arena, gm_part *part, const gm_sql_statement *statement, gm_err *err)
{
    unsigned flags = statement->flags;
    if (flags & (GM_SQL_BEGIN | GM_SQL_END))
        return refuse(arena, part, statement, "controls the transaction, which the runner does",
                      "Remove it: a revision and its record are one transaction. Statements that "
                      "must run outside one go into a section with transaction=off.",
                      err);
    if (flags & GM_SQL_SESSION)
        return refuse(arena, part, statement, "takes the runner's lock or session away",
                      "Remove it, or name what it should reset (RESET ALL, DEALLOCATE ALL, …).",
                      err);
    if ((flags & GM_SQL_NO_TX) && !part->section->transaction_off)
        return refuse(arena, part, statement, "cannot run inside a transaction",
                      "Put it into a revision of its own whose section is marked "
                      "transaction=off.",
                      err);
    if ((flags & GM_SQL_PRAGMA_NO_TX) && !part->section->transaction_off)
        return refuse(arena, part, statement, "does nothing inside a transaction",
                      "Put it into a section with transaction=off. PRAGMA foreign_keys is not "
                      "needed: gmig keeps it off while a revision runs, and checks before it "
                      "commits.",
                      err);
    if (part->dialect == GM_POSTGRES && changes_strings(statement->text))
        return refuse(
            arena, part, statement, "turns standard_conforming_strings off",
            "gmig reads a backslash in '…' as a plain character, as PostgreSQL does since "
            "9.1. Remove it, and write strings with escapes as E'…'.",
            err);
    part->session |= !keeps_session(part->dialect, statement->text);
    if (part->dialect == GM_SQLITE)
        part->foreign_keys |= !keeps_references(statement->text);
    part->loses_data |= !gm_statement_keeps_data(statement->text);
    return GM_OK;
}

static gm_code read_timeout(gm_arena *arena, const gm_part *part, const char *option, gm_str text,
                            int64_t *ms, gm_err *err)
{
    *ms = -1;
    if (text.len == 0 || gm_duration_parse(text, ms))
        return GM_OK;
    gm_fail_at(err, GM_E_HISTORY, gm_where(arena, part->path, part->section->marker_line),
               "%s=%.*s is no time", option, GM_ARG(text));
    return gm_hint(err, "Write a number with ms, s, min or h: %s=5s.", option);
}

static gm_code no_section(gm_arena *arena, const gm_revision *revision, gm_direction direction,
                          gm_dialect dialect, gm_err *err)
{
    gm_str where = gm_where(arena, revision->path, 0);
    const char *name = gm_dialect_name(dialect);
    if (revision->code) {
        const gm_versions *versions = revision->format ? revision->format->versions : NULL;
        const char *tool = versions ? versions->tool : "its own tool";
        gm_fail_at(err, GM_E_REFUSED, where, "revision %.*s is code, which only %s runs",
                   GM_ARG(revision->id), tool);
        return gm_hint(err, "Let %s run it, then go on.", tool);
    }
    if (direction == GM_UP) {
        gm_fail_at(err, GM_E_REFUSED, where, "missing-section: revision %.*s has no up for %s",
                   GM_ARG(revision->id), name);
        return gm_hint(err, "Add `-- gmig:up dialect=%s`; an empty section does nothing there.",
                       name);
    }
    gm_fail_at(err, GM_E_REFUSED, where, "revision %.*s has no down for %s", GM_ARG(revision->id),
               name);
    return gm_hint(err, "Write a new revision that undoes it, or restore a backup.");
}

static gm_code irreversible(gm_arena *arena, const gm_revision *revision, const gm_section *down,
                            gm_err *err)
{
    gm_fail_at(err, GM_E_REFUSED, gm_where(arena, revision->path, down->marker_line),
               "revision %.*s is irreversible%s%.*s", GM_ARG(revision->id),
               down->reason.len ? ": " : "", GM_ARG(down->reason));
    return gm_hint(err, "Write a new revision that undoes it, or restore a backup.");
}

gm_code gm_part_prepare(gm_arena *arena, const gm_revision *revision, gm_direction direction,
                        gm_dialect dialect, gm_part *part, gm_err *err)
{
    const gm_section *section =
        direction == GM_UP ? revision->up[dialect] : revision->down[dialect];
    if (section == NULL)
        return no_section(arena, revision, direction, dialect, err);
    if (section->irreversible)
        return irreversible(arena, revision, section, err);
    gm_part made = {.revision = revision->id,
                    .path = revision->path,
                    .direction = direction,
                    .dialect = dialect,
                    .section = section};
    GM_TRY(read_timeout(arena, &made, "lock-timeout", section->lock_timeout, &made.lock_timeout_ms,
                        err));
    GM_TRY(read_timeout(arena, &made, "statement-timeout", section->statement_timeout,
                        &made.statement_timeout_ms, err));
    GM_TRY(split(arena, revision, section, dialect, &made.statements, err));
    GM_EACH (gm_sql_statement, statement, &made.statements)
        GM_TRY(look(arena, &made, statement, err));
    *part = made;
    return GM_OK;
}
