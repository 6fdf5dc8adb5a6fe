/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/offline.h"

#include "base/buf.h"
#include "base/digest.h"

typedef struct {
    gm_arena *arena;
    const gm_ledger *ledger;
    const gm_run_options *options;
    gm_str run;
    bool postgres;
    gm_buf out;
} script;

static void end(script *s, gm_str statement)
{
    gm_buf_add(&s->out, statement);
    gm_buf_z(&s->out, ";\n");
}

static void end_z(script *s, const char *statement)
{
    end(s, gm_str_from(statement));
}

/* A comment may not end before its line does. */
static void comment(script *s, gm_str text)
{
    gm_buf_z(&s->out, "-- ");
    for (size_t i = 0; i < text.len; i++)
        gm_buf_char(&s->out, text.ptr[i] == '\n' || text.ptr[i] == '\r' ? ' ' : text.ptr[i]);
    gm_buf_char(&s->out, '\n');
}

static gm_str quote(const script *s, gm_str text)
{
    return gm_db_quote_text(s->arena, s->ledger->dialect, text);
}

/* ---- guards ---- */

/* All that must be applied before: parents and depends (labels are left to the plan). */
static gm_str needs(const script *s, const gm_run_step *step, size_t *count)
{
    gm_strs quoted = {0};
    GM_EACH (gm_str, id, &step->revision->parents)
        gm_vec_push(s->arena, &quoted, quote(s, *id));
    *count = quoted.len;
    return gm_strs_list(s->arena, &quoted);
}

/* Conditions that hold when the step may be taken. */
typedef struct {
    gm_str free;  /* up: the revision is not there; down: it is */
    gm_str ready; /* up: its parents are there; down: no child is */
} guard;

static guard guard_of(const script *s, const gm_run_step *step)
{
    gm_str id = quote(s, step->revision->id);
    gm_str table = s->ledger->revisions;
    if (step->part.direction == GM_DOWN) {
        gm_str inside = quote(s, gm_str_printf(s->arena, ",%.*s,", GM_ARG(step->revision->id)));
        const char *find = s->postgres ? "strpos" : "instr";
        return (guard){
            gm_str_printf(s->arena, "EXISTS (SELECT 1 FROM %.*s WHERE id = %.*s)", GM_ARG(table),
                          GM_ARG(id)),
            gm_str_printf(s->arena,
                          "NOT EXISTS (SELECT 1 FROM %.*s WHERE %s(',' || parents || ',', %.*s) > "
                          "0)",
                          GM_ARG(table), find, GM_ARG(inside))};
    }
    size_t count = 0;
    gm_str list = needs(s, step, &count);
    guard made = {gm_str_printf(s->arena, "NOT EXISTS (SELECT 1 FROM %.*s WHERE id = %.*s)",
                                GM_ARG(table), GM_ARG(id)),
                  GM_STR("1 = 1")};
    if (count > 0)
        made.ready = gm_str_printf(s->arena, "(SELECT count(*) FROM %.*s WHERE id IN (%.*s)) = %zu",
                                   GM_ARG(table), GM_ARG(list), count);
    return made;
}

static void add_guard(script *s, const gm_run_step *step)
{
    bool up = step->part.direction == GM_UP;
    guard g = guard_of(s, step);
    gm_str id = step->revision->id;
    if (!s->postgres) {
        end(s, gm_str_printf(s->arena, "INSERT INTO temp.gmig_guard (%s, %s) VALUES (%.*s, %.*s)",
                             up ? "not_applied" : "applied", up ? "parents" : "children",
                             GM_ARG(g.free), GM_ARG(g.ready)));
        return;
    }
    gm_buf_printf(&s->out,
                  "DO $gmig$ BEGIN\n"
                  "    IF NOT (%.*s) THEN RAISE EXCEPTION 'revision %.*s is %s'; END IF;\n"
                  "    IF NOT (%.*s) THEN RAISE EXCEPTION '%s of revision %.*s'; END IF;\n"
                  "END $gmig$;\n",
                  GM_ARG(g.free), GM_ARG(id), up ? "applied already" : "not applied",
                  GM_ARG(g.ready), up ? "not applied: the parents" : "still applied: a child",
                  GM_ARG(id));
}

/* ---- the parts of a step ---- */

static void add_record(script *s, const gm_run_step *step)
{
    bool up = step->part.direction == GM_UP;
    gm_journal_entry entry = {.run = s->run,
                              .kind = up ? "applied" : "reverted",
                              .revision = step->revision->id,
                              .direction = step->part.direction,
                              .detail = GM_STR("offline SQL"),
                              .actor = GM_STR("offline SQL"),
                              .commit = s->options->commit};
    if (up) {
        gm_ledger_row row = step->row;
        row.applied_by = GM_STR("offline SQL");
        row.commit = s->options->commit;
        row.run = s->run;
        entry.hash = row.up_sha256;
        end(s, gm_ledger_insert_sql(s->arena, s->ledger, &row));
    } else {
        end(s, gm_str_printf(s->arena, "DELETE FROM %.*s WHERE id = %.*s",
                             GM_ARG(s->ledger->revisions), GM_ARG(quote(s, step->revision->id))));
    }
    end(s, gm_journal_sql(s->arena, s->ledger, &entry));
}

