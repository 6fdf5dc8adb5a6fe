/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "base/digest.h"
#include "check/check.h"

/*
 * A history as text: files begin with "== NAME". What the rules find is drawn as one line a
 * finding: "SEVERITY RULE path:line", and " (allowed: REASON)".
 */
typedef struct {
    const char *name;
    const char *files;
    const char *found;
} check_case;

static gm_graph *load(gm_arena *arena, const char *text)
{
    gm_revision_files files = {0};
    gm_str rest = gm_str_from(text);
    while (rest.len) {
        gm_str line;
        gm_str_line(&rest, &line);
        assert_true(gm_str_starts(line, GM_STR("== ")));
        size_t end = gm_str_search(rest, GM_STR("== "));
        gm_revision_file file = {.path = gm_str_sub(line, 3, line.len),
                                 .bytes = gm_str_sub(rest, 0, end)};
        assert_true(gm_oid_parse(gm_sha256_hex(arena, file.bytes), &file.blob));
        gm_vec_push(arena, &files, file);
        rest = gm_str_sub(rest, end, rest.len);
    }
    return gm_graph_load(arena, &gm_format_gmig, &files);
}

static gm_check_input input_of(gm_arena *arena, const char *files)
{
    gm_check_input input = {.graph = load(arena, files), .config_path = GM_STR("gmig.yml")};
    gm_vec_push(arena, &input.dialects, GM_SQLITE);
    gm_vec_push(arena, &input.dialects, GM_POSTGRES);
    return input;
}

static gm_str draw(gm_arena *arena, const gm_findings *findings)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_finding, finding, findings) {
        gm_buf_printf(&buf, "%s %s %.*s:%zu", gm_severity_name(finding->severity),
                      gm_rule_id(finding->rule), GM_ARG(finding->path), finding->line);
        if (finding->allowed)
            gm_buf_printf(&buf, " (allowed: %.*s)", GM_ARG(finding->reason));
        gm_buf_char(&buf, '\n');
    }
    return gm_buf_str(&buf);
}

static void check_row(const check_case *row)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_check_input input = input_of(arena, row->files);
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);
    assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
    gm_str drawn = draw(arena, &findings);
    if (!gm_str_is(drawn, row->found))
        fail_msg("%s:\nfound:\n%.*sexpected:\n%s", row->name, GM_ARG(drawn), row->found);
}

#define REVISION(id, parents) "== " id ".sql\n-- revision: " id "\n-- parents: [" parents "]\n\n"
#define EMPTY "-- gmig:up\n-- gmig:down\n"

