/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown as GitHub renders it: a heading and a table, for the summary of a job or a comment.
 *
 * GitHub refuses a summary of more than 1 MiB for a step as a whole, so there is an end to the
 * table, which counts the rest.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/entries.h"

enum { FOOT = 200 };

/* Every character that means something to Markdown or HTML, so that text stays text. */
static void escaped(gm_buf *out, gm_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n')
            gm_buf_z(out, "<br>");
        else if (c == '\t')
            gm_buf_char(out, ' ');
        else if (strchr("!\"#$%&*+:<=>?@[\\]^_`{|}~", c))
            gm_buf_printf(out, "&#%d;", c);
        else
            gm_buf_char(out, c);
    }
}

static gm_str row(gm_arena *arena, const gm_report_entry *entry)
{
    gm_buf out = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&out, "| %s | %.*s | ",
                  entry->allowed ? "allowed" : gm_severity_name(entry->severity),
                  GM_ARG(entry->rule));
    if (entry->path.len) {
        gm_buf_z(&out, "<code>");
        gm_str where = gm_where(arena, entry->path, entry->line);
        escaped(&out, gm_term_visible(arena, where, false));
        gm_buf_z(&out, "</code>");
    }
    gm_buf_z(&out, " | ");
    escaped(&out, entry->text);
    gm_buf_z(&out, " |\n");
    return gm_buf_str(&out);
}

static gm_str write_markdown(gm_arena *arena, const gm_checked *checked,
                             const gm_report_options *options)
{
    size_t room = options->room ? options->room : GM_REPORT_SUMMARY_MAX;
    gm_buf out = gm_buf_new(arena, SIZE_MAX);
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    gm_buf_z(&out, "### gmig: ");
    escaped(&out, gm_report_summary(arena, checked));
    gm_buf_z(&out, "\n");
    if (entries.len)
        gm_buf_z(&out, "\n| | rule | where | what |\n|---|---|---|---|\n");
    size_t rows = 0;
    GM_EACH (const gm_report_entry, entry, &entries) {
        gm_str text = row(arena, entry);
        if (out.len + text.len + FOOT > room)
            break;
        gm_buf_add(&out, text);
        rows++;
    }
    if (rows < entries.len)
        gm_buf_printf(&out, "\n%zu more; `gmig check` shows all.\n", entries.len - rows);
    return out.len <= room ? gm_buf_str(&out) : GM_STR("");
}

const gm_report gm_report_markdown_format = {"markdown", write_markdown};
