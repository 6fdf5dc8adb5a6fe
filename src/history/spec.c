/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of specifiers, and the points in it. Ids and labels may hold "-" and ".", so the text
 * is never cut before it was looked up whole: "rel-2024" is a label long before it is 2024 steps
 * below "rel".
 */
#include "history/spec.h"

#include "history/resolve.h"

/* ---- failures ---- */

gm_code gm_resolve_ambiguous(const gm_resolver *r, gm_str prefix, const gm_nodes *found)
{
    gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' is the beginning of %zu ids: %.*s", GM_ARG(prefix),
            found->len, GM_ARG(gm_nodes_list(r->arena, found)));
    return gm_hint(r->err, "Write more of the one you mean.");
}

static gm_nodes ids_starting_with(gm_arena *arena, const gm_graph *graph, gm_str prefix)
{
    gm_nodes found = {0};
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_str_starts((*node)->revision->id, prefix))
            gm_vec_push(arena, &found, *node);
    return found;
}

gm_nodes gm_nodes_with_prefix(gm_arena *arena, const gm_graph *graph, gm_str prefix)
{
    gm_nodes none = {0};
    return prefix.len < GM_MIN_PREFIX ? none : ids_starting_with(arena, graph, prefix);
}

/* No id has a colon, so this is a mistake everywhere but where a range may stand. */
static gm_code range_unwanted(const gm_resolver *r)
{
    gm_fail(r->err, GM_E_USAGE, "'%.*s' is a range, and one revision is wanted here",
            GM_ARG(r->text));
    return gm_hint(r->err, "Ranges are for `history -r` and for --sql.");
}

static gm_code unknown(const gm_resolver *r, gm_str name)
{
    gm_nodes close = ids_starting_with(r->arena, r->graph, name);
    if (name.len < GM_MIN_PREFIX && close.len) {
        gm_fail(r->err, GM_E_UNKNOWN_REVISION,
                "'%.*s' is too short: the beginning of an id has %d characters or more",
                GM_ARG(name), GM_MIN_PREFIX);
        return gm_hint(r->err, "It could be %.*s.", GM_ARG(gm_nodes_list(r->arena, &close)));
    }
    gm_fail(r->err, GM_E_UNKNOWN_REVISION, "there is no revision or label '%.*s'", GM_ARG(name));
    GM_EACH (gm_node *, node, &r->graph->order)
        if (gm_str_eq_nocase((*node)->revision->id, name))
            return gm_hint(r->err, "Ids are case-sensitive: did you mean %.*s?",
                           GM_ARG((*node)->revision->id));
    if (name.len >= GM_MIN_PREFIX && gm_revision_id_valid(name))
        r->err->unknown = gm_str_dup(r->err->arena, name);
    if (r->graph->order.len == 0)
        return gm_hint(r->err, "This history has no revisions.");
    return gm_hint(r->err, "`gmig history` lists the revisions of this checkout.");
}

static gm_code not_steps(const gm_resolver *r, gm_str digits)
{
    gm_fail(r->err, GM_E_USAGE, "'%.*s' in '%.*s' is no number of steps", GM_ARG(digits),
            GM_ARG(r->text));
    return gm_hint(r->err, "Write a number behind the sign, as in -1 or head-2.");
}

static gm_code not_in_branch(const gm_resolver *r, const gm_node *node)
{
    gm_fail(r->err, GM_E_UNKNOWN_REVISION, "revision '%.*s' is not in the branch '%.*s'",
            GM_ARG(node->revision->id), GM_ARG(r->label));
    return gm_hint(r->err, "It is in '%.*s'.", GM_ARG(gm_lineage_name(r->arena, node->lineage)));
}

/* ---- points ---- */

static void set_nodes(const gm_nodes *nodes, gm_spec *spec)
{
    spec->base = nodes->len == 0;
    spec->nodes = *nodes;
}

