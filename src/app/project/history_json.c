/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/history_json.h"

static gm_json *ids(const gm_nodes *nodes)
{
    gm_json *list = gm_json_array();
    GM_EACH (gm_node *, node, nodes)
        gm_json_add(list, gm_json_str((*node)->revision->id));
    return list;
}

static gm_json *brief(gm_arena *arena, const gm_node *node)
{
    const gm_revision *revision = node->revision;
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "revision", revision->id);
    gm_json_set_str(item, "lineage", gm_lineage_name(arena, node->lineage));
    gm_json_set_str(item, "message", revision->message);
    gm_json_set_str(item, "path", revision->path);
    gm_json_set_strs(item, "labels", &revision->labels);
    return item;
}

gm_json *gm_revision_json(gm_arena *arena, const gm_node *node)
{
    const gm_revision *revision = node->revision;
    gm_json *item = brief(arena, node);
    gm_json_set_strs(item, "parents", &revision->parents);
    gm_json_set(item, "children", ids(&node->children));
    gm_json_set_strs(item, "depends", &revision->depends);
    gm_json_set_str(item, "created", revision->created);
    gm_json_set_bool(item, "head", gm_node_is_head(node));
    gm_json_set_bool(item, "base", gm_node_is_base(node));
    return item;
}

gm_json *gm_heads_json(gm_arena *arena, const gm_view *view, const gm_nodes *heads)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (gm_node *, head, heads)
        gm_json_add(list, brief(arena, *head));
    gm_json_set_str(document, "at", gm_snapshot_name(view->snapshot));
    gm_json_set(document, "heads", list);
    gm_json_set_bool(document, "divergent", gm_graph_divergent(arena, view->graph).len > 0);
    return document;
}

gm_json *gm_history_json(gm_arena *arena, const gm_view *view, const gm_nodes *nodes,
                         const gm_node_set *applied)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (gm_node *, node, nodes) {
        gm_json *item = gm_revision_json(arena, *node);
        if (applied)
            gm_json_set_bool(item, "applied", gm_node_set_has(applied, *node));
        gm_json_add(list, item);
    }
    gm_json_set_str(document, "at", gm_snapshot_name(view->snapshot));
    gm_json_set(document, "revisions", list);
    return document;
}
