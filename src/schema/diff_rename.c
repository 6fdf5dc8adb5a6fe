/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stated renames: reading them, and finding the pair of objects that each means.
 */

#include "schema/renames.h"

#include "base/buf.h"

/* ---- OLD=NEW ---- */

/* Takes one part off `rest`, up to a dot or its end. */
static bool next_part(gm_arena *arena, gm_str *rest, gm_str *part)
{
    if (rest->len == 0)
        return false;
    if (rest->ptr[0] != '"') {
        size_t dot = gm_str_find(*rest, '.', 0);
        *part = gm_str_sub(*rest, 0, dot);
        *rest = gm_str_sub(*rest, dot, rest->len);
        return part->len > 0;
    }
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 1; i < rest->len; i++) {
        if (rest->ptr[i] == '"' && (i + 1 == rest->len || rest->ptr[i + 1] != '"')) {
            *part = gm_buf_str(&buf);
            *rest = gm_str_sub(*rest, i + 1, rest->len);
            return part->len > 0 && (rest->len == 0 || rest->ptr[0] == '.');
        }
        if (rest->ptr[i] == '"')
            i++;
        gm_buf_char(&buf, rest->ptr[i]);
    }
    return false;
}

/* "app.users.name" into at most three parts. */
static bool parts_of(gm_arena *arena, gm_str text, gm_strs *parts)
{
    gm_str rest = gm_str_trim(text);
    for (;;) {
        gm_str part;
        if (!next_part(arena, &rest, &part))
            return false;
        gm_vec_push(arena, parts, part);
        if (rest.len == 0)
            return parts->len <= 3;
        rest = gm_str_sub(rest, 1, rest.len);
    }
}

/* The `=` between the names; quotes may hide others. */
static size_t equals_sign(gm_str text)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < text.len; i++) {
        if (text.ptr[i] == '"')
            quoted = !quoted;
        else if (text.ptr[i] == '=' && !quoted)
            break;
    }
    return i;
}

gm_code gm_rename_parse(gm_arena *arena, gm_str text, gm_rename *rename, gm_err *err)
{
    size_t sign = equals_sign(text);
    gm_strs from = {0};
    gm_strs to = {0};
    gm_str new = gm_str_trim(gm_str_sub(text, sign + 1, text.len));
    if (sign == text.len || !parts_of(arena, gm_str_sub(text, 0, sign), &from) ||
        (new.len && !parts_of(arena, new, &to)) || (to.len > 1 && to.len != from.len)) {
        gm_fail(err, GM_E_USAGE, "'%.*s' is no rename", GM_ARG(text));
        return gm_hint(err, "Write OLD=NEW: users=people, or users.name=full_name.");
    }
    gm_rename made = {.kind = GM_OBJECT_KIND_COUNT,
                      .from = from.items[from.len - 1],
                      .to = to.len ? to.items[to.len - 1] : GM_STR("")};
    if (to.len > 1)
        made.table = to.items[to.len - 2];
    else if (from.len > 1)
        made.table = from.items[from.len - 2];
    if (from.len == 3)
        made.schema = from.items[0];
    *rename = made;
    return GM_OK;
}

/* ---- one schema's names in the other ---- */

gm_object *gm_renaming_of(const gm_renaming *renaming, const gm_object *from)
{
    return from ? gm_map_get(&renaming->pairs, from->key) : NULL;
}

gm_str gm_renaming_table(const gm_renaming *renaming, const gm_object *from)
{
    if (renaming->list.len == 0)
        return from->table;
    const gm_object *owner = gm_renaming_of(renaming, gm_schema_owner(renaming->from, from));
    return owner ? owner->name : from->table;
}

gm_str gm_renaming_schema(const gm_renaming *renaming, gm_str schema)
{
    if (renaming->list.len == 0 || schema.len == 0)
        return schema;
    const gm_object *now =
        gm_renaming_of(renaming, gm_schema_find(renaming->from, GM_OBJECT_SCHEMA, (gm_str){0},
                                                (gm_str){0}, schema));
    return now ? now->name : schema;
}

gm_object *gm_renaming_counterpart(const gm_renaming *renaming, const gm_schema *to,
                                   const gm_object *from)
{
    gm_object *now = gm_renaming_of(renaming, from);
    if (now || from->name.len == 0)
        return now;
    now = gm_schema_find(to, from->kind, gm_renaming_schema(renaming, from->schema),
                         gm_renaming_table(renaming, from), from->name);
    return now && gm_map_find(&renaming->taken, now->key, NULL) ? NULL : now;
}

