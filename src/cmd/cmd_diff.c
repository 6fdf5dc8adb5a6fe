/* SPDX-License-Identifier: Apache-2.0 */
#include "app/diff/schema_side.h"
#include "cmd/output.h"
#include "cmd/renames.h"

static const gm_option options[] = {
    {"dialect", 0, GM_OPTION_VALUE, "NAME",
     "sqlite or postgres (default: that of a database, else the first of gmig.yml)"},
    {"sql", 0, GM_OPTION_FLAG, NULL, "print the statements that lead from A to B"},
    GM_OPTION_RENAME,
    GM_OPTION_END,
};

static const char *kind_word(const gm_change *change)
{
    static const char *const words[] = {
        [GM_CHANGE_ADD] = "add", [GM_CHANGE_DROP] = "drop", [GM_CHANGE_ALTER] = "alter"};
    return words[change->kind];
}

static void print_json(gm_invocation *invocation, const gm_diff_sides_result *result)
{
    const gm_diff *diff = &result->diff;
    gm_json *document = gm_json_object();
    gm_json *changes = gm_json_array();
    gm_json_set_str(document, "dialect", gm_str_from(gm_dialect_name(result->dialect)));
    gm_json_set_bool(document, "differs", diff->changes.len > 0);
    GM_EACH (const gm_change, change, &diff->changes) {
        const gm_object *object = change->to ? change->to : change->from;
        gm_json *one = gm_json_object();
        gm_json_set_str(one, "change", gm_str_from(kind_word(change)));
        gm_json_set_str(one, "kind", gm_str_from(gm_object_word(object->kind)));
        gm_json_set_str(one, "schema", object->schema);
        gm_json_set_str(one, "table", object->table);
        gm_json_set_str(one, "name", object->name);
        gm_json_set_strs(one, "properties", &change->properties);
        gm_json_set_str(one, "message", gm_change_shown(invocation->arena, change));
        gm_json_add(changes, one);
    }
    gm_json_set(document, "changes", changes);
    gm_out_json(invocation, document);
}

static void print_text(gm_invocation *invocation, const gm_diff *diff)
{
    GM_EACH (const gm_change, change, &diff->changes)
        if (!change->along)
            gm_out("%.*s\n",
                   GM_ARG(gm_visible(invocation, gm_change_shown(invocation->arena, change))));
    if (!diff->changes.len)
        gm_say(invocation, "no difference");
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    bool sql = gm_given(invocation, "sql");
    gm_diff_sides_options wanted = {.sides = invocation->operands,
                                    .dialect = gm_value_of(invocation, "dialect")};
    gm_diff_sides_result result;
    GM_TRY(gm_read_renames(invocation, &wanted.renames, err));
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_diff_sides(project, &wanted, sql, &result, err));
    if (invocation->json)
        print_json(invocation, &result);
    else if (sql)
        gm_out_text(invocation, result.sql);
    else
        print_text(invocation, &result.diff);
    if (result.diff.changes.len)
        *status = gm_code_exit(GM_E_REFUSED);
    return GM_OK;
}

const gm_command gm_cmd_diff = {
    .name = "diff",
    .synopsis = "A B",
    .summary = "Show how the schemas of two sides differ",
    .details =
        "A and B are each `models`, `models@REF`, `history`, `history@REF`, or a database: a "
        "target of gmig.yml or a URL. Models are loaded and histories replayed in a "
        "throw-away database; databases are only read.\n\n"
        "Exits with 1 when they differ.",
    .options = options,
    .min_operands = 2,
    .max_operands = 2,
    .takes_urls = true,
    .run = run,
};
