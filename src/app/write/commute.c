/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where two orders end differently, the pair that is to blame is found by running, not by reading:
 * one order becomes the other by exchanging neighbours, each time two revisions that no edge holds
 * in place; halving finds one exchange before which all is as in the first order, and after which
 * it is not. Of that pair the fewest first statements are then found, by halving too, that show it.
 */
#include "app/write/commute.h"

#include "app/write/commute_orders.h"
#include "db/introspect.h"
#include "runner/words.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    gm_dialect dialect;
    gm_scratch *scratch;
    gm_plan common; /* what all heads have */
    gm_proof *proof;
} prover;

/* How a run ended. */
typedef struct {
    size_t failed; /* the place of what failed; the length of the order: nothing did */
    size_t unit;   /* its id */
    gm_err failure;
    const gm_schema *schema; /* when nothing failed */
} ending;

/* A run that has been made. */
typedef struct {
    gm_units order;
    ending end;
} trial;

static bool same_ending(const prover *p, const trial *a, const trial *b)
{
    bool a_failed = a->end.failed < a->order.len;
    bool b_failed = b->end.failed < b->order.len;
    if (a_failed || b_failed)
        return a_failed && b_failed && a->end.unit == b->end.unit;
    return gm_schema_compare(p->arena, a->end.schema, b->end.schema).changes.len == 0;
}

/* ---- running ---- */

static bool is_answer(gm_code code)
{
    return code == GM_E_SQL || code == GM_E_HISTORY || code == GM_E_REFUSED;
}

static gm_code run_unit(const prover *p, gm_db *db, const gm_unit *unit, gm_err *err)
{
    const gm_revision *revision = unit->node->revision;
    if (unit->statements)
        return gm_scratch_run(db, revision->path, unit->statements,
                              revision->up[p->dialect]->transaction_off, true, err);
    gm_step step = {.node = unit->node, .direction = GM_UP};
    return gm_scratch_step(p->scratch, db, &step, err);
}

/* The first `count` of an order, and what the database has then. */
static gm_code run_some(const prover *p, const gm_units *order, size_t count, ending *end,
                        gm_err *err)
{
    gm_db *db = NULL;
    gm_schema *schema = NULL;
    gm_code code = GM_OK;
    size_t done = 0;
    gm_err failure = gm_err_new(p->arena);
    GM_TRY(gm_scratch_replay(p->scratch, &p->common, &db, err));
    while (done < count && code == GM_OK) {
        code = run_unit(p, db, &order->items[done], &failure);
        done += code == GM_OK;
    }
    if (code == GM_OK)
        code = gm_db_introspect(p->arena, db, &schema, &failure);
    gm_scratch_discard(p->scratch, db);
    if (code != GM_OK && (done == count || !is_answer(code))) {
        *err = failure;
        return code;
    }
    *end = (ending){.failed = code == GM_OK ? order->len : done,
                    .unit = code == GM_OK ? 0 : order->items[done].id,
                    .failure = failure,
                    .schema = schema};
    return GM_OK;
}

static gm_code run(const prover *p, trial *made, gm_err *err)
{
    return run_some(p, &made->order, made->order.len, &made->end, err);
}

/* ---- who is to blame ---- */

/* Two trials that end differently and differ in one exchange: of what stands at `place`. */
typedef struct {
    trial before;
    trial after;
    size_t place;
} exchange;

static gm_code find_exchange(const prover *p, const trial *from, const trial *to, exchange *found,
                             gm_err *err)
{
    size_t low = 0;
    size_t high = gm_units_exchanges(p->arena, &from->order, &to->order);
    exchange made = {.before = *from, .after = *to};
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        gm_units order =
            gm_units_exchanged(p->arena, &from->order, &to->order, middle, &made.place);
        trial between = {.order = order};
        GM_TRY(run(p, &between, err));
        bool same = same_ending(p, from, &between);
        *(same ? &made.before : &made.after) = between;
        *(same ? &low : &high) = middle;
    }
    made.after.order = gm_units_exchanged(p->arena, &from->order, &to->order, high, &made.place);
    *found = made;
    return GM_OK;
}

/* ---- which of its statements ---- */

/* Two revisions that stand side by side, statement by statement. */
typedef struct {
    gm_units before; /* what runs before them */
    gm_unit first;
    gm_unit second;
    gm_sql_statements of_first;
    gm_sql_statements of_second;
    bool fails; /* the second fails behind the first; else their order matters in another way */
} pair;

static gm_unit beginning(const prover *p, const gm_unit *whole, const gm_sql_statements *statements,
                         size_t count)
{
    gm_sql_statements *part = gm_new(p->arena, gm_sql_statements);
    gm_unit unit = *whole;
    *part = *statements;
    part->len = count;
    unit.statements = part;
    return unit;
}

