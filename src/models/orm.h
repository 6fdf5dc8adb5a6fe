/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_ORM_H
#define GM_MODELS_ORM_H

/*
 * ORM: models that are classes of a program, read out of its source into facts. Nothing is run.
 *
 * A fact is the smallest part of a schema that can change alone: that a table is there, a column
 * with its type, a foreign key, an index, a constraint. Facts know nothing of how they were
 * written: the order of classes and arguments, comments, layout, methods, relationships, Python
 * defaults and where a mixin stands make no difference. They serve one purpose, to say whether two
 * snapshots of one project want different schemas, and are never compared with facts of YAML or SQL
 * models, nor kept.
 *
 * What cannot be resolved without running the program is a fact as well, marked as unresolved, with
 * the source in place of what it stands for. docs/missing-migration.md lists what is read.
 */

#include "base/map.h"

typedef struct {
    gm_str text;     /* canonical: "column email of users: type=String(80) null=no" */
    gm_str object;   /* for people, the same while it is the same thing: "column email of users" */
    gm_str table;    /* with its schema, "app.users"; empty: it is not known */
    gm_strs columns; /* those that it is about; none: the table as a whole, or they are not known */
    /* Django's migrations speak of models, "app.model", and fields, all in lower case. */
    gm_str model;
    gm_strs fields;
    gm_str other;    /* the model that a key leads to */
    bool is_table;   /* the fact that there is such a table */
    bool is_column;  /* the fact that there is such a column */
    bool is_bases;   /* classes of libraries that the table may have columns of */
    bool is_broken;  /* a line that is no Python: what the file says besides is not sure */
    bool is_certain; /* it is there, as a column is, whatever else of it is unresolved */
    bool unresolved; /* part of `text` is source that could not be resolved */
    gm_str path;
    size_t line;
} gm_orm_fact;

typedef GM_VEC(gm_orm_fact) gm_orm_facts;

/* `type_hints:` of gmig.yml: what stands for a name that static reading cannot follow. */
typedef struct {
    gm_str name; /* "key_type", "app.types.UTCDateTime": a name, or the end of a dotted one */
    gm_str
        value; /* an expression of SQLAlchemy's or Django's: "Integer", "CharField(max_length=9)" */
    size_t line;
} gm_orm_hint;

typedef GM_VEC(gm_orm_hint) gm_orm_hints;

/* An app of Django's that has migrations. */
typedef struct {
    gm_str folder; /* that its package is, relative to the repository's top */
    gm_str label;
} gm_orm_app;

typedef GM_VEC(gm_orm_app) gm_orm_apps;

/*
 * The files of a snapshot. Those that hold models are read; others only where an import leads to
 * one, so that what they need (an Enum, a mixin, a type) is found wherever it lies.
 */
typedef struct {
    gm_strs paths;  /* of all .py files, relative to the repository's top */
    gm_strs models; /* those among them that may hold models */
    /* The bytes of one of `paths`; false when it cannot be read. */
    bool (*read)(void *context, gm_str path, gm_str *bytes);
    void *context;
    gm_orm_hints hints;
    bool defaults;    /* server defaults are part of the schema that is compared */
    gm_orm_apps apps; /* Django's: models elsewhere have no migrations, and are no facts */
    bool everywhere;  /* Django's: each file of `models` counts, imported by models.py or not */
} gm_orm_source;

/* Facts of SQLAlchemy's models, by text, each once. `apps` is not looked at. */
gm_orm_facts gm_orm_read_sqlalchemy(gm_arena *arena, const gm_orm_source *source);

/* May a file with these bytes hold models of SQLAlchemy's? */
bool gm_orm_holds_sqlalchemy(gm_str bytes);

/* The same of Django's models. */
gm_orm_facts gm_orm_read_django(gm_arena *arena, const gm_orm_source *source);

/* Does Django look there for models by itself? In models.py and models/ of an app. */
bool gm_orm_is_django_models(gm_str path);

/* One thing that two snapshots say otherwise. */
typedef struct {
    const gm_orm_fact *before; /* NULL: it is new */
    const gm_orm_fact *after;  /* NULL: it is gone */
    bool doubtful; /* what is unresolved is written otherwise: whether that makes a difference
                      cannot be told */
} gm_orm_change;

typedef GM_VEC(gm_orm_change) gm_orm_changes;

/* What has changed, by place. A table that is new or gone stands for all that belongs to it, a
 * column for its own keys and indexes. */
gm_orm_changes gm_orm_compare(gm_arena *arena, const gm_orm_facts *before,
                              const gm_orm_facts *after);

#endif
