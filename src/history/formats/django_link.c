/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of Django's migrations -> parents and depends, as its loader connects them for a database
 * in which nothing is applied: a squash stands for all that it replaces.
 *
 * A revision that a squash replaces is no more in the history that comes out. What it said about
 * others is said by the squash from then on, so that linking that history again, with other
 * revisions beside it, makes the same of it.
 */
#include <stdlib.h>

#include "history/formats/django.h"

typedef struct node node;
typedef GM_VEC(node *) nodes;

struct node {
    gm_str key;
    gm_str app;
    const gm_revision *revision; /* NULL: something names it, and it is not there */
    nodes needs;
    nodes needed_by;
    node *by;                      /* the squash that replaces it; NULL: it stays */
    gm_strs more[GM_DJANGO_LISTS]; /* of those that it replaces */
};

typedef struct {
    gm_str label;
    nodes members; /* in the order of their names */
    node *first;   /* what `__first__` and `__latest__` mean; NULL: a cycle has no ends */
    node *latest;
} app;

typedef struct {
    gm_arena *arena; /* of what is made */
    gm_arena *scratch;
    gm_map nodes; /* key -> node */
    gm_map apps;  /* label -> app */
    nodes real;   /* in the order of their paths */
    gm_revisions doubles;
    gm_map labels; /* replaced key -> it has its label */
} linker;

static int by_path(const void *a, const void *b)
{
    const gm_revision *const *left = a;
    const gm_revision *const *right = b;
    return gm_str_cmp((*left)->path, (*right)->path);
}

static int by_key(const void *a, const void *b)
{
    const node *const *left = a;
    const node *const *right = b;
    return gm_str_cmp((*left)->key, (*right)->key);
}

static node *node_of(linker *l, gm_str key)
{
    node *found = gm_map_get(&l->nodes, key);
    if (found)
        return found;
    found = gm_new(l->scratch, node);
    found->key = key;
    found->app = gm_django_app(key);
    gm_map_add(&l->nodes, key, found);
    return found;
}

static void connect(linker *l, node *from, node *to)
{
    gm_vec_push(l->scratch, &from->needs, to);
    gm_vec_push(l->scratch, &to->needed_by, from);
}

/* ---- labels that nobody uses ---- */

/* An app that its configuration calls otherwise than its folder. */
typedef struct {
    gm_str folder;
    bool used;    /* its migrations call it by its label */
    bool refuted; /* they call it by its folder's name */
} labelled;

static void weigh(const linker *l, const gm_map *ids, gm_map *labels, const gm_revision *revision)
{
    labelled *label = gm_map_get(labels, revision->app);
    gm_str folder = gm_django_app_of(revision->path);
    if (gm_str_eq(folder, revision->app))
        return;
    if (!label) {
        label = gm_new(l->scratch, labelled);
        label->folder = folder;
        gm_map_add(labels, revision->app, label);
    }
    GM_EACH (const gm_str, key, &revision->needs) {
        gm_str kin = gm_str_printf(l->scratch, "%.*s.%.*s", GM_ARG(revision->app),
                                   GM_ARG(gm_django_name(*key)));
        label->used |= gm_str_eq(gm_django_app(*key), revision->app);
        label->refuted |= gm_str_eq(gm_django_app(*key), folder) && gm_map_find(ids, kin, NULL);
    }
}

/*
 * Whether INSTALLED_APPS names an app's configuration or its package, only settings say. Its
 * migrations were written with the label that holds: where they call each other by the folder's
 * name, that is it.
 */
static void drop_labels(linker *l, gm_revisions *revisions)
{
    gm_map ids = gm_map_new(l->scratch);
    gm_map apps = gm_map_new(l->scratch);
    gm_map labels = gm_map_new(l->scratch);
    GM_EACH (const gm_revision *, revision, revisions) {
        gm_map_add(&ids, (*revision)->id, NULL);
        gm_map_add(&apps, (*revision)->app, NULL);
    }
    GM_EACH (const gm_revision *, revision, revisions)
        weigh(l, &ids, &labels, *revision);
    GM_EACH (const gm_revision *, revision, revisions) {
        const labelled *label = gm_map_get(&labels, (*revision)->app);
        if (!label || label->used || !label->refuted || gm_map_find(&apps, label->folder, NULL))
            continue;
        gm_revision *made = gm_new(l->arena, gm_revision);
        *made = **revision;
        made->app = label->folder;
        made->id = gm_str_printf(l->arena, "%.*s.%.*s", GM_ARG(label->folder),
                                 GM_ARG(gm_django_name(made->id)));
        *revision = made;
    }
}

