/* SPDX-License-Identifier: Apache-2.0 */
#include "app/diff/schema_at.h"
#include "app/project/history_json.h"
#include "cmd/revision_text.h"

static gm_json *section_json(const gm_section *section)
{
    if (!section)
        return gm_json_null();
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "sql", section->sql);
    gm_json_set_int(item, "line", (int64_t)section->line);
    gm_json_set_bool(item, "transaction", !section->transaction_off);
    gm_json_set_str(item, "lock_timeout", section->lock_timeout);
    gm_json_set_str(item, "statement_timeout", section->statement_timeout);
    gm_json_set_bool(item, "irreversible", section->irreversible);
    gm_json_set_str(item, "reason", section->reason);
    return item;
}

static gm_json *sections_json(const gm_section *const *sections)
{
    gm_json *item = gm_json_object();
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++)
        gm_json_set(item, gm_dialect_name((gm_dialect)i), section_json(sections[i]));
    return item;
}

static void print_json(const gm_invocation *invocation, const gm_view *view, const gm_nodes *nodes)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (gm_node *, node, nodes) {
        const gm_revision *revision = (*node)->revision;
        gm_json *item = gm_revision_json(invocation->arena, *node);
        gm_json_set_str(item, "blob", gm_oid_hex(invocation->arena, &revision->blob));
        gm_json_set(item, "up", sections_json(revision->up));
        gm_json_set(item, "down", sections_json(revision->down));
        gm_json_add(list, item);
    }
    gm_json_set_str(document, "at", gm_snapshot_name(view->snapshot));
    gm_json_set(document, "revisions", list);
    gm_out_json(invocation, document);
}

/* The file from its first section on, as it is written. */
static void print_sections(const gm_invocation *invocation, const gm_revision *revision)
{
    gm_str rest = revision->text, line;
    bool inside = !revision->format->sql;
    if (inside)
        gm_out("\n");
    while (gm_str_line(&rest, &line)) {
        if (!inside && gm_str_starts(line, GM_STR("-- gmig:"))) {
            inside = true;
            gm_out("\n");
        }
        if (inside)
            gm_out("%.*s\n", GM_ARG(gm_term_visible(invocation->arena, line, true)));
    }
}

static gm_code resolve(gm_invocation *invocation, gm_project *project, const gm_graph *graph,
                       gm_nodes *nodes, gm_err *err)
{
    gm_spec_context context = {.graph = graph, .allow_several = true};
    gm_strs wanted = invocation->operands;
    if (!wanted.len)
        gm_vec_push(invocation->arena, &wanted, GM_STR("head"));
    GM_EACH (gm_str, text, &wanted) {
        gm_spec spec;
        if (!context.applied && gm_spec_needs_applied(graph, *text))
            GM_TRY(gm_invocation_applied(invocation, project, graph, &context.applied, err));
        GM_TRY(gm_spec_resolve(invocation->arena, &context, *text, &spec, err));
        if (spec.base) {
            gm_fail(err, GM_E_UNKNOWN_REVISION, "'%.*s' stands for no revision%s",
                    GM_ARG(gm_visible(invocation, *text)),
                    gm_spec_needs_applied(graph, *text) ? ": nothing is applied there" : "");
            return gm_hint(err, "`gmig history` lists all revisions.");
        }
        GM_EACH (gm_node *, node, &spec.nodes)
            gm_vec_push(invocation->arena, nodes, *node);
    }
    return GM_OK;
}

/* ---- --schema ---- */

static gm_json *object_json(gm_arena *arena, const gm_object *object)
{
    gm_json *item = gm_json_object();
    gm_json *properties = gm_json_object();
    gm_json_set_str(item, "kind", gm_str_from(gm_object_word(object->kind)));
    gm_json_set_str(item, "schema", object->schema);
    gm_json_set_str(item, "table", object->table);
    gm_json_set_str(item, "name", object->name);
    for (size_t i = 0; i < object->properties.len; i++) {
        const gm_property *property = &object->properties.items[i];
        gm_json_set_str(properties, gm_str_z(arena, property->name), property->value);
    }
    gm_json_set(item, "properties", properties);
    gm_json_set_strs(item, "labels", &object->labels);
    return item;
}