/* The header is lines 1 and 2, so the marker of the up stands in line 4. */
static const check_case rows[] = {
    {"a sound history is silent", REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY, ""},
    {"no file at all is silent", "", ""},

    {"unreadable-revision", "== x.sql\nSELECT 1;\n", "error unreadable-revision x.sql:1\n"},
    {"duplicate-id", REVISION("a1", "") EMPTY "== z.sql\n-- revision: a1\n\n" EMPTY,
     "error duplicate-id z.sql:1\n"},
    {"self-parent", REVISION("a1", "a1") EMPTY, "error self-parent a1.sql:2\n"},
    {"missing-parent", REVISION("a1", "nope") EMPTY, "error missing-parent a1.sql:2\n"},
    {"cycle", REVISION("a1", "b2") EMPTY REVISION("b2", "a1") EMPTY, "error cycle a1.sql:2\n"},
    {"unknown-dependency", "== a1.sql\n-- revision: a1\n-- depends: [nope]\n\n" EMPTY,
     "error unknown-dependency a1.sql:2\n"},
    {"duplicate-label",
     "== a1.sql\n-- revision: a1\n-- labels: [x]\n\n" EMPTY
     "== b2.sql\n-- revision: b2\n-- parents: [a1]\n-- labels: [x]\n\n" EMPTY,
     "error duplicate-label b2.sql:3\n"},

    {"divergent-heads",
     REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY REVISION("c3", "a1") EMPTY,
     "error divergent-heads c3.sql:2\n"},
    {"heads are not judged while a parent is in doubt",
     REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY REVISION("c3", "nope") EMPTY,
     "error missing-parent c3.sql:2\n"},
    {"heads with labels of their own are silent",
     REVISION("a1", "") EMPTY
     "== b2.sql\n-- revision: b2\n-- parents: [a1]\n-- labels: [x]\n\n" EMPTY
     "== c3.sql\n-- revision: c3\n-- parents: [a1]\n-- labels: [y]\n\n" EMPTY,
     ""},
    {"merged heads are silent",
     REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY REVISION("c3", "a1")
         EMPTY REVISION("d4", "b2, c3") EMPTY,
     ""},

    {"missing-section", REVISION("a1", "") "-- gmig:up dialect=sqlite\nSELECT 1;\n-- gmig:down\n",
     "error missing-section a1.sql:1\n"},
    {"an empty section is silent",
     REVISION("a1", "") "-- gmig:up dialect=sqlite\nSELECT 1;\n-- gmig:up dialect=postgres\n"
                        "-- gmig:down\n",
     ""},

    {"missing-down", REVISION("a1", "") "-- gmig:up\nCREATE TABLE t (a INT);\n",
     "warning missing-down a1.sql:4\n"},
    {"missing-down of one dialect",
     REVISION("a1", "") "-- gmig:up\nSELECT 1;\n-- gmig:down dialect=sqlite\n",
     "warning missing-down a1.sql:4\n"},
    {"irreversible is silent",
     REVISION("a1", "") "-- gmig:up\nDROP TABLE t;\n-- gmig:irreversible data is gone\n", ""},
    {"an up without statements needs no down", REVISION("a1", "") "-- gmig:up\n-- nothing\n", ""},

    {"unsplittable-sql, for both dialects in one place",
     REVISION("a1", "") "-- gmig:up\nSELECT 1;\nSELECT 'x;\n-- gmig:down\n",
     "error unsplittable-sql a1.sql:6\n"},
    {"unsplittable-sql of one dialect", /* SQLite has no dollar quotes */
     REVISION("a1", "") "-- gmig:up\nSELECT $$x;\n-- gmig:down\n",
     "error unsplittable-sql a1.sql:5\n"},

    {"tx-control-in-file",
     REVISION("a1", "") "-- gmig:up\nBEGIN;\nSELECT 1;\nCOMMIT;\n-- gmig:down\n",
     "error tx-control-in-file a1.sql:5\nerror tx-control-in-file a1.sql:7\n"},
    {"tx-control-in-file, also without a transaction and in a down",
     REVISION("a1", "") "-- gmig:up transaction=off\nCOMMIT;\n-- gmig:down\nROLLBACK;\n",
     "error tx-control-in-file a1.sql:5\nerror tx-control-in-file a1.sql:7\n"},
    {"savepoints are silent",
     REVISION("a1", "") "-- gmig:up\nSAVEPOINT a;\nROLLBACK TO a;\nRELEASE a;\n-- gmig:down\n", ""},

    {"needs-transaction-off",
     REVISION("a1", "") "-- gmig:up dialect=postgres\nCREATE INDEX CONCURRENTLY i ON t (a);\n"
                        "-- gmig:up dialect=sqlite\nVACUUM;\n-- gmig:down\n",
     "error needs-transaction-off a1.sql:5\nerror needs-transaction-off a1.sql:7\n"},
    {"transaction=off is silent",
     REVISION("a1", "") "-- gmig:up dialect=postgres transaction=off\n"
                        "CREATE INDEX CONCURRENTLY i ON t (a);\n"
                        "-- gmig:up dialect=sqlite transaction=off\nVACUUM;\n-- gmig:down\n",
     ""},

    {"session-state", REVISION("a1", "") "-- gmig:up\nDISCARD ALL;\n-- gmig:down\n",
     "error needs-transaction-off a1.sql:5\nerror session-state a1.sql:5\n"},
    {"a setting of the transaction is silent",
     REVISION("a1", "") "-- gmig:up\nSET LOCAL lock_timeout = '1s';\n-- gmig:down\n", ""},

    {"an allowed statement",
     REVISION("a1", "") "-- gmig:up\nSELECT 1;\n-- gmig:allow tx-control-in-file we know\n"
                        "COMMIT;\nCOMMIT;\n-- gmig:down\n",
     "error tx-control-in-file a1.sql:7 (allowed: we know)\nerror tx-control-in-file a1.sql:8\n"},
    {"an allowance before the statement before it is no allowance",
     REVISION("a1", "") "-- gmig:up\n-- gmig:allow tx-control-in-file we know\nSELECT\n1;\n"
                        "COMMIT;\n-- gmig:down\n",
     "info unused-allow a1.sql:5\nerror tx-control-in-file a1.sql:8\n"},
    {"an allowance of the file stands anywhere in it",
     REVISION("a1", "") "-- gmig:up\nSELECT 1;\n-- gmig:allow missing-down test data\n",
     "warning missing-down a1.sql:4 (allowed: test data)\n"},
    {"an allowance without a reason says so",
     REVISION("a1", "") "-- gmig:up\nSELECT 1;\n-- gmig:allow missing-down\n",
     "warning missing-down a1.sql:4 (allowed: no reason given)\n"},
    {"unknown-rule", REVISION("a1", "") "-- gmig:up\n-- gmig:allow no-such-rule x\n-- gmig:down\n",
     "warning unknown-rule a1.sql:5\n"},
    {"unused-allow", REVISION("a1", "") "-- gmig:up\n-- gmig:allow missing-down x\n-- gmig:down\n",
     "info unused-allow a1.sql:5\n"},
    {"a comment further in is no allowance",
     REVISION("a1", "") "-- gmig:up\nSELECT 1; -- gmig:allow missing-down x\n",
     "warning missing-down a1.sql:4\n"},
};

