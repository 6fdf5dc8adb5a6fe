/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one reader of all presets but sqitch's plan: a path says which revision a file is of, and
 * `link` joins the files of one and gives each the one before it for a parent.
 */
#include "history/formats/versioned.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/map.h"

enum { ID_MAX = 128, ID_DIGEST = 12 };

/* What stands for the lineage of those that are applied again and again. */
static const char repeatable_lineage[] = "repeatable";

/* Without an id where it is no name of the tool's: a blob of git's may come without a path. */
static gm_version_name name_of(gm_arena *arena, const gm_preset *preset, gm_str path)
{
    gm_version_name name = {0};
    return preset->parse(arena, path, &name) ? name : (gm_version_name){0};
}

bool gm_version_is_beside(const gm_format_ops *format, gm_str path)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const gm_preset *preset = gm_preset_of(format);
    if (!preset)
        return false;
    gm_version_part part = name_of(scratch, preset, path).part;
    return part == GM_PART_DOWN || part == GM_PART_OPTIONS || part == GM_PART_PLAN;
}

/* A file may be called what no id may be. */
static gm_str valid_id(gm_arena *arena, gm_str id)
{
    if (gm_revision_id_valid(id))
        return id;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    bool too_long = id.len > ID_MAX;
    for (size_t i = 0; i < id.len && buf.len + 1 + ID_DIGEST < ID_MAX; i++) {
        gm_str one = gm_str_sub(id, i, i + 1);
        gm_buf_char(&buf, gm_revision_id_valid(one) ? one.ptr[0] : '_');
    }
    /* Two that differ must not become one; and "head" is none. */
    if (too_long || gm_revision_id_valid(id) || gm_str_eq(gm_buf_str(&buf), id))
        gm_buf_printf(&buf, "-%.*s", GM_ARG(gm_str_sub(gm_sha256_hex(arena, id), 0, ID_DIGEST)));
    return gm_buf_str(&buf);
}

gm_str gm_version_id(gm_arena *arena, const gm_format_ops *format, gm_str path)
{
    const gm_preset *preset = gm_preset_of(format);
    gm_str id = preset ? name_of(arena, preset, path).id : (gm_str){0};
    return id.len ? valid_id(arena, id) : id;
}

/* "add_users" and "add-users" are words. */
static gm_str message_of(gm_arena *arena, gm_str words)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < words.len; i++)
        gm_buf_char(&buf, words.ptr[i] == '_' || words.ptr[i] == '-' ? ' ' : words.ptr[i]);
    return gm_str_trim(gm_buf_str(&buf));
}

static void place(gm_arena *arena, gm_revision *revision)
{
    const gm_preset *preset = gm_preset_of(revision->format);
    gm_version_name name = name_of(arena, preset, revision->path);
    if (name.part == GM_PART_PLAN || !name.id.len)
        return;
    revision->id = valid_id(arena, name.id);
    revision->message = message_of(arena, name.words);
    revision->repeatable = name.repeatable;
    revision->app = name.repeatable ? gm_str_from(repeatable_lineage) : (gm_str){0};
    revision->code = name.code || preset->style == GM_SQL_NONE;
    revision->time = gm_version_time(name.version);
    revision->created = revision->time ? gm_time_iso(arena, revision->time) : (gm_str){0};
    revision->revision_line = 1;
}

static gm_code read_file(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                         gm_err *err)
{
    const gm_preset *preset = gm_preset_of(revision->format);
    gm_version_name name = name_of(arena, preset, file->path);
    *revision = (gm_revision){.format = &preset->ops,
                              .path = file->path,
                              .blob = file->blob,
                              .text = file->bytes,
                              .code = name.code};
    if (name.part == GM_PART_PLAN)
        return gm_sqitch_read_plan(arena, file, revision, err);
    if (!name.id.len)
        return GM_OK;
    gm_version_sections(arena, preset, name.part, file->bytes, revision);
    revision->id = valid_id(arena, name.id);
    return GM_OK;
}

/* ---- files of one revision ---- */

typedef struct {
    const gm_revision *up;
    const gm_revision *down;
    const gm_revision *options;
} files_of;

static void take_transaction_away(gm_arena *arena, const gm_section **sections)
{
    gm_section *off = NULL;
    for (int i = 0; i < GM_DIALECT_COUNT; i++) {
        if (!sections[i])
            continue;
        if (!off) {
            off = gm_new(arena, gm_section);
            *off = *sections[i];
            off->transaction_off = true;
        }
        sections[i] = off;
    }
}

