/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "report/entries.h"

/* One of each kind: a finding, one with a hostile text, an allowed one, one without a file. */
static gm_checked *sample(gm_arena *arena)
{
    gm_checked *checked = gm_new(arena, gm_checked);
    checked->at = GM_STR("index");
    checked->commit = GM_STR("0123456789abcdef0123456789abcdef01234567");
    gm_seen_project project = {.migrations = GM_STR("migrations"), .revisions = 3};
    gm_vec_push(arena, &project.heads, GM_STR("aaa1"));
    gm_vec_push(arena, &project.heads, GM_STR("bbb2"));
    gm_vec_push(arena, &project.dialects, GM_STR("sqlite"));
    gm_vec_push(arena, &checked->projects, project);
    gm_vec_push(arena, &checked->findings,
                (gm_finding){.rule = GM_RULE_DIVERGENT_HEADS,
                             .severity = GM_SEVERITY_ERROR,
                             .path = GM_STR("migrations/b.sql"),
                             .line = 2,
                             .revision = GM_STR("bbb2"),
                             .message = GM_STR("2 heads"),
                             .fix = GM_STR("Run `gmig merge`.")});
    gm_vec_push(arena, &checked->findings,
                (gm_finding){.rule = GM_RULE_UNSPLITTABLE_SQL,
                             .severity = GM_SEVERITY_ERROR,
                             .path = GM_STR("migrations/a,b:c%.sql"),
                             .message = GM_STR("100% \033[31mred\n::error::fake")});
    gm_vec_push(arena, &checked->findings,
                (gm_finding){.rule = GM_RULE_MISSING_DOWN,
                             .severity = GM_SEVERITY_WARNING,
                             .path = GM_STR("migrations/c.sql"),
                             .line = 5,
                             .message = GM_STR("no down"),
                             .fix = GM_STR("not shown"),
                             .allowed = true,
                             .reason = GM_STR("data is gone")});
    gm_vec_push(arena, &checked->findings,
                (gm_finding){.rule = GM_RULE_UNUSED_ALLOW,
                             .severity = GM_SEVERITY_INFO,
                             .message = GM_STR("nowhere")});
    return checked;
}

static gm_str written(gm_arena *arena, const char *name, const gm_checked *checked, bool colour)
{
    const gm_report *report = gm_report_find(gm_str_from(name));
    assert_non_null(report);
    gm_report_options options = {.colour = colour, .unknown = GM_SEVERITY_ERROR};
    return report->write(arena, checked, &options);
}

static void the_text_report_is_one_line_a_finding_and_one_for_its_fix(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    assert_str(written(arena, "text", sample(arena), false),
               "migrations/b.sql:2: error: 2 heads [divergent-heads]\n"
               "    fix: Run `gmig merge`.\n"
               "migrations/a,b:c%.sql: error: 100% \\x1b[31mred\\x0a::error::fake "
               "[unsplittable-sql]\n"
               "migrations/c.sql:5: allowed: no down [missing-down]\n"
               "    because: data is gone\n"
               "info: nowhere [unused-allow]\n"
               "2 errors, 1 remark, 1 allowed in 3 revisions of migrations/ at index\n");
}

static void the_text_report_has_colour_only_when_asked(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str plain = written(arena, "text", sample(arena), false);
    gm_str coloured = written(arena, "text", sample(arena), true);
    assert_false(gm_str_has(plain, '\033'));
    assert_true(gm_str_starts(
        coloured, GM_STR("\033[1mmigrations/b.sql:2\033[0m: \033[1;31merror\033[0m: 2 heads")));
}

static void the_github_report_escapes_what_would_end_or_begin_a_command(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    assert_str(written(arena, "github", sample(arena), false),
               "::error file=migrations/b.sql,line=2,title=divergent-heads::2 heads%0ARun `gmig "
               "merge`.\n"
               "::error file=migrations/a%2Cb%3Ac%25.sql,title=unsplittable-sql::100%25 "
               "\\x1b[31mred%0A::error::fake\n"
               "::notice file=migrations/c.sql,line=5,title=missing-down (allowed)::no "
               "down%0Aallowed: data is gone\n"
               "::notice title=unused-allow::nowhere\n"
               "gmig: 2 errors, 0 warnings, 2 notices\n");
}