static void each_rule_finds_what_it_is_for_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_row(&rows[i]);
}

/* ---- models ---- */

/* What a scratch or the models' fingerprints say, and what is found. */
typedef struct {
    const char *name;
    void (*fill)(gm_arena *arena, gm_check_input *input);
    const char *found;
} model_case;

static gm_check_models *add_models(gm_arena *arena, gm_check_input *input, uint64_t models,
                                   uint64_t history)
{
    gm_vec_push(arena, &input->models,
                (gm_check_models){.dialect = GM_SQLITE,
                                  .models = models,
                                  .history = history,
                                  .fingerprinted = true,
                                  .path = GM_STR("models")});
    return &input->models.items[input->models.len - 1];
}

static void changed_since_base(gm_arena *arena, gm_check_models *made, uint64_t base_models,
                               uint64_t base_history)
{
    made->has_base = true;
    made->base_models = base_models;
    made->base_history = base_history;
    gm_vec_push(arena, &made->changes,
                (gm_model_change){GM_STR("column a of t"), GM_STR("m.yml"), 3, "is new"});
}

static void in_step(gm_arena *arena, gm_check_input *input)
{
    changed_since_base(arena, add_models(arena, input, 7, 7), 5, 5);
}

static void changed_without(gm_arena *arena, gm_check_input *input)
{
    changed_since_base(arena, add_models(arena, input, 7, 5), 5, 5);
}

static void changed_without_in_both(gm_arena *arena, gm_check_input *input)
{
    changed_without(arena, input);
    changed_without(arena, input);
    input->models.items[1].dialect = GM_POSTGRES;
}

static void changed_with_where_all_is_off(gm_arena *arena, gm_check_input *input)
{
    changed_since_base(arena, add_models(arena, input, 7, 3), 5, 1);
}

static void off_without_a_base(gm_arena *arena, gm_check_input *input)
{
    add_models(arena, input, 7, 3);
}

static void program_without_a_revision(gm_arena *arena, gm_check_input *input)
{
    input->program.command = GM_STR("flask db migrate");
    gm_vec_push(arena, &input->program.changes,
                (gm_model_change){GM_STR("column size of cards"), GM_STR("app.py"), 9, "is new"});
    gm_vec_push(
        arena, &input->program.doubtful,
        (gm_model_change){GM_STR("column hue of cards"), GM_STR("app.py"), 12, "has changed"});
}

static void unreadable(gm_arena *arena, gm_check_input *input)
{
    gm_vec_push(arena, &input->models_problems,
                (gm_models_problem){GM_STR("m.yml"), 4, GM_STR("unknown type"), GM_STR("")});
}

static gm_check_replay *add_replay(gm_arena *arena, gm_check_input *input)
{
    gm_vec_push(
        arena, &input->replays,
        (gm_check_replay){.dialect = GM_SQLITE, .compared = true, .path = GM_STR("models")});
    return &input->replays.items[input->replays.len - 1];
}

static void replay_as_it_should_be(gm_arena *arena, gm_check_input *input)
{
    add_models(arena, input, 7, 7);
    add_replay(arena, input);
}

static void replay_with_drift(gm_arena *arena, gm_check_input *input)
{
    gm_check_replay *replay = add_replay(arena, input);
    gm_vec_push(arena, &replay->drift, GM_STR("add table t"));
}

static void replay_with_stale_fingerprints(gm_arena *arena, gm_check_input *input)
{
    add_models(arena, input, 7, 3);
    add_replay(arena, input);
}

