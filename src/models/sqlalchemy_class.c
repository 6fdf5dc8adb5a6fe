/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes -> what they inherit, and which table is theirs.
 *
 * As SQLAlchemy maps classes declaratively: a class has a table of its own when it or a mixin names
 * one, else its columns go to the table of the mapped class that it inherits from. Flask-SQLAlchemy
 * names the table of a class that has a primary key and no name after the class
 * (https://flask-sqlalchemy.palletsprojects.com/en/stable/models/#defining-models).
 */
#include "base/buf.h"
#include "models/sqlalchemy.h"

static const gm_py_statement *defined(const gm_py_statement *class, const char *name)
{
    const gm_py_statement *found = NULL;
    GM_EACH (gm_py_statement *const, s, &class->body) {
        if ((*s)->kind == GM_PY_FUNCTION && gm_str_is((*s)->name, name))
            found = *s;
        if ((*s)->kind == GM_PY_ASSIGN)
            GM_EACH (const gm_py_expr *const, target, &(*s)->targets)
                if ((*target)->kind == GM_PY_NAME && gm_str_is((*target)->text, name))
                    found = *s;
    }
    return found;
}

/* What an attribute of a class is, also of one that is declared by a function. */
static const gm_py_expr *value_of(const gm_py_statement *s)
{
    if (!s)
        return NULL;
    return s->kind == GM_PY_FUNCTION ? gm_sa_returned(s) : s->value;
}

/* ---- bases ---- */

static const gm_py_statement *class_in(const gm_sa_file *file, gm_str name)
{
    GM_EACH (gm_py_statement *const, s, &file->statements)
        if ((*s)->kind == GM_PY_CLASS && gm_str_eq((*s)->name, name))
            return *s;
    return NULL;
}

/* `cls=` of declarative_base(), `model_class=` of SQLAlchemy(): a base of all models */
static void add_base_of_call(gm_sa *sa, gm_sa_class *class, gm_sa_file *file,
                             const gm_py_expr *call)
{
    gm_sa_scope scope = {.file = file};
    const gm_py_expr *base = gm_py_keyword(&call->args, "cls");
    if (!base)
        base = gm_py_keyword(&call->args, "model_class");
    if (!base || base->kind != GM_PY_NAME)
        return;
    const gm_py_statement *statement = class_in(file, base->text);
    gm_sa_thing thing = {.file = file, .statement = statement};
    if (!statement) {
        thing = gm_sa_resolve(sa, &scope, base);
        if (thing.kind != GM_SA_CLASS)
            return;
    }
    gm_sa_class *added = gm_sa_class_of(sa, thing.file, thing.statement);
    if (added != class)
        gm_vec_push(sa->arena, &class->bases, added);
}

static bool makes_base(const gm_sa_thing *callee)
{
    static const char *const words[] = {"declarative_base", "automap_base", "generate_base",
                                        "make_declarative_base", "as_declarative"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_sa_is(callee, words[i]))
            return true;
    return false;
}

static bool of_call(gm_sa *sa, gm_sa_class *class, gm_sa_file *file, const gm_py_expr *call)
{
    gm_sa_scope scope = {.file = file};
    gm_sa_thing callee = gm_sa_callee(sa, &scope, call);
    if (!makes_base(&callee))
        return false;
    class->declarative = true;
    add_base_of_call(sa, class, file, call);
    return true;
}

/* Is `db` of `db.Model` Flask-SQLAlchemy's? Other libraries have a Model, too. */
static bool is_flask(gm_sa *sa, const gm_sa_thing *db)
{
    gm_sa_scope scope = {.file = db->file};
    gm_str name = gm_sa_word(db);
    if (db->kind == GM_SA_VALUE && db->value->kind == GM_PY_CALL) {
        gm_sa_thing callee = gm_sa_callee(sa, &scope, db->value);
        name = gm_sa_word(&callee);
        if (callee.kind == GM_SA_CLASS)
            GM_EACH (const gm_str, base,
                     &gm_sa_class_of(sa, callee.file, callee.statement)->outside)
                name = gm_str_search(*base, GM_STR("SQLAlchemy")) < base->len ? *base : name;
    }
    return gm_str_search(name, GM_STR("SQLAlchemy")) < name.len ||
           (db->kind == GM_SA_OUTSIDE && gm_str_is(name, "db"));
}

static void add_outside(gm_sa *sa, gm_sa_class *class, const gm_sa_scope *scope,
                        const gm_py_expr *expr, const gm_sa_thing *thing)
{
    gm_str word = gm_sa_word(thing);
    if (gm_str_is(word, "DeclarativeBase") || gm_str_is(word, "DeclarativeBaseNoMeta")) {
        class->declarative = true;
        class->root = true;
    } else if (gm_str_is(word, "Model") && expr->kind == GM_PY_ATTRIBUTE) {
        gm_sa_thing db = gm_sa_resolve(sa, scope, expr->left);
        if (is_flask(sa, &db)) {
            class->declarative = true;
            class->flask = true;
        }
        if (class->flask && db.kind == GM_SA_VALUE)
            add_base_of_call(sa, class, db.file, db.value);
    }
    gm_vec_push(sa->arena, &class->outside, thing->dotted.len ? thing->dotted : expr->source);
}

static void read_base(gm_sa *sa, gm_sa_class *class, const gm_py_expr *expr);

/* six's with_metaclass(Meta, Base, …): the bases are those behind it. */
static bool read_metaclass(gm_sa *sa, gm_sa_class *class, const gm_py_expr *call)
{
    gm_str name = gm_py_dotted(sa->arena, call->left);
    if (!gm_str_ends(name, GM_STR("with_metaclass")) || !gm_sa_enter(sa))
        return false;
    for (size_t i = 1; i < call->args.len && i < GM_SA_BASES_MAX; i++)
        if (!call->args.items[i].name.len && !call->args.items[i].stars)
            read_base(sa, class, call->args.items[i].value);
    gm_sa_leave(sa);
    return true;
}

static void read_base(gm_sa *sa, gm_sa_class *class, const gm_py_expr *expr)
{
    gm_sa_scope scope = {.file = class->file, .within = class->statement};
    if (expr->kind == GM_PY_SUBSCRIPT)
        expr = expr->left; /* Generic[T] */
    if (expr->kind == GM_PY_CALL && read_metaclass(sa, class, expr))
        return;
    if (expr->kind == GM_PY_CALL && of_call(sa, class, class->file, expr))
        return;
    gm_sa_thing thing = gm_sa_resolve(sa, &scope, expr);
    if (thing.kind == GM_SA_CLASS && thing.statement != class->statement) {
        gm_vec_push(sa->arena, &class->bases, gm_sa_class_of(sa, thing.file, thing.statement));
        return;
    }
    if (thing.kind == GM_SA_VALUE && thing.value->kind == GM_PY_CALL &&
        of_call(sa, class, thing.file, thing.value))
        return;
    add_outside(sa, class, &scope, expr, &thing);
}

/* ---- the order of ancestors ---- */

static bool has(const gm_sa_classes *list, const gm_sa_class *class)
{
    GM_EACH (gm_sa_class *const, each, list)
        if (*each == class)
            return true;
    return false;
}

static bool in_a_tail(const gm_sa_class *wanted, const gm_sa_classes *lists, const size_t *at,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = at[i] + 1; k < lists[i].len; k++)
            if (lists[i].items[k] == wanted)
                return true;
    return false;
}

