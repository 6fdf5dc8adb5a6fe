/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/branch_databases.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/move/beside.h"
#include "app/move/database.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"

enum { RECORD_MAX = 4 * 1024 * 1024, CONNECT_MS = 10000 };

/* ---- the record ---- */

static gm_str record_path(const gm_project *project)
{
    return gm_path_join(project->arena, gm_repo_common_dir(project->repo),
                        GM_STR("gmig/targets.json"));
}

static void read_one(gm_arena *arena, const gm_json *item, gm_branch_database *one)
{
    *one = (gm_branch_database){.target = gm_json_get_str(arena, item, "target"),
                                .shown = gm_json_get_str(arena, item, "url"),
                                .branch = gm_json_get_str(arena, item, "branch"),
                                .worktree = gm_json_get_str(arena, item, "worktree"),
                                .folder = gm_json_get_str(arena, item, "folder"),
                                .identity = gm_json_get_str(arena, item, "identity"),
                                .created = gm_json_get_str(arena, item, "created")};
}

gm_code gm_branch_databases(gm_project *project, gm_branch_database_list *list, gm_err *err)
{
    gm_str path, text;
    *list = (gm_branch_database_list){0};
    GM_TRY(gm_project_need_repo(project, "a database for each branch", err));
    path = record_path(project);
    if (!gm_file_exists(path))
        return GM_OK;
    GM_TRY(gm_file_read(project->arena, path, RECORD_MAX, &text, err));
    gm_json *document GM_CLEANUP(gm_json_drop) = gm_json_parse(text);
    gm_json *databases = gm_json_get(document, "databases");
    if (databases == NULL) {
        gm_fail_at(err, GM_E_IO, path, "the record of databases cannot be read");
        return gm_hint(err, "Remove the file: what it lists is then yours to drop.");
    }
    for (size_t i = 0; i < gm_json_count(databases); i++) {
        gm_branch_database one;
        read_one(project->arena, gm_json_at(databases, i), &one);
        gm_vec_push(project->arena, list, one);
    }
    return GM_OK;
}

static gm_code write_record(gm_project *project, const gm_branch_database_list *list, gm_err *err)
{
    gm_json *document GM_CLEANUP(gm_json_drop) = gm_json_object();
    gm_json *databases = gm_json_array();
    gm_str path = record_path(project);
    GM_EACH (const gm_branch_database, one, list) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "target", one->target);
        gm_json_set_str(item, "url", one->shown);
        gm_json_set_str(item, "branch", one->branch);
        gm_json_set_str(item, "worktree", one->worktree);
        gm_json_set_str(item, "folder", one->folder);
        gm_json_set_str(item, "identity", one->identity);
        gm_json_set_str(item, "created", one->created);
        gm_json_add(databases, item);
    }
    gm_json_set(document, "databases", databases);
    GM_TRY(gm_folder_make(gm_path_folder(path), err));
    return gm_file_write(path, gm_json_text(project->arena, document),
                         (gm_write_options){.replace = true}, err);
}

static void forget(gm_arena *arena, gm_branch_database_list *list, gm_str shown)
{
    gm_branch_database_list kept = {0};
    GM_EACH (const gm_branch_database, one, list)
        if (!gm_str_eq(one->shown, shown))
            gm_vec_push(arena, &kept, *one);
    *list = kept;
}

/* Waits for others that write it: each would lose what the other has written. -1: where that is not
 * possible all goes on without. */
static int lock_record(gm_project *project)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_str path = record_path(project);
    gm_str lock = gm_str_printf(project->arena, "%.*s.lock", GM_ARG(path));
    if (gm_folder_make(gm_path_folder(path), &ignored) != GM_OK)
        return -1;
    int fd = open(gm_str_z(project->arena, lock), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR)
        continue;
    return fd;
}

/* Takes `shown` off the record, and puts `one` there unless it is NULL. */
static gm_code change_record(gm_project *project, gm_str shown, const gm_branch_database *one,
                             gm_err *err)
{
    gm_branch_database_list list;
    int lock = lock_record(project);
    gm_code code = gm_branch_databases(project, &list, err);
    if (code == GM_OK) {
        forget(project->arena, &list, shown);
        if (one)
            gm_vec_push(project->arena, &list, *one);
        code = write_record(project, &list, err);
    }
    if (lock >= 0)
        close(lock);
    return code;
}

/* ---- the servers ---- */