static void database_with_drift(gm_arena *arena, gm_check_input *input)
{
    gm_check_replay *replay = add_replay(arena, input);
    replay->target = GM_STR("prod");
    gm_vec_push(arena, &replay->drift, GM_STR("add table t"));
}

static void replay_that_fails(gm_arena *arena, gm_check_input *input)
{
    gm_check_replay *replay = add_replay(arena, input);
    const gm_revision *revision = input->graph->order.items[0]->revision;
    gm_vec_push(arena, &replay->failures,
                (gm_replay_failure){.revision = revision,
                                    .direction = GM_UP,
                                    .path = GM_STR("a1.sql"),
                                    .line = 5,
                                    .message = GM_STR("no such table")});
    gm_vec_push(arena, &replay->failures,
                (gm_replay_failure){.revision = revision,
                                    .direction = GM_DOWN,
                                    .path = GM_STR("a1.sql"),
                                    .line = 8,
                                    .ran = true,
                                    .message = GM_STR("add table t")});
}

static void program_without_revision(gm_arena *arena, gm_check_input *input)
{
    gm_check_program *program = &input->program;
    program->command = GM_STR("flask db migrate");
    gm_vec_push(arena, &program->changes,
                (gm_model_change){GM_STR("column a of t"), GM_STR("m.py"), 7, "is new"});
    gm_vec_push(arena, &program->doubtful,
                (gm_model_change){GM_STR("column b of t"), GM_STR("m.py"), 8, "has changed"});
}

static const model_case model_rows[] = {
    {"models and history agree", in_step, ""},
    {"missing-migration", changed_without, "error missing-migration m.yml:3\n"},
    {"missing-migration, once for both dialects", changed_without_in_both,
     "error missing-migration m.yml:3\n"},
    {"a change with its migration is not to blame for what was off before",
     changed_with_where_all_is_off, "error models-out-of-step models:0\n"},
    {"models-out-of-step", off_without_a_base, "error models-out-of-step models:0\n"},
    {"missing-migration of a program, unresolved-models", program_without_a_revision,
     "error missing-migration app.py:9\ninfo unresolved-models app.py:12\n"},
    {"unreadable-models", unreadable, "error unreadable-models m.yml:4\n"},
    {"missing-migration, unresolved-models", program_without_revision,
     "error missing-migration m.py:7\ninfo unresolved-models m.py:8\n"},
    {"a replay that finds nothing", replay_as_it_should_be, ""},
    {"model-drift", replay_with_drift, "error model-drift models:0\n"},
    {"fingerprint-stale", replay_with_stale_fingerprints,
     "error models-out-of-step models:0\nwarning fingerprint-stale models:0\n"},
    {"database-drift", database_with_drift, "error database-drift :0\n"},
    {"unreplayable, unproved-down", replay_that_fails,
     "error unreplayable a1.sql:5\nerror unproved-down a1.sql:8\n"},
};

static void what_models_and_scratch_say_becomes_findings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(model_rows) / sizeof(*model_rows); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_check_input input =
            input_of(arena, REVISION("a1", "") "-- gmig:up\nSELECT 1;\n-- gmig:down\n");
        gm_findings findings = {0};
        gm_err err = gm_err_new(arena);
        model_rows[i].fill(arena, &input);
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        gm_str drawn = draw(arena, &findings);
        if (!gm_str_is(drawn, model_rows[i].found))
            fail_msg("%s: found\n%.*s", model_rows[i].name, GM_ARG(drawn));
    }
}

/* ---- the union ---- */

#define NAMED(name, id, parents) "== " name "\n-- revision: " id "\n-- parents: [" parents "]\n\n"
#define WITH(id, parents, line)                                                                    \
    "== " id ".sql\n-- revision: " id "\n-- parents: [" parents "]\n-- " line "\n\n" EMPTY

typedef struct {
    const char *name;
    const char *start; /* NULL: there is none */
    const char *base;
    const char *ours;
    const char *found;
} union_case;

#define A1 REVISION("a1", "") EMPTY
#define B2 REVISION("b2", "a1") EMPTY
#define C3 REVISION("c3", "a1") EMPTY