static void add_statements(script *s, const gm_run_step *step)
{
    GM_EACH (gm_sql_statement, statement, &step->part.statements) {
        end(s, statement->text);
        if (statement->flags & GM_SQL_COPY_IN) {
            gm_buf_add(&s->out, statement->data);
            if (statement->data.len > 0 && !gm_str_ends(statement->data, GM_STR("\n")))
                gm_buf_char(&s->out, '\n');
            gm_buf_z(&s->out, "\\.\n");
        }
    }
}

static int64_t either(int64_t of_section, int64_t of_command)
{
    return of_section >= 0 ? of_section : of_command;
}

static void add_timeouts(script *s, const gm_run_step *step, const char *set)
{
    if (!s->postgres)
        return;
    const gm_part *part = &step->part;
    gm_buf_printf(&s->out, "%s lock_timeout = %lld;\n%s statement_timeout = %lld;\n", set,
                  (long long)either(part->lock_timeout_ms, s->options->lock_timeout_ms), set,
                  (long long)either(part->statement_timeout_ms, s->options->statement_timeout_ms));
}

static void add_foreign_key_check(script *s, const gm_run_step *step)
{
    if (!s->postgres && step->part.foreign_keys)
        end_z(s, "INSERT INTO temp.gmig_guard (foreign_keys) SELECT count(*) <= (SELECT n FROM "
                 "temp.gmig_broken) FROM pragma_foreign_key_check");
}

static void add_reset(script *s, const gm_run_step *step, bool timeouts)
{
    if (s->postgres && (step->part.session || timeouts))
        gm_buf_z(&s->out, "RESET SESSION AUTHORIZATION;\nRESET ALL;\n");
}

static void add_step(script *s, const gm_run_step *step)
{
    bool outside = step->part.section->transaction_off;
    bool up = step->part.direction == GM_UP;
    gm_buf_char(&s->out, '\n');
    comment(s, gm_str_printf(s->arena, "%s %.*s: %.*s (%.*s)", up ? "up" : "down",
                             GM_ARG(step->revision->id), GM_ARG(step->revision->message),
                             GM_ARG(step->part.path)));
    if (outside) {
        comment(s, GM_STR("transaction=off: each statement is kept on its own. When one fails, see "
                          "what has run before you run the rest."));
        add_guard(s, step);
        add_timeouts(s, step, "SET");
        add_statements(s, step);
        add_reset(s, step, true);
    }
    end_z(s, s->postgres ? "BEGIN" : "BEGIN IMMEDIATE");
    if (!outside) {
        add_timeouts(s, step, "SET LOCAL");
        add_guard(s, step);
    }
    add_record(s, step);
    if (!outside) {
        add_statements(s, step);
        add_foreign_key_check(s, step);
    }
    end_z(s, "COMMIT");
    if (!outside)
        add_reset(s, step, false);
}

/* ---- the frame ---- */

static void add_ledger(script *s)
{
    gm_strs ddl = gm_ledger_ddl(s->arena, s->ledger, true);
    GM_EACH (gm_str, statement, &ddl)
        end(s, *statement);
}

static void begin_sqlite(script *s, const gm_run_steps *steps)
{
    gm_buf_z(&s->out, ".bail on\n");
    end_z(s, "PRAGMA foreign_keys = OFF");
    add_ledger(s);
    /* RAISE() takes no message that is computed, so a constraint's name says what is wrong. */
    end_z(s, "CREATE TEMP TABLE gmig_guard (\n"
             "    not_applied CONSTRAINT \"the revision is applied already\" CHECK (not_applied),\n"
             "    applied CONSTRAINT \"the revision is not applied\" CHECK (applied),\n"
             "    parents CONSTRAINT \"a parent is not applied\" CHECK (parents),\n"
             "    children CONSTRAINT \"a child is still applied\" CHECK (children),\n"
             "    foreign_keys CONSTRAINT \"rows point to rows that are not there\" "
             "CHECK (foreign_keys)\n"
             ")");
    GM_EACH (gm_run_step, step, steps)
        if (step->part.foreign_keys) {
            end_z(s, "CREATE TEMP TABLE gmig_broken AS SELECT count(*) AS n FROM "
                     "pragma_foreign_key_check");
            break;
        }
}

static gm_str run_id(gm_arena *arena, const gm_run_steps *steps)
{
    gm_strs ids = {0};
    GM_EACH (gm_run_step, step, steps)
        gm_vec_push(arena, &ids, step->revision->id);
    gm_str all = gm_str_join(arena, &ids, GM_STR("\n"));
    return gm_str_sub(gm_sha256_hex(arena, all), 0, 12);
}

gm_str gm_offline_script(gm_arena *arena, const gm_ledger *ledger, const gm_run_steps *steps,
                         const gm_run_options *options)
{
    script s = {.arena = arena,
                .ledger = ledger,
                .options = options,
                .run = run_id(arena, steps),
                .postgres = ledger->dialect == GM_POSTGRES,
                .out = gm_buf_new(arena, SIZE_MAX)};
    comment(&s, gm_str_printf(arena, "gmig %.*s, %s, %zu revisions; run it with %s",
                              GM_ARG(options->title), s.postgres ? "PostgreSQL" : "SQLite",
                              steps->len, s.postgres ? "psql -X -f" : "sqlite3 FILE <"));
    if (s.postgres) {
        gm_buf_z(&s.out, "\\set ON_ERROR_STOP on\n");
        end_z(&s, "BEGIN");
        add_ledger(&s);
        end_z(&s, "COMMIT");
    } else {
        begin_sqlite(&s, steps);
    }
    GM_EACH (gm_run_step, step, steps)
        add_step(&s, step);
    return gm_buf_str(&s.out);
}