/* A connection to the server that is none to the database: nothing copies or drops one in use. */
static gm_code open_server(gm_arena *arena, const gm_url *url, gm_db **db, gm_err *err)
{
    gm_db_options options = {
        .dialect = GM_POSTGRES,
        .location = gm_str_printf(arena, "%.*s dbname='postgres'", GM_ARG(url->conninfo)),
        .shown = url->shown,
        .connect_timeout_ms = CONNECT_MS};
    return gm_db_open(arena, &options, db, err);
}

/* The oid of the database; empty when there is none. */
static gm_code find_oid(gm_arena *arena, gm_db *server, gm_str name, gm_str *oid, gm_err *err)
{
    gm_rows rows = {0};
    gm_value parameter = {.text = name};
    GM_TRY(gm_db_query(arena, server, "SELECT oid FROM pg_database WHERE datname = $1", &parameter,
                       1, &rows, err));
    *oid = rows.rows.len ? rows.rows.items[0][0].text : GM_STR("");
    return GM_OK;
}

static gm_str inode(gm_arena *arena, gm_str path)
{
    struct stat found;
    if (stat(gm_str_z(arena, path), &found) != 0)
        return GM_STR("");
    return gm_str_printf(arena, "%llu", (unsigned long long)found.st_ino);
}

/* ---- making one ---- */

static gm_code url_of(gm_arena *arena, gm_str pattern, const gm_dev_place *place, gm_str folder,
                      gm_url *url, gm_err *err)
{
    gm_str text;
    GM_TRY(gm_dev_place_fill(arena, pattern, place, &text, err));
    return gm_url_parse(arena, text, folder, url, err);
}

/* The trunk's. A relative path starts in this worktree, or in the first one. */
static gm_code find_source(gm_project *project, gm_str pattern, gm_url *from, gm_err *err)
{
    gm_dev_place trunk;
    gm_arena *arena = project->arena;
    GM_TRY(gm_dev_place_trunk(project, &trunk, err));
    GM_TRY(url_of(arena, pattern, &trunk, project->folder, from, err));
    if (from->dialect != GM_SQLITE || gm_file_exists(from->path))
        return GM_OK;
    gm_str inside = gm_path_relative(arena, project->top, project->folder);
    gm_str folder =
        gm_str_is(inside, ".") ? trunk.worktree : gm_path_join(arena, trunk.worktree, inside);
    return url_of(arena, pattern, &trunk, folder, from, err);
}

static gm_code open_target(gm_project *project, gm_str name, const gm_url *url, bool write,
                           gm_database *open, gm_err *err)
{
    gm_target target = {.name = name, .url = *url};
    return gm_database_open(project, &target, &(gm_database_options){.write = write}, open, err);
}

/* sqitch's registry is in the database's folder, and has of its name what is behind the first dot:
 * two databases can have one, and then what is deployed in one counts in the other. */
static gm_code place_registry(gm_project *project, const gm_database *source, gm_str registry,
                              gm_err *err)
{
    gm_str from = source->ledger ? gm_beside_registry(source->ledger) : (gm_str){0};
    if (!registry.len)
        return GM_OK;
    if (gm_file_exists(registry)) {
        gm_fail_at(err, GM_E_REFUSED, registry,
                   "sqitch's registry of another database is there already, and would be this "
                   "one's, too");
        return gm_hint(err, "Put the place behind the first dot of the database's name, as in "
                            "sqlite:dev.{branch}.db: the registry's name has it then, too.");
    }
    return from.len && gm_file_exists(from) ? gm_beside_copy(project->arena, from, registry, err)
                                            : GM_OK;
}

/* What must agree with the copy at `url`. */
static gm_code copy_beside(gm_project *project, gm_str name, const gm_database *source,
                           const gm_url *from, const gm_url *url, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_database made GM_CLEANUP(gm_database_close) = {0};
    GM_TRY(open_target(project, name, url, false, &made, err));
    GM_TRY(place_registry(project, source, gm_beside_registry(made.ledger), err));
    if (!source->ledger || !source->ledger->notes)
        return GM_OK;
    const char *notes = gm_str_z(arena, source->ledger->notes->schema);
    return gm_beside_copy(arena, gm_str_printf(arena, "%.*s.%s", GM_ARG(from->path), notes),
                          gm_str_printf(arena, "%.*s.%s", GM_ARG(url->path), notes), err);
}

static gm_code make_file(gm_project *project, gm_str name, const gm_url *from, const gm_url *url,
                         bool *copied, gm_str *identity, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_database source GM_CLEANUP(gm_database_close) = {0};
    *copied = !gm_str_eq(from->path, url->path) && gm_file_exists(from->path);
    GM_TRY(gm_folder_make(gm_path_folder(url->path), err));
    if (*copied) {
        GM_TRY(open_target(project, name, from, false, &source, err));
        GM_TRY(gm_db_backup(source.db, url->path, err));
    } else {
        GM_TRY(gm_file_write(url->path, GM_STR(""), (gm_write_options){0}, err));
    }
    gm_code code = copy_beside(project, name, &source, from, url, err);
    if (code != GM_OK) {
        unlink(gm_str_z(arena, url->path));
        return code;
    }
    *identity = inode(arena, url->path);
    return GM_OK;
}