static void add_nodes(linker *l, const gm_revisions *read)
{
    gm_revisions sorted = {0};
    GM_EACH (const gm_revision *, revision, read)
        gm_vec_push(l->scratch, &sorted, *revision);
    drop_labels(l, &sorted);
    gm_sort(sorted.items, sorted.len, sizeof(*sorted.items), by_path);
    GM_EACH (const gm_revision *, revision, &sorted) {
        node *made = node_of(l, (*revision)->id);
        if (made->revision) {
            gm_vec_push(l->scratch, &l->doubles, *revision);
            continue;
        }
        made->revision = *revision;
        made->app = (*revision)->app;
        gm_vec_push(l->scratch, &l->real, made);
        app *of = gm_map_get(&l->apps, made->app);
        if (!of) {
            of = gm_new(l->scratch, app);
            of->label = made->app;
            gm_map_add(&l->apps, made->app, of);
        }
        gm_vec_push(l->scratch, &of->members, made);
    }
}

static bool is_first(gm_str key)
{
    return gm_str_is(gm_django_name(key), "__first__");
}

static void connect_inside(linker *l)
{
    GM_EACH (node *, at, &l->real)
        GM_EACH (const gm_str, key, &(*at)->revision->needs)
            if (gm_str_eq(gm_django_app(*key), (*at)->app) && !is_first(*key))
                connect(l, *at, node_of(l, *key));
}

static bool has_kin(const nodes *list, gm_str label)
{
    GM_EACH (node *, other, list)
        if (gm_str_eq((*other)->app, label))
            return true;
    return false;
}

static void find_ends(linker *l)
{
    GM_EACH (const gm_map_entry, entry, &l->apps.entries) {
        app *of = entry->value;
        gm_sort(of->members.items, of->members.len, sizeof(*of->members.items), by_key);
        GM_EACH (node *, member, &of->members) {
            if (!of->first && !has_kin(&(*member)->needs, of->label))
                of->first = *member;
            if (!of->latest && !has_kin(&(*member)->needed_by, of->label))
                of->latest = *member;
        }
    }
}

/* NULL: an app that is not in the repository, or none but its own first one. */
static node *outside(linker *l, const node *from, gm_str key)
{
    const app *of = gm_map_get(&l->apps, gm_django_app(key));
    node *exact = gm_map_get(&l->nodes, key);
    bool latest = gm_str_is(gm_django_name(key), "__latest__");
    if (!of)
        return NULL;
    if ((!is_first(key) && !latest) || (exact && exact->revision))
        return node_of(l, key);
    if (gm_str_eq(of->label, from->app))
        return NULL;
    return latest ? of->latest : of->first;
}

static void connect_outside(linker *l)
{
    GM_EACH (node *, at, &l->real) {
        GM_EACH (const gm_str, key, &(*at)->revision->needs) {
            node *other = gm_str_eq(gm_django_app(*key), (*at)->app) ? NULL : outside(l, *at, *key);
            if (other)
                connect(l, *at, other);
        }
        GM_EACH (const gm_str, key, &(*at)->revision->run_before) {
            node *other = outside(l, *at, *key);
            if (other)
                connect(l, other, *at);
        }
    }
}

/* ---- squashes ---- */

static void inherit(const linker *l, node *squash, const node *replaced, const gm_map *all)
{
    const gm_revision *revision = replaced->revision;
    const gm_strs *own[] = {[GM_DJANGO_DEPENDENCIES] = &revision->needs,
                            [GM_DJANGO_RUN_BEFORE] = &revision->run_before,
                            [GM_DJANGO_REPLACES] = &revision->replaces};
    for (int list = 0; list < GM_DJANGO_LISTS; list++) {
        const gm_strs *lists[] = {own[list], &replaced->more[list]};
        for (int i = 0; i < 2; i++)
            GM_EACH (const gm_str, key, lists[i])
                if (!gm_map_find(all, *key, NULL) && !gm_str_eq(*key, squash->key))
                    gm_vec_push(l->scratch, &squash->more[list], *key);
    }
}

