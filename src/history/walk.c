/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps: "+N" follows children, "-N" parents, one at a time. Where there is more than one way on,
 * the walk refuses and says what to write instead; it never picks.
 */
#include "base/buf.h"
#include "history/resolve.h"

/* How to name the branch of `node` before "@": by a label that only it has among `rivals`, else by
 * its id. */
static gm_str branch_name(const gm_node *node, const gm_nodes *rivals)
{
    GM_EACH (const gm_str, label, node->lineage) {
        size_t with = 0;
        GM_EACH (gm_node *, rival, rivals)
            with += gm_lineage_has((*rival)->lineage, *label);
        if (with == 1)
            return label->len ? *label : GM_STR("default");
    }
    return node->revision->id;
}

/* "a@-1, b@-1" */
static gm_str list_choices(const gm_resolver *r, const gm_nodes *nodes, char sign, uint64_t count)
{
    gm_strs choices = {0};
    GM_EACH (gm_node *, node, nodes) {
        if (choices.len == 5) {
            gm_vec_push(r->arena, &choices, GM_STR("…"));
            break;
        }
        gm_vec_push(r->arena, &choices,
                    gm_str_printf(r->arena, "%.*s@%c%llu", GM_ARG(branch_name(*node, nodes)), sign,
                                  (unsigned long long)count));
    }
    return gm_strs_list(r->arena, &choices);
}

static gm_nodes members(const gm_resolver *r, const gm_nodes *nodes, const gm_node_set *set)
{
    gm_nodes kept = {0};
    if (!set->bits)
        return *nodes;
    GM_EACH (gm_node *, node, nodes)
        if (gm_node_set_has(set, *node))
            gm_vec_push(r->arena, &kept, *node);
    return kept;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- up ---- */

static gm_code forked(const gm_resolver *r, const gm_node *at, const gm_nodes *ways)
{
    gm_str list = gm_nodes_list(r->arena, ways);
    if (at)
        gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' comes to a fork: after %.*s come %.*s",
                GM_ARG(r->text), GM_ARG(at->revision->id), GM_ARG(list));
    else
        gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' may begin at %.*s", GM_ARG(r->text), GM_ARG(list));
    return gm_hint(r->err, "Name one of them, or a branch as LABEL@+N.");
}

static gm_code too_far_up(const gm_resolver *r, const gm_node *from, uint64_t steps)
{
    if (from)
        gm_fail(r->err, GM_E_REFUSED, "'%.*s' leads past the head: %llu revision%s after %.*s",
                GM_ARG(r->text), (unsigned long long)steps, steps == 1 ? " comes" : "s come",
                GM_ARG(from->revision->id));
    else
        gm_fail(r->err, GM_E_REFUSED, "'%.*s' leads past the head: there %s %llu revision%s",
                GM_ARG(r->text), steps == 1 ? "is" : "are", (unsigned long long)steps,
                plural(steps));
    return gm_hint(r->err, "Count less, or write head.");
}

/* From `node`, or from base when it is NULL. */
static gm_code walk_up(const gm_resolver *r, gm_node *node, uint64_t count, gm_spec *spec)
{
    const gm_node *from = node;
    for (uint64_t i = 0; i < count; i++) {
        gm_nodes ways = members(r, node ? &node->children : &r->graph->bases, &r->reach);
        if (ways.len == 0)
            return too_far_up(r, from, i);
        if (ways.len > 1)
            return forked(r, node, &ways);
        node = ways.items[0];
    }
    spec->base = !node;
    spec->nodes = (gm_nodes){0};
    if (node)
        gm_vec_push(r->arena, &spec->nodes, node);
    return GM_OK;
}

/* ---- down ---- */

static gm_code merge_in_the_way(const gm_resolver *r, const gm_node *merge, const gm_nodes *ways)
{
    gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' leads across the merge %.*s, below which are %.*s",
            GM_ARG(r->text), GM_ARG(merge->revision->id), GM_ARG(gm_nodes_list(r->arena, ways)));
    return gm_hint(r->err, "Name the one to go down to: %.*s.",
                   GM_ARG(gm_nodes_list(r->arena, ways)));
}

static gm_code too_far_down(const gm_resolver *r, uint64_t steps, bool bare)
{
    const char *what = bare ? "applied revision" : "revision";
    gm_str of = r->label.len ? gm_str_printf(r->arena, " of '%.*s'", GM_ARG(r->label)) : GM_STR("");
    gm_fail(r->err, GM_E_REFUSED, "'%.*s' leads past base: there %s %llu %s%s%.*s that far down",
            GM_ARG(r->text), steps == 1 ? "is" : "are", (unsigned long long)steps, what,
            plural(steps), GM_ARG(of));
    return gm_hint(r->err, "Count less, or write %.*s%sbase.", GM_ARG(r->label),
                   r->label.len ? "@" : "");
}

