/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML, as Jenkins, GitLab, Azure and others read it. A test case for each project says that
 * it was looked at, so that a clean run is no empty file, which Jenkins takes for a failure.
 *
 * A finding is a test case of its own: an error has failed, what is allowed is skipped, the rest
 * has passed with something to say. Names have no line, since hosts tell by class and name what has
 * newly failed, and are never the same, since GitLab shows one of equal names only.
 */
#include "base/buf.h"
#include "base/file.h"
#include "base/term.h"
#include "report/entries.h"

typedef struct {
    gm_arena *arena;
    gm_buf cases;
    size_t tests;
    size_t failures;
    size_t errors;
    size_t skipped;
} junit_suite;

/* XML 1.0 has no U+FFFE and U+FFFF; other control characters are visible already. Line ends are
 * escaped since an attribute would make blanks of them. */
static void escaped(gm_buf *out, gm_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (strchr("&<>\"'\n\t", c))
            gm_buf_printf(out, "&#%d;", c);
        else if (gm_str_starts(gm_str_sub(text, i, i + 3), GM_STR("\xef\xbf\xbe")) ||
                 gm_str_starts(gm_str_sub(text, i, i + 3), GM_STR("\xef\xbf\xbf"))) {
            gm_buf_z(out, "\xef\xbf\xbd");
            i += 2;
        } else
            gm_buf_char(out, c);
    }
}

static void attribute(junit_suite *suite, const char *name, gm_str value)
{
    gm_buf_printf(&suite->cases, " %s=\"", name);
    escaped(&suite->cases, gm_term_visible(suite->arena, value, true));
    gm_buf_char(&suite->cases, '"');
}

static void begin_case(junit_suite *suite, gm_str class, gm_str name)
{
    suite->tests++;
    gm_buf_z(&suite->cases, "    <testcase");
    attribute(suite, "classname", class);
    attribute(suite, "name", name);
}

static void looked_at(junit_suite *suite, const gm_seen_project *project)
{
    begin_case(suite, GM_STR("gmig"), gm_path_as_folder(suite->arena, project->migrations));
    gm_buf_z(&suite->cases, "/>\n");
}

static void said(junit_suite *suite, const char *element, const gm_report_entry *entry)
{
    gm_buf_printf(&suite->cases, "      <%s", element);
    if (strcmp(element, "system-out") != 0)
        attribute(suite, "message", gm_report_headline(entry));
    if (strcmp(element, "failure") == 0 || strcmp(element, "error") == 0)
        attribute(suite, "type", entry->rule);
    gm_buf_char(&suite->cases, '>');
    if (entry->path.len) {
        gm_str where = gm_where(suite->arena, entry->path, entry->line);
        escaped(&suite->cases, gm_term_visible(suite->arena, where, false));
        gm_buf_z(&suite->cases, ": ");
    }
    escaped(&suite->cases, entry->text);
    gm_buf_printf(&suite->cases, "</%s>\n", element);
}

static const char *outcome(junit_suite *suite, const gm_report_entry *entry)
{
    if (entry->allowed) {
        suite->skipped++;
        return "skipped";
    }
    if (entry->severity < GM_SEVERITY_ERROR)
        return "system-out";
    if (entry->finding) {
        suite->failures++;
        return "failure";
    }
    suite->errors++;
    return "error";
}

static void found(junit_suite *suite, const gm_checked *checked, const gm_report_entry *entry)
{
    gm_buf name = gm_buf_new(suite->arena, SIZE_MAX);
    gm_buf_add(&name, gm_report_place(checked, entry));
    if (entry->finding && entry->finding->revision.len)
        gm_buf_printf(&name, " %.*s", GM_ARG(entry->finding->revision));
    if (entry->nth > 1)
        gm_buf_printf(&name, " (%zu)", entry->nth);
    begin_case(suite, entry->rule, gm_buf_str(&name));
    if (entry->path.len)
        attribute(suite, "file", entry->path);
    if (entry->line)
        gm_buf_printf(&suite->cases, " line=\"%zu\"", entry->line);
    gm_buf_z(&suite->cases, ">\n");
    said(suite, outcome(suite, entry), entry);
    gm_buf_z(&suite->cases, "    </testcase>\n");
}

static gm_str write_junit(gm_arena *arena, const gm_checked *checked,
                          const gm_report_options *options)
{
    junit_suite suite = {.arena = arena, .cases = gm_buf_new(arena, SIZE_MAX)};
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    GM_EACH (const gm_seen_project, project, &checked->projects)
        looked_at(&suite, project);
    GM_EACH (const gm_report_entry, entry, &entries)
        found(&suite, checked, entry);
    gm_str counts = gm_str_printf(arena, "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
                                  suite.tests, suite.failures, suite.errors);
    return gm_str_printf(arena,
                         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<testsuites name=\"gmig\" %.*s>\n"
                         "  <testsuite name=\"gmig\" %.*s skipped=\"%zu\">\n"
                         "%.*s"
                         "  </testsuite>\n"
                         "</testsuites>\n",
                         GM_ARG(counts), GM_ARG(counts), suite.skipped,
                         GM_ARG(gm_buf_str(&suite.cases)));
}

const gm_report gm_report_junit_format = {"junit", write_junit};
