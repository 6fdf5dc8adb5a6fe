/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations of a migration -> the models and fields they name.
 *
 * What the table below does not have is of a library or of the project: it is unreadable, and may
 * do anything. So is Python that speaks to the schema itself, and SQL that is no literal.
 */
#include "history/formats/django_ops.h"

#include "base/map.h"
#include "lang/python.h"

/* Operations in operations, constants of constants; in all, and all lists together. */
enum { DEPTH_MAX = 16, LISTS_MAX = 100000 };

/* What an operation's arguments are, in their order. */
typedef enum {
    NOTHING, /* no argument counts */
    NAME,    /* name */
    MODEL,   /* model_name */
    MODEL_FIELD,
    MODEL_RENAMED,
    FIELD_RENAMED,
} arguments;

static const struct {
    const char *name;
    arguments arguments;
    bool whole;
    bool part;
} known[] = {
    {"CreateModel", NAME, true, false},
    {"DeleteModel", NAME, true, false},
    {"RenameModel", MODEL_RENAMED, true, false},
    {"AlterModelTable", NAME, true, false},
    {"AlterModelTableComment", NOTHING, false, false},
    {"AlterModelManagers", NOTHING, false, false},
    {"AlterUniqueTogether", NAME, false, true},
    {"AlterIndexTogether", NAME, false, true},
    {"AlterOrderWithRespectTo", NAME, false, true},
    {"AlterModelOptions", NAME, false, false},
    {"AddField", MODEL_FIELD, false, false},
    {"RemoveField", MODEL_FIELD, false, false},
    {"AlterField", MODEL_FIELD, false, false},
    {"RenameField", FIELD_RENAMED, false, false},
    {"AddIndex", MODEL, false, true},
    {"RemoveIndex", MODEL, false, true},
    {"RenameIndex", MODEL, false, true},
    {"AddConstraint", MODEL, false, true},
    {"AlterConstraint", MODEL, false, true},
    {"RemoveConstraint", MODEL, false, true},
    {"AddIndexConcurrently", MODEL, false, true},
    {"RemoveIndexConcurrently", MODEL, false, true},
    {"AddConstraintNotValid", MODEL, false, true},
    {"ValidateConstraint", MODEL, false, true},
    {"CreateExtension", NOTHING, false, false},
    {"BloomExtension", NOTHING, false, false},
    {"BtreeGinExtension", NOTHING, false, false},
    {"BtreeGistExtension", NOTHING, false, false},
    {"CITextExtension", NOTHING, false, false},
    {"CryptoExtension", NOTHING, false, false},
    {"HStoreExtension", NOTHING, false, false},
    {"TrigramExtension", NOTHING, false, false},
    {"UnaccentExtension", NOTHING, false, false},
    {"CreateCollation", NOTHING, false, false},
    {"RemoveCollation", NOTHING, false, false},
};

typedef struct {
    gm_arena *arena;
    gm_map constants; /* name -> gm_py_expr */
    gm_map functions; /* of the file */
    gm_django_ops *ops;
    bool alters; /* the file's functions speak to the schema, or run SQL */
    int depth;
    size_t *lists; /* and operations, looked at */
} reader;

static void add(reader *r, gm_django_op op)
{
    if (*r->lists > LISTS_MAX)
        return; /* one that says so is there already */
    ++*r->lists;
    gm_vec_push(r->arena, r->ops, op);
}

static void unreadable(reader *r, size_t line)
{
    add(r, (gm_django_op){.unreadable = true, .line = line});
}

static gm_str last(gm_str dotted)
{
    size_t dot = gm_str_rfind(dotted, '.');
    return dot == dotted.len ? dotted : gm_str_sub(dotted, dot + 1, dotted.len);
}

static const gm_py_expr *resolve(const reader *r, const gm_py_expr *expr)
{
    for (int i = 0; i < DEPTH_MAX && expr && expr->kind == GM_PY_NAME; i++) {
        const gm_py_expr *value = gm_map_get(&r->constants, expr->text);
        if (!value)
            break;
        expr = value;
    }
    return expr;
}

