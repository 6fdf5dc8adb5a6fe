/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Matching the objects of two schemas, and what differs in each pair: first by name (and stated
 * renames), then constraints and indexes that are left over by what they say.
 */

#include "schema/renames.h"

#include "base/buf.h"

typedef struct {
    gm_arena *arena;
    const gm_schema *from;
    const gm_schema *to;
    gm_renaming renaming;
    gm_map pairs;   /* key in `from` -> object in `to` */
    gm_map matched; /* key in `to` -> object in `from` */
    gm_diff diff;
} differ;

static void pair_up(differ *d, const gm_object *from, gm_object *to)
{
    gm_map_set(&d->pairs, from->key, to);
    /* A map has no const; nothing writes through it. NOLINTNEXTLINE(performance-no-int-to-ptr) */
    gm_map_set(&d->matched, to->key, (void *)(uintptr_t)from);
}

static gm_object *partner(const differ *d, const gm_object *from)
{
    return gm_map_get(&d->pairs, from->key);
}

static bool is_matched(const differ *d, const gm_object *to)
{
    return gm_map_find(&d->matched, to->key, NULL);
}

/* ---- by name ---- */

static void match_names(differ *d)
{
    for (size_t i = 0; i < d->from->objects.len; i++) {
        const gm_object *from = d->from->objects.items[i];
        gm_object *to = gm_renaming_counterpart(&d->renaming, d->to, from);
        if (to)
            pair_up(d, from, to);
    }
}

/* ---- by definition ---- */

/* Kinds that hold no data, so that it does not matter which one is which. */
static bool known_by_definition(gm_object_kind kind)
{
    return kind == GM_OBJECT_PRIMARY_KEY || kind == GM_OBJECT_UNIQUE || kind == GM_OBJECT_CHECK ||
           kind == GM_OBJECT_EXCLUSION || kind == GM_OBJECT_INDEX || kind == GM_OBJECT_FOREIGN_KEY;
}

static bool same_labels(const differ *d, const gm_object *from, const gm_object *to,
                        gm_renames *renamed)
{
    bool same = from->labels.len == to->labels.len;
    for (size_t i = 0; i < from->labels.len; i++) {
        gm_str label = from->labels.items[i];
        GM_EACH (gm_rename, each, &d->renaming.labels)
            if (gm_str_eq(each->from, label) && gm_str_eq(each->table, to->name) &&
                gm_str_eq(each->schema, to->schema)) {
                label = each->to;
                if (renamed)
                    gm_vec_push(d->arena, renamed, *each);
            }
        same = same && gm_str_eq(label, to->labels.items[i]);
    }
    return same;
}

/* The names of the properties that differ. */
static gm_strs differing(const differ *d, const gm_object *from, const gm_object *to)
{
    gm_strs names = {0};
    size_t i = 0;
    size_t j = 0;
    while (i < from->properties.len || j < to->properties.len) {
        const gm_property *a = i < from->properties.len ? &from->properties.items[i] : NULL;
        const gm_property *b = j < to->properties.len ? &to->properties.items[j] : NULL;
        int order = !a ? 1 : !b ? -1 : gm_str_cmp(a->name, b->name);
        if (order == 0 && gm_renaming_same_text(&d->renaming, from, a, b->value)) {
            i++;
            j++;
            continue;
        }
        /* Where one is missing the other is there. NOLINTNEXTLINE(clang-analyzer-*) */
        gm_vec_push(d->arena, &names, order <= 0 ? a->name : b->name);
        i += order <= 0;
        j += order >= 0;
    }
    return names;
}

typedef GM_VEC(gm_object *) bucket;

/* What can be matched by definition only has to look among its like on its own table. */
static gm_str bucket_key(gm_arena *arena, gm_object_kind kind, gm_str schema, gm_str table)
{
    return gm_str_printf(arena, "%d %.*s %.*s", (int)kind, GM_ARG(schema),
                         GM_ARG(gm_str_lower(arena, table)));
}

static void match_definitions(differ *d)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_map buckets = gm_map_new(scratch);
    for (size_t i = 0; i < d->to->objects.len; i++) {
        gm_object *to = d->to->objects.items[i];
        if (!known_by_definition(to->kind) || is_matched(d, to))
            continue;
        gm_str key = bucket_key(scratch, to->kind, to->schema, to->table);
        bucket *found = gm_map_get(&buckets, key);
        if (!found) {
            found = gm_new(scratch, bucket);
            gm_map_add(&buckets, key, found);
        }
        gm_vec_push(scratch, found, to);
    }
    for (size_t i = 0; i < d->from->objects.len; i++) {
        const gm_object *from = d->from->objects.items[i];
        if (!known_by_definition(from->kind) || partner(d, from))
            continue;
        const bucket *found =
            gm_map_get(&buckets, bucket_key(scratch, from->kind,
                                            gm_renaming_schema(&d->renaming, from->schema),
                                            gm_renaming_table(&d->renaming, from)));
        for (size_t j = 0; found && j < found->len; j++)
            if (!is_matched(d, found->items[j]) && differing(d, from, found->items[j]).len == 0) {
                pair_up(d, from, found->items[j]);
                break;
            }
    }
}

