/* SPDX-License-Identifier: Apache-2.0 */
#include "app/crowd_tables.h"

#include "history/formats/alembic_ops.h"

/* A finding shows no more branches than ten, and nobody compares more. */
enum { MEMBERS_MAX = 20, REVISIONS_MAX = 50 };

typedef struct {
    gm_project *project;
    gm_arena *arena;
    gm_map first; /* table -> gm_crowd_member that touches it */
    gm_crowd *crowd;
} finder;

static bool is_alembic(const gm_revision *revision)
{
    return revision->format == &gm_format_alembic;
}

static void add_table(finder *f, gm_crowd_member *member, gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    gm_str bare = dot < table.len ? gm_str_sub(table, dot + 1, table.len) : table;
    const gm_crowd_member *other = gm_map_get(&f->first, bare);
    if (!bare.len)
        return;
    if (!other)
        gm_map_add(&f->first, bare, member);
    else if (other != member && !gm_strs_have(&f->crowd->shared_tables, bare))
        gm_vec_push(f->arena, &f->crowd->shared_tables, bare);
}

/* False where it cannot be told. */
static bool add_revision(finder *f, gm_crowd_member *member, const gm_revision *revision)
{
    gm_str text;
    gm_err unread = gm_err_new(f->arena);
    if (gm_repo_read_blob(f->arena, f->project->repo, &revision->blob, &text, &unread) != GM_OK)
        return false;
    bool known = true;
    gm_alembic_ops ops = gm_alembic_ops_read(f->arena, text);
    GM_EACH (const gm_alembic_op, op, &ops) {
        if (op->down)
            continue;
        known = known && !op->unreadable;
        add_table(f, member, op->table);
        add_table(f, member, op->other);
    }
    return known;
}

static bool add_member(finder *f, gm_crowd_member *member)
{
    bool known = true;
    const gm_revisions *added = &member->branch->added;
    if (added->len > REVISIONS_MAX)
        return false;
    GM_EACH (const gm_revision *, revision, added) {
        if (!is_alembic(*revision))
            return false;
        known = add_revision(f, member, *revision) && known;
    }
    return known;
}

void gm_crowd_tables_find(gm_project *project, gm_crowds *crowds)
{
    GM_EACH (gm_crowd, crowd, crowds) {
        finder f = {.project = project,
                    .arena = project->arena,
                    .first = gm_map_new(project->arena),
                    .crowd = crowd};
        if (crowd->members.len < 2 || crowd->members.len > MEMBERS_MAX || crowd->same_id ||
            crowd->late || !is_alembic(crowd->members.items[0].root))
            continue;
        crowd->tables_known = true;
        GM_EACH (gm_crowd_member, member, &crowd->members)
            crowd->tables_known = add_member(&f, member) && crowd->tables_known;
        gm_strs_sort(&crowd->shared_tables);
    }
}
