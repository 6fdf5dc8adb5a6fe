/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of formats whose order is that of versions in names. Two revisions of one version are a
 * problem of the graph, or a fault of the union; the rest is here.
 */
#include "check/union_rules.h"
#include "history/formats/atlas_sum.h"

static const gm_versions *versions_of(const gm_revision *revision)
{
    return revision->format ? revision->format->versions : NULL;
}

/* ---- gaps ---- */

static void gap(gm_check_run *run, const gm_revision *revision, uint64_t wanted, uint64_t found)
{
    gm_str missing = found - wanted == 1
                         ? gm_str_printf(run->arena, "%llu is", (unsigned long long)wanted)
                         : gm_str_printf(run->arena, "%llu to %llu are", (unsigned long long)wanted,
                                         (unsigned long long)found - 1);
    gm_str message =
        gm_str_printf(run->arena, "%.*s missing below %.*s, and %s wants each version",
                      GM_ARG(missing), GM_ARG(revision->id), versions_of(revision)->tool);
    gm_check_add(run,
                 gm_check_found_of(GM_RULE_GAP, revision, revision->revision_line, message,
                                   GM_STR("Bring the file back, or give this one its version.")));
}

static void gaps(gm_check_run *run)
{
    uint64_t wanted = 1;
    GM_EACH (gm_node *, node, &run->input->graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_versions *versions = versions_of(revision);
        uint64_t number;
        if (!versions || !versions->consecutive || !gm_str_u64(revision->id, &number))
            return;
        if (number > wanted)
            gap(run, revision, wanted, number);
        wanted = number + 1;
    }
}

/* ---- ids that the tool cannot record ---- */

static size_t characters(gm_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

static void long_ids(gm_check_run *run)
{
    GM_EACH (gm_node *, node, &run->input->graph->order) {
        const gm_revision *revision = (*node)->revision;
        size_t max = revision->format ? revision->format->id_max : 0;
        if (!max || characters(revision->id) <= max)
            continue;
        gm_str message = gm_str_printf(
            run->arena,
            "the id %.*s has %zu characters, and the version table of %s has room "
            "for %zu; SQLite takes it, PostgreSQL does not",
            GM_ARG(revision->id), characters(revision->id), revision->format->name, max);
        gm_check_add(
            run, gm_check_found_of(
                     GM_RULE_LONG_ID, revision, revision->revision_line, message,
                     GM_STR("Give it a shorter id while it is not shipped, or widen the column and "
                            "write `rules: {long-id: off}`.")));
    }
}

/* ---- checksums ---- */

/* "NAME h1:SUM" */
static gm_str name_of(gm_str line)
{
    size_t blank = gm_str_rfind(line, ' ');
    return blank < line.len ? gm_str_sub(line, 0, blank) : line;
}

static gm_str first_difference(gm_check_run *run, gm_str line, gm_str right)
{
    gm_str name = name_of(line);
    gm_str wanted = name_of(right);
    if (gm_str_eq(name, wanted))
        return gm_str_printf(run->arena, "the sum of %.*s is of another content", GM_ARG(name));
    if (!right.len || (line.len && gm_str_cmp(name, wanted) < 0))
        return gm_str_printf(run->arena, "there is no %.*s", GM_ARG(name));
    return gm_str_printf(run->arena, "the line of %.*s is missing", GM_ARG(wanted));
}

static void checksum_finding(gm_check_run *run, size_t line, gm_str message)
{
    gm_check_add(
        run, gm_check_found_at(
                 GM_RULE_CHECKSUM_FILE, run->input->checksum_path, line, message,
                 GM_STR("Look at what has changed; `atlas migrate hash` writes the sums anew.")));
}

static void checksums(gm_check_run *run)
{
    gm_revisions all = {0};
    gm_str line, right;
    size_t number = 1;
    GM_EACH (gm_node *, node, &run->input->graph->order)
        gm_vec_push(run->arena, &all, (*node)->revision);
    GM_EACH (const gm_revision *, revision, &run->input->graph->duplicates)
        gm_vec_push(run->arena, &all, *revision);
    if (!all.len && !run->input->has_checksum)
        return;
    gm_str made = gm_atlas_sum(run->arena, &all);
    if (!run->input->has_checksum) {
        checksum_finding(run, 0, GM_STR("the file of checksums is not there"));
        return;
    }
    gm_str old = run->input->checksum;
    bool total = gm_str_line(&old, &line);
    gm_str_line(&made, &right);
    total = total && gm_str_eq(line, right);
    for (;;) {
        line = right = GM_STR("");
        bool more = gm_str_line(&old, &line);
        more |= gm_str_line(&made, &right);
        number++;
        if (!more)
            break;
        if (gm_str_eq(line, right))
            continue;
        checksum_finding(run, number, first_difference(run, line, right));
        return;
    }
    if (!total)
        checksum_finding(run, 1, GM_STR("the sum over all files is another one"));
}

void gm_check_versions(gm_check_run *run)
{
    gaps(run);
    long_ids(run);
    if (run->input->checksum_path.len)
        checksums(run);
}

/* ---- what sorts below the base ---- */

static const gm_revision *newest_of(const gm_graph *graph)
{
    const gm_revision *newest = NULL;
    GM_EACH (gm_node *, node, &graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_versions *versions = versions_of(revision);
        if (versions && !revision->repeatable &&
            (!newest || versions->order(revision->id, newest->id) > 0))
            newest = revision;
    }
    return newest;
}

static void late(gm_check_run *run, const gm_revision *revision, const gm_revision *newest)
{
    gm_str base = run->input->united->base_name;
    const gm_versions *versions = versions_of(revision);
    gm_found found = gm_check_union_of(
        GM_RULE_OUT_OF_ORDER, revision, revision->revision_line,
        gm_str_printf(
            run->arena, "it sorts below %.*s (%.*s), which %.*s has: where that is applied, %s %s",
            GM_ARG(newest->id), GM_ARG(newest->path), GM_ARG(base), versions->tool, versions->late),
        gm_str_printf(run->arena,
                      "Run `gmig rebase %.*s` when its files are here: it gives this one a new "
                      "version.",
                      GM_ARG(base)));
    found.mild = versions->runs_late;
    found.finding.other_path = newest->path;
    found.finding.other_line = newest->revision_line;
    gm_check_add(run, found);
}

void gm_check_late(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    const gm_revision *newest = newest_of(united->base);
    if (!newest)
        return;
    GM_EACH (const gm_map_entry, entry, &united->made->items.entries) {
        const gm_union_item *item = entry->value;
        const gm_versions *versions = versions_of(item->revision);
        if (versions && item->ours && !item->base && !item->revision->repeatable &&
            item->revision->format == newest->format &&
            versions->order(item->revision->id, newest->id) < 0)
            late(run, item->revision, newest);
    }
}
