/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "gmig/gmig.h"

typedef struct {
    gm_arena *arena;
    char folder[64];
    gmig *project;
} fixture;

static void put(const fixture *f, const char *name, gm_str text)
{
    gm_err err = gm_err_new(f->arena);
    gm_str path = gm_path_join(f->arena, gm_str_from(f->folder), gm_str_from(name));
    assert_ok(gm_folder_make(gm_path_folder(path), &err), &err);
    assert_ok(gm_file_write(path, text, (gm_write_options){.replace = true}, &err), &err);
}

static void put_revision(const fixture *f, const char *id, const char *parents)
{
    gm_str text = gm_str_printf(f->arena,
                                "-- revision: %s\n-- parents: [%s]\n-- message: add %s\n\n"
                                "-- gmig:up\nCREATE TABLE t_%s (id INTEGER);\n\n"
                                "-- gmig:down\nDROP TABLE t_%s;\n",
                                id, parents, id, id, id);
    put(f, gm_str_printf(f->arena, "migrations/%s.sql", id).ptr, text);
}

/* A project without a repository: gmig.yml with one SQLite target, two revisions. */
static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof(*f));
    f->arena = gm_arena_new();
    snprintf(f->folder, sizeof(f->folder), "/tmp/gmig-test-api.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    put(f, "gmig.yml", GM_STR("targets: {dev: {url: \"sqlite:dev.db\", development: true}}\n"));
    put_revision(f, "aaaa1111", "");
    put_revision(f, "bbbb2222", "aaaa1111");
    f->project = gmig_open(f->folder);
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    gmig_close(f->project);
    nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    gm_arena_free(f->arena);
    test_free(f);
    return 0;
}

static void no_call_yet_means_no_error(void **state)
{
    const fixture *f = *state;
    assert_string_equal(gmig_error_code(f->project), "");
    assert_string_equal(gmig_error_message(f->project), "");
    gmig_close(NULL);
}

static void heads_and_history_come_as_json(void **state)
{
    const fixture *f = *state;
    const char *json = NULL;
    assert_int_equal(gmig_heads_json(f->project, NULL, &json), 0);
    assert_non_null(strstr(json, "\"revision\": \"bbbb2222\""));
    assert_null(strstr(json, "\"revision\": \"aaaa1111\""));
    assert_int_equal(gmig_history_json(f->project, "worktree", &json), 0);
    assert_true(strstr(json, "bbbb2222") < strstr(json, "\"revision\": \"aaaa1111\""));
}

static void divergent_heads_are_an_answer_and_no_error(void **state)
{
    const fixture *f = *state;
    const char *json = NULL;
    put_revision(f, "cccc3333", "aaaa1111");
    assert_int_equal(gmig_heads_json(f->project, NULL, &json), 1);
    assert_non_null(strstr(json, "\"divergent\": true"));
    assert_string_equal(gmig_error_message(f->project), "");
}

static void a_failure_has_all_its_parts_and_the_next_call_forgets_it(void **state)
{
    const fixture *f = *state;
    const char *json = "untouched";
    put_revision(f, "cccc3333", "nowhere1");
    assert_int_equal(gmig_history_json(f->project, NULL, &json), 1);
    assert_string_equal(json, "untouched");
    assert_string_equal(gmig_error_code(f->project), "history");
    assert_string_equal(gmig_error_where(f->project), "migrations/cccc3333.sql:2");
    assert_non_null(strstr(gmig_error_message(f->project), "nowhere1"));
    assert_int_not_equal(strlen(gmig_error_hint(f->project)), 0);
    put_revision(f, "cccc3333", "bbbb2222");
    assert_int_equal(gmig_history_json(f->project, NULL, &json), 0);
    assert_string_equal(gmig_error_code(f->project), "");
}

static void a_question_to_git_without_a_repository_cannot_be_told(void **state)
{
    const fixture *f = *state;
    const char *json;
    assert_int_equal(gmig_heads_json(f->project, "HEAD", &json), 3);
    assert_string_equal(gmig_error_code(f->project), "no-repository");
}

static void count_finding(void *data, const gmig_finding *finding)
{
    size_t *count = data;
    if (strcmp(finding->rule, "divergent-heads") == 0 && strcmp(finding->severity, "error") == 0)
        ++*count;
}

