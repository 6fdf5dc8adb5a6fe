/* SPDX-License-Identifier: Apache-2.0 */
#include "history/crowds.h"

/* One way from the base into a branch, that ends at a head of the branch; or on in the base. */
typedef struct {
    gm_crowd_member member; /* without a branch: the base's */
    const gm_node *fork;    /* NULL: none */
    const gm_node *root;
    const gm_lineage *lineage; /* of the head */
    gm_map *has;               /* ids that the branch adds or stands on; NULL: the base's */
    size_t number;             /* of the branch, from 1 */
    bool crowded;
} way;

typedef GM_VEC(way) ways;

typedef struct {
    gm_arena *arena;
    const gm_graph *base;
    gm_graph *all; /* the base and what every branch adds */
    gm_map blobs;  /* id -> gm_crowd of the versions that branches have of it */
    ways ways;
} finder;

static bool follows(const gm_open_branch *one, const gm_open_branch *other)
{
    GM_EACH (const gm_str, upstream, &one->upstreams)
        if (gm_strs_have(&other->names, *upstream))
            return true;
    return false;
}

/* ---- one graph of all ---- */

static void add_version(finder *f, const gm_open_branch *branch, const gm_revision *revision,
                        gm_revisions *revisions)
{
    gm_crowd *versions = gm_map_get(&f->blobs, revision->id);
    if (!versions) {
        versions = gm_new(f->arena, gm_crowd);
        versions->same_id = true;
        gm_map_add(&f->blobs, revision->id, versions);
        gm_vec_push(f->arena, revisions, revision);
    }
    GM_EACH (const gm_crowd_member, old, &versions->members)
        if (gm_oid_eq(&old->root->blob, &revision->blob) || follows(branch, old->branch) ||
            follows(old->branch, branch))
            return;
    gm_vec_push(f->arena, &versions->members, (gm_crowd_member){branch, revision});
}

static void unite(finder *f, const gm_open_branches *branches)
{
    gm_revisions revisions = {0};
    GM_EACH (gm_node *, node, &f->base->order)
        gm_vec_push(f->arena, &revisions, (*node)->revision);
    GM_EACH (const gm_open_branch, branch, branches)
        GM_EACH (const gm_revision *, revision, &branch->added)
            add_version(f, branch, *revision, &revisions);
    f->all = gm_graph_build(f->arena, &revisions, NULL);
}

/* ---- the ways into each branch ---- */

/* A head of the branch above `root`; the newest where there are several. */
static const gm_node *head_above(finder *f, const gm_map *has, const gm_node *root)
{
    const gm_node *head = root;
    GM_VEC(const gm_node *) open = {0};
    gm_map seen = gm_map_new(f->arena);
    gm_vec_push(f->arena, &open, root);
    while (open.len) {
        const gm_node *node = open.items[--open.len];
        if (node->index > head->index)
            head = node;
        GM_EACH (gm_node *, child, &node->children)
            if (gm_map_find(has, (*child)->revision->id, NULL) &&
                gm_map_add(&seen, (*child)->revision->id, NULL))
                gm_vec_push(f->arena, &open, *child);
    }
    return head;
}

static void add_way(finder *f, const gm_open_branch *branch, size_t number, gm_map *has,
                    const gm_revision *revision, const gm_node *fork)
{
    const gm_node *root = gm_graph_find(f->all, revision->id);
    gm_vec_push(f->arena, &f->ways,
                (way){.member = {branch, revision},
                      .fork = fork,
                      .root = root,
                      .lineage = head_above(f, has, root)->lineage,
                      .has = has,
                      .number = number});
}

/* Adds `node` and what it stands on. */
static void add_ancestors(finder *f, gm_map *has, const gm_node *node)
{
    GM_VEC(const gm_node *) open = {0};
    gm_vec_push(f->arena, &open, node);
    while (open.len) {
        node = open.items[--open.len];
        if (gm_map_add(has, node->revision->id, NULL))
            GM_EACH (gm_node *, parent, &node->parents)
                gm_vec_push(f->arena, &open, *parent);
    }
}

/* The graph has one version of an id; a branch may have it on other parents, as before a rebase. */
static gm_nodes parents_of(const finder *f, const gm_revision *revision)
{
    const gm_node *node = gm_graph_find(f->all, revision->id);
    gm_nodes parents = {0};
    if (gm_oid_eq(&node->revision->blob, &revision->blob) || gm_format_links(revision))
        return node->parents;
    GM_EACH (const gm_str, id, &revision->parents) {
        gm_node *parent = gm_graph_find(f->all, *id);
        if (parent)
            gm_vec_push(f->arena, &parents, parent);
    }
    return parents;
}