static const union_case union_rows[] = {
    {"nothing is wrong", A1, A1 B2, A1, ""},
    {"divergent-heads", A1, A1 B2, A1 C3, "error divergent-heads c3.sql:2\n"},
    {"labels part lineages", A1, A1 B2, A1 WITH("c3", "a1", "labels: [web]"), ""},
    {"heads of ours alone are told once", A1, A1, A1 B2 C3, "error divergent-heads c3.sql:2\n"},
    {"heads of the base alone warn", A1, A1 B2 C3, A1, "warning divergent-heads c3.sql:2\n"},
    {"no heads while a parent is in doubt", A1, A1 B2, A1 C3 REVISION("d4", "x") EMPTY,
     "error missing-parent d4.sql:2\n"},
    {"same-id-different-content", A1, A1 B2, A1 REVISION("b2", "a1") "-- gmig:up\nSELECT 2;\n",
     "error same-id-different-content b2.sql:1\nwarning missing-down b2.sql:4\n"},
    {"duplicate-id", A1, A1 B2, A1 NAMED("z.sql", "b2", "a1") EMPTY,
     "error duplicate-id z.sql:1\n"},
    {"shipped-revision-changed", A1, A1, WITH("a1", "", "message: x"),
     "error shipped-revision-changed a1.sql:1\n"},
    {"changed by the base", A1, WITH("a1", "", "message: x"), A1, ""},
    {"changed here, deleted there", A1 B2, A1, A1 WITH("b2", "a1", "message: x"),
     "error shipped-revision-changed b2.sql:1\n"},
    {"shipped-revision-renamed", A1, A1, NAMED("z.sql", "a1", "") EMPTY,
     "warning shipped-revision-renamed z.sql:1\n"},
    {"shipped-revision-deleted", A1 B2, A1 B2, A1, "error shipped-revision-deleted b2.sql:0\n"},
    {"deleted by the base", A1 B2, A1, A1 B2, ""},
    {"without a start nothing is deleted", NULL, A1 B2, A1, ""},
    {"dangling-parent, of ours", A1 B2, A1, A1 B2 REVISION("d4", "b2") EMPTY,
     "error dangling-parent d4.sql:2\n"},
    {"dangling-parent, of the base", A1 B2, A1 B2 REVISION("d4", "b2") EMPTY, A1,
     "error shipped-revision-deleted b2.sql:0\nerror dangling-parent d4.sql:2\n"},
    {"unknown-dependency", A1 B2, A1, A1 B2 WITH("d4", "a1", "depends: [b2]"),
     "error divergent-heads d4.sql:2\nerror unknown-dependency d4.sql:3\n"},
    {"stale-merge-revision", A1 B2 C3, A1 B2 C3 REVISION("d4", "b2") EMPTY,
     A1 B2 C3 REVISION("m5", "b2, c3") EMPTY,
     "error divergent-heads m5.sql:2\nerror stale-merge-revision m5.sql:2\n"},
    {"a merge that the base has, too, is not stale", A1 B2 C3,
     A1 B2 C3 REVISION("m5", "b2, c3") EMPTY, A1 B2 C3 REVISION("m5", "b2, c3") EMPTY, ""},
    {"duplicate-label", A1, A1 WITH("b2", "a1", "labels: [web]"),
     A1 WITH("c3", "a1", "labels: [web]"),
     "error divergent-heads c3.sql:2\nerror duplicate-label c3.sql:3\n"},
};

static gm_check_union *unite(gm_arena *arena, const union_case *row, const gm_graph *ours)
{
    gm_check_union *united = gm_new(arena, gm_check_union);
    gm_str top = {0};
    gm_union_side start = {0};
    if (row->start)
        start = gm_union_side_of(arena, load(arena, row->start), top);
    const gm_graph *base = load(arena, row->base);
    gm_union_side one = gm_union_side_of(arena, base, top);
    gm_union_side other = gm_union_side_of(arena, ours, top);
    *united = (gm_check_union){
        .made = gm_union_make(arena, row->start ? &start : NULL, &one, &other, NULL),
        .base = base,
        .base_name = GM_STR("main"),
        .ours_name = GM_STR("topic"),
        .origins = gm_map_new(arena),
        .same_sql = gm_map_new(arena),
    };
    return united;
}

static void unions_are_judged_beside_the_history_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(union_rows) / sizeof(*union_rows); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_check_input input = input_of(arena, union_rows[i].ours);
        gm_findings findings = {0};
        gm_err err = gm_err_new(arena);
        input.united = unite(arena, &union_rows[i], input.graph);
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        gm_str drawn = draw(arena, &findings);
        if (!gm_str_is(drawn, union_rows[i].found))
            fail_msg("%s: found\n%.*s", union_rows[i].name, GM_ARG(drawn));
    }
}