static gm_revision *join(gm_arena *arena, const files_of *files)
{
    gm_revision *made = gm_new(arena, gm_revision);
    const gm_revision *down = files->up ? files->down : NULL;
    *made = files->up ? *files->up : *files->down;
    if (down && !made->down_path.len) {
        made->down_path = down->path;
        made->down_blob = down->blob;
        memcpy(made->down, down->down, sizeof(made->down));
    }
    if (files->options && files->options->down[0]) {
        take_transaction_away(arena, made->up);
        take_transaction_away(arena, made->down);
    }
    return made;
}

/* Those of one name: two versions that are alike by mistake stay apart. */
static files_of *files_for(gm_arena *arena, gm_map *files, const gm_revision *revision,
                           const gm_version_name *name)
{
    gm_str key = gm_str_printf(arena, "%.*s %.*s", GM_ARG(revision->id), GM_ARG(name->words));
    files_of *found = gm_map_get(files, key);
    if (!found) {
        found = gm_new(arena, files_of);
        gm_map_add(files, key, found);
    }
    return found;
}

/* A down whose words are others than its up's still undoes that version. */
static void adopt_downs(gm_map *files)
{
    GM_EACH (const gm_map_entry, entry, &files->entries) {
        files_of *alone = entry->value;
        if (alone->up || !alone->down)
            continue;
        GM_EACH (const gm_map_entry, other, &files->entries) {
            files_of *with = other->value;
            if (!with->up || with->down || !gm_str_eq(with->up->id, alone->down->id))
                continue;
            with->down = alone->down;
            alone->down = NULL;
            break;
        }
    }
}

void gm_version_join(gm_arena *arena, const gm_revisions *read, gm_revisions *whole)
{
    gm_map files = gm_map_new(arena);
    bool alone = false;
    GM_EACH (const gm_revision *, revision, read) {
        gm_version_name name = name_of(arena, gm_preset_of((*revision)->format), (*revision)->path);
        files_of *of = files_for(arena, &files, *revision, &name);
        if (name.part == GM_PART_OPTIONS)
            of->options = *revision;
        else if (name.part == GM_PART_DOWN && !of->down)
            of->down = *revision;
        else if (name.part == GM_PART_DOWN || of->up)
            gm_vec_push(arena, whole, join(arena, &(files_of){.up = *revision}));
        else
            of->up = *revision;
    }
    GM_EACH (const gm_map_entry, entry, &files.entries) {
        const files_of *of = entry->value;
        alone |= of->down && !of->up;
    }
    if (alone)
        adopt_downs(&files);
    GM_EACH (const gm_map_entry, entry, &files.entries) {
        const files_of *of = entry->value;
        if (of->up || of->down)
            gm_vec_push(arena, whole, join(arena, of));
    }
}

static int by_version(const void *a, const void *b)
{
    const gm_revision *x = *(const gm_revision *const *)a;
    const gm_revision *y = *(const gm_revision *const *)b;
    int order = (int)x->repeatable - (int)y->repeatable;
    if (!order)
        order = x->format->versions->order(x->id, y->id);
    return order ? order : gm_str_cmp(x->path, y->path);
}

/* A chain of the versions, and one of what is repeatable, which depends on the last of them. */
static void link_versions(gm_arena *arena, const gm_revisions *read, gm_revisions *linked)
{
    gm_revisions whole = {0};
    const gm_revision *below = NULL;
    const gm_revision *newest = NULL;
    gm_version_join(arena, read, &whole);
    gm_sort(whole.items, whole.len, sizeof(*whole.items), by_version);
    GM_EACH (const gm_revision *, one, &whole) {
        gm_revision *made = gm_new(arena, gm_revision);
        *made = **one;
        made->parents = (gm_strs){0};
        made->depends = (gm_strs){0};
        if (made->repeatable && below && !below->repeatable) {
            newest = below;
            below = NULL;
        }
        bool again = below && gm_str_eq(below->id, made->id);
        if (again)
            made->parents = below->parents;
        else if (below)
            gm_vec_push(arena, &made->parents, below->id);
        if (made->repeatable && newest)
            gm_vec_push(arena, &made->depends, newest->id);
        below = made;
        gm_vec_push(arena, linked, made);
    }
}

/* ---- presets ---- */

#define IS_REVISION(preset)                                                                        \
    static bool is_##preset(gm_str path)                                                           \
    {                                                                                              \
        gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();                              \
        gm_version_name name = {0};                                                                \
        return gm_name_##preset(scratch, path, &name);                                             \
    }

IS_REVISION(rails)
IS_REVISION(flyway)
IS_REVISION(golang_migrate)
IS_REVISION(goose)
IS_REVISION(dbmate)
IS_REVISION(diesel)
IS_REVISION(prisma)
IS_REVISION(knex)
IS_REVISION(sqitch)
IS_REVISION(atlas)
IS_REVISION(ecto)
IS_REVISION(laravel)
IS_REVISION(typeorm)
IS_REVISION(node_pg_migrate)
IS_REVISION(sqlx)
IS_REVISION(tern)

