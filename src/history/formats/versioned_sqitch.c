/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqitch: sqitch.plan names the changes in their order, and deploy/NAME.sql and revert/NAME.sql
 * have their SQL (sqitch's "Plan File" in its manual). Times of the plan need not rise.
 *
 * A graph is built without the bytes of files, so what the plan says is kept as the `models` of a
 * revision that stands for it: a line for each change ("NAME TAB TIME TAB NOTE") and tag ("@NAME").
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
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

static gm_str take_word(gm_str *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ' ' && rest->ptr[len] != '\t')
        len++;
    gm_str word = gm_str_sub(*rest, 0, len);
    *rest = gm_str_trim(gm_str_sub(*rest, len, rest->len));
    return word;
}

/* "NAME [DEPENDENCIES] TIME PLANNER <EMAIL># NOTE" */
static bool read_change(gm_str line, gm_buf *buf)
{
    gm_str rest = line;
    gm_str name = take_word(&rest);
    int64_t seconds;
    if (gm_str_starts(name, GM_STR("+")))
        name = name.len > 1 ? gm_str_sub(name, 1, name.len) : take_word(&rest);
    if (gm_str_starts(rest, GM_STR("["))) {
        size_t end = gm_str_find(rest, ']', 0);
        rest = gm_str_trim(gm_str_sub(rest, end + 1, rest.len));
    }
    gm_str time = take_word(&rest);
    if (!name.len || !gm_time_parse(time, &seconds))
        return false;
    size_t mail = gm_str_find(rest, '>', 0);
    rest = gm_str_sub(rest, mail == rest.len ? 0 : mail + 1, rest.len);
    size_t hash = gm_str_find(rest, '#', 0);
    gm_buf_printf(buf, "%.*s\t%.*s\t%.*s\n", GM_ARG(name), GM_ARG(time),
                  GM_ARG(gm_str_trim(gm_str_sub(rest, hash + 1, rest.len))));
    return true;
}

gm_code gm_sqitch_read_plan(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                            gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = file->bytes;
    gm_str line;
    for (size_t number = 1; gm_str_line(&rest, &line); number++) {
        gm_str said = gm_str_trim(line);
        if (!said.len || said.ptr[0] == '%' || said.ptr[0] == '#')
            continue;
        if (said.ptr[0] == '@') {
            gm_str tag = take_word(&said);
            gm_buf_printf(&buf, "%.*s\n", GM_ARG(tag));
        } else if (!read_change(said, &buf)) {
            gm_fail_at(err, GM_E_HISTORY, gm_where(arena, file->path, number),
                       "the line of the plan is no change: '%.*s'", GM_ARG(said));
            return gm_hint(err, "It is NAME [DEPENDENCIES] TIME PLANNER <EMAIL> # NOTE; `sqitch "
                                "add` writes it.");
        }
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
    gm_strs lines;
    gm_map newest; /* name -> line + 1 of its last change */
    gm_revisions *linked;
} planner;

static gm_str field(gm_str *line)
{
    size_t tab = gm_str_find(*line, '\t', 0);
    gm_str found = gm_str_sub(*line, 0, tab);
    *line = gm_str_sub(*line, tab + 1, line->len);
    return found;
}

static const gm_revision *script(planner *p, gm_str stem)
{
    gm_str path = gm_str_printf(p->arena, "%.*sdeploy/%.*s.sql", GM_ARG(p->folder), GM_ARG(stem));
    return gm_map_get(&p->by_path, path);
}

/* A change that was reworked later has kept its scripts as NAME@TAG.sql. */
static const gm_revision *script_of(planner *p, gm_str name, size_t at)
{
    void *last = gm_map_get(&p->newest, name);
    if ((size_t)(uintptr_t)last == at + 1)
        return script(p, name);
    for (size_t i = at + 1; i < p->lines.len; i++) {
        gm_str line = p->lines.items[i];
        if (!gm_str_starts(line, GM_STR("@"))) {
            if (gm_str_eq(field(&line), name))
                return NULL;
            continue;
        }
        const gm_revision *found =
            script(p, gm_str_printf(p->arena, "%.*s%.*s", GM_ARG(name), GM_ARG(line)));
        if (found)
            return found;
    }
    return NULL;
}

static void add_change(planner *p, const gm_revision *plan, size_t at)
{
    gm_str line = p->lines.items[at];
    gm_str name = field(&line);
    gm_str time = field(&line);
    const gm_revision *found = script_of(p, name, at);
    gm_revision *made = gm_new(p->arena, gm_revision);
    if (found) {
        *made = *found;
    } else {
        *made = (gm_revision){.format = plan->format, .revision_line = 1};
        made->path =
            gm_str_printf(p->arena, "%.*sdeploy/%.*s.sql", GM_ARG(p->folder), GM_ARG(name));
        plan->format->place(p->arena, made);
    }
    made->message = line.len ? line : name;
    made->created = time;
    gm_time_parse(time, &made->time);
    made->parents = (gm_strs){0};
    if (p->linked->len)
        gm_vec_push(p->arena, &made->parents, p->linked->items[p->linked->len - 1]->id);
    gm_vec_push(p->arena, p->linked, made);
}

static void follow_plan(planner *p, const gm_revision *plan)
{
    gm_str rest = plan->models;
    gm_str line;
    while (gm_str_line(&rest, &line))
        gm_vec_push(p->arena, &p->lines, line);
    for (size_t i = 0; i < p->lines.len; i++) {
        line = p->lines.items[i];
        /* The map's value is the number itself. NOLINTNEXTLINE(performance-no-int-to-ptr) */
        gm_map_set(&p->newest, field(&line), (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < p->lines.len; i++)
        if (!gm_str_starts(p->lines.items[i], GM_STR("@")))
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
