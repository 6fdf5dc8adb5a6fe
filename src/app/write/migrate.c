/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/migrate.h"

#include "app/write/migrate_foreign.h"
#include "app/write/new_file.h"
#include "app/write/new_revision.h"
#include "app/write/prove.h"
#include "app/project/shipped.h"
#include "app/project/view_models.h"
#include "app/write/new_version.h"
#include "db/introspect.h"

typedef struct {
    gm_rename rename;
    bool agreed;
} answer_given;

typedef struct {
    gm_project *project;
    const gm_migrate_options *options;
    GM_VEC(answer_given) answers; /* to what may be a rename */
    bool *spoken;                 /* of options->renames: one dialect or more has these names */
    gm_view view;
    gm_model_files files;
    gm_history_fingerprint history;
    gm_node *amended; /* --amend: the revision that is written again; its share is not counted */
    gm_plan base;     /* from nothing to what the new revision stands on */
    uint64_t added[GM_DIALECT_COUNT]; /* the fingerprint that the revision adds */
    bool given[GM_DIALECT_COUNT];
    bool served[GM_DIALECT_COUNT]; /* there are models for it */
    gm_migrate_result result;
} migrator;

/* ---- what it stands on ---- */

/* Takes the amended revision's own share out of the sum. */
static void discount(migrator *m)
{
    uint64_t values[GM_DIALECT_COUNT];
    bool given[GM_DIALECT_COUNT];
    if (!gm_fingerprint_parse(m->amended->revision->models, values, given))
        return;
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++)
        m->history.sum[dialect] -= values[dialect];
}

static gm_code find_amended(migrator *m, gm_err *err)
{
    gm_map shipped;
    bool all;
    if (m->view.graph->heads.len != 1) {
        gm_fail(err, GM_E_REFUSED, "--amend wants a history with one head; this has %zu",
                m->view.graph->heads.len);
        return gm_hint(err, "Merge them first: gmig merge.");
    }
    m->amended = m->view.graph->heads.items[0];
    GM_TRY(gm_shipped(m->project, &m->view, &shipped, &all, err));
    if (all || gm_map_find(&shipped, m->amended->revision->id, NULL)) {
        gm_fail_at(err, GM_E_REFUSED, m->amended->revision->path,
                   "revision %.*s is shipped: others may have applied it",
                   GM_ARG(m->amended->revision->id));
        return gm_hint(err, "Write a new revision: gmig migrate without --amend.");
    }
    return GM_OK;
}

/* Everything but the amended revision, parents first. */
static gm_code plan_base(migrator *m, gm_err *err)
{
    gm_node_set nothing = gm_node_set_new(m->project->arena, m->view.graph);
    GM_TRY(gm_plan_up(m->project->arena, m->view.graph, &nothing, GM_STR("heads"), &m->base, err));
    if (m->amended)
        m->base.steps.len--; /* the only head comes last */
    return GM_OK;
}

/* ---- one dialect ---- */

static gm_code refuse_likely(gm_arena *arena, const gm_renames *likely, gm_err *err)
{
    const gm_rename *first = &likely->items[0];
    gm_str table =
        first->table.len ? gm_str_printf(arena, "%.*s.", GM_ARG(first->table)) : GM_STR("");
    gm_fail(err, GM_E_REFUSED,
            "%s %.*s%.*s may have become %.*s%.*s, or be dropped and the other added",
            gm_object_word(first->kind), GM_ARG(table), GM_ARG(first->from), GM_ARG(table),
            GM_ARG(first->to));
    return gm_hint(
        err, "Say so with --rename %.*s%.*s=%.*s, or with --rename %.*s%.*s= that it is none.",
        GM_ARG(table), GM_ARG(first->from), GM_ARG(first->to), GM_ARG(table), GM_ARG(first->from));
}

