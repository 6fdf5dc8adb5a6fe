/* SPDX-License-Identifier: Apache-2.0 */
#include "history/resolve.h"

static gm_code not_ancestor(gm_arena *arena, gm_str text, const gm_range *range, gm_err *err)
{
    gm_str from = gm_nodes_list(arena, &range->from.nodes);
    gm_str to = range->to.base ? GM_STR("base") : gm_nodes_list(arena, &range->to.nodes);
    gm_node_set below = gm_node_set_new(arena, range->nodes.graph);
    gm_node_set_add_descendants_of(&below, &range->to.nodes);
    bool turned = range->to.base;
    GM_EACH (gm_node *, node, &range->from.nodes)
        turned = turned || gm_node_set_has(&below, *node);
    gm_fail(err, GM_E_REFUSED, "the range '%.*s' is empty: %.*s does not come before %.*s",
            GM_ARG(text), GM_ARG(from), GM_ARG(to));
    if (turned)
        return gm_hint(err, "Older revisions come first: turn the two sides round.");
    return gm_hint(err, "They are on different branches; name two revisions of one.");
}

/* From each node of `from`, both inclusive; everything up to `to` from base. */
static gm_code fill(gm_arena *arena, gm_str text, gm_range *range, gm_err *err)
{
    gm_node_set_add_ancestors_of(&range->nodes, &range->to.nodes);
    if (range->from.base) {
        if (range->from.branch.bits)
            gm_node_set_keep(&range->nodes, &range->from.branch);
        return GM_OK;
    }
    gm_node_set below = gm_node_set_new(arena, range->nodes.graph);
    gm_node_set_add_descendants_of(&below, &range->from.nodes);
    gm_node_set_keep(&range->nodes, &below);
    GM_EACH (gm_node *, node, &range->from.nodes)
        if (!gm_node_set_has(&range->nodes, *node))
            return not_ancestor(arena, text, range, err);
    return GM_OK;
}

gm_code gm_range_resolve(gm_arena *arena, const gm_spec_context *context, gm_str text,
                         gm_range *range, gm_err *err)
{
    gm_spec_context several = *context;
    gm_range made = {.nodes = gm_node_set_new(arena, context->graph)};
    size_t colon = gm_str_find(text, ':', 0);
    gm_str from = gm_str_sub(text, 0, colon);
    gm_str to = gm_str_sub(text, colon + 1, text.len);
    several.allow_several = true;
    if (colon == text.len) {
        to = text;
        from = GM_STR("base");
        if (text.len == 0) {
            gm_fail(err, GM_E_USAGE, "a range is named by an empty text");
            return gm_hint(err, "Write A:B, A:, :B or : for everything.");
        }
    }
    if (gm_str_has(to, ':')) {
        gm_fail(err, GM_E_USAGE, "the range '%.*s' has more than one ':'", GM_ARG(text));
        return gm_hint(err, "Write A:B, A:, :B or : for everything.");
    }
    GM_TRY(gm_spec_resolve(arena, &several, from.len ? from : GM_STR("base"), &made.from, err));
    GM_TRY(gm_spec_resolve(arena, &several, to.len ? to : GM_STR("heads"), &made.to, err));
    GM_TRY(fill(arena, text, &made, err));
    *range = made;
    return GM_OK;
}
