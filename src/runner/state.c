/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/state.h"

#include "base/digest.h"
#include "runner/part.h"

gm_str gm_state_blob(gm_arena *arena, const gm_revision *revision)
{
    gm_oid blob = gm_oid_none(&revision->blob) ? gm_blob_oid(revision->text) : revision->blob;
    return gm_oid_hex(arena, &blob);
}

gm_code gm_state_row(gm_arena *arena, const gm_revision *revision, gm_dialect dialect,
                     gm_ledger_row *row, gm_err *err)
{
    gm_ledger_row made = {.id = revision->id,
                          .parents = revision->parents,
                          .depends = revision->depends,
                          .message = revision->message,
                          .blob = gm_state_blob(arena, revision),
                          .down = revision->down[dialect]};
    GM_TRY(gm_part_up_sha256(arena, revision, dialect, &made.up_sha256, err));
    *row = made;
    return GM_OK;
}

gm_revision *gm_state_revision(gm_arena *arena, const gm_ledger_row *row, gm_dialect dialect)
{
    gm_revision *revision = gm_new(arena, gm_revision);
    revision->id = row->id;
    revision->parents = row->parents;
    revision->depends = row->depends;
    revision->message = row->message;
    revision->created = row->applied_at;
    revision->down[dialect] = row->down;
    revision->path = gm_str_printf(arena, GM_LEDGER_TABLE ":%.*s", GM_ARG(row->id));
    return revision;
}

static gm_code compare(gm_arena *arena, gm_dialect dialect, gm_revision_state *state, gm_err *err)
{
    const gm_revision *revision = state->node->revision;
    const gm_ledger_row *row = state->row;
    state->reparented = !gm_strs_same(&revision->parents, &row->parents) ||
                        !gm_strs_same(&revision->depends, &row->depends);
    if (gm_str_eq(gm_state_blob(arena, revision), row->blob))
        return GM_OK;
    gm_str sha256 = {0};
    GM_TRY(gm_part_up_sha256(arena, revision, dialect, &sha256, err));
    state->changed = !gm_str_eq(sha256, row->up_sha256);
    state->retexted = !state->changed;
    return GM_OK;
}

static gm_code look_at_graph(gm_arena *arena, gm_state *state, gm_err *err)
{
    gm_node_set needed = gm_node_set_new(arena, state->graph);
    GM_EACH (gm_node *, node, &state->graph->order)
        if (gm_ledger_find(state->ledger, (*node)->revision->id) != NULL)
            gm_node_set_add(&state->applied, *node);
    gm_nodes applied = gm_node_set_members(arena, &state->applied);
    gm_nodes lasting = {0};
    /* What comes below a repeatable one is not late: that is applied again and again. */
    GM_EACH (gm_node *, node, &applied)
        if (!(*node)->revision->repeatable)
            gm_vec_push(arena, &lasting, *node);
    gm_node_set_add_ancestors_of(&needed, &lasting);
    GM_EACH (gm_node *, node, &state->graph->order) {
        gm_revision_state item = {.node = *node,
                                  .row = gm_ledger_find(state->ledger, (*node)->revision->id)};
        item.late = item.row == NULL && gm_node_set_has(&needed, *node);
        if (item.row != NULL)
            GM_TRY(compare(arena, state->ledger->dialect, &item, err));
        gm_vec_push(arena, &state->all, item);
    }
    return GM_OK;
}

gm_code gm_state_build(gm_arena *arena, const gm_graph *graph, const gm_ledger *ledger,
                       gm_state **state, gm_err *err)
{
    gm_state *made = gm_new(arena, gm_state);
    made->graph = graph;
    made->ledger = ledger;
    made->applied = gm_node_set_new(arena, graph);
    GM_TRY(look_at_graph(arena, made, err));
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        if (gm_graph_find(graph, row->id) == NULL)
            gm_vec_push(arena, &made->all, (gm_revision_state){.row = row});
    /* Only now do the items stay where they are. */
    GM_EACH (gm_revision_state, item, &made->all) {
        const gm_revision_state *view = item;
        if (item->node == NULL)
            gm_vec_push(arena, &made->phantoms, view);
        else if (item->row == NULL)
            gm_vec_push(arena, &made->pending, view);
        else if (item->changed)
            gm_vec_push(arena, &made->changed, view);
        else if (item->retexted || item->reparented)
            gm_vec_push(arena, &made->touched, view);
        if (item->late)
            gm_vec_push(arena, &made->late, view);
    }
    *state = made;
    return GM_OK;
}

gm_strs gm_state_heads(gm_arena *arena, const gm_state *state)
{
    gm_map parents = gm_map_new(arena);
    gm_strs heads = {0};
    GM_EACH (const gm_revision_state *, phantom, &state->phantoms)
        GM_EACH (gm_str, parent, &(*phantom)->row->parents)
            gm_map_add(&parents, *parent, NULL);
    for (size_t i = state->phantoms.len; i-- > 0;)
        if (!gm_map_find(&parents, state->phantoms.items[i]->row->id, NULL))
            gm_vec_push(arena, &heads, state->phantoms.items[i]->row->id);
    gm_nodes nodes = gm_node_set_heads(arena, &state->applied);
    GM_EACH (gm_node *, node, &nodes)
        if (!gm_map_find(&parents, (*node)->revision->id, NULL))
            gm_vec_push(arena, &heads, (*node)->revision->id);
    return heads;
}

bool gm_state_phantom_descends(const gm_state *state, const gm_revision_state *phantom,
                               const gm_nodes *goal)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_node_set below = gm_node_set_new(scratch, state->graph);
    gm_map seen = gm_map_new(scratch);
    gm_strs waiting = {0};
    gm_vec_push(scratch, &waiting, phantom->row->id);
    for (size_t i = 0; i < waiting.len; i++) {
        gm_str id = waiting.items[i];
        gm_node *node = gm_graph_find(state->graph, id);
        const gm_ledger_row *row = gm_ledger_find(state->ledger, id);
        if (node != NULL) {
            gm_node_set_add_ancestors(&below, node);
            continue;
        }
        if (row == NULL || !gm_map_add(&seen, id, NULL))
            continue;
        GM_EACH (gm_str, parent, &row->parents)
            gm_vec_push(scratch, &waiting, *parent);
    }
    GM_EACH (gm_node *, node, goal)
        if (gm_node_set_has(&below, *node))
            return true;
    return false;
}
