/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two connections' worth of rights: ours (`control`) makes roles and databases; everything else
 * connects as the scratch's own role. It is another login and not a SET ROLE, which SQL could take
 * back.
 */

#include "scratch/scratch_postgres.h"

#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "scratch/kept.h"
#include "scratch/server.h"

enum { DEADLINE_MS = 60000 };

/* Databases and roles of ours on a server that others use too. */
#define NAME_PREFIX "gmig_scratch_"
/* What is called otherwise is not ours to drop. */
#define NAME_PATTERN "^" NAME_PREFIX "[0-9]+_[0-9a-f]+(_[0-9]+)?$"

typedef struct {
    gm_db *db;
    gm_str name;
} database;

struct gm_scratch_postgres {
    gm_arena *arena;
    gm_scratch_options options;
    gm_scratch_server *server; /* that ends with us; NULL: another one */
    gm_str folder; /* of a private server, ours or a kept one; empty: scratch.postgres */
    gm_db *control;
    int version;     /* 15 */
    bool powerful;   /* control may make roles */
    gm_str mark;     /* part of all names: "gmig_scratch_PID_TIME" of our control session */
    gm_str role;     /* whom all else runs as */
    gm_str password; /* empty: none is needed */
    bool made_role;  /* it is ours to drop */
    gm_str model;    /* the database that new ones are copies of; empty: template0 */
    gm_str path;     /* search_path as scratch.setup left it; empty: the server's */
    size_t count;
    GM_VEC(database) databases;
};

/* ---- connecting ---- */

static void add_word(gm_buf *buf, bool uri, const char *name, gm_str value)
{
    if (uri) {
        bool first = gm_str_find(gm_buf_str(buf), '?', 0) == buf->len;
        gm_buf_printf(buf, "%c%s=%.*s", first ? '?' : '&', name, GM_ARG(value));
    } else {
        gm_buf_printf(buf, " %s='%.*s'", name, GM_ARG(value));
    }
}

/* The last of several values counts. All of ours are letters, digits and underscores. */
static gm_str location(const gm_scratch_postgres *s, gm_str user, gm_str password, gm_str name)
{
    gm_buf buf = gm_buf_new(s->arena, SIZE_MAX);
    bool uri = gm_str_starts(s->options.postgres, GM_STR("postgresql://")) ||
               gm_str_starts(s->options.postgres, GM_STR("postgres://"));
    if (s->folder.len)
        gm_buf_printf(&buf, "host='%.*s' port=5432 sslmode=disable", GM_ARG(s->folder));
    else
        gm_buf_add(&buf, s->options.postgres);
    if (user.len)
        add_word(&buf, uri, "user", user);
    if (password.len)
        add_word(&buf, uri, "password", password);
    if (name.len)
        add_word(&buf, uri, "dbname", name);
    return gm_buf_str(&buf);
}

static gm_code connect_as(const gm_scratch_postgres *s, gm_str user, gm_str password, gm_str name,
                          gm_db **db, gm_err *err)
{
    int64_t deadline = s->options.deadline_ms ? s->options.deadline_ms : DEADLINE_MS;
    gm_db_options options = {
        .dialect = GM_POSTGRES,
        .location = location(s, user, password, name),
        .shown = s->folder.len ? GM_STR("the private scratch server") : s->options.postgres_shown,
        .deadline_ms = deadline,
        .lock_timeout_ms = deadline,
        /* where gmig was killed meanwhile */
        .statement_timeout_ms = 2 * deadline,
    };
    return gm_db_open(s->arena, &options, db, err);
}

/* As who owns the private server, or as scratch.postgres says. */
static gm_code connect_control(const gm_scratch_postgres *s, gm_str name, gm_db **db, gm_err *err)
{
    if (!s->folder.len)
        return connect_as(s, (gm_str){0}, (gm_str){0}, name, db, err);
    return connect_as(s, GM_STR(GM_SERVER_OWNER), (gm_str){0}, name.len ? name : GM_STR("postgres"),
                      db, err);
}

