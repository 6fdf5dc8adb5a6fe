/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a migration of Django's: a revision, none, or one error with its place; and other
 * names put into it. What the cache keeps of it is what was read.
 */
#include "fuzz.h"

#include "history/brief.h"
#include "history/formats/format.h"

static gm_code read_text(gm_arena *arena, gm_str text, gm_revision *revision, gm_err *err)
{
    gm_revision_file file = {.path = GM_STR("a/migrations/0002_f.py"), .bytes = text};
    return gm_format_read(arena, &gm_format_django, &file, revision, err);
}

static void check_same_names(const gm_strs *a, const gm_strs *b)
{
    MUST(a->len == b->len);
    for (size_t i = 0; i < a->len; i++)
        MUST(gm_str_eq(a->items[i], b->items[i]));
}

static void check_brief(gm_arena *arena, const gm_revision *revision)
{
    gm_revision again = {0};
    MUST(gm_brief_read(arena, gm_brief_write(arena, revision), &again));
    check_same_names(&again.needs, &revision->needs);
    check_same_names(&again.run_before, &revision->run_before);
    check_same_names(&again.replaces, &revision->replaces);
}

/* Every name another one; the text may refuse that, but never become longer than that explains. */
static void check_renaming(gm_arena *arena, const gm_revision *revision)
{
    gm_map names = gm_map_new(arena);
    gm_str other = GM_STR("b.0007_other");
    gm_strs parents = {0};
    gm_revision again;
    gm_err err = gm_err_new(arena);
    gm_vec_push(arena, &parents, GM_STR("a.0007_parent"));
    GM_EACH (const gm_str, id, &revision->needs)
        gm_map_set(&names, *id, &other);
    gm_str text = gm_format_django.with_names(arena, revision, &parents, &names);
    size_t most = revision->needs.len + revision->run_before.len + revision->replaces.len + 1;
    MUST(text.len <= revision->text.len + most * 64);
    (void)read_text(arena, text, &again, &err);
    /* Nothing to rename is nothing to change. */
    names = gm_map_new(arena);
    parents = (gm_strs){0};
    GM_EACH (const gm_str, id, &revision->needs)
        gm_vec_push(arena, &parents, *id);
    MUST(gm_str_eq(gm_format_django.with_names(arena, revision, &parents, &names), revision->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_revision revision = {0};
    gm_code code = read_text(arena, gm_str_of(data, size), &revision, &err);
    MUST(code == err.code);
    if (code != GM_OK) {
        MUST(code == GM_E_HISTORY);
        MUST(err.text.len > 0 && gm_str_starts(err.where, GM_STR("a/migrations/0002_f.py:")));
    } else if (revision.revision_line) {
        check_brief(arena, &revision);
        check_renaming(arena, &revision);
    }
    gm_arena_free(arena);
    return 0;
}