static void check_tells_each_finding(void **state)
{
    const fixture *f = *state;
    size_t count = 0;
    assert_int_equal(gmig_check(f->project, NULL, count_finding, &count), 0);
    assert_int_equal(count, 0);
    put_revision(f, "cccc3333", "aaaa1111");
    assert_int_equal(gmig_check(f->project, NULL, count_finding, &count), 1);
    assert_int_not_equal(count, 0);
    assert_int_equal(gmig_check(f->project, NULL, NULL, NULL), 1);
}

typedef struct {
    gm_arena *arena;
    gm_strs lines;
} steps;

static void note_step(void *data, const gmig_step *step)
{
    steps *s = data;
    gm_vec_push(s->arena, &s->lines,
                gm_str_printf(s->arena, "%s %s %zu/%zu %s", step->up ? "up" : "down",
                              step->revision, step->number, step->count, step->message));
}

static void a_database_goes_up_and_down_and_each_step_is_told(void **state)
{
    const fixture *f = *state;
    steps s = {.arena = f->arena};
    gmig_move_options options = GMIG_MOVE_OPTIONS_INIT;
    options.tell = note_step;
    options.data = &s;
    assert_int_equal(gmig_upgrade(f->project, &options), 0);
    options.goal = "base";
    options.yes = 1;
    assert_int_equal(gmig_downgrade(f->project, &options), 0);
    assert_int_equal(s.lines.len, 4);
    assert_str(s.lines.items[0], "up aaaa1111 1/2 add aaaa1111");
    assert_str(s.lines.items[1], "up bbbb2222 2/2 add bbbb2222");
    assert_str(s.lines.items[2], "down bbbb2222 1/2 add bbbb2222");
    assert_str(s.lines.items[3], "down aaaa1111 2/2 add aaaa1111");
    assert_int_equal(gmig_upgrade(f->project, NULL), 0);
}

static void a_statement_that_fails_is_told_with_its_place(void **state)
{
    const fixture *f = *state;
    put(f, "migrations/cccc3333.sql",
        GM_STR("-- revision: cccc3333\n-- parents: [bbbb2222]\n\n-- gmig:up\nSELECT nothing;\n"));
    assert_int_equal(gmig_upgrade(f->project, NULL), 4);
    assert_string_equal(gmig_error_code(f->project), "sql");
    assert_non_null(strstr(gmig_error_where(f->project), "migrations/cccc3333.sql:5"));
    assert_int_not_equal(strlen(gmig_error_sqlstate(f->project)), 0);
}

static volatile sig_atomic_t signals_of_the_program;

static void count_signal(int number)
{
    (void)number;
    signals_of_the_program++;
}

static void interrupt_after_step(void *data, const gmig_step *step)
{
    (void)data;
    (void)step;
    raise(SIGINT);
}

static void signals_are_the_programs_own_again_behind_a_run(void **state)
{
    const fixture *f = *state;
    gmig_move_options options = GMIG_MOVE_OPTIONS_INIT;
    options.tell = interrupt_after_step;
    struct sigaction own = {.sa_handler = count_signal};
    struct sigaction before;
    struct sigaction pipe_before;
    sigaction(SIGINT, &own, &before);
    sigaction(SIGPIPE, NULL, &pipe_before);
    assert_int_equal(gmig_upgrade(f->project, &options), 130);
    assert_string_equal(gmig_error_code(f->project), "interrupted");
    assert_int_equal(signals_of_the_program, 0);
    raise(SIGINT);
    assert_int_equal(signals_of_the_program, 1);
    struct sigaction pipe_now;
    sigaction(SIGPIPE, NULL, &pipe_now);
    assert_ptr_equal(pipe_now.sa_handler, pipe_before.sa_handler);
    /* What interrupted one run does not interrupt the next. */
    assert_int_equal(gmig_upgrade(f->project, NULL), 0);
    sigaction(SIGINT, &before, NULL);
}

static void options_of_another_size_are_refused(void **state)
{
    const fixture *f = *state;
    gmig_move_options options = {0};
    assert_int_equal(gmig_upgrade(f->project, &options), 2);
    assert_string_equal(gmig_error_code(f->project), "usage");
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(no_call_yet_means_no_error),
        FACT(heads_and_history_come_as_json),
        FACT(divergent_heads_are_an_answer_and_no_error),
        FACT(a_failure_has_all_its_parts_and_the_next_call_forgets_it),
        FACT(a_question_to_git_without_a_repository_cannot_be_told),
        FACT(check_tells_each_finding),
        FACT(a_database_goes_up_and_down_and_each_step_is_told),
        FACT(a_statement_that_fails_is_told_with_its_place),
        FACT(signals_are_the_programs_own_again_behind_a_run),
        FACT(options_of_another_size_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