/* A server that is just starting refuses for a moment. */
static gm_code connect_first(gm_scratch_postgres *s, gm_err *err)
{
    enum { PATIENCE_MS = 10000 };
    int64_t end = gm_clock_ms() + PATIENCE_MS;
    struct timespec moment = {.tv_nsec = 2000000};
    for (;;) {
        gm_err failure = gm_err_new(err->arena);
        gm_code code = connect_control(s, (gm_str){0}, &s->control, &failure);
        if (code == GM_OK)
            return GM_OK;
        if (!s->folder.len || gm_clock_ms() > end) {
            *err = failure;
            return code;
        }
        nanosleep(&moment, NULL);
    }
}

/* ---- our own words ---- */

static gm_code tell(gm_scratch_postgres *s, gm_db *db, gm_err *err, const char *format, ...)
    GM_PRINTF(4, 5);

static gm_code tell(gm_scratch_postgres *s, gm_db *db, gm_err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_str sql = gm_str_vprintf(s->arena, format, args);
    va_end(args);
    return gm_db_execute(db, sql, NULL, err);
}

static gm_code ask(gm_scratch_postgres *s, gm_db *db, const char *sql, gm_rows *rows, gm_err *err)
{
    *rows = (gm_rows){0};
    return gm_db_query(s->arena, db, sql, NULL, 0, rows, err);
}

static gm_str cell(const gm_rows *rows, size_t row, size_t column)
{
    return row < rows->rows.len ? rows->rows.items[row][column].text : (gm_str){0};
}

/* ---- the role ---- */

/* What our own session is, and may do. */
static const char whoami[] =
    "SELECT r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR EXISTS ("
    "SELECT FROM pg_catalog.pg_roles m WHERE m.rolname IN ('pg_read_server_files', "
    "'pg_write_server_files', 'pg_execute_server_program') "
    "AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')), r.rolsuper OR r.rolcreaterole, "
    "r.rolsuper OR r.rolcreatedb, r.rolname, pg_catalog.pg_backend_pid(), "
    "(SELECT pg_catalog.to_hex((extract(epoch FROM a.backend_start) * 1000)::bigint) "
    "FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()), "
    "(SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datdba = r.oid "
    "AND NOT pg_catalog.starts_with(d.datname, '" NAME_PREFIX "') LIMIT 1) "
    "FROM pg_catalog.pg_roles r WHERE r.rolname = current_user";

static gm_code make_role(gm_scratch_postgres *s, gm_err *err)
{
    s->role = s->server ? GM_STR("gmig") : s->mark;
    s->password = s->folder.len ? GM_STR("") : gm_random_hex(s->arena, 32);
    GM_TRY(tell(s, s->control, err,
                "CREATE ROLE %.*s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                "NOBYPASSRLS%s%.*s%s",
                GM_ARG(s->role), s->password.len ? " PASSWORD '" : "", GM_ARG(s->password),
                s->password.len ? "'" : ""));
    s->made_role = true;
    /* An owner is made by members only, where that is not a superuser. */
    return s->powerful && !s->folder.len
               ? tell(s, s->control, err, "GRANT %.*s TO CURRENT_USER", GM_ARG(s->role))
               : GM_OK;
}

/* Our own user serves where it can do no more than make databases, and has none that matter. */
static gm_code use_own_role(gm_scratch_postgres *s, gm_str role, gm_str owned, gm_err *err)
{
    if (owned.len) {
        gm_fail(
            err, GM_E_REFUSED,
            "the user %.*s of scratch.postgres owns the database %.*s, which replayed SQL could "
            "drop",
            GM_ARG(role), GM_ARG(owned));
        return gm_hint(err,
                       "Name a user that owns nothing: CREATE ROLE gmig_scratch LOGIN CREATEDB "
                       "PASSWORD '…'.");
    }
    s->role = (gm_str){0};
    return GM_OK;
}

