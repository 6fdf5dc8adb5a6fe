/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

static gm_json *finding_json(const gm_finding *finding)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "rule", gm_str_from(gm_rule_id(finding->rule)));
    gm_json_set_str(object, "severity", gm_str_from(gm_severity_name(finding->severity)));
    gm_json_set_str(object, "path", finding->path);
    gm_json_set_int(object, "line", (int64_t)finding->line);
    gm_json_set_str(object, "revision", finding->revision);
    gm_json_set_str(object, "message", finding->message);
    gm_json_set_str(object, "fix", finding->fix);
    if (finding->other_path.len) {
        gm_json *other = gm_json_object();
        gm_json_set_str(other, "path", finding->other_path);
        gm_json_set_int(other, "line", (int64_t)finding->other_line);
        gm_json_set(object, "other", other);
    }
    gm_json_set_bool(object, "allowed", finding->allowed);
    if (finding->allowed)
        gm_json_set_str(object, "reason", finding->reason);
    return object;
}

static gm_json *unseen_json(const gm_unseen *unseen)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "code", gm_str_from(gm_code_name(unseen->code)));
    gm_json_set_str(object, "message", unseen->message);
    gm_json_set_str(object, "hint", unseen->hint);
    gm_json_set_str(object, "where", unseen->where);
    return object;
}

static gm_json *base_json(const gm_seen_base *base)
{
    gm_json *object = gm_json_object();
    gm_json_set(object, "name", base->name.len ? gm_json_str(base->name) : gm_json_null());
    gm_json_set(object, "commit", base->name.len ? gm_json_str(base->commit) : gm_json_null());
    gm_json_set_str(object, "why", base->why);
    gm_json_set_strs(object, "starts", &base->starts);
    gm_json_set_bool(object, "united", base->united);
    gm_json_set_int(object, "revisions", (int64_t)base->revisions);
    gm_json_set_strs(object, "heads", &base->heads);
    return object;
}

static gm_json *project_json(const gm_seen_project *project)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "folder", project->folder);
    gm_json_set_str(object, "migrations", project->migrations);
    gm_json_set_bool(object, "absent", project->absent);
    gm_json_set_int(object, "revisions", (int64_t)project->revisions);
    gm_json_set_strs(object, "heads", &project->heads);
    gm_json_set_strs(object, "dialects", &project->dialects);
    gm_json_set(object, "base", project->base.why.len ? base_json(&project->base) : gm_json_null());
    return object;
}

static gm_json *seen_json(gm_arena *arena, const gm_checked *checked)
{
    gm_json *seen = gm_json_object();
    gm_json *projects = gm_json_array();
    gm_strs dialects = {0};
    size_t revisions = 0;
    GM_EACH (const gm_seen_project, project, &checked->projects) {
        gm_json_add(projects, project_json(project));
        revisions += project->revisions;
        GM_EACH (const gm_str, dialect, &project->dialects) {
            if (!gm_strs_have(&dialects, *dialect))
                gm_vec_push(arena, &dialects, *dialect);
        }
    }
    gm_json_set_str(seen, "at", checked->at);
    gm_json_set(seen, "commit",
                checked->commit.len ? gm_json_str(checked->commit) : gm_json_null());
    gm_json_set_int(seen, "revisions", (int64_t)revisions);
    gm_json_set_strs(seen, "dialects", &dialects);
    gm_json_set(seen, "projects", projects);
    if (checked->refs.seen) {
        gm_json *refs = gm_json_object();
        gm_json_set_int(refs, "seen", (int64_t)checked->refs.seen);
        gm_json_set_int(refs, "open", (int64_t)checked->refs.open);
        gm_json_set(seen, "refs", refs);
    }
    return seen;
}

gm_json *gm_report_json(gm_arena *arena, const gm_checked *checked)
{
    gm_json *document = gm_json_object();
    gm_json *findings = gm_json_array();
    GM_EACH (const gm_finding, finding, &checked->findings)
        gm_json_add(findings, finding_json(finding));
    gm_json *unknown = gm_json_array();
    GM_EACH (const gm_unseen, unseen, &checked->unseen)
        gm_json_add(unknown, unseen_json(unseen));
    gm_json_set(document, "findings", findings);
    gm_json_set(document, "unknown", unknown);
    gm_json_set(document, "seen", seen_json(arena, checked));
    return document;
}

static gm_str write_json(gm_arena *arena, const gm_checked *checked,
                         const gm_report_options *options)
{
    (void)options;
    gm_json *document GM_CLEANUP(gm_json_drop) = gm_report_json(arena, checked);
    return gm_json_text(arena, document);
}

const gm_report gm_report_json_format = {"json", write_json};
