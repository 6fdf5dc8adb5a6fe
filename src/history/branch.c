/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands before "@" in a specifier -> the revisions it means.
 */
#include "base/buf.h"
#include "history/resolve.h"

enum { MAX_LISTED = 5 };

gm_str gm_nodes_list(gm_arena *arena, const gm_nodes *nodes)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < nodes->len && i < MAX_LISTED; i++)
        gm_buf_printf(&buf, "%s%.*s", i ? ", " : "", GM_ARG(nodes->items[i]->revision->id));
    if (nodes->len > MAX_LISTED)
        gm_buf_printf(&buf, " and %zu more", nodes->len - MAX_LISTED);
    return gm_buf_str(&buf);
}

bool gm_resolver_has(const gm_resolver *r, const gm_node *node)
{
    return !r->branch.bits || gm_node_set_has(&r->branch, node);
}

static void add_lineage(gm_resolver *r, gm_str label)
{
    const gm_lineage *last = NULL;
    bool last_has = false;
    GM_EACH (gm_node *, node, &r->graph->order) {
        if ((*node)->lineage != last) {
            last = (*node)->lineage;
            last_has = gm_lineage_has(last, label);
        }
        if (last_has)
            gm_node_set_add(&r->branch, *node);
    }
}

/* The branch, and the way to it from the base: what comes before it without belonging to it. */
static void add_reach(gm_resolver *r)
{
    gm_nodes ways_in = {0};
    GM_EACH (gm_node *, node, &r->graph->order) {
        bool inside = !gm_node_set_has(&r->branch, *node);
        GM_EACH (gm_node *, parent, &(*node)->parents)
            inside = inside || gm_node_set_has(&r->branch, *parent);
        if (!inside)
            gm_vec_push(r->arena, &ways_in, *node);
    }
    gm_node_set_add_parents_of(&r->reach, &ways_in);
    gm_node_set_add_all(&r->reach, &r->branch);
}

static bool is_app(const gm_graph *graph, gm_str label)
{
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_str_eq((*node)->revision->app, label))
            return label.len > 0;
    return false;
}

static gm_code unknown_label(const gm_resolver *r, gm_str label)
{
    gm_strs known = {0};
    GM_EACH (const gm_map_entry, entry, &r->graph->labels.entries)
        if (known.len < MAX_LISTED)
            gm_vec_push(r->arena, &known, entry->key);
    gm_fail(r->err, GM_E_UNKNOWN_REVISION, "there is no label '%.*s'", GM_ARG(label));
    if (known.len == 0)
        return gm_hint(r->err, "No revision of this history has labels; name an ID instead.");
    return gm_hint(r->err, "Labels are %.*s%s.", GM_ARG(gm_strs_list(r->arena, &known)),
                   r->graph->labels.entries.len > MAX_LISTED ? ", …" : "");
}

/* "ID@": a branch that has no label. */
static gm_code branch_of_id(gm_resolver *r, gm_str label)
{
    gm_node *node = gm_graph_find(r->graph, label);
    gm_nodes found = gm_nodes_with_prefix(r->arena, r->graph, label);
    if (!node && found.len > 1)
        return gm_resolve_ambiguous(r, label, &found);
    if (!node && found.len == 0)
        return unknown_label(r, label);
    gm_nodes from = {0};
    gm_vec_push(r->arena, &from, node ? node : found.items[0]);
    gm_node_set_add_children_of(&r->branch, &from);
    return GM_OK;
}

gm_code gm_resolve_label(gm_resolver *r, gm_str label)
{
    r->label = label;
    r->branch = gm_node_set_new(r->arena, r->graph);
    r->reach = gm_node_set_new(r->arena, r->graph);
    if (gm_map_get(&r->graph->labels, label))
        add_lineage(r, label);
    else if (gm_str_is(label, "default") && !gm_graph_find(r->graph, label))
        add_lineage(r, GM_STR(""));
    else if (is_app(r->graph, label))
        add_lineage(r, label);
    else
        GM_TRY(branch_of_id(r, label));
    add_reach(r);
    return GM_OK;
}

gm_code gm_resolve_current(const gm_resolver *r, gm_nodes *nodes)
{
    if (!r->context->applied) {
        gm_fail(r->err, GM_E_USAGE,
                "'%.*s' counts from what a database has, and there is none here", GM_ARG(r->text));
        return gm_hint(r->err, "Name a revision: an ID, a label, head or base.");
    }
    gm_node_set here = gm_node_set_copy(r->arena, r->context->applied);
    if (r->branch.bits)
        gm_node_set_keep(&here, &r->branch);
    *nodes = gm_node_set_heads(r->arena, &here);
    return GM_OK;
}
