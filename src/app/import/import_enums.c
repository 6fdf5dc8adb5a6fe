/* SPDX-License-Identifier: Apache-2.0 */
/* Enums and booleans: types of the database, or a VARCHAR with a check. */
#include "app/import/import_sql.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"

static size_t characters(gm_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

static bool take_labels(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    GM_EACH (const gm_py_arg, arg, &call->args) {
        gm_str label = {0};
        if (arg->stars == 1) {
            if (!gm_import_texts(w->scope, arg->value, &type->labels))
                return false;
        } else if (arg->stars) {
            return false;
        } else if (!arg->name.len) {
            if (!gm_import_text(w->scope, arg->value, &label))
                return false;
            gm_vec_push(w->arena, &type->labels, label);
        }
    }
    return true;
}

static bool keywords_only(const gm_py_expr *call, const char *const *names)
{
    for (size_t i = 0; i < call->args.len; i++) {
        gm_py_expr one = {.args = {.items = &call->args.items[i], .len = 1}};
        if (call->args.items[i].name.len && !gm_import_only(&one, 0, names))
            return false;
    }
    return true;
}

bool gm_import_read_choice(gm_import_writer *w, const gm_py_expr *call, const char *name,
                           gm_import_type *type)
{
    static const char *const known[] = {
        "name",           "native_enum",       "create_constraint", "length",
        "schema",         "create_type",       "values_callable",   "validate_strings",
        "inherit_schema", "sort_key_function", "_create_events",    NULL};
    gm_str schema = {0};
    bool native;
    bool create;
    bool inherits;
    bool boolean = gm_str_eq_nocase(gm_str_from(name), GM_STR("boolean"));
    if (!keywords_only(call, known) || !take_labels(w, call, type) ||
        !gm_import_word(w, call, "name", &type->plain_name) ||
        !gm_import_word(w, call, "schema", &schema) ||
        !gm_import_flag(w, call, "native_enum", true, &native) ||
        !gm_import_flag(w, call, "create_type", true, &create) ||
        !gm_import_flag(w, call, "inherit_schema", false, &inherits) ||
        !gm_import_flag(w, call, "create_constraint", false, &type->checked) || inherits ||
        !gm_import_none(w->scope, gm_py_keyword(&call->args, "values_callable")))
        return false;
    type->boolean = boolean;
    type->check_name = type->plain_name;
    if (boolean) {
        type->checked = type->checked && !w->postgres;
        return !type->labels.len;
    }
    if (w->postgres && native) {
        type->native = true;
        /* sa.Enum takes create_type and makes the type all the same. */
        type->make = create || !gm_str_is(gm_str_from(name), "ENUM");
        type->checked = false;
        type->sql = gm_import_qualified(w, schema, type->plain_name);
        type->check_name = type->sql;
        return type->plain_name.len || gm_import_refuse(w, "the enum has no name");
    }
    size_t longest = 0;
    GM_EACH (const gm_str, label, &type->labels)
        longest = characters(*label) > longest ? characters(*label) : longest;
    const gm_py_expr *given = gm_py_keyword(&call->args, "length");
    gm_str text = {0};
    uint64_t length = 0;
    if (!gm_import_none(w->scope, given) && !native &&
        (!gm_import_number(w->scope, given, &text) || !gm_str_u64(text, &length)))
        return false;
    longest = length > longest ? (size_t)length : longest;
    type->sql = longest ? gm_str_printf(w->arena, "VARCHAR(%zu)", longest) : GM_STR("VARCHAR");
    return true;
}

/* ---- types of the database ---- */

static void set_type(gm_import_writer *w, gm_str name, bool there)
{
    gm_strs left = {0};
    if (!w->types)
        return;
    GM_EACH (const gm_str, one, w->types)
        if (!gm_str_eq(*one, name))
            gm_vec_push(w->arena, &left, *one);
    if (there)
        gm_vec_push(w->arena, &left, name);
    *w->types = left;
}

/* The name in SQL: an array's is that of its items. */
static gm_str name_of(const gm_import_type *type)
{
    return type->check_name;
}

void gm_import_make_type(gm_import_writer *w, const gm_import_type *type)
{
    if (!type->native || (w->types && gm_strs_have(w->types, name_of(type))))
        return;
    gm_buf_printf(w->out, "CREATE TYPE %.*s AS ENUM (", GM_ARG(name_of(type)));
    for (size_t i = 0; i < type->labels.len; i++)
        gm_buf_printf(w->out, "%s%.*s", i ? ", " : "",
                      GM_ARG(gm_sql_string(w->arena, type->labels.items[i])));
    gm_buf_z(w->out, ");\n");
    set_type(w, name_of(type), true);
}

void gm_import_drop_type(gm_import_writer *w, const gm_import_type *type, bool if_exists)
{
    if (!type->native)
        return;
    gm_buf_printf(w->out, "DROP TYPE %s%.*s;\n", if_exists ? "IF EXISTS " : "",
                  GM_ARG(name_of(type)));
    set_type(w, name_of(type), false);
}

/* The name at the scanner, as gm_import_qualified would write it. */
static gm_str scan_name(gm_import_writer *w, gm_scanner *scanner)
{
    gm_str whole = {0};
    for (;;) {
        gm_token token = gm_scan_next(scanner);
        gm_str part = token.kind == GM_TOKEN_NAME ? gm_str_sub(token.text, 1, token.text.len - 1)
                                                  : gm_str_lower(w->arena, token.text);
        part = gm_sql_name(w->arena, part);
        whole =
            whole.len ? gm_str_printf(w->arena, "%.*s.%.*s", GM_ARG(whole), GM_ARG(part)) : part;
        gm_scanner ahead = *scanner;
        gm_token next = gm_scan_next(&ahead);
        if (!gm_token_mark(&next, '.'))
            return whole;
        *scanner = ahead;
    }
}

/* ALTER TYPE a RENAME TO b */
static void note_rename(gm_import_writer *w, gm_scanner *scanner, gm_str name)
{
    gm_scanner ahead = *scanner;
    gm_token rename = gm_scan_next(&ahead);
    gm_token to = gm_scan_next(&ahead);
    if (!gm_token_is(&rename, "rename") || !gm_token_is(&to, "to"))
        return;
    set_type(w, name, false);
    set_type(w, scan_name(w, &ahead), true);
}

void gm_import_note_types(gm_import_writer *w, gm_str sql)
{
    gm_scanner scanner = {.dialect = GM_POSTGRES, .text = sql, .line = 1};
    gm_token before = {0};
    for (gm_token token = gm_scan_next(&scanner);
         token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         before = token, token = gm_scan_next(&scanner)) {
        bool creates = gm_token_is(&before, "create");
        bool alters = gm_token_is(&before, "alter");
        if (!gm_token_is(&token, "type") || (!creates && !alters && !gm_token_is(&before, "drop")))
            continue;
        gm_scanner ahead = scanner;
        gm_token next = gm_scan_next(&ahead);
        if (gm_token_is(&next, "if")) {
            gm_scan_next(&ahead);
            scanner = ahead;
        }
        gm_str name = scan_name(w, &scanner);
        if (alters)
            note_rename(w, &scanner, name);
        else
            set_type(w, name, creates);
    }
}