/* "--rename users.name=": that is no rename. */
static bool is_denied(const gm_renames *renames, const gm_rename *likely)
{
    GM_EACH (const gm_rename, rename, renames)
        if (!rename->to.len && gm_str_eq(rename->from, likely->from) &&
            (!rename->table.len || gm_str_eq(rename->table, likely->table)))
            return true;
    return false;
}

/* A person is asked once, however many dialects have the same change. */
static bool is_agreed(migrator *m, const gm_rename *likely)
{
    gm_arena *arena = m->project->arena;
    GM_EACH (const answer_given, old, &m->answers)
        if (old->rename.kind == likely->kind && gm_str_eq(old->rename.table, likely->table) &&
            gm_str_eq(old->rename.from, likely->from) && gm_str_eq(old->rename.to, likely->to))
            return old->agreed;
    gm_str question =
        gm_str_printf(arena, "Is %s %.*s%s%.*s renamed to %.*s?", gm_object_word(likely->kind),
                      GM_ARG(likely->table), likely->table.len ? "." : "", GM_ARG(likely->from),
                      GM_ARG(likely->to));
    answer_given answer = {*likely, m->options->ask(m->options->data, likely, question)};
    gm_vec_push(arena, &m->answers, answer);
    return answer.agreed;
}

/* Asks about each likely rename that nobody spoke of; *again when one was agreed to. */
static gm_code settle_likely(migrator *m, const gm_diff *diff, gm_renames *renames, bool *again,
                             gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_renames likely = gm_diff_likely_renames(arena, diff);
    gm_renames open = {0};
    *again = false;
    GM_EACH (const gm_rename, rename, &likely)
        if (!is_denied(renames, rename))
            gm_vec_push(arena, &open, *rename);
    if (!open.len)
        return GM_OK;
    if (!m->options->ask)
        return refuse_likely(arena, &open, err);
    GM_EACH (const gm_rename, rename, &open) {
        gm_rename answer = *rename;
        if (is_agreed(m, rename))
            *again = true;
        else
            answer.to = GM_STR("");
        gm_vec_push(arena, renames, answer);
        if (*again)
            break; /* what else looks like a rename may be settled by it */
    }
    return GM_OK;
}

static bool speaks_of(const gm_schema *schema, gm_str name)
{
    GM_EACH (gm_object *, object, &schema->objects) {
        if (name.len && gm_schema_same_name(schema->dialect, (*object)->name, name))
            return true;
        if (gm_strs_have(&(*object)->labels, name))
            return true;
    }
    return false;
}

/* What --rename speaks of may be there in one dialect alone. */
static void add_spoken(migrator *m, const gm_schema *from, const gm_schema *to, gm_renames *renames)
{
    for (size_t i = 0; i < m->options->renames.len; i++) {
        const gm_rename *rename = &m->options->renames.items[i];
        if (!speaks_of(from, rename->from) && !speaks_of(to, rename->to))
            continue;
        m->spoken[i] = true;
        gm_vec_push(m->project->arena, renames, *rename);
    }
}

static gm_code refuse_unspoken(const migrator *m, gm_err *err)
{
    for (size_t i = 0; i < m->options->renames.len; i++) {
        const gm_rename *rename = &m->options->renames.items[i];
        if (m->spoken[i])
            continue;
        gm_fail_at(err, GM_E_USAGE, GM_STR("--rename"),
                   "there is no %.*s to be renamed, and no %.*s in the models",
                   GM_ARG(rename->from), GM_ARG(rename->to.len ? rename->to : rename->from));
        return gm_hint(err, "Write OLD=NEW with the names before and after: users=people, or "
                            "users.name=full_name.");
    }
    return GM_OK;
}

static gm_code diff_with_renames(migrator *m, const gm_models *models, const gm_schema *from,
                                 const gm_schema *to, gm_diff *diff, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_renames renames = {0};
    bool again = true;
    GM_EACH (const gm_rename, rename, &models->renames)
        gm_vec_push(arena, &renames, *rename);
    add_spoken(m, from, to, &renames);
    while (again) {
        GM_TRY(gm_schema_diff(arena, from, to, &renames, diff, err));
        GM_TRY(settle_likely(m, diff, &renames, &again, err));
    }
    return GM_OK;
}

