/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/branch_databases.h"
#include "base/file.h"
#include "cmd/output.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    {"plan", 0, GM_OPTION_FLAG, NULL, "with drop and prune: say what would go, and change nothing"},
    {"yes", 'y', GM_OPTION_FLAG, NULL, "with drop and prune: do not ask"},
    {0},
};

/* ---- list ---- */

static bool is_here(gm_project *project, const gm_branch_database *one)
{
    gm_dev_place here;
    gm_err ignored = gm_err_new(project->arena);
    return gm_dev_place_here(project, &here, &ignored) == GM_OK &&
           (!one->branch.len || gm_str_eq(one->branch, here.branch)) &&
           (!one->worktree.len || gm_str_eq(one->worktree, here.worktree));
}

static gm_str place_of(gm_arena *arena, const gm_branch_database *one)
{
    gm_strs words = {0};
    if (one->branch.len)
        gm_vec_push(arena, &words, one->branch);
    if (one->worktree.len)
        gm_vec_push(arena, &words, one->worktree);
    return gm_str_join(arena, &words, GM_STR(" in "));
}

static gm_json *list_json(gm_project *project, const gm_branch_database_list *list)
{
    gm_json *databases = gm_json_array();
    GM_EACH (const gm_branch_database, one, list) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "target", one->target);
        gm_json_set_str(item, "url", one->shown);
        gm_json_set(item, "branch", one->branch.len ? gm_json_str(one->branch) : gm_json_null());
        gm_json_set(item, "worktree",
                    one->worktree.len ? gm_json_str(one->worktree) : gm_json_null());
        gm_json_set_str(item, "created", one->created);
        gm_json_set_bool(item, "here", is_here(project, one));
        gm_json_set_bool(item, "orphan", gm_branch_database_is_orphan(project, one));
        gm_json_add(databases, item);
    }
    return databases;
}

static void print_list(gm_invocation *invocation, gm_project *project,
                       const gm_branch_database_list *list, const char *before)
{
    GM_EACH (const gm_branch_database, one, list) {
        const char *state = gm_branch_database_is_orphan(project, one) ? ", which is gone"
                            : is_here(project, one)                    ? ", here"
                                                                       : "";
        gm_out("%s%.*s  %.*s  of %.*s%s\n", before, GM_ARG(gm_visible(invocation, one->target)),
               GM_ARG(gm_visible(invocation, one->shown)),
               GM_ARG(gm_visible(invocation, place_of(invocation->arena, one))), state);
    }
}

static gm_code list_all(gm_invocation *invocation, gm_project *project,
                        const gm_branch_database_list *list)
{
    if (invocation->json) {
        gm_json *document = gm_json_object();
        gm_json_set(document, "databases", list_json(project, list));
        gm_out_json(invocation, document);
        return GM_OK;
    }
    print_list(invocation, project, list, "");
    if (!list->len)
        gm_say(invocation, "gmig has made no database for a branch or a worktree");
    return GM_OK;
}

/* ---- create ---- */

static gm_code create(gm_invocation *invocation, gm_project *project, gm_err *err)
{
    gm_target target;
    gm_str made;
    GM_TRY(gm_project_target(project, gm_invocation_target(invocation, project), &target, err));
    if (!target.pattern.len) {
        gm_fail(err, GM_E_REFUSED, "%.*s is one database for all branches", GM_ARG(target.name));
        return gm_hint(err, "Write {branch} or {worktree} into its URL in gmig.yml.");
    }
    GM_TRY(gm_branch_database_ensure(project, &target, &made, err));
    if (invocation->json) {
        gm_json *document = gm_json_object();
        gm_json_set_str(document, "target", target.name);
        gm_json_set_str(document, "url", target.url.shown);
        gm_json_set_bool(document, "made", made.len > 0);
        gm_out_json(invocation, document);
    } else if (made.len)
        gm_out("%.*s\n", GM_ARG(gm_visible(invocation, made)));
    else
        gm_say(invocation, "%.*s is there", GM_ARG(gm_visible(invocation, target.url.shown)));
    return GM_OK;
}