static const char runs[] = "runs it after them";
static const char refuses[] = "refuses it";

/* What all have in common; in the order of the list in versioned.h. */
#define OPS(preset, text, has_sql, below, rules)                                                   \
    {                                                                                              \
        .name = "versioned:" text, .deep = (below), .sql = (has_sql), .from_path = true,           \
        .versions = (rules), .is_revision = is_##preset, .read = read_file, .place = place,        \
        .link = link_versions                                                                      \
    }

static const gm_versions rails = {.tool = "Rails",
                                  .order = gm_order_numbers,
                                  .late = runs,
                                  .runs_late = true,
                                  .create = "rails generate migration"};
static const gm_versions ecto = {.tool = "Ecto",
                                 .order = gm_order_numbers,
                                 .late = runs,
                                 .runs_late = true,
                                 .create = "mix ecto.gen.migration"};
static const gm_versions laravel = {.tool = "Laravel",
                                    .order = gm_str_cmp,
                                    .late = runs,
                                    .runs_late = true,
                                    .create = "php artisan make:migration"};
static const gm_versions knex = {.tool = "Knex",
                                 .order = gm_str_cmp,
                                 .late = runs,
                                 .runs_late = true,
                                 .create = "npx knex migrate:make"};
static const gm_versions typeorm = {.tool = "TypeORM",
                                    .order = gm_order_numbers,
                                    .late = runs,
                                    .runs_late = true,
                                    .create = "npx typeorm migration:create"};
static const gm_versions node_pg_migrate = {.tool = "node-pg-migrate",
                                            .order = gm_order_numbers,
                                            .late = refuses,
                                            .create = "npx node-pg-migrate create"};
static const gm_versions flyway = {.tool = "Flyway",
                                   .no_downs = true,
                                   .order = gm_order_dotted,
                                   .late = refuses,
                                   .off =
                                       "a NAME.sql.conf beside it with executeInTransaction=false"};
static const gm_versions golang_migrate = {
    .tool = "golang-migrate", .order = gm_order_numbers, .late = "skips it without a word"};
static const gm_versions goose = {.tool = "goose",
                                  .order = gm_order_numbers,
                                  .late = refuses,
                                  .off = "`-- +goose NO TRANSACTION` at its top"};
static const gm_versions dbmate = {.tool = "dbmate",
                                   .order = gm_str_cmp,
                                   .late = runs,
                                   .runs_late = true,
                                   .off = "`transaction:false` behind `-- migrate:up`"};
static const gm_versions diesel = {.tool = "diesel",
                                   .order = gm_str_cmp,
                                   .late = runs,
                                   .runs_late = true,
                                   .off =
                                       "metadata.toml beside it, with run_in_transaction = false"};
static const gm_versions prisma = {
    .tool = "Prisma", .no_downs = true, .order = gm_str_cmp, .late = runs, .runs_late = true};
static const gm_versions atlas = {.tool = "Atlas",
                                  .no_downs = true,
                                  .order = gm_str_cmp,
                                  .late = refuses,
                                  .off = "`-- atlas:txmode none` at its top"};
static const gm_versions sqlx = {.tool = "sqlx",
                                 .no_downs = true,
                                 .order = gm_order_numbers,
                                 .late = runs,
                                 .runs_late = true,
                                 .off = "`-- no-transaction` in its first line"};
static const gm_versions tern = {.tool = "tern",
                                 .order = gm_order_numbers,
                                 .late = "skips it without a word",
                                 .consecutive = true,
                                 .off = "`---- tern: disable-tx ----`"};