static gm_code render_down(migrator *m, const gm_migration *made, gm_render *down, gm_str *unproved,
                           gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_renames back = gm_diff_renames_back(arena, &made->diff);
    gm_diff diff;
    gm_err failure = gm_err_new(arena);
    GM_TRY(gm_schema_diff(arena, made->diff.to, made->diff.from, &back, &diff, err));
    gm_code code = gm_db_render(arena, &diff, down, &failure);
    if (code == GM_E_REFUSED) {
        *unproved = gm_str_printf(arena, "there is no down: %.*s", GM_ARG(failure.text));
        return GM_OK;
    }
    if (code != GM_OK)
        *err = failure;
    return code;
}

static gm_code migrate_in(migrator *m, gm_scratch *scratch, const gm_models *models, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_migration made = {.dialect = models->dialect, .fingerprint = m->added[models->dialect]};
    gm_schema *from = NULL;
    gm_schema *to = NULL;
    gm_db *db = NULL;
    GM_TRY(gm_scratch_replay(scratch, &m->base, &db, err));
    GM_TRY(gm_db_introspect(arena, db, &from, err));
    GM_TRY(gm_scratch_models(m->project, scratch, models, &to, err));
    GM_TRY(diff_with_renames(m, models, from, to, &made.diff, err));
    if (!made.diff.changes.len)
        return GM_OK;
    GM_TRY(gm_db_render(arena, &made.diff, &made.up, err));
    GM_TRY(render_down(m, &made, &made.down, &made.unproved, err));
    if (!made.unproved.len)
        GM_TRY(gm_prove(m->project, scratch, &m->base, &made, err));
    gm_vec_push(arena, &m->result.dialects, made);
    return GM_OK;
}

static gm_code migrate_dialect(migrator *m, gm_dialect dialect, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_models models;
    GM_TRY(gm_models_read(m->project->arena, &m->files, dialect, &models, err));
    if (!models.files)
        return GM_OK;
    m->served[dialect] = true;
    m->added[dialect] = models.fingerprint - m->history.sum[dialect];
    m->given[dialect] = m->added[dialect] != 0;
    GM_TRY(gm_project_scratch(m->project, dialect, &scratch, err));
    return migrate_in(m, scratch, &models, err);
}

/* ---- what is written ---- */

static gm_code refuse_unproved(migrator *m, gm_err *err)
{
    GM_EACH (const gm_migration, migration, &m->result.dialects) {
        if (!migration->unproved.len || m->options->unproved)
            continue;
        gm_fail(err, GM_E_REFUSED, "the migration for %s is not proved: %.*s",
                gm_dialect_name(migration->dialect), GM_ARG(migration->unproved));
        return gm_hint(err, "--unproved writes it all the same, and says so in the file.");
    }
    return GM_OK;
}

/*
 * A section without a dialect would serve one in which nothing differs, too: that one gets an empty
 * section of its own. A dialect without models gets none, so that check asks for what is missing.
 */
static gm_str sections_of(const migrator *m)
{
    gm_arena *arena = m->project->arena;
    gm_migrations all = {0};
    GM_EACH (const gm_dialect, dialect, &m->view.config.dialects) {
        gm_migration made = {.dialect = *dialect};
        GM_EACH (const gm_migration, migration, &m->result.dialects)
            if (migration->dialect == *dialect)
                made = *migration;
        if (m->served[*dialect] && m->result.dialects.len)
            gm_vec_push(arena, &all, made);
    }
    return gm_migration_sections(arena, &all, all.len == m->view.config.dialects.len);
}