static gm_units with_two(const prover *p, const gm_units *before, gm_unit one, gm_unit other)
{
    gm_units order = {0};
    GM_EACH (const gm_unit, unit, before)
        gm_vec_push(p->arena, &order, *unit);
    gm_vec_push(p->arena, &order, one);
    gm_vec_push(p->arena, &order, other);
    return order;
}

/* Does it show with so many first statements of each? */
static gm_code shows(const prover *p, const pair *two, size_t of_first, size_t of_second,
                     bool *answer, gm_err *err)
{
    gm_unit first = beginning(p, &two->first, &two->of_first, of_first);
    gm_unit second = beginning(p, &two->second, &two->of_second, of_second);
    trial one = {.order = with_two(p, &two->before, first, second)};
    trial other = {.order = with_two(p, &two->before, second, first)};
    GM_TRY(run(p, &one, err));
    *answer = one.end.failed == two->before.len + 1;
    if (two->fails)
        return GM_OK;
    GM_TRY(run(p, &other, err));
    *answer = !same_ending(p, &one, &other);
    return GM_OK;
}

/* It shows with all statements, and cannot with none of one side. */
static gm_code shorten(const prover *p, pair *two, gm_err *err)
{
    gm_sql_statements *const sides[] = {&two->of_second, &two->of_first};
    for (size_t i = 0; i < 2; i++) {
        size_t low = 0;
        size_t high = sides[i]->len;
        while (high - low > 1) {
            bool answer;
            size_t middle = low + (high - low) / 2;
            GM_TRY(shows(p, two, i == 0 ? two->of_first.len : middle,
                         i == 0 ? middle : two->of_second.len, &answer, err));
            *(answer ? &high : &low) = middle;
        }
        sides[i]->len = high;
    }
    return GM_OK;
}

static gm_code split(const prover *p, const gm_unit *unit, gm_sql_statements *statements,
                     gm_err *err)
{
    const gm_revision *revision = unit->node->revision;
    const gm_section *up = revision->up[p->dialect];
    return gm_sql_split(p->arena, p->dialect, revision->path, up->line, up->sql, statements, err);
}

/* ---- telling ---- */

static void add_changes(const prover *p, const gm_schema *from, const gm_schema *to, gm_strs *lines)
{
    gm_diff diff = gm_schema_compare(p->arena, from, to);
    GM_EACH (const gm_change, change, &diff.changes)
        if (!change->along)
            gm_vec_push(p->arena, lines, gm_change_shown(p->arena, change));
}

/* What the last statement of the first does to the schema is what the second cannot stand. */
static gm_code find_objects(const prover *p, const pair *two, gm_strs *objects, gm_err *err)
{
    ending without, with;
    size_t count = two->before.len + 1;
    gm_unit less = beginning(p, &two->first, &two->of_first, two->of_first.len - 1);
    gm_unit all = beginning(p, &two->first, &two->of_first, two->of_first.len);
    gm_units order = with_two(p, &two->before, less, two->second);
    GM_TRY(run_some(p, &order, count, &without, err));
    order.items[count - 1] = all;
    GM_TRY(run_some(p, &order, count, &with, err));
    if (without.schema && with.schema)
        add_changes(p, without.schema, with.schema, objects);
    return GM_OK;
}

static gm_conflict_side whole_side(const prover *p, const gm_unit *unit)
{
    const gm_revision *revision = unit->node->revision;
    return (gm_conflict_side){.revision = revision,
                              .path = revision->path,
                              .line = revision->up[p->dialect]->marker_line};
}

static void set_statement(gm_conflict_side *side, const gm_sql_statements *statements)
{
    const gm_sql_statement *last = &statements->items[statements->len - 1];
    side->line = last->line;
    side->statement = last->text;
}

static gm_code find_statements(const prover *p, pair *two, gm_conflict *conflict, gm_err *err)
{
    bool answer = false;
    GM_TRY(split(p, &two->first, &two->of_first, err));
    GM_TRY(split(p, &two->second, &two->of_second, err));
    if (two->of_first.len && two->of_second.len)
        GM_TRY(shows(p, two, two->of_first.len, two->of_second.len, &answer, err));
    if (!answer)
        return GM_OK; /* it shows later, by what those behind the two make of it */
    GM_TRY(shorten(p, two, err));
    set_statement(&conflict->first, &two->of_first);
    set_statement(&conflict->second, &two->of_second);
    return conflict->fails ? find_objects(p, two, &conflict->objects, err) : GM_OK;
}

static gm_code blame(const prover *p, const trial *one, const trial *other, gm_err *err)
{
    exchange found;
    GM_TRY(find_exchange(p, one, other, &found, err));
    const trial *shown = &found.before;
    if (found.before.end.schema && !found.after.end.schema)
        shown = &found.after;
    const gm_unit *at = &shown->order.items[found.place];
    pair two = {.before = {.items = shown->order.items, .len = found.place},
                .first = at[0],
                .second = at[1],
                .fails = shown->end.failed == found.place + 1};
    gm_conflict conflict = {
        .dialect = p->dialect, .first = whole_side(p, &at[0]), .second = whole_side(p, &at[1])};
    if (shown->end.schema) {
        add_changes(p, found.before.end.schema, found.after.end.schema, &conflict.objects);
    } else {
        conflict.failure = shown->end.failure.text;
        conflict.fails = shown->order.items[shown->end.failed].node->revision;
    }
    GM_TRY(find_statements(p, &two, &conflict, err));
    gm_vec_push(p->arena, &p->proof->conflicts, conflict);
    return GM_OK;
}

