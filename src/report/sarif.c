/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), with what "SARIF support for code
 * scanning" in GitHub's documentation asks for: a location for each result, no empty strings, a
 * fingerprint. An allowed finding is a suppressed result. What could not be looked at is no result
 * but a notification of the run.
 */
#include "report/entries.h"

#include "base/buf.h"

static const char *level_of(gm_severity severity)
{
    if (severity < GM_SEVERITY_WARNING)
        return "note";
    return severity == GM_SEVERITY_ERROR ? "error" : "warning";
}

static gm_json *text_json(gm_str text)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "text", text);
    return object;
}

/* A relative reference of RFC 3986: what is not unreserved is escaped, byte by byte. */
static gm_str uri_of(gm_arena *arena, gm_str path)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        "-._~/";
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] && strchr(unreserved, path.ptr[i]))
            gm_buf_char(&buf, path.ptr[i]);
        else
            gm_buf_printf(&buf, "%%%02X", (unsigned char)path.ptr[i]);
    }
    return gm_buf_str(&buf);
}

static gm_json *rules_json(void)
{
    gm_json *rules = gm_json_array();
    for (size_t i = 0; i < GM_RULE_COUNT; i++) {
        gm_json *rule = gm_json_object();
        gm_json *configuration = gm_json_object();
        gm_str summary = gm_str_from(gm_rule_summary((gm_rule)i));
        gm_json_set_str(rule, "id", gm_str_from(gm_rule_id((gm_rule)i)));
        gm_json_set(rule, "shortDescription", text_json(summary));
        gm_json_set(rule, "fullDescription", text_json(summary));
        gm_json_set(rule, "help",
                    text_json(GM_STR("docs/rules.md of gmig has a paragraph on each rule.")));
        gm_json_set_str(configuration, "level",
                        gm_str_from(level_of(gm_rule_default_severity((gm_rule)i))));
        gm_json_set(rule, "defaultConfiguration", configuration);
        gm_json_add(rules, rule);
    }
    return rules;
}

static gm_json *driver_json(void)
{
    gm_json *tool = gm_json_object();
    gm_json *driver = gm_json_object();
    gm_json_set_str(driver, "name", GM_STR("gmig"));
    gm_json_set_str(driver, "version", GM_STR(GMIG_VERSION));
    gm_json_set(driver, "rules", rules_json());
    gm_json_set(tool, "driver", driver);
    return tool;
}

static gm_json *location_json(gm_arena *arena, gm_str path, size_t line)
{
    gm_json *location = gm_json_object();
    gm_json *physical = gm_json_object();
    gm_json *artifact = gm_json_object();
    gm_json *region = gm_json_object();
    gm_json_set_str(artifact, "uri", uri_of(arena, path));
    gm_json_set_int(region, "startLine", line ? (int64_t)line : 1);
    gm_json_set(physical, "artifactLocation", artifact);
    gm_json_set(physical, "region", region);
    gm_json_set(location, "physicalLocation", physical);
    return location;
}

static gm_json *one_location(gm_json *location)
{
    gm_json *locations = gm_json_array();
    gm_json_add(locations, location);
    return locations;
}

/* GitHub shows an alert in a pull request only where its own lines are, so the base's file is
 * related to it and no more. */
static gm_json *related_json(gm_arena *arena, const gm_finding *finding)
{
    gm_json *location = location_json(arena, finding->other_path, finding->other_line);
    gm_json_set(location, "message", text_json(GM_STR("the other side, in the base")));
    return one_location(location);
}

/* A finding does not know whether a comment or gmig.yml allows it: the weaker claim holds for both.
 */
static gm_json *suppressions_json(gm_arena *arena, const gm_finding *finding)
{
    gm_json *suppressions = gm_json_array();
    gm_json *suppression = gm_json_object();
    gm_json_set_str(suppression, "kind", GM_STR("external"));
    if (finding->reason.len)
        gm_json_set_str(suppression, "justification", gm_report_shown(arena, finding->reason));
    gm_json_add(suppressions, suppression);
    return suppressions;
}

static gm_json *result_json(gm_arena *arena, const gm_checked *checked,
                            const gm_report_entry *entry)
{
    gm_json *result = gm_json_object();
    gm_json *fingerprints = gm_json_object();
    gm_json_set_str(result, "ruleId", entry->rule);
    gm_json_set_int(result, "ruleIndex", (int64_t)entry->finding->rule);
    gm_json_set_str(result, "level", gm_str_from(level_of(entry->severity)));
    gm_json_set(result, "message", text_json(entry->text));
    gm_json_set(result, "locations",
                one_location(location_json(arena, gm_report_place(checked, entry), entry->line)));
    if (entry->finding->other_path.len)
        gm_json_set(result, "relatedLocations", related_json(arena, entry->finding));
    gm_json_set_str(fingerprints, "primaryLocationLineHash", entry->fingerprint);
    gm_json_set(result, "partialFingerprints", fingerprints);
    if (entry->allowed)
        gm_json_set(result, "suppressions", suppressions_json(arena, entry->finding));
    return result;
}

static gm_json *notification_json(const gm_report_entry *entry)
{
    gm_json *notification = gm_json_object();
    gm_json *descriptor = gm_json_object();
    gm_json_set_str(descriptor, "id", entry->rule);
    gm_json_set(notification, "descriptor", descriptor);
    gm_json_set_str(notification, "level", gm_str_from(level_of(entry->severity)));
    gm_json_set(notification, "message", text_json(entry->text));
    return notification;
}

static gm_str write_sarif(gm_arena *arena, const gm_checked *checked,
                          const gm_report_options *options)
{
    gm_json *document GM_CLEANUP(gm_json_drop) = gm_json_object();
    gm_json *runs = gm_json_array();
    gm_json *run = gm_json_object();
    gm_json *invocations = gm_json_array();
    gm_json *invocation = gm_json_object();
    gm_json *notifications = gm_json_array();
    gm_json *results = gm_json_array();
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    GM_EACH (const gm_report_entry, entry, &entries) {
        if (entry->finding)
            gm_json_add(results, result_json(arena, checked, entry));
        else
            gm_json_add(notifications, notification_json(entry));
    }
    gm_json_set_bool(invocation, "executionSuccessful", checked->unseen.len == 0);
    gm_json_set(invocation, "toolExecutionNotifications", notifications);
    gm_json_add(invocations, invocation);
    gm_json_set(run, "tool", driver_json());
    gm_json_set(run, "invocations", invocations);
    gm_json_set(run, "results", results);
    gm_json_add(runs, run);
    gm_json_set_str(document, "$schema",
                    GM_STR("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                           "sarif-schema-2.1.0.json"));
    gm_json_set_str(document, "version", GM_STR("2.1.0"));
    gm_json_set(document, "runs", runs);
    return gm_json_text(arena, document);
}

const gm_report gm_report_sarif_format = {"sarif", write_sarif};
