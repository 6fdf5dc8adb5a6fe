/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files -> facts: each model file is looked through for classes, tables and indexes.
 */
#include "models/sqlalchemy.h"

static bool contains(gm_str text, const char *word)
{
    return gm_str_search(text, gm_str_from(word)) < text.len;
}

bool gm_orm_holds_sqlalchemy(gm_str bytes)
{
    return contains(bytes, "Column") || contains(bytes, "mapped_column") ||
           contains(bytes, "Mapped") || contains(bytes, "Table(") ||
           contains(bytes, "__tablename__") || contains(bytes, "Model)") ||
           contains(bytes, "table=True") || contains(bytes, "table = True");
}

static void read_value(gm_sa *sa, gm_sa_file *file, const gm_py_expr *value)
{
    gm_sa_scope scope = {.file = file};
    if (value && value->kind == GM_PY_CALL && !gm_sa_read_table(sa, &scope, value))
        gm_sa_read_loose_index(sa, &scope, value);
}

static void read_statements(gm_sa *sa, gm_sa_file *file, const gm_py_statements *body)
{
    GM_EACH (gm_py_statement *const, s, body) {
        switch ((*s)->kind) {
        case GM_PY_CLASS:
            gm_sa_read_class(sa, gm_sa_class_of(sa, file, *s));
            GM_EACH (gm_py_statement *const, inner, &(*s)->body)
                if ((*inner)->kind == GM_PY_ASSIGN)
                    read_value(sa, file, (*inner)->value);
            break;
        case GM_PY_ASSIGN:
        case GM_PY_EXPR:
            read_value(sa, file, (*s)->value);
            break;
        case GM_PY_BLOCK:
            read_statements(sa, file, &(*s)->body);
            break;
        default:
            break;
        }
    }
}

static void read_hints(gm_sa *sa)
{
    sa->hint_file = gm_new(sa->arena, gm_sa_file);
    sa->hint_file->path = GM_STR("gmig.yml");
    sa->hint_file->names = gm_map_new(sa->arena);
    GM_EACH (const gm_orm_hint, hint, &sa->source->hints) {
        const gm_py_statement *s = gm_py_next(gm_py_open(sa->arena, hint->value));
        const gm_py_expr **kept = gm_new(sa->arena, const gm_py_expr *);
        if (!s || s->kind != GM_PY_EXPR)
            continue;
        *kept = s->value;
        gm_map_add(&sa->hints, hint->name, kept);
    }
}

static int by_text(const void *a, const void *b)
{
    const gm_orm_fact *x = a;
    const gm_orm_fact *y = b;
    int order = gm_str_cmp(x->text, y->text);
    if (!order)
        order = gm_str_cmp(x->path, y->path);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

gm_sa gm_sa_begin(gm_arena *arena, const gm_orm_source *source)
{
    gm_sa sa = {.arena = arena,
                .source = source,
                .paths = gm_map_new(arena),
                .files = gm_map_new(arena),
                .classes = gm_map_new(arena),
                .hints = gm_map_new(arena),
                .types = gm_map_new(arena),
                .borrowed = gm_map_new(arena)};
    GM_EACH (const gm_str, path, &source->paths)
        gm_map_add(&sa.paths, *path, NULL);
    read_hints(&sa);
    return sa;
}

/* A syntax error, git's conflict markers, Python 2. What a function does is no model. */
static void add_broken(gm_sa *sa, gm_str path, const gm_py_statements *body)
{
    enum { SHOWN = 80 };
    GM_EACH (gm_py_statement *const, s, body) {
        gm_str line = gm_str_sub((*s)->source, 0, gm_str_find((*s)->source, '\n', 0));
        gm_str text = gm_str_printf(
            sa->arena, "line \"%.*s\" of %.*s",
            GM_ARG(gm_str_sub(line, 0, line.len < SHOWN ? line.len : SHOWN)), GM_ARG(path));
        if ((*s)->kind == GM_PY_STATEMENT_BROKEN)
            gm_vec_push(sa->arena, &sa->facts,
                        (gm_orm_fact){.text = text,
                                      .object = text,
                                      .is_broken = true,
                                      .unresolved = true,
                                      .path = path,
                                      .line = (*s)->line});
        else if ((*s)->kind == GM_PY_CLASS || (*s)->kind == GM_PY_BLOCK)
            add_broken(sa, path, &(*s)->body);
    }
}

gm_orm_facts gm_sa_end(gm_sa *sa)
{
    gm_orm_facts facts = {0};
    GM_EACH (const gm_map_entry, entry, &sa->files.entries) {
        const gm_sa_file *file = entry->value;
        if (file)
            add_broken(sa, file->path, &file->statements);
    }
    gm_sort(sa->facts.items, sa->facts.len, sizeof(*sa->facts.items), by_text);
    GM_EACH (const gm_orm_fact, fact, &sa->facts)
        if (!facts.len || !gm_str_eq(facts.items[facts.len - 1].text, fact->text))
            gm_vec_push(sa->arena, &facts, *fact);
    return facts;
}

gm_orm_facts gm_orm_read_sqlalchemy(gm_arena *arena, const gm_orm_source *source)
{
    gm_sa sa = gm_sa_begin(arena, source);
    GM_EACH (const gm_str, path, &source->models) {
        gm_sa_file *file = gm_sa_open(&sa, *path);
        if (file)
            read_statements(&sa, file, &file->statements);
    }
    gm_sa_lend_types(&sa);
    return gm_sa_end(&sa);
}
