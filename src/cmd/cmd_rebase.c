/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/rebase.h"
#include "base/file.h"
#include "cmd/heads_file.h"

static gm_str ids_or_base(const gm_invocation *invocation, const gm_strs *ids)
{
    return ids->len ? gm_visible(invocation, gm_strs_list(invocation->arena, ids)) : GM_STR("base");
}

static void move_line(const gm_invocation *invocation, const gm_project *project,
                      const gm_rebase_move *move)
{
    const gm_paint *paint = gm_paint_out(invocation);
    gm_str path = gm_project_shown(invocation->arena, project, move->new_path);
    if (move->new_id.len) {
        gm_out("%s%.*s%s -> %.*s, %.*s\n", paint->id, GM_ARG(gm_visible(invocation, move->id)),
               paint->reset, GM_ARG(gm_visible(invocation, move->new_id)),
               GM_ARG(gm_visible(invocation, path)));
        return;
    }
    gm_out("%s%.*s%s: %.*s -> %.*s", paint->id, GM_ARG(gm_visible(invocation, move->id)),
           paint->reset, GM_ARG(ids_or_base(invocation, &move->parents)),
           GM_ARG(ids_or_base(invocation, &move->new_parents)));
    gm_out(", %.*s%s\n", GM_ARG(gm_visible(invocation, path)),
           gm_str_eq(move->path, move->new_path) ? "" : " (renamed)");
}

static gm_json *moves_json(const gm_rebase_moves *moves)
{
    gm_json *list = gm_json_array();
    GM_EACH (const gm_rebase_move, move, moves) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "revision", move->id);
        if (move->new_id.len)
            gm_json_set_str(item, "new_revision", move->new_id);
        gm_json_set_str(item, "path", move->path);
        gm_json_set_str(item, "new_path", move->new_path);
        gm_json_set_strs(item, "parents", &move->parents);
        gm_json_set_strs(item, "new_parents", &move->new_parents);
        gm_json_add(list, item);
    }
    return list;
}

static gm_str proof(const gm_rebase_result *result)
{
    if (result->proved || !result->moves.len)
        return GM_STR("proved");
    return result->unproved;
}

static void print_json(const gm_invocation *invocation, const gm_rebase_result *result)
{
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "onto", result->onto.name);
    gm_json_set_str(document, "commit", gm_oid_hex(invocation->arena, &result->onto.commit));
    gm_json_set(document, "moves", moves_json(&result->moves));
    gm_json_set_str(document, "proof", proof(result));
    gm_json_set_bool(document, "written", result->written);
    gm_json_set_heads_file(document, &result->heads_file);
    gm_out_json(invocation, document);
}

static bool renames_any(const gm_rebase_moves *moves)
{
    GM_EACH (const gm_rebase_move, move, moves)
        if (move->new_id.len)
            return true;
    return false;
}

/* `git commit -a` takes the old name away and leaves the new one out. */
static void say_new_names(const gm_invocation *invocation, const gm_project *project,
                          const gm_rebase_result *result)
{
    if (!result->written || gm_given(invocation, "stage"))
        return;
    GM_EACH (const gm_rebase_move, move, &result->moves) {
        if (gm_str_eq(move->path, move->new_path))
            continue;
        gm_str folder =
            gm_path_folder(gm_project_shown(invocation->arena, project, move->new_path));
        gm_say(invocation,
               "git does not know the new names yet: `git add -A %.*s` before you commit",
               GM_ARG(gm_visible(invocation, folder.len ? folder : GM_STR("."))));
        return;
    }
}

