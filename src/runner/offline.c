/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/offline.h"

#include "base/buf.h"
#include "base/digest.h"
#include "runner/words.h"

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

static gm_str quoted_ids(const script *s, const gm_nodes *first, const gm_nodes *second,
                         size_t *count)
{
    gm_strs quoted = {0};
    GM_EACH (gm_node *, node, first)
        gm_vec_push(s->arena, &quoted, quote(s, (*node)->revision->id));
    GM_EACH (gm_node *, node, second)
        gm_vec_push(s->arena, &quoted, quote(s, (*node)->revision->id));
    *count = quoted.len;
    return gm_strs_list(s->arena, &quoted);
}

/* Conditions that hold when the step may be taken. */
typedef struct {
    gm_str free;  /* up: the revision is not there; down: it is */
    gm_str ready; /* up: all that it needs is there; down: nothing that needs it is */
} guard;

static gm_str is_there(const script *s, const gm_node *node)
{
    return gm_str_printf(s->arena, "EXISTS (SELECT 1 FROM %.*s WHERE id = %.*s)",
                         GM_ARG(s->ledger->revisions), GM_ARG(quote(s, node->revision->id)));
}

static guard guard_up(const script *s, const gm_node *node)
{
    size_t count = 0;
    gm_str list = quoted_ids(s, &node->parents, &node->depends, &count);
    guard made = {gm_str_printf(s->arena, "NOT %.*s", GM_ARG(is_there(s, node))), GM_STR("1 = 1")};
    if (count > 0)
        made.ready = gm_str_printf(s->arena, "(SELECT count(*) FROM %.*s WHERE id IN (%.*s)) = %zu",
                                   GM_ARG(s->ledger->revisions), GM_ARG(list), count);
    return made;
}

/* A child that this history does not know is found by the parents in its row. */
static guard guard_down(const script *s, const gm_node *node)
{
    size_t count = 0;
    gm_str list = quoted_ids(s, &node->children, &node->dependents, &count);
    gm_str inside = quote(s, gm_str_printf(s->arena, ",%.*s,", GM_ARG(node->revision->id)));
    gm_str known =
        count > 0 ? gm_str_printf(s->arena, "id IN (%.*s) OR ", GM_ARG(list)) : GM_STR("");
    return (guard){is_there(s, node),
                   gm_str_printf(s->arena,
                                 "NOT EXISTS (SELECT 1 FROM %.*s WHERE %.*s%s(',' || parents || "
                                 "',', %.*s) > 0)",
                                 GM_ARG(s->ledger->revisions), GM_ARG(known),
                                 s->postgres ? "strpos" : "instr", GM_ARG(inside))};
}

static void add_guard(script *s, const gm_step *step)
{
    bool up = step->direction == GM_UP;
    guard g = up ? guard_up(s, step->node) : guard_down(s, step->node);
    gm_str id = step->node->revision->id;
    if (!s->postgres) {
        end(s, gm_str_printf(s->arena, "INSERT INTO temp.gmig_guard (%s, %s) VALUES (%.*s, %.*s)",
                             up ? "not_applied" : "applied", up ? "needs" : "needed",
                             GM_ARG(g.free), GM_ARG(g.ready)));
        return;
    }
    gm_buf_printf(&s->out,
                  "DO $gmig$ BEGIN\n"
                  "    IF NOT (%.*s) THEN RAISE EXCEPTION 'revision %.*s is %s'; END IF;\n"
                  "    IF NOT (%.*s) THEN RAISE EXCEPTION 'what %s revision %.*s%s'; END IF;\n"
                  "END $gmig$;\n",
                  GM_ARG(g.free), GM_ARG(id), up ? "applied already" : "not applied",
                  GM_ARG(g.ready), up ? "is needed by" : "needs", GM_ARG(id),
                  up ? " is not applied" : " is still applied");
}

/* ---- the parts of a step ---- */

