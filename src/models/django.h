/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_DJANGO_H
#define GM_MODELS_DJANGO_H

/*
 * What the parts of the reader of Django's models share. Inside models/ only.
 *
 * Names, imports, hints and the order of ancestors are read as for SQLAlchemy
 * (models/sqlalchemy.h). class: a class -> is it a model, of which app, with which table. call: an
 * expression -> the library's field that it makes, with its arguments. field: the same -> a column.
 * meta: indexes and constraints. shown: what their options stand for. read: files -> facts.
 *
 * Sources: Django 3.2 and 5.1, docs/ref/models (fields, options, indexes, constraints) and
 * docs/topics/db/models ("Model inheritance", "Field name hiding"); django/db/models/base.py for
 * what is inherited, django/db/backends/postgresql/base.py for the types of columns.
 */

#include "models/sqlalchemy.h"

typedef struct gm_dj_class gm_dj_class;
typedef GM_VEC(gm_dj_class *) gm_dj_classes;

struct gm_dj_class {
    gm_sa_class *class;
    bool is_model; /* it or an ancestor is a Model of Django's or of a library's */
    bool abstract; /* also what is no model: it has no table */
    bool proxy;
    bool unmanaged;
    bool open;    /* is being read */
    bool has_app; /* one with migrations */
    gm_str app;
    gm_str label;      /* "app.model" */
    gm_sa_table table; /* its own one */
    gm_strs libraries; /* bases of no file of the project that may have columns */
    gm_str order_with; /* order_with_respect_to: it has a column _order */
};

typedef struct {
    gm_sa sa;
    gm_map classes; /* address of a gm_sa_class -> gm_dj_class */
    gm_map labels;  /* "app.model" -> gm_dj_class */
    gm_map wanted;  /* paths of files that may hold models */
    gm_map opened;  /* those that are looked through, once each */
    GM_VEC(gm_sa_file *) files;
    gm_dj_classes models;
} gm_dj;

/* ---- calls ---- */

typedef struct {
    gm_str name; /* empty: positional */
    const gm_py_expr *value;
    gm_sa_scope scope;
} gm_dj_arg;

typedef enum {
    GM_DJ_NO_FIELD,
    GM_DJ_DOUBT, /* what it makes cannot be told: it may be a field */
    GM_DJ_FIELD,
} gm_dj_made;

/* A field as a library makes it: of the arguments of the same name the first counts. */
typedef struct {
    gm_str dotted;
    gm_str word; /* "CharField" */
    bool django; /* of Django's own */
    bool opaque; /* a class or function of the project does more to it than can be read */
    GM_VEC(gm_dj_arg) args;
} gm_dj_call;

gm_dj_made gm_dj_find_call(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *expr,
                           gm_dj_call *call);
/* The argument, by its name or else its place (SIZE_MAX: it has none); NULL. */
const gm_dj_arg *gm_dj_argument(const gm_dj_call *call, const char *name, size_t at);

/* ---- fields ---- */

typedef enum { GM_DJ_COLUMN, GM_DJ_KEY, GM_DJ_MANY } gm_dj_kind;

typedef struct {
    gm_dj_kind kind;
    gm_str name;   /* the attribute's */
    gm_str column; /* of a MANY: its table, where it says so */
    gm_str type;
    gm_str rest; /* what stands for the parts that are unresolved, or change the schema besides */
    bool unresolved;
    bool primary;
    bool null;
    bool unique;
    bool index;
    bool constraint;   /* of a key: the database has it */
    bool through;      /* of a MANY: a model is its table */
    bool parent_link;  /* to the table of the model that is inherited from */
    gm_str target;     /* of a KEY or MANY: "app.model" in lower case */
    bool target_known; /* false: source */
    gm_str to_field;
    gm_str path;
    size_t line;
} gm_dj_field;

typedef GM_VEC(gm_dj_field) gm_dj_fields;

gm_dj_made gm_dj_read_field(gm_dj *dj, const gm_dj_class *model, const gm_sa_scope *scope,
                            gm_str name, const gm_py_expr *value, gm_dj_field *field);
/* True, False or what can be followed to one of them; `known` becomes false where it cannot be. */
bool gm_dj_truth(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *expr, bool *known);

/* ---- classes ---- */

gm_dj_class *gm_dj_class_of(gm_dj *dj, gm_sa_class *class);
/* The nearest ancestor with a table; NULL. `proxy`s are passed over. */
gm_dj_class *gm_dj_parent(gm_dj *dj, const gm_dj_class *model);
/* The model whose table a class uses: itself, or that which it is a proxy of. */
const gm_dj_class *gm_dj_concrete(gm_dj *dj, const gm_dj_class *model);
/* An option of `class Meta`, own or inherited; NULL. */
const gm_py_expr *gm_dj_option(gm_dj *dj, const gm_dj_class *model, const char *name,
                               gm_sa_scope *scope);
/* Is that the dotted name of something of Django's, called so? */
bool gm_dj_is_django(gm_str dotted);
gm_str gm_dj_last(gm_str dotted);

/* ---- facts ---- */

/* `what` without the table: "index by_name"; `fields` NULL: the table as a whole. */
void gm_dj_add(gm_dj *dj, const gm_dj_class *model, gm_str what, gm_str text, const gm_strs *fields,
               const gm_dj_fields *all, gm_orm_fact fact);
/* An option of an index or constraint, the same however it is written; `plain` becomes false where
 * what it stands for cannot be told. */
gm_str gm_dj_shown(gm_dj *dj, const gm_sa_scope *scope, const gm_py_arg *option, bool *plain);
/* By their names, behind what has none, which stays as it is. */
void gm_dj_sort_keywords(gm_py_args *args);
void gm_dj_read_meta(gm_dj *dj, const gm_dj_class *model, const gm_dj_fields *fields);

#endif
