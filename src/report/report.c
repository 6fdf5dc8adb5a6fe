/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/term.h"

static const gm_report *const reports[] = {
    &gm_report_text_format,     &gm_report_json_format,     &gm_report_github_format,
    &gm_report_gitlab_format,   &gm_report_sarif_format,    &gm_report_junit_format,
    &gm_report_rdjson_format,   &gm_report_teamcity_format, &gm_report_azure_format,
    &gm_report_markdown_format,
};

enum { REPORTS = sizeof(reports) / sizeof(*reports) };

const gm_report *gm_report_find(gm_str name)
{
    for (size_t i = 0; i < REPORTS; i++) {
        if (gm_str_is(name, reports[i]->name))
            return reports[i];
    }
    return NULL;
}

gm_str gm_report_names(gm_arena *arena)
{
    gm_strs names = {0};
    for (size_t i = 0; i < REPORTS; i++)
        gm_vec_push(arena, &names, gm_str_from(reports[i]->name));
    return gm_strs_list(arena, &names);
}

gm_str gm_report_count(gm_arena *arena, size_t count, const char *noun)
{
    return gm_str_printf(arena, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

/* "nothing found", or "2 errors, 1 warning, 1 allowed". */
static gm_str tally(gm_arena *arena, const gm_findings *findings)
{
    size_t errors = gm_findings_count(findings, GM_SEVERITY_ERROR);
    size_t warnings = gm_findings_count(findings, GM_SEVERITY_WARNING) - errors;
    size_t counted = gm_findings_count(findings, GM_SEVERITY_INFO);
    size_t infos = counted - errors - warnings;
    gm_strs parts = {0};
    if (errors)
        gm_vec_push(arena, &parts, gm_report_count(arena, errors, "error"));
    if (warnings)
        gm_vec_push(arena, &parts, gm_report_count(arena, warnings, "warning"));
    if (infos)
        gm_vec_push(arena, &parts, gm_report_count(arena, infos, "remark"));
    if (findings->len > counted)
        gm_vec_push(arena, &parts, gm_str_printf(arena, "%zu allowed", findings->len - counted));
    return parts.len ? gm_strs_list(arena, &parts) : GM_STR("nothing found");
}

gm_str gm_report_bases(gm_arena *arena, const gm_checked *checked)
{
    enum { COMMIT_SHOWN = 12 };
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_seen_project, project, &checked->projects) {
        const gm_seen_base *base = &project->base;
        bool said = false;
        for (const gm_seen_project *old = checked->projects.items; old < project; old++)
            said |=
                gm_str_eq(old->base.name, base->name) && gm_str_eq(old->base.commit, base->commit);
        if (!said && base->wanted)
            gm_buf_printf(&buf, "; there is no base: %.*s", GM_ARG(base->why));
        if (said || !base->name.len)
            continue;
        gm_buf_printf(&buf, "; %s %.*s (%.*s, %.*s)",
                      checked->refs.seen ? "the base is"
                      : base->united     ? "united with"
                                         : "could not be united with",
                      GM_ARG(base->name), GM_ARG(gm_str_sub(base->commit, 0, COMMIT_SHOWN)),
                      GM_ARG(base->why));
        if (base->united && !base->starts.len)
            gm_buf_z(&buf, ", which shares no commit with it: deletions cannot be judged");
    }
    return gm_buf_str(&buf);
}

gm_str gm_report_summary(gm_arena *arena, const gm_checked *checked)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_add(&buf, tally(arena, &checked->findings));
    for (size_t i = 0; i < checked->projects.len; i++) {
        const gm_seen_project *project = &checked->projects.items[i];
        gm_buf_printf(&buf, "%s %.*s of %.*s", i ? "," : " in",
                      GM_ARG(gm_report_count(arena, project->revisions, "revision")),
                      GM_ARG(gm_path_as_folder(arena, project->migrations)));
        if (project->absent)
            gm_buf_z(&buf, " (no such folder)");
        if (project->others)
            gm_buf_printf(&buf, " and %.*s",
                          GM_ARG(gm_report_count(arena, project->others, "other folder")));
    }
    gm_buf_printf(&buf, " at %.*s", GM_ARG(checked->at));
    if (checked->refs.seen)
        gm_buf_printf(&buf, " and in %s, %zu with revisions of their own",
                      gm_str_z(arena, gm_report_count(arena, checked->refs.seen, "ref")),
                      checked->refs.open);
    gm_buf_add(&buf, gm_report_bases(arena, checked));
    if (checked->unseen.len)
        gm_buf_printf(&buf, "; %zu could not be looked at", checked->unseen.len);
    return gm_term_visible(arena, gm_buf_str(&buf), false);
}
