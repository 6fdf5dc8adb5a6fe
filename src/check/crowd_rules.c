/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open branches that get in each other's way: one finding for all that fork from one revision,
 * since naming each two of them would be a square of their number.
 */
#include "base/buf.h"
#include "check/run.h"

enum { BRANCHES_SHOWN = 10 };

/* "topic with cccc3 (migrations/cccc3.sql), …" */
static gm_str members_of(gm_arena *arena, const gm_crowd *crowd)
{
    gm_strs words = {0};
    GM_EACH (const gm_crowd_member, member, &crowd->members) {
        const gm_strs *names = &member->branch->names;
        gm_str same = names->len > 1
                          ? gm_str_printf(arena, " and %zu that have the same", names->len - 1)
                          : GM_STR("");
        gm_vec_push(arena, &words,
                    gm_str_printf(arena, "%.*s%.*s with %.*s (%.*s)", GM_ARG(names->items[0]),
                                  GM_ARG(same), GM_ARG(member->root->id),
                                  GM_ARG(member->root->path)));
    }
    return gm_strs_some(arena, &words, BRANCHES_SHOWN);
}

static void tell(gm_check_run *run, const gm_crowd *crowd)
{
    gm_arena *arena = run->arena;
    const gm_revision *first = crowd->members.items[0].root;
    gm_str base = run->input->crowds_base;
    gm_str branches = members_of(arena, crowd);
    size_t count = crowd->members.len;
    gm_str message;
    if (crowd->same_id)
        message = gm_str_printf(arena, "%zu branches mean different files by %.*s: %.*s", count,
                                GM_ARG(first->id), GM_ARG(branches));
    else if (crowd->fork)
        message = gm_str_printf(arena, "%zu branches go on from %.*s in lineage %.*s: %.*s", count,
                                GM_ARG(crowd->fork->id), GM_ARG(crowd->lineage), GM_ARG(branches));
    else
        message = gm_str_printf(arena, "%zu branches begin lineage %.*s: %.*s", count,
                                GM_ARG(crowd->lineage), GM_ARG(branches));
    gm_check_add(
        run,
        (gm_found){
            .finding = {.rule = crowd->same_id ? GM_RULE_SAME_ID_DIFFERENT_CONTENT
                                               : GM_RULE_DIVERGENT_HEADS,
                        .path = first->path,
                        .line = first->parents_line && !crowd->same_id ? first->parents_line
                                                                       : first->revision_line,
                        .revision = first->id,
                        .message = message,
                        .fix = crowd->same_id
                                   ? GM_STR("Give all but one another id.")
                                   : gm_str_printf(
                                         arena,
                                         "Merge one into %.*s, and `gmig rebase %.*s` the others.",
                                         GM_ARG(base), GM_ARG(base))}});
}

void gm_check_crowds(gm_check_run *run)
{
    GM_EACH (const gm_crowd, crowd, &run->input->crowds)
        tell(run, crowd);
}
