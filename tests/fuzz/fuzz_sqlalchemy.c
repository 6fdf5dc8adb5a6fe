/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the files of a program: reading its models ends, each fact says where it stands, and
 * a program compared with itself has not changed. */
#include "fuzz.h"

#include "orm_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_str text = gm_str_of(data, size);
    gm_arena *arena = gm_arena_new();
    gm_orm_facts facts = orm_facts(arena, text, NULL);
    gm_orm_facts again = orm_facts(arena, text, NULL);
    GM_EACH (const gm_orm_fact, fact, &facts) {
        MUST(fact->text.len && fact->object.len && fact->path.len && fact->line);
        MUST(gm_str_starts(fact->text, fact->object));
        MUST(!fact->is_column || fact->columns.len == 1);
    }
    MUST(gm_str_eq(orm_shown(arena, &facts), orm_shown(arena, &again)));
    MUST(gm_orm_compare(arena, &facts, &again).len == 0);
    gm_arena_free(arena);
    return 0;
}