static void find_ways(finder *f, const gm_open_branch *branch, size_t number)
{
    size_t first = f->ways.len;
    gm_map *has = gm_new(f->arena, gm_map);
    *has = gm_map_new(f->arena);
    GM_EACH (const gm_revision *, revision, &branch->added)
        gm_map_add(has, (*revision)->id, NULL);
    GM_EACH (const gm_revision *, revision, &branch->added) {
        gm_nodes parents = parents_of(f, *revision);
        if (!parents.len)
            add_way(f, branch, number, has, *revision, NULL);
        GM_EACH (gm_node *, parent, &parents)
            if (!gm_map_find(has, (*parent)->revision->id, NULL))
                add_way(f, branch, number, has, *revision, *parent);
    }
    /* One that stands on several revisions of the base, as after a merge, has what is between. */
    for (size_t i = first; f->ways.len - first > 1 && i < f->ways.len; i++)
        if (f->ways.items[i].fork)
            add_ancestors(f, has, f->ways.items[i].fork);
}

/* ---- the ways on in the base ---- */

static const gm_lineage *lineage_above(const gm_node *node)
{
    while (node->children.len)
        node = node->children.items[node->children.len - 1];
    return node->lineage;
}

/* One way for each lineage that goes on in the base from `fork` of the graph of all. */
static void add_base_ways(finder *f, const gm_node *fork)
{
    const gm_node *there = fork ? gm_graph_find(f->base, fork->revision->id) : NULL;
    const gm_nodes *roots = there ? &there->children : &f->base->bases;
    size_t first = f->ways.len;
    if (fork && !there)
        return;
    GM_EACH (gm_node *, root, roots) {
        const gm_lineage *lineage = lineage_above(*root);
        bool known = false;
        for (size_t i = first; i < f->ways.len; i++)
            known = known || gm_lineage_shared(f->ways.items[i].lineage, lineage);
        if (!known)
            gm_vec_push(f->arena, &f->ways,
                        (way){.member = {NULL, (*root)->revision},
                              .fork = fork,
                              .root = gm_graph_find(f->all, (*root)->revision->id),
                              .lineage = lineage});
    }
}

static void find_base_ways(finder *f)
{
    size_t count = f->ways.len;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || f->ways.items[i].fork != f->ways.items[i - 1].fork)
            add_base_ways(f, f->ways.items[i].fork);
}

/* ---- those that cross ---- */

static size_t place(const gm_node *node)
{
    return node ? node->index + 1 : 0;
}