/* ---- drop and prune ---- */

static gm_code choose(gm_invocation *invocation, gm_project *project,
                      const gm_branch_database_list *all, gm_branch_database_list *chosen,
                      gm_err *err)
{
    gm_str wanted = invocation->operands.len > 1 ? invocation->operands.items[1] : GM_STR("");
    GM_EACH (const gm_branch_database, one, all) {
        bool right = wanted.len
                         ? gm_str_eq(one->branch, wanted) || gm_str_eq(one->worktree, wanted) ||
                               gm_str_eq(one->shown, wanted)
                         : is_here(project, one);
        if (right)
            gm_vec_push(invocation->arena, chosen, *one);
    }
    if (chosen->len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "gmig has made no database for %.*s",
            GM_ARG(wanted.len ? wanted : GM_STR("what is checked out")));
    return gm_hint(err, "`gmig target list` has those that it made; others it never drops.");
}

static gm_code drop_all(gm_invocation *invocation, gm_project *project,
                        const gm_branch_database_list *list, gm_err *err)
{
    bool plan = gm_given(invocation, "plan");
    gm_json *document = gm_json_object();
    gm_json_set(document, plan ? "databases" : "dropped", list_json(project, list));
    if (!plan && list->len && !gm_given(invocation, "yes") &&
        !(gm_can_ask(invocation) &&
          gm_confirm("drop %zu database%s; go on?", list->len, list->len == 1 ? "" : "s"))) {
        gm_json_free(document);
        gm_fail(err, GM_E_REFUSED, "%zu database%s would be dropped", list->len,
                list->len == 1 ? "" : "s");
        return gm_hint(err, "Look with --plan; say --yes to go on.");
    }
    GM_EACH (const gm_branch_database, one, list) {
        gm_code code = plan ? GM_OK : gm_branch_database_drop(project, one, err);
        if (code != GM_OK) {
            gm_json_free(document);
            return code;
        }
        if (!invocation->json && !plan)
            gm_out("dropped %.*s\n", GM_ARG(gm_visible(invocation, one->shown)));
    }
    if (invocation->json)
        gm_out_json(invocation, document);
    else
        gm_json_free(document);
    if (!invocation->json && plan)
        print_list(invocation, project, list, "drop ");
    if (!list->len)
        gm_say(invocation, "nothing to drop");
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_str verb = invocation->operands.items[0];
    gm_branch_database_list all, chosen = {0};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_str_is(verb, "create"))
        return create(invocation, project, err);
    GM_TRY(gm_branch_databases(project, &all, err));
    if (gm_str_is(verb, "list"))
        return list_all(invocation, project, &all);
    if (gm_str_is(verb, "drop")) {
        GM_TRY(choose(invocation, project, &all, &chosen, err));
        return drop_all(invocation, project, &chosen, err);
    }
    if (gm_str_is(verb, "prune")) {
        GM_EACH (const gm_branch_database, one, &all)
            if (gm_branch_database_is_orphan(project, one))
                gm_vec_push(invocation->arena, &chosen, *one);
        return drop_all(invocation, project, &chosen, err);
    }
    gm_fail_at(err, GM_E_USAGE, verb, "target can do list, create, drop and prune");
    return gm_hint(err, "See gmig target --help.");
}

const gm_command gm_cmd_target = {
    .name = "target",
    .synopsis = "list|create|drop|prune [BRANCH]",
    .summary = "Keep a database for each branch or worktree",
    .details = "Of a target whose URL has {branch} or {worktree}: create makes the database of the "
               "checkout as a copy of the trunk's, drop takes away that of BRANCH (default: the "
               "checkout), prune those whose branch or worktree is gone. Only what gmig made is "
               "listed or dropped.",
    .options = options,
    .min_operands = 1,
    .max_operands = 2,
    .takes_urls = true,
    .run = run,
};
