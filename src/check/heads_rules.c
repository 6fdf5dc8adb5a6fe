/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that lists the heads, where a project has one: it is derived, so all that can be wrong
 * with it is that it was not written anew.
 */
#include "check/run.h"
#include "history/heads_file.h"

#define WRITE_IT "`gmig heads --write --stage` writes it anew."

static void found(gm_check_run *run, size_t line, gm_str message, const char *fix)
{
    gm_check_add(run, gm_check_found_at(GM_RULE_HEADS_FILE, run->input->heads_path, line, message,
                                        gm_str_from(fix)));
}

static const gm_heads_line *find(const gm_heads_file *file, gm_str id)
{
    GM_EACH (const gm_heads_line, line, &file->heads)
        if (gm_str_eq(line->id, id))
            return line;
    return NULL;
}

static gm_str not_a_head(gm_check_run *run, gm_str id)
{
    const gm_node *node = gm_graph_find(run->input->graph, id);
    if (!node)
        return gm_str_printf(run->arena, "it lists %.*s, which no revision file has", GM_ARG(id));
    if (!node->children.len)
        return gm_str_printf(run->arena, "it lists %.*s, which is no head", GM_ARG(id));
    return gm_str_printf(run->arena, "it lists %.*s, which is no head: %.*s comes after it",
                         GM_ARG(id), GM_ARG(node->children.items[0]->revision->id));
}

/* One finding: it is mended as a whole. */
static void compare(gm_check_run *run, const gm_heads_file *is, const gm_heads_file *wanted)
{
    for (size_t i = 0; i < is->heads.len || i < wanted->heads.len; i++) {
        const gm_heads_line *line = i < is->heads.len ? &is->heads.items[i] : NULL;
        const gm_heads_line *right = i < wanted->heads.len ? &wanted->heads.items[i] : NULL;
        if (line && right && gm_str_eq(line->id, right->id) &&
            gm_str_eq(line->lineage, right->lineage))
            continue;
        const gm_heads_line *known = line ? find(wanted, line->id) : NULL;
        gm_str message;
        if (line && !known)
            message = not_a_head(run, line->id);
        else if (known && !gm_str_eq(known->lineage, line->lineage))
            message =
                gm_str_printf(run->arena, "%.*s is a head of lineage %.*s, not of %.*s",
                              GM_ARG(line->id), GM_ARG(known->lineage), GM_ARG(line->lineage));
        else if (right && !find(is, right->id))
            message = gm_str_printf(run->arena, "it leaves out %.*s, the head of lineage %.*s",
                                    GM_ARG(right->id), GM_ARG(right->lineage));
        else
            message = GM_STR("its lines are in another order");
        found(run, line ? line->line : is->lines, message, WRITE_IT);
        return;
    }
}

static void look_at(gm_check_run *run)
{
    gm_heads_file is = gm_heads_file_parse(run->arena, run->input->heads_text);
    gm_heads_file wanted = gm_heads_file_of(run->arena, run->input->graph);
    if (is.conflict)
        found(run, is.conflict, GM_STR("there is a conflict in it"),
              "`gmig merge --stage` joins the heads and `gmig rebase --stage` puts one behind the "
              "other; both write it anew.");
    else if (is.strange || !is.marked)
        found(run, is.strange ? is.strange : 1, GM_STR("this is no file of heads"),
              is.marked ? WRITE_IT
                        : "Name another file with `heads_file:` in gmig.yml, or remove this one: "
                          "`gmig heads --write --stage` writes it.");
    else
        compare(run, &is, &wanted);
}

void gm_check_heads_file(gm_check_run *run)
{
    if (!run->input->heads_path.len)
        return;
    if (run->input->heads_place == GM_PLACE_EMPTY)
        found(run, 0, GM_STR("the heads file is not there"), WRITE_IT);
    else if (run->input->heads_place == GM_PLACE_OTHER)
        found(run, 0, GM_STR("this is no file, and heads are to be listed in it"),
              "Remove it, or name another place with `heads_file:` in gmig.yml.");
    else if (!gm_check_in_doubt(run->input->graph))
        look_at(run);
}
