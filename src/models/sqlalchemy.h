/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_SQLALCHEMY_H
#define GM_MODELS_SQLALCHEMY_H

/*
 * What the parts of the reader of SQLAlchemy's models share. Inside models/ only.
 *
 * names: what a name of a file stands for, through imports. types: an expression -> a type. column:
 * an expression -> a column. class: a class -> its table, its columns through mixins and bases.
 * args: constraints and indexes.
 */

#include "lang/python.h"
#include "models/orm.h"

/* How far one thing may lead to the next: aliases, imports, bases. */
enum { GM_SA_DEPTH_MAX = 24, GM_SA_STEPS_MAX = 5000000 };

/* Of one class; what has more is no program. */
enum { GM_SA_BASES_MAX = 50, GM_SA_ORDER_MAX = 500, GM_SA_STRING_MAX = 65536 };

typedef struct {
    gm_str path;
    gm_py_statements statements;
    gm_map names;  /* of its top level -> what binds it */
    gm_strs stars; /* modules of `from m import *` */
    size_t lookup;
} gm_sa_file;

typedef enum {
    GM_SA_OUTSIDE, /* of no file of the project; `dotted` is its name */
    GM_SA_CLASS,
    GM_SA_FUNCTION,
    GM_SA_VALUE, /* what a name is assigned */
    GM_SA_MODULE,
} gm_sa_kind;

/* What a name stands for. */
typedef struct {
    gm_sa_kind kind;
    gm_sa_file *file;
    const gm_py_statement *statement; /* of a class or function */
    const gm_py_expr *value;
    gm_str dotted;
} gm_sa_thing;

typedef struct gm_sa_class gm_sa_class;
typedef GM_VEC(gm_sa_class *) gm_sa_classes;

/* Where an expression stands: names are first those of the class. */
typedef struct {
    gm_sa_file *file;
    const gm_py_statement *within; /* class whose body it stands in; NULL: none */
    gm_sa_class *owner;            /* mapped class that it is read for; NULL: none */
} gm_sa_scope;

typedef struct {
    gm_str target; /* "users.id" */
    gm_str rule;   /* " on delete cascade …" */
    bool unresolved;
} gm_sa_key;

typedef struct {
    gm_str name;
    gm_str type; /* empty: it takes the type of what its key points at */
    gm_str path;
    size_t line;
    bool primary;
    bool nullable;
    bool nullable_known;
    bool unique;
    bool index;
    bool unresolved;
    gm_str rest; /* what stands for the parts that are unresolved, or change the schema besides */
    gm_str more; /* arguments that may add a constraint, and cannot be resolved */
    gm_str server_default;
    GM_VEC(gm_sa_key) keys;
} gm_sa_column;

typedef GM_VEC(gm_sa_column) gm_sa_columns;

typedef struct {
    gm_str name; /* with its schema */
    bool known;  /* false: `name` is source */
    gm_str path;
    size_t line;
} gm_sa_table;

struct gm_sa_class {
    gm_sa_file *file;
    const gm_py_statement *statement;
    gm_sa_classes bases;
    gm_sa_classes order; /* itself and its ancestors, in the order of its MRO */
    gm_strs outside;     /* bases of no file of the project */
    bool declarative;    /* it or an ancestor is a base of models */
    bool root;           /* it is itself such a base, and no model */
    bool flask;          /* tables get names from their classes */
    bool sqlmodel;       /* it is a table of SQLModel's, which are called as their classes */
    bool fields;         /* gm_sa_has_fields */
    bool mapped;
    bool resolving;
    bool tabled;       /* `table` and `home` are set */
    gm_sa_table table; /* its own one */
    bool has_table;
    gm_sa_class *home; /* whose table its columns go to; NULL: none */
};

/* A column that takes the type of what its key points at: its fact is written when all are known.
 */
typedef struct {
    size_t fact;
    gm_str target; /* "users.id" */
    gm_str rest;   /* of the fact's text, behind the type */
} gm_sa_borrowed;

