/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/merge.h"
#include "cmd/heads_file.h"

static gm_json *side_json(const gm_conflict_side *side)
{
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "revision", side->revision->id);
    gm_json_set_str(item, "path", side->path);
    gm_json_set_int(item, "line", (int64_t)side->line);
    gm_json_set_str(item, "statement", side->statement);
    return item;
}

static gm_json *conflicts_json(gm_arena *arena, const gm_conflicts *conflicts)
{
    gm_json *list = gm_json_array();
    GM_EACH (const gm_conflict, conflict, conflicts) {
        gm_json *item = gm_json_object();
        gm_json *sides = gm_json_array();
        gm_json_add(sides, side_json(&conflict->first));
        gm_json_add(sides, side_json(&conflict->second));
        gm_json_set_str(item, "dialect", gm_str_from(gm_dialect_name(conflict->dialect)));
        gm_json_set_str(item, "message", gm_conflict_text(arena, conflict));
        gm_json_set_strs(item, "objects", &conflict->objects);
        gm_json_set(item, "statements", sides);
        gm_json_add(list, item);
    }
    return list;
}

/* null for a merge that was there: it was not looked at again. */
static void set_proof(gm_arena *arena, gm_json *item, const gm_merged *merged)
{
    const gm_proof *proof = &merged->proof;
    const char *word = proof->conflicts.len ? "conflict" : proof->proved ? "proved" : "unproved";
    gm_json_set(item, "proof", merged->there ? gm_json_null() : gm_json_str(gm_str_from(word)));
    gm_json_set_str(item, "unproved", proof->unproved);
    gm_json_set_strs(item, "rows", &proof->rows);
    gm_json_set(item, "conflicts", conflicts_json(arena, &proof->conflicts));
}

static gm_json *merged_json(gm_arena *arena, const gm_merged *merged, bool refused)
{
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "revision", merged->id);
    gm_json_set_str(item, "path", merged->path);
    gm_json_set_strs(item, "parents", &merged->parents);
    gm_json_set_str(item, "lineage", merged->lineage);
    gm_json_set_bool(item, "written", !merged->there && !refused);
    gm_json_set_strs(item, "absent", &merged->absent);
    set_proof(arena, item, merged);
    return item;
}

/* The first merge stands at the top as well: mostly there is one. */
static void print_json(const gm_invocation *invocation, const gm_merge_result *result)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (const gm_merged, merged, &result->merges)
        gm_json_add(list, merged_json(invocation->arena, merged, result->refused));
    if (result->merges.len) {
        const gm_merged *first = &result->merges.items[0];
        gm_json_set_str(document, "revision", first->id);
        gm_json_set_str(document, "path", first->path);
        gm_json_set_strs(document, "parents", &first->parents);
    } else {
        gm_json_set(document, "revision", gm_json_null());
        gm_json_set(document, "path", gm_json_null());
        gm_json_set(document, "parents", gm_json_array());
    }
    gm_json_set(document, "revisions", list);
    gm_json_set_heads_file(document, &result->heads);
    if (result->refused) {
        gm_err refusal = gm_err_new(invocation->arena);
        gm_merge_refused(result, &refusal);
        gm_json_set(document, "error", gm_error_json(&refusal));
    }
    gm_out_json(invocation, document);
}

static void print_proof(const gm_invocation *invocation, const gm_proof *proof)
{
    GM_EACH (const gm_conflict, conflict, &proof->conflicts) {
        gm_str detail = gm_conflict_detail(invocation->arena, conflict);
        gm_str line;
        gm_warn("%.*s",
                GM_ARG(gm_visible(invocation, gm_conflict_text(invocation->arena, conflict))));
        while (gm_str_line(&detail, &line))
            gm_warn("  %.*s", GM_ARG(gm_visible(invocation, line)));
    }
    if (proof->rows.len)
        gm_say(invocation,
               "the proof is about schemas; several branches write rows, which it has not "
               "compared: %.*s",
               GM_ARG(gm_visible(invocation, gm_strs_some(invocation->arena, &proof->rows, 5))));
}