static void before_a_commit_findings_of_the_union_are_warnings(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const union_case row = {NULL, A1, A1 B2, A1 C3 REVISION("d4", "a1") EMPTY, NULL};
    gm_check_input input = input_of(arena, row.ours);
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);
    gm_check_union *united = unite(arena, &row, input.graph);
    united->warn_only = true;
    input.united = united;
    assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
    assert_str(draw(arena, &findings),
               "error divergent-heads d4.sql:2\nwarning divergent-heads d4.sql:2\n");
}

static void an_allowance_that_only_a_base_could_need_is_no_remark_without_one(void **state)
{
    (void)state;
    static const char *const rules[] = {"divergent-heads", "dangling-parent", "missing-down"};
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        const union_case row = {NULL, A1, A1, A1, NULL};
        gm_check_input input = input_of(arena, row.ours);
        gm_findings findings = {0};
        gm_err err = gm_err_new(arena);
        gm_vec_push(arena, &input.allowances,
                    (gm_check_allowance){.rule = gm_str_from(rules[i]), .line = 3});
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        assert_int_equal(findings.len, i == 2);
        input.united = unite(arena, &row, input.graph);
        findings = (gm_findings){0};
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        assert_int_equal(findings.len, 1);
    }
}

static bool fires(const char *found, size_t rule)
{
    gm_str text = gm_str_from(found);
    return gm_str_search(text, gm_str_from(gm_rule_id((gm_rule)rule))) < text.len;
}

/* missing-down as three gmig.yml weigh it. */
typedef struct {
    gm_severity ours;
    gm_severity base;
    gm_severity start;
    const char *found;
} settled;

#define HEAVY "error missing-down a1.sql:4\n"
#define LIGHT "info missing-down a1.sql:4\n"
#define WEAKER "warning rules-weakened gmig.yml:3\n"

static const settled settled_rows[] = {
    {GM_SEVERITY_INFO, GM_SEVERITY_INFO, GM_SEVERITY_INFO, LIGHT},
    {GM_SEVERITY_INFO, GM_SEVERITY_ERROR, GM_SEVERITY_ERROR, HEAVY WEAKER},
    /* The base has changed it since, or both have. */
    {GM_SEVERITY_INFO, GM_SEVERITY_ERROR, GM_SEVERITY_INFO, HEAVY},
    {GM_SEVERITY_ERROR, GM_SEVERITY_INFO, GM_SEVERITY_ERROR, LIGHT},
    {GM_SEVERITY_OFF, GM_SEVERITY_ERROR, GM_SEVERITY_INFO, HEAVY WEAKER},
    /* What is heavier counts at once. */
    {GM_SEVERITY_ERROR, GM_SEVERITY_INFO, GM_SEVERITY_INFO, HEAVY},
};

static gm_check_settings settings_with(gm_arena *arena, gm_severity severity)
{
    gm_check_settings settings = {0};
    gm_vec_push(arena, &settings.weights, (gm_check_weight){GM_STR("missing-down"), severity, 3});
    return settings;
}

static void a_branch_cannot_lower_the_bar_for_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(settled_rows) / sizeof(*settled_rows); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        const settled *row = &settled_rows[i];
        gm_check_settings ours = settings_with(arena, row->ours);
        gm_check_settings base = settings_with(arena, row->base);
        gm_check_settings start = settings_with(arena, row->start);
        gm_check_input input = input_of(arena, REVISION("a1", "") "-- gmig:up\nSELECT 1;\n");
        gm_check_settle(arena, &ours, &base, &start, GM_STR("main"), &input);
        gm_findings findings = {0};
        gm_err err = gm_err_new(arena);
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        assert_str(draw(arena, &findings), row->found);
    }
}

/* ---- the file of the heads ---- */

#define HEADS "# gmig heads: x\n\n# default\n"

typedef struct {
    const char *name;
    const char *files;
    gm_check_place place;
    const char *text;
    const char *found;
} heads_case;

