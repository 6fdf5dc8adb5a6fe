/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each file's sections hold, for the dialects that the project is configured for.
 *
 * One section may serve several dialects; what is wrong with it for all of them is told once.
 */
#include "base/buf.h"
#include "check/run.h"
#include "history/formats/format.h"

/* Of a statement, in a message. */
enum { STATEMENT_SHOWN = 60 };

typedef struct {
    gm_check_run *run;
    gm_arena *scratch; /* lives as long as one revision is looked at */
    const gm_revision *revision;
    size_t found_before; /* findings that are not of this revision */
} look_at;

static void add(look_at *look, gm_found found)
{
    GM_EACH (const gm_found, old, &look->run->found) {
        if ((size_t)(old - look->run->found.items) >= look->found_before &&
            old->finding.rule == found.finding.rule && old->finding.line == found.finding.line)
            return;
    }
    found.finding.path = look->revision->path;
    found.finding.revision = look->revision->id;
    gm_check_add(look->run, found);
}

/* ---- sections that are not there ---- */

static gm_str dialects_without(look_at *look, const gm_section *const *sections)
{
    gm_strs names = {0};
    GM_EACH (const gm_dialect, dialect, &look->run->input->dialects) {
        if (!sections[*dialect])
            gm_vec_push(look->scratch, &names, gm_str_from(gm_dialect_name(*dialect)));
    }
    return gm_strs_list(look->scratch, &names);
}

static void missing_up(look_at *look)
{
    gm_str dialects = dialects_without(look, look->revision->up);
    if (!dialects.len)
        return;
    gm_arena *arena = look->run->arena;
    add(look,
        (gm_found){.finding = {
                       .rule = GM_RULE_MISSING_SECTION,
                       .line = look->revision->revision_line,
                       .message = gm_str_printf(arena, "revision %.*s has no up for %.*s",
                                                GM_ARG(look->revision->id), GM_ARG(dialects)),
                       .fix = GM_STR("Add a `-- gmig:up` section; an empty one does nothing."),
                   }});
}

/* An up that does nothing needs no down. */
static bool up_has_statements(look_at *look)
{
    GM_EACH (const gm_dialect, dialect, &look->run->input->dialects) {
        const gm_section *up = look->revision->up[*dialect];
        gm_sql_statements statements = {0};
        gm_err err = gm_err_new(look->scratch);
        if (up && !look->revision->down[*dialect] &&
            gm_sql_split(look->scratch, *dialect, look->revision->path, up->line, up->sql,
                         &statements, &err) == GM_OK &&
            statements.len)
            return true;
    }
    return false;
}

static const gm_versions *versions_of(const look_at *look)
{
    return look->revision->format ? look->revision->format->versions : NULL;
}

static void missing_down(look_at *look)
{
    gm_str dialects = dialects_without(look, look->revision->down);
    const gm_versions *versions = versions_of(look);
    if (!dialects.len || (versions && versions->no_downs) || !up_has_statements(look))
        return;
    size_t line = look->revision->revision_line;
    GM_EACH (const gm_dialect, dialect, &look->run->input->dialects) {
        const gm_section *up = look->revision->up[*dialect];
        if (up && !look->revision->down[*dialect]) {
            line = up->marker_line;
            break;
        }
    }
    gm_arena *arena = look->run->arena;
    add(look,
        (gm_found){.finding = {
                       .rule = GM_RULE_MISSING_DOWN,
                       .line = line,
                       .message = gm_str_printf(arena, "revision %.*s cannot be reverted on %.*s",
                                                GM_ARG(look->revision->id), GM_ARG(dialects)),
                       .fix = versions ? gm_str_printf(arena, "Write its down, as %s wants it.",
                                                       versions->tool)
                                       : GM_STR("Add a `-- gmig:down` section, or say "
                                                "`-- gmig:irreversible REASON` in its place."),
                   }});
}

/* ---- statements ---- */

/* The statement's first line, short enough for a message. */
static gm_str head_of(const gm_sql_statement *statement)
{
    gm_str line = gm_str_sub(statement->text, 0, gm_str_find(statement->text, '\n', 0));
    if (line.len <= STATEMENT_SHOWN)
        return gm_str_trim(line);
    size_t end = STATEMENT_SHOWN;
    while (end > 0 && ((unsigned char)line.ptr[end] & 0xc0) == 0x80)
        end--; /* not within a character */
    return gm_str_sub(line, 0, end);
}

static void about_statement(look_at *look, gm_rule rule, const gm_sql_statement *statement,
                            size_t previous_ends, gm_str message, gm_str fix)
{
    add(look,
        (gm_found){
            .finding = {.rule = rule, .line = statement->line, .message = message, .fix = fix},
            .at_statement = true,
            .previous_ends = previous_ends});
}

