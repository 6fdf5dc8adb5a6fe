/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/migrate.h"
#include "cmd/heads_file.h"
#include "cmd/renames.h"

static const gm_option options[] = {
    {"message", 'm', GM_OPTION_VALUE, "TEXT", "what it does, in one line"},
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would change, and write nothing"},
    {"sql", 0, GM_OPTION_FLAG, NULL, "print the file, and write nothing"},
    GM_OPTION_RENAME,
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the file to git's index"},
    {"unproved", 0, GM_OPTION_FLAG, NULL, "keep it although it could not be proved"},
    {"empty", 0, GM_OPTION_FLAG, NULL, "write a revision although nothing differs"},
    {"head", 0, GM_OPTION_VALUE, "REVISION", "the parent; `base` for none"},
    {"rev-id", 0, GM_OPTION_VALUE, "ID", "the id, in place of 12 random hex digits"},
    {"amend", 0, GM_OPTION_FLAG, NULL, "write the newest revision again, unless it is shipped"},
    GM_OPTION_END,
};

static bool ask_rename(void *data, const gm_rename *rename, gm_str question)
{
    (void)rename;
    return gm_confirm("%.*s", GM_ARG(gm_visible(data, question)));
}

/* ---- what is said ---- */

static void print_changes(gm_invocation *invocation, const gm_migrate_result *result)
{
    GM_EACH (const gm_migration, migration, &result->dialects) {
        gm_out("%s:\n", gm_dialect_name(migration->dialect));
        GM_EACH (const gm_change, change, &migration->diff.changes)
            if (!change->along)
                gm_out("  %.*s\n",
                       GM_ARG(gm_visible(invocation, gm_change_shown(invocation->arena, change))));
    }
}

static void warn(gm_invocation *invocation, const gm_migrate_result *result)
{
    GM_EACH (const gm_migration, migration, &result->dialects) {
        const char *dialect = gm_dialect_name(migration->dialect);
        GM_EACH (const gm_str, lost, &migration->up.lost)
            gm_say(invocation, "%s: the down does not bring back %.*s", dialect,
                   GM_ARG(gm_visible(invocation, *lost)));
        if (migration->rows_trouble.len)
            gm_say(invocation, "%s: where tables have rows, %.*s", dialect,
                   GM_ARG(gm_visible(invocation, migration->rows_trouble)));
        if (migration->unproved.len)
            gm_say(invocation, "%s: not proved: %.*s", dialect,
                   GM_ARG(gm_visible(invocation, migration->unproved)));
    }
}

static void say_result(gm_invocation *invocation, const gm_migrate_result *result, bool dry)
{
    if (result->refreshed)
        gm_say(invocation, "the schema is as the models say; %s the fingerprint of %.*s",
               dry ? "this would bring up to date" : "brought up to date", GM_ARG(result->id));
    else if (result->id.len && dry)
        gm_say(invocation, "the revision would %s%.*s",
               result->parents.len ? "follow " : "be a base",
               GM_ARG(gm_strs_list(invocation->arena, &result->parents)));
    else if (result->id.len)
        gm_say(invocation, "revision %.*s %s%.*s", GM_ARG(result->id),
               result->parents.len ? "follows " : "is a base",
               GM_ARG(gm_strs_list(invocation->arena, &result->parents)));
    else if (result->stale)
        gm_say(invocation,
               "the schema is as the models say, but no revision has their fingerprint; "
               "'gmig migrate --empty -m TEXT' writes one that has");
    else
        gm_say(invocation, "nothing to do: the history makes what the models say");
}

static gm_json *changes_json(gm_arena *arena, const gm_migration *migration)
{
    gm_json *list = gm_json_array();
    GM_EACH (const gm_change, change, &migration->diff.changes)
        gm_json_add(list, gm_json_str(gm_change_shown(arena, change)));
    return list;
}

static void print_json(gm_invocation *invocation, const gm_migrate_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *dialects = gm_json_array();
    gm_json_set(document, "revision", result->id.len ? gm_json_str(result->id) : gm_json_null());
    gm_json_set(document, "path", result->id.len ? gm_json_str(result->path) : gm_json_null());
    gm_json_set_strs(document, "parents", &result->parents);
    gm_json_set_bool(document, "refreshed", result->refreshed);
    GM_EACH (const gm_migration, migration, &result->dialects) {
        gm_json *one = gm_json_object();
        gm_json_set_str(one, "dialect", gm_str_from(gm_dialect_name(migration->dialect)));
        gm_json_set(one, "changes", changes_json(invocation->arena, migration));
        gm_json_set_strs(one, "lost", &migration->up.lost);
        gm_json_set_bool(one, "proved", !migration->unproved.len);
        gm_json_set_str(one, "unproved", migration->unproved);
        gm_json_set_bool(one, "rows_kept", migration->rows_kept);
        gm_json_set_str(one, "rows_trouble", migration->rows_trouble);
        gm_json_add(dialects, one);
    }
    gm_json_set(document, "dialects", dialects);
    gm_json_set_str(document, "text", result->text);
    gm_json_set_heads_file(document, &result->heads);
    gm_out_json(invocation, document);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_migrate_result result;
    bool plan = gm_given(invocation, "plan");
    bool sql = gm_given(invocation, "sql");
    gm_migrate_options wanted = {
        .message = gm_value_of(invocation, "message"),
        .head = gm_value_of(invocation, "head"),
        .rev_id = gm_value_of(invocation, "rev-id"),
        .stage = gm_given(invocation, "stage"),
        .unproved = gm_given(invocation, "unproved"),
        .empty = gm_given(invocation, "empty"),
        .amend = gm_given(invocation, "amend"),
        .dry = plan || sql,
        .ask = gm_can_ask(invocation) ? ask_rename : NULL,
        .data = invocation,
    };
    (void)status;
    GM_TRY(gm_read_renames(invocation, &wanted.renames, err));
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_migrate(project, &wanted, &result, err));
    warn(invocation, &result);
    say_result(invocation, &result, wanted.dry);
    gm_say_heads_file(invocation, project, &result.heads,
                      wanted.dry && result.id.len && !result.refreshed && !wanted.amend);
    if (invocation->json)
        print_json(invocation, &result);
    else if (sql)
        gm_out_text(invocation, result.text);
    else if (plan)
        print_changes(invocation, &result);
    else if (result.id.len)
        gm_out("%.*s\n", GM_ARG(gm_visible(invocation, gm_project_shown(invocation->arena, project,
                                                                        result.path))));
    return GM_OK;
}

const gm_command gm_cmd_migrate = {
    .name = "migrate",
    .synopsis = "",
    .summary = "Write the revision that takes the schema to what the models say",
    .details =
        "Replays the history and loads the models in throw-away databases, one for each dialect, "
        "and writes what leads from one to the other, up and down. Both are proved there before "
        "the file is kept. Where nothing differs nothing is written.\n\n"
        "A drop and an add that look like a rename are asked about on a terminal; elsewhere say "
        "--rename OLD=NEW, or --rename OLD= that it is none.",
    .options = options,
    .run = run,
};