static gm_code only_one(const gm_resolver *r, gm_str point, const gm_nodes *nodes)
{
    if (nodes->len < 2 || r->context->allow_several)
        return GM_OK;
    gm_fail(r->err, GM_E_AMBIGUOUS, "'%.*s' is %zu revisions where one is wanted: %.*s",
            GM_ARG(point), nodes->len, GM_ARG(gm_nodes_list(r->arena, nodes)));
    return gm_hint(r->err, "Name one of them.");
}

static gm_nodes heads_of(const gm_resolver *r)
{
    gm_nodes heads = {0};
    GM_EACH (gm_node *, head, &r->graph->heads)
        if (gm_resolver_has(r, *head))
            gm_vec_push(r->arena, &heads, *head);
    return heads;
}

/* A labelled branch all of whose ends carry labels of their own. */
static gm_code no_head(const gm_resolver *r)
{
    gm_node_set below = gm_node_set_copy(r->arena, &r->branch);
    gm_nodes members = gm_node_set_members(r->arena, &r->branch);
    gm_node_set_add_children_of(&below, &members);
    gm_nodes ends = gm_node_set_heads(r->arena, &below);
    if (ends.len == 0) {
        gm_fail(r->err, GM_E_UNKNOWN_REVISION, "no revision is in the branch '%.*s'",
                GM_ARG(r->label));
        return gm_hint(r->err, "`gmig heads --verbose` shows the lineage of each head.");
    }
    gm_fail(r->err, GM_E_UNKNOWN_REVISION,
            "the branch '%.*s' has no head of its own; it goes on to %.*s under other labels",
            GM_ARG(r->label), GM_ARG(gm_nodes_list(r->arena, &ends)));
    return gm_hint(r->err, "Name the head, or its label.");
}

static gm_code several_heads(const gm_resolver *r, const gm_nodes *heads)
{
    gm_str list = gm_nodes_list(r->arena, heads);
    bool divergent = false;
    for (size_t i = 1; i < heads->len; i++)
        divergent =
            divergent || gm_lineage_shared(heads->items[0]->lineage, heads->items[i]->lineage);
    /* The first head may be alone in its lineage while others are not. */
    if (!divergent && !r->label.len)
        divergent = gm_graph_divergent(r->arena, r->graph).len > 0;
    if (divergent || r->label.len) {
        gm_fail(r->err, GM_E_DIVERGENT,
                "'%.*s' is not one revision: the history has %zu heads, %.*s", GM_ARG(r->text),
                heads->len, GM_ARG(list));
        return gm_hint(r->err, "`gmig merge` makes them one; '%.*s%sheads' means all of them.",
                       GM_ARG(r->label), r->label.len ? "@" : "");
    }
    gm_strs choices = {0};
    for (size_t i = 0; i < heads->len && i < 5; i++) {
        gm_str label = heads->items[i]->lineage->items[0];
        gm_vec_push(
            r->arena, &choices,
            gm_str_printf(r->arena, "%.*s@head", GM_ARG(label.len ? label : GM_STR("default"))));
    }
    gm_fail(r->err, GM_E_AMBIGUOUS, "'head' is not one revision: each lineage has its own, %.*s",
            GM_ARG(list));
    return gm_hint(r->err, "Use %.*s, or heads for all of them.",
                   GM_ARG(gm_strs_list(r->arena, &choices)));
}

static bool is_keyword(gm_str s)
{
    return gm_str_is(s, "head") || gm_str_is(s, "heads") || gm_str_is(s, "base") ||
           gm_str_is(s, "current");
}

static gm_code resolve_keyword(const gm_resolver *r, gm_str word, gm_spec *spec)
{
    gm_nodes nodes = {0};
    if (gm_str_is(word, "current"))
        GM_TRY(gm_resolve_current(r, &nodes));
    else if (!gm_str_is(word, "base")) {
        nodes = heads_of(r);
        if (nodes.len == 0 && r->label.len)
            return no_head(r);
        if (nodes.len > 1 && gm_str_is(word, "head"))
            return several_heads(r, &nodes);
    }
    GM_TRY(only_one(r, word, &nodes));
    set_nodes(&nodes, spec);
    return GM_OK;
}

