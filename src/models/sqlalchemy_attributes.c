/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a class and of what it is mixed with -> columns and constraints.
 */
#include "models/sqlalchemy.h"

typedef struct {
    gm_sa *sa;
    gm_sa_class *class; /* that they are read for */
    gm_map seen;        /* names of attributes that an earlier class of the order has */
} walk;

static bool is_declared(const gm_py_statement *function)
{
    GM_EACH (const gm_py_expr *const, each, &function->decorators) {
        const gm_py_expr *expr = *each;
        while (expr->kind == GM_PY_ATTRIBUTE || expr->kind == GM_PY_CALL) {
            if (expr->kind == GM_PY_ATTRIBUTE && gm_str_is(expr->text, "declared_attr"))
                return true;
            expr = expr->left;
        }
        if (expr->kind == GM_PY_NAME && gm_str_is(expr->text, "declared_attr"))
            return true;
    }
    return false;
}

static gm_sa_scope scope_in(const walk *w, const gm_sa_class *by)
{
    return (gm_sa_scope){.file = by->file, .within = by->statement, .owner = w->class};
}

static gm_sa_column unfollowed(const gm_sa_class *by, const gm_py_statement *s, gm_str name)
{
    return (gm_sa_column){.name = name,
                          .type = GM_STR("?"),
                          .nullable = true,
                          .unresolved = true,
                          .path = by->file->path,
                          .line = s->line};
}

static void add_column(const walk *w, const gm_sa_column *column)
{
    if (w->class->home)
        gm_sa_add_column(w->sa, &w->class->home->table, column);
}

static void read_assignment(walk *w, const gm_sa_class *by, const gm_py_statement *s, bool sure)
{
    gm_sa_scope scope = scope_in(w, by);
    GM_EACH (const gm_py_expr *const, target, &s->targets) {
        gm_sa_column column;
        if ((*target)->kind != GM_PY_NAME || gm_map_find(&w->seen, (*target)->text, NULL))
            continue;
        bool is_column = w->class->sqlmodel && by->fields && s->annotation
                             ? gm_sa_read_field(w->sa, &scope, (*target)->text, s->annotation,
                                                s->value, s->line, &column)
                             : gm_sa_read_column(w->sa, &scope, (*target)->text, s->annotation,
                                                 s->value, s->line, &column);
        if (is_column) {
            column.unresolved = column.unresolved || !sure;
            add_column(w, &column);
        } else if (s->value && w->class->home && gm_sa_may_be_columns(w->sa, &scope, s->value)) {
            gm_sa_add_attribute(w->sa, &w->class->home->table, (*target)->text, s->value,
                                by->file->path);
        }
    }
}

/* @aggregated("members", Column(…)): the function says how the column's value is worked out. */
static bool is_decorated(const walk *w, const gm_sa_scope *scope, const gm_py_statement *s,
                         gm_sa_column *column)
{
    GM_EACH (const gm_py_expr *const, each, &s->decorators) {
        if ((*each)->kind != GM_PY_CALL)
            continue;
        GM_EACH (const gm_py_arg, arg, &(*each)->args)
            if (!arg->name.len && arg->value->kind == GM_PY_CALL &&
                gm_sa_read_column(w->sa, scope, s->name, NULL, arg->value, s->line, column))
                return true;
    }
    return false;
}

static void read_function(walk *w, const gm_sa_class *by, const gm_py_statement *s)
{
    gm_sa_scope scope = scope_in(w, by);
    gm_sa_column column;
    if (gm_map_find(&w->seen, s->name, NULL))
        return;
    if (is_decorated(w, &scope, s, &column)) {
        add_column(w, &column);
        return;
    }
    if (!is_declared(s))
        return;
    const gm_py_expr *returned = gm_sa_returned(s);
    if (returned) {
        if (gm_sa_read_column(w->sa, &scope, s->name, NULL, returned, s->line, &column))
            add_column(w, &column);
    } else if (gm_sa_may_make_column(w->sa, by->file, s)) {
        column = unfollowed(by, s, s->name);
        add_column(w, &column);
    }
}

static bool for_types_only(const gm_py_statement *block)
{
    return block->value && gm_str_ends(block->value->source, GM_STR("TYPE_CHECKING"));
}

static void read_body(walk *w, const gm_sa_class *by, const gm_py_statements *body, bool sure)
{
    GM_EACH (gm_py_statement *const, s, body) {
        if ((*s)->kind == GM_PY_ASSIGN)
            read_assignment(w, by, *s, sure);
        else if ((*s)->kind == GM_PY_FUNCTION)
            read_function(w, by, *s);
        else if ((*s)->kind == GM_PY_BLOCK && !for_types_only(*s))
            read_body(w, by, &(*s)->body, false);
    }
}

