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

/* "2 branches go on from aaaa1 in lineage default, and main does with bbbb2 (…): …" */
static gm_str forks(gm_check_run *run, const gm_crowd *crowd)
{
    size_t count = crowd->members.len;
    bool one = count == 1;
    gm_buf message = gm_buf_new(run->arena, SIZE_MAX);
    gm_buf_printf(&message, "%zu branch%s ", count, one ? "" : "es");
    if (crowd->fork)
        gm_buf_printf(&message, "go%s on from %.*s in lineage %.*s", one ? "es" : "",
                      GM_ARG(crowd->fork->id), GM_ARG(crowd->lineage));
    else
        gm_buf_printf(&message, "begin%s lineage %.*s", one ? "s" : "", GM_ARG(crowd->lineage));
    if (crowd->base)
        gm_buf_printf(&message, ", and so does %.*s with %.*s (%.*s)",
                      GM_ARG(run->input->crowds_base), GM_ARG(crowd->base->id),
                      GM_ARG(crowd->base->path));
    gm_buf_printf(&message, ": %.*s", GM_ARG(members_of(run->arena, crowd)));
    return gm_buf_str(&message);
}

static gm_str mend(gm_check_run *run, const gm_crowd *crowd)
{
    gm_str base = run->input->crowds_base;
    if (crowd->same_id)
        return GM_STR("Give all but one another id.");
    if (crowd->base)
        return gm_str_printf(run->arena, "`gmig rebase %.*s` %s.", GM_ARG(base),
                             crowd->members.len == 1 ? "the branch" : "them, one after the other");
    return gm_str_printf(run->arena, "Merge one into %.*s, and `gmig rebase %.*s` the others.",
                         GM_ARG(base), GM_ARG(base));
}

static void tell(gm_check_run *run, const gm_crowd *crowd)
{
    gm_arena *arena = run->arena;
    const gm_revision *first = crowd->members.items[0].root;
    gm_str message =
        crowd->same_id
            ? gm_str_printf(arena, "%zu branches mean different files by %.*s: %.*s",
                            crowd->members.len, GM_ARG(first->id), GM_ARG(members_of(arena, crowd)))
            : forks(run, crowd);
    gm_check_add(run,
                 (gm_found){.finding = {.rule = crowd->same_id ? GM_RULE_SAME_ID_DIFFERENT_CONTENT
                                                               : GM_RULE_DIVERGENT_HEADS,
                                        .path = first->path,
                                        .line = first->parents_line && !crowd->same_id
                                                    ? first->parents_line
                                                    : first->revision_line,
                                        .revision = first->id,
                                        .message = message,
                                        .fix = mend(run, crowd)}});
}

void gm_check_crowds(gm_check_run *run)
{
    GM_EACH (const gm_crowd, crowd, &run->input->crowds)
        tell(run, crowd);
}