static gm_node *find_exact(const gm_graph *graph, gm_str name)
{
    gm_node *node = gm_graph_find(graph, name);
    return node ? node : gm_map_get(&graph->labels, name);
}

static gm_code take_node(const gm_resolver *r, gm_node *node, gm_spec *spec)
{
    if (r->reach.bits && !gm_node_set_has(&r->reach, node))
        return not_in_branch(r, node);
    gm_nodes nodes = {0};
    gm_vec_push(r->arena, &nodes, node);
    set_nodes(&nodes, spec);
    return GM_OK;
}

/* head, base, …, an exact id or label, or the beginning of an id. */
static gm_code resolve_point(const gm_resolver *r, gm_str point, gm_spec *spec)
{
    gm_node *node = find_exact(r->graph, point);
    if (node)
        return take_node(r, node, spec);
    if (is_keyword(point))
        return resolve_keyword(r, point, spec);
    gm_nodes found = gm_nodes_with_prefix(r->arena, r->graph, point);
    if (found.len > 1)
        return gm_resolve_ambiguous(r, point, &found);
    if (found.len == 0)
        return unknown(r, point);
    return take_node(r, found.items[0], spec);
}

/* ---- grammar ---- */

typedef struct {
    gm_str point; /* empty: bare */
    char sign;
    gm_str digits;
} relative;