/* The C3 merge; where there is none (Python would refuse the class) the first list goes on. */
static void merge(gm_sa *sa, gm_sa_class *class, const gm_sa_classes *lists, size_t count)
{
    size_t *at = gm_new_array(sa->arena, count, size_t);
    for (;;) {
        gm_sa_class *next = NULL;
        for (int strict = 1; strict >= 0 && !next; strict--)
            for (size_t i = 0; i < count && !next; i++)
                if (at[i] < lists[i].len &&
                    (!strict || !in_a_tail(lists[i].items[at[i]], lists, at, count)))
                    next = lists[i].items[at[i]];
        if (!next || class->order.len == GM_SA_ORDER_MAX)
            return;
        if (!has(&class->order, next))
            gm_vec_push(sa->arena, &class->order, next);
        for (size_t i = 0; i < count; i++)
            if (at[i] < lists[i].len && lists[i].items[at[i]] == next)
                at[i]++;
    }
}

static void find_order(gm_sa *sa, gm_sa_class *class)
{
    size_t count = class->bases.len + 1;
    gm_sa_classes *lists = gm_new_array(sa->arena, count, gm_sa_classes);
    for (size_t i = 0; i < class->bases.len; i++) {
        lists[i] = class->bases.items[i]->order;
        class->declarative = class->declarative || class->bases.items[i]->declarative;
        class->flask = class->flask || class->bases.items[i]->flask;
    }
    lists[class->bases.len] = class->bases;
    gm_vec_push(sa->arena, &class->order, class);
    merge(sa, class, lists, count);
}

