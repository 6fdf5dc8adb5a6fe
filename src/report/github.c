/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workflow commands of GitHub Actions, as "Workflow commands for GitHub Actions" in GitHub's
 * documentation describes them.
 *
 * GitHub shows ten annotations of a level for each step and drops the rest without a word, so the
 * tenth tells how many more there are. Line ends are escaped, so text from a file cannot begin a
 * command of its own, and no text from a file is printed outside a command.
 */
#include "base/buf.h"
#include "base/term.h"
#include "report/report.h"

enum { SHOWN_OF_A_LEVEL = 10 };

typedef enum { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVELS } log_level;

static const char *const commands[LEVELS] = {"error", "warning", "notice"};

typedef struct {
    gm_arena *arena;
    gm_buf out;
    size_t total[LEVELS];
    size_t shown[LEVELS];
} github_log;

static log_level level_of(gm_severity severity, bool allowed)
{
    if (allowed || severity < GM_SEVERITY_WARNING)
        return LEVEL_NOTICE;
    return severity == GM_SEVERITY_ERROR ? LEVEL_ERROR : LEVEL_WARNING;
}

/* A property also has ":" and "," escaped, which end it. */
static void escaped(github_log *log, gm_str text, bool property)
{
    text = gm_term_visible(log->arena, text, true);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' || c == '\n' || (property && (c == ':' || c == ',')))
            gm_buf_printf(&log->out, "%%%02X", (unsigned)c);
        else
            gm_buf_char(&log->out, c);
    }
}

/* Is there room for one more of this level? The last place is for the count of those without. */
static bool room(github_log *log, log_level level)
{
    size_t places = log->total[level] > SHOWN_OF_A_LEVEL ? SHOWN_OF_A_LEVEL - 1 : SHOWN_OF_A_LEVEL;
    if (log->shown[level] >= places)
        return false;
    log->shown[level]++;
    return true;
}

static void message(github_log *log, gm_str text, const char *before_more, gm_str more)
{
    escaped(log, text, false);
    if (more.len) {
        gm_buf_printf(&log->out, "%%0A%s", before_more);
        escaped(log, more, false);
    }
    gm_buf_char(&log->out, '\n');
}

static void annotate(github_log *log, const gm_finding *finding)
{
    log_level level = level_of(finding->severity, finding->allowed);
    if (!room(log, level))
        return;
    gm_buf_printf(&log->out, "::%s ", commands[level]);
    if (finding->path.len) {
        gm_buf_z(&log->out, "file=");
        escaped(log, finding->path, true);
        if (finding->line)
            gm_buf_printf(&log->out, ",line=%zu", finding->line);
        gm_buf_char(&log->out, ',');
    }
    gm_buf_printf(&log->out, "title=%s%s::", gm_rule_id(finding->rule),
                  finding->allowed ? " (allowed)" : "");
    if (finding->allowed)
        message(log, finding->message, "because: ", finding->reason);
    else
        message(log, finding->message, "", finding->fix);
}

static void annotate_unseen(github_log *log, const gm_unseen *unseen, log_level level)
{
    if (!room(log, level))
        return;
    gm_buf_printf(&log->out, "::%s title=cannot tell::", commands[level]);
    message(log, unseen->message, "", unseen->hint);
}

static gm_str write_github(gm_arena *arena, const gm_checked *checked,
                           const gm_report_options *options)
{
    github_log log = {.arena = arena, .out = gm_buf_new(arena, SIZE_MAX)};
    log_level unknown = level_of(options->unknown, false);
    log.total[unknown] += checked->unseen.len;
    GM_EACH (const gm_finding, finding, &checked->findings)
        log.total[level_of(finding->severity, finding->allowed)]++;

    GM_EACH (const gm_unseen, unseen, &checked->unseen)
        annotate_unseen(&log, unseen, unknown);
    GM_EACH (const gm_finding, finding, &checked->findings)
        annotate(&log, finding);
    for (size_t i = 0; i < LEVELS; i++) {
        if (log.total[i] > log.shown[i])
            gm_buf_printf(&log.out,
                          "::%s title=gmig::%zu more; GitHub shows %d of a kind for each step, "
                          "`gmig check` shows all\n",
                          commands[i], log.total[i] - log.shown[i], SHOWN_OF_A_LEVEL);
    }
    gm_buf_printf(&log.out, "gmig: %.*s, %.*s, %.*s\n",
                  GM_ARG(gm_report_count(arena, log.total[LEVEL_ERROR], "error")),
                  GM_ARG(gm_report_count(arena, log.total[LEVEL_WARNING], "warning")),
                  GM_ARG(gm_report_count(arena, log.total[LEVEL_NOTICE], "notice")));
    return gm_buf_str(&log.out);
}

const gm_report gm_report_github_format = {"github", write_github};