static const heads_case heads_rows[] = {
    {"what the heads are is silent", REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY,
     GM_PLACE_FILE, HEADS "b2 default\n", ""},
    {"comments and line ends do not count", REVISION("a1", "") EMPTY, GM_PLACE_FILE,
     "# other\r\n# gmig heads:\r\na1 default\r\n", ""},
    {"a history without revisions has a list without heads", "", GM_PLACE_FILE, HEADS, ""},
    {"no file", REVISION("a1", "") EMPTY, GM_PLACE_EMPTY, "", "error heads-file HEADS:0\n"},
    {"a link", REVISION("a1", "") EMPTY, GM_PLACE_OTHER, "", "error heads-file HEADS:0\n"},
    {"another head", REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY, GM_PLACE_FILE,
     HEADS "a1 default\n", "error heads-file HEADS:4\n"},
    {"a head too many", REVISION("a1", "") EMPTY, GM_PLACE_FILE, HEADS "a1 default\nb2 default\n",
     "error heads-file HEADS:5\n"},
    {"no head", REVISION("a1", "") EMPTY, GM_PLACE_FILE, HEADS, "error heads-file HEADS:3\n"},
    {"another lineage", REVISION("a1", "") EMPTY, GM_PLACE_FILE, HEADS "a1 x\n",
     "error heads-file HEADS:4\n"},
    {"a conflict", REVISION("a1", "") EMPTY, GM_PLACE_FILE,
     HEADS "<<<<<<< x\na1 default\n=======\n>>>>>>> y\n", "error heads-file HEADS:4\n"},
    {"another file", REVISION("a1", "") EMPTY, GM_PLACE_FILE, "a1 default\n",
     "error heads-file HEADS:1\n"},
    {"nothing is said while a parent is in doubt", REVISION("a1", "nope") EMPTY, GM_PLACE_FILE,
     HEADS "b2 default\n", "error missing-parent a1.sql:2\n"},
};

static void a_list_of_heads_is_what_the_history_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(heads_rows) / sizeof(*heads_rows); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        const heads_case *row = &heads_rows[i];
        gm_check_input input = input_of(arena, row->files);
        gm_findings findings = {0};
        gm_err err = gm_err_new(arena);
        input.heads_path = GM_STR("HEADS");
        input.heads_place = row->place;
        input.heads_text = gm_str_from(row->text);
        assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
        gm_str drawn = draw(arena, &findings);
        if (!gm_str_is(drawn, row->found))
            fail_msg("%s:\nfound:\n%.*sexpected:\n%s", row->name, GM_ARG(drawn), row->found);
    }
}

static void every_rule_has_a_row_that_fires_it(void **state)
{
    (void)state;
    for (size_t rule = 0; rule < GM_RULE_COUNT; rule++) {
        /* test_version_rules.c has rows for these. */
        bool fired = fires("duplicate-version out-of-order gap checksum-file long-id", rule);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
            fired = fired || fires(rows[i].found, rule);
        for (size_t i = 0; i < sizeof(model_rows) / sizeof(*model_rows); i++)
            fired = fired || fires(model_rows[i].found, rule);
        for (size_t i = 0; i < sizeof(union_rows) / sizeof(*union_rows); i++)
            fired = fired || fires(union_rows[i].found, rule);
        for (size_t i = 0; i < sizeof(settled_rows) / sizeof(*settled_rows); i++)
            fired = fired || fires(settled_rows[i].found, rule);
        for (size_t i = 0; i < sizeof(heads_rows) / sizeof(*heads_rows); i++)
            fired = fired || fires(heads_rows[i].found, rule);
        if (!fired)
            fail_msg("no row fires %s", gm_rule_id((gm_rule)rule));
    }
}

static void divergent_heads_name_the_fork_its_children_and_the_heads(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_check_input input =
        input_of(arena, REVISION("a1", "") EMPTY REVISION("b2", "a1") EMPTY REVISION("b3", "b2")
                            EMPTY REVISION("c2", "a1") EMPTY REVISION("c3", "c2") EMPTY);
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);
    assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
    assert_int_equal(findings.len, 1);
    const gm_finding *finding = &findings.items[0];
    assert_str(finding->message, "2 heads in lineage default: c3, b3; a1 has the children c2 "
                                 "(c2.sql) and b2 (b2.sql)");
    assert_str(finding->revision, "c2");
    assert_str(finding->fix, "Run `gmig merge --stage`, and commit.");
}

static void heads_without_a_common_ancestor_name_their_bases(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_check_input input = input_of(arena, REVISION("a1", "") EMPTY REVISION("a2", "a1")
                                               EMPTY REVISION("b1", "") EMPTY);
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);
    assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
    assert_int_equal(findings.len, 1);
    assert_str(findings.items[0].message,
               "2 heads in lineage default: b1, a2; no ancestor is common to the bases b1 (b1.sql) "
               "and a1 (a1.sql)");
}

#define NO_DOWN REVISION("a1", "") "-- gmig:up\nSELECT 1;\n"

