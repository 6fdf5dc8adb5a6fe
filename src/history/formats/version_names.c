/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each tool takes for the name of a migration. Sources are the tools' own: their patterns are
 * named where they are followed.
 */
#include "base/buf.h"
#include "history/formats/versioned.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(gm_str s)
{
    size_t count = 0;
    while (count < s.len && is_digit(s.ptr[count]))
        count++;
    return count;
}

static gm_str without_zeros(gm_str number)
{
    size_t zeros = 0;
    while (zeros + 1 < number.len && number.ptr[zeros] == '0')
        zeros++;
    return gm_str_sub(number, zeros, number.len);
}

static gm_str last_part(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash < path.len ? gm_str_sub(path, slash + 1, path.len) : path;
}

/* The folder's own name; empty for a file without one. */
static gm_str folder_part(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash < path.len ? last_part(gm_str_sub(path, 0, slash)) : GM_STR("");
}

/* Takes ".sql" off. */
static bool take_end(gm_str *s, const char *end)
{
    gm_str suffix = gm_str_from(end);
    if (!gm_str_ends(*s, suffix) || s->len == suffix.len)
        return false;
    *s = gm_str_sub(*s, 0, s->len - suffix.len);
    return true;
}

static bool take_one_end(gm_str *s, const char *const *ends)
{
    for (; *ends; ends++)
        if (take_end(s, *ends))
            return true;
    return false;
}

static const char *const scripts[] = {".js", ".ts", ".mjs", ".cjs", NULL};

static bool is_script(gm_str *stem)
{
    return !gm_str_ends(*stem, GM_STR(".d.ts")) && take_one_end(stem, scripts);
}

/* "12_words": digits, then one of `between`. */
static bool take_number(gm_str stem, const char *between, gm_version_name *name)
{
    size_t count = digits(stem);
    if (!count || count == stem.len || !strchr(between, stem.ptr[count]))
        return false;
    name->version = gm_str_sub(stem, 0, count);
    name->words = gm_str_sub(stem, count + 1, stem.len);
    name->id = without_zeros(name->version);
    return true;
}

/* ---- code ---- */

/* `[0-9]+_[_a-z0-9]*.rb` (ActiveRecord::MigrationFilenameRegexp) */
bool gm_name_rails(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    return take_end(&stem, ".rb") && take_number(stem, "_", name);
}

/* Ecto.Migrator: `{version}_{name}.exs` */
bool gm_name_ecto(gm_arena *arena, gm_str path, gm_version_name *name)
{
    static const char *const ends[] = {".exs", ".ex", NULL};
    gm_str stem = last_part(path);
    (void)arena;
    return take_one_end(&stem, ends) && take_number(stem, "_", name);
}

/* The whole stem is the identity and, as text, the order. */
static bool take_stem(gm_str stem, size_t version, gm_version_name *name)
{
    name->version = gm_str_sub(stem, 0, version);
    name->words = version < stem.len ? gm_str_sub(stem, version + 1, stem.len) : GM_STR("");
    name->id = stem;
    return true;
}

/* Illuminate\Database\Migrations\Migrator: `*_*.php`, as `2014_10_12_000000_create_users` */
bool gm_name_laravel(gm_arena *arena, gm_str path, gm_version_name *name)
{
    static const char form[] = "0000_00_00_000000_";
    gm_str stem = last_part(path);
    (void)arena;
    if (!take_end(&stem, ".php") || stem.len < sizeof(form))
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == '_' ? stem.ptr[i] != '_' : !is_digit(stem.ptr[i]))
            return false;
    return take_stem(stem, sizeof(form) - 2, name);
}

bool gm_name_knex(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    return is_script(&stem) && take_number(stem, "_-", name) &&
           take_stem(stem, name->version.len, name);
}

bool gm_name_typeorm(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    return is_script(&stem) && take_number(stem, "-_", name) &&
           take_stem(stem, name->version.len, name);
}

bool gm_name_node_pg_migrate(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    name->code = is_script(&stem);
    return (name->code || take_end(&stem, ".sql")) && take_number(stem, "_-", name) &&
           take_stem(stem, name->version.len, name);
}

/* ---- SQL ---- */

/* `^([0-9]+)_(.*)\.(down|up)\.(.*)$` (source/parse.go) */
bool gm_name_golang_migrate(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    if (!take_end(&stem, ".sql"))
        return false;
    if (take_end(&stem, ".up"))
        name->part = GM_PART_UP;
    else if (take_end(&stem, ".down"))
        name->part = GM_PART_DOWN;
    else
        return false;
    return take_number(stem, "_", name);
}

/* One file, or a pair of .up.sql and .down.sql. */
bool gm_name_sqlx(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    if (gm_name_golang_migrate(arena, path, name))
        return true;
    return take_end(&stem, ".sql") && take_number(stem, "_", name);
}

bool gm_name_goose(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    name->code = gm_str_ends(stem, GM_STR(".go"));
    if (gm_str_ends(stem, GM_STR("_test.go")) || !(name->code || gm_str_ends(stem, GM_STR(".sql"))))
        return false;
    return take_end(&stem, name->code ? ".go" : ".sql") && take_number(stem, "_", name);
}

/* `^(\d+).*\.sql$`: the version is text. */
bool gm_name_dbmate(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    size_t count = digits(stem);
    (void)arena;
    if (!count || !take_end(&stem, ".sql"))
        return false;
    name->version = gm_str_sub(stem, 0, count);
    name->words = gm_str_sub(stem, count + (count < stem.len && stem.ptr[count] == '_'), stem.len);
    name->id = name->version;
    return true;
}

