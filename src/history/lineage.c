/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lineages: which labels a revision answers to. Most nodes of a history share a handful of
 * lineages, so each distinct one exists once and nodes point to it.
 */
#include "base/buf.h"
#include "history/build.h"

/* What all lineages of a history may take together: merges of many labelled branches could
 * otherwise make it quadratic. */
enum { MAX_LINEAGE_BYTES = 32 * 1024 * 1024 };

typedef struct {
    gm_build *build;
    gm_map known; /* the labels joined by NUL -> gm_lineage */
    size_t bytes;
    const gm_lineage *plain; /* the default lineage alone */
} namer;

static void sort_unique(gm_strs *list)
{
    size_t kept = 0;
    gm_strs_sort(list);
    for (size_t i = 0; i < list->len; i++)
        if (i == 0 || !gm_str_eq(list->items[kept - 1], list->items[i]))
            list->items[kept++] = list->items[i];
    list->len = kept;
}

/* The one lineage with these labels, which are sorted; NULL when the limit is reached. */
static const gm_lineage *intern(namer *n, const gm_strs *labels)
{
    gm_str key = gm_str_join(n->build->scratch, labels, gm_str_of("", 1));
    gm_lineage *lineage = gm_map_get(&n->known, key);
    if (lineage)
        return lineage;
    size_t bytes = key.len + labels->len * sizeof(gm_str);
    if (bytes > MAX_LINEAGE_BYTES - n->bytes)
        return NULL;
    n->bytes += bytes;
    lineage = gm_new(n->build->arena, gm_lineage);
    lineage->items = gm_new_array(n->build->arena, labels->len, gm_str);
    lineage->len = lineage->cap = labels->len;
    if (labels->len)
        memcpy(lineage->items, labels->items, labels->len * sizeof(gm_str));
    gm_map_add(&n->known, key, lineage);
    return lineage;
}

static const gm_lineage *united(namer *n, const gm_node *node)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_strs labels = {0};
    if (node->revision->labels.len) {
        GM_EACH (const gm_str, label, &node->revision->labels)
            gm_vec_push(scratch, &labels, *label);
    } else {
        GM_EACH (gm_node *, parent, &node->parents)
            GM_EACH (const gm_str, label, (*parent)->lineage)
                gm_vec_push(scratch, &labels, *label);
    }
    sort_unique(&labels);
    return intern(n, &labels);
}

static const gm_lineage *of_app(namer *n, gm_str app)
{
    gm_strs label = {.items = &app, .len = 1, .cap = 1};
    return intern(n, &label);
}

static const gm_lineage *lineage_of(namer *n, const gm_node *node)
{
    if (node->revision->app.len)
        return of_app(n, node->revision->app);
    if (node->revision->labels.len)
        return united(n, node);
    if (node->parents.len == 0)
        return n->plain;
    const gm_lineage *first = node->parents.items[0]->lineage;
    GM_EACH (gm_node *, parent, &node->parents)
        if ((*parent)->lineage != first)
            return united(n, node);
    return first;
}

void gm_build_lineages(gm_build *build)
{
    namer n = {.build = build, .known = gm_map_new(build->scratch)};
    gm_strs unnamed = {0};
    bool told = false;
    gm_vec_push(build->scratch, &unnamed, GM_STR(""));
    n.plain = intern(&n, &unnamed);
    GM_EACH (gm_node *, node, &build->graph->order) {
        (*node)->lineage = lineage_of(&n, *node);
        if ((*node)->lineage)
            continue;
        (*node)->lineage = n.plain;
        if (!told)
            gm_build_problem(build, GM_PROBLEM_UNREADABLE, (*node)->revision, 0,
                             GM_STR("more combinations of labels meet here than gmig follows"),
                             GM_STR("Use fewer labels; a lineage needs one, where it begins."));
        told = true;
    }
}

/* ---- questions ---- */

gm_str gm_lineage_name(gm_arena *arena, const gm_lineage *lineage)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < lineage->len; i++) {
        gm_str label = lineage->items[i];
        gm_buf_z(&buf, i ? "," : "");
        gm_buf_add(&buf, label.len ? label : GM_STR("default"));
    }
    return gm_buf_str(&buf);
}

bool gm_lineage_shared(const gm_lineage *a, const gm_lineage *b)
{
    size_t i = 0;
    size_t j = 0;
    if (a == b)
        return true;
    while (i < a->len && j < b->len) {
        int order = gm_str_cmp(a->items[i], b->items[j]);
        if (order == 0)
            return true;
        if (order < 0)
            i++;
        else
            j++;
    }
    return false;
}

bool gm_lineage_has(const gm_lineage *lineage, gm_str label)
{
    size_t low = 0;
    size_t high = lineage->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = gm_str_cmp(lineage->items[middle], label);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static size_t root_of(size_t *parent, size_t at)
{
    while (parent[at] != at) {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    return at;
}

gm_node_groups gm_graph_divergent(gm_arena *arena, const gm_graph *graph)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const gm_nodes *heads = &graph->heads;
    gm_map first_with = gm_map_new(scratch); /* label -> pointer into `parent` of its first head */
    size_t *parent = gm_new_array(scratch, heads->len, size_t);
    size_t *size = gm_new_array(scratch, heads->len, size_t);
    size_t *group = gm_new_array(scratch, heads->len, size_t);
    gm_node_groups groups = {0};

    for (size_t i = 0; i < heads->len; i++) {
        parent[i] = i;
        GM_EACH (const gm_str, label, heads->items[i]->lineage) {
            const size_t *first = gm_map_get(&first_with, *label);
            if (first)
                parent[root_of(parent, i)] = root_of(parent, (size_t)(first - parent));
            else
                gm_map_add(&first_with, *label, &parent[i]);
        }
    }
    for (size_t i = 0; i < heads->len; i++)
        size[root_of(parent, i)]++;
    for (size_t i = 0; i < heads->len; i++) {
        size_t root = root_of(parent, i);
        if (size[root] < 2)
            continue;
        if (!group[root]) {
            gm_vec_push(arena, &groups, (gm_nodes){0});
            group[root] = groups.len;
        }
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): `group` begins with zeros */
        gm_vec_push(arena, &groups.items[group[root] - 1], heads->items[i]);
    }
    return groups;
}