static gm_str how_to_turn_off(const look_at *look)
{
    const gm_versions *versions = versions_of(look);
    if (!versions)
        return GM_STR("Add `transaction=off` to the section's marker; best in a revision of its "
                      "own.");
    if (!versions->off)
        return GM_STR("Put it into a revision of its own.");
    return gm_str_printf(look->run->arena, "Put it into a revision of its own, and write %s.",
                         versions->off);
}

static void statement_rules(look_at *look, gm_dialect dialect, const gm_section *section,
                            const gm_sql_statement *statement, size_t previous_ends)
{
    gm_arena *arena = look->run->arena;
    gm_str text = head_of(statement);
    const char *name = gm_dialect_name(dialect);
    if (statement->flags & (GM_SQL_BEGIN | GM_SQL_END))
        about_statement(look, GM_RULE_TX_CONTROL_IN_FILE, statement, previous_ends,
                        gm_str_printf(arena, "'%.*s' %s the transaction that gmig runs",
                                      GM_ARG(text),
                                      statement->flags & GM_SQL_BEGIN ? "gets into" : "ends"),
                        GM_STR("Take it out: gmig commits each revision together with its record, "
                               "and `transaction=off` runs statements one by one."));
    if (statement->flags & GM_SQL_NO_TX && !section->transaction_off)
        about_statement(
            look, GM_RULE_NEEDS_TRANSACTION_OFF, statement, previous_ends,
            gm_str_printf(arena, "%s refuses '%.*s' in a transaction", name, GM_ARG(text)),
            how_to_turn_off(look));
    else if (statement->flags & GM_SQL_PRAGMA_NO_TX && !section->transaction_off)
        about_statement(look, GM_RULE_NEEDS_TRANSACTION_OFF, statement, previous_ends,
                        gm_str_printf(arena, "'%.*s' has no effect in a transaction", GM_ARG(text)),
                        how_to_turn_off(look));
    if (statement->flags & GM_SQL_SESSION)
        about_statement(
            look, GM_RULE_SESSION_STATE, statement, previous_ends,
            gm_str_printf(arena, "'%.*s' takes away gmig's lock or settings", GM_ARG(text)),
            GM_STR("Take it out, or name only what this revision itself has set."));
}

static size_t lines_in(gm_str text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

/* The line at the end of "path:line". */
static size_t line_of(gm_str where)
{
    uint64_t line = 0;
    size_t colon = gm_str_rfind(where, ':');
    if (colon < where.len && gm_str_u64(gm_str_sub(where, colon + 1, where.len), &line))
        return (size_t)line;
    return 0;
}

static void section_rules(look_at *look, gm_dialect dialect, const gm_section *section)
{
    gm_sql_statements statements = {0};
    gm_err err = gm_err_new(look->run->arena);
    if (gm_sql_split(look->scratch, dialect, look->revision->path, section->line, section->sql,
                     &statements, &err) != GM_OK) {
        size_t line = line_of(err.where);
        add(look, (gm_found){.finding = {.rule = GM_RULE_UNSPLITTABLE_SQL,
                                         .line = line ? line : section->line,
                                         .message = gm_str_printf(look->run->arena, "%s: %.*s",
                                                                  gm_dialect_name(dialect),
                                                                  GM_ARG(err.text)),
                                         .fix = err.hint}});
        return;
    }
    size_t previous_ends = section->marker_line;
    GM_EACH (const gm_sql_statement, statement, &statements) {
        statement_rules(look, dialect, section, statement, previous_ends);
        previous_ends = statement->line + lines_in(statement->text) + lines_in(statement->data);
    }
}

/* In another language nothing can be said of it. */
static bool is_sql(const gm_revision *revision)
{
    return (!revision->format || revision->format->sql) && !revision->code;
}

static void revision_rules(gm_check_run *run, const gm_revision *revision)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    look_at look = {run, scratch, revision, run->found.len};
    missing_up(&look);
    missing_down(&look);
    GM_EACH (const gm_dialect, dialect, &run->input->dialects) {
        const gm_section *up = revision->up[*dialect];
        const gm_section *down = revision->down[*dialect];
        if (up)
            section_rules(&look, *dialect, up);
        if (down && !down->irreversible)
            section_rules(&look, *dialect, down);
    }
}

void gm_check_sections(gm_check_run *run)
{
    GM_EACH (gm_node *, node, &run->input->graph->order)
        if (is_sql((*node)->revision))
            revision_rules(run, (*node)->revision);
}