static size_t lines_with(gm_str text, const char *start)
{
    size_t count = 0;
    gm_str line;
    while (gm_str_line(&text, &line))
        count += gm_str_starts(line, gm_str_from(start));
    return count;
}

static void the_github_report_shows_ten_of_a_level_and_counts_the_rest(void **state)
{
    (void)state;
    static const struct {
        size_t findings;
        size_t lines;
        const char *last;
    } rows[] = {
        {0, 0, NULL},
        {10, 10, NULL},
        {11, 10, "::error title=gmig::2 more; "},
        {60, 10, "::error title=gmig::51 more; "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_checked checked = {.at = GM_STR("index")};
        for (size_t n = 0; n < rows[i].findings; n++)
            gm_vec_push(arena, &checked.findings,
                        (gm_finding){.severity = GM_SEVERITY_ERROR, .message = GM_STR("x")});
        gm_str text = written(arena, "github", &checked, false);
        assert_int_equal(lines_with(text, "::error "), rows[i].lines);
        if (rows[i].last)
            assert_int_equal(lines_with(text, rows[i].last), 1);
        assert_int_equal(lines_with(text, "gmig: "), 1);
    }
}

static void the_json_report_has_its_frozen_shape(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked *checked = sample(arena);
    checked->findings.items[1] = checked->findings.items[2];
    checked->findings.len = 2;
    gm_vec_push(arena, &checked->unseen,
                (gm_unseen){GM_E_MISSING_OBJECT, GM_STR("blob is not here"), GM_STR("sub/gmig.yml"),
                            GM_STR("Run `git fetch`.")});
    assert_str(written(arena, "json", checked, true),
               "{\n"
               "  \"findings\": [\n"
               "    {\n"
               "      \"rule\": \"divergent-heads\",\n"
               "      \"severity\": \"error\",\n"
               "      \"path\": \"migrations/b.sql\",\n"
               "      \"line\": 2,\n"
               "      \"revision\": \"bbb2\",\n"
               "      \"message\": \"2 heads\",\n"
               "      \"fix\": \"Run `gmig merge`.\",\n"
               "      \"allowed\": false\n"
               "    },\n"
               "    {\n"
               "      \"rule\": \"missing-down\",\n"
               "      \"severity\": \"warning\",\n"
               "      \"path\": \"migrations/c.sql\",\n"
               "      \"line\": 5,\n"
               "      \"revision\": \"\",\n"
               "      \"message\": \"no down\",\n"
               "      \"fix\": \"not shown\",\n"
               "      \"allowed\": true,\n"
               "      \"reason\": \"data is gone\"\n"
               "    }\n"
               "  ],\n"
               "  \"unknown\": [\n"
               "    {\n"
               "      \"code\": \"missing-object\",\n"
               "      \"message\": \"blob is not here\",\n"
               "      \"hint\": \"Run `git fetch`.\",\n"
               "      \"where\": \"sub/gmig.yml\"\n"
               "    }\n"
               "  ],\n"
               "  \"seen\": {\n"
               "    \"at\": \"index\",\n"
               "    \"commit\": \"0123456789abcdef0123456789abcdef01234567\",\n"
               "    \"revisions\": 3,\n"
               "    \"dialects\": [\n"
               "      \"sqlite\"\n"
               "    ],\n"
               "    \"projects\": [\n"
               "      {\n"
               "        \"folder\": \"\",\n"
               "        \"migrations\": \"migrations\",\n"
               "        \"absent\": false,\n"
               "        \"revisions\": 3,\n"
               "        \"heads\": [\n"
               "          \"aaa1\",\n"
               "          \"bbb2\"\n"
               "        ],\n"
               "        \"dialects\": [\n"
               "          \"sqlite\"\n"
               "        ],\n"
               "        \"base\": null\n"
               "      }\n"
               "    ]\n"
               "  }\n"
               "}\n");
}

static void what_could_not_be_looked_at_is_told_in_every_report(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked checked = {.at = GM_STR("HEAD")};
    gm_vec_push(arena, &checked.unseen,
                (gm_unseen){GM_E_MISSING_OBJECT, GM_STR("blob is not here"), GM_STR(""),
                            GM_STR("Run `git fetch`.")});
    assert_str(written(arena, "text", &checked, false),
               "error: cannot tell: blob is not here [missing-object]\n"
               "    fix: Run `git fetch`.\n"
               "nothing found at HEAD; 1 could not be looked at\n");
    gm_report_options lowered = {.unknown = GM_SEVERITY_WARNING};
    assert_str(gm_report_github_format.write(arena, &checked, &lowered),
               "::warning title=cannot-tell::cannot tell: blob is not here%0ARun `git fetch`.\n"
               "gmig: 0 errors, 1 warning, 0 notices\n");
}

static void reports_are_found_by_name_only(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    assert_str(gm_report_names(arena),
               "text, json, github, gitlab, sarif, junit, rdjson, teamcity, azure, markdown");
    assert_null(gm_report_find(GM_STR("sarif2")));
    assert_null(gm_report_find(GM_STR("")));
}

static void the_junit_report_has_a_test_case_a_finding(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    assert_str(
        written(arena, "junit", sample(arena), false),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"gmig\" tests=\"5\" failures=\"2\" errors=\"0\">\n"
        "  <testsuite name=\"gmig\" tests=\"5\" failures=\"2\" errors=\"0\" skipped=\"1\">\n"
        "    <testcase classname=\"gmig\" name=\"migrations/\"/>\n"
        "    <testcase classname=\"divergent-heads\" name=\"migrations/b.sql bbb2\" "
        "file=\"migrations/b.sql\" line=\"2\">\n"
        "      <failure message=\"2 heads\" type=\"divergent-heads\">migrations/b.sql:2: 2 "
        "heads&#10;Run `gmig merge`.</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"unsplittable-sql\" name=\"migrations/a,b:c%.sql\" "
        "file=\"migrations/a,b:c%.sql\">\n"
        "      <failure message=\"100% \\x1b[31mred\" "
        "type=\"unsplittable-sql\">migrations/a,b:c%.sql: 100% "
        "\\x1b[31mred&#10;::error::fake</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"missing-down\" name=\"migrations/c.sql\" "
        "file=\"migrations/c.sql\" line=\"5\">\n"
        "      <skipped message=\"no down\">migrations/c.sql:5: no down&#10;allowed: data is "
        "gone</skipped>\n"
        "    </testcase>\n"
        "    <testcase classname=\"unused-allow\" name=\"migrations\">\n"
        "      <system-out>nowhere</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

static void the_azure_report_has_commands_for_errors_and_lines_for_remarks(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    assert_str(written(arena, "azure", sample(arena), false),
               "##vso[task.logissue type=error;sourcepath=migrations/b.sql;linenumber=2;"
               "code=divergent-heads]2 heads%0ARun `gmig merge`.\n"
               "##vso[task.logissue type=error;sourcepath=migrations/a,b:c%AZP25.sql;"
               "code=unsplittable-sql]100%AZP25 \\x1b[31mred%0A::error::fake\n"
               "missing-down: migrations/c.sql:5: no down\n"
               "    allowed: data is gone\n"
               "unused-allow: nowhere\n"
               "gmig: 2 errors, 1 remark, 1 allowed in 3 revisions of migrations/ at index\n");
}

static void the_gitlab_report_of_a_clean_run_is_an_empty_array(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked checked = {.at = GM_STR("HEAD")};
    assert_str(written(arena, "gitlab", &checked, false), "[]\n");
}

static void a_markdown_report_stays_within_its_room(void **state)
{
    (void)state;
    static const struct {
        size_t room;
        const char *end;
    } rows[] = {
        {0, "| info | unused-allow |  | nowhere |\n"},
        {600, "\n2 more; `gmig check` shows all.\n"},
        {200, "\n4 more; `gmig check` shows all.\n"},
        {20, ""},
    };
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        gm_report_options options = {.unknown = GM_SEVERITY_ERROR, .room = rows[i].room};
        gm_str text = gm_report_find(GM_STR("markdown"))->write(arena, sample(arena), &options);
        assert_true(gm_str_ends(text, gm_str_from(rows[i].end)));
        assert_true(!rows[i].room || text.len <= rows[i].room);
        assert_true(rows[i].end[0] || !text.len);
    }
}

static gm_str fingerprint(gm_arena *arena, const gm_checked *checked, size_t nth)
{
    gm_report_options options = {.unknown = GM_SEVERITY_ERROR};
    return gm_report_entries_of(arena, checked, &options).items[nth].fingerprint;
}

static void a_fingerprint_outlives_new_lines_new_words_and_a_new_file_name(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked *checked = sample(arena);
    gm_str before = fingerprint(arena, checked, 0);
    gm_finding *finding = &checked->findings.items[0];
    finding->line = 77;
    finding->message = GM_STR("other words");
    finding->fix = GM_STR("another cure");
    finding->path = GM_STR("migrations/renamed.sql");
    assert_true(gm_str_eq(fingerprint(arena, checked, 0), before));
    finding->revision = GM_STR("cccc");
    assert_false(gm_str_eq(fingerprint(arena, checked, 0), before));
    finding->revision = GM_STR("bbb2");
    finding->path = GM_STR("other/b.sql");
    assert_false(gm_str_eq(fingerprint(arena, checked, 0), before));
    finding->path = GM_STR("migrations/b.sql");
    finding->rule = GM_RULE_CYCLE;
    assert_false(gm_str_eq(fingerprint(arena, checked, 0), before));
}

static void two_findings_of_one_rule_in_one_revision_have_two_fingerprints(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked *checked = sample(arena);
    gm_finding again = checked->findings.items[0];
    again.line++;
    gm_vec_push(arena, &checked->findings, again);
    assert_false(gm_str_eq(fingerprint(arena, checked, 0), fingerprint(arena, checked, 2)));
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf text = gm_buf_new(arena, SIZE_MAX);
    while (text.len < 5000)
        gm_buf_z(&text, "\xf0\x9f\x90\x98");
    for (size_t start = 0; start < 4; start++) {
        gm_str from = gm_str_sub(gm_buf_str(&text), 4 * start, text.len);
        gm_str shown = gm_report_shown(
            arena, gm_str_printf(arena, "%.*s%.*s", (int)start, "abc", GM_ARG(from)));
        assert_true(gm_str_utf8_valid(shown));
        assert_true(shown.len <= 4000 && shown.len > 3990);
        assert_true(
            gm_str_ends(shown, GM_STR("\xf0\x9f\x90\x98 … (cut; `gmig check` shows all of it)")));
    }
}

static void allowed_findings_count_for_nothing(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const gm_findings *findings = &sample(arena)->findings;
    assert_int_equal(gm_findings_count(findings, GM_SEVERITY_ERROR), 2);
    assert_int_equal(gm_findings_count(findings, GM_SEVERITY_WARNING), 2);
    assert_int_equal(gm_findings_count(findings, GM_SEVERITY_INFO), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_report_is_one_line_a_finding_and_one_for_its_fix),
        cmocka_unit_test(the_text_report_has_colour_only_when_asked),
        cmocka_unit_test(the_github_report_escapes_what_would_end_or_begin_a_command),
        cmocka_unit_test(the_github_report_shows_ten_of_a_level_and_counts_the_rest),
        cmocka_unit_test(the_json_report_has_its_frozen_shape),
        cmocka_unit_test(what_could_not_be_looked_at_is_told_in_every_report),
        cmocka_unit_test(reports_are_found_by_name_only),
        cmocka_unit_test(the_junit_report_has_a_test_case_a_finding),
        cmocka_unit_test(the_azure_report_has_commands_for_errors_and_lines_for_remarks),
        cmocka_unit_test(the_gitlab_report_of_a_clean_run_is_an_empty_array),
        cmocka_unit_test(a_markdown_report_stays_within_its_room),
        cmocka_unit_test(a_fingerprint_outlives_new_lines_new_words_and_a_new_file_name),
        cmocka_unit_test(two_findings_of_one_rule_in_one_revision_have_two_fingerprints),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(allowed_findings_count_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