/* ---- rows ---- */

static bool writes_rows(gm_arena *arena, const gm_revision *revision, gm_dialect dialect)
{
    static const char *const schema_only[] = {
        "create", "alter",  "drop",    "comment", "grant", "revoke", "reindex", "analyze",
        "vacuum", "pragma", "refresh", "cluster", "set",   "reset",  "lock",    NULL};
    const gm_section *up = revision->up[dialect];
    gm_sql_statements statements = {0};
    gm_err ignored = gm_err_new(arena);
    if (!up || gm_sql_split(arena, dialect, revision->path, up->line, up->sql, &statements,
                            &ignored) != GM_OK)
        return false;
    GM_EACH (const gm_sql_statement, statement, &statements) {
        gm_str first = {0};
        gm_words words = gm_words_of(statement->text);
        if (gm_words_next(&words, &first) && !gm_word_in(first, schema_only))
            return true;
    }
    return false;
}

/* Of `order`, whose first `own` are one branch's. */
static void find_rows(const prover *p, const gm_head_first *wanted)
{
    gm_strs ids = {0};
    bool own = false;
    bool others = false;
    for (size_t i = 0; i < wanted->order.len; i++) {
        const gm_revision *revision = wanted->order.items[i].node->revision;
        if (!writes_rows(p->arena, revision, p->dialect))
            continue;
        gm_vec_push(p->arena, &ids, revision->id);
        own = own || i < wanted->own;
        others = others || i >= wanted->own;
    }
    if (own && others && !p->proof->rows.len)
        p->proof->rows = ids;
}

/* ---- the proof ---- */

/* A branch that does not run by itself is not one that does not commute. */
static gm_code refuse_broken(const trial *made, gm_err *err)
{
    const gm_revision *revision = made->order.items[made->end.failed].node->revision;
    gm_fail_at(err, GM_E_UNKNOWN, made->end.failure.where,
               "revision %.*s does not run in scratch: %.*s", GM_ARG(revision->id),
               GM_ARG(made->end.failure.text));
    return gm_hint(err, "%.*s", GM_ARG(made->end.failure.hint));
}

static gm_code compare(const prover *p, const gm_orders *orders, gm_err *err)
{
    trial first = {0};
    GM_EACH (const gm_head_first, wanted, orders) {
        trial made = {.order = wanted->order};
        GM_TRY(run(p, &made, err));
        if (made.end.failed < wanted->own)
            return refuse_broken(&made, err);
        if (!first.order.len)
            first = made;
        else if (!same_ending(p, &first, &made))
            return blame(p, &first, &made, err);
    }
    return GM_OK;
}

static gm_code prove_dialect(prover *p, const gm_graph *graph, const gm_nodes *heads, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_orders orders = {0};
    gm_db *ready = NULL;
    gm_orders_of(p->arena, graph, heads, &p->common, &orders);
    GM_TRY(gm_project_scratch(p->project, p->dialect, &scratch, err));
    p->scratch = scratch;
    /* What does not even run here is told with its own words, and where states are kept it need not
     * run again. */
    GM_TRY(gm_scratch_replay(scratch, &p->common, &ready, err));
    gm_scratch_discard(scratch, ready);
    GM_EACH (const gm_head_first, wanted, &orders)
        find_rows(p, wanted);
    return compare(p, &orders, err);
}

/* ---- all ---- */

gm_code gm_commute(gm_project *project, const gm_view *view, const gm_nodes *heads, gm_proof *proof,
                   gm_err *err)
{
    gm_proof made = {0};
    if (!view->format->sql) {
        made.unproved = gm_str_printf(project->arena, "gmig does not run revisions of format %s",
                                      view->format->name);
        *proof = made;
        return GM_OK;
    }
    GM_EACH (const gm_dialect, dialect, &view->config.dialects) {
        gm_err failure = gm_err_new(project->arena);
        prover p = {
            .project = project, .arena = project->arena, .dialect = *dialect, .proof = &made};
        gm_code code = prove_dialect(&p, view->graph, heads, &failure);
        if (code == GM_E_INTERRUPTED) {
            *err = failure;
            return code;
        }
        if (code != GM_OK && !made.unproved.len)
            made.unproved = failure.where.len
                                ? gm_str_printf(project->arena, "%.*s: %.*s", GM_ARG(failure.where),
                                                GM_ARG(failure.text))
                                : failure.text;
    }
    made.proved = !made.unproved.len && !made.conflicts.len;
    *proof = made;
    return GM_OK;
}