/* ---- changes ---- */

static void add_drops(differ *d)
{
    for (size_t i = 0; i < d->from->objects.len; i++) {
        const gm_object *from = d->from->objects.items[i];
        if (partner(d, from))
            continue;
        const gm_object *owner = gm_schema_owner(d->from, from);
        gm_vec_push(d->arena, &d->diff.changes,
                    (gm_change){.kind = GM_CHANGE_DROP,
                                .from = from,
                                .along = owner && !partner(d, owner)});
    }
}

static void add_alters(differ *d)
{
    for (size_t i = 0; i < d->to->objects.len; i++) {
        const gm_object *to = d->to->objects.items[i];
        const gm_object *from = gm_map_get(&d->matched, to->key);
        if (!from)
            continue;
        gm_change change = {.kind = GM_CHANGE_ALTER,
                            .from = from,
                            .to = to,
                            .renamed = !gm_schema_same_name(d->to->dialect, from->name, to->name),
                            .properties = differing(d, from, to)};
        if (!same_labels(d, from, to, &change.labels))
            gm_vec_push(d->arena, &change.properties, GM_STR("labels"));
        if (change.renamed || change.properties.len || change.labels.len)
            gm_vec_push(d->arena, &d->diff.changes, change);
    }
}

static void add_adds(differ *d)
{
    for (size_t i = 0; i < d->to->objects.len; i++) {
        const gm_object *to = d->to->objects.items[i];
        if (is_matched(d, to))
            continue;
        const gm_object *owner = gm_schema_owner(d->to, to);
        gm_vec_push(
            d->arena, &d->diff.changes,
            (gm_change){.kind = GM_CHANGE_ADD, .to = to, .along = owner && !is_matched(d, owner)});
    }
}

gm_code gm_schema_diff(gm_arena *arena, const gm_schema *from, const gm_schema *to,
                       const gm_renames *renames, gm_diff *diff, gm_err *err)
{
    differ d = {.arena = arena,
                .from = from,
                .to = to,
                .renaming = {.arena = arena,
                             .from = from,
                             .pairs = gm_map_new(arena),
                             .taken = gm_map_new(arena)},
                .pairs = gm_map_new(arena),
                .matched = gm_map_new(arena),
                .diff = {.from = from, .to = to}};
    if (renames && renames->len)
        GM_TRY(gm_renaming_resolve(&d.renaming, from, to, renames, err));
    match_names(&d);
    match_definitions(&d);
    add_drops(&d);
    add_alters(&d);
    add_adds(&d);
    *diff = d.diff;
    return GM_OK;
}

gm_diff gm_schema_compare(gm_arena *arena, const gm_schema *from, const gm_schema *to)
{
    gm_err unused = gm_err_new(arena);
    gm_diff diff = {.from = from, .to = to};
    gm_schema_diff(arena, from, to, NULL, &diff, &unused);
    return diff;
}

gm_renames gm_diff_renames_back(gm_arena *arena, const gm_diff *diff)
{
    gm_renames back = {0};
    GM_EACH (gm_change, change, &diff->changes) {
        GM_EACH (gm_rename, label, &change->labels)
            gm_vec_push(arena, &back,
                        (gm_rename){.kind = GM_OBJECT_ENUM,
                                    .schema = change->from->schema,
                                    .table = change->from->name,
                                    .label = true,
                                    .from = label->to,
                                    .to = label->from});
        if (change->renamed && change->from->name.len && change->to->name.len)
            gm_vec_push(arena, &back,
                        (gm_rename){.kind = change->to->kind,
                                    .schema = change->from->schema,
                                    .table = change->from->table,
                                    .from = change->to->name,
                                    .to = change->from->name});
    }
    return back;
}

/* ---- for people ---- */

static void add_old_name(gm_buf *buf, const gm_change *change)
{
    if (!change->renamed)
        return;
    if (change->from->name.len)
        gm_buf_printf(buf, ", was %.*s", GM_ARG(change->from->name));
    else
        gm_buf_z(buf, ", had no name");
}

gm_str gm_change_shown(gm_arena *arena, const gm_change *change)
{
    static const char *const verbs[] = {"add", "drop", "alter"};
    const gm_object *object = change->to ? change->to : change->from;
    bool only_name = change->renamed && change->properties.len + change->labels.len == 0;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&buf, "%s %.*s", only_name ? "rename" : verbs[change->kind],
                  GM_ARG(gm_object_shown(arena, object)));
    add_old_name(&buf, change);
    gm_strs parts = {0};
    for (size_t i = 0; i < change->properties.len; i++)
        gm_vec_push(arena, &parts, change->properties.items[i]);
    GM_EACH (gm_rename, label, &change->labels)
        gm_vec_push(arena, &parts,
                    gm_str_printf(arena, "label %.*s renamed to %.*s", GM_ARG(label->from),
                                  GM_ARG(label->to)));
    if (parts.len)
        gm_buf_printf(&buf, ": %.*s", GM_ARG(gm_strs_list(arena, &parts)));
    return gm_buf_str(&buf);
}
