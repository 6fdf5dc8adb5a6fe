/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAPH_FIXTURE_H
#define GRAPH_FIXTURE_H

/*
 * Histories in a few words. One revision a line:
 *
 *     ID [< PARENT,PARENT] [after DEPENDS,DEPENDS] [is LABEL,LABEL] [at TIME]
 *
 * Without `at`, revisions are older the earlier their line stands.
 */

#include "base/vec.h"
#include "history/graph.h"

static inline gm_str fixture_word(gm_str *rest)
{
    *rest = gm_str_trim(*rest);
    size_t end = gm_str_find(*rest, ' ', 0);
    gm_str word = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end, rest->len);
    return word;
}

static inline gm_strs fixture_list(gm_arena *arena, gm_str text)
{
    gm_strs list = {0};
    while (text.len) {
        size_t comma = gm_str_find(text, ',', 0);
        gm_vec_push(arena, &list, gm_str_sub(text, 0, comma));
        text = gm_str_sub(text, comma + 1, text.len);
    }
    return list;
}

static inline gm_revision *fixture_revision(gm_arena *arena, gm_str line, size_t number)
{
    gm_revision *revision = gm_new(arena, gm_revision);
    revision->id = fixture_word(&line);
    revision->time = (int64_t)number;
    revision->path = gm_str_printf(arena, "m/%04zu_%.*s.sql", number, GM_ARG(revision->id));
    revision->revision_line = 1;
    for (gm_str word; (word = fixture_word(&line)).len;) {
        gm_str value = fixture_word(&line);
        uint64_t time;
        if (gm_str_is(word, "<")) {
            revision->parents = fixture_list(arena, value);
            revision->parents_line = 2;
        } else if (gm_str_is(word, "after")) {
            revision->depends = fixture_list(arena, value);
            revision->depends_line = 3;
        } else if (gm_str_is(word, "is")) {
            revision->labels = fixture_list(arena, value);
            revision->labels_line = 4;
        } else if (gm_str_is(word, "at") && gm_str_u64(value, &time)) {
            revision->time = (int64_t)time;
        } else {
            abort();
        }
    }
    return revision;
}

static inline gm_graph *fixture_graph(gm_arena *arena, const char *text)
{
    gm_revisions revisions = {0};
    gm_str rest = gm_str_from(text);
    gm_str line;
    for (size_t number = 1; gm_str_line(&rest, &line); number++)
        gm_vec_push(arena, &revisions, fixture_revision(arena, line, number));
    return gm_graph_build(arena, &revisions, NULL);
}

/* "a b c" */
static inline gm_str fixture_ids(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &ids, (*node)->revision->id);
    return gm_str_join(arena, &ids, GM_STR(" "));
}

/* The set of the ids in "a b c", or of these with all they need. */
static inline gm_node_set fixture_set(gm_arena *arena, const gm_graph *graph, const char *ids)
{
    gm_node_set set = gm_node_set_new(arena, graph);
    gm_str rest = gm_str_from(ids);
    for (gm_str id; (id = fixture_word(&rest)).len;) {
        const gm_node *node = gm_graph_find(graph, id);
        if (!node)
            abort();
        gm_node_set_add(&set, node);
    }
    return set;
}

static inline gm_node_set fixture_applied(gm_arena *arena, const gm_graph *graph, const char *heads)
{
    gm_node_set set = fixture_set(arena, graph, heads);
    gm_nodes members = gm_node_set_members(arena, &set);
    gm_node_set_add_ancestors_of(&set, &members);
    return set;
}

#endif