static gm_code make_draft(migrator *m, gm_revision_draft *draft, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_new_revision_options options = {
        .message = m->options->message, .head = m->options->head, .rev_id = m->options->rev_id};
    GM_TRY(gm_new_message(options.message, err));
    if (m->amended) {
        const gm_revision *old = m->amended->revision;
        *draft =
            (gm_revision_draft){.id = old->id,
                                .parents = old->parents,
                                .depends = old->depends,
                                .labels = old->labels,
                                .message = options.message.len ? options.message : old->message,
                                .time = old->time};
    } else {
        GM_TRY(gm_new_revision_draft(m->project, m->view.graph, &options, draft, err));
    }
    draft->models = gm_fingerprint_text(arena, m->added, m->given);
    draft->sections = sections_of(m);
    return GM_OK;
}

static gm_code write_new(migrator *m, gm_err *err)
{
    gm_revision_draft draft;
    gm_new_file file;
    gm_str name;
    GM_TRY(make_draft(m, &draft, err));
    GM_TRY(
        gm_revision_file_name(m->project->arena, m->view.config.file_template, &draft, &name, err));
    GM_TRY(gm_new_file_make(m->project, &m->view, &draft, name, &file, err));
    if (!m->options->dry) {
        GM_TRY(gm_new_file_write(m->project, &file, m->options->stage, err));
        gm_code code = gm_heads_file_write(m->project, m->options->stage, &m->result.heads, err);
        if (code != GM_OK) {
            gm_new_file_take_back(m->project, &file, m->options->stage);
            return code;
        }
    }
    m->result.id = draft.id;
    m->result.path = file.path;
    m->result.parents = draft.parents;
    m->result.text = file.bytes;
    return GM_OK;
}

static gm_code write_amended(migrator *m, gm_err *err)
{
    gm_revision_draft draft;
    GM_TRY(make_draft(m, &draft, err));
    m->result.id = draft.id;
    m->result.path = m->amended->revision->path;
    m->result.parents = draft.parents;
    m->result.text = m->view.format->write(m->project->arena, &draft);
    if (m->options->dry)
        return GM_OK;
    return gm_new_file_rewrite(m->project, m->result.path, m->result.text, m->options->stage, err);
}

/*
 * Nothing differs, but the fingerprints do: the newest revision that is not shipped yet says the
 * difference, since a change of the models that changes no schema belongs to whoever made it.
 */
static gm_code refresh(migrator *m, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    gm_map shipped;
    bool all;
    m->result.stale = true;
    if (m->view.graph->heads.len != 1)
        return GM_OK;
    const gm_revision *head = m->view.graph->heads.items[0]->revision;
    GM_TRY(gm_shipped(m->project, &m->view, &shipped, &all, err));
    if (all || gm_map_find(&shipped, head->id, NULL))
        return GM_OK;
    uint64_t values[GM_DIALECT_COUNT] = {0};
    bool given[GM_DIALECT_COUNT] = {0};
    if (head->models.len && !gm_fingerprint_parse(head->models, values, given))
        return GM_OK;
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
        values[dialect] += m->added[dialect];
        given[dialect] = given[dialect] || m->given[dialect];
    }
    m->result.id = head->id;
    m->result.path = head->path;
    m->result.parents = head->parents;
    m->result.refreshed = true;
    m->result.stale = false;
    m->result.text =
        gm_revision_with_models(arena, head, gm_fingerprint_text(arena, values, given));
    if (m->options->dry)
        return GM_OK;
    return gm_new_file_rewrite(m->project, head->path, m->result.text, m->options->stage, err);
}

/* ---- files of a tool that orders them by version ---- */

static gm_new_revision_options version_options(const migrator *m)
{
    return (gm_new_revision_options){.message = m->options->message,
                                     .head = m->options->head,
                                     .rev_id = m->options->rev_id,
                                     .stage = m->options->stage};
}

