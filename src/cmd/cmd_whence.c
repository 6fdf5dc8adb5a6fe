/* SPDX-License-Identifier: Apache-2.0 */
#include "app/whence/whence.h"
#include "base/clock.h"
#include "cmd/output.h"

enum { NAMES_SHOWN = 3, SHORT = 12 };

static const char *const kinds[] = {
    [GM_PLACE_WORKTREE] = "worktree", [GM_PLACE_INDEX] = "index",
    [GM_PLACE_REF] = "ref",           [GM_PLACE_HEAD] = "head",
    [GM_PLACE_STASH] = "stash",       [GM_PLACE_NOTE] = "note",
    [GM_PLACE_REFLOG] = "reflog",     [GM_PLACE_UNREACHABLE] = "unreachable",
};

static const char *const applied_words[] = {
    [GM_APPLIED_UNKNOWN] = "",
    [GM_APPLIED_OTHER] = "other",
    [GM_APPLIED_SAME_SQL] = "same-sql",
    [GM_APPLIED_EXACT] = "exact",
};

/* ---- text ---- */

static gm_str short_oid(gm_arena *arena, const gm_oid *oid)
{
    return gm_str_sub(gm_oid_hex(arena, oid), 0, SHORT);
}

static gm_str place_name(gm_arena *arena, const gm_place *place)
{
    gm_strs names = {0};
    GM_EACH (const gm_str, name, &place->names)
        gm_vec_push(arena, &names, gm_ref_short(*name));
    gm_str list = gm_strs_some(arena, &names, NAMES_SHOWN);
    const char *past = place->past ? ", not any more" : "";
    switch (place->kind) {
    case GM_PLACE_WORKTREE:
        return list.len ? gm_str_printf(arena, "work tree %.*s", GM_ARG(list))
                        : GM_STR("work tree");
    case GM_PLACE_INDEX:
        return list.len ? gm_str_printf(arena, "index of %.*s", GM_ARG(list)) : GM_STR("index");
    case GM_PLACE_UNREACHABLE:
        return gm_oid_none(&place->commit) ? GM_STR("a blob that nothing leads to")
                                           : GM_STR("a commit that nothing leads to");
    default:
        return gm_str_printf(arena, "%.*s%s", GM_ARG(list), past);
    }
}

static void place_line(const gm_invocation *invocation, const gm_place *place)
{
    gm_arena *arena = invocation->arena;
    const gm_paint *paint = gm_paint_out(invocation);
    gm_out("  %.*s", GM_ARG(gm_visible(invocation, place_name(arena, place))));
    if (place->path.len)
        gm_out(": %.*s", GM_ARG(gm_visible(invocation, place->path)));
    gm_out("\n");
    if (!gm_oid_none(&place->commit))
        gm_out("    %scommit %.*s, %.*s, %.*s%s\n", paint->dim,
               GM_ARG(short_oid(arena, &place->commit)), GM_ARG(gm_time_iso(arena, place->time)),
               GM_ARG(gm_visible(invocation, place->author)), paint->reset);
}

static gm_str applied_text(const gm_invocation *invocation, const gm_whence_answer *answer,
                           gm_applied applied)
{
    gm_str name = gm_visible(invocation, answer->target.name);
    switch (applied) {
    case GM_APPLIED_OTHER:
        return gm_str_printf(invocation->arena, " (not what %.*s has: other statements)",
                             GM_ARG(name));
    case GM_APPLIED_SAME_SQL:
        return gm_str_printf(invocation->arena, " (the statements that %.*s has, in another file)",
                             GM_ARG(name));
    case GM_APPLIED_EXACT:
        return gm_str_printf(invocation->arena, " (what %.*s has)", GM_ARG(name));
    default:
        return (gm_str){0};
    }
}

static void print_version(const gm_invocation *invocation, const gm_whence_answer *answer,
                          const gm_version *version)
{
    gm_arena *arena = invocation->arena;
    const gm_paint *paint = gm_paint_out(invocation);
    const gm_revision *revision = version->revision;
    gm_out("%s%.*s%s", paint->id, GM_ARG(gm_visible(invocation, revision->id)), paint->reset);
    if (revision->message.len)
        gm_out("  %.*s", GM_ARG(gm_visible(invocation, revision->message)));
    gm_str parents =
        revision->parents.len ? gm_strs_list(arena, &revision->parents) : GM_STR("nothing");
    /* A file that is ordered by its version says nothing of parents. */
    gm_str on = revision->format && revision->format->versions
                    ? GM_STR("")
                    : gm_str_printf(arena, ", on %.*s", GM_ARG(gm_visible(invocation, parents)));
    gm_out("\n  blob %.*s%.*s%.*s\n", GM_ARG(short_oid(arena, &version->blob)), GM_ARG(on),
           GM_ARG(applied_text(invocation, answer, version->applied)));
    GM_EACH (const gm_place, place, &version->places)
        place_line(invocation, place);
}

static void print_ledger(const gm_invocation *invocation, const gm_whence_answer *answer)
{
    const gm_ledger_row *row = answer->row;
    if (!row)
        return;
    bool down = row->down && !row->down->irreversible;
    gm_out("In %.*s since %.*s, applied by %.*s",
           GM_ARG(gm_visible(invocation, answer->target.name)),
           GM_ARG(gm_visible(invocation, row->applied_at)),
           GM_ARG(gm_visible(invocation, row->applied_by)));
    if (row->commit.len)
        gm_out(" from commit %.*s",
               GM_ARG(gm_visible(invocation, gm_str_sub(row->commit, 0, SHORT))));
    gm_out(", blob %.*s; %s\n", GM_ARG(gm_visible(invocation, gm_str_sub(row->blob, 0, SHORT))),
           down ? "the ledger can take it back" : "the ledger has no way back");
}

