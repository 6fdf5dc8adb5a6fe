/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reviewdog Diagnostic Format, as proto/rdf of reviewdog describes it: a DiagnosticResult.
 */
#include "report/entries.h"

static const char *weight(gm_severity severity)
{
    if (severity < GM_SEVERITY_WARNING)
        return "INFO";
    return severity == GM_SEVERITY_ERROR ? "ERROR" : "WARNING";
}

static gm_json *location_of(gm_str path, size_t line)
{
    gm_json *location = gm_json_object();
    gm_json_set_str(location, "path", path);
    if (line) {
        gm_json *range = gm_json_object();
        gm_json *start = gm_json_object();
        gm_json_set_int(start, "line", (int64_t)line);
        gm_json_set(range, "start", start);
        gm_json_set(location, "range", range);
    }
    return location;
}

static gm_json *related(const gm_finding *finding)
{
    gm_json *locations = gm_json_array();
    gm_json *one = gm_json_object();
    gm_json_set_str(one, "message", GM_STR("the other side, in the base"));
    gm_json_set(one, "location", location_of(finding->other_path, finding->other_line));
    gm_json_add(locations, one);
    return locations;
}

static gm_json *diagnostic(const gm_report_entry *entry)
{
    gm_json *object = gm_json_object();
    gm_json *code = gm_json_object();
    gm_json_set_str(object, "message", entry->text);
    if (entry->path.len)
        gm_json_set(object, "location", location_of(entry->path, entry->line));
    if (entry->finding && entry->finding->other_path.len)
        gm_json_set(object, "related_locations", related(entry->finding));
    gm_json_set_str(object, "severity", gm_str_from(weight(entry->severity)));
    gm_json_set_str(code, "value", entry->rule);
    gm_json_set(object, "code", code);
    return object;
}

static gm_str write_rdjson(gm_arena *arena, const gm_checked *checked,
                           const gm_report_options *options)
{
    gm_json *document GM_CLEANUP(gm_json_drop) = gm_json_object();
    gm_json *source = gm_json_object();
    gm_json *diagnostics = gm_json_array();
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    gm_json_set_str(source, "name", GM_STR("gmig"));
    gm_json_set(document, "source", source);
    GM_EACH (const gm_report_entry, entry, &entries)
        gm_json_add(diagnostics, diagnostic(entry));
    gm_json_set(document, "diagnostics", diagnostics);
    return gm_json_text(arena, document);
}

const gm_report gm_report_rdjson_format = {"rdjson", write_rdjson};
