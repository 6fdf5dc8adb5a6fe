/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For people, and for editors that read "path:line: error: message", as compilers write it.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/report.h"

typedef struct {
    gm_arena *arena;
    gm_buf *out;
    bool colour;
} text_page;

static void paint(text_page *page, const char *sgr, gm_str text)
{
    if (page->colour)
        gm_buf_printf(page->out, "\033[%sm%.*s\033[0m", sgr, GM_ARG(text));
    else
        gm_buf_add(page->out, text);
}

static void paint_severity(text_page *page, gm_severity severity)
{
    static const char *const sgr[] = {
        [GM_SEVERITY_OFF] = "2",
        [GM_SEVERITY_INFO] = "36",
        [GM_SEVERITY_WARNING] = "1;33",
        [GM_SEVERITY_ERROR] = "1;31",
    };
    paint(page, sgr[severity], gm_str_from(gm_severity_name(severity)));
}

static gm_str visible(text_page *page, gm_str text)
{
    return gm_term_visible(page->arena, text, false);
}

static void place(text_page *page, gm_str where)
{
    if (where.len) {
        paint(page, "1", visible(page, where));
        gm_buf_z(page->out, ": ");
    }
}

static void below(text_page *page, const char *what, gm_str text)
{
    if (text.len)
        gm_buf_printf(page->out, "    %s: %.*s\n", what, GM_ARG(visible(page, text)));
}

static void one(text_page *page, const gm_finding *finding)
{
    if (finding->path.len)
        place(page, gm_where(page->arena, finding->path, finding->line));
    if (finding->allowed)
        paint(page, "2", GM_STR("allowed"));
    else
        paint_severity(page, finding->severity);
    gm_buf_printf(page->out, ": %.*s [%s]\n", GM_ARG(visible(page, finding->message)),
                  gm_rule_id(finding->rule));
    if (finding->allowed)
        below(page, "because", finding->reason);
    else
        below(page, "fix", finding->fix);
}

static void not_seen(text_page *page, const gm_unseen *unseen, gm_severity severity)
{
    place(page, unseen->where);
    paint_severity(page, severity);
    gm_buf_printf(page->out, ": cannot tell: %.*s [%s]\n", GM_ARG(visible(page, unseen->message)),
                  gm_code_name(unseen->code));
    below(page, "fix", unseen->hint);
}

/* The heavier come first where not all are shown. */
static void some(text_page *page, const gm_findings *findings, size_t limit)
{
    size_t shown = 0;
    for (int severity = GM_SEVERITY_ERROR; severity >= GM_SEVERITY_OFF; severity--) {
        GM_EACH (const gm_finding, finding, findings) {
            int weight = finding->allowed ? GM_SEVERITY_OFF : (int)finding->severity;
            if (weight == severity && shown < limit) {
                one(page, finding);
                shown++;
            }
        }
    }
    gm_buf_printf(page->out, "%zu more; `gmig check` shows all\n", findings->len - shown);
}

static gm_str write_text(gm_arena *arena, const gm_checked *checked,
                         const gm_report_options *options)
{
    gm_buf out = gm_buf_new(arena, SIZE_MAX);
    text_page page = {arena, &out, options->colour};
    if (options->limit && checked->findings.len > options->limit) {
        some(&page, &checked->findings, options->limit);
    } else {
        GM_EACH (const gm_finding, finding, &checked->findings)
            one(&page, finding);
    }
    GM_EACH (const gm_unseen, unseen, &checked->unseen)
        not_seen(&page, unseen, options->unknown);
    gm_buf_printf(&out, "%.*s\n", GM_ARG(gm_report_summary(arena, checked)));
    return gm_buf_str(&out);
}

const gm_report gm_report_text_format = {"text", write_text};