/* An argument by its name, or its place. */
static const gm_py_expr *argument(const reader *r, const gm_py_expr *call, const char *name,
                                  size_t at)
{
    const gm_py_expr *value = gm_py_keyword(&call->args, name);
    return resolve(r, value ? value : gm_py_positional(&call->args, at));
}

static bool name_in(const reader *r, const gm_py_expr *value, gm_str *name)
{
    if (!value || !gm_py_is_string(value))
        return false;
    *name = gm_str_lower(r->arena, value->text);
    return true;
}

/* ---- operations ---- */

static bool read_field(const reader *r, const gm_py_expr *value, gm_django_op *op)
{
    gm_str field;
    if (!name_in(r, value, &field))
        return false;
    gm_vec_push(r->arena, &op->fields, field);
    return true;
}

static bool read_names(const reader *r, const gm_py_expr *call, arguments how, gm_django_op *op)
{
    switch (how) {
    case NOTHING:
        return true;
    case NAME:
        return name_in(r, argument(r, call, "name", 0), &op->model);
    case MODEL:
        return name_in(r, argument(r, call, "model_name", 0), &op->model);
    case MODEL_RENAMED:
        return name_in(r, argument(r, call, "old_name", 0), &op->model) &&
               name_in(r, argument(r, call, "new_name", 1), &op->other);
    case MODEL_FIELD:
        return name_in(r, argument(r, call, "model_name", 0), &op->model) &&
               read_field(r, argument(r, call, "name", 1), op);
    default:
        return name_in(r, argument(r, call, "model_name", 0), &op->model) &&
               read_field(r, argument(r, call, "old_name", 1), op) &&
               read_field(r, argument(r, call, "new_name", 2), op);
    }
}

/* {"managed": False} makes Django take its hands off the table, or on. A dict without it may do so
 * too, for it takes away what an earlier one said. */
static bool says_managed(const reader *r, const gm_py_expr *call)
{
    const gm_py_expr *options = argument(r, call, "options", 1);
    if (!options || options->kind != GM_PY_DICT)
        return true;
    GM_EACH (const gm_py_arg, pair, &options->args)
        if (!pair->key || !gm_py_is_string(pair->key) || gm_str_is(pair->key->text, "managed"))
            return true;
    return false;
}

/* The fields that CreateModel lists: [("id", models.AutoField(…)), …] */
static void read_made(const reader *r, const gm_py_expr *call, gm_django_op *op)
{
    const gm_py_expr *fields = argument(r, call, "fields", 1);
    if (!fields || (fields->kind != GM_PY_LIST && fields->kind != GM_PY_TUPLE))
        return;
    GM_EACH (const gm_py_arg, arg, &fields->args) {
        const gm_py_expr *pair = resolve(r, arg->value);
        bool is_pair = pair->kind == GM_PY_TUPLE && pair->args.len && !pair->args.items[0].stars;
        if (arg->stars || !is_pair || ++*r->lists > LISTS_MAX ||
            !read_field(r, resolve(r, pair->args.items[0].value), op))
            return;
    }
    op->listed = true;
}

static void read_list(reader *r, const gm_py_expr *list);

static void read_separate(reader *r, const gm_py_expr *call)
{
    const gm_py_expr *database = argument(r, call, "database_operations", 0);
    const gm_py_expr *state = argument(r, call, "state_operations", 1);
    if (database)
        read_list(r, database);
    if (state)
        read_list(r, state);
}

static bool sql_in(const reader *r, const gm_py_expr *value, int depth, gm_strs *texts)
{
    value = resolve(r, value);
    if (!value || depth > DEPTH_MAX || ++*r->lists > LISTS_MAX)
        return false;
    if (gm_py_is_string(value)) {
        gm_vec_push(r->arena, texts, gm_str_lower(r->arena, value->text));
        return true;
    }
    if (value->kind != GM_PY_LIST && value->kind != GM_PY_TUPLE)
        return false;
    GM_EACH (const gm_py_arg, arg, &value->args)
        if (arg->stars || !sql_in(r, arg->value, depth + 1, texts))
            return gm_py_is_none(arg->value); /* ("… %s", None) */
    return true;
}