static gm_code make_on_server(gm_arena *arena, gm_db *server, const gm_url *from, const gm_url *url,
                              bool *copied, gm_str *identity, gm_err *err)
{
    gm_str source;
    GM_TRY(find_oid(arena, server, from->database, &source, err));
    *copied = source.len && !gm_str_eq(from->database, url->database);
    gm_str sql = gm_str_printf(arena, "CREATE DATABASE %.*s",
                               GM_ARG(gm_db_quote_name(arena, url->database)));
    if (*copied)
        sql = gm_str_printf(arena, "%.*s TEMPLATE %.*s", GM_ARG(sql),
                            GM_ARG(gm_db_quote_name(arena, from->database)));
    gm_code code = gm_db_execute(server, sql, NULL, err);
    if (code != GM_OK)
        return gm_hint(err,
                       "A database is copied while nobody uses it: end the connections to "
                       "%.*s, or make %.*s yourself.",
                       GM_ARG(from->database), GM_ARG(url->database));
    return find_oid(arena, server, url->database, identity, err);
}

/* `identity` stays empty where it was there already. */
static gm_code make(gm_project *project, gm_str name, const gm_url *from, const gm_url *url,
                    bool *copied, gm_str *identity, gm_err *err)
{
    gm_str there;
    gm_db *server GM_CLEANUP(gm_db_drop) = NULL;
    if (url->dialect == GM_SQLITE)
        return gm_file_exists(url->path)
                   ? GM_OK
                   : make_file(project, name, from, url, copied, identity, err);
    GM_TRY(open_server(project->arena, url, &server, err));
    GM_TRY(find_oid(project->arena, server, url->database, &there, err));
    return there.len ? GM_OK
                     : make_on_server(project->arena, server, from, url, copied, identity, err);
}

/* Is it the one that is recorded for here? GM_E_REFUSED where it is another place's. */
static gm_code check_record(const gm_branch_database_list *list, const gm_branch_database *wanted,
                            bool *known, gm_err *err)
{
    *known = false;
    GM_EACH (const gm_branch_database, one, list) {
        if (!gm_str_eq(one->shown, wanted->shown))
            continue;
        *known = true;
        if (gm_str_eq(one->branch, wanted->branch) && gm_str_eq(one->worktree, wanted->worktree))
            return GM_OK;
        gm_fail(err, GM_E_REFUSED, "%.*s is the database of %.*s%s%.*s", GM_ARG(wanted->shown),
                GM_ARG(one->branch), one->branch.len && one->worktree.len ? " in " : "",
                GM_ARG(one->worktree));
        return gm_hint(err, "Two names have become one: rename the branch or the folder, or drop "
                            "that database with `gmig target drop`.");
    }
    return GM_OK;
}

gm_code gm_branch_database_ensure(gm_project *project, const gm_target *target, gm_str *made,
                                  gm_err *err)
{
    gm_branch_database_list list;
    gm_dev_place here;
    gm_url from;
    bool known = false;
    bool copied = false;
    *made = (gm_str){0};
    if (!target->pattern.len)
        return GM_OK;
    GM_TRY(gm_branch_databases(project, &list, err));
    GM_TRY(gm_dev_place_here(project, &here, err));
    gm_branch_database one = {.target = target->name,
                              .shown = target->url.shown,
                              .branch = gm_has_branch(target->pattern) ? here.branch : GM_STR(""),
                              .worktree =
                                  gm_has_worktree(target->pattern) ? here.worktree : GM_STR(""),
                              .folder = project->folder,
                              .created = gm_time_iso(project->arena, gm_clock_now())};
    GM_TRY(check_record(&list, &one, &known, err));
    if (known && target->url.dialect != GM_SQLITE)
        return GM_OK;
    GM_TRY(find_source(project, target->pattern, &from, err));
    GM_TRY(make(project, target->name, &from, &target->url, &copied, &one.identity, err));
    if (!one.identity.len)
        return GM_OK;
    GM_TRY(change_record(project, one.shown, &one, err));
    *made = copied ? gm_str_printf(project->arena, "made %.*s, a copy of %.*s", GM_ARG(one.shown),
                                   GM_ARG(from.shown))
                   : gm_str_printf(project->arena, "made %.*s, which is empty", GM_ARG(one.shown));
    return GM_OK;
}