static void print_schema_json(const gm_invocation *invocation, const gm_schema_at_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (gm_object *, object, &result->schema->objects)
        gm_json_add(list, object_json(invocation->arena, *object));
    gm_json_set_str(document, "at", result->at);
    gm_json_set_str(document, "dialect", gm_str_from(gm_dialect_name(result->dialect)));
    gm_json_set(document, "objects", list);
    gm_json_set_str(document, "text", result->text);
    gm_out_json(invocation, document);
}

static gm_code show_schema(gm_invocation *invocation, gm_project *project, gm_err *err)
{
    gm_schema_at_result result;
    gm_schema_at_options wanted = {.where = gm_value_of(invocation, "at"),
                                   .dialect = gm_value_of(invocation, "dialect"),
                                   .format = gm_value_of(invocation, "format")};
    size_t places = invocation->operands.len + (wanted.where.len > 0);
    if (places > 1 || gm_given(invocation, "sql") || gm_given(invocation, "target")) {
        gm_fail(err, GM_E_USAGE, "--schema takes one REF, and neither --sql nor --target");
        return gm_hint(err, "Write `gmig show --schema [REF]`; `gmig diff` looks at databases.");
    }
    if (invocation->operands.len)
        wanted.where = invocation->operands.items[0];
    GM_TRY(gm_schema_at(project, &wanted, &result, err));
    if (invocation->json)
        print_schema_json(invocation, &result);
    else
        gm_out_text(invocation, result.text);
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view;
    gm_nodes nodes = {0};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_given(invocation, "schema"))
        return show_schema(invocation, project, err);
    if (gm_given(invocation, "format") || gm_given(invocation, "dialect")) {
        gm_fail(err, GM_E_USAGE, "--format and --dialect are for --schema");
        return gm_hint(err, "Add --schema; a revision has the SQL of all its dialects.");
    }
    GM_TRY(gm_view_open_sound(project, gm_value_of(invocation, "at"), &view, err));
    GM_TRY(resolve(invocation, project, view.graph, &nodes, err));
    if (invocation->json) {
        print_json(invocation, &view, &nodes);
        return GM_OK;
    }
    gm_text_style style = gm_text_style_new(invocation, project);
    style.tree = true;
    GM_EACH (gm_node *, node, &nodes) {
        gm_out("%s%.*s", node > nodes.items ? "\n" : "", GM_ARG(gm_revision_block(&style, *node)));
        if (invocation->verbose || gm_given(invocation, "sql"))
            print_sections(invocation, (*node)->revision);
    }
    return GM_OK;
}

static const gm_option options[] = {
    {"sql", 0, GM_OPTION_FLAG, NULL, "show the sections with their SQL; so does --verbose"},
    {"schema", 0, GM_OPTION_FLAG, NULL,
     "show the schema that the history makes, in the work tree or at REF"},
    {"format", 0, GM_OPTION_VALUE, "NAME", "of the schema: sql (the default), dot or mermaid"},
    {"dialect", 0, GM_OPTION_VALUE, "NAME",
     "of the schema: sqlite or postgres (default: the first of gmig.yml)"},
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    GM_OPTION_END,
};

const gm_command gm_cmd_show = {
    .name = "show",
    .synopsis = "[REVISION...|REF]",
    .summary = "Show revisions in full, or the schema that they make",
    .details = "Without REVISION the head is shown. A database is opened only for what "
               "counts from it: `current`, -N and +N.\n\n"
               "For the schema the history is replayed in a throw-away database. SQL makes it in "
               "an empty one; dot (Graphviz) and mermaid are diagrams of tables and foreign keys.",
    .options = options,
    .max_operands = SIZE_MAX,
    .run = run,
};