/* What the rest asks is not known to older ones. */
static gm_code check_version(gm_scratch_postgres *s, gm_err *err)
{
    enum { OLDEST = 12 };
    gm_str shown = gm_db_version(s->control);
    size_t blank = gm_str_find(shown, ' ', 0);
    gm_str number = gm_str_sub(shown, blank + 1, shown.len);
    uint64_t version = 0;
    gm_str_u64(gm_str_sub(number, 0, gm_str_find(number, '.', 0)), &version);
    s->version = (int)version;
    if (version == 0 || version >= OLDEST)
        return GM_OK;
    gm_fail(err, GM_E_NO_SCRATCH, "there is no scratch database: %.*s is too old: %.*s",
            GM_ARG(gm_db_shown(s->control)), GM_ARG(shown));
    return gm_hint(err,
                   "Name a server of PostgreSQL %d or later in gmig.yml: scratch: {postgres: "
                   "URL}.",
                   OLDEST);
}

static gm_code find_role(gm_scratch_postgres *s, gm_err *err)
{
    gm_rows rows;
    GM_TRY(ask(s, s->control, whoami, &rows, err));
    gm_str user = cell(&rows, 0, 3);
    s->powerful = gm_str_is(cell(&rows, 0, 1), "t");
    s->mark = gm_str_printf(s->arena, NAME_PREFIX "%.*s_%.*s", GM_ARG(cell(&rows, 0, 4)),
                            GM_ARG(cell(&rows, 0, 5)));
    bool dangerous = gm_str_is(cell(&rows, 0, 0), "t");
    if (!gm_str_is(cell(&rows, 0, 2), "t")) {
        gm_fail(err, GM_E_REFUSED, "the user %.*s of scratch.postgres may not make databases",
                GM_ARG(user));
        return gm_hint(err, "ALTER ROLE %.*s CREATEDB;", GM_ARG(user));
    }
    if (!dangerous)
        return use_own_role(s, user, cell(&rows, 0, 6), err);
    if (s->powerful)
        return make_role(s, err);
    gm_fail(err, GM_E_REFUSED,
            "the user %.*s of scratch.postgres may do more than replayed SQL should", GM_ARG(user));
    return gm_hint(err, "Name a user that may make databases and nothing else.");
}

/* ---- what a killed gmig left behind ---- */

/* A session that made databases has its process id and its start in their names. */
static void sweep(gm_scratch_postgres *s)
{
    static const char dead[] =
        "SELECT datname, 'DATABASE' FROM pg_catalog.pg_database d "
        "WHERE datname ~ '" NAME_PATTERN "' "
        "AND pg_catalog.pg_has_role(datdba, 'MEMBER') "
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a "
        "WHERE pg_catalog.starts_with(d.datname, '" NAME_PREFIX "' || a.pid || '_' || "
        "pg_catalog.to_hex((extract(epoch FROM a.backend_start) * 1000)::bigint))) "
        "UNION ALL SELECT rolname, 'ROLE' FROM pg_catalog.pg_roles r "
        "WHERE rolname ~ '" NAME_PATTERN "' "
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a "
        "WHERE rolname = '" NAME_PREFIX "' || a.pid || '_' || "
        "pg_catalog.to_hex((extract(epoch FROM a.backend_start) * 1000)::bigint))";
    gm_rows rows;
    gm_err ignored = gm_err_new(s->arena);
    if (s->server || ask(s, s->control, dead, &rows, &ignored) != GM_OK)
        return;
    for (size_t i = 0; i < rows.rows.len; i++)
        tell(s, s->control, &ignored, "DROP %.*s IF EXISTS %.*s", GM_ARG(cell(&rows, i, 1)),
             GM_ARG(gm_db_quote_name(s->arena, cell(&rows, i, 0))));
}

/* ---- databases ---- */