static bool all_digits(gm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/* Is there a sign that must be an operator, or may be one? "-" may be part of an id. */
static bool split_relative(gm_str s, relative *parts)
{
    size_t at = gm_str_find(s, '+', 0);
    if (at == s.len) {
        at = gm_str_rfind(s, '-');
        if (at == s.len)
            return false;
        size_t first = gm_str_find(s, '-', 0);
        bool malformed = first == 0 || is_keyword(gm_str_sub(s, 0, first));
        if (malformed)
            at = first;
        else if (!all_digits(gm_str_sub(s, at + 1, s.len)))
            return false;
    }
    *parts = (relative){gm_str_sub(s, 0, at), s.ptr[at], gm_str_sub(s, at + 1, s.len)};
    return true;
}

/* "2024-01" may be the beginning of an id, or one step below "2024…". */
static gm_code two_readings(const gm_resolver *r, gm_str s, const relative *parts,
                            const gm_nodes *whole)
{
    gm_fail(r->err, GM_E_AMBIGUOUS,
            "'%.*s' is the beginning of %.*s, and also %.*s steps from '%.*s'", GM_ARG(s),
            GM_ARG(gm_nodes_list(r->arena, whole)), GM_ARG(parts->digits), GM_ARG(parts->point));
    return gm_hint(r->err, "Write the whole id.");
}

static gm_code resolve_rest(const gm_resolver *r, gm_str rest, gm_spec *spec)
{
    relative parts;
    uint64_t count;
    if (find_exact(r->graph, rest) || is_keyword(rest) || !split_relative(rest, &parts))
        return resolve_point(r, rest, spec);
    if (!find_exact(r->graph, parts.point) && !is_keyword(parts.point) && parts.point.len) {
        gm_nodes whole = gm_nodes_with_prefix(r->arena, r->graph, rest);
        gm_nodes point = gm_nodes_with_prefix(r->arena, r->graph, parts.point);
        if (whole.len && point.len)
            return two_readings(r, rest, &parts, &whole);
        if (whole.len)
            return resolve_point(r, rest, spec);
    }
    if (!all_digits(parts.digits) || !gm_str_u64(parts.digits, &count))
        return not_steps(r, parts.digits);
    if (parts.point.len == 0)
        return gm_walk_bare(r, parts.sign, count, spec);
    GM_TRY(resolve_point(r, parts.point, spec));
    return gm_walk_from(r, parts.sign, count, spec);
}

/* Cuts "label@" off the front. */
static gm_code split_label(gm_resolver *r, gm_str *rest)
{
    size_t at = gm_str_find(r->text, '@', 0);
    *rest = r->text;
    if (at == r->text.len)
        return GM_OK;
    *rest = gm_str_sub(r->text, at + 1, r->text.len);
    if (at == 0) {
        gm_fail(r->err, GM_E_USAGE, "'%.*s' has no label before the '@'", GM_ARG(r->text));
        return gm_hint(r->err, "Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.");
    }
    if (rest->len == 0) {
        gm_fail(r->err, GM_E_USAGE, "'%.*s' has nothing behind the '@'", GM_ARG(r->text));
        return gm_hint(r->err, "Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.");
    }
    if (gm_str_has(*rest, '@')) {
        gm_fail(r->err, GM_E_USAGE, "'%.*s' has more than one '@'", GM_ARG(r->text));
        return gm_hint(r->err, "Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.");
    }
    return gm_resolve_label(r, gm_str_sub(r->text, 0, at));
}

gm_steps gm_spec_leads(const gm_graph *graph, gm_str text)
{
    size_t at = gm_str_find(text, '@', 0);
    gm_str rest = at < text.len ? gm_str_sub(text, at + 1, text.len) : text;
    if (rest.len == 0 || (graph && find_exact(graph, rest)) ||
        !all_digits(gm_str_sub(rest, 1, rest.len)))
        return GM_STEPS_NONE;
    return rest.ptr[0] == '+' ? GM_STEPS_UP : rest.ptr[0] == '-' ? GM_STEPS_DOWN : GM_STEPS_NONE;
}

static bool counts_from_applied(const gm_graph *graph, gm_str spec)
{
    gm_str word = GM_STR("current");
    size_t at = gm_str_find(spec, '@', 0);
    gm_str point = at < spec.len ? gm_str_sub(spec, at + 1, spec.len) : spec;
    if (graph && find_exact(graph, point))
        return false;
    gm_str behind = gm_str_sub(point, word.len, point.len);
    bool current = gm_str_starts(point, word) &&
                   (behind.len == 0 || behind.ptr[0] == '+' || behind.ptr[0] == '-');
    return current || gm_spec_leads(graph, spec) != GM_STEPS_NONE;
}

bool gm_spec_needs_applied(const gm_graph *graph, gm_str text)
{
    bool needs = false;
    for (size_t start = 0; start <= text.len && !needs;) {
        size_t end = gm_str_find(text, ':', start);
        needs = counts_from_applied(graph, gm_str_sub(text, start, end));
        start = end + 1;
    }
    return needs;
}

gm_code gm_spec_resolve(gm_arena *arena, const gm_spec_context *context, gm_str text, gm_spec *spec,
                        gm_err *err)
{
    gm_resolver r = {
        .arena = arena, .context = context, .graph = context->graph, .text = text, .err = err};
    gm_spec made = {0};
    gm_str rest;
    if (text.len == 0) {
        gm_fail(err, GM_E_USAGE, "a revision is named by an empty text");
        return gm_hint(err, "Name an ID, head, heads, base or current.");
    }
    if (gm_str_has(text, ':'))
        return range_unwanted(&r);
    GM_TRY(split_label(&r, &rest));
    made.label = r.label;
    made.branch = r.branch;
    GM_TRY(resolve_rest(&r, rest, &made));
    *spec = made;
    return GM_OK;
}

gm_code gm_spec_resolve_one(gm_arena *arena, const gm_spec_context *context, gm_str text,
                            gm_node **node, gm_err *err)
{
    gm_spec_context single = *context;
    gm_spec spec = {0};
    single.allow_several = false;
    GM_TRY(gm_spec_resolve(arena, &single, text, &spec, err));
    if (spec.base) {
        gm_fail(err, GM_E_REFUSED, "'%.*s' is before every revision, and one is wanted",
                GM_ARG(text));
        return gm_hint(err, "Name a revision; `gmig history` lists them.");
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): all else than one node was refused */
    *node = spec.nodes.items[0];
    return GM_OK;
}
