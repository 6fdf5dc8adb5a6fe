/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RANDOM_SCHEMA_H
#define GM_RANDOM_SCHEMA_H

/*
 * Random pairs of schemas, the same from the same seed: tables, columns, keys, checks, indexes,
 * views and triggers, and what was renamed between the two.
 *
 * A place for a table or column is the same thing in both schemas, whatever it is called there.
 * Rows with one small number in every column fit into every schema: what is NOT NULL has a default,
 * what is unique or refers to another table has none, and checks ask for little.
 */

#include "gm_test.h"

#include "base/buf.h"
#include "schema/diff.h"

enum { RANDOM_TABLES = 4, RANDOM_COLUMNS = 5, RANDOM_INDEXES = 2, RANDOM_VIEWS = 2 };

typedef struct {
    bool there;
    bool not_null;
    bool unique;
    bool collated;
    unsigned name;       /* which of its names it has; 2: that of its neighbour */
    unsigned type;       /* INTEGER, TEXT, REAL, NUMERIC */
    unsigned value;      /* its default: none, a number, an expression */
    unsigned check;      /* none, without a name, with a name */
    unsigned generated;  /* 0: not; else what is added to the id */
    unsigned references; /* 0: nothing; else 1 + the place of a table */
} random_column;

typedef struct {
    bool there;
    bool unique;
    bool descending;
    bool expression;
    bool partial;
    unsigned column;
} random_index;

typedef struct {
    bool there;
    bool strict;
    bool check;   /* one of the table's own, which calls it by its name */
    unsigned key; /* plain, counting, no alias for the rowid, without rowid */
    unsigned name;
    unsigned trigger; /* 0: none; else 1 + the place of the table that it changes */
    random_column columns[RANDOM_COLUMNS];
    random_index indexes[RANDOM_INDEXES];
} random_table;

typedef struct {
    bool there;
    bool trigger;
    unsigned table;
    unsigned column;
} random_view;

typedef struct {
    random_table tables[RANDOM_TABLES];
    random_view views[RANDOM_VIEWS]; /* the second may stand on the first */
    bool stacked;
} random_schema;

typedef struct {
    uint64_t state;
} random_source;

