/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqitch: sqitch.plan names the changes in their order, and deploy/NAME.sql and revert/NAME.sql
 * have their SQL (sqitch's "Plan File" in its manual). Times of the plan need not rise.
 *
 * A graph is built without the bytes of files, so what the plan says is kept as the `models` of a
 * revision that stands for it: its lines without blank ones and comments.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "history/formats/sqitch_plan.h"
#include "history/formats/versioned.h"

bool gm_name_sqitch(gm_arena *arena, gm_str path, gm_version_name *name)
{
    static const struct {
        const char *folder;
        gm_version_part part;
    } folders[] = {{"deploy/", GM_PART_UP}, {"revert/", GM_PART_DOWN}};
    size_t slash = gm_str_rfind(path, '/');
    gm_str last = slash < path.len ? gm_str_sub(path, slash + 1, path.len) : path;
    (void)arena;
    if (gm_str_is(last, "sqitch.plan")) {
        name->part = GM_PART_PLAN;
        name->id = last;
        return true;
    }
    if (!gm_str_ends(path, GM_STR(".sql")))
        return false;
    /* The last folder of that name: a change may lie in a folder below it. */
    for (size_t from = path.len; from-- > 0;)
        for (size_t i = 0; i < 2 && (from == 0 || path.ptr[from - 1] == '/'); i++) {
            gm_str folder = gm_str_from(folders[i].folder);
            gm_str rest = gm_str_sub(path, from, path.len);
            if (!gm_str_starts(rest, folder))
                continue;
            name->part = folders[i].part;
            name->id = gm_str_sub(rest, folder.len, rest.len - 4);
            name->words = name->id;
            return name->id.len > 0;
        }
    return false;
}

/* ---- the plan ---- */

gm_code gm_sqitch_read_plan(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                            gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = file->bytes;
    gm_str text;
    for (size_t number = 1; gm_str_line(&rest, &text); number++) {
        gm_sqitch_line line;
        if (!gm_sqitch_line_read(text, &line)) {
            gm_fail_at(err, GM_E_HISTORY, gm_where(arena, file->path, number),
                       "the line of the plan is no change: '%.*s'", GM_ARG(gm_str_trim(text)));
            return gm_hint(err, "It is NAME [DEPENDENCIES] TIME PLANNER <EMAIL> # NOTE; `sqitch "
                                "add` writes it.");
        }
        if (line.kind != GM_SQITCH_NOTHING)
            gm_buf_printf(&buf, "%.*s\n", GM_ARG(gm_str_trim(text)));
    }
    revision->id = GM_STR("sqitch.plan");
    revision->models = gm_buf_str(&buf);
    revision->revision_line = 1;
    return GM_OK;
}

/* ---- the order ---- */

typedef struct {
    gm_arena *arena;
    gm_str folder;  /* of the plan, with its slash */
    gm_map by_path; /* path of the deploy script -> gm_revision */
    gm_sqitch_changes changes;
    gm_map newest; /* name -> its last change */
    gm_revisions *linked;
} planner;

static const gm_revision *script(planner *p, gm_str stem)
{
    gm_str path = gm_str_printf(p->arena, "%.*sdeploy/%.*s.sql", GM_ARG(p->folder), GM_ARG(stem));
    return gm_map_get(&p->by_path, path);
}

/* A change that was reworked later has kept its scripts as NAME@TAG.sql. */
static const gm_revision *script_of(planner *p, size_t at)
{
    const gm_sqitch_change *change = p->changes.items[at];
    if (gm_map_get(&p->newest, change->name) == change)
        return script(p, change->name);
    for (size_t i = at; i < p->changes.len; i++) {
        const gm_sqitch_change *later = p->changes.items[i];
        if (i > at && gm_str_eq(later->name, change->name))
            return NULL;
        GM_EACH (const gm_sqitch_tag, tag, &later->tags) {
            const gm_revision *found = script(
                p, gm_str_printf(p->arena, "%.*s%.*s", GM_ARG(change->name), GM_ARG(tag->name)));
            if (found)
                return found;
        }
    }
    return NULL;
}

static void add_change(planner *p, const gm_revision *plan, size_t at)
{
    const gm_sqitch_change *change = p->changes.items[at];
    const gm_revision *found = script_of(p, at);
    gm_revision *made = gm_new(p->arena, gm_revision);
    if (found) {
        *made = *found;
    } else {
        *made = (gm_revision){.format = plan->format, .revision_line = 1};
        made->path =
            gm_str_printf(p->arena, "%.*sdeploy/%.*s.sql", GM_ARG(p->folder), GM_ARG(change->name));
        plan->format->place(p->arena, made);
    }
    made->message = change->note.len
                        ? gm_str_sub(change->note, 0, gm_str_find(change->note, '\n', 0))
                        : change->name;
    made->created = change->time;
    gm_time_parse(change->time, &made->time);
    made->sqitch = change;
    made->parents = (gm_strs){0};
    if (p->linked->len)
        gm_vec_push(p->arena, &made->parents, p->linked->items[p->linked->len - 1]->id);
    gm_vec_push(p->arena, p->linked, made);
}

static void follow_plan(planner *p, const gm_revision *plan)
{
    gm_sqitch_plan_read(p->arena, plan->models, &p->changes);
    GM_EACH (gm_sqitch_change *, change, &p->changes)
        gm_map_set(&p->newest, (*change)->name, *change);
    for (size_t i = 0; i < p->changes.len; i++)
        add_change(p, plan, i);
}

/* Without a plan these are revisions of two histories, that know their parents. */
void gm_sqitch_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked)
{
    gm_revisions whole = {0};
    gm_revisions made = {0};
    const gm_revision *plan = NULL;
    planner p = {
        .arena = arena, .by_path = gm_map_new(arena), .newest = gm_map_new(arena), .linked = &made};
    gm_revisions scripts = {0};
    GM_EACH (const gm_revision *, revision, read) {
        if (gm_str_is((*revision)->id, "sqitch.plan"))
            plan = *revision;
        else
            gm_vec_push(arena, &scripts, *revision);
    }
    gm_version_join(arena, &scripts, &whole);
    if (plan) {
        size_t slash = gm_str_rfind(plan->path, '/');
        p.folder = slash < plan->path.len ? gm_str_sub(plan->path, 0, slash + 1) : GM_STR("");
        GM_EACH (const gm_revision *, revision, &whole) {
            gm_revision *kept = gm_new(arena, gm_revision);
            *kept = **revision;
            gm_map_add(&p.by_path, kept->path, kept);
        }
        follow_plan(&p, plan);
    }
    GM_EACH (const gm_revision *, revision, plan ? &made : &whole)
        gm_vec_push(arena, linked, *revision);
}