/* ---- whom a rename means ---- */

typedef struct {
    const gm_schema *from;
    const gm_schema *to;
    gm_renaming *renaming;
    gm_err *err;
} resolver;

static bool same(const resolver *r, gm_str a, gm_str b)
{
    return gm_schema_same_name(r->from->dialect, a, b);
}

/* What the table of an object of the new schema was called before. */
static gm_str old_table(const resolver *r, const gm_object *to)
{
    const gm_object *owner = gm_schema_owner(r->to, to);
    const gm_object *was = owner ? gm_map_get(&r->renaming->taken, owner->key) : NULL;
    return was ? was->name : to->table;
}

/*
 * Does the rename speak of things in the place of `object`? A prefix may be the table, by its old
 * or its new name, or the schema of something that belongs to no table.
 */
static bool in_place(const resolver *r, const gm_rename *rename, const gm_object *object, bool old)
{
    gm_str schema = old ? gm_renaming_schema(r->renaming, object->schema) : object->schema;
    if (rename->schema.len && !same(r, rename->schema, schema) &&
        !same(r, rename->schema, object->schema))
        return false;
    if (object->table.len == 0)
        return rename->table.len == 0 ||
               (rename->kind == GM_OBJECT_KIND_COUNT &&
                (same(r, rename->table, object->schema) || same(r, rename->table, schema)));
    gm_str other = old ? gm_renaming_table(r->renaming, object) : old_table(r, object);
    return same(r, rename->table, other) || same(r, rename->table, object->table);
}

/* The object of this kind with this name in the rename's place. */
static gm_object *object_named(const resolver *r, const gm_schema *schema, const gm_rename *rename,
                               gm_object_kind kind, gm_str name)
{
    for (size_t i = 0; i < schema->objects.len; i++) {
        gm_object *object = schema->objects.items[i];
        if (object->kind == kind && object->name.len && same(r, object->name, name) &&
            in_place(r, rename, object, schema == r->from))
            return object;
    }
    return NULL;
}

static bool kind_fits(const gm_rename *rename, gm_object_kind kind)
{
    return rename->kind == GM_OBJECT_KIND_COUNT || rename->kind == kind;
}

static gm_code refuse(const resolver *r, const gm_rename *rename, const char *what,
                      const char *hint)
{
    gm_str where =
        rename->path.len ? gm_where(r->err->arena, rename->path, rename->line) : GM_STR("--rename");
    gm_fail_at(r->err, GM_E_USAGE, where, "cannot rename %.*s%s%.*s to %.*s: %s",
               GM_ARG(rename->table), rename->table.len ? "." : "", GM_ARG(rename->from),
               GM_ARG(rename->to), what);
    return gm_hint(r->err, "%s", hint);
}

/* Is the object that has `to`'s name before itself renamed away by another statement? */
static bool gives_way(const resolver *r, const gm_renames *renames, const gm_object *object)
{
    GM_EACH (gm_rename, each, renames)
        if (!each->label && kind_fits(each, object->kind) && same(r, each->from, object->name) &&
            in_place(r, each, object, true))
            return true;
    return false;
}

/* Is all of the table (or the schema) that the rename speaks of new? */
static bool place_is_new(const resolver *r, const gm_rename *rename, const gm_object *to)
{
    if (rename->path.len == 0)
        return false;
    if (r->from->objects.len == 0)
        return true;
    const gm_object *owner = gm_schema_owner(r->to, to);
    return owner && !gm_map_find(&r->from->by_key, owner->key, NULL) &&
           !gm_map_find(&r->renaming->taken, owner->key, NULL);
}

typedef struct {
    gm_object *old_from; /* has the name `from` in the old schema; the others likewise */
    gm_object *old_to;
    gm_object *new_from;
    gm_object *new_to;
} candidates;

static candidates candidates_of(const resolver *r, const gm_rename *rename, gm_object_kind kind)
{
    return (candidates){.old_from = object_named(r, r->from, rename, kind, rename->from),
                        .old_to = object_named(r, r->from, rename, kind, rename->to),
                        .new_from = object_named(r, r->to, rename, kind, rename->from),
                        .new_to = object_named(r, r->to, rename, kind, rename->to)};
}