static void print_text(const gm_invocation *invocation, const gm_project *project,
                       const gm_rebase_result *result, bool plan)
{
    gm_str onto = gm_visible(invocation, result->onto.name);
    if (!result->moves.len)
        gm_say(invocation, "nothing to move: this branch's revisions stand on %.*s (%.*s)",
               GM_ARG(onto), GM_ARG(gm_visible(invocation, result->onto.why)));
    else
        gm_say(invocation, "%s onto %.*s (%.*s); %s%.*s", result->written ? "moved" : "would move",
               GM_ARG(onto), GM_ARG(gm_visible(invocation, result->onto.why)),
               result->proved ? "the new order is proved in scratch" : "not proved: ",
               GM_ARG(gm_visible(invocation, result->unproved)));
    GM_EACH (const gm_rebase_move, move, &result->moves)
        if (move->new_id.len || move->parents.len || move->new_parents.len) /* a revision's */
            move_line(invocation, project, move);
    say_new_names(invocation, project, result);
    gm_say_heads_file(invocation, project, &result->heads_file, plan && result->moves.len);
    if (result->kept.len && result->moves.len)
        gm_say(invocation, "shipped elsewhere, and not moved: %.*s",
               GM_ARG(gm_visible(invocation, gm_strs_some(invocation->arena, &result->kept, 5))));
    if (result->written && renames_any(&result->moves))
        gm_say(invocation, "a database that has applied one under its old version does not know "
                           "the new one: revert it there first, or begin it anew; `gmig rebase "
                           "--undo` takes this back");
    else if (result->written && result->tips)
        gm_say(invocation,
               "%s keeps the heads of a database alone: where one of these is applied, "
               "it takes what is below it now for applied as well; take it down there "
               "first, in a checkout of before, or by `gmig rebase --undo`",
               result->tips);
    else if (result->written)
        gm_say(invocation, "a database that has them keeps them: the next `gmig upgrade` there "
                           "notes their new parents; `gmig rebase --undo` takes this back");
}

static gm_code undo(gm_invocation *invocation, gm_project *project, gm_err *err)
{
    gm_rebase_moves moves = {0};
    gm_heads_written heads;
    if (invocation->operands.len || gm_given(invocation, "plan")) {
        gm_fail(err, GM_E_USAGE, "--undo takes the last rebase back, and nothing else");
        return gm_hint(err, "Write `gmig rebase --undo` alone; --stage may stand with it.");
    }
    GM_TRY(gm_rebase_undo(project, gm_given(invocation, "stage"), &moves, &heads, err));
    if (invocation->json) {
        gm_json *document = gm_json_object();
        gm_json_set(document, "undone", moves_json(&moves));
        gm_json_set_heads_file(document, &heads);
        gm_out_json(invocation, document);
        return GM_OK;
    }
    GM_EACH (const gm_rebase_move, move, &moves)
        gm_out("%.*s: %.*s is as it was\n", GM_ARG(gm_visible(invocation, move->id)),
               GM_ARG(gm_visible(invocation,
                                 gm_project_shown(invocation->arena, project, move->path))));
    gm_say_heads_file(invocation, project, &heads, false);
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_rebase_result result;
    gm_rebase_options options = {.plan = gm_given(invocation, "plan"),
                                 .stage = gm_given(invocation, "stage"),
                                 .unproved = gm_given(invocation, "unproved")};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_given(invocation, "undo"))
        return undo(invocation, project, err);
    if (invocation->operands.len)
        options.onto = invocation->operands.items[0];
    GM_TRY(gm_rebase(project, &options, &result, err));
    if (invocation->json)
        print_json(invocation, &result);
    else
        print_text(invocation, project, &result, options.plan);
    return GM_OK;
}

static const gm_option options[] = {
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would move, and write nothing"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the files to git's index"},
    {"unproved", 0, GM_OPTION_FLAG, NULL, "write them although the new order does not run"},
    {"undo", 0, GM_OPTION_FLAG, NULL, "take the last rebase back"},
    GM_OPTION_END,
};

const gm_command gm_cmd_rebase = {
    .name = "rebase",
    .synopsis = "[ONTO]",
    .summary = "Put this branch's revisions behind those of another branch",
    .details = "Own revisions, which neither ONTO nor anything shipped has, get the heads of ONTO "
               "for parents where they stood on older ones; ids and statements stay. ONTO is a ref "
               "or a commit; by default the branch that this one will be merged into. Its files "
               "must be here: `git rebase` or `git merge` comes first.\n\n"
               "The new order is run in scratch before anything is written. Files are written to "
               "the work tree, and none that has uncommitted changes.",
    .options = options,
    .max_operands = 1,
    .run = run,
};