static gm_code make_database(gm_scratch_postgres *s, gm_str name, gm_err *err)
{
    gm_str from = s->model.len ? s->model : GM_STR("template0");
    /* Copying files is faster than writing the copy to the log, and all here is small. */
    const char *strategy = s->version >= 15 && s->powerful ? " STRATEGY FILE_COPY" : "";
    gm_str owner = s->role.len ? s->role : GM_STR("CURRENT_USER");
    GM_TRY(tell(s, s->control, err, "CREATE DATABASE %.*s OWNER %.*s TEMPLATE %.*s%s", GM_ARG(name),
                GM_ARG(owner), GM_ARG(from), strategy));
    gm_vec_push(s->arena, &s->databases, (database){.name = name});
    GM_TRY(tell(s, s->control, err, "REVOKE ALL ON DATABASE %.*s FROM PUBLIC", GM_ARG(name)));
    if (s->path.len)
        return tell(s, s->control, err, "ALTER DATABASE %.*s SET search_path = %.*s", GM_ARG(name),
                    GM_ARG(s->path));
    return GM_OK;
}

static gm_str next_name(gm_scratch_postgres *s)
{
    return gm_str_printf(s->arena, "%.*s_%zu", GM_ARG(s->mark), s->count++);
}

static gm_code open_database(gm_scratch_postgres *s, gm_db **db, gm_err *err)
{
    gm_str name = next_name(s);
    GM_TRY(make_database(s, name, err));
    database *made = &s->databases.items[s->databases.len - 1];
    GM_TRY(connect_as(s, s->role, s->password, name, &made->db, err));
    *db = made->db;
    return GM_OK;
}

/* ---- scratch.setup ---- */

/*
 * The developer's own words, from the work tree. As the scratch's role where that may, so that what
 * it makes belongs to it; as our own user what needs more: roles, and extensions that are not
 * trusted. A role that is there from the last time is as good.
 */
static gm_code set_up(gm_scratch_postgres *s, gm_db *db, gm_db *ours,
                      const gm_sql_statement *statement, gm_err *err)
{
    gm_err refused = gm_err_new(err->arena);
    gm_code code = gm_db_execute(db, statement->text, NULL, &refused);
    if (code != GM_OK && gm_str_is(refused.sqlstate, "42501") && ours) {
        gm_err_clear(&refused);
        code = gm_db_execute(ours, statement->text, NULL, &refused);
        if (code != GM_OK && gm_str_is(refused.sqlstate, "42710"))
            code = GM_OK;
    }
    if (code == GM_OK)
        return GM_OK;
    *err = refused;
    err->where = gm_where(err->arena, s->options.setup_path, statement->line);
    return code;
}