static void read_sql(reader *r, const gm_py_expr *call)
{
    gm_strs texts = {0};
    const gm_py_expr *state = gm_py_keyword(&call->args, "state_operations");
    if (!sql_in(r, argument(r, call, "sql", 0), 0, &texts))
        unreadable(r, call->line);
    else
        add(r, (gm_django_op){.operation = GM_STR("RunSQL"),
                              .sql = gm_str_join(r->arena, &texts, GM_STR("\n")),
                              .line = call->line});
    if (state)
        read_list(r, state);
}

/* Rows alone, unless the file's functions do more, or it is a function of another file. */
static void read_python(reader *r, const gm_py_expr *call)
{
    const gm_py_expr *code = argument(r, call, "code", 0);
    gm_str name = code ? gm_py_dotted(r->arena, code) : GM_STR("");
    bool own = gm_map_find(&r->functions, name, NULL) || gm_str_is(last(name), "noop");
    if (r->alters || !own)
        unreadable(r, call->line);
}

static void read_call(reader *r, const gm_py_expr *call)
{
    gm_str name = last(gm_py_dotted(r->arena, call->left));
    if (gm_str_is(name, "SeparateDatabaseAndState")) {
        read_separate(r, call);
        return;
    }
    if (gm_str_is(name, "RunSQL")) {
        read_sql(r, call);
        return;
    }
    if (gm_str_is(name, "RunPython")) {
        read_python(r, call);
        return;
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!gm_str_is(name, known[i].name))
            continue;
        gm_django_op op = {
            .operation = name, .whole = known[i].whole, .part = known[i].part, .line = call->line};
        op.unreadable = !read_names(r, call, known[i].arguments, &op);
        if (gm_str_is(name, "AlterModelOptions"))
            op.whole = says_managed(r, call);
        if (gm_str_is(name, "CreateModel"))
            read_made(r, call, &op);
        add(r, op);
        return;
    }
    unreadable(r, call->line);
}

static void read_list(reader *r, const gm_py_expr *written)
{
    const gm_py_expr *list = resolve(r, written);
    if (r->depth > DEPTH_MAX || *r->lists >= LISTS_MAX) {
        unreadable(r, written->line);
        *r->lists = LISTS_MAX + 1;
        return;
    }
    ++*r->lists;
    r->depth++;
    if (list->kind == GM_PY_LIST || list->kind == GM_PY_TUPLE) {
        GM_EACH (const gm_py_arg, arg, &list->args) {
            const gm_py_expr *item = resolve(r, arg->value);
            if (arg->stars)
                read_list(r, arg->value);
            else if (item->kind == GM_PY_CALL)
                read_call(r, item);
            else
                unreadable(r, item->line);
        }
    } else if (list->kind == GM_PY_BINARY && gm_str_is(list->text, "+")) {
        read_list(r, list->left);
        read_list(r, list->right);
    } else {
        unreadable(r, written->line);
    }
    r->depth--;
}

/* ---- the file ---- */

static void bind(reader *r, const gm_py_statement *s)
{
    GM_EACH (const gm_py_expr *const, target, &s->targets) {
        gm_py_expr *kept = gm_new(r->arena, gm_py_expr);
        if ((*target)->kind != GM_PY_NAME || !s->value)
            continue;
        *kept = *s->value;
        gm_map_set(&r->constants, (*target)->text, kept);
    }
}

static bool names_operations(const gm_py_statement *s)
{
    GM_EACH (const gm_py_expr *const, target, &s->targets)
        if ((*target)->kind == GM_PY_NAME && gm_str_is((*target)->text, "operations"))
            return true;
    return false;
}

/* if …: operations = … ; operations.append(…) */
static bool may_change_operations(const gm_py_statement *s)
{
    gm_str word = GM_STR("operations");
    return (s->kind == GM_PY_BLOCK || s->kind == GM_PY_EXPR || s->kind == GM_PY_FUNCTION) &&
           !(s->kind == GM_PY_EXPR && gm_py_is_string(s->value)) &&
           gm_str_search(s->source, word) < s->source.len;
}