/* Renames one object, says that nothing is to be done (*done), or leaves both for another kind. */
static void try_kind(const resolver *r, const gm_renames *renames, const gm_rename *rename,
                     gm_object_kind kind, bool *done, const char **trouble)
{
    candidates c = candidates_of(r, rename, kind);
    bool free = !c.old_to || gives_way(r, renames, c.old_to) || (!c.new_from && !rename->path.len);
    if (c.old_from && c.new_to && free) {
        gm_map_set(&r->renaming->pairs, c.old_from->key, c.new_to);
        gm_map_set(&r->renaming->taken, c.new_to->key, c.old_from);
        gm_vec_push(r->renaming->arena, &r->renaming->list,
                    (gm_renamed){.from = c.old_from, .to = c.new_to});
        *done = true;
    } else if (c.old_to && c.new_to && !c.old_from && !c.new_from) {
        *done = true;
    } else if (c.old_from && c.new_to) {
        *trouble = "both names are there already";
    } else if (c.new_to && place_is_new(r, rename, c.new_to)) {
        *done = true;
    } else if (c.old_from) {
        *trouble = "the new schema has nothing of that name";
    } else if (c.new_to) {
        *trouble = "the present schema has nothing of that name";
    }
}

/* Whatever others may belong to comes first: tables before their columns. */
static bool is_owner_kind(gm_object_kind kind)
{
    return kind == GM_OBJECT_SCHEMA || kind == GM_OBJECT_TABLE || kind == GM_OBJECT_VIEW ||
           kind == GM_OBJECT_MATERIALIZED_VIEW || kind == GM_OBJECT_ENUM ||
           kind == GM_OBJECT_DOMAIN || kind == GM_OBJECT_COMPOSITE || kind == GM_OBJECT_RANGE;
}

static void resolve_objects(const resolver *r, const gm_renames *renames, const gm_rename *rename,
                            bool owners, bool *done, const char **trouble)
{
    for (int kind = 0; kind < GM_OBJECT_KIND_COUNT && !*done; kind++)
        if (kind_fits(rename, (gm_object_kind)kind) &&
            is_owner_kind((gm_object_kind)kind) == owners)
            try_kind(r, renames, rename, (gm_object_kind)kind, done, trouble);
}

static void resolve_label(const resolver *r, const gm_rename *rename, bool *done,
                          const char **trouble)
{
    for (size_t i = 0; i < r->from->objects.len; i++) {
        const gm_object *from = r->from->objects.items[i];
        const gm_object *to = gm_renaming_counterpart(r->renaming, r->to, from);
        if (from->kind != GM_OBJECT_ENUM || !to ||
            !(same(r, from->name, rename->table) || same(r, to->name, rename->table)))
            continue;
        bool old_from = gm_strs_have(&from->labels, rename->from);
        bool old_to = gm_strs_have(&from->labels, rename->to);
        bool new_from = gm_strs_have(&to->labels, rename->from);
        bool new_to = gm_strs_have(&to->labels, rename->to);
        if (old_from && new_to && !old_to && !new_from) {
            gm_rename made = *rename;
            made.label = true;
            made.kind = GM_OBJECT_ENUM;
            made.table = to->name;
            made.schema = to->schema;
            gm_vec_push(r->renaming->arena, &r->renaming->labels, made);
            *done = true;
        } else if (old_to && new_to && !old_from && !new_from) {
            *done = true;
        } else if (old_from || old_to || new_from || new_to) {
            *trouble = "its labels do not have one name before and the other after";
        }
    }
}

gm_code gm_renaming_resolve(gm_renaming *renaming, const gm_schema *from, const gm_schema *to,
                            const gm_renames *renames, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    resolver r = {.from = from, .to = to, .renaming = renaming, .err = err};
    bool *done = gm_new_array(scratch, renames->len, bool);
    const char **trouble = gm_new_array(scratch, renames->len, const char *);
    for (size_t i = 0; i < renames->len; i++)
        done[i] = renames->items[i].to.len == 0;
    for (int owners = 1; owners >= 0; owners--)
        for (size_t i = 0; i < renames->len; i++)
            if (!done[i] && !renames->items[i].label)
                resolve_objects(&r, renames, &renames->items[i], owners == 1, &done[i],
                                &trouble[i]);
    for (size_t i = 0; i < renames->len; i++) {
        const gm_rename *rename = &renames->items[i];
        bool any = rename->label || rename->kind == GM_OBJECT_KIND_COUNT;
        if (!done[i] && any && rename->table.len)
            resolve_label(&r, rename, &done[i], &trouble[i]);
        if (!done[i])
            return refuse(&r, rename, trouble[i] ? trouble[i] : "neither schema has these names",
                          rename->path.len
                              ? "Take the statement away when the rename is done everywhere, or "
                                "correct its names."
                              : "Write OLD=NEW with the names before and after: users=people, or "
                                "users.name=full_name.");
    }
    return GM_OK;
}