/* What SET ROLE would give: roles of the setup that have no rights of their own. */
static gm_code grant_roles(gm_scratch_postgres *s, gm_err *err)
{
    static const char harmless[] =
        "SELECT pg_catalog.quote_ident(r.rolname) FROM pg_catalog.pg_roles r "
        "WHERE NOT (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication "
        "OR r.rolbypassrls) AND NOT pg_catalog.starts_with(r.rolname, 'pg_') "
        "AND r.rolname <> 'gmig' AND NOT pg_catalog.starts_with(r.rolname, '" NAME_PREFIX "') "
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members m "
        "WHERE m.member = r.oid)";
    gm_rows rows;
    if (!s->folder.len)
        return GM_OK;
    GM_TRY(ask(s, s->control, harmless, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        GM_TRY(tell(s, s->control, err, "GRANT %.*s TO %.*s", GM_ARG(cell(&rows, i, 0)),
                    GM_ARG(s->role)));
    return GM_OK;
}

static gm_code run_setup(gm_scratch_postgres *s, gm_db *db, gm_db *ours, gm_err *err)
{
    gm_sql_statements statements = {0};
    gm_rows rows;
    GM_TRY(gm_sql_split(s->arena, GM_POSTGRES, s->options.setup_path, 1, s->options.setup,
                        &statements, err));
    GM_EACH (gm_sql_statement, statement, &statements)
        GM_TRY(set_up(s, db, ours, statement, err));
    GM_TRY(grant_roles(s, err));
    GM_TRY(ask(s, db, "SELECT pg_catalog.current_setting('search_path')", &rows, err));
    if (!gm_str_is(cell(&rows, 0, 0), "\"$user\", public"))
        s->path = cell(&rows, 0, 0);
    return GM_OK;
}

/* The setup runs once, in the database that all others are copies of. */
static gm_code make_model(gm_scratch_postgres *s, gm_err *err)
{
    gm_db *db = NULL;
    gm_db *ours = NULL;
    if (gm_str_trim(s->options.setup).len == 0)
        return GM_OK;
    GM_TRY(open_database(s, &db, err));
    gm_str name = s->databases.items[0].name;
    gm_code code = s->powerful ? connect_control(s, name, &ours, err) : GM_OK;
    if (code == GM_OK)
        code = run_setup(s, db, ours, err);
    gm_db_close(ours);
    gm_db_close(db);
    s->databases.items[0].db = NULL;
    s->model = name;
    return code;
}

/* ---- the whole ---- */

static gm_code find_server(gm_scratch_postgres *s, gm_err *err)
{
    gm_kept kept = gm_kept_look(s->arena);
    s->folder = kept.folder;
    if (kept.running)
        return GM_OK;
    s->folder = GM_STR("");
    GM_TRY(gm_server_start(s->arena, 0, &s->server, err));
    s->folder = gm_server_folder(s->server);
    return GM_OK;
}

gm_code gm_scratch_postgres_open(gm_arena *arena, const gm_scratch_options *options,
                                 gm_scratch_postgres **opened, gm_err *err)
{
    gm_scratch_postgres *s = gm_new(arena, gm_scratch_postgres);
    s->arena = arena;
    s->options = *options;
    if (!options->postgres.len)
        GM_TRY(find_server(s, err));
    gm_code code = connect_first(s, err);
    if (code == GM_OK)
        code = check_version(s, err);
    if (code == GM_OK)
        code = find_role(s, err);
    if (code == GM_OK) {
        sweep(s);
        code = make_model(s, err);
    }
    if (code != GM_OK) {
        gm_scratch_postgres_close(s);
        return code;
    }
    *opened = s;
    return GM_OK;
}

gm_code gm_scratch_postgres_new(gm_scratch_postgres *s, gm_db **db, gm_err *err)
{
    return open_database(s, db, err);
}

static void drop_database(gm_scratch_postgres *s, gm_str name)
{
    gm_err ignored = gm_err_new(s->arena);
    tell(s, s->control, &ignored, "DROP DATABASE IF EXISTS %.*s%s", GM_ARG(name),
         s->version >= 13 ? " WITH (FORCE)" : "");
}

void gm_scratch_postgres_discard(gm_scratch_postgres *s, gm_db *db)
{
    GM_EACH (database, each, &s->databases) {
        if (each->db != db)
            continue;
        gm_db_close(db);
        each->db = NULL;
        drop_database(s, each->name);
    }
}

static void drop_all(gm_scratch_postgres *s)
{
    gm_err ignored = gm_err_new(s->arena);
    for (size_t i = s->databases.len; i-- > 0;)
        drop_database(s, s->databases.items[i].name);
    if (s->made_role)
        tell(s, s->control, &ignored, "DROP ROLE IF EXISTS %.*s", GM_ARG(s->role));
}

/* A private server goes as a whole. */
void gm_scratch_postgres_close(gm_scratch_postgres *s)
{
    if (!s)
        return;
    GM_EACH (database, each, &s->databases) {
        gm_db_close(each->db);
        each->db = NULL;
    }
    if (s->control && !s->server)
        drop_all(s);
    gm_db_close(s->control);
    s->control = NULL;
    gm_server_stop(s->server);
    s->server = NULL;
}
