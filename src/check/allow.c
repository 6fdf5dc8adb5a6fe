/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lets a finding pass: `-- gmig:allow RULE REASON` in a revision file, `allow:` in gmig.yml,
 * GMIG_ALLOW in the environment.
 *
 * A comment counts at column 1, as the markers do. A finding about one statement is allowed by a
 * comment between the statement before it and it; any other finding of a file by one anywhere in
 * it.
 */
#include "check/run.h"

typedef struct {
    gm_str name;
    gm_str reason;
    size_t line;
    bool used;
} allow_note;

typedef struct {
    const gm_revision *revision;
    GM_VEC(allow_note) notes;
} notes_of_file;

#define ALLOW_MARK "-- gmig:allow"

/* The word at the front of `*rest`, which loses it. */
static gm_str word(gm_str *rest)
{
    *rest = gm_str_trim(*rest);
    size_t end = 0;
    while (end < rest->len && !gm_str_has(GM_STR(" \t,"), rest->ptr[end]))
        end++;
    gm_str first = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end, rest->len);
    return first;
}

static notes_of_file *read_notes(gm_arena *arena, const gm_revision *revision)
{
    notes_of_file *file = gm_new(arena, notes_of_file);
    file->revision = revision;
    gm_str rest = revision->text;
    gm_str line;
    for (size_t number = 1; gm_str_line(&rest, &line); number++) {
        if (!gm_str_starts(line, GM_STR(ALLOW_MARK)))
            continue;
        gm_str words = gm_str_sub(line, sizeof(ALLOW_MARK) - 1, line.len);
        if (words.len && words.ptr[0] != ' ' && words.ptr[0] != '\t')
            continue;
        allow_note note = {.line = number};
        note.name = word(&words);
        note.reason = gm_str_trim(words);
        gm_vec_push(arena, &file->notes, note);
    }
    return file;
}

/* path -> notes_of_file, of the files that have any. */
static gm_map collect(gm_check_run *run)
{
    gm_map files = gm_map_new(run->arena);
    GM_EACH (gm_node *, node, &run->input->graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (gm_str_search(revision->text, GM_STR(ALLOW_MARK)) < revision->text.len)
            gm_map_add(&files, revision->path, read_notes(run->arena, revision));
    }
    return files;
}

static void allow(gm_finding *finding, gm_str reason)
{
    finding->allowed = true;
    finding->reason = reason;
}

static void by_note(gm_found *found, const gm_map *files)
{
    notes_of_file *file = gm_map_get(files, found->finding.path);
    if (!file)
        return;
    GM_EACH (allow_note, note, &file->notes) {
        if (!gm_str_is(note->name, gm_rule_id(found->finding.rule)))
            continue;
        if (found->at_statement &&
            (note->line <= found->previous_ends || note->line >= found->finding.line))
            continue;
        note->used = true;
        allow(&found->finding, note->reason.len ? note->reason : GM_STR("no reason given"));
    }
}

static gm_code by_config(gm_check_run *run, bool *used, gm_err *err)
{
    for (size_t i = 0; i < run->input->allowances.len; i++) {
        const gm_check_allowance *allowance = &run->input->allowances.items[i];
        gm_rule rule;
        if (!gm_rule_parse(allowance->rule, &rule))
            return gm_check_no_rule(err, GM_E_CONFIG,
                                    gm_where(run->arena, run->input->config_path, allowance->line),
                                    allowance->rule);
        GM_EACH (gm_found, found, &run->found) {
            gm_finding *finding = &found->finding;
            if (finding->rule != rule ||
                (allowance->revision.len && !gm_str_eq(allowance->revision, finding->revision)))
                continue;
            used[i] = true;
            if (!finding->allowed)
                allow(finding,
                      allowance->reason.len ? allowance->reason : GM_STR("no reason given"));
        }
    }
    return GM_OK;
}

static gm_code by_environment(gm_check_run *run, gm_err *err)
{
    gm_str rest = run->input->allow_now;
    for (;;) {
        while (rest.len && gm_str_has(GM_STR(" \t,"), rest.ptr[0]))
            rest = gm_str_sub(rest, 1, rest.len);
        gm_str name = word(&rest);
        if (!name.len)
            return GM_OK;
        gm_rule rule;
        if (!gm_rule_parse(name, &rule))
            return gm_check_no_rule(err, GM_E_USAGE, GM_STR("GMIG_ALLOW"), name);
        GM_EACH (gm_found, found, &run->found) {
            if (found->finding.rule == rule && !found->finding.allowed)
                allow(&found->finding, GM_STR("GMIG_ALLOW"));
        }
    }
}

/* Where nothing was united, nobody knows whether such a finding is there. */
static bool could_be_found(const gm_check_run *run, gm_rule rule)
{
    return run->input->united ||
           (rule != GM_RULE_DIVERGENT_HEADS &&
            (rule < GM_RULE_SAME_ID_DIFFERENT_CONTENT || rule > GM_RULE_RULES_WEAKENED));
}

static void odd_notes(gm_check_run *run, const gm_map *files)
{
    GM_EACH (const gm_map_entry, entry, &files->entries) {
        const notes_of_file *file = entry->value;
        GM_EACH (const allow_note, note, &file->notes) {
            gm_rule rule;
            gm_found found = {.finding = {.path = file->revision->path,
                                          .line = note->line,
                                          .revision = file->revision->id}};
            if (!gm_rule_parse(note->name, &rule)) {
                found.finding.rule = GM_RULE_UNKNOWN_RULE;
                found.finding.message =
                    note->name.len ? gm_str_printf(run->arena, "there is no rule '%.*s' to allow",
                                                   GM_ARG(note->name))
                                   : GM_STR("gmig:allow names no rule");
                found.finding.fix = GM_STR("Write `-- gmig:allow RULE REASON`.");
                gm_check_add(run, found);
            } else if (!note->used && run->severity[rule] != GM_SEVERITY_OFF &&
                       could_be_found(run, rule)) {
                found.finding.rule = GM_RULE_UNUSED_ALLOW;
                found.finding.message = gm_str_printf(
                    run->arena, "%s is allowed here and nothing needs it", gm_rule_id(rule));
                found.finding.fix = GM_STR("Take the comment out, or put it right before the "
                                           "statement that is meant.");
                gm_check_add(run, found);
            }
        }
    }
}

static void odd_allowances(gm_check_run *run, const bool *used)
{
    for (size_t i = 0; i < run->input->allowances.len; i++) {
        const gm_check_allowance *allowance = &run->input->allowances.items[i];
        gm_rule rule;
        if (used[i] || !allowance->line || !gm_rule_parse(allowance->rule, &rule) ||
            run->severity[rule] == GM_SEVERITY_OFF || !could_be_found(run, rule))
            continue;
        gm_check_add(run, gm_check_found_at(
                              GM_RULE_UNUSED_ALLOW, run->input->config_path, allowance->line,
                              gm_str_printf(run->arena, "%s is allowed here and nothing needs it",
                                            gm_rule_id(rule)),
                              GM_STR("Take the line out of `allow:`.")));
    }
}

gm_code gm_check_allow(gm_check_run *run, gm_err *err)
{
    gm_map files = collect(run);
    bool *used = gm_new_array(run->arena, run->input->allowances.len, bool);
    GM_EACH (gm_found, found, &run->found)
        by_note(found, &files);
    GM_TRY(by_config(run, used, err));
    odd_notes(run, &files);
    odd_allowances(run, used);
    return by_environment(run, err);
}