/* ---- is it mapped? ---- */

static bool is_true(const gm_py_expr *expr)
{
    return expr && expr->kind == GM_PY_CONSTANT && gm_str_is(expr->text, "True");
}

static void read_decorators(gm_sa *sa, gm_sa_class *class)
{
    gm_sa_scope scope = {.file = class->file};
    GM_EACH (const gm_py_expr *const, each, &class->statement->decorators) {
        const gm_py_expr *expr = (*each)->kind == GM_PY_CALL ? (*each)->left : *each;
        gm_sa_thing thing = gm_sa_resolve(sa, &scope, expr);
        if (gm_sa_is(&thing, "as_declarative") || gm_sa_is(&thing, "as_declarative_base")) {
            class->declarative = true;
            class->root = true;
        }
        if (gm_sa_is(&thing, "mapped") || gm_sa_is(&thing, "mapped_as_dataclass"))
            class->declarative = true;
    }
}

static bool is_mapped(const gm_sa_class *class)
{
    const gm_py_statement *s = class->statement;
    if (class->root || is_true(value_of(defined(s, "__abstract__"))))
        return false;
    if (class->declarative || class->sqlmodel)
        return true;
    if (class->fields)
        return false;
    /* Its base is in a library, and what names a table is a model. */
    return class->outside.len && (defined(s, "__tablename__") || defined(s, "__table__")) &&
           gm_sa_mentions_column(s->source);
}

gm_sa_class *gm_sa_class_of(gm_sa *sa, gm_sa_file *file, const gm_py_statement *statement)
{
    gm_str key = gm_str_of(&statement, sizeof(statement));
    gm_sa_class *class = gm_map_get(&sa->classes, key);
    if (class)
        return class;
    class = gm_new(sa->arena, gm_sa_class);
    class->file = file;
    class->statement = statement;
    gm_map_add(&sa->classes, gm_str_of(&class->statement, sizeof(statement)), class);
    read_decorators(sa, class);
    if (gm_sa_enter(sa)) {
        GM_EACH (const gm_py_arg, arg, &statement->args)
            if (!arg->name.len && !arg->stars && class->bases.len < GM_SA_BASES_MAX)
                read_base(sa, class, arg->value);
        gm_sa_leave(sa);
    }
    find_order(sa, class);
    class->fields = gm_sa_has_fields(class);
    class->sqlmodel = gm_sa_is_sqlmodel_table(class);
    class->mapped = is_mapped(class);
    return class;
}

/* ---- its table ---- */

/* Flask-SQLAlchemy's camel_to_snake_case: "HTTPRequest2Log" -> "http_request2_log" */
static gm_str snake_case(gm_arena *arena, gm_str name)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        char before = i ? name.ptr[i - 1] : 0;
        char after = i + 1 < name.len ? name.ptr[i + 1] : 0;
        bool upper = c >= 'A' && c <= 'Z';
        bool word_ends = (before >= 'a' && before <= 'z') || (before >= '0' && before <= '9');
        if (upper && (word_ends || (i && after >= 'a' && after <= 'z')))
            gm_buf_char(&buf, '_');
        gm_buf_char(&buf, (char)(upper ? c + ('a' - 'A') : c));
    }
    gm_str snake = gm_buf_str(&buf);
    while (snake.len && *snake.ptr == '_')
        snake = gm_str_sub(snake, 1, snake.len);
    return snake;
}

static bool has_own_primary(gm_sa *sa, const gm_sa_class *class, const gm_sa_class *parent)
{
    GM_EACH (gm_sa_class *const, each, &class->order) {
        if (parent && has(&parent->order, *each))
            continue;
        gm_sa_scope scope = {.file = (*each)->file};
        GM_EACH (gm_py_statement *const, s, &(*each)->statement->body) {
            if ((*s)->kind != GM_PY_ASSIGN && (*s)->kind != GM_PY_FUNCTION)
                continue;
            const gm_py_expr *value = value_of(*s);
            const gm_py_expr *hint =
                value && value->kind == GM_PY_CALL ? gm_sa_hint(sa, value, &scope) : NULL;
            value = hint ? hint : value;
            if (value && value->kind == GM_PY_CALL &&
                is_true(gm_py_keyword(&value->args, "primary_key")))
                return true;
        }
    }
    return false;
}

