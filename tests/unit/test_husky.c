/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "app/hook/husky.h"

static const gm_hook pre_commit = {.name = "pre-commit", .refuses = true};
static const gm_hook pre_push = {.name = "pre-push", .refuses = true, .has_input = true};
static const gm_hook post_merge = {.name = "post-merge"};

static const char *const files[] = {
    "npm test\n",
    "#!/bin/sh\nnpm test\n",
    "#!/usr/bin/env sh",
    "no newline at the end",
    "",
    "\n\n# gmig hook end\n",
    "while read -r line; do echo \"$line\"; done\r\n",
};

static void taking_the_block_out_leaves_every_byte_as_it_was(void **state)
{
    (void)state;
    const gm_hook *hooks[] = {&pre_commit, &pre_push, &post_merge};
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        for (size_t h = 0; h < 3; h++) {
            gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
            gm_str with = gm_husky_with_block(arena, hooks[h], gm_str_from(files[i]), true);
            assert_int_equal(gm_husky_state(arena, hooks[h], gm_str_from(files[i])), GM_HOOK_OTHER);
            assert_int_equal(gm_husky_state(arena, hooks[h], with), GM_HOOK_INSTALLED);
            bool remove = true;
            assert_str(gm_husky_without_block(arena, with, &remove), files[i]);
            assert_false(remove);
        }
    }
}

static void the_block_stands_behind_the_interpreter_line_and_before_everything_else(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str with = gm_husky_with_block(arena, &post_merge, GM_STR("#!/bin/sh\nnpm test\n"), true);
    assert_str(with, "#!/bin/sh\n"
                     "# gmig hook begin: `gmig hook uninstall post-merge` takes it out\n"
                     "if command -v gmig >/dev/null 2>&1; then gmig hook run post-merge \"$@\" || "
                     ":; fi\n"
                     "# gmig hook end\n"
                     "npm test\n");
}

static void a_file_made_for_the_block_goes_with_it(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str with = gm_husky_with_block(arena, &pre_push, (gm_str){0}, false);
    bool remove = false;
    assert_str(gm_husky_without_block(arena, with, &remove), "");
    assert_true(remove);

    /* … but not when somebody wrote more into it */
    gm_str more = gm_str_printf(arena, "%.*snpm test\n", GM_ARG(with));
    assert_str(gm_husky_without_block(arena, more, &remove), "npm test\n");
    assert_false(remove);
}

static void an_older_block_is_replaced_where_it_stands(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str old = GM_STR("before\n# gmig hook begin: v0\nold words\n# gmig hook end\nafter\n");
    assert_int_equal(gm_husky_state(arena, &pre_commit, old), GM_HOOK_OUTDATED);
    gm_str now = gm_husky_with_block(arena, &pre_commit, old, true);
    assert_int_equal(gm_husky_state(arena, &pre_commit, now), GM_HOOK_INSTALLED);
    bool remove;
    assert_str(gm_husky_without_block(arena, now, &remove), "before\nafter\n");
    assert_true(gm_str_search(now, GM_STR("old words")) == now.len);
}

static void a_block_without_an_end_is_not_taken_for_ours(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str text = GM_STR("# gmig hook begin: cut off\nnpm test\n");
    assert_int_equal(gm_husky_state(arena, &pre_commit, text), GM_HOOK_OTHER);
    bool remove;
    assert_true(gm_str_eq(gm_husky_without_block(arena, text, &remove), text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taking_the_block_out_leaves_every_byte_as_it_was),
        cmocka_unit_test(the_block_stands_behind_the_interpreter_line_and_before_everything_else),
        cmocka_unit_test(a_file_made_for_the_block_goes_with_it),
        cmocka_unit_test(an_older_block_is_replaced_where_it_stands),
        cmocka_unit_test(a_block_without_an_end_is_not_taken_for_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