/* git refuses to merge while the index has other changes. */
static void print_absent(const gm_invocation *invocation, const gm_merged *merged, gm_str with)
{
    if (merged->absent.len)
        gm_say(invocation,
               "%.*s is not here yet: run `git merge --no-commit %.*s`, `git add` the new file, "
               "and commit both as one",
               GM_ARG(gm_visible(invocation, gm_strs_list(invocation->arena, &merged->absent))),
               GM_ARG(gm_visible(invocation, with)));
}

static void print_merge(const gm_invocation *invocation, const gm_project *project,
                        const gm_merged *merged, gm_str with)
{
    const gm_proof *proof = &merged->proof;
    gm_str path =
        gm_visible(invocation, gm_project_shown(invocation->arena, project, merged->path));
    gm_str parents = gm_strs_list(invocation->arena, &merged->parents);
    if (merged->there)
        gm_say(invocation, "revision %.*s is there already and merges %.*s", GM_ARG(merged->id),
               GM_ARG(parents));
    else
        gm_say(invocation, "revision %.*s merges %.*s; %s%.*s", GM_ARG(merged->id), GM_ARG(parents),
               proof->proved         ? "proved: they make one schema in either order"
               : proof->unproved.len ? "not proved: "
                                     : "they do not commute",
               GM_ARG(gm_visible(invocation, proof->unproved)));
    print_proof(invocation, proof);
    print_absent(invocation, merged, with);
    if (!invocation->json)
        gm_out("%.*s\n", GM_ARG(path));
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_merge_result result;
    gm_merge_options options = {.revisions = invocation->operands,
                                .with = gm_value_of(invocation, "with"),
                                .message = gm_value_of(invocation, "message"),
                                .rev_id = gm_value_of(invocation, "rev-id"),
                                .labels = *gm_values_of(invocation, "label"),
                                .splice = gm_given(invocation, "splice"),
                                .stage = gm_given(invocation, "stage"),
                                .allow_conflict = gm_given(invocation, "allow-conflict")};
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_merge(project, &options, &result, err));
    if (result.refused && !invocation->json)
        return gm_merge_refused(&result, err);
    if (invocation->json)
        print_json(invocation, &result);
    if (result.refused) {
        *status = gm_code_exit(GM_E_REFUSED);
        return GM_OK;
    }
    if (!result.merges.len)
        gm_say(invocation, invocation->operands.len
                               ? "nothing to merge: there is one head at most"
                               : "nothing to merge: no lineage has several heads");
    GM_EACH (const gm_merged, merged, &result.merges)
        print_merge(invocation, project, merged, options.with);
    gm_say_heads_file(invocation, project, &result.heads, false);
    return GM_OK;
}

static const gm_option options[] = {
    {"with", 0, GM_OPTION_VALUE, "REF", "merge with the heads of a branch that git has not merged"},
    {"message", 'm', GM_OPTION_VALUE, "TEXT", "message of the merge; `merge A, B` by default"},
    {"rev-id", 0, GM_OPTION_VALUE, "ID", "id of the merge, in place of the one its parents give"},
    {"label", 0, GM_OPTION_LIST, "NAME", "label of the merge; may be repeated"},
    {"branch-label", 0, GM_OPTION_ALIAS, "label", NULL},
    {"splice", 0, GM_OPTION_FLAG, NULL, "merge revisions that are no heads, too"},
    {"stage", 0, GM_OPTION_FLAG, NULL, "add the file to git's index"},
    {"allow-conflict", 0, GM_OPTION_FLAG, NULL, "write it although the branches do not commute"},
    GM_OPTION_END,
};

const gm_command gm_cmd_merge = {
    .name = "merge",
    .synopsis = "[REVISION...]",
    .summary = "Join divergent heads with a merge revision",
    .details =
        "Without REVISION the heads of each divergent lineage are merged, one merge a "
        "lineage; nothing to merge is fine. The same heads give the same file on every "
        "machine, so that two people may both merge them. The path of the file is printed.\n\n"
        "Before anything is written the branches run in scratch, each first and the others "
        "behind it: when all orders make one schema, they commute. Where one fails, or "
        "makes another schema, the two statements are shown, and nothing is written.",
    .options = options,
    .max_operands = SIZE_MAX,
    .run = run,
};