typedef struct {
    gm_severity weight; /* of missing-down */
    const char *rule;   /* allowed; NULL: nothing */
    const char *revision;
    const char *now; /* GMIG_ALLOW */
    const char *found;
} configured;

static void check_configured(const configured *row)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_check_input input = input_of(arena, NO_DOWN);
    gm_vec_push(arena, &input.weights, (gm_check_weight){GM_STR("missing-down"), row->weight, 3});
    if (row->rule)
        gm_vec_push(arena, &input.allowances,
                    (gm_check_allowance){gm_str_from(row->rule), gm_str_from(row->revision),
                                         GM_STR("why"), 7});
    input.allow_now = gm_str_from(row->now);
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);
    assert_ok(gm_check_history(arena, &input, &findings, &err), &err);
    assert_str(draw(arena, &findings), row->found);
}

static void weights_and_allowances_of_the_configuration_count(void **state)
{
    (void)state;
    static const configured cases[] = {
        {GM_SEVERITY_ERROR, NULL, "", "", "error missing-down a1.sql:4\n"},
        {GM_SEVERITY_OFF, NULL, "", "", ""},
        {GM_SEVERITY_OFF, "missing-down", "", "", ""},
        {GM_SEVERITY_INFO, "missing-down", "", "", "info missing-down a1.sql:4 (allowed: why)\n"},
        {GM_SEVERITY_INFO, "missing-down", "a1", "", "info missing-down a1.sql:4 (allowed: why)\n"},
        {GM_SEVERITY_INFO, "missing-down", "b2", "",
         "info missing-down a1.sql:4\ninfo unused-allow gmig.yml:7\n"},
        {GM_SEVERITY_INFO, "cycle", "", "",
         "info missing-down a1.sql:4\ninfo unused-allow gmig.yml:7\n"},
        {GM_SEVERITY_ERROR, NULL, "", "missing-down",
         "error missing-down a1.sql:4 (allowed: GMIG_ALLOW)\n"},
        {GM_SEVERITY_ERROR, NULL, "", " cycle,, missing-down ",
         "error missing-down a1.sql:4 (allowed: GMIG_ALLOW)\n"},
        {GM_SEVERITY_ERROR, NULL, "", "cycle", "error missing-down a1.sql:4\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check_configured(&cases[i]);
}

static void a_rule_that_does_not_exist_is_an_error_with_its_place(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_findings findings = {0};
    gm_err err = gm_err_new(arena);

    gm_check_input input = input_of(arena, NO_DOWN);
    gm_vec_push(arena, &input.weights, (gm_check_weight){GM_STR("nope"), GM_SEVERITY_OFF, 3});
    assert_int_equal(gm_check_history(arena, &input, &findings, &err), GM_E_CONFIG);
    assert_str(err.where, "gmig.yml:3");
    assert_str(err.text, "there is no rule 'nope'");

    input = input_of(arena, NO_DOWN);
    gm_vec_push(arena, &input.allowances, (gm_check_allowance){.rule = GM_STR("nope"), .line = 9});
    assert_int_equal(gm_check_history(arena, &input, &findings, &err), GM_E_CONFIG);
    assert_str(err.where, "gmig.yml:9");

    input = input_of(arena, NO_DOWN);
    input.allow_now = GM_STR("missing-down,nope");
    assert_int_equal(gm_check_history(arena, &input, &findings, &err), GM_E_USAGE);
    assert_str(err.where, "GMIG_ALLOW");
    assert_int_equal(findings.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_finds_what_it_is_for_and_nothing_else),
        cmocka_unit_test(what_models_and_scratch_say_becomes_findings),
        cmocka_unit_test(a_branch_cannot_lower_the_bar_for_itself),
        cmocka_unit_test(a_list_of_heads_is_what_the_history_says),
        cmocka_unit_test(every_rule_has_a_row_that_fires_it),
        cmocka_unit_test(unions_are_judged_beside_the_history_itself),
        cmocka_unit_test(before_a_commit_findings_of_the_union_are_warnings),
        cmocka_unit_test(an_allowance_that_only_a_base_could_need_is_no_remark_without_one),
        cmocka_unit_test(divergent_heads_name_the_fork_its_children_and_the_heads),
        cmocka_unit_test(heads_without_a_common_ancestor_name_their_bases),
        cmocka_unit_test(weights_and_allowances_of_the_configuration_count),
        cmocka_unit_test(a_rule_that_does_not_exist_is_an_error_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