/* `\A(\d+)_.+\.sql\z` */
bool gm_name_tern(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    return take_end(&stem, ".sql") && take_number(stem, "_", name) && name->words.len;
}

/* LocalFile.Version: up to the first "_"; the order is that of whole names. */
bool gm_name_atlas(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str stem = last_part(path);
    (void)arena;
    if (!take_end(&stem, ".sql") || stem.ptr[0] == '.')
        return false;
    name->version = gm_str_sub(stem, 0, gm_str_find(stem, '_', 0));
    name->words = gm_str_sub(stem, name->version.len + 1, stem.len);
    name->id = name->version;
    return name->version.len > 0;
}

/* A folder a revision: the version is what is before "_", without "-". */
bool gm_name_diesel(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str file = last_part(path);
    gm_str folder = folder_part(path);
    gm_buf id = gm_buf_new(arena, SIZE_MAX);
    if (!digits(folder))
        return false;
    if (gm_str_is(file, "up.sql"))
        name->part = GM_PART_UP;
    else if (gm_str_is(file, "down.sql"))
        name->part = GM_PART_DOWN;
    else if (gm_str_is(file, "metadata.toml"))
        name->part = GM_PART_OPTIONS;
    else
        return false;
    name->version = gm_str_sub(folder, 0, gm_str_find(folder, '_', 0));
    name->words = gm_str_sub(folder, name->version.len + 1, folder.len);
    for (size_t i = 0; i < name->version.len; i++)
        if (name->version.ptr[i] != '-')
            gm_buf_char(&id, name->version.ptr[i]);
    name->id = gm_buf_str(&id);
    return true;
}

bool gm_name_prisma(gm_arena *arena, gm_str path, gm_version_name *name)
{
    gm_str folder = folder_part(path);
    (void)arena;
    return gm_str_is(last_part(path), "migration.sql") && digits(folder) &&
           take_stem(folder, digits(folder), name);
}

/* ---- Flyway ---- */

/* "1_81_3" and "1.81.3" are one version, and so are "01" and "1", "1.0" and "1". */
static gm_str dotted(gm_arena *arena, gm_str version)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t kept = 0;
    for (size_t at = 0; at < version.len;) {
        gm_str rest = gm_str_sub(version, at, version.len);
        gm_str part = gm_str_sub(rest, 0, digits(rest));
        part = without_zeros(part);
        if (buf.len)
            gm_buf_char(&buf, '.');
        gm_buf_add(&buf, part);
        if (!gm_str_is(part, "0") || !kept)
            kept = buf.len;
        at += digits(rest) + 1;
    }
    buf.len = kept;
    return gm_buf_str(&buf);
}

static bool is_dotted(gm_str version)
{
    if (!version.len || !is_digit(version.ptr[0]) || !is_digit(version.ptr[version.len - 1]))
        return false;
    for (size_t i = 1; i < version.len; i++)
        if (!is_digit(version.ptr[i]) &&
            ((version.ptr[i] != '.' && version.ptr[i] != '_') || !is_digit(version.ptr[i - 1])))
            return false;
    return true;
}

/* V1__words.sql, its undoing U1__words.sql, R__words.sql, and a file of options beside any. */
bool gm_name_flyway(gm_arena *arena, gm_str path, gm_version_name *name)
{
    static const char *const codes[] = {".java", ".kt", ".class", ".groovy", ".scala", NULL};
    gm_str stem = last_part(path);
    if (take_end(&stem, ".sql.conf"))
        name->part = GM_PART_OPTIONS;
    else if (take_one_end(&stem, codes))
        name->code = true;
    else if (!take_end(&stem, ".sql"))
        return false;
    size_t gap = gm_str_search(stem, GM_STR("__"));
    if (gap == stem.len || !gap)
        return false;
    name->words = gm_str_sub(stem, gap + 2, stem.len);
    name->version = gm_str_sub(stem, 1, gap);
    if (stem.ptr[0] == 'R' && gap == 1) {
        name->repeatable = true;
        name->id = stem;
        return true;
    }
    if (stem.ptr[0] == 'U' && name->part == GM_PART_WHOLE)
        name->part = GM_PART_DOWN;
    else if (stem.ptr[0] != 'V')
        return false;
    if (!is_dotted(name->version))
        return false;
    name->id = dotted(arena, name->version);
    return true;
}

/* ---- order ---- */

static int by_number(gm_str a, gm_str b)
{
    gm_str x = without_zeros(a);
    gm_str y = without_zeros(b);
    if (x.len != y.len)
        return x.len < y.len ? -1 : 1;
    return gm_str_cmp(x, y);
}

int gm_order_numbers(gm_str a, gm_str b)
{
    int order = by_number(gm_str_sub(a, 0, digits(a)), gm_str_sub(b, 0, digits(b)));
    return order ? order : gm_str_cmp(a, b);
}

/* What is shorter comes first: 1.2 before 1.2.1. */
int gm_order_dotted(gm_str a, gm_str b)
{
    while (a.len && b.len) {
        size_t x = digits(a);
        size_t y = digits(b);
        int order = by_number(gm_str_sub(a, 0, x), gm_str_sub(b, 0, y));
        if (order)
            return order;
        a = gm_str_sub(a, x + 1, a.len);
        b = gm_str_sub(b, y + 1, b.len);
    }
    return a.len ? 1 : b.len ? -1 : 0;
}