static void read_class(reader *r, const gm_py_statement *class)
{
    GM_EACH (gm_py_statement *const, s, &class->body) {
        if ((*s)->kind == GM_PY_FUNCTION)
            gm_map_set(&r->functions, (*s)->name, NULL);
        if ((*s)->kind == GM_PY_ASSIGN && !names_operations(*s))
            bind(r, *s);
    }
    GM_EACH (gm_py_statement *const, s, &class->body) {
        bool assigns = (*s)->kind == GM_PY_ASSIGN || (*s)->kind == GM_PY_AUGMENT;
        if (assigns && names_operations(*s) && (*s)->value)
            read_list(r, (*s)->value);
        else if (may_change_operations(*s) || (*s)->kind == GM_PY_STATEMENT_BROKEN)
            unreadable(r, (*s)->line);
    }
}

static bool alters_schema(gm_str text)
{
    gm_str editor = GM_STR("schema_editor.");
    gm_str execute = GM_STR(".execute(");
    gm_str connection = GM_STR("connection");
    if (gm_str_search(text, execute) < text.len)
        return true;
    for (;;) {
        size_t at = gm_str_search(text, editor);
        if (at == text.len)
            return false;
        text = gm_str_sub(text, at + editor.len, text.len);
        if (!gm_str_starts(text, connection))
            return true;
    }
}

gm_django_ops gm_django_ops_read(gm_arena *arena, gm_str text)
{
    gm_django_ops ops = {0};
    size_t lists = 0;
    reader r = {.arena = arena,
                .lists = &lists,
                .constants = gm_map_new(arena),
                .functions = gm_map_new(arena),
                .ops = &ops,
                .alters = alters_schema(text)};
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, text));
    const gm_py_statement *class = NULL;
    GM_EACH (gm_py_statement *const, s, &all) {
        if ((*s)->kind == GM_PY_FUNCTION)
            gm_map_set(&r.functions, (*s)->name, NULL);
        else if ((*s)->kind == GM_PY_ASSIGN)
            bind(&r, *s);
        else if ((*s)->kind == GM_PY_CLASS && gm_str_is((*s)->name, "Migration"))
            class = *s;
        else if ((*s)->kind == GM_PY_STATEMENT_BROKEN)
            unreadable(&r, (*s)->line);
    }
    if (class)
        read_class(&r, class);
    else
        unreadable(&r, 1);
    return ops;
}

/* ---- questions ---- */

static bool names_table(gm_arena *arena, const gm_django_op *op, gm_str table)
{
    gm_str name = gm_str_lower(arena, table);
    return op->sql.len && name.len && gm_str_search(op->sql, name) < op->sql.len;
}

static bool names_field(const gm_django_op *op, const gm_strs *fields)
{
    GM_EACH (const gm_str, field, fields)
        if (gm_strs_have(&op->fields, *field))
            return true;
    return false;
}

bool gm_django_ops_touch(gm_arena *arena, const gm_django_ops *ops, const gm_django_part *part)
{
    GM_EACH (const gm_django_op, op, ops) {
        if (op->unreadable || names_table(arena, op, part->table))
            return true;
        bool same = op->model.len &&
                    (gm_str_eq(op->model, part->model) || gm_str_eq(op->other, part->model));
        if (!same)
            continue;
        if (op->whole || names_field(op, &part->fields))
            return true;
        if (part->is_table && gm_str_is(op->operation, "AlterModelOptions"))
            return true;
        if (op->part && !part->is_table &&
            (!part->is_column || gm_strs_have(&part->fields, GM_STR("_order"))))
            return true;
    }
    return false;
}

/* Django makes these of itself. */
static bool is_implied(const gm_strs *fields)
{
    return gm_strs_have(fields, GM_STR("id")) || gm_strs_have(fields, GM_STR("_order"));
}

gm_django_ops gm_django_ops_listing(gm_arena *arena, const gm_django_ops *ops,
                                    const gm_strs *fields)
{
    gm_django_ops kept = {0};
    GM_EACH (const gm_django_op, op, ops)
        if (!op->listed || is_implied(fields) || names_field(op, fields))
            gm_vec_push(arena, &kept, *op);
    return kept;
}

bool gm_django_ops_move(const gm_django_ops *ops, gm_str model)
{
    GM_EACH (const gm_django_op, op, ops)
        if (op->unreadable ||
            (op->whole && (gm_str_eq(op->model, model) || gm_str_eq(op->other, model))))
            return true;
    return false;
}