static const gm_preset presets[] = {
    {.ops = OPS(rails, "rails", false, true, &rails),
     .name = "rails",
     .parse = gm_name_rails,
     .folders = {"db/migrate"}},
    {.ops = OPS(flyway, "flyway", true, true, &flyway),
     .name = "flyway",
     .parse = gm_name_flyway,
     .style = GM_SQL_WHOLE,
     .off_by_statement = true,
     .folders = {"src/main/resources/db/migration", "db/migration", "migrations", "sql"},
     .first = "1",
     .up = "V%v__%s.sql",
     .in_text = true},
    {.ops = OPS(golang_migrate, "golang-migrate", true, false, &golang_migrate),
     .name = "golang-migrate",
     .parse = gm_name_golang_migrate,
     .style = GM_SQL_WHOLE,
     .off_by_statement = true,
     .folders = {"migrations", "db/migrations", "database/migrations", "db/migration"},
     .first = "00000000000000",
     .up = "%v_%s.up.sql",
     .down = "%v_%s.down.sql"},
    {.ops = OPS(goose, "goose", true, false, &goose),
     .name = "goose",
     .parse = gm_name_goose,
     .style = GM_SQL_GOOSE,
     .folders = {"migrations", "db/migrations", "sql/migrations", "database/migrations"},
     .first = "00000000000000",
     .up = "%v_%s.sql"},
    {.ops = OPS(dbmate, "dbmate", true, false, &dbmate),
     .name = "dbmate",
     .parse = gm_name_dbmate,
     .style = GM_SQL_DBMATE,
     .folders = {"db/migrations", "migrations"},
     .first = "00000000000000",
     .up = "%v_%s.sql"},
    {.ops = OPS(diesel, "diesel", true, true, &diesel),
     .name = "diesel",
     .parse = gm_name_diesel,
     .style = GM_SQL_WHOLE,
     .folders = {"migrations"},
     .first = "0000-00-00-000000",
     .up = "%v_%s/up.sql",
     .down = "%v_%s/down.sql"},
    {.ops = OPS(prisma, "prisma", true, true, &prisma),
     .name = "prisma",
     .parse = gm_name_prisma,
     .style = GM_SQL_WHOLE,
     .off_by_statement = true,
     .folders = {"prisma/migrations"},
     .first = "00000000000000",
     .up = "%v_%s/migration.sql"},
    {.ops = OPS(knex, "knex", false, false, &knex),
     .name = "knex",
     .parse = gm_name_knex,
     .folders = {"migrations", "db/migrations", "src/migrations", "database/migrations"}},
    {.ops = {.name = "versioned:sqitch",
             .deep = true,
             .sql = true,
             .is_revision = is_sqitch,
             .read = read_file,
             .place = place,
             .link = gm_sqitch_link},
     .name = "sqitch",
     .parse = gm_name_sqitch,
     .style = GM_SQL_WHOLE,
     .folders = {"", "sqitch", "db"}},
    {.ops = OPS(atlas, "atlas", true, false, &atlas),
     .name = "atlas",
     .parse = gm_name_atlas,
     .style = GM_SQL_WHOLE,
     .off = "atlas:txmode none",
     .folders = {"migrations", "db/migrations"},
     .first = "00000000000000",
     .up = "%v_%s.sql"},
    {.ops = OPS(ecto, "ecto", false, true, &ecto),
     .name = "ecto",
     .parse = gm_name_ecto,
     .folders = {"priv/repo/migrations"}},
    {.ops = OPS(laravel, "laravel", false, false, &laravel),
     .name = "laravel",
     .parse = gm_name_laravel,
     .folders = {"database/migrations"}},
    {.ops = OPS(typeorm, "typeorm", false, false, &typeorm),
     .name = "typeorm",
     .parse = gm_name_typeorm,
     .folders = {"src/migrations", "src/migration", "migrations", "migration"},
     .in_text = true},
    {.ops = OPS(node_pg_migrate, "node-pg-migrate", true, false, &node_pg_migrate),
     .name = "node-pg-migrate",
     .parse = gm_name_node_pg_migrate,
     .style = GM_SQL_NODE,
     .folders = {"migrations"}},
    {.ops = OPS(sqlx, "sqlx", true, false, &sqlx),
     .name = "sqlx",
     .parse = gm_name_sqlx,
     .style = GM_SQL_WHOLE,
     .off = "no-transaction",
     .folders = {"migrations"},
     .first = "00000000000000",
     .up = "%v_%s.sql"},
    {.ops = OPS(tern, "tern", true, false, &tern),
     .name = "tern",
     .parse = gm_name_tern,
     .style = GM_SQL_TERN,
     .folders = {"migrations", "db/migrations"},
     .first = "001",
     .up = "%v_%s.sql"},
};

enum { PRESETS = sizeof(presets) / sizeof(presets[0]) };

const gm_preset *gm_preset_find(gm_str name)
{
    for (size_t i = 0; i < PRESETS; i++)
        if (gm_str_is(name, presets[i].name))
            return &presets[i];
    return NULL;
}

const gm_preset *gm_preset_of(const gm_format_ops *format)
{
    for (size_t i = 0; i < PRESETS; i++)
        if (format == &presets[i].ops)
            return &presets[i];
    return NULL;
}

size_t gm_preset_count(void)
{
    return PRESETS;
}

const gm_preset *gm_preset_at(size_t index)
{
    return &presets[index];
}

gm_str gm_preset_names(gm_arena *arena)
{
    gm_strs names = {0};
    for (size_t i = 0; i < PRESETS; i++)
        gm_vec_push(arena, &names, gm_str_from(presets[i].name));
    return gm_strs_list(arena, &names);
}
