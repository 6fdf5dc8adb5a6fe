/* SPDX-License-Identifier: Apache-2.0 */
/* From sqitch's lib/App/Sqitch/Engine/pg.sql and sqlite.sql, without the comments on columns. */
#include "runner/version_sqitch_ddl.h"

#include "base/buf.h"

#define PLANNED                                                                                    \
    "committed_at $time NOT NULL DEFAULT $now, committer_name TEXT NOT NULL, committer_email "     \
    "TEXT NOT NULL, planned_at $time NOT NULL, planner_name TEXT NOT NULL, planner_email TEXT "    \
    "NOT NULL"

static const char *const tables[] = {
    "CREATE TABLE $in.releases (version $real PRIMARY KEY, installed_at $time NOT NULL DEFAULT "
    "$now, installer_name TEXT NOT NULL, installer_email TEXT NOT NULL)",

    "CREATE TABLE $in.projects (project TEXT PRIMARY KEY, uri TEXT NULL UNIQUE, created_at $time "
    "NOT NULL DEFAULT $now, creator_name TEXT NOT NULL, creator_email TEXT NOT NULL)",

    "CREATE TABLE $in.changes (change_id TEXT PRIMARY KEY, script_hash TEXT NULL, change TEXT NOT "
    "NULL, project TEXT NOT NULL REFERENCES $to.projects(project) ON UPDATE CASCADE, note TEXT NOT "
    "NULL DEFAULT '', " PLANNED ", UNIQUE(project, script_hash))",

    "CREATE TABLE $in.tags (tag_id TEXT PRIMARY KEY, tag TEXT NOT NULL, project TEXT NOT NULL "
    "REFERENCES $to.projects(project) ON UPDATE CASCADE, change_id TEXT NOT NULL REFERENCES "
    "$to.changes(change_id) ON UPDATE CASCADE, note TEXT NOT NULL DEFAULT '', " PLANNED
    ", UNIQUE(project, tag))",

    "CREATE TABLE $in.dependencies (change_id TEXT NOT NULL REFERENCES $to.changes(change_id) ON "
    "UPDATE CASCADE ON DELETE CASCADE, type TEXT NOT NULL, dependency TEXT NOT NULL, dependency_id "
    "TEXT NULL REFERENCES $to.changes(change_id) ON UPDATE CASCADE CONSTRAINT dependencies_check "
    "CHECK ((type = 'require' AND dependency_id IS NOT NULL) OR (type = 'conflict' AND "
    "dependency_id IS NULL)), PRIMARY KEY (change_id, dependency))",

    "CREATE TABLE $in.events (event TEXT NOT NULL CONSTRAINT events_event_check CHECK (event IN "
    "('deploy', 'revert', 'fail', 'merge')), change_id TEXT NOT NULL, change TEXT NOT NULL, "
    "project "
    "TEXT NOT NULL REFERENCES $to.projects(project) ON UPDATE CASCADE, note TEXT NOT NULL DEFAULT "
    "'', requires $list NOT NULL DEFAULT $none, conflicts $list NOT NULL DEFAULT $none, tags $list "
    "NOT NULL DEFAULT $none, " PLANNED ", PRIMARY KEY (change_id, committed_at))",
};

static const struct {
    const char *mark;
    const char *words[GM_DIALECT_COUNT];
} marks[] = {
    {"$time", {[GM_SQLITE] = "DATETIME", [GM_POSTGRES] = "TIMESTAMPTZ"}},
    {"$now", {[GM_SQLITE] = "CURRENT_TIMESTAMP", [GM_POSTGRES] = "clock_timestamp()"}},
    {"$real", {[GM_SQLITE] = "FLOAT", [GM_POSTGRES] = "REAL"}},
    {"$list", {[GM_SQLITE] = "TEXT", [GM_POSTGRES] = "TEXT[]"}},
    {"$none", {[GM_SQLITE] = "''", [GM_POSTGRES] = "'{}'"}},
};

