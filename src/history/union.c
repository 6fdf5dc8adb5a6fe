/* SPDX-License-Identifier: Apache-2.0 */
#include "history/union.h"

/* Of several folders only one is `folder`: in the others a file's name is all that counts. */
static gm_str below(gm_str folder, gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    if (!folder.len)
        return path;
    if (gm_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/')
        return gm_str_sub(path, folder.len + 1, path.len);
    return slash < path.len ? gm_str_sub(path, slash + 1, path.len) : path;
}

gm_union_side gm_union_side_of(gm_arena *arena, const gm_graph *graph, gm_str folder)
{
    gm_union_side side = gm_map_new(arena);
    gm_map_reserve(&side, graph->order.len);
    gm_union_version *versions = gm_new_array(arena, graph->order.len, gm_union_version);
    GM_EACH (gm_node *, node, &graph->order) {
        gm_union_version *version = versions++;
        gm_str path = (*node)->revision->path;
        version->revision = (*node)->revision;
        version->name = below(folder, path);
        gm_map_add(&side, version->revision->id, version);
    }
    return side;
}

static bool same(const gm_union_version *a, const gm_union_version *b)
{
    if (!a || !b)
        return a == b;
    return a == b || (!a->mixed && !b->mixed && gm_oid_eq(&a->revision->blob, &b->revision->blob) &&
                      gm_oid_eq(&a->revision->down_blob, &b->revision->down_blob));
}

bool gm_union_is_ours(const gm_union_item *item, const gm_revision *revision)
{
    return item && item->ours && gm_oid_eq(&item->ours->blob, &revision->blob) &&
           gm_str_eq(item->ours->path, revision->path);
}

/* ---- several merge bases ---- */

static gm_union_version *mix(gm_arena *arena, const gm_union_version *version)
{
    gm_union_version *mixed = gm_new(arena, gm_union_version);
    *mixed = *version;
    mixed->mixed = true;
    return mixed;
}

static void join_one(gm_union_side *joined, gm_str id, gm_union_version *start,
                     gm_union_version *one, gm_union_version *other)
{
    gm_union_version *version;
    if (same(one, other) || same(start, other))
        version = one;
    else if (same(start, one))
        version = other;
    else if (one && other)
        version = mix(joined->arena, one);
    else
        version = start;
    if (version)
        gm_map_add(joined, id, version);
}

gm_union_side gm_union_join(gm_arena *arena, const gm_union_side *start, const gm_union_side *one,
                            const gm_union_side *other)
{
    gm_union_side joined = gm_map_new(arena);
    GM_EACH (const gm_map_entry, entry, &one->entries)
        join_one(&joined, entry->key, start ? gm_map_get(start, entry->key) : NULL, entry->value,
                 gm_map_get(other, entry->key));
    GM_EACH (const gm_map_entry, entry, &other->entries) {
        if (!gm_map_get(one, entry->key))
            join_one(&joined, entry->key, start ? gm_map_get(start, entry->key) : NULL, NULL,
                     entry->value);
    }
    return joined;
}

/* ---- the union ---- */

typedef struct {
    gm_arena *arena;
    gm_union *made;
    gm_revisions revisions;
    const gm_union_side *start;
    const gm_problems *unreadable;
    gm_map replaced; /* ids that a squash of `ours` stands for */
} uniter;

static void keep(uniter *u, gm_str id, const gm_union_version *version,
                 const gm_union_version *base, const gm_union_version *ours)
{
    gm_union_item *item = gm_new(u->arena, gm_union_item);
    item->revision = version->revision;
    item->base = base ? base->revision : NULL;
    item->ours = ours ? ours->revision : NULL;
    gm_map_add(&u->made->items, id, item);
    gm_vec_push(u->arena, &u->revisions, item->revision);
}

static void fault(uniter *u, gm_union_fault_kind kind, gm_str id, const gm_union_version *start,
                  const gm_union_version *base, const gm_union_version *ours)
{
    gm_vec_push(u->arena, &u->made->faults,
                (gm_union_fault){.kind = kind,
                                 .id = id,
                                 .start = start ? start->revision : NULL,
                                 .base = base ? base->revision : NULL,
                                 .ours = ours ? ours->revision : NULL});
}

static bool same_edges(const gm_revision *a, const gm_revision *b)
{
    const gm_strs *pairs[][2] = {
        {&a->parents, &b->parents}, {&a->depends, &b->depends}, {&a->labels, &b->labels}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i][0]->len != pairs[i][1]->len)
            return false;
        for (size_t j = 0; j < pairs[i][0]->len; j++)
            if (!gm_str_eq(pairs[i][0]->items[j], pairs[i][1]->items[j]))
                return false;
    }
    return true;
}