/* A row without a run is a stamp. */
static void add_record(script *s, const gm_run_step *step, const char *kind)
{
    bool up = step->part.direction == GM_UP;
    gm_journal_entry entry = {.run = s->run,
                              .kind = kind,
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

/* psql and the server must read the file's strings as gmig has split them. */
static void read_strings_alike(script *s)
{
    end_z(s, "SET standard_conforming_strings = on");
}

static bool resets(gm_str statement)
{
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    return gm_words_next(&words, &first) && gm_word_is(first, "reset");
}

static void add_statements(script *s, const gm_run_step *step)
{
    GM_EACH (gm_sql_statement, statement, &step->part.statements) {
        end(s, statement->text);
        if (s->postgres && resets(statement->text))
            read_strings_alike(s);
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
    if (!s->postgres || (!step->part.session && !timeouts))
        return;
    gm_buf_z(&s->out, "RESET SESSION AUTHORIZATION;\nRESET ALL;\n");
    read_strings_alike(s);
}

static void add_title(script *s, const gm_run_step *step, const char *verb)
{
    const gm_revision *revision = step->revision;
    gm_buf_char(&s->out, '\n');
    comment(s, gm_str_printf(s->arena, "%s %.*s%s%.*s (%.*s)", verb, GM_ARG(revision->id),
                             revision->message.len ? ": " : "", GM_ARG(revision->message),
                             GM_ARG(revision->path)));
}

static void add_step(script *s, const gm_run_step *step, const gm_step *planned)
{
    bool outside = step->part.section->transaction_off;
    bool up = step->part.direction == GM_UP;
    add_title(s, step, up ? "up" : "down");
    if (outside) {
        comment(s, GM_STR("transaction=off: each statement is kept on its own. When one fails, see "
                          "what has run before you run the rest."));
        add_guard(s, planned);
        add_timeouts(s, step, "SET");
        add_statements(s, step);
        add_reset(s, step, true);
    }
    end_z(s, s->postgres ? "BEGIN" : "BEGIN IMMEDIATE");
    if (!outside) {
        add_timeouts(s, step, "SET LOCAL");
        add_guard(s, planned);
    }
    add_record(s, step, up ? "applied" : "reverted");
    if (!outside) {
        add_statements(s, step);
        add_foreign_key_check(s, step);
    }
    end_z(s, "COMMIT");
    if (!outside)
        add_reset(s, step, false);
}

/* ---- the frame ---- */

/* That tables are there already is no news. */
static void begin_postgres(script *s)
{
    gm_strs ddl = gm_ledger_ddl(s->arena, s->ledger, true);
    gm_buf_z(&s->out, "\\set ON_ERROR_STOP on\n");
    read_strings_alike(s);
    end_z(s, "BEGIN");
    end_z(s, "SET LOCAL client_min_messages = warning");
    GM_EACH (gm_str, statement, &ddl)
        end(s, *statement);
    end_z(s, "COMMIT");
}

static void begin_sqlite(script *s, const gm_run_steps *steps)
{
    gm_strs ddl = gm_ledger_ddl(s->arena, s->ledger, true);
    gm_buf_z(&s->out, ".bail on\n");
    end_z(s, "PRAGMA foreign_keys = OFF");
    GM_EACH (gm_str, statement, &ddl)
        end(s, *statement);
    /* RAISE() takes no message that is computed, so a constraint's name says what is wrong. */
    end_z(s, "CREATE TEMP TABLE gmig_guard (\n"
             "    not_applied CONSTRAINT \"the revision is applied already\" CHECK (not_applied),\n"
             "    applied CONSTRAINT \"the revision is not applied\" CHECK (applied),\n"
             "    needs CONSTRAINT \"what the revision needs is not applied\" CHECK (needs),\n"
             "    needed CONSTRAINT \"what needs the revision is still applied\" CHECK (needed),\n"
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

static script begin(gm_arena *arena, const gm_ledger *ledger, const gm_run_steps *steps,
                    const gm_run_options *options)
{
    script s = {.arena = arena,
                .ledger = ledger,
                .options = options,
                .postgres = ledger->dialect == GM_POSTGRES,
                .out = gm_buf_new(arena, SIZE_MAX)};
    const char *run_it =
        s.postgres ? "run it with psql -X -f FILE" : "run it with sqlite3 DATABASE <FILE";
    comment(&s, gm_str_printf(arena, "gmig %.*s, %s, %zu revision%s; %s", GM_ARG(options->title),
                              s.postgres ? "PostgreSQL" : "SQLite", steps->len,
                              steps->len == 1 ? "" : "s",
                              steps->len == 0 ? "there is nothing to do" : run_it));
    if (steps->len == 0)
        return s;
    if (s.postgres)
        begin_postgres(&s);
    else
        begin_sqlite(&s, steps);
    return s;
}

gm_str gm_offline_script(gm_arena *arena, const gm_ledger *ledger, const gm_plan *plan,
                         const gm_run_steps *steps, const gm_run_options *options)
{
    script s = begin(arena, ledger, steps, options);
    s.run = run_id(arena, steps);
    for (size_t i = 0; i < steps->len; i++)
        add_step(&s, &steps->items[i], &plan->steps.items[i]);
    return gm_buf_str(&s.out);
}

gm_str gm_offline_stamp(gm_arena *arena, const gm_ledger *ledger, const gm_plan *plan,
                        const gm_run_steps *steps, const gm_run_options *options)
{
    script s = begin(arena, ledger, steps, options);
    if (steps->len == 0)
        return gm_buf_str(&s.out);
    gm_buf_char(&s.out, '\n');
    end_z(&s, s.postgres ? "BEGIN" : "BEGIN IMMEDIATE");
    for (size_t i = 0; i < steps->len; i++) {
        bool up = steps->items[i].part.direction == GM_UP;
        add_title(&s, &steps->items[i], up ? "stamp" : "unstamp");
        add_guard(&s, &plan->steps.items[i]);
        add_record(&s, &steps->items[i], up ? "stamp" : "unstamp");
    }
    end_z(&s, "COMMIT");
    return gm_buf_str(&s.out);
}
