/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_reports CASE FOLDER: writes every report of one case to FOLDER, as FORMAT, and to
 * `expected` what they have to say, for read_reports.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "report/entries.h"

static const char *const formats[] = {"github", "gitlab",   "sarif", "junit",
                                      "rdjson", "teamcity", "azure", "markdown"};

/* Texts that would end a string, begin a command or be markup in one format or another. */
static const char *const texts[] = {
    "plain",
    "two\nlines\r\nand a tab\t",
    "100% %0A %25 %AZP25 %3B",
    "]]> <![CDATA[ & &amp; \"quoted\" 'single' </failure><failure>",
    "\n::error::fake\n::set-output name=a::b",
    "##vso[task.setvariable variable=a]b ##[error]fake",
    "\n##vso[task.complete result=Succeeded;]done",
    "##teamcity[buildStatus status='SUCCESS'] |n |] |' |0x0041",
    "a | b `code` [link](javascript:x) <img src=x> **bold** @someone #1 \\",
    "\033[31mred\033[0m \001\002\177 \xc2\x9b",
    "invalid \xff\xfe \xc0\x80 \xed\xa0\x80 \xe2\x82",
    "\xef\xbf\xbe \xef\xbf\xbf \xe2\x80\xa8 caf\xc3\xa9 \xf0\x9f\x90\x98",
    ";type=error;code=x]y , : =",
};
enum { TEXTS = sizeof(texts) / sizeof(*texts) };

static void add(gm_arena *arena, gm_checked *checked, gm_finding finding)
{
    gm_vec_push(arena, &checked->findings, finding);
}

static void hostile(gm_arena *arena, gm_checked *checked)
{
    for (size_t i = 0; i < TEXTS; i++) {
        gm_str text = gm_str_from(texts[i]);
        gm_finding finding = {
            .rule = (gm_rule)(i % GM_RULE_COUNT),
            .severity = GM_SEVERITY_ERROR,
            .path = gm_str_printf(arena, "migrations/%.*s.sql", GM_ARG(text)),
            .line = i,
            .revision = gm_str_from(i % 2 ? "aaaa" : ""),
            .message = text,
            .fix = text,
            .other_path = i % 3 ? text : GM_STR(""),
            .other_line = i / 3,
        };
        add(arena, checked, finding);
        finding.severity = i % 2 ? GM_SEVERITY_WARNING : GM_SEVERITY_INFO;
        finding.line += 100;
        add(arena, checked, finding);
        finding.allowed = true;
        finding.reason = text;
        finding.path = GM_STR("");
        add(arena, checked, finding);
        gm_vec_push(arena, &checked->unseen,
                    (gm_unseen){GM_E_MISSING_OBJECT, text, gm_str_from("a:b"), text});
    }
}

static void huge(gm_arena *arena, gm_checked *checked)
{
    gm_buf text = gm_buf_new(arena, SIZE_MAX);
    while (text.len < (size_t)5 * 1024 * 1024)
        gm_buf_z(&text, "caf\xc3\xa9 <&>\"'|[]%;\001\xff ##vso[ \n");
    add(arena, checked,
        (gm_finding){.severity = GM_SEVERITY_ERROR,
                     .path = GM_STR("migrations/huge.sql"),
                     .line = 7,
                     .message = gm_buf_str(&text),
                     .fix = gm_buf_str(&text)});
}

static void add_often(gm_arena *arena, gm_checked *checked, size_t count, gm_str message)
{
    for (size_t i = 0; i < count; i++)
        add(arena, checked,
            (gm_finding){.severity = i < count / 2 ? GM_SEVERITY_WARNING : GM_SEVERITY_ERROR,
                         .path = GM_STR("migrations/many.sql"),
                         .line = i + 1,
                         .message = message});
}

static void many(gm_arena *arena, gm_checked *checked)
{
    add_often(arena, checked, 8000, GM_STR("one of many"));
}

static void heavy(gm_arena *arena, gm_checked *checked)
{
    gm_buf text = gm_buf_new(arena, SIZE_MAX);
    while (text.len < 3000)
        gm_buf_z(&text, "<|&\"'");
    add_often(arena, checked, 3000, gm_buf_str(&text));
}

static gm_json *expected(gm_arena *arena, const gm_checked *checked,
                         const gm_report_options *options)
{
    gm_json *all = gm_json_array();
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    GM_EACH (const gm_report_entry, entry, &entries) {
        gm_json *object = gm_json_object();
        gm_json_set_bool(object, "finding", entry->finding != NULL);
        gm_json_set_str(object, "rule", entry->rule);
        gm_json_set_str(object, "severity", gm_str_from(gm_severity_name(entry->severity)));
        gm_json_set_bool(object, "allowed", entry->allowed);
        gm_json_set_str(object, "path", entry->path);
        gm_json_set_str(object, "shown_path", gm_report_shown(arena, entry->path));
        gm_json_set_str(object, "place", gm_report_place(checked, entry));
        gm_json_set_int(object, "line", (int64_t)entry->line);
        gm_json_set_str(object, "text", entry->text);
        gm_json_add(all, object);
    }
    return all;
}

static void put(gm_arena *arena, const char *folder, const char *name, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_str path = gm_path_join(arena, gm_str_from(folder), gm_str_from(name));
    if (gm_file_put(path, text, &err) != GM_OK) {
        fprintf(stderr, "%.*s\n", GM_ARG(err.text));
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fill)(gm_arena *arena, gm_checked *checked);
    } cases[] = {
        {"hostile", hostile}, {"huge", huge}, {"many", many}, {"heavy", heavy}, {"clean", NULL}};
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_checked checked = {.at = GM_STR("HEAD")};
    gm_report_options options = {.unknown = GM_SEVERITY_ERROR};
    gm_vec_push(arena, &checked.projects,
                (gm_seen_project){.migrations = GM_STR("migrations"), .revisions = 3});
    for (size_t i = 0; argc == 3 && i < sizeof(cases) / sizeof(*cases); i++) {
        if (strcmp(argv[1], cases[i].name) != 0)
            continue;
        if (cases[i].fill)
            cases[i].fill(arena, &checked);
        gm_json *want GM_CLEANUP(gm_json_drop) = expected(arena, &checked, &options);
        put(arena, argv[2], "expected", gm_json_text(arena, want));
        for (size_t j = 0; j < sizeof(formats) / sizeof(*formats); j++)
            put(arena, argv[2], formats[j],
                gm_report_find(gm_str_from(formats[j]))->write(arena, &checked, &options));
        return 0;
    }
    fputs("usage: hostile_reports hostile|huge|many|heavy|clean FOLDER\n", stderr);
    return 2;
}
