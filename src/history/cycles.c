/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cycles: the strongly connected components of the nodes that found no place in the order, after
 * Tarjan ("Depth-first search and linear graph algorithms", 1972), with a stack of our own in place
 * of recursion. Each component is one problem, told by a shortest cycle through its first file.
 */
#include "base/buf.h"
#include "history/build.h"

enum { SHOWN = 12 }; /* more ids than this say nothing to a person */

typedef struct {
    size_t number;
    size_t edge; /* the next one to follow */
} frame;

typedef struct {
    gm_build *build;
    gm_arena *scratch;
    size_t *visit; /* number -> 1 + when it was first seen; 0: not yet */
    size_t *low;
    size_t *component; /* number -> 1 + its component; 0: none yet */
    size_t *stack;     /* of Tarjan's algorithm */
    size_t stack_len;
    frame *frames;
    size_t depth;
    size_t visits;
    size_t components;
} search;

static gm_node *edge_of(const gm_node *node, size_t edge)
{
    if (edge < node->parents.len)
        return node->parents.items[edge];
    edge -= node->parents.len;
    return edge < node->depends.len ? node->depends.items[edge] : NULL;
}

static void enter(search *s, size_t number)
{
    s->visit[number] = s->low[number] = ++s->visits;
    s->stack[s->stack_len++] = number;
    s->frames[s->depth++] = (frame){number, 0};
}

static void leave(search *s, size_t number)
{
    s->depth--;
    if (s->depth) {
        size_t *low = &s->low[s->frames[s->depth - 1].number];
        if (s->low[number] < *low)
            *low = s->low[number];
    }
    if (s->low[number] != s->visit[number])
        return;
    s->components++;
    size_t member;
    do {
        member = s->stack[--s->stack_len];
        s->component[member] = s->components;
    } while (member != number);
}

static void find_components(search *s, size_t root)
{
    enter(s, root);
    while (s->depth) {
        frame *top = &s->frames[s->depth - 1];
        const gm_node *next = edge_of(&s->build->nodes[top->number], top->edge);
        if (!next) {
            leave(s, top->number);
            continue;
        }
        top->edge++;
        size_t to = gm_build_number(s->build, next);
        if (next->index != SIZE_MAX)
            continue;
        if (!s->visit[to])
            enter(s, to);
        else if (!s->component[to] && s->visit[to] < s->low[top->number])
            s->low[top->number] = s->visit[to];
    }
}

/* A shortest way from `start` back to itself inside its component: the numbers on it, in order. */
static size_t *find_cycle(search *s, size_t start, size_t *length)
{
    size_t *came_from = s->low; /* no longer needed: 1 + number, 0 for unseen */
    size_t *queue = s->stack;
    size_t head = 0;
    size_t tail = 0;
    size_t last = start;
    queue[tail++] = start;
    while (head < tail) {
        size_t at = queue[head++];
        const gm_node *next;
        for (size_t e = 0; (next = edge_of(&s->build->nodes[at], e)) != NULL; e++) {
            size_t to = gm_build_number(s->build, next);
            if (s->component[to] != s->component[start] || came_from[to])
                continue;
            came_from[to] = at + 1;
            queue[tail++] = to;
            if (to == start) {
                last = at;
                head = tail; /* the way is closed */
                break;
            }
        }
    }
    *length = 1;
    for (size_t at = last; at != start; at = came_from[at] - 1)
        ++*length;
    size_t *way = gm_new_array(s->scratch, *length, size_t);
    size_t i = *length;
    for (size_t at = last; at != start; at = came_from[at] - 1)
        way[--i] = at;
    way[0] = start;
    return way;
}

static void tell_cycle(search *s, size_t start)
{
    gm_build *build = s->build;
    const gm_node *first = &build->nodes[start];
    gm_buf buf = gm_buf_new(build->arena, SIZE_MAX);
    size_t length;
    const size_t *way = find_cycle(s, start, &length);
    gm_buf_z(&buf, "revisions in a cycle: ");
    for (size_t i = 0; i < length && i < SHOWN; i++)
        gm_buf_printf(&buf, "%.*s → ", GM_ARG(build->nodes[way[i]].revision->id));
    if (length > SHOWN)
        gm_buf_printf(&buf, "… (%zu more) → ", length - SHOWN);
    gm_buf_add(&buf, first->revision->id);
    const gm_node *second = &build->nodes[way[length > 1 ? 1 : 0]];
    bool parent = false;
    GM_EACH (gm_node *, candidate, &first->parents)
        parent = parent || *candidate == second;
    gm_build_problem(build, GM_PROBLEM_CYCLE, first->revision,
                     parent ? first->revision->parents_line : first->revision->depends_line,
                     gm_buf_str(&buf),
                     GM_STR("Each needs the next one to come first; correct 'parents' or 'depends' "
                            "in one of them."));
}

static void drop_inner_edges(const search *s, size_t number, gm_nodes *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        size_t to = gm_build_number(s->build, list->items[i]);
        if (s->component[to] != s->component[number])
            list->items[kept++] = list->items[i];
    }
    list->len = list->cap = kept;
}

void gm_build_cut_cycles(gm_build *build)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    size_t count = build->count;
    search s = {.build = build,
                .scratch = scratch,
                .visit = gm_new_array(scratch, count, size_t),
                .low = gm_new_array(scratch, count, size_t),
                .component = gm_new_array(scratch, count, size_t),
                .stack = gm_new_array(scratch, count + 1, size_t),
                .frames = gm_new_array(scratch, count, frame)};
    for (size_t i = 0; i < count; i++)
        if (build->nodes[i].index == SIZE_MAX && !s.visit[i])
            find_components(&s, i);

    size_t *members = gm_new_array(scratch, s.components + 1, size_t);
    for (size_t i = 0; i < count; i++)
        members[s.component[i]]++;
    memset(s.low, 0, count * sizeof(size_t));
    bool *told = gm_new_array(scratch, s.components + 1, bool);
    for (size_t i = 0; i < count; i++) {
        size_t component = s.component[i];
        if (component == 0 || members[component] < 2 || told[component])
            continue;
        told[component] = true;
        tell_cycle(&s, i);
    }
    for (size_t i = 0; i < count; i++) {
        if (s.component[i] && members[s.component[i]] > 1) {
            drop_inner_edges(&s, i, &build->nodes[i].parents);
            drop_inner_edges(&s, i, &build->nodes[i].depends);
        }
    }
}