/* Ways from one fork lie together, and of those the ones that begin with the same revision. */
static int by_fork(const void *a, const void *b)
{
    const way *x = a;
    const way *y = b;
    size_t left[] = {place(x->fork), place(x->root), x->number};
    size_t right[] = {place(y->fork), place(y->root), y->number};
    for (size_t i = 0; i < 3; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static bool has(const way *one, const gm_node *root)
{
    return one->has && gm_map_find(one->has, root->revision->id, NULL);
}

static bool cross(const way *a, const way *b)
{
    const gm_open_branch *one = a->member.branch;
    const gm_open_branch *other = b->member.branch;
    if (!gm_lineage_shared(a->lineage, b->lineage) || has(a, b->root) || has(b, a->root))
        return false;
    /* NOLINTNEXTLINE(readability-suspicious-call-argument): neither way round */
    return one && other ? !follows(one, other) && !follows(other, one) : one || other;
}

static bool mark_one(way *one, way *from, const way *end)
{
    for (way *other = from; other < end; other++)
        if (cross(one, other)) {
            one->crowded = true;
            other->crowded = true;
            return true;
        }
    return false;
}

/* Ways that begin with the same revision never cross, and most often the first other one is in the
 * way: so this is no square of their number. */
static void mark(way *from, way *end)
{
    way *next;
    for (way *block = from; block < end; block = next) {
        for (next = block; next < end && next->root == block->root;)
            next++;
        for (way *one = block; one < next; one++)
            if (!one->crowded && !mark_one(one, from, block))
                mark_one(one, next, end);
    }
}

static int by_branch(const void *a, const void *b)
{
    const way *x = *(const way *const *)a;
    const way *y = *(const way *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* One crowd for those of `from` to `end` whose lineages meet that of the first one left. */
static void take_crowds(finder *f, way *from, const way *end, gm_crowds *crowds)
{
    for (way *first = from; first < end; first++) {
        GM_VEC(const way *) taken = {0};
        if (!first->crowded)
            continue;
        for (way *one = first; one < end; one++) {
            if (!one->crowded || !gm_lineage_shared(first->lineage, one->lineage))
                continue;
            one->crowded = false;
            gm_vec_push(f->arena, &taken, one);
        }
        gm_crowd crowd = {.fork = first->fork ? first->fork->revision : NULL,
                          .lineage = gm_lineage_name(f->arena, first->lineage)};
        gm_sort(taken.items, taken.len, sizeof(*taken.items), by_branch);
        GM_EACH (const way *, one, &taken)
            if ((*one)->member.branch)
                gm_vec_push(f->arena, &crowd.members, (*one)->member);
            else
                crowd.base = (*one)->member.root;
        if (crowd.members.len > 1 || (crowd.members.len && crowd.base))
            gm_vec_push(f->arena, crowds, crowd);
    }
}

/* ---- versions ---- */

static bool has_versions(const gm_open_branches *branches)
{
    GM_EACH (const gm_open_branch, branch, branches)
        GM_EACH (const gm_revision *, revision, &branch->added)
            if ((*revision)->format && (*revision)->format->versions)
                return true;
    return false;
}

static const gm_revision *newest_of(const gm_graph *graph)
{
    const gm_revision *newest = NULL;
    GM_EACH (gm_node *, node, &graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_versions *versions = revision->format ? revision->format->versions : NULL;
        if (versions && !revision->repeatable &&
            (!newest || versions->order(revision->id, newest->id) > 0))
            newest = revision;
    }
    return newest;
}

/* The lowest one of the branch below what the base has; what is run all the same is in nobody's
 * way. */
static const gm_revision *lowest(const gm_graph *base, const gm_open_branch *branch,
                                 const gm_revision *newest)
{
    const gm_revision *found = NULL;
    GM_EACH (const gm_revision *, one, &branch->added) {
        const gm_versions *versions = (*one)->format ? (*one)->format->versions : NULL;
        if (versions && !versions->runs_late && !(*one)->repeatable &&
            (*one)->format == newest->format && !gm_graph_find(base, (*one)->id) &&
            versions->order((*one)->id, newest->id) < 0 &&
            (!found || versions->order((*one)->id, found->id) < 0))
            found = *one;
    }
    return found;
}

static void find_late(finder *f, const gm_open_branches *branches, gm_crowds *crowds)
{
    gm_crowd crowd = {.late = true, .base = newest_of(f->base)};
    if (!crowd.base)
        return;
    GM_EACH (const gm_open_branch, branch, branches) {
        const gm_revision *root = lowest(f->base, branch, crowd.base);
        if (root)
            gm_vec_push(f->arena, &crowd.members, (gm_crowd_member){branch, root});
    }
    if (crowd.members.len)
        gm_vec_push(f->arena, crowds, crowd);
}

/* What the base has by that version. */
static void add_base(const finder *f, gm_crowd *versions)
{
    const gm_revision *first = versions->members.items[0].root;
    const gm_node *there = gm_graph_find(f->base, first->id);
    if (there && first->format && first->format->versions)
        versions->base = there->revision;
}

/* ---- all ---- */

gm_crowds gm_crowds_find(gm_arena *arena, const gm_graph *base, const gm_open_branches *branches)
{
    finder f = {.arena = arena, .base = base, .blobs = gm_map_new(arena)};
    gm_crowds crowds = {0};
    bool linear = has_versions(branches);
    unite(&f, branches);
    for (size_t i = 0; i < branches->len && !linear; i++)
        find_ways(&f, &branches->items[i], i + 1);
    gm_sort(f.ways.items, f.ways.len, sizeof(way), by_fork);
    find_base_ways(&f);
    gm_sort(f.ways.items, f.ways.len, sizeof(way), by_fork);
    for (size_t from = 0, end; from < f.ways.len; from = end) {
        for (end = from; end < f.ways.len && f.ways.items[end].fork == f.ways.items[from].fork;)
            end++;
        mark(f.ways.items + from, f.ways.items + end);
        take_crowds(&f, f.ways.items + from, f.ways.items + end, &crowds);
    }
    GM_EACH (const gm_map_entry, entry, &f.blobs.entries) {
        gm_crowd *versions = entry->value;
        add_base(&f, versions);
        if (versions->members.len > 1 || versions->base)
            gm_vec_push(arena, &crowds, *versions);
    }
    if (linear)
        find_late(&f, branches, &crowds);
    return crowds;
}