/* ---- dropping one ---- */

bool gm_branch_database_is_orphan(gm_project *project, const gm_branch_database *database)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit;
    gm_str ref = gm_str_printf(project->arena, "refs/heads/%.*s", GM_ARG(database->branch));
    if (database->worktree.len && !gm_file_is_folder(database->worktree))
        return true;
    return database->branch.len && !gm_str_is(database->branch, "HEAD") &&
           gm_repo_resolve(project->repo, ref, &commit, &ignored) == GM_E_UNKNOWN_REF;
}

static gm_code not_ours(const gm_branch_database *database, gm_err *err)
{
    gm_fail(err, GM_E_REFUSED, "%.*s is not the one that gmig made", GM_ARG(database->shown));
    return gm_hint(err, "It was made anew under the same name: drop it yourself.");
}

/* The URL with its secrets: only gmig.yml has them. */
static gm_code find_url(gm_project *project, const gm_branch_database *database, gm_url *url,
                        gm_err *err)
{
    gm_dev_place place = {.branch = database->branch, .worktree = database->worktree};
    GM_EACH (const gm_config_target, named, &project->config.targets) {
        gm_str pattern;
        if (!gm_str_eq(named->name, database->target))
            continue;
        GM_TRY(gm_config_expand(project->arena, named->url, &pattern, err));
        GM_TRY(url_of(project->arena, pattern, &place, database->folder, url, err));
        if (gm_str_eq(url->shown, database->shown))
            return GM_OK;
    }
    gm_fail(err, GM_E_CONFIG, "no target of gmig.yml leads to %.*s any more",
            GM_ARG(database->shown));
    return gm_hint(err, "Put back the URL of '%.*s', or drop the database yourself.",
                   GM_ARG(database->target));
}

static gm_code remove_file(gm_arena *arena, gm_str path, const char *ending, gm_err *err)
{
    gm_str whole = gm_str_printf(arena, "%.*s%s", GM_ARG(path), ending);
    if (unlink(whole.ptr) == 0 || errno == ENOENT)
        return GM_OK;
    gm_fail_at(err, GM_E_IO, whole, "it cannot be removed: %s", strerror(errno));
    return gm_hint(err, "Remove it by hand, then run the command again.");
}

static gm_code drop_file(gm_project *project, const gm_branch_database *database, const gm_url *url,
                         gm_err *err)
{
    static const char *const endings[] = {".gmig",     ".gmig-journal", ".gmig-wal",
                                          ".gmig-shm", "-wal",          "-shm",
                                          "-journal",  "-gmig-lock",    ""};
    static const char *const of_others[] = {"-journal", "-wal", "-shm", ""};
    gm_arena *arena = project->arena;
    gm_database open = {0};
    if (!gm_file_exists(url->path))
        return GM_OK;
    if (!gm_str_eq(inode(project->arena, url->path), database->identity))
        return not_ours(database, err);
    /* Not under a gmig that works on it. */
    GM_TRY(open_target(project, database->target, url, true, &open, err));
    gm_beside_list list = gm_beside_find(arena, open.ledger, url->path);
    gm_database_close(&open);
    GM_EACH (const gm_beside, one, &list)
        for (size_t i = 0; i < sizeof(of_others) / sizeof(of_others[0]); i++)
            GM_TRY(remove_file(arena, one->path, of_others[i], err));
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        GM_TRY(remove_file(arena, url->path, endings[i], err));
    return GM_OK;
}

static gm_code drop_on_server(gm_project *project, const gm_branch_database *database,
                              const gm_url *url, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_db *server GM_CLEANUP(gm_db_drop) = NULL;
    gm_str oid;
    GM_TRY(open_server(arena, url, &server, err));
    GM_TRY(find_oid(arena, server, url->database, &oid, err));
    if (!oid.len)
        return GM_OK;
    if (!gm_str_eq(oid, database->identity))
        return not_ours(database, err);
    gm_str sql =
        gm_str_printf(arena, "DROP DATABASE %.*s", GM_ARG(gm_db_quote_name(arena, url->database)));
    return gm_db_execute(server, sql, NULL, err);
}

gm_code gm_branch_database_drop(gm_project *project, const gm_branch_database *database,
                                gm_err *err)
{
    gm_url url;
    GM_TRY(find_url(project, database, &url, err));
    if (url.dialect == GM_SQLITE)
        GM_TRY(drop_file(project, database, &url, err));
    else
        GM_TRY(drop_on_server(project, database, &url, err));
    return change_record(project, database->shown, NULL, err);
}
