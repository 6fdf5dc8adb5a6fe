/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging commands of Azure Pipelines ("Logging commands" in its documentation).
 *
 * There are errors and warnings only, so remarks are plain lines. The agent looks for a command
 * anywhere in a line, so no text from a file may hold the mark of one there.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/entries.h"

typedef struct {
    gm_arena *arena;
    gm_buf out;
    gm_report_places_by_severity places;
} azure_log;

/* As the agent undoes it. A property also has ";" and "]" escaped, which end it. */
static void escaped(azure_log *log, gm_str text, bool property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%')
            gm_buf_z(&log->out, "%AZP25");
        else if (c == '\n' || (property && (c == ';' || c == ']')))
            gm_buf_printf(&log->out, "%%%02X", (unsigned)c);
        else
            gm_buf_char(&log->out, c);
    }
}

static void issue(azure_log *log, const gm_report_entry *entry)
{
    gm_buf_printf(&log->out, "##vso[task.logissue type=%s;", gm_severity_name(entry->severity));
    if (entry->path.len) {
        gm_buf_z(&log->out, "sourcepath=");
        escaped(log, gm_term_visible(log->arena, entry->path, true), true);
        gm_buf_char(&log->out, ';');
    }
    if (entry->line)
        gm_buf_printf(&log->out, "linenumber=%zu;", entry->line);
    gm_buf_printf(&log->out, "code=%.*s]", GM_ARG(entry->rule));
    escaped(log, entry->text, false);
    gm_buf_char(&log->out, '\n');
}

/* "##" would begin a command, so the second # is written as bytes that cannot be shown are. `text`
 * is visible already; what comes after a line end is set in. */
static void plain(azure_log *log, gm_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '#' && i && text.ptr[i - 1] == '#')
            gm_buf_z(&log->out, "\\x23");
        else if (text.ptr[i] == '\n')
            gm_buf_z(&log->out, "\n    ");
        else
            gm_buf_char(&log->out, text.ptr[i]);
    }
}

static void remark(azure_log *log, const gm_report_entry *entry)
{
    gm_buf_printf(&log->out, "%.*s: ", GM_ARG(entry->rule));
    if (entry->path.len) {
        plain(log,
              gm_term_visible(log->arena, gm_where(log->arena, entry->path, entry->line), false));
        gm_buf_z(&log->out, ": ");
    }
    plain(log, entry->text);
    gm_buf_char(&log->out, '\n');
}

static void count_rest(azure_log *log, gm_severity severity)
{
    const gm_report_places *places = &log->places[severity];
    if (places->total == places->shown)
        return;
    if (severity >= GM_SEVERITY_WARNING)
        gm_buf_printf(&log->out, "##vso[task.logissue type=%s;code=gmig]",
                      gm_severity_name(severity));
    gm_buf_printf(&log->out,
                  "%zu more; Azure shows %d of a kind for each task, `gmig check` shows all\n",
                  places->total - places->shown, GM_REPORT_PLACES);
}

static gm_str write_azure(gm_arena *arena, const gm_checked *checked,
                          const gm_report_options *options)
{
    azure_log log = {.arena = arena, .out = gm_buf_new(arena, SIZE_MAX)};
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    gm_report_count_all(checked, options, log.places);
    GM_EACH (const gm_report_entry, entry, &entries) {
        if (!gm_report_take_place(&log.places[entry->severity]))
            continue;
        if (entry->severity >= GM_SEVERITY_WARNING)
            issue(&log, entry);
        else
            remark(&log, entry);
    }
    for (int severity = GM_SEVERITY_ERROR; severity >= GM_SEVERITY_INFO; severity--)
        count_rest(&log, (gm_severity)severity);
    gm_buf_z(&log.out, "gmig: ");
    plain(&log, gm_report_summary(arena, checked));
    gm_buf_char(&log.out, '\n');
    return gm_buf_str(&log.out);
}

const gm_report gm_report_azure_format = {"azure", write_azure};
