/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the files of a Django project: reading its models ends, each fact says where it
 * stands, and a project compared with itself has not changed. The same bytes as a migration: what
 * it does is read to its end, and so are questions about it.
 */
#include "fuzz.h"

#include "history/formats/django_ops.h"
#include "orm_fixture.h"

static void check_ops(gm_arena *arena, gm_str text)
{
    const gm_django_part part = {.model = GM_STR("post"), .table = GM_STR("app_post")};
    gm_django_ops ops = gm_django_ops_read(arena, text);
    (void)gm_django_ops_touch(arena, &ops, &part);
    GM_EACH (const gm_django_op, op, &ops) {
        MUST(op->line);
        MUST(!op->unreadable || gm_django_ops_touch(arena, &ops, &part));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_str text = gm_str_of(data, size);
    gm_arena *arena = gm_arena_new();
    gm_orm_facts facts = orm_facts_django(arena, text, NULL);
    gm_orm_facts again = orm_facts_django(arena, text, NULL);
    GM_EACH (const gm_orm_fact, fact, &facts) {
        MUST(fact->text.len && fact->object.len && fact->path.len && fact->line);
        MUST(gm_str_starts(fact->text, fact->object));
        MUST(!fact->is_column || fact->columns.len == 1);
        MUST(gm_str_has(fact->model, '.'));
    }
    MUST(gm_str_eq(orm_shown(arena, &facts), orm_shown(arena, &again)));
    MUST(gm_orm_compare(arena, &facts, &again).len == 0);
    check_ops(arena, text);
    gm_arena_free(arena);
    return 0;
}
