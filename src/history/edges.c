/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in `parents`, `depends` and `labels` -> edges between nodes; what a name does not lead to
 * is a problem.
 */
#include "base/buf.h"
#include "history/build.h"

enum { MIN_PREFIX = 4, MAX_CANDIDATES = 3 };

/* ---- labels ---- */

static void add_label(gm_build *build, gm_node *node, gm_str label)
{
    const gm_revision *revision = node->revision;
    const gm_node *other = gm_map_get(&build->graph->by_id, label);
    gm_str message;
    if (other) {
        message =
            gm_str_printf(build->arena, "the label '%.*s' is also the id of a revision in %.*s",
                          GM_ARG(label), GM_ARG(other->revision->path));
    } else if (gm_map_add(&build->graph->labels, label, node)) {
        return;
    } else {
        other = gm_map_get(&build->graph->labels, label);
        message = gm_str_printf(build->arena, "the label '%.*s' is already that of '%.*s' in %.*s",
                                GM_ARG(label), GM_ARG(other->revision->id),
                                GM_ARG(other->revision->path));
    }
    gm_build_problem(build, GM_PROBLEM_DUPLICATE_LABEL, revision, revision->labels_line, message,
                     GM_STR("Choose another label; revisions below the one that has it belong to "
                            "its lineage without naming it again."));
}

void gm_build_labels(gm_build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        gm_node *node = &build->nodes[i];
        GM_EACH (const gm_str, label, &node->revision->labels)
            add_label(build, node, *label);
    }
}

/* ---- names that lead nowhere ---- */

static bool is_candidate(gm_str id, gm_str name)
{
    return gm_str_eq_nocase(id, name) || (name.len >= MIN_PREFIX && gm_str_starts(id, name)) ||
           (id.len >= MIN_PREFIX && gm_str_starts(name, id));
}

/*
 * Linear, so that only the first few broken names of a history are worth it: a hostile one could
 * make it quadratic.
 */
static gm_str did_you_mean(const gm_build *build, gm_str name)
{
    enum { MAX_SEARCHES = 20 };
    gm_buf buf = gm_buf_new(build->arena, SIZE_MAX);
    size_t found = 0;
    if (build->graph->problems.len >= MAX_SEARCHES)
        return GM_STR("");
    for (size_t i = 0; i < build->count && found < MAX_CANDIDATES; i++)
        if (is_candidate(build->nodes[i].revision->id, name))
            gm_buf_printf(&buf, "%s%.*s", found++ ? ", " : "",
                          GM_ARG(build->nodes[i].revision->id));
    if (found == 0)
        return GM_STR("");
    return gm_str_printf(build->arena, "Did you mean %.*s?", GM_ARG(gm_buf_str(&buf)));
}

static void missing_parent(gm_build *build, const gm_node *node, gm_str name)
{
    const gm_revision *revision = node->revision;
    const gm_node *labelled = gm_map_get(&build->graph->labels, name);
    gm_str fix = did_you_mean(build, name);
    if (labelled)
        fix = gm_str_printf(build->arena, "'%.*s' is a label; parents are ids: write %.*s.",
                            GM_ARG(name), GM_ARG(labelled->revision->id));
    else if (fix.len == 0 && build->some_unreadable)
        fix = GM_STR("Mend the files that cannot be read first: it may be in one of them.");
    else if (fix.len == 0)
        fix = gm_str_printf(build->arena, "Bring the file of '%.*s' back, or name another parent.",
                            GM_ARG(name));
    gm_build_problem(build, GM_PROBLEM_MISSING_PARENT, revision, revision->parents_line,
                     gm_str_printf(build->arena,
                                   "the parent '%.*s' of '%.*s' is not in the history",
                                   GM_ARG(name), GM_ARG(revision->id)),
                     fix);
}

static void unknown_dependency(gm_build *build, const gm_node *node, gm_str name)
{
    const gm_revision *revision = node->revision;
    gm_str fix = did_you_mean(build, name);
    if (fix.len == 0 && build->some_unreadable)
        fix = GM_STR("Mend the files that cannot be read first: it may be in one of them.");
    else if (fix.len == 0)
        fix = GM_STR("'depends' names revisions or labels of this history; correct it.");
    gm_build_problem(build, GM_PROBLEM_UNKNOWN_DEPENDENCY, revision, revision->depends_line,
                     gm_str_printf(build->arena,
                                   "'%.*s' depends on '%.*s', which is neither a "
                                   "revision nor a label",
                                   GM_ARG(revision->id), GM_ARG(name)),
                     fix);
}