typedef struct {
    gm_arena *arena;
    const gm_orm_source *source;
    gm_map paths;   /* of all files -> NULL */
    gm_map files;   /* path -> gm_sa_file; NULL: it cannot be read */
    gm_map classes; /* address of the statement -> gm_sa_class */
    gm_map hints;   /* name -> const gm_py_expr * of the value */
    gm_sa_file *hint_file;
    gm_orm_facts facts;
    gm_map types;    /* "users.id" -> gm_str of its type */
    gm_map borrowed; /* the same of what borrows it -> gm_sa_borrowed */
    int depth;
    size_t steps;
    size_t lookups; /* which look-up a file was last seen in: files import each other in circles */
} gm_sa;

/*
 * One thing leads to the next. False when they lead too far, or when all of them together took more
 * steps than any real program's: then what is asked is not known. gm_sa_leave after true.
 */
bool gm_sa_enter(gm_sa *sa);
void gm_sa_leave(gm_sa *sa);

/* Before the first file is read, and the facts behind the last one. */
gm_sa gm_sa_begin(gm_arena *arena, const gm_orm_source *source);
gm_orm_facts gm_sa_end(gm_sa *sa);

/* ---- names ---- */

gm_sa_file *gm_sa_open(gm_sa *sa, gm_str path); /* NULL when it cannot be read */
/* A module as a file imports it; NULL when it is none of the project's. */
gm_sa_file *gm_sa_module(gm_sa *sa, const gm_sa_file *from, gm_str module);
bool gm_sa_for_types(const gm_py_statement *s); /* if TYPE_CHECKING: */
gm_sa_thing gm_sa_name(gm_sa *sa, gm_sa_file *file, gm_str name);
/* Of a name or a chain of attributes; aliases are followed. Of anything else OUTSIDE without name.
 */
gm_sa_thing gm_sa_resolve(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr);
bool gm_sa_is_chain(const gm_py_expr *expr); /* a name, or an attribute */
/* What a name is assigned in the body of a class; NULL. */
const gm_py_expr *gm_sa_assigned(const gm_py_statement *class, gm_str name);
/* The last part of what is outside: "Column". Empty for anything else. */
gm_str gm_sa_word(const gm_sa_thing *thing);
bool gm_sa_is(const gm_sa_thing *thing, const char *word);
/* What the callee of a call stands for. */
gm_sa_thing gm_sa_callee(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call);

/* ---- strings ---- */

/* The value of a string, also of constants and sums of such. */
bool gm_sa_string(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text);
/* A hint for what `expr` (a name, an attribute or a call of one) names. */
const gm_py_expr *gm_sa_hint(gm_sa *sa, const gm_py_expr *expr, gm_sa_scope *scope);
/* What a function returns that does nothing else; NULL. */
const gm_py_expr *gm_sa_returned(const gm_py_statement *function);
/* Is Column( or mapped_column( anywhere in it? */
bool gm_sa_mentions_column(gm_str source);
/* May a function that does more than return something return a column? */
bool gm_sa_may_make_column(gm_sa *sa, gm_sa_file *file, const gm_py_statement *function);

/* An expression as text that does not depend on layout, quotes and comments. */
gm_str gm_sa_shown(gm_arena *arena, const gm_py_expr *expr);

/* ---- types ---- */

typedef struct {
    gm_str text;
    bool unresolved;
} gm_sa_type;

gm_sa_type gm_sa_read_type(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr);
/* The labels of an Enum of Python's; false when they are not known. */
bool gm_sa_enum_labels(gm_sa *sa, const gm_sa_thing *thing, bool values, gm_strs *labels);
/* "Enum name('a', 'b')": their order does not count, for no revision changes it. */
gm_str gm_sa_labelled(gm_sa *sa, gm_str name, gm_strs *labels);
bool gm_sa_is_enum(gm_sa *sa, const gm_sa_thing *thing);