/*
 * Steps over `count` revisions, the first of them `node`. With `counted`, only revisions in it
 * count: what is not applied is passed by.
 */
static gm_code walk_down(const gm_resolver *r, gm_node *node, uint64_t count,
                         const gm_node_set *inside, const gm_node_set *counted, gm_spec *spec)
{
    uint64_t taken = 0;
    for (;;) {
        gm_nodes ways = members(r, &node->parents, inside);
        if (!counted || gm_node_set_has(counted, node)) {
            taken++;
            spec->through = node;
        }
        if (ways.len > 1)
            return merge_in_the_way(r, node, &ways);
        if (taken == count) {
            spec->base = ways.len == 0;
            spec->nodes = (gm_nodes){0};
            if (ways.len)
                gm_vec_push(r->arena, &spec->nodes, ways.items[0]);
            return GM_OK;
        }
        if (ways.len == 0)
            return too_far_down(r, taken, counted != NULL);
        node = ways.items[0];
    }
}

gm_code gm_walk_from(const gm_resolver *r, char sign, uint64_t count, gm_spec *spec)
{
    gm_spec walked = *spec;
    walked.steps = sign == '+' ? GM_STEPS_UP : GM_STEPS_DOWN;
    if (spec->nodes.len > 1) {
        gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' would start at several revisions: %.*s",
                GM_ARG(r->text), GM_ARG(gm_nodes_list(r->arena, &spec->nodes)));
        return gm_hint(r->err, "Start at one of them.");
    }
    gm_node *start = spec->base ? NULL : spec->nodes.items[0];
    if (count == 0) {
        *spec = walked;
        return GM_OK;
    }
    if (sign == '+')
        GM_TRY(walk_up(r, start, count, &walked));
    else if (!start)
        return too_far_down(r, 0, false);
    else
        GM_TRY(walk_down(r, start, count, &r->reach, NULL, &walked));
    *spec = walked;
    return GM_OK;
}

static gm_code several_starts(const gm_resolver *r, const gm_nodes *starts, char sign,
                              uint64_t count)
{
    gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' could start at each of %zu applied heads: %.*s",
            GM_ARG(r->text), starts->len, GM_ARG(gm_nodes_list(r->arena, starts)));
    return gm_hint(r->err, "Choose one of %.*s.", GM_ARG(list_choices(r, starts, sign, count)));
}

/* The label's branch has nothing applied: up starts at its nearest applied ancestor, else at base.
 */
static gm_nodes starts_below_branch(const gm_resolver *r)
{
    gm_node_set way = gm_node_set_copy(r->arena, r->context->applied);
    gm_node_set_keep(&way, &r->reach);
    return gm_node_set_heads(r->arena, &way);
}

gm_code gm_walk_bare(const gm_resolver *r, char sign, uint64_t count, gm_spec *spec)
{
    gm_spec walked = *spec;
    gm_nodes starts;
    GM_TRY(gm_resolve_current(r, &starts));
    walked.steps = sign == '+' ? GM_STEPS_UP : GM_STEPS_DOWN;
    walked.bare = true;
    if (count == 0 && (starts.len < 2 || r->context->allow_several)) {
        walked.base = starts.len == 0;
        walked.nodes = starts;
        *spec = walked;
        return GM_OK;
    }
    if (sign == '+' && starts.len == 0 && r->branch.bits)
        starts = starts_below_branch(r);
    if (starts.len > 1)
        return several_starts(r, &starts, sign, count);
    gm_node *start = starts.len ? starts.items[0] : NULL;
    if (sign == '+') {
        GM_TRY(walk_up(r, start, count, &walked));
    } else if (!start) {
        gm_str of =
            r->label.len ? gm_str_printf(r->arena, " of '%.*s'", GM_ARG(r->label)) : GM_STR("");
        gm_fail(r->err, GM_E_REFUSED, "'%.*s' leads past base: nothing%.*s is applied",
                GM_ARG(r->text), GM_ARG(of));
        return gm_hint(r->err, "There is nothing to go down from; `gmig current` shows what is "
                               "applied.");
    } else {
        GM_TRY(walk_down(r, start, count, &r->branch, r->context->applied, &walked));
    }
    *spec = walked;
    return GM_OK;
}