static void self_parent(gm_build *build, const gm_node *node, size_t line, const char *what)
{
    gm_build_problem(build, GM_PROBLEM_SELF_PARENT, node->revision, line,
                     gm_str_printf(build->arena, "'%.*s' %s", GM_ARG(node->revision->id), what),
                     GM_STR("Name the revision that comes before it."));
}

/* ---- edges ---- */

typedef struct {
    gm_build *build;
    size_t *seen; /* number of a node -> 1 + number of the last node that has an edge to it */
} linker;

/* Once for each pair, so that a label and an id for one revision are one edge. */
static void add_edge(linker *link, gm_node *from, gm_nodes *list, gm_node *to)
{
    size_t mark = gm_build_number(link->build, from) + 1;
    size_t *seen = &link->seen[gm_build_number(link->build, to)];
    if (*seen == mark)
        return;
    *seen = mark;
    list->items[list->len++] = to;
}

static void link_parents(linker *link, gm_node *node)
{
    const gm_revision *revision = node->revision;
    GM_EACH (const gm_str, name, &revision->parents) {
        gm_node *parent = gm_graph_find(link->build->graph, *name);
        if (parent == node)
            self_parent(link->build, node, revision->parents_line, "is its own parent");
        else if (parent)
            add_edge(link, node, &node->parents, parent);
        else
            missing_parent(link->build, node, *name);
    }
}

static void link_depends(linker *link, gm_node *node)
{
    const gm_revision *revision = node->revision;
    GM_EACH (const gm_str, name, &revision->depends) {
        gm_node *other = gm_graph_find(link->build->graph, *name);
        if (!other)
            other = gm_map_get(&link->build->graph->labels, *name);
        if (other == node)
            self_parent(link->build, node, revision->depends_line, "depends on itself");
        else if (other)
            add_edge(link, node, &node->depends, other);
        else
            unknown_dependency(link->build, node, *name);
    }
}

void gm_build_edges(gm_build *build)
{
    linker link = {build, gm_new_array(build->scratch, build->count, size_t)};
    size_t parents = 0;
    size_t depends = 0;
    for (size_t i = 0; i < build->count; i++) {
        parents += build->nodes[i].revision->parents.len;
        depends += build->nodes[i].revision->depends.len;
    }
    /* One array for all lists of a kind: a vector for each node would be mostly empty space. */
    gm_node **parent_slots = gm_new_array(build->arena, parents, gm_node *);
    gm_node **depend_slots = gm_new_array(build->arena, depends, gm_node *);
    for (size_t i = 0; i < build->count; i++) {
        gm_node *node = &build->nodes[i];
        node->parents.items = parent_slots;
        node->depends.items = depend_slots;
        link_parents(&link, node);
        link_depends(&link, node);
        node->parents.cap = node->parents.len;
        node->depends.cap = node->depends.len;
        parent_slots += node->revision->parents.len;
        depend_slots += node->revision->depends.len;
    }
}

void gm_build_children(gm_build *build)
{
    const gm_nodes *order = &build->graph->order;
    size_t children = 0;
    size_t dependents = 0;
    GM_EACH (gm_node *, node, order) {
        GM_EACH (gm_node *, parent, &(*node)->parents)
            (*parent)->children.cap++;
        GM_EACH (gm_node *, other, &(*node)->depends)
            (*other)->dependents.cap++;
        children += (*node)->parents.len;
        dependents += (*node)->depends.len;
    }
    gm_node **child_slots = gm_new_array(build->arena, children, gm_node *);
    gm_node **dependent_slots = gm_new_array(build->arena, dependents, gm_node *);
    GM_EACH (gm_node *, node, order) {
        (*node)->children.items = child_slots;
        (*node)->dependents.items = dependent_slots;
        child_slots += (*node)->children.cap;
        dependent_slots += (*node)->dependents.cap;
    }
    GM_EACH (gm_node *, node, order) {
        GM_EACH (gm_node *, parent, &(*node)->parents)
            (*parent)->children.items[(*parent)->children.len++] = *node;
        GM_EACH (gm_node *, other, &(*node)->depends)
            (*other)->dependents.items[(*other)->dependents.len++] = *node;
    }
}