/* What `Mapped[…]` says. */
typedef struct {
    bool mapped; /* false: it is another annotation */
    bool optional;
    bool unresolved;
    bool relation;          /* another model, or a collection */
    gm_str type;            /* empty: it says none */
    const gm_py_expr *call; /* mapped_column() of an Annotated[]; NULL */
    gm_sa_scope call_scope;
} gm_sa_annotation;

gm_sa_annotation gm_sa_read_annotation(gm_sa *sa, const gm_sa_scope *scope,
                                       const gm_py_expr *annotation);
/* The same of a type that stands alone: "int | None". */
gm_sa_annotation gm_sa_read_python_type(gm_sa *sa, const gm_sa_scope *scope,
                                        const gm_py_expr *annotation);

/* ---- columns ---- */

/*
 * A column from what an attribute is assigned and annotated with (either may be NULL). False when
 * it is none.
 */
bool gm_sa_read_column(gm_sa *sa, const gm_sa_scope *scope, gm_str attribute,
                       const gm_py_expr *annotation, const gm_py_expr *value, size_t line,
                       gm_sa_column *column);

/* One argument of Column(…); `first`: of the positional ones. */
void gm_sa_read_argument(gm_sa *sa, const gm_sa_scope *scope, const gm_py_arg *arg, bool first,
                         gm_sa_column *column);

/* Is it a call of a library's function that is called as one that makes columns? */
bool gm_sa_may_be_columns(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value);

/* The target and rules of ForeignKey(…). */
gm_sa_key gm_sa_read_key(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *target,
                         const gm_py_args *args);

/* ---- classes ---- */

gm_sa_class *gm_sa_class_of(gm_sa *sa, gm_sa_file *file, const gm_py_statement *statement);
/* Finds where the columns of a mapped class go. */
void gm_sa_place_class(gm_sa *sa, gm_sa_class *class);
/* The name of the column that an attribute of a class stands for; the attribute's when unknown. */
gm_str gm_sa_column_named(const gm_sa_class *class, gm_str attribute);
void gm_sa_read_class(gm_sa *sa, gm_sa_class *class);

/* ---- SQLModel ---- */

/* Are its attributes with annotations fields, as pydantic has them? */
bool gm_sa_has_fields(const gm_sa_class *class);
/* `class Hero(SQLModel, table=True)` */
bool gm_sa_is_sqlmodel_table(const gm_sa_class *class);
/* As gm_sa_read_column, of a class whose attributes are fields. */
bool gm_sa_read_field(gm_sa *sa, const gm_sa_scope *scope, gm_str attribute,
                      const gm_py_expr *annotation, const gm_py_expr *value, size_t line,
                      gm_sa_column *column);

/* ---- what belongs to a table ---- */

void gm_sa_add_table(gm_sa *sa, const gm_sa_table *table);
/* Classes of libraries that may bring columns along. */
void gm_sa_add_bases(gm_sa *sa, const gm_sa_table *table, const gm_strs *bases);
/* Types of columns that take them from others, once all are known. */
void gm_sa_lend_types(gm_sa *sa);
void gm_sa_add_column(gm_sa *sa, const gm_sa_table *table, const gm_sa_column *column);
/* An attribute that may stand for columns: which, cannot be told. */
void gm_sa_add_attribute(gm_sa *sa, const gm_sa_table *table, gm_str name, const gm_py_expr *value,
                         gm_str path);
/* __table_args__ */
void gm_sa_read_args(gm_sa *sa, const gm_sa_scope *scope, const gm_sa_table *table,
                     const gm_py_expr *args);
/* Table("name", metadata, …), when it is one. */
bool gm_sa_read_table(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call);
/* Index("name", Class.attribute, …) outside of classes. */
void gm_sa_read_loose_index(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call);
/* `schema` of a dict of options; false when there is none. */
bool gm_sa_schema_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *args, gm_str *schema);

#endif
