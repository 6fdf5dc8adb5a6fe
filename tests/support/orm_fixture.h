/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_ORM_FIXTURE_H
#define GM_ORM_FIXTURE_H

/*
 * A program in one text: a line "#file PATH" begins each file, the first is "models.py" without
 * one.
 */

#include "base/buf.h"
#include "models/orm.h"

typedef struct {
    gm_map files; /* path -> gm_str */
} orm_program;

static bool orm_read_file(void *context, gm_str path, gm_str *bytes)
{
    const gm_str *text = gm_map_get(&((orm_program *)context)->files, path);
    if (text)
        *bytes = *text;
    return text != NULL;
}

static void orm_add_file(gm_arena *arena, orm_program *program, gm_orm_source *source, gm_str path,
                         gm_str text)
{
    gm_str *kept = gm_new(arena, gm_str);
    *kept = text;
    gm_map_add(&program->files, path, kept);
    gm_vec_push(arena, &source->paths, path);
    if (source->apps.len || gm_orm_holds_sqlalchemy(text))
        gm_vec_push(arena, &source->models, path);
}

/* `apps`: of Django's; empty: SQLAlchemy's models are read. */
static gm_orm_facts orm_facts_of(gm_arena *arena, gm_str text, const gm_orm_hints *hints,
                                 gm_orm_apps apps)
{
    orm_program program = {.files = gm_map_new(arena)};
    gm_orm_source source = {.read = orm_read_file, .context = &program, .apps = apps};
    static const gm_str mark = GM_STR_INIT("#file ");
    gm_str path = GM_STR("models.py");
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str line;
    if (hints)
        source.hints = *hints;
    while (gm_str_line(&text, &line)) {
        if (gm_str_starts(line, mark)) {
            orm_add_file(arena, &program, &source, path, gm_str_dup(arena, gm_buf_str(&buf)));
            path = gm_str_sub(line, mark.len, line.len);
            buf.len = 0;
            continue;
        }
        gm_buf_printf(&buf, "%.*s\n", GM_ARG(line));
    }
    orm_add_file(arena, &program, &source, path, gm_str_dup(arena, gm_buf_str(&buf)));
    return apps.len ? gm_orm_read_django(arena, &source) : gm_orm_read_sqlalchemy(arena, &source);
}

__attribute__((unused)) static gm_orm_facts orm_facts(gm_arena *arena, gm_str text,
                                                      const gm_orm_hints *hints)
{
    return orm_facts_of(arena, text, hints, (gm_orm_apps){0});
}

/* Apps called "app", at the top, and "other", in a folder of that name. */
__attribute__((unused)) static gm_orm_facts orm_facts_django(gm_arena *arena, gm_str text,
                                                             const gm_orm_hints *hints)
{
    gm_orm_apps apps = {0};
    gm_vec_push(arena, &apps, (gm_orm_app){GM_STR(""), GM_STR("app")});
    gm_vec_push(arena, &apps, (gm_orm_app){GM_STR("other"), GM_STR("other")});
    return orm_facts_of(arena, text, hints, apps);
}

/* One a line; "? " before one that is unresolved. */
static gm_str orm_shown(gm_arena *arena, const gm_orm_facts *facts)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_orm_fact, fact, facts)
        gm_buf_printf(&buf, "%s%.*s\n", fact->unresolved ? "? " : "", GM_ARG(fact->text));
    return gm_buf_str(&buf);
}

#endif
