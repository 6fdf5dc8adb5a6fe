/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/crowd_tables.h"

#include "history/formats/alembic_ops.h"

/* A finding shows no more branches than ten, and nobody compares more. */
enum { MEMBERS_MAX = 20, REVISIONS_MAX = 50 };

typedef struct {
    gm_project *project;
    gm_arena *arena;
    gm_map first; /* table -> the first gm_crowd_member that changes it */
    gm_map user;  /* the first that refers to it */
    gm_map used_by_two;
    gm_crowd *crowd;
} finder;

static bool is_alembic(const gm_revision *revision)
{
    return revision->format == &gm_format_alembic;
}

static void share(finder *f, gm_str table)
{
    if (!gm_strs_have(&f->crowd->shared_tables, table))
        gm_vec_push(f->arena, &f->crowd->shared_tables, table);
}

static gm_str bare(gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    return dot < table.len ? gm_str_sub(table, dot + 1, table.len) : table;
}

/* Notes who was first, and says whether another one was there. */
static bool note(gm_map *map, gm_str table, gm_crowd_member *member)
{
    gm_crowd_member *other = gm_map_get(map, table);
    if (!other)
        gm_map_set(map, table, member);
    return other && other != member;
}

static void add_changed(finder *f, gm_crowd_member *member, gm_str whole)
{
    gm_str table = bare(whole);
    const gm_crowd_member *user = gm_map_get(&f->user, table);
    if (table.len && (note(&f->first, table, member) || (user && user != member) ||
                      gm_map_find(&f->used_by_two, table, NULL)))
        share(f, table);
}

/* Two that only refer to a table do not meet there. */
static void add_used(finder *f, gm_crowd_member *member, gm_str whole)
{
    gm_str table = bare(whole);
    const gm_crowd_member *changer = gm_map_get(&f->first, table);
    if (!table.len)
        return;
    if (note(&f->user, table, member))
        gm_map_set(&f->used_by_two, table, NULL);
    if (changer && changer != member)
        share(f, table);
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
        bool renames = gm_str_is(op->operation, "rename_table");
        add_changed(f, member, op->table);
        if (renames)
            add_changed(f, member, op->other);
        else
            add_used(f, member, op->other);
        GM_EACH (const gm_str, table, &op->changed)
            add_changed(f, member, *table);
        GM_EACH (const gm_str, table, &op->used)
            add_used(f, member, *table);
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
                    .user = gm_map_new(project->arena),
                    .used_by_two = gm_map_new(project->arena),
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
