/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/revision_text.h"

gm_text_style gm_text_style_new(const gm_invocation *invocation, const gm_project *project)
{
    return (gm_text_style){
        .invocation = invocation, .project = project, .paint = gm_paint_out(invocation)};
}

static gm_str visible_list(const gm_text_style *style, const gm_strs *list)
{
    if (!list->len)
        return (gm_str){0};
    gm_str line = list->len == 1 ? list->items[0] : gm_strs_list(style->invocation->arena, list);
    return gm_visible(style->invocation, line);
}

static gm_str parents_text(const gm_text_style *style, const gm_node *node)
{
    if (!node->revision->parents.len)
        return GM_STR("<base>");
    return visible_list(style, &node->revision->parents);
}

static bool is_current(const gm_text_style *style, const gm_node *node)
{
    if (style->current)
        GM_EACH (gm_node *, other, style->current)
            if (*other == node)
                return true;
    return false;
}

static void add_marks(gm_buf *buf, const gm_text_style *style, const gm_node *node)
{
    const gm_paint *p = style->paint;
    if (gm_node_is_head(node))
        gm_buf_printf(buf, " %s(head)%s", p->head, p->reset);
    if (is_current(style, node))
        gm_buf_printf(buf, " %s(current)%s", p->good, p->reset);
    if (style->tree && gm_node_is_branch_point(node))
        gm_buf_z(buf, " (branchpoint)");
    if (style->tree && gm_node_is_merge(node))
        gm_buf_z(buf, " (mergepoint)");
}

/* The default lineage has no name to show. */
static gm_str labels_text(const gm_text_style *style, const gm_node *node)
{
    gm_strs names = {0};
    if (!style->lineage)
        return visible_list(style, &node->revision->labels);
    GM_EACH (const gm_str, label, node->lineage)
        if (label->len)
            gm_vec_push(style->invocation->arena, &names, *label);
    return visible_list(style, &names);
}

/* Without printf: a long history has a line for each revision. */
gm_str gm_revision_line(const gm_text_style *style, const gm_node *node)
{
    const gm_revision *revision = node->revision;
    const gm_paint *p = style->paint;
    gm_buf buf = gm_buf_new(style->invocation->arena, SIZE_MAX);
    if (style->parents) {
        gm_buf_add(&buf, parents_text(style, node));
        if (revision->depends.len)
            gm_buf_printf(&buf, " (%.*s)", GM_ARG(visible_list(style, &revision->depends)));
        gm_buf_z(&buf, " -> ");
    }
    gm_buf_z(&buf, p->id);
    gm_buf_add(&buf, revision->id);
    gm_buf_z(&buf, p->reset);
    gm_str labels = labels_text(style, node);
    if (labels.len)
        gm_buf_printf(&buf, " %s(%.*s)%s", p->label, GM_ARG(labels), p->reset);
    add_marks(&buf, style, node);
    if (style->message && revision->message.len) {
        gm_buf_z(&buf, ", ");
        gm_buf_add(&buf, gm_visible(style->invocation, revision->message));
    }
    return gm_buf_str(&buf);
}

static gm_str children_text(const gm_text_style *style, const gm_node *node)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, child, &node->children)
        gm_vec_push(style->invocation->arena, &ids, (*child)->revision->id);
    return visible_list(style, &ids);
}

gm_str gm_revision_block(const gm_text_style *style, const gm_node *node)
{
    const gm_revision *revision = node->revision;
    gm_arena *arena = style->invocation->arena;
    const gm_paint *p = style->paint;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&buf, "Rev: %s%.*s%s", p->id, GM_ARG(revision->id), p->reset);
    add_marks(&buf, style, node);
    gm_buf_printf(&buf, "\n%s: %.*s\n", gm_node_is_merge(node) ? "Merges" : "Parent",
                  GM_ARG(parents_text(style, node)));
    if (revision->depends.len)
        gm_buf_printf(&buf, "Also depends on: %.*s\n",
                      GM_ARG(visible_list(style, &revision->depends)));
    if (gm_node_is_branch_point(node))
        gm_buf_printf(&buf, "Branches into: %.*s\n", GM_ARG(children_text(style, node)));
    else if (node->children.len)
        gm_buf_printf(&buf, "Child: %.*s\n", GM_ARG(children_text(style, node)));
    if (revision->labels.len)
        gm_buf_printf(&buf, "Branch names: %.*s\n", GM_ARG(visible_list(style, &revision->labels)));
    gm_buf_printf(&buf, "Lineage: %.*s\n",
                  GM_ARG(gm_visible(style->invocation, gm_lineage_name(arena, node->lineage))));
    if (revision->created.len)
        gm_buf_printf(&buf, "Created: %.*s\n",
                      GM_ARG(gm_visible(style->invocation, revision->created)));
    gm_str path = gm_project_shown(arena, style->project, revision->path);
    gm_buf_printf(&buf, "Path: %.*s\n", GM_ARG(gm_visible(style->invocation, path)));

    gm_str rest = revision->message, line;
    if (rest.len)
        gm_buf_char(&buf, '\n');
    while (gm_str_line(&rest, &line))
        gm_buf_printf(&buf, "    %.*s\n", GM_ARG(gm_visible(style->invocation, line)));
    return gm_buf_str(&buf);
}

void gm_say_empty(const gm_invocation *invocation, const gm_project *project, const gm_view *view)
{
    if (view->graph->order.len)
        return;
    gm_str where = gm_snapshot_name(view->snapshot);
    gm_str folder = gm_project_shown(invocation->arena, project, view->migrations);
    gm_say(invocation, "no revisions in %.*s/ at %.*s%s", GM_ARG(gm_visible(invocation, folder)),
           GM_ARG(gm_visible(invocation, where)), view->absent ? ": there is no such folder" : "");
}