static gm_sa_class *mapped_parent(const gm_sa_class *class)
{
    GM_EACH (gm_sa_class *const, each, &class->order)
        if (*each != class && (*each)->mapped)
            return *each;
    return NULL;
}

/* What names the table: the class's own words or a mixin's, not those of a mapped ancestor. */
static const gm_py_statement *naming(const gm_sa_class *class, const gm_sa_class *parent,
                                     const char *name, gm_sa_class **by)
{
    GM_EACH (gm_sa_class *const, each, &class->order) {
        if (*each != class && parent && has(&parent->order, *each))
            continue;
        const gm_py_statement *s = defined((*each)->statement, name);
        if (s) {
            *by = *each;
            return s;
        }
    }
    return NULL;
}

static void add_schema(gm_sa *sa, gm_sa_class *class, const gm_sa_class *parent)
{
    gm_sa_class *by;
    gm_str schema;
    const gm_py_statement *args = naming(class, parent, "__table_args__", &by);
    if (!args)
        return;
    gm_sa_scope scope = {.file = by->file, .within = by->statement, .owner = class};
    if (gm_sa_schema_of(sa, &scope, value_of(args), &schema))
        class->table.name =
            gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(schema), GM_ARG(class->table.name));
}

static bool read_tablename(gm_sa *sa, gm_sa_class *class, const gm_sa_class *parent)
{
    gm_sa_class *by;
    const gm_py_statement *s = naming(class, parent, "__tablename__", &by);
    const gm_py_expr *value = value_of(s);
    if (!s || (s->kind == GM_PY_ASSIGN && gm_py_is_none(value)))
        return false;
    gm_sa_scope scope = {.file = by->file, .within = by->statement, .owner = class};
    class->table.known = value && gm_sa_string(sa, &scope, value, &class->table.name);
    if (!class->table.known)
        class->table.name =
            gm_str_printf(sa->arena, "(of class %.*s)", GM_ARG(class->statement->name));
    return true;
}

/* __table__ = Table("name", …) or a name of one */
static bool read_table(gm_sa *sa, gm_sa_class *class)
{
    const gm_py_expr *value = value_of(defined(class->statement, "__table__"));
    gm_sa_scope scope = {.file = class->file, .within = class->statement};
    if (!value)
        return false;
    if (value->kind != GM_PY_CALL) {
        gm_sa_thing thing = gm_sa_resolve(sa, &scope, value);
        value = thing.value;
        scope = (gm_sa_scope){.file = thing.file};
    }
    class->table.known = value && value->kind == GM_PY_CALL && value->args.len &&
                         gm_sa_string(sa, &scope, value->args.items[0].value, &class->table.name);
    if (!class->table.known)
        class->table.name =
            gm_str_printf(sa->arena, "(of class %.*s)", GM_ARG(class->statement->name));
    return true;
}

void gm_sa_place_class(gm_sa *sa, gm_sa_class *class)
{
    if (class->tabled || !class->mapped)
        return;
    class->tabled = true;
    class->table.path = class->file->path;
    class->table.line = class->statement->line;
    gm_sa_class *parent = mapped_parent(class);
    if (parent)
        gm_sa_place_class(sa, parent);
    if (read_table(sa, class)) {
        class->has_table = true;
    } else if (class->flask && parent && !has_own_primary(sa, class, parent)) {
        /* Whatever name it has: Flask-SQLAlchemy makes no table without a primary key. */
        class->home = parent->home;
        return;
    } else if (read_tablename(sa, class, parent)) {
        class->has_table = true;
    } else if (class->flask) {
        class->table.name = snake_case(sa->arena, class->statement->name);
        class->table.known = true;
        class->has_table = true;
    } else if (class->sqlmodel) {
        class->table.name = gm_str_lower(sa->arena, class->statement->name);
        class->table.known = true;
        class->has_table = true;
    } else if (parent) {
        class->home = parent->home;
        return;
    } else {
        class->table.name =
            gm_str_printf(sa->arena, "(of class %.*s)", GM_ARG(class->statement->name));
        class->has_table = true;
    }
    if (class->table.known)
        add_schema(sa, class, parent);
    class->home = class;
}
