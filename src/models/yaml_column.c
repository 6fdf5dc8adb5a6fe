/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

static const char *const column_keys[] = {"type",         "nullable",  "default",
                                          "identity",     "generated", "collation",
                                          "renamed_from", "comment",   NULL};

/* `generated: "price * amount"` is stored; a mapping chooses: {as: …, stored: false}. */
static gm_code add_generated(gm_models_reader *r, const gm_yaml *map, gm_buf *buf)
{
    static const char *const keys[] = {"as", "stored", NULL};
    const gm_yaml *node = gm_model_get(r, map, "generated");
    gm_str expression = {0};
    bool stored = true;
    if (node == NULL)
        return GM_OK;
    if (node->kind == GM_YAML_SCALAR) {
        expression = node->text;
    } else {
        GM_TRY(gm_model_keys(r, node, "generated", keys));
        GM_TRY(gm_model_text(r, node, "as", &expression));
        if (gm_model_get(r, node, "stored"))
            GM_TRY(gm_model_bool(r, node, "stored", &stored));
        if (!expression.len)
            return gm_model_fail(r, node, "generated has an expression: {as: …}");
        if (!stored && r->dialect == GM_POSTGRES)
            return gm_model_fail(r, node, "PostgreSQL 15 has stored generated columns only");
    }
    gm_buf_printf(buf, " GENERATED ALWAYS AS (%.*s) %s", GM_ARG(expression),
                  stored ? "STORED" : "VIRTUAL");
    return GM_OK;
}

/* On SQLite an INTEGER that is the whole primary key counts by itself. */
static gm_code add_identity(gm_models_reader *r, const gm_yaml *map, gm_buf *buf)
{
    const gm_yaml *node = gm_model_get(r, map, "identity");
    bool wanted = false;
    if (node == NULL)
        return GM_OK;
    bool always = node->kind == GM_YAML_SCALAR && gm_str_is(node->text, "always");
    bool by_default = node->kind == GM_YAML_SCALAR && gm_str_is(node->text, "by default");
    if (!always && !by_default && !gm_yaml_bool(node, &wanted))
        return gm_model_fail(r, node, "identity is true, false, always or by default");
    if (r->dialect == GM_POSTGRES && (always || by_default || wanted))
        gm_buf_printf(buf, " GENERATED %s AS IDENTITY", always ? "ALWAYS" : "BY DEFAULT");
    return GM_OK;
}

static void add_enum_check(gm_models_reader *r, gm_str table, gm_str column, size_t line,
                           const gm_strs *labels, gm_clauses *checks)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    gm_str name = gm_str_printf(r->arena, "%.*s_%.*s_check", GM_ARG(table), GM_ARG(column));
    gm_buf_printf(&buf, "CONSTRAINT %.*s CHECK (%.*s IN (", GM_ARG(gm_sql_name(r->arena, name)),
                  GM_ARG(gm_sql_name(r->arena, column)));
    GM_EACH (gm_str, label, labels)
        gm_buf_printf(&buf, "%s%.*s", label == labels->items ? "" : ", ",
                      GM_ARG(gm_sql_string(r->arena, *label)));
    gm_buf_z(&buf, "))");
    gm_vec_push(r->arena, checks, (gm_clause){gm_buf_str(&buf), line});
}

gm_code gm_model_column(gm_models_reader *r, gm_str table, gm_str name, size_t line,
                        const gm_yaml *map, gm_clause *clause, gm_clauses *checks)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    gm_str type;
    gm_str collation;
    gm_str value;
    bool nullable;
    const gm_strs *labels = NULL;
    GM_TRY(gm_model_keys(r, map, "a column", column_keys));
    GM_TRY(gm_model_type(r, map, &type, &labels));
    GM_TRY(gm_model_text(r, map, "collation", &collation));
    GM_TRY(gm_model_bool(r, map, "nullable", &nullable));
    GM_TRY(gm_model_text(r, map, "default", &value));
    gm_buf_printf(&buf, "%.*s %.*s", GM_ARG(gm_sql_name(r->arena, name)), GM_ARG(type));
    if (collation.len)
        gm_buf_printf(&buf, " COLLATE %.*s", GM_ARG(gm_sql_name(r->arena, collation)));
    GM_TRY(add_generated(r, map, &buf));
    GM_TRY(add_identity(r, map, &buf));
    if (!nullable)
        gm_buf_z(&buf, " NOT NULL");
    if (value.len)
        gm_buf_printf(&buf, " DEFAULT %.*s", GM_ARG(value));
    if (labels)
        add_enum_check(r, table, name, line, labels, checks);
    *clause = (gm_clause){gm_buf_str(&buf), line};
    return gm_model_renamed(r, map,
                            (gm_rename){.kind = GM_OBJECT_COLUMN, .table = table, .to = name});
}
