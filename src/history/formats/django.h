/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_DJANGO_H
#define GM_HISTORY_FORMATS_DJANGO_H

/*
 * Django's migrations, for src/history/formats alone: what the files django*.c share.
 *
 * Sources: Django 3.2, docs/topics/migrations ("Migration files", "Squashing migrations") and
 * docs/ref/settings (MIGRATION_MODULES); django/db/migrations/loader.py and graph.py for what
 * becomes of a squash and of `__first__`.
 */

#include "base/map.h"
#include "history/formats/format.h"
#include "lang/python.h"

/* The app whose label a setting names, as `swappable_dependency(settings.NAME)` asks for it. No
 * label has a hyphen, so that nothing else is written so. */
#define GM_DJANGO_SETTING "settings-"

/* As a revision's lists hold names, and brief.c keeps them. */
enum { GM_DJANGO_NAMES_MAX = 1000 };

/* The lists of a class Migration. */
typedef enum {
    GM_DJANGO_DEPENDENCIES,
    GM_DJANGO_RUN_BEFORE,
    GM_DJANGO_REPLACES,
    GM_DJANGO_LISTS,
} gm_django_list;

/* What a list is put together from: `x = a` and then `x += b`. */
typedef struct {
    gm_py_exprs parts;
    size_t line; /* 0: it is not there */
} gm_django_value;

/* The class that Django takes, in `source`; `found` is false where the file has none. */
typedef struct {
    bool found;
    size_t line;
    gm_django_value lists[GM_DJANGO_LISTS];
    gm_map constants; /* name -> gm_py_expr: of the file and of the class */
} gm_django_class;

/* `arena` holds the expressions. GM_E_HISTORY with path:line where it cannot be told statically. */
gm_code gm_django_find_class(gm_arena *arena, const gm_revision_file *file, gm_django_class *found,
                             gm_err *err);

/* One element of a list that gm_django_walk comes upon. */
typedef struct {
    const gm_py_expr *expr; /* the pair, as it stands in the file */
    const gm_py_expr *name; /* its second string; NULL where it is a call */
    gm_str key;             /* "app.name" */
} gm_django_item;

typedef GM_VEC(gm_django_item) gm_django_items;

/* The elements of a list. GM_E_HISTORY as above. */
gm_code gm_django_items_of(gm_arena *arena, const gm_revision_file *file,
                           const gm_django_class *found, gm_django_list list,
                           gm_django_items *items, gm_err *err);

/* "app" and "name" of "app.name". */
gm_str gm_django_app(gm_str key);
gm_str gm_django_name(gm_str key);

/* The app that a path says by itself: "blog" of "site/blog/migrations/0001_initial.py". */
gm_str gm_django_app_of(gm_str path);

/* The number that a name begins with. */
bool gm_django_number(gm_str name, uint64_t *number);

/* The name with another number. */
gm_str gm_django_numbered(gm_arena *arena, uint64_t number, gm_str name);

gm_str gm_django_write(gm_arena *arena, const gm_revision_draft *draft);

/* As gm_format_ops has them. */
gm_str gm_django_renumber(gm_arena *arena, const gm_revision *revision, const gm_strs *parents);
gm_str gm_django_renamed(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                         const gm_map *names);

void gm_django_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked);

#endif