static void on_both(uniter *u, gm_str id, const gm_union_version *start,
                    const gm_union_version *base, const gm_union_version *ours)
{
    if (same(base, ours)) {
        bool renamed = !gm_str_eq(base->name, ours->name);
        keep(u, id, ours, base, ours);
        if (renamed && !start)
            fault(u, GM_UNION_TWICE, id, NULL, base, ours);
        else if (renamed && !gm_str_eq(start->name, ours->name))
            fault(u, GM_UNION_RENAMED, id, start, base, ours);
    } else if (!start) {
        /* What is shipped stays, whether ours is the same revision on another parent or gets
         * another id. */
        keep(u, id, base, base, ours);
        fault(u, GM_UNION_SAME_ID, id, NULL, base, ours);
    } else if (same(start, ours)) {
        keep(u, id, base, base, ours);
    } else {
        /* Of two changes of a text git may make one; what counts here are the edges. */
        bool edges_of_base =
            !same(start, base) && same_edges(start->revision, ours->revision) && !start->mixed;
        keep(u, id, edges_of_base ? base : ours, base, ours);
        fault(u, GM_UNION_CHANGED, id, start, base, ours);
    }
}

/* A migrations folder is not deep: names have no slash. */
static bool is_unreadable(const uniter *u, gm_str name)
{
    if (!u->unreadable)
        return false;
    GM_EACH (const gm_problem, problem, u->unreadable) {
        gm_str path = problem->path;
        size_t slash = gm_str_rfind(path, '/');
        gm_str last = slash < path.len ? gm_str_sub(path, slash + 1, path.len) : path;
        if (problem->kind == GM_PROBLEM_UNREADABLE && gm_str_eq(last, name))
            return true;
    }
    return false;
}

/* What a squash replaces is told by it, whether its file is still there or not. */
static gm_map replaced_by(gm_arena *arena, const gm_union_side *side)
{
    gm_map replaced = gm_map_new(arena);
    GM_EACH (const gm_map_entry, entry, &side->entries) {
        const gm_union_version *version = entry->value;
        GM_EACH (const gm_str, id, &version->revision->replaces)
            gm_map_add(&replaced, *id, NULL);
    }
    return replaced;
}

static void in_base_only(uniter *u, gm_str id, const gm_union_version *start,
                         const gm_union_version *base)
{
    if (start && gm_map_find(&u->replaced, id, NULL))
        return;
    bool deleted = start && !is_unreadable(u, start->name) && !is_unreadable(u, base->name);
    if (deleted)
        fault(u, GM_UNION_DELETED, id, start, base, NULL);
    if (!deleted || !same(start, base))
        keep(u, id, base, base, NULL);
}

static void in_ours_only(uniter *u, gm_str id, const gm_union_version *start,
                         const gm_union_version *ours)
{
    if (same(start, ours))
        return; /* the base has deleted it */
    keep(u, id, ours, NULL, ours);
    if (start)
        fault(u, GM_UNION_CHANGED, id, start, NULL, ours);
}

const gm_union *gm_union_make(gm_arena *arena, const gm_union_side *start,
                              const gm_union_side *base, const gm_union_side *ours,
                              const gm_problems *ours_unreadable)
{
    gm_union *made = gm_new(arena, gm_union);
    uniter u = {.arena = arena, .made = made, .start = start, .unreadable = ours_unreadable};
    made->items = gm_map_new(arena);
    u.replaced = replaced_by(arena, ours);
    GM_EACH (const gm_map_entry, entry, &base->entries) {
        const gm_union_version *began = start ? gm_map_get(start, entry->key) : NULL;
        const gm_union_version *other = gm_map_get(ours, entry->key);
        if (other)
            on_both(&u, entry->key, began, entry->value, other);
        else
            in_base_only(&u, entry->key, began, entry->value);
    }
    GM_EACH (const gm_map_entry, entry, &ours->entries) {
        if (!gm_map_get(base, entry->key))
            in_ours_only(&u, entry->key, start ? gm_map_get(start, entry->key) : NULL,
                         entry->value);
    }
    made->graph = gm_graph_build(arena, &u.revisions, NULL);
    return made;
}

/* ---- whose a revision is ---- */

static const gm_union_item *item_of(const gm_union *made, const gm_node *node)
{
    return gm_map_get(&made->items, node->revision->id);
}

bool gm_union_only_ours(const gm_union *made, const gm_node *node)
{
    const gm_union_item *item = item_of(made, node);
    return item->ours && !item->base;
}

bool gm_union_only_base(const gm_union *made, const gm_node *node)
{
    const gm_union_item *item = item_of(made, node);
    return item->base && !item->ours;
}
