/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Service messages of TeamCity ("Service messages" in its documentation): an inspection for each
 * finding, and a build problem for each rule with errors, so that the build names what failed it.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/entries.h"

typedef struct {
    gm_arena *arena;
    gm_buf out;
    gm_strs rules; /* declared so far */
    gm_strs problems;
} teamcity_log;

/* The code point that begins at `at` of valid UTF-8; *len is its length. */
static uint32_t code_point(gm_str text, size_t at, size_t *len)
{
    const unsigned char *p = (const unsigned char *)text.ptr + at;
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    *len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t code = p[0] & masks[*len];
    for (size_t i = 1; i < *len; i++)
        code = code << 6 | (p[i] & 0x3f);
    return code;
}

/* A UTF-16 unit: the agent reads the log in whatever encoding its system has. */
static void unit(gm_buf *out, uint32_t value)
{
    gm_buf_printf(out, "|0x%04x", (unsigned)value);
}

static void escaped(gm_buf *out, gm_str text)
{
    size_t len;
    for (size_t i = 0; i < text.len; i += len) {
        uint32_t code = code_point(text, i, &len);
        if (code == '\n')
            gm_buf_z(out, "|n");
        else if (code < 0x80 && strchr("|'[]", (int)code))
            gm_buf_printf(out, "|%c", (char)code);
        else if (code < 0x80)
            gm_buf_char(out, (char)code);
        else if (code < 0x10000)
            unit(out, code);
        else {
            unit(out, 0xd800 + ((code - 0x10000) >> 10));
            unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
        }
    }
}

/* `value` is cut as TeamCity would cut it. */
static void attribute(teamcity_log *log, const char *name, gm_str value)
{
    gm_buf_printf(&log->out, " %s='", name);
    escaped(&log->out, gm_report_shown(log->arena, value));
    gm_buf_char(&log->out, '\'');
}

static void declare(teamcity_log *log, const gm_report_entry *entry)
{
    if (gm_strs_have(&log->rules, entry->rule))
        return;
    gm_vec_push(log->arena, &log->rules, entry->rule);
    gm_buf_z(&log->out, "##teamcity[inspectionType");
    attribute(log, "id", entry->rule);
    attribute(log, "name", entry->rule);
    attribute(log, "category", GM_STR("gmig"));
    attribute(log, "description",
              entry->finding ? gm_str_from(gm_rule_summary(entry->finding->rule))
                             : GM_STR("not everything could be looked at or shown"));
    gm_buf_z(&log->out, "]\n");
}

static gm_str weight(gm_severity severity)
{
    if (severity < GM_SEVERITY_WARNING)
        return GM_STR("INFO");
    return severity == GM_SEVERITY_ERROR ? GM_STR("ERROR") : GM_STR("WARNING");
}

static void inspection(teamcity_log *log, const gm_checked *checked, const gm_report_entry *entry)
{
    declare(log, entry);
    gm_buf_z(&log->out, "##teamcity[inspection");
    attribute(log, "typeId", entry->rule);
    attribute(log, "message", entry->text);
    attribute(log, "file", gm_report_place(checked, entry));
    if (entry->line)
        gm_buf_printf(&log->out, " line='%zu'", entry->line);
    attribute(log, "SEVERITY", weight(entry->severity));
    gm_buf_z(&log->out, "]\n");
}

/* One build problem a rule: the first of them, and how many there are. The same identity in the
 * next build is the same problem. */
static void problem(teamcity_log *log, const gm_report_entries *entries,
                    const gm_report_entry *first)
{
    if (gm_strs_have(&log->problems, first->rule))
        return;
    gm_vec_push(log->arena, &log->problems, first->rule);
    size_t count = 0;
    GM_EACH (const gm_report_entry, entry, entries)
        count += entry->severity == GM_SEVERITY_ERROR && gm_str_eq(entry->rule, first->rule);
    gm_buf more = gm_buf_new(log->arena, SIZE_MAX);
    if (count > 1)
        gm_buf_printf(&more, " (and %zu more)", count - 1);
    gm_buf_z(&log->out, "##teamcity[buildProblem");
    attribute(log, "description",
              gm_str_printf(log->arena, "%.*s: %.*s%.*s", GM_ARG(first->rule),
                            GM_ARG(gm_report_headline(first)), GM_ARG(gm_buf_str(&more))));
    attribute(log, "identity", gm_str_printf(log->arena, "gmig.%.*s", GM_ARG(first->rule)));
    gm_buf_z(&log->out, "]\n");
}

static gm_str write_teamcity(gm_arena *arena, const gm_checked *checked,
                             const gm_report_options *options)
{
    teamcity_log log = {.arena = arena, .out = gm_buf_new(arena, SIZE_MAX)};
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    GM_EACH (const gm_report_entry, entry, &entries)
        inspection(&log, checked, entry);
    GM_EACH (const gm_report_entry, entry, &entries) {
        if (entry->severity == GM_SEVERITY_ERROR)
            problem(&log, &entries, entry);
    }
    return gm_buf_str(&log.out);
}

const gm_report gm_report_teamcity_format = {"teamcity", write_teamcity};