/* splitmix64 */
static inline unsigned random_below(random_source *source, unsigned limit)
{
    uint64_t z = (source->state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (unsigned)((z ^ (z >> 31)) % limit);
}

static inline bool random_chance(random_source *source, unsigned of_ten)
{
    return random_below(source, 10) < of_ten;
}

static inline random_column random_column_of(random_source *s)
{
    random_column c = {.there = random_chance(s, 7),
                       .not_null = random_chance(s, 3),
                       .unique = random_chance(s, 1),
                       .collated = random_chance(s, 2),
                       .name = random_below(s, 4) == 0,
                       .type = random_below(s, 4),
                       .value = random_below(s, 3),
                       .check = random_chance(s, 3) ? 1 + random_below(s, 2) : 0,
                       .generated = random_chance(s, 1) ? 1 + random_below(s, 4) : 0,
                       .references = random_chance(s, 2) ? 1 + random_below(s, RANDOM_TABLES) : 0};
    if (c.generated)
        c = (random_column){.there = c.there, .name = c.name, .generated = c.generated};
    if (c.references)
        c.type = c.collated = 0;
    if (c.unique || c.references)
        c.value = 0;
    c.not_null = c.not_null && c.value;
    return c;
}

static inline random_index random_index_of(random_source *s)
{
    return (random_index){.there = random_chance(s, 5),
                          .unique = random_chance(s, 2),
                          .descending = random_chance(s, 3),
                          .expression = random_chance(s, 2),
                          .partial = random_chance(s, 2),
                          .column = random_below(s, RANDOM_COLUMNS)};
}

static inline random_view random_view_of(random_source *s)
{
    return (random_view){.there = random_chance(s, 5),
                         .trigger = random_chance(s, 4),
                         .table = random_below(s, RANDOM_TABLES),
                         .column = random_below(s, RANDOM_COLUMNS)};
}

static inline random_table random_table_of(random_source *s)
{
    random_table t = {.there = random_chance(s, 8),
                      .strict = random_chance(s, 2),
                      .check = random_chance(s, 3),
                      .key = random_below(s, 4),
                      .name = random_below(s, 4) == 0,
                      .trigger = random_chance(s, 3) ? 1 + random_below(s, RANDOM_TABLES) : 0};
    for (size_t i = 0; i < RANDOM_COLUMNS; i++)
        t.columns[i] = random_column_of(s);
    for (size_t i = 0; i < RANDOM_INDEXES; i++)
        t.indexes[i] = random_index_of(s);
    return t;
}

static inline random_schema random_schema_of(random_source *s)
{
    random_schema schema = {.stacked = random_chance(s, 5)};
    for (size_t i = 0; i < RANDOM_TABLES; i++)
        schema.tables[i] = random_table_of(s);
    for (size_t i = 0; i < RANDOM_VIEWS; i++)
        schema.views[i] = random_view_of(s);
    return schema;
}

static inline void random_change_table(random_source *s, random_table *t)
{
    random_table other = random_table_of(s);
    for (size_t i = 0; i < RANDOM_COLUMNS; i++)
        if (random_chance(s, 3))
            t->columns[i] = other.columns[i];
    for (size_t i = 0; i < RANDOM_INDEXES; i++)
        if (random_chance(s, 3))
            t->indexes[i] = other.indexes[i];
    t->strict = random_chance(s, 2) ? other.strict : t->strict;
    t->check = random_chance(s, 2) ? other.check : t->check;
    t->key = random_chance(s, 2) ? other.key : t->key;
    t->name = random_chance(s, 3) ? other.name : t->name;
    t->trigger = random_chance(s, 3) ? other.trigger : t->trigger;
}

/* Some of it is as it was, some is not. */
static inline void random_change(random_source *s, random_schema *schema)
{
    for (size_t i = 0; i < RANDOM_TABLES; i++) {
        if (random_chance(s, 5))
            random_change_table(s, &schema->tables[i]);
        if (random_chance(s, 1))
            schema->tables[i].there = !schema->tables[i].there;
    }
    for (size_t i = 0; i < RANDOM_VIEWS; i++)
        if (random_chance(s, 3))
            schema->views[i] = random_view_of(s);
}

/* ---- as SQL ---- */

typedef struct {
    gm_arena *arena;
    gm_dialect dialect;
    const random_schema *schema;
    gm_buf sql;
} random_writer;

static inline gm_str random_column_name(gm_arena *arena, const random_column *c, size_t place)
{
    static const char *const words[] = {"c", "Other ", "c"};
    return gm_str_printf(arena, "\"%s%zu\"", words[c->name], c->name == 2 ? place ^ 1 : place);
}

static inline gm_str random_table_name(gm_arena *arena, const random_table *t, size_t place)
{
    static const char *const words[] = {"t", "order"};
    return gm_str_printf(arena, "%s%zu", words[t->name], place);
}

/* The first column from `from` on; the id where there is none. */
static inline gm_str random_some_column(const random_writer *w, const random_table *t, size_t from)
{
    for (size_t i = from; i < RANDOM_COLUMNS; i++)
        if (t->columns[i].there)
            return random_column_name(w->arena, &t->columns[i], i);
    return GM_STR("id");
}

static inline const char *random_type(const random_writer *w, const random_table *t,
                                      const random_column *c)
{
    static const char *const sqlite[] = {"INTEGER", "TEXT", "REAL", "NUMERIC(10, 2)"};
    static const char *const postgres[] = {"integer", "text", "double precision", "numeric(10, 2)"};
    if (w->dialect == GM_POSTGRES)
        return postgres[c->type];
    return sqlite[t->strict ? c->type % 3 : c->type];
}

static inline const char *random_value(const random_writer *w, const random_column *c)
{
    static const char *const numbers[] = {"", " DEFAULT 7", " DEFAULT (1 + 6)"};
    static const char *const texts[] = {"", " DEFAULT '7'", " DEFAULT ('1' || '6')"};
    (void)w;
    return (c->type == 1 ? texts : numbers)[c->value];
}

static inline bool random_refers(const random_writer *w, const random_column *c)
{
    return c->there && c->references && w->schema->tables[c->references - 1].there;
}

static inline void random_write_reference(random_writer *w, const random_column *c, size_t place)
{
    if (random_refers(w, c))
        gm_buf_printf(&w->sql, " REFERENCES %.*s (id)%s",
                      GM_ARG(random_table_name(w->arena, &w->schema->tables[c->references - 1],
                                               c->references - 1)),
                      place % 2 ? "" : " ON DELETE CASCADE");
}

/* PostgreSQL wants the other table to be there, and they may go round in a circle. */
static inline void random_write_late_references(random_writer *w, size_t place)
{
    const random_table *t = &w->schema->tables[place];
    for (size_t i = 0; i < RANDOM_COLUMNS; i++)
        if (random_refers(w, &t->columns[i])) {
            gm_buf_printf(&w->sql, "ALTER TABLE %.*s ADD FOREIGN KEY (%.*s)",
                          GM_ARG(random_table_name(w->arena, t, place)),
                          GM_ARG(random_column_name(w->arena, &t->columns[i], i)));
            random_write_reference(w, &t->columns[i], i);
            gm_buf_z(&w->sql, ";\n");
        }
}

static inline void random_write_column(random_writer *w, const random_table *t, size_t place)
{
    const random_column *c = &t->columns[place];
    gm_str name = random_column_name(w->arena, c, place);
    bool postgres = w->dialect == GM_POSTGRES;
    gm_buf_printf(&w->sql, ",\n  %.*s %s", GM_ARG(name), random_type(w, t, c));
    if (c->generated)
        gm_buf_printf(&w->sql, " GENERATED ALWAYS AS (id + %u)%s", c->generated / 2 + 1,
                      postgres || c->generated % 2 ? " STORED" : "");
    if (c->collated && (!postgres || c->type == 1))
        gm_buf_z(&w->sql, postgres ? " COLLATE \"C\"" : " COLLATE NOCASE");
    gm_buf_printf(&w->sql, "%s%s%s", c->not_null ? " NOT NULL" : "", random_value(w, c),
                  c->unique ? " UNIQUE" : "");
    if (c->check == 2)
        gm_buf_printf(&w->sql, " CONSTRAINT ck%zu", place);
    if (c->check)
        gm_buf_printf(&w->sql, " CHECK (%.*s <> %s)", GM_ARG(name), c->type == 1 ? "''" : "0");
    if (!postgres)
        random_write_reference(w, c, place);
}

static inline void random_write_table(random_writer *w, size_t place)
{
    static const char *const sqlite[] = {
        "id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT",
        "id INT PRIMARY KEY NOT NULL", "id INTEGER NOT NULL PRIMARY KEY"};
    static const char *const postgres[] = {
        "id integer PRIMARY KEY", "id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        "id serial PRIMARY KEY", "id integer CONSTRAINT pk%zu PRIMARY KEY"};
    const random_table *t = &w->schema->tables[place];
    gm_str name = random_table_name(w->arena, t, place);
    bool rowid = w->dialect == GM_POSTGRES || t->key != 3;
    bool strict = w->dialect == GM_SQLITE && t->strict && t->key != 2;
    gm_buf_printf(&w->sql, "CREATE TABLE %.*s (\n  ", GM_ARG(name));
    if (w->dialect == GM_SQLITE)
        gm_buf_z(&w->sql, sqlite[t->key]);
    else if (t->key == 3)
        gm_buf_printf(&w->sql, "id integer CONSTRAINT pk%zu PRIMARY KEY", place);
    else
        gm_buf_z(&w->sql, postgres[t->key]);
    for (size_t i = 0; i < RANDOM_COLUMNS; i++)
        if (t->columns[i].there)
            random_write_column(w, t, i);
    if (t->check)
        gm_buf_printf(&w->sql, ",\n  CHECK (%.*s.id > -1)", GM_ARG(name));
    gm_buf_printf(&w->sql, "\n)%s%s%s;\n", rowid ? "" : " WITHOUT ROWID",
                  strict && !rowid ? "," : "", strict ? " STRICT" : "");
}

static inline void random_write_indexes(random_writer *w, size_t place)
{
    const random_table *t = &w->schema->tables[place];
    for (size_t i = 0; i < RANDOM_INDEXES; i++) {
        const random_index *x = &t->indexes[i];
        gm_str column = random_some_column(w, t, x->column);
        if (!x->there)
            continue;
        gm_buf_printf(&w->sql, "CREATE %sINDEX i%zu%zu ON %.*s (", x->unique ? "UNIQUE " : "",
                      place, i, GM_ARG(random_table_name(w->arena, t, place)));
        gm_buf_printf(&w->sql, x->expression ? "(%.*s IS NULL)" : "%.*s", GM_ARG(column));
        gm_buf_printf(&w->sql, "%s, id)%s;\n", x->descending ? " DESC" : "",
                      x->partial ? " WHERE id > 0" : "");
    }
}

static inline void random_write_trigger(random_writer *w, size_t place)
{
    const random_table *t = &w->schema->tables[place];
    if (!t->trigger || !w->schema->tables[t->trigger - 1].there)
        return;
    gm_str name = random_table_name(w->arena, t, place);
    const random_table *other = &w->schema->tables[t->trigger - 1];
    gm_str other_name = random_table_name(w->arena, other, t->trigger - 1);
    if (w->dialect == GM_SQLITE)
        gm_buf_printf(&w->sql,
                      "CREATE TRIGGER g%zu AFTER UPDATE ON %.*s BEGIN\n"
                      "  DELETE FROM %.*s WHERE id = -new.id AND %.*s IS NULL;\nEND;\n",
                      place, GM_ARG(name), GM_ARG(other_name),
                      GM_ARG(random_some_column(w, other, 0)));
    else
        gm_buf_printf(&w->sql,
                      "CREATE TRIGGER g%zu AFTER UPDATE ON %.*s FOR EACH ROW WHEN (new.id < 0) "
                      "EXECUTE FUNCTION nothing();\n",
                      place, GM_ARG(name));
}

static inline void random_write_views(random_writer *w)
{
    const random_view *first = &w->schema->views[0];
    bool made = false;
    for (size_t i = 0; i < RANDOM_VIEWS; i++) {
        const random_view *v = &w->schema->views[i];
        const random_table *t = &w->schema->tables[v->table];
        bool stacked = i == 1 && made && w->schema->stacked;
        if (!v->there || (!stacked && !t->there))
            continue;
        gm_str column = stacked ? GM_STR("x") : random_some_column(w, t, v->column);
        gm_str name = stacked ? GM_STR("v0") : random_table_name(w->arena, t, v->table);
        gm_buf_printf(&w->sql,
                      "CREATE VIEW v%zu AS SELECT id, %.*s AS x FROM %.*s WHERE id > %u;\n", i,
                      GM_ARG(column), GM_ARG(name), first->column);
        if (v->trigger && w->dialect == GM_SQLITE)
            gm_buf_printf(&w->sql,
                          "CREATE TRIGGER gv%zu INSTEAD OF DELETE ON v%zu BEGIN\n"
                          "  SELECT count(*) FROM %.*s;\nEND;\n",
                          i, i, GM_ARG(name));
        made = true;
    }
}

static inline gm_str random_sql(gm_arena *arena, gm_dialect dialect, const random_schema *schema)
{
    random_writer w = {
        .arena = arena, .dialect = dialect, .schema = schema, .sql = gm_buf_new(arena, SIZE_MAX)};
    if (dialect == GM_POSTGRES)
        gm_buf_z(&w.sql, "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS "
                         "'BEGIN RETURN new; END';\n");
    for (size_t i = 0; i < RANDOM_TABLES; i++)
        if (schema->tables[i].there)
            random_write_table(&w, i);
    for (size_t i = 0; i < RANDOM_TABLES; i++)
        if (schema->tables[i].there) {
            if (dialect == GM_POSTGRES)
                random_write_late_references(&w, i);
            random_write_indexes(&w, i);
            random_write_trigger(&w, i);
        }
    random_write_views(&w);
    return gm_buf_str(&w.sql);
}

/* ---- pairs ---- */

typedef struct {
    random_schema from;
    random_schema to;
    gm_renames renames;
} random_pair;

static inline gm_str random_bare(gm_str name)
{
    return gm_str_has(name, '"') ? gm_str_sub(name, 1, name.len - 1) : name;
}

static inline void random_add_renames(gm_arena *arena, random_pair *pair, size_t place)
{
    const random_table *from = &pair->from.tables[place];
    const random_table *to = &pair->to.tables[place];
    gm_str table = random_table_name(arena, to, place);
    if (from->name != to->name)
        gm_vec_push(arena, &pair->renames,
                    (gm_rename){.kind = GM_OBJECT_TABLE,
                                .from = random_table_name(arena, from, place),
                                .to = table});
    for (size_t i = 0; i < RANDOM_COLUMNS; i++) {
        const random_column *old = &from->columns[i];
        const random_column *now = &to->columns[i];
        if (old->there && now->there && old->name != now->name)
            gm_vec_push(arena, &pair->renames,
                        (gm_rename){.kind = GM_OBJECT_COLUMN,
                                    .table = table,
                                    .from = random_bare(random_column_name(arena, old, i)),
                                    .to = random_bare(random_column_name(arena, now, i))});
    }
}

/* Two columns that stay change names. */
static inline void random_swap_names(random_source *s, random_table *from, random_table *to)
{
    for (size_t i = 0; i + 1 < RANDOM_COLUMNS; i += 2) {
        random_column *const four[] = {&from->columns[i], &from->columns[i + 1], &to->columns[i],
                                       &to->columns[i + 1]};
        bool stay = random_chance(s, 2);
        for (size_t j = 0; j < 4; j++)
            stay = stay && four[j]->there;
        for (size_t j = 0; stay && j < 4; j++)
            four[j]->name = j < 2 ? 0 : 2;
    }
}

/* Rows that stay must find what they point to: in a table that stays, under their own number. */
static inline void random_mend_references(random_pair *pair, random_column *old, random_column *now)
{
    random_column *both[] = {old, now};
    for (size_t i = 0; old->there && now->there && i < 2; i++) {
        unsigned table = both[i]->references;
        if (table && (!pair->from.tables[table - 1].there || !pair->to.tables[table - 1].there ||
                      old->generated || now->generated))
            both[i]->references = 0;
    }
}

/* Two schemas out of one seed; of those with even numbers the second is a changed first. */
static inline random_pair random_pair_of(gm_arena *arena, uint64_t seed)
{
    random_source source = {.state = seed};
    random_pair pair = {.from = random_schema_of(&source)};
    if (seed % 2 == 0) {
        pair.to = pair.from;
        random_change(&source, &pair.to);
    } else {
        pair.to = random_schema_of(&source);
    }
    for (size_t i = 0; i < RANDOM_TABLES; i++)
        if (pair.from.tables[i].there && pair.to.tables[i].there) {
            random_swap_names(&source, &pair.from.tables[i], &pair.to.tables[i]);
            random_add_renames(arena, &pair, i);
            for (size_t j = 0; j < RANDOM_COLUMNS; j++)
                random_mend_references(&pair, &pair.from.tables[i].columns[j],
                                       &pair.to.tables[i].columns[j]);
        }
    return pair;
}

/* The seeds from 1 on, or $GMIG_SEED alone. */
typedef struct {
    uint64_t first;
    uint64_t last;
} random_seeds;

static inline random_seeds random_seeds_of(uint64_t count)
{
    uint64_t one;
    const char *given = getenv("GMIG_SEED");
    if (given && gm_str_u64(gm_str_from(given), &one))
        return (random_seeds){one, one};
    given = getenv("GMIG_SEEDS");
    if (given && gm_str_u64(gm_str_from(given), &one))
        return (random_seeds){1, one};
    return (random_seeds){1, getenv("GMIG_TEST_VALGRIND") ? count / 30 + 1 : count};
}

#endif