/* ---- JSON ---- */

static gm_json *or_null(gm_str text)
{
    return text.len ? gm_json_str(text) : gm_json_null();
}

static gm_json *place_json(gm_arena *arena, const gm_place *place)
{
    gm_json *item = gm_json_object();
    bool committed = !gm_oid_none(&place->commit);
    gm_json_set_str(item, "where", gm_str_from(kinds[place->kind]));
    gm_json_set_strs(item, "names", &place->names);
    gm_json_set_bool(item, "past", place->past);
    gm_json_set(item, "path", or_null(place->path));
    gm_json_set(item, "commit", or_null(gm_oid_hex(arena, &place->commit)));
    gm_json_set(item, "author", or_null(place->author));
    gm_json_set(item, "time",
                committed ? gm_json_str(gm_time_iso(arena, place->time)) : gm_json_null());
    return item;
}

static gm_json *version_json(gm_arena *arena, const gm_version *version)
{
    gm_json *item = gm_json_object();
    gm_json *places = gm_json_array();
    gm_json_set_str(item, "blob", gm_oid_hex(arena, &version->blob));
    gm_json_set_str(item, "message", version->revision->message);
    gm_json_set_strs(item, "parents", &version->revision->parents);
    gm_json_set(item, "applied", or_null(gm_str_from(applied_words[version->applied])));
    GM_EACH (const gm_place, place, &version->places)
        gm_json_add(places, place_json(arena, place));
    gm_json_set(item, "places", places);
    return item;
}

static gm_json *database_json(const gm_whence_answer *answer)
{
    const gm_ledger_row *row = answer->row;
    if (!row)
        return gm_json_null();
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "target", answer->target.name);
    gm_json_set_str(item, "blob", row->blob);
    gm_json_set_strs(item, "parents", &row->parents);
    gm_json_set(item, "commit", or_null(row->commit));
    gm_json_set_str(item, "applied_at", row->applied_at);
    gm_json_set_str(item, "applied_by", row->applied_by);
    gm_json_set_bool(item, "reversible", row->down && !row->down->irreversible);
    return item;
}

static void print_json(const gm_invocation *invocation, const gm_whence_answer *answer)
{
    gm_json *document = gm_json_object();
    gm_json *versions = gm_json_array();
    GM_EACH (const gm_version, version, &answer->found.versions)
        gm_json_add(versions, version_json(invocation->arena, version));
    gm_json_set_str(document, "revision", answer->found.id);
    gm_json_set(document, "versions", versions);
    gm_json_set(document, "database", database_json(answer));
    gm_json_set_bool(document, "complete", !answer->found.incomplete);
    gm_json_set_strs(document, "notes", &answer->found.notes);
    gm_out_json(invocation, document);
}

/* ---- the command ---- */

/* "Not found" is not "does not exist" where parts are not here. */
static gm_code cannot_tell(const gm_invocation *invocation, const gm_project *project, gm_err *err)
{
    gm_fail(err, GM_E_UNKNOWN, "'%.*s' is not in what is here, and this repository is not whole",
            GM_ARG(gm_visible(invocation, invocation->operands.items[0])));
    return gm_whence_cure(project, err);
}

static void say_notes(const gm_invocation *invocation, const gm_whence_answer *answer)
{
    GM_EACH (const gm_str, text, &answer->found.notes)
        gm_say(invocation, "%.*s", GM_ARG(gm_visible(invocation, *text)));
    if (answer->database_failure.code != GM_OK)
        gm_say(invocation, "%.*s was not asked: %.*s",
               GM_ARG(gm_visible(invocation, answer->target.name)),
               GM_ARG(gm_visible(invocation, answer->database_failure.text)));
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_whence_answer answer;
    GM_TRY(gm_invocation_project(invocation, &project, err));
    GM_TRY(gm_whence_find(project, invocation->operands.items[0], gm_value_of(invocation, "target"),
                          &answer, err));
    say_notes(invocation, &answer);
    bool nowhere = !answer.found.versions.len && !answer.row;
    if (nowhere && answer.found.incomplete)
        return cannot_tell(invocation, project, err);
    *status = nowhere ? 1 : 0;
    if (invocation->json) {
        print_json(invocation, &answer);
        return GM_OK;
    }
    if (nowhere)
        gm_out("%.*s is nowhere: no work tree, ref, stash, reflog or object has it\n",
               GM_ARG(gm_visible(invocation, answer.found.id)));
    else if (!answer.found.versions.len)
        gm_out("%.*s  %.*s\n  no file of it is left here\n",
               GM_ARG(gm_visible(invocation, answer.row->id)),
               GM_ARG(gm_visible(invocation, answer.row->message)));
    GM_EACH (const gm_version, version, &answer.found.versions)
        print_version(invocation, &answer, version);
    print_ledger(invocation, &answer);
    return GM_OK;
}

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_END,
};

const gm_command gm_cmd_whence = {
    .name = "whence",
    .synopsis = "ID|FILE",
    .summary = "Find a revision wherever git or a database keeps it",
    .details =
        "Looks in the work trees and indexes of all worktrees, in all refs and their history, "
        "in stashes (untracked files too), ORIG_HEAD and its like, reflogs, and in objects "
        "that nothing leads to; and asks the ledger of the target, where there is one. Each "
        "file with that id is a version of its own, with its places and whether it is what "
        "the database has.\n\n"
        "ID may be the beginning of one, of 4 characters or more; FILE need not be there any "
        "more. Nothing is fetched but files whose name has the ID, and nothing is run.",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
