/* SPDX-License-Identifier: Apache-2.0 */
#include "report/entries.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"
#include "base/term.h"

enum {
    ENTRIES_MAX = 5000,
    TEXT_MAX = 4000,
    PART_MAX = 1980,
    ALL_TEXT_MAX = 2 * 1024 * 1024,
    FINGERPRINT = 32
};

#define CUT_MARK " … (cut; `gmig check` shows all of it)"

/* At most `max` bytes, and no part of a character of several at the end. */
static gm_str beginning(gm_str text, size_t max)
{
    if (text.len <= max)
        return text;
    size_t end = max;
    while (end > max - 3 && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
        end--;
    return gm_str_sub(text, 0, end);
}

static gm_str shown(gm_arena *arena, gm_str text, size_t max)
{
    /* Cut first, since making millions of bytes visible only to cut them takes its time. */
    gm_str whole = gm_term_visible(arena, beginning(text, max), true);
    if (text.len <= max && whole.len <= max)
        return whole;
    return gm_str_printf(arena, "%.*s" CUT_MARK,
                         GM_ARG(beginning(whole, max - (sizeof(CUT_MARK) - 1))));
}

gm_str gm_report_shown(gm_arena *arena, gm_str text)
{
    return shown(arena, text, TEXT_MAX);
}

/* The message, and what comes below it. */
static gm_str text_of(gm_arena *arena, gm_str message, const char *before, gm_str more)
{
    if (!more.len)
        return gm_report_shown(arena, message);
    return gm_str_printf(arena, "%.*s\n%s%.*s", GM_ARG(shown(arena, message, PART_MAX)), before,
                         GM_ARG(shown(arena, more, PART_MAX)));
}

/* `same` counts those that have everything in common. */
static void mark(gm_arena *arena, gm_map *same, gm_report_entry *entry, gm_str revision)
{
    gm_str name = revision.len ? revision : gm_path_name(entry->path);
    gm_str folder = gm_path_folder(entry->path);
    gm_str key =
        gm_str_printf(arena, "%.*s\n%.*s\n%.*s", GM_ARG(entry->rule), GM_ARG(folder), GM_ARG(name));
    size_t *count = gm_map_get(same, key);
    if (!count) {
        count = gm_new(arena, size_t);
        gm_map_add(same, key, count);
    }
    entry->nth = ++*count;
    gm_str all = gm_str_printf(arena, "%.*s\n%zu", GM_ARG(key), entry->nth);
    entry->fingerprint = gm_str_sub(gm_sha256_hex(arena, all), 0, FINGERPRINT);
}

static gm_severity weight_of(const gm_finding *finding)
{
    return finding->allowed ? GM_SEVERITY_INFO : finding->severity;
}

static gm_report_entry of_finding(gm_arena *arena, const gm_finding *finding)
{
    gm_report_entry entry = {
        .finding = finding,
        .rule = gm_str_from(gm_rule_id(finding->rule)),
        .severity = weight_of(finding),
        .allowed = finding->allowed,
        .path = finding->path,
        .line = finding->path.len ? finding->line : 0,
    };
    if (finding->allowed)
        entry.text = text_of(arena, finding->message, "allowed: ", finding->reason);
    else
        entry.text = text_of(arena, finding->message, "", finding->fix);
    return entry;
}

static gm_report_entry of_unseen(gm_arena *arena, const gm_unseen *unseen, gm_severity severity)
{
    gm_str message = gm_str_printf(arena, "cannot tell: %.*s%s%.*s", GM_ARG(unseen->where),
                                   unseen->where.len ? ": " : "", GM_ARG(unseen->message));
    return (gm_report_entry){
        .rule = GM_STR("cannot-tell"),
        .severity = severity,
        .text = text_of(arena, message, "", unseen->hint),
    };
}

static void push_all(gm_arena *arena, const gm_checked *checked, const gm_report_options *options,
                     gm_report_entries *all)
{
    gm_map same = gm_map_new(arena);
    gm_vec_reserve(arena, all, checked->unseen.len + checked->findings.len);
    GM_EACH (const gm_unseen, unseen, &checked->unseen) {
        gm_report_entry entry = of_unseen(arena, unseen, options->unknown);
        mark(arena, &same, &entry, GM_STR(""));
        gm_vec_push(arena, all, entry);
    }
    GM_EACH (const gm_finding, finding, &checked->findings) {
        gm_report_entry entry = of_finding(arena, finding);
        mark(arena, &same, &entry, finding->revision);
        gm_vec_push(arena, all, entry);
    }
}

gm_report_entries gm_report_entries_of(gm_arena *arena, const gm_checked *checked,
                                       const gm_report_options *options)
{
    gm_report_entries all = {0};
    gm_report_entries sorted = {0};
    size_t bytes = 0;
    gm_severity heaviest_left = GM_SEVERITY_OFF;
    push_all(arena, checked, options, &all);
    gm_vec_reserve(arena, &sorted, all.len + 1);
    for (int severity = GM_SEVERITY_ERROR; severity >= GM_SEVERITY_OFF; severity--) {
        GM_EACH (const gm_report_entry, entry, &all) {
            if ((int)entry->severity != severity)
                continue;
            bytes += entry->text.len + entry->path.len;
            bytes += entry->finding ? entry->finding->other_path.len : 0;
            if (sorted.len < ENTRIES_MAX - 1 && bytes <= ALL_TEXT_MAX)
                gm_vec_push(arena, &sorted, *entry);
            else if (heaviest_left < entry->severity)
                heaviest_left = entry->severity;
        }
    }
    if (sorted.len < all.len) {
        gm_report_entry rest = {
            .rule = GM_STR("not-shown"),
            .severity = heaviest_left,
            .text = gm_str_printf(arena, "%zu more; `gmig check` shows all", all.len - sorted.len),
            .nth = 1,
        };
        rest.fingerprint = gm_str_sub(gm_sha256_hex(arena, rest.rule), 0, FINGERPRINT);
        gm_vec_push(arena, &sorted, rest);
    }
    return sorted;
}

gm_str gm_report_place(const gm_checked *checked, const gm_report_entry *entry)
{
    if (entry->path.len)
        return entry->path;
    if (checked->projects.len && checked->projects.items[0].migrations.len)
        return checked->projects.items[0].migrations;
    return GM_STR(".");
}

gm_str gm_report_headline(const gm_report_entry *entry)
{
    return gm_str_sub(entry->text, 0, gm_str_find(entry->text, '\n', 0));
}

void gm_report_count_all(const gm_checked *checked, const gm_report_options *options,
                         gm_report_places_by_severity places)
{
    places[options->unknown].total += checked->unseen.len;
    GM_EACH (const gm_finding, finding, &checked->findings)
        places[weight_of(finding)].total++;
}

bool gm_report_take_place(gm_report_places *places)
{
    size_t free = places->total > GM_REPORT_PLACES ? GM_REPORT_PLACES - 1 : GM_REPORT_PLACES;
    if (places->shown >= free)
        return false;
    places->shown++;
    return true;
}