static void replace_one(linker *l, node *squash, node *replaced, const gm_map *all)
{
    GM_EACH (node *, child, &replaced->needed_by)
        if (*child != squash && !gm_map_find(all, (*child)->key, NULL))
            connect(l, *child, squash);
    GM_EACH (node *, parent, &replaced->needs)
        if (*parent != squash && !gm_map_find(all, (*parent)->key, NULL))
            connect(l, squash, *parent);
    if (replaced->revision)
        inherit(l, squash, replaced, all);
    replaced->by = squash;
}

static void replace_all(linker *l, node *at)
{
    const gm_strs *replaces = &at->revision->replaces;
    gm_map all = gm_map_new(l->scratch);
    node *squash = at;
    GM_EACH (const gm_str, key, replaces)
        gm_map_add(&all, *key, NULL);
    while (squash->by)
        squash = squash->by;
    GM_EACH (const gm_str, key, replaces) {
        node *replaced = gm_map_get(&l->nodes, *key);
        if (replaced && !replaced->by && replaced != squash)
            replace_one(l, squash, replaced, &all);
    }
}

/* ---- what comes out ---- */

static void add_edges(linker *l, const node *at, gm_revision *made)
{
    gm_map seen = gm_map_new(l->scratch);
    gm_map_add(&seen, at->key, NULL);
    made->parents = made->depends = (gm_strs){0};
    GM_EACH (node *, other, &at->needs) {
        /* To itself only where the file says so, for that is told. */
        bool own = *other == at && gm_strs_have(&at->revision->needs, at->key) &&
                   !gm_strs_have(&made->parents, at->key);
        if ((*other)->by || (!own && !gm_map_add(&seen, (*other)->key, NULL)))
            continue;
        bool kin = gm_str_eq((*other)->app, at->app);
        gm_vec_push(l->arena, kin ? &made->parents : &made->depends, (*other)->key);
    }
    /* One that is not there has no edges of its own; this way round it is told. */
    GM_EACH (const gm_str, key, &at->revision->run_before) {
        const node *other = outside(l, at, *key);
        if (other && !other->revision && !other->by)
            gm_vec_push(l->arena, &made->depends, other->key);
    }
}

static gm_strs joined(gm_arena *arena, const gm_strs *own, const gm_strs *more)
{
    gm_strs both = {0};
    GM_EACH (const gm_str, key, own)
        gm_vec_push(arena, &both, *key);
    GM_EACH (const gm_str, key, more)
        gm_vec_push(arena, &both, *key);
    return both;
}

/* Who names what was replaced means the squash. */
static void add_labels(linker *l, gm_revision *made)
{
    made->labels = (gm_strs){0};
    GM_EACH (const gm_str, key, &made->replaces) {
        const node *there = gm_map_get(&l->nodes, *key);
        if (there && there->revision && !there->by)
            continue;
        if (gm_map_add(&l->labels, *key, NULL))
            gm_vec_push(l->arena, &made->labels, *key);
    }
}

static void finish(linker *l, gm_revisions *linked)
{
    GM_EACH (node *, at, &l->real) {
        if ((*at)->by)
            continue;
        gm_revision *made = gm_new(l->arena, gm_revision);
        gm_strs *more = (*at)->more;
        *made = *(*at)->revision;
        add_edges(l, *at, made);
        if (more[GM_DJANGO_DEPENDENCIES].len)
            made->needs = joined(l->arena, &made->needs, &more[GM_DJANGO_DEPENDENCIES]);
        if (more[GM_DJANGO_RUN_BEFORE].len)
            made->run_before = joined(l->arena, &made->run_before, &more[GM_DJANGO_RUN_BEFORE]);
        if (more[GM_DJANGO_REPLACES].len)
            made->replaces = joined(l->arena, &made->replaces, &more[GM_DJANGO_REPLACES]);
        if (made->replaces.len)
            add_labels(l, made);
        gm_vec_push(l->arena, linked, made);
    }
    GM_EACH (const gm_revision *, revision, &l->doubles)
        gm_vec_push(l->arena, linked, *revision);
}

void gm_django_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    linker l = {.arena = arena,
                .scratch = scratch,
                .nodes = gm_map_new(scratch),
                .apps = gm_map_new(scratch),
                .labels = gm_map_new(scratch)};
    add_nodes(&l, read);
    connect_inside(&l);
    find_ends(&l);
    connect_outside(&l);
    GM_EACH (node *, at, &l.real)
        if ((*at)->revision->replaces.len)
            replace_all(&l, *at);
    finish(&l, linked);
}