static void see_names(walk *w, const gm_sa_class *class)
{
    GM_EACH (gm_py_statement *const, s, &class->statement->body) {
        if ((*s)->kind == GM_PY_FUNCTION)
            gm_map_add(&w->seen, (*s)->name, NULL);
        if ((*s)->kind == GM_PY_ASSIGN)
            GM_EACH (const gm_py_expr *const, target, &(*s)->targets)
                if ((*target)->kind == GM_PY_NAME)
                    gm_map_add(&w->seen, (*target)->text, NULL);
    }
}

static void read_args(const walk *w)
{
    GM_EACH (gm_sa_class *const, by, &w->class->order) {
        if (*by != w->class && (*by)->mapped)
            return;
        gm_sa_scope scope = scope_in(w, *by);
        GM_EACH (gm_py_statement *const, s, &(*by)->statement->body) {
            bool assigned = (*s)->kind == GM_PY_ASSIGN &&
                            (*s)->targets.items[0]->kind == GM_PY_NAME &&
                            gm_str_is((*s)->targets.items[0]->text, "__table_args__");
            bool returned = (*s)->kind == GM_PY_FUNCTION && gm_str_is((*s)->name, "__table_args__");
            if (!assigned && !returned)
                continue;
            const gm_py_expr *value = assigned ? (*s)->value : gm_sa_returned(*s);
            const gm_py_expr unknown = {
                .kind = GM_PY_OTHER, .source = GM_STR("__table_args__()"), .line = (*s)->line};
            gm_sa_read_args(w->sa, &scope, &w->class->home->table, value ? value : &unknown);
            return;
        }
    }
}

/* Of these it is known that they bring no columns. */
static bool is_plain(gm_str base)
{
    static const char *const words[] = {"Model",     "DeclarativeBase",    "DeclarativeBaseNoMeta",
                                        "Generic",   "MappedAsDataclass",  "object",
                                        "ABC",       "AsyncAttrs",         "Protocol",
                                        "UserMixin", "AnonymousUserMixin", "Base",
                                        "SQLModel",  "BaseModel"};
    size_t dot = gm_str_rfind(base, '.');
    gm_str word = dot == base.len ? base : gm_str_sub(base, dot + 1, base.len);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_is(word, words[i]))
            return true;
    return false;
}

static void read_bases(gm_sa *sa, const gm_sa_class *class)
{
    gm_strs bases = {0};
    GM_EACH (gm_sa_class *const, by, &class->order)
        GM_EACH (const gm_str, base, &(*by)->outside)
            if (!is_plain(*base) && !gm_strs_have(&bases, *base))
                gm_vec_push(sa->arena, &bases, *base);
    if (bases.len && class->has_table)
        gm_sa_add_bases(sa, &class->table, &bases);
}

void gm_sa_read_class(gm_sa *sa, gm_sa_class *class)
{
    walk w = {sa, class, gm_map_new(sa->arena)};
    gm_sa_place_class(sa, class);
    if (!class->mapped || !class->home)
        return;
    size_t before = sa->facts.len;
    if (class->has_table)
        gm_sa_add_table(sa, &class->table);
    GM_EACH (gm_sa_class *const, by, &class->order) {
        if (*by != class && (*by)->mapped) {
            /* Its columns are its own table's, and what it is mixed with has given them already. */
            GM_EACH (gm_sa_class *const, over, &(*by)->order)
                see_names(&w, *over);
            continue;
        }
        read_body(&w, *by, &(*by)->statement->body, true);
        see_names(&w, *by);
    }
    read_args(&w);
    /* Without a name and without a column it is a base of other classes. */
    if (class->has_table && !class->table.known && sa->facts.len == before + 1)
        sa->facts.len = before;
    else
        read_bases(sa, class);
}

gm_str gm_sa_column_named(const gm_sa_class *class, gm_str attribute)
{
    GM_EACH (gm_sa_class *const, by, &class->order) {
        GM_EACH (gm_py_statement *const, s, &(*by)->statement->body) {
            if ((*s)->kind != GM_PY_ASSIGN || (*s)->targets.items[0]->kind != GM_PY_NAME ||
                !gm_str_eq((*s)->targets.items[0]->text, attribute) || !(*s)->value ||
                (*s)->value->kind != GM_PY_CALL)
                continue;
            const gm_py_expr *first = gm_py_positional(&(*s)->value->args, 0);
            const gm_py_expr *named = gm_py_keyword(&(*s)->value->args, "name");
            if (first && gm_py_is_string(first))
                return first->text;
            return named && gm_py_is_string(named) ? named->text : attribute;
        }
    }
    return attribute;
}
