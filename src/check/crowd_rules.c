/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open branches that get in each other's way: one finding for all that fork from one revision,
 * since naming each two of them would be a square of their number.
 */
#include "base/buf.h"
#include "check/run.h"

enum { BRANCHES_SHOWN = 10, TABLES_SHOWN = 5 };

static gm_str member_words(gm_arena *arena, const gm_crowd_member *member)
{
    const gm_strs *names = &member->branch->names;
    gm_str same = GM_STR("");
    if (names->len > 1)
        same = gm_str_printf(arena, " and %zu that have the same", names->len - 1);
    return gm_str_printf(arena, "%.*s%.*s with %.*s (%.*s)", GM_ARG(names->items[0]), GM_ARG(same),
                         GM_ARG(member->root->id), GM_ARG(member->root->path));
}

/* "topic with cccc3 (migrations/cccc3.sql), …"; of thousands the words are not even made. */
static gm_str members_of(gm_arena *arena, const gm_crowd *crowd)
{
    gm_strs words = {0};
    for (size_t i = 0; i < crowd->members.len && i < BRANCHES_SHOWN; i++)
        gm_vec_push(arena, &words, member_words(arena, &crowd->members.items[i]));
    gm_str shown = gm_strs_list(arena, &words);
    if (crowd->members.len <= BRANCHES_SHOWN)
        return shown;
    return gm_str_printf(arena, "%.*s and %zu more", GM_ARG(shown),
                         crowd->members.len - BRANCHES_SHOWN);
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
    /* Two that have nothing in common can land in any order. */
    if (crowd->shared_tables.len)
        gm_buf_printf(&message, "; more than one touches %.*s",
                      GM_ARG(gm_strs_some(run->arena, &crowd->shared_tables, TABLES_SHOWN)));
    else if (crowd->tables_known)
        gm_buf_z(&message, "; no two of them touch the same table");
    return gm_buf_str(&message);
}

static const gm_versions *versions_of(const gm_crowd *crowd)
{
    const gm_format_ops *format = crowd->members.items[0].root->format;
    return format ? format->versions : NULL;
}

static gm_str mend(gm_check_run *run, const gm_crowd *crowd)
{
    gm_str base = run->input->crowds_base;
    if (crowd->same_id && !versions_of(crowd))
        return GM_STR("Give all but one another id.");
    if (run->input->merges_first)
        return gm_str_printf(run->arena,
                             "One after the other goes into %.*s; on each that is behind run `git "
                             "merge %.*s`, then `gmig merge --stage`.",
                             GM_ARG(base), GM_ARG(base));
    gm_str where =
        !crowd->base ? gm_str_printf(run->arena, "Merge one into %.*s; on each of the others then",
                                     GM_ARG(base))
        : crowd->members.len == 1
            ? GM_STR("On the branch")
            : gm_str_printf(run->arena, "One after the other goes into %.*s; on each",
                            GM_ARG(base));
    return gm_str_printf(run->arena, "%.*s run `git rebase %.*s`, then `gmig rebase %.*s`.",
                         GM_ARG(where), GM_ARG(base), GM_ARG(base));
}

/* "2 branches mean different files by 5: …", "…, and main means 5_b.sql" */
static gm_str same_ids(gm_check_run *run, const gm_crowd *crowd)
{
    size_t count = crowd->members.len;
    const gm_revision *first = crowd->members.items[0].root;
    gm_str also = GM_STR("");
    if (crowd->base)
        also = gm_str_printf(run->arena, ", and %.*s another (%.*s)",
                             GM_ARG(run->input->crowds_base), GM_ARG(crowd->base->path));
    if (count == 1)
        return gm_str_printf(run->arena, "1 branch means its own file by %.*s%.*s: %.*s",
                             GM_ARG(first->id), GM_ARG(also),
                             GM_ARG(members_of(run->arena, crowd)));
    return gm_str_printf(run->arena, "%zu branches mean different files by %.*s%.*s: %.*s", count,
                         GM_ARG(first->id), GM_ARG(also), GM_ARG(members_of(run->arena, crowd)));
}

static gm_str lates(gm_check_run *run, const gm_crowd *crowd)
{
    const gm_versions *versions = versions_of(crowd);
    size_t count = crowd->members.len;
    return gm_str_printf(
        run->arena,
        "%zu branch%s what sorts below %.*s (%.*s), which %.*s has: where that is applied, %s %s: "
        "%.*s",
        count, count == 1 ? " adds" : "es add", GM_ARG(crowd->base->id), GM_ARG(crowd->base->path),
        GM_ARG(run->input->crowds_base), versions->tool, versions->late,
        GM_ARG(members_of(run->arena, crowd)));
}

static gm_rule rule_of(const gm_crowd *crowd)
{
    if (crowd->late)
        return GM_RULE_OUT_OF_ORDER;
    if (crowd->same_id)
        return versions_of(crowd) ? GM_RULE_DUPLICATE_VERSION : GM_RULE_SAME_ID_DIFFERENT_CONTENT;
    return GM_RULE_DIVERGENT_HEADS;
}

static void tell(gm_check_run *run, const gm_crowd *crowd)
{
    const gm_revision *first = crowd->members.items[0].root;
    bool forked = !crowd->same_id && !crowd->late;
    gm_str message = crowd->late      ? lates(run, crowd)
                     : crowd->same_id ? same_ids(run, crowd)
                                      : forks(run, crowd);
    gm_check_add(run,
                 gm_check_found_of(rule_of(crowd), first,
                                   forked ? gm_check_parents_line(first) : first->revision_line,
                                   message, mend(run, crowd)));
}

void gm_check_crowds(gm_check_run *run)
{
    GM_EACH (const gm_crowd, crowd, &run->input->crowds)
        tell(run, crowd);
}
