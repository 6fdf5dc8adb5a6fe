/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workflow commands of GitHub Actions, as "Workflow commands for GitHub Actions" in GitHub's
 * documentation describes them.
 *
 * GitHub shows ten annotations of a level for each step, so the tenth tells how many more there
 * are. Line ends are escaped, so text from a file cannot begin a command of its own, and no text
 * from a file is printed outside a command.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/entries.h"

static const char *const commands[] = {
    [GM_SEVERITY_OFF] = "notice",
    [GM_SEVERITY_INFO] = "notice",
    [GM_SEVERITY_WARNING] = "warning",
    [GM_SEVERITY_ERROR] = "error",
};

typedef struct {
    gm_arena *arena;
    gm_buf out;
    gm_report_places_by_severity places;
} github_log;

/* A property also has ":" and "," escaped, which end it. */
static void escaped(github_log *log, gm_str text, bool property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' || c == '\n' || (property && (c == ':' || c == ',')))
            gm_buf_printf(&log->out, "%%%02X", (unsigned)c);
        else
            gm_buf_char(&log->out, c);
    }
}

static void annotate(github_log *log, const gm_report_entry *entry)
{
    gm_buf_printf(&log->out, "::%s ", commands[entry->severity]);
    if (entry->path.len) {
        gm_buf_z(&log->out, "file=");
        escaped(log, gm_report_shown(log->arena, entry->path), true);
        if (entry->line)
            gm_buf_printf(&log->out, ",line=%zu", entry->line);
        gm_buf_char(&log->out, ',');
    }
    gm_buf_printf(&log->out, "title=%.*s%s::", GM_ARG(entry->rule),
                  entry->allowed ? " (allowed)" : "");
    escaped(log, entry->text, false);
    gm_buf_char(&log->out, '\n');
}

static void count_rest(github_log *log, gm_severity severity)
{
    const gm_report_places *places = &log->places[severity];
    if (places->total > places->shown)
        gm_buf_printf(&log->out,
                      "::%s title=gmig::%zu more; GitHub shows %d of a kind for each step, "
                      "`gmig check` shows all\n",
                      commands[severity], places->total - places->shown, GM_REPORT_PLACES);
}

static gm_str write_github(gm_arena *arena, const gm_checked *checked,
                           const gm_report_options *options)
{
    github_log log = {.arena = arena, .out = gm_buf_new(arena, SIZE_MAX)};
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    gm_report_count_all(checked, options, log.places);
    GM_EACH (const gm_report_entry, entry, &entries) {
        if (gm_report_take_place(&log.places[entry->severity]))
            annotate(&log, entry);
    }
    for (int severity = GM_SEVERITY_ERROR; severity >= GM_SEVERITY_INFO; severity--)
        count_rest(&log, (gm_severity)severity);
    gm_buf_printf(&log.out, "gmig: %.*s, %.*s, %.*s%.*s\n",
                  GM_ARG(gm_report_count(arena, log.places[GM_SEVERITY_ERROR].total, "error")),
                  GM_ARG(gm_report_count(arena, log.places[GM_SEVERITY_WARNING].total, "warning")),
                  GM_ARG(gm_report_count(arena, log.places[GM_SEVERITY_INFO].total, "notice")),
                  GM_ARG(gm_term_visible(arena, gm_report_bases(arena, checked), false)));
    return gm_buf_str(&log.out);
}

const gm_report gm_report_github_format = {"github", write_github};
