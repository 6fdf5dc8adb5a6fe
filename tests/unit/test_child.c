/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "git/child.h"

extern char **environ;

static gm_child_options shell(const char *const *argv, int timeout_ms)
{
    return (gm_child_options){
        .argv = argv, .environment = environ, .folder = "/", .timeout_ms = timeout_ms};
}

static gm_code run(gm_arena *arena, const char *script, gm_str input, size_t max, int timeout_ms,
                   gm_child_result *result, gm_err *err)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    gm_child_options options = shell(argv, timeout_ms);
    return gm_child_run(arena, &options, input, max, result, err);
}

static gm_str megabytes(gm_arena *arena, size_t count)
{
    char *bytes = gm_arena_alloc(arena, count * 1024 * 1024);
    memset(bytes, 'x', count * 1024 * 1024);
    return gm_str_of(bytes, count * 1024 * 1024);
}

static void output_messages_and_status_are_told(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_child_result result;
    assert_ok(run(arena, "pwd; echo oops >&2; exit 3", GM_STR(""), 100, 9000, &result, &err), &err);
    assert_int_equal(result.status, 3);
    assert_str(result.output, "/\n");
    assert_str(result.messages, "oops");
    assert_ok(run(arena, "kill -9 $$", GM_STR(""), 100, 9000, &result, &err), &err);
    assert_int_equal(result.status, 128 + 9);
    gm_arena_free(arena);
}

static void more_than_a_pipe_holds_goes_both_ways(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_child_result result;
    gm_str input = megabytes(arena, 3);
    assert_ok(run(arena, "cat", input, SIZE_MAX, 60000, &result, &err), &err);
    assert_true(gm_str_eq(result.output, input));
    gm_arena_free(arena);
}

static void a_child_that_does_not_read_ends_nobody(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_child_result result;
    assert_ok(
        run(arena, "exec <&-; sleep 0.2; echo done", megabytes(arena, 3), 100, 9000, &result, &err),
        &err);
    assert_str(result.output, "done\n");
    const char *argv[] = {"true", NULL};
    gm_child_options options = shell(argv, 9000);
    gm_child *child;
    assert_ok(gm_child_start(&options, &child, &err), &err);
    assert_false(gm_child_write(child, megabytes(arena, 3)));
    gm_child_close(child);
    gm_arena_free(arena);
}

static void a_deadline_that_passes_is_an_error(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_child_result result;
    gm_str line;
    int64_t begun = gm_clock_ms();
    assert_int_equal(run(arena, "exec sleep 60", GM_STR(""), 100, 200, &result, &err), GM_E_GIT);
    const char *argv[] = {"sleep", "60", NULL};
    gm_child_options options = shell(argv, 200);
    gm_child *child;
    assert_ok(gm_child_start(&options, &child, &err), &err);
    assert_false(gm_child_line(child, arena, &line));
    gm_child_close(child);
    assert_true(gm_clock_ms() - begun < 30000);
    gm_arena_free(arena);
}

static void output_above_the_limit_is_an_error(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_child_result result;
    assert_int_equal(run(arena, "yes", GM_STR(""), 100000, 9000, &result, &err), GM_E_GIT);
    assert_str(err.text, "git said more than the limit of 100000 bytes");
    gm_arena_free(arena);
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    needs_posix_spawn();
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    const char *argv[] = {"gmig-no-such-program", NULL};
    gm_child_options options = shell(argv, 9000);
    gm_child *child = NULL;
    assert_int_equal(gm_child_start(&options, &child, &err), GM_E_GIT);
    assert_null(child);
    gm_arena_free(arena);
}

static void a_conversation_goes_by_lines_and_by_bytes(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    const char *argv[] = {"cat", NULL};
    gm_child_options options = shell(argv, 9000);
    gm_child *child;
    gm_str line;
    char bytes[4];
    assert_ok(gm_child_start(&options, &child, &err), &err);
    assert_true(gm_child_write(child, GM_STR("one\ntwothree\n")));
    assert_true(gm_child_line(child, arena, &line));
    assert_str(line, "one");
    assert_true(gm_child_bytes(child, bytes, 3));
    assert_memory_equal(bytes, "two", 3);
    assert_true(gm_child_bytes(child, NULL, 2));
    assert_true(gm_child_line(child, arena, &line));
    assert_str(line, "ree");
    assert_int_equal(gm_child_end(child), 0);
    assert_false(gm_child_write(child, GM_STR("more")));
    gm_child_close(child);
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_messages_and_status_are_told),
        cmocka_unit_test(more_than_a_pipe_holds_goes_both_ways),
        cmocka_unit_test(a_child_that_does_not_read_ends_nobody),
        cmocka_unit_test(a_deadline_that_passes_is_an_error),
        cmocka_unit_test(output_above_the_limit_is_an_error),
        cmocka_unit_test(a_program_that_is_not_there_is_an_error),
        cmocka_unit_test(a_conversation_goes_by_lines_and_by_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
