/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a revision specifier, a range and the goal of a plan, over a small history; the
 * first byte says what of it is applied.
 */
#include "fuzz.h"

#include "history/plan.h"

static const struct {
    const char *id;
    const char *parents[2];
    const char *depends;
    const char *label;
} history[] = {
    {.id = "abc"},
    {.id = "abc-1", .parents = {"abc"}, .label = "rel-2024"},
    {.id = "2024-01-05-init", .parents = {"abc-1"}},
    {.id = "2024-02", .parents = {"abc-1"}},
    {.id = "merge1", .parents = {"2024-01-05-init", "2024-02"}},
    {.id = "net1", .label = "net"},
    {.id = "net2", .parents = {"net1"}, .depends = "2024-02"},
    {.id = "abcd1", .parents = {"abc"}},
    {.id = "abcd2", .parents = {"abcd1"}},
};

enum { COUNT = sizeof(history) / sizeof(history[0]) };

static gm_graph *make_graph(gm_arena *arena)
{
    gm_revisions revisions = {0};
    for (size_t i = 0; i < COUNT; i++) {
        gm_revision *revision = gm_new(arena, gm_revision);
        revision->id = revision->path = gm_str_from(history[i].id);
        revision->time = (int64_t)i;
        for (size_t k = 0; k < 2 && history[i].parents[k]; k++)
            gm_vec_push(arena, &revision->parents, gm_str_from(history[i].parents[k]));
        if (history[i].depends)
            gm_vec_push(arena, &revision->depends, gm_str_from(history[i].depends));
        if (history[i].label)
            gm_vec_push(arena, &revision->labels, gm_str_from(history[i].label));
        gm_vec_push(arena, &revisions, revision);
    }
    return gm_graph_build(arena, &revisions, NULL);
}

static void check_spec(gm_arena *arena, const gm_spec_context *context, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_spec spec = {0};
    gm_range range;
    gm_code code = gm_spec_resolve(arena, context, text, &spec, &err);
    MUST(code == err.code);
    MUST(code == GM_OK || err.text.len > 0);
    if (code == GM_OK) {
        MUST(spec.base == (spec.nodes.len == 0));
        MUST(context->allow_several || spec.nodes.len < 2);
    }
    gm_err_clear(&err);
    code = gm_range_resolve(arena, context, text, &range, &err);
    MUST(code == err.code);
}

/* Each step finds what it needs, and the heads are those that were told. */
static void check_plan(gm_arena *arena, const gm_node_set *applied, const gm_plan *plan)
{
    gm_node_set now = gm_node_set_copy(arena, applied);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const gm_node *node = plan->steps.items[i].node;
        bool up = plan->steps.items[i].direction == GM_UP;
        MUST(gm_node_set_has(&now, node) == !up);
        GM_EACH (gm_node *, other, up ? &node->parents : &node->children)
            MUST(gm_node_set_has(&now, *other) == up);
        GM_EACH (gm_node *, other, up ? &node->depends : &node->dependents)
            MUST(gm_node_set_has(&now, *other) == up);
        if (up)
            gm_node_set_add(&now, node);
        else
            gm_node_set_remove(&now, node);
    }
    gm_nodes heads = gm_node_set_heads(arena, &now);
    MUST(heads.len == plan->to.len);
    for (size_t i = 0; i < heads.len; i++)
        MUST(gm_str_eq(heads.items[i]->revision->id, plan->to.items[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_graph *graph = make_graph(arena);
    gm_node_set applied = gm_node_set_new(arena, graph);
    gm_err err = gm_err_new(arena);
    gm_plan plan;
    gm_str text = size ? gm_str_of(data + 1, size - 1) : GM_STR("");
    gm_spec_context context = {.graph = graph, .applied = &applied, .allow_several = size % 2};
    MUST(graph->problems.len == 0);
    for (size_t i = 0; size && i < 8; i++)
        if (data[0] >> i & 1)
            gm_node_set_add_ancestors(&applied, graph->order.items[i]);
    check_spec(arena, &context, text);
    context.applied = NULL;
    check_spec(arena, &context, text);
    if (gm_plan_up(arena, graph, &applied, text, &plan, &err) == GM_OK)
        check_plan(arena, &applied, &plan);
    gm_err_clear(&err);
    if (gm_plan_down(arena, graph, &applied, text, &plan, &err) == GM_OK)
        check_plan(arena, &applied, &plan);
    gm_arena_free(arena);
    return 0;
}