/* What stands in place of the mark that `text` begins with; its length too. */
static gm_str word_at(gm_arena *arena, gm_str text, gm_dialect dialect, gm_str schema, size_t *len)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
        if (gm_str_starts(text, gm_str_from(marks[i].mark))) {
            *len = strlen(marks[i].mark);
            return gm_str_from(marks[i].words[dialect]);
        }
    /* "$in." before a new table, "$to." before one that is pointed to: SQLite's is in this file. */
    *len = strlen("$in.");
    if (dialect == GM_SQLITE && gm_str_starts(text, GM_STR("$to.")))
        return GM_STR("");
    return gm_str_printf(arena, "%.*s.", GM_ARG(schema));
}

static gm_str expand(gm_arena *arena, gm_str text, gm_dialect dialect, gm_str schema)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    while (text.len) {
        size_t len = 0;
        size_t mark = gm_str_find(text, '$', 0);
        gm_buf_add(&buf, gm_str_sub(text, 0, mark));
        text = gm_str_sub(text, mark, text.len);
        if (text.len)
            gm_buf_add(&buf, word_at(arena, text, dialect, schema, &len));
        text = gm_str_sub(text, len, text.len);
    }
    return gm_buf_str(&buf);
}

gm_strs gm_sqitch_ddl(gm_arena *arena, gm_dialect dialect, gm_str quoted_schema)
{
    gm_strs ddl = {0};
    if (dialect == GM_POSTGRES) {
        gm_vec_push(
            arena, &ddl,
            gm_str_printf(arena, "CREATE SCHEMA IF NOT EXISTS %.*s", GM_ARG(quoted_schema)));
        gm_vec_push(arena, &ddl,
                    gm_str_printf(arena,
                                  "COMMENT ON SCHEMA %.*s IS 'Sqitch database deployment metadata "
                                  "v1.1.'",
                                  GM_ARG(quoted_schema)));
    }
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        gm_vec_push(arena, &ddl, expand(arena, gm_str_from(tables[i]), dialect, quoted_schema));
    return ddl;
}

gm_str gm_sqitch_time(gm_arena *arena, gm_dialect dialect, gm_str time)
{
    return dialect == GM_POSTGRES
               ? time
               : gm_str_printf(arena, "%.*s %.*s", GM_ARG(gm_str_sub(time, 0, 10)),
                               GM_ARG(gm_str_sub(time, 11, 19)));
}

gm_str gm_sqitch_list(gm_arena *arena, gm_dialect dialect, const gm_strs *list, gm_str between)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (dialect == GM_SQLITE)
        return gm_str_join(arena, list, between);
    gm_buf_char(&buf, '{');
    for (size_t i = 0; i < list->len; i++) {
        gm_str item = list->items[i];
        gm_buf_z(&buf, i ? ",\"" : "\"");
        for (size_t j = 0; j < item.len; j++) {
            if (item.ptr[j] == '"' || item.ptr[j] == '\\')
                gm_buf_char(&buf, '\\');
            gm_buf_char(&buf, item.ptr[j]);
        }
        gm_buf_char(&buf, '"');
    }
    gm_buf_char(&buf, '}');
    return gm_buf_str(&buf);
}

#define REVERT(tags, requires, conflicts)                                                          \
    "INSERT INTO %.*s.events (event, change_id, change, project, note, tags, requires, "           \
    "conflicts, committer_name, committer_email, planned_at, planner_name, planner_email, "        \
    "committed_at) SELECT 'revert', c.change_id, c.change, c.project, c.note, " tags               \
    ", " requires ", " conflicts ", $2, $3, c.planned_at, c.planner_name, c.planner_email, @now "  \
                  "FROM %.*s.changes c WHERE c.change_id = $1 RETURNING 1"

#define TAGS "FROM %.*s.tags t WHERE t.change_id = c.change_id"
#define NEEDS(type)                                                                                \
    "FROM %.*s.dependencies d WHERE d.change_id = c.change_id AND d.type = '" type "'"

const char *gm_sqitch_revert_event(gm_dialect dialect)
{
    return dialect == GM_POSTGRES
               ? REVERT("ARRAY(SELECT tag " TAGS ")",
                        "ARRAY(SELECT dependency " NEEDS("require") ")",
                        "ARRAY(SELECT dependency " NEEDS("conflict") ")")
               : REVERT(
                     "coalesce((SELECT group_concat(tag, ',') " TAGS "), '')",
                     "coalesce((SELECT group_concat(dependency, ',') " NEEDS("require") "), '')",
                     "coalesce((SELECT group_concat(dependency, ',') " NEEDS("conflict") "), '')");
}