/* What their files have no place for. */
static gm_code check_preset(const migrator *m, gm_err *err)
{
    gm_new_revision_options options = version_options(m);
    if (!gm_preset_of(m->view.format))
        return GM_OK;
    GM_TRY(gm_new_version_allowed(&m->view, &options, err));
    if (m->view.config.dialects.len > 1) {
        gm_fail(err, GM_E_CONFIG, "files of this format have no sections for several dialects");
        return gm_hint(err, "Leave one in `dialects:` of gmig.yml.");
    }
    if (!m->options->amend)
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "--amend is for revisions of gmig's own format");
    return gm_hint(err, "Remove the newest file, and run `gmig migrate` without it.");
}

static gm_code write_version(migrator *m, gm_err *err)
{
    gm_arena *arena = m->project->arena;
    const gm_preset *preset = gm_preset_of(m->view.format);
    bool goose = preset->style == GM_SQL_GOOSE;
    const char *begin = goose ? "-- +goose StatementBegin" : "";
    const char *end = goose ? "-- +goose StatementEnd" : "";
    gm_new_revision_options options = version_options(m);
    gm_new_revision_result made = {.heads = m->result.heads};
    gm_version_sql sql = {0};
    GM_EACH (const gm_migration, one, &m->result.dialects)
        sql = (gm_version_sql){.up = gm_migration_sql(arena, one, GM_UP, begin, end),
                               .down = gm_migration_sql(arena, one, GM_DOWN, begin, end),
                               .up_off = gm_migration_outside(&one->up),
                               .down_off = gm_migration_outside(&one->down)};
    if (!m->result.dialects.len && !m->options->empty)
        return GM_OK;
    GM_TRY(gm_new_version_of(m->project, &m->view, &options, &sql, m->options->dry, &made,
                             &m->result.text, err));
    m->result.heads = made.heads;
    m->result.id = made.id;
    m->result.path = made.path;
    m->result.parents = made.parents;
    return GM_OK;
}

static gm_code write(migrator *m, gm_err *err)
{
    bool stale = false;
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++)
        stale = stale || m->given[dialect];
    GM_TRY(refuse_unproved(m, err));
    if (gm_preset_of(m->view.format))
        return write_version(m, err);
    if (m->amended)
        return write_amended(m, err);
    if (m->result.dialects.len || m->options->empty)
        return write_new(m, err);
    return stale ? refresh(m, err) : GM_OK;
}

gm_code gm_migrate(gm_project *project, const gm_migrate_options *options,
                   gm_migrate_result *result, gm_err *err)
{
    migrator m = {.project = project, .options = options};
    const gm_node *unread = NULL;
    m.spoken = gm_new_array(project->arena, options->renames.len, bool);
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(gm_view_open_sound(project, GM_STR("worktree"), &m.view, err));
    GM_TRY(gm_heads_file_allowed(project, &m.view, &m.result.heads, err));
    if (!m.view.format->sql)
        return gm_migrate_by_command(project, &m.view, options, &m.result.heads, result, err);
    GM_TRY(check_preset(&m, err));
    GM_TRY(gm_view_model_files(project, &m.view, &m.files, err));
    if (!m.files.len)
        return gm_view_no_models(project->arena, &m.view, err);
    m.history = gm_history_fingerprint_of(m.view.graph, &unread);
    if (unread) {
        gm_fail_at(err, GM_E_HISTORY, unread->revision->path,
                   "'models' wants 16 hex digits for each dialect");
        return gm_hint(err, "Take that line away; 'gmig migrate' writes it again.");
    }
    if (options->amend) {
        GM_TRY(find_amended(&m, err));
        discount(&m);
    }
    GM_TRY(plan_base(&m, err));
    GM_EACH (const gm_dialect, dialect, &m.view.config.dialects)
        GM_TRY(migrate_dialect(&m, *dialect, err));
    GM_TRY(refuse_unspoken(&m, err));
    GM_TRY(write(&m, err));
    *result = m.result;
    return GM_OK;
}
